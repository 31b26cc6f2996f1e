"""What a protocol says of adverse events: which are treatment-emergent, which are of special interest, what stops."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Duration, Identifier, Number, Part, Text, Whole

Term = Annotated[str, Field(min_length=1)]
Probability = Annotated[Number, Field(gt=0, lt=1)]
Grade = Annotated[Whole, Field(ge=1, le=5)]
Count = Annotated[Whole, Field(ge=1, le=1000)]

ANY_COMPONENT = "any"
"""Stands for the treatment as a whole where a relation to a component is asked for."""


class PlannedAdmission(Part):
    """A component that is given during an admission that the protocol plans: not serious for that alone."""

    component: Identifier
    days: Annotated[Whole, Field(ge=0, le=30)]
    """An admission from the day of a dose to so many days later is the planned one."""


class EventRules(Part):
    """Which adverse events count, and until when."""

    never_open: ClassVar[frozenset[str]] = frozenset({"serious_window"})

    window: Duration | None = None
    """Time after the last dose of any component during which an event is still treatment-emergent; the last day counts.
    In days or weeks."""
    serious_window: Duration | None = None
    """The same for a serious event; left out, as ``window``."""
    new_therapy: Literal["ends", "does_not_end"] | None = None
    """Whether a new anticancer therapy ends that time: ``ends`` counts to the day before it."""
    progression_terms: tuple[Term, ...] = ()
    """Terms that mean progression of the disease: by this protocol no adverse events, and counted apart."""
    planned_admissions: tuple[PlannedAdmission, ...] = ()
    """Admissions that the protocol plans. An event that is serious by such an admission alone is a query; nothing is
    changed."""


class InterestGroup(Part):
    """Adverse events of special interest, as a list of terms."""

    never_open: ClassVar[frozenset[str]] = frozenset({"window"})

    id: Identifier
    name: Text
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    """Coded terms (AEDECOD); of an event that is not coded, its verbatim text (AETERM). Compared as whole texts without
    regard to case."""
    window: Duration | None = None
    """Time after the last dose during which such an event is treatment-emergent; left out, as for every event."""


class EventFilter(Part):
    """Which adverse events a stopping rule counts: those that meet every condition given."""

    never_open: ClassVar[frozenset[str]] = frozenset({"grade_at_least"})

    grade_at_least: Grade | None = None
    related_to: tuple[str, ...] = ()
    """Ids of components, or ``any``: related to one of them."""
    serious: bool = False
    """Serious events alone."""
    fatal: bool = False
    """Fatal events alone."""
    groups: tuple[Identifier, ...] = ()
    """Events of one of these groups of special interest …"""
    terms: tuple[Term, ...] = ()
    """… or with one of these terms."""


class StoppingRule(Part):
    """One rule on harm. It gives advice to the monitoring board and stops nothing by itself."""

    id: Identifier
    name: Text
    event: EventFilter
    kind: Literal["pocock", "bayes", "bounds", "count"]
    """``pocock``: equal pointwise level at all looks, as large as the false-stop rate ``phi`` lets it be. ``bayes``:
    posterior probability of a rate above ``theta`` beyond ``certainty``, or as ``phi`` lets it be. ``bounds``: as
    written. ``count``: so many patients, however many are treated."""
    advice: Literal["stop", "pause"] = "stop"
    """What is recommended to the board once the bound is reached."""
    window: Duration | None = None
    """Time from the first dose within which the event counts; its last day counts. In days or weeks."""
    incomplete: Literal["left_out", "no_event"] | None = None
    """What becomes of a patient who left (or died) before the end of the window without the event."""
    theta: Probability | None = None
    """Acceptable rate of the event: stopping at it is false."""
    phi: Probability | None = None
    """Highest probability of ever stopping at ``theta``."""
    prior: tuple[Number, Number] | None = None
    """Beta prior of the rate."""
    certainty: Probability | None = None
    """Posterior probability of a rate above ``theta`` beyond which the rule stops."""
    bounds: tuple[tuple[Count, Count], ...] = ()
    """Number of patients from which a bound holds, and the bound: stop at so many with the event or more."""
    stop_at: Count | None = None
    """Number of patients with the event that is too many."""
    n: Count | None = None
    """Patients up to whom the rule runs."""
    looks: tuple[Count, ...] = ()
    """Numbers of patients at which one looks; left out, after every patient."""
    rates: tuple[Probability, ...] = ()
    """Further rates of the event at which to tell how often the rule stops."""

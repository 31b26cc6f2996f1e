"""How doses are worked out: body surface, weight, caps, rounding, levels, and what a cycle counts as."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Number, Part

Positive = Annotated[Number, Field(gt=0)]


class Rounding(Part):
    """To which step a dose is rounded: to the nearest one, half away from zero."""

    never_open: ClassVar[frozenset[str]] = frozenset({"within_percent"})

    to_mg: Positive
    """The step in mg; 0.01 leaves the dose as it was worked out."""
    within_percent: Annotated[Number, Field(gt=0, le=100)] | None = None
    """Rounding that would move the dose by more than this is not made. Left out, rounding is always made."""


class Recalculation(Part):
    """When a dose goes over to another weight."""

    change_percent: Annotated[Number, Field(gt=0, le=100)]
    """By how much the weight must have changed. More than 10 % is customary, without evidence for it."""
    compare: Literal["more_than", "at_least"]
    """Whether a change of exactly ``change_percent`` counts."""
    against: Literal["reference", "last"]
    """The change is from the baseline weight (``reference``), or from the weight in use (``last``)."""


class PartialCycle(Part):
    """What an administration counts as that gave too little of one of its drugs."""

    below_percent: Annotated[Number, Field(gt=0, le=100)]
    """Partial is what gave less than this share of the dose planned at its level, of any of the drugs."""
    counts: Literal["as_cycle", "not"]
    """Whether it counts towards ``max_cycles``."""


class DoseRules(Part):
    """Rules that hold for the doses of every component. What is open is refused where a dose needs it."""

    never_open: ClassVar[frozenset[str]] = frozenset({"max_bsa", "max_weight"})

    bsa: Literal["mosteller", "dubois"] | None = None
    """Formula of the body surface: √(cm · kg / 3600), or 0.007184 · kg^0.425 · cm^0.725."""
    weight: Literal["baseline", "latest", "baseline_until_changed"] | None = None
    """The weight of a dose, always the actual one: the last before the first dose, the last before each dose, or the
    first of them until it has changed as ``recalculate`` says."""
    recalculate: Recalculation | None = None
    """Of ``weight: baseline_until_changed`` only."""
    max_bsa: Positive | None = None
    """Largest body surface in m² that a dose is worked out with. Left out, there is no cap."""
    max_weight: Positive | None = None
    """Largest weight in kg that a dose by the kilogram is worked out with. Left out, there is no cap."""
    rounding: Rounding | None = None
    """Of every drug that has no rounding of its own. A flat dose needs none."""

"""Quality of life as the protocol says it: which questionnaires, when, what counts as a change, when it is worse.

The map of a questionnaire that does not come with the package is a file beside the protocol; its text becomes part of
the protocol (``Protocol.questionnaire_files``), so that the digest covers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Number, Part, Whole
from onearm.protocol.parts import AnalysisSet, ScanCalendar
from onearm.reference.questionnaires import Questionnaire, Scale, read_questionnaire, shipped_questionnaires

ALL_SCALES = "all_scales"
"""Key of the thresholds of every scale that has none of its own."""

QUALITY_PATH = "quality_of_life"


class QuestionnaireFile(Part):
    """A questionnaire whose map stands in a file of its own."""

    file: Annotated[str, Field(min_length=1)]
    """Path of the CSV file, from the folder of the protocol."""


class ChangeThreshold(Part):
    """From how many points on a change counts, in either direction; a change of exactly so many points does."""

    improvement: Annotated[Number, Field(gt=0)]
    worsening: Annotated[Number, Field(gt=0)]
    source: str
    """Where the points come from: a stated fact, shown to the reader; nothing is computed from it."""
    mark: Literal["confirmed", "unconfirmed"]
    """Whether the points were confirmed in that source; shown wherever they are used."""


class Deterioration(Part):
    """Time until a scale is worse, every switch written down; what is left open is refused by name."""

    scales: Annotated[tuple[str, ...], Field(min_length=1)]
    """Codes of the scales, such as ``QL2``."""
    start: Literal["first_dose", "inclusion"] | None
    """From which day the time counts."""
    reference: Literal["baseline", "best"] | None
    """Worse than at baseline, or than the best score so far, baseline included."""
    pattern: Literal["first", "definitive"] | None
    """The first form that is worse; or the first one from which on every later form is worse too."""
    confirmation: Literal["none", "next_form"] | None
    """Whether the next scored form must be worse as well."""
    last_form: Literal["counts", "does_not_count"] | None = None
    """Of ``confirmation: next_form`` only: whether the last form, which no other can confirm, counts by itself."""
    death: Literal["event", "censored", "competing"] | None
    """What a death before deterioration is."""
    no_baseline: Literal["exclude", "event_at_start"] | None
    """What becomes of a patient whose scale has no score at baseline."""


class QualityOfLifePlan(Part):
    """Questionnaires of the trial, when they are due, and how they are analysed."""

    never_open: ClassVar[frozenset[str]] = frozenset({"calendar", "deterioration"})

    instruments: Annotated[tuple[str | QuestionnaireFile, ...], Field(min_length=1)]
    """``QLQ-C30``, ``QLQ-HCC18``, or ``{file: …}`` for a questionnaire whose map stands beside the protocol."""
    population: AnalysisSet | None
    """Of which patients forms are expected."""
    schedule: Literal["scans", "own"] | None
    """Due with the scans, or by the calendar below."""
    calendar: ScanCalendar | None = None
    """When forms are due, of ``schedule: own`` only."""
    window_days: Annotated[Whole, Field(ge=0, le=90)] | None
    """Days by which a form may be early or late; of two visits the nearer one counts."""
    expected_while: Literal["on_study", "on_treatment"] | None
    """Until when forms are expected of a living patient: until the end of the study, or of treatment."""
    thresholds: dict[str, ChangeThreshold] = Field(default_factory=dict)
    """By code of a scale; ``all_scales`` for those without one of their own."""
    deterioration: Deterioration | None = None

    def threshold_of(self, scale: str) -> ChangeThreshold | None:
        """The thresholds of a scale; None where the protocol has none."""
        return self.thresholds.get(scale) or self.thresholds.get(ALL_SCALES)


_ASKED = (
    ("population", "Of which patients are questionnaires expected?"),
    ("schedule", "Are questionnaires due with the scans, or by a calendar of their own?"),
    ("window_days", "By how many days may a questionnaire be early or late?"),
    ("expected_while", "Are questionnaires expected until the end of the study, or of treatment?"),
)
_ASKED_OF_DETERIORATION = (
    ("start", "From which day does the time to deterioration count?"),
    ("reference", "Is a scale worse than at baseline, or than the best score so far?"),
    ("pattern", "Does the first deterioration count, or only one without a later recovery?"),
    ("confirmation", "Must the next form confirm a deterioration?"),
    ("death", "Is a death before deterioration an event, censored, or a competing event?"),
    ("no_baseline", "Are patients without a baseline score left out, or an event at the start?"),
)


def open_quality(plan: QualityOfLifePlan | None) -> Iterator[tuple[str, str]]:
    """Path and question of everything that the protocol leaves open of its quality of life."""
    if plan is None:
        return
    for name, ask in _ASKED:
        if getattr(plan, name) is None:
            yield f"{QUALITY_PATH}.{name}", ask
    if plan.deterioration is None:
        return
    for name, ask in _ASKED_OF_DETERIORATION:
        if getattr(plan.deterioration, name) is None:
            yield f"{QUALITY_PATH}.deterioration.{name}", ask
    if plan.deterioration.confirmation == "next_form" and plan.deterioration.last_form is None:
        yield f"{QUALITY_PATH}.deterioration.last_form", "Does a deterioration at the last form count unconfirmed?"
    for scale in plan.deterioration.scales:
        if plan.threshold_of(scale) is None:
            yield f"{QUALITY_PATH}.thresholds", f"From how many points on is {scale} worse?"


def questionnaires_of(plan: QualityOfLifePlan, files: Mapping[str, str]) -> tuple[Questionnaire, ...]:
    """The questionnaires of a checked plan, in its order; ``files``: text of each map by its path."""
    found = []
    for entry in plan.instruments:
        if isinstance(entry, str):
            found.append(shipped_questionnaires()[entry])
        else:
            questionnaire, findings = read_questionnaire(files[entry.file], entry.file)
            if questionnaire is None:
                raise ValueError(str(findings[0]))
            found.append(questionnaire)
    return tuple(found)


def scales_of(questionnaires: tuple[Questionnaire, ...]) -> dict[str, Scale]:
    """Every scale by its code, in the order of the maps."""
    return {scale.code: scale for questionnaire in questionnaires for scale in questionnaire.scales}

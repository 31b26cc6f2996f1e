"""What the oracle of the response rules is told about a patient, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypedDict

Options = Mapping[str, Any]

UNDERSTOOD: dict[str, tuple[str, ...]] = {
    "missing_targets": ("ne_unless_pd", "ne", "pr_if_certain"),
    "treated_lesion": ("ne_unless_pd", "exclude_and_rebase"),
    "nadir": ("includes_baseline", "after_baseline"),
    "stable_disease_against": ("baseline", "nadir"),
    "node_back_in_pr": ("sum_only", "pd"),
    "target_back_after_target_cr": ("arithmetic", "pd"),
    "reappearance_after_overall_cr": ("pd", "arithmetic", "query"),
    "definitive_cr": ("always", "confirmed"),
    "single_node_after_cr": ("pd", "wait"),
    "equivocal_new_lesion_date": ("first_seen", "when_confirmed"),
    "new_node_sole_evidence": ("equivocal", "pd"),
    "pet_only_new_lesion": ("not_pd", "backdated_if_confirmed"),
    "non_target_only_stable": ("non_cr_non_pd", "sd"),
    "no_disease_at_baseline": ("ned", "ne"),
    "pr_continues": ("once_confirmed", "never", "from_first"),
    "pr_continues_over_ne": ("yes", "no"),
    "clinical_progression": ("not_an_event", "event"),
    "markers": ("not_used", "afp"),
    "confirmation": ("required", "not_required"),
    "confirmation_scan": ("next_evaluable", "any_later"),
    "missed_visit_as_ne": ("yes", "no"),
    "cr_then_lesser": ("sd_or_pd", "sd_or_ne", "query"),
    "pr_confirmed_by_cr": ("pr", "cr"),
    "sd_min_counting": ("days_after", "study_day"),
    "unconfirmed_response_as_sd": ("if_sd_minimum_met", "always"),
    "response_after_new_therapy": ("excluded", "included"),
    "no_assessment": ("missing", "ne"),
    "early_death": ("ne", "pd"),
}
"""Every worded choice these rules act on, with the values they act on; any other value is refused."""


@dataclass(frozen=True)
class Reading:
    """What one visit says about one lesion: a state, and a length only where one was measured."""

    state: str
    mm: Fraction | None = None


@dataclass
class Lesion:
    """One lesion: kind ``target``, ``non_target`` or ``new``; one reading a visit, the first at baseline."""

    kind: str
    node: bool
    readings: list[Reading]


@dataclass
class ProcedureRule:
    """What a procedure does to response and to time to event.

    ``response``: failure, pending or count_unconfirmed; ``time_to_event``: treatment_policy or censor.
    """

    response: str
    time_to_event: str


@dataclass
class Patient:
    """One patient and one reader. Lists run over visits, visit 0 being the baseline; days are whole numbers.

    ``markers[i]`` says how a tumour marker stands at visit i: ``not_applicable`` (it was not above its limit at
    baseline, or was not measured then), ``normal``, ``above``, ``not_measured``; without any, not applicable.
    ``missed_before[i]`` counts planned scans missed between visits i - 1 and i; ``gap_limit[i]`` is the
    number of days after visit i (visit 0: after the start) beyond which two planned scans were missed.
    """

    days: list[int]
    pd_days: list[int]
    missed_before: list[int]
    lesions: list[Lesion]
    reference_day: int
    death_day: int | None
    new_therapy_day: int | None
    clinical_pd_day: int | None
    procedure_day: int | None
    procedure_rule: ProcedureRule | None
    window_end: int | None
    cut_day: int
    gap_limit: list[int]
    has_baseline: bool = True
    markers: list[str] = field(default_factory=list)


class Timepoint(TypedDict):
    visit: int
    target: str
    sum_mm: Fraction | None
    complete: bool
    nadir_mm: Fraction | None
    nadir_visits: list[int]
    non_target: str
    new: bool
    overall_arithmetic: str
    overall: str
    queries: set[str]


class Search(TypedDict):
    """How the search for the scan that confirms a response went: its first visit, its end, and where it ended."""

    candidate: int | None
    reason: str
    ended_at: int | None


class BestResponse(TypedDict):
    confirmed: str
    confirmed_visit: int | None
    confirming_visit: int | None
    unconfirmed: str
    unconfirmed_visit: int | None
    search: Search
    queries: dict[str, int]


class TimeToEvent(TypedDict):
    day: int
    event: bool
    reason: str


@dataclass(frozen=True)
class Visit:
    """An overall response with its day: all that confirmation and best response look at."""

    number: int
    day: int
    response: str
    missed: int = 0


def refuse_unknown(options: Options) -> None:
    """Raise ValueError for a choice that these rules do not act on."""
    wrong = [f"{name}: {options[name]}" for name, known in UNDERSTOOD.items() if options[name] not in known]
    if wrong:
        raise ValueError("; ".join(wrong))

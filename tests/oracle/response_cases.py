"""Options of a profile and short ways to write down a patient, for the tests of the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from response_oracle import Lesion, Patient, Reading

RECIST_CONFIRMED: dict[str, Any] = {
    "too_small_mm": Decimal("5"),
    "too_small_node_mm": Decimal("5"),
    "node_normal_below_mm": Decimal("10"),
    "pd_absolute_mm": Decimal("5"),
    "nadir": "includes_baseline",
    "stable_disease_against": "baseline",
    "missing_targets": "ne_unless_pd",
    "treated_lesion": "ne_unless_pd",
    "reappearance_absolute_mm": Decimal("5"),
    "target_back_after_target_cr": "arithmetic",
    "node_back_in_pr": "sum_only",
    "reappearance_after_overall_cr": "pd",
    "definitive_cr": "always",
    "single_node_after_cr": "pd",
    "equivocal_new_lesion_date": "first_seen",
    "new_node_sole_evidence": "equivocal",
    "pet_only_new_lesion": "backdated_if_confirmed",
    "non_target_only_stable": "non_cr_non_pd",
    "no_disease_at_baseline": "ned",
    "pr_continues": "once_confirmed",
    "pr_continues_over_ne": "yes",
    "clinical_progression": "not_an_event",
    "markers": "not_used",
    "confirmation_min_days": 28,
    "confirmation_scan": "next_evaluable",
    "confirmation_max_ne": 1,
    "confirmation_max_sd": 0,
    "missed_visit_as_ne": "no",
    "cr_then_lesser": "sd_or_pd",
    "pr_confirmed_by_cr": "pr",
    "sd_min_days": 56,
    "sd_min_counting": "days_after",
    "unconfirmed_response_as_sd": "if_sd_minimum_met",
    "response_after_new_therapy": "excluded",
    "no_assessment": "missing",
    "early_death": "ne",
    "confirmation": "required",
}
"""RECIST 1.1 with confirmation, as the working group reads it: what the rules take from such a profile."""


def reading(text: str) -> Reading:
    """A length in millimetres ("4.9"), a state ("absent"), or both ("unequivocal 11")."""
    first, _, rest = text.partition(" ")
    if first[0].isdigit():
        return Reading("measured", Fraction(first))
    return Reading(first, Fraction(rest) if rest else None)


def lesion(kind: str, texts: Sequence[str], *, node: bool = False) -> Lesion:
    return Lesion(kind, node, [reading(text) for text in texts])


def target(*texts: str, node: bool = False) -> Lesion:
    return lesion("target", texts, node=node)


def non_target(*texts: str, node: bool = False) -> Lesion:
    return lesion("non_target", texts, node=node)


def new(*texts: str, node: bool = False) -> Lesion:
    """A new lesion from the first visit after the baseline on."""
    return lesion("new", ("not_seen", *texts), node=node)


def patient(*lesions: Lesion, days: Sequence[int] = (), visits: int | None = None, **others: Any) -> Patient:
    """A patient scanned on ``days`` after the baseline on day 0, or every 56 days."""
    count = len(days) or (visits if visits is not None else len(lesions[0].readings) - 1 if lesions else 0)
    all_days = [0, *(days or [56 * (i + 1) for i in range(count)])]
    given: dict[str, Any] = {
        "days": all_days,
        "pd_days": all_days,
        "missed_before": [0] * len(all_days),
        "lesions": list(lesions),
        "reference_day": 0,
        "death_day": None,
        "new_therapy_day": None,
        "clinical_pd_day": None,
        "procedure_day": None,
        "procedure_rule": None,
        "window_end": None,
        "cut_day": 10_000,
        "gap_limit": [119] * len(all_days),
    }
    return Patient(**{**given, **others})

"""Every option with every value: those that a protocol may ask for today, and those that the oracle acts on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chance import Chance, Drawn
from hypothesis import strategies as st
from response_patient import UNDERSTOOD

from onearm.protocol.options import NOT_YET_SUPPORTED, ResponseOptions

NUMBERS: dict[str, tuple[Any, ...]] = {
    "too_small_mm": (Decimal("5"), Decimal("3.3"), Decimal("0.1")),
    "too_small_node_mm": (Decimal("5"), Decimal("9.9"), Decimal("10")),
    "node_normal_below_mm": (Decimal("10"), Decimal("15"), Decimal("9.9")),
    "pd_absolute_mm": (Decimal("5"), Decimal("0"), Decimal("4.9")),
    "reappearance_absolute_mm": (Decimal("5"), Decimal("0"), Decimal("0.1")),
    "baseline_window_days": (28, 0),
    "confirmation_min_days": (28, 27, 29, 0, 56),
    "confirmation_max_ne": (1, 0, 2),
    "confirmation_max_sd": (0, 1, 2),
    "sd_min_days": (56, 42, 41, 28, 0),
}
"""Options that are numbers, with values on both sides of what the generated visits are apart."""

NOT_IN_THE_RULES: dict[str, tuple[str, ...]] = {
    "evaluator": ("investigator", "independent", "adjudicator"),
    "response_source": ("derived", "reported"),
    "reference_date": ("first_dose", "inclusion"),
    "baseline_on_reference_day": ("counts", "does_not_count"),
    "partial_dates": ("refuse", "first_day", "last_day"),
    "several_readings": ("refuse", "worst", "best", "last"),
    "response_date": ("first_scan", "last_scan"),
    "progression_date": ("first_scan", "last_scan", "scan_showing_it"),
    "slice_rule_for_nodes": ("not_checked", "warn"),
    "dcr_counts_non_cr_non_pd": ("yes", "no"),
    "gap_rule": ("two_intervals_plus_window", "two_planned_visits"),
    "no_baseline": ("censor_at_start", "drop"),
    "count_start_day": ("yes", "no"),
}
"""Options settled before or after one patient's visits are judged; no answer of the rules depends on them."""

OF_MARKER_CODES: dict[str, tuple[int, ...]] = {"marker_window_days": (14, 0)}
"""Numbers that decide which marker value belongs to a visit, before the rules are told how the marker stands."""

Values = dict[str, tuple[Any, ...]]

EVERY: Values = {**UNDERSTOOD, **NUMBERS, **NOT_IN_THE_RULES}
"""All that the oracle acts on."""

SUPPORTED: Values = {
    name: tuple(value for value in known if value not in NOT_YET_SUPPORTED.get(name, ()))
    for name, known in {**EVERY, **OF_MARKER_CODES}.items()
    if name in ResponseOptions.model_fields
}
"""All that a protocol may ask for."""


def an_option_set(chance: Chance, values: Values = SUPPORTED) -> dict[str, Any]:
    """One value for each option; lengths as decimals, as a protocol gives them."""
    return {name: chance.one_of(known) for name, known in values.items()}


@st.composite
def option_sets(draw: st.DrawFn, values: Values = SUPPORTED) -> dict[str, Any]:
    """``an_option_set`` for Hypothesis."""
    return an_option_set(Drawn(draw), values)

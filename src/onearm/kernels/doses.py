"""Doses as scaled integers: weight 0.1 kg, height 0.1 cm, body surface 0.0001 m², amounts and doses 0.01 mg.

Every step rounds once, half up (all numbers are positive), and the next step starts from the rounded integer: what is
shown is what was computed with.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import boolean, int32, int64, njit, types, void

from onearm.kernels.arrays import Bools, Ints32, Ints64

FLAT, PER_WEIGHT, PER_SURFACE = 0, 1, 2
"""What a dose is counted by."""
MOSTELLER, DUBOIS = 0, 1
"""Formulas of the body surface."""
BASELINE_WEIGHT, LATEST_WEIGHT, CHANGED_WEIGHT = 0, 1, 2
"""Which weight a dose rests on: the baseline, the latest, or the baseline until it has changed enough."""

GUARD = 1e-6
"""A DuBois surface nearer than this (in units of 0.0001 m²) to a rounding tie is decided in exact arithmetic. The error
of two powers and two products in double precision is below 1e-10 of these units."""


class DoseRules(NamedTuple):
    """One drug's rules; 0 means that there is no rounding step, bound or cap."""

    by: int
    amount: int
    """0.01 mg, 0.01 mg/kg or 0.01 mg/m²."""
    formula: int
    round_to: int
    """0.01 mg."""
    within: int
    """0.1 %: by how much rounding may move a dose."""
    max_surface: int
    max_weight: int
    weight_rule: int
    threshold: int
    """0.1 %: by how much the weight must change."""
    at_least: int
    """1: a change of exactly the threshold counts."""
    against_last: int
    """1: the change is from the weight in use, 0: from the baseline."""


DOSE_RULES_TYPE = types.NamedUniTuple(int64, len(DoseRules._fields), DoseRules)  # type: ignore[no-untyped-call]
_VALUE_AND_FLAG = types.Tuple((int64, boolean))  # type: ignore[no-untyped-call]


@njit(int64(int64), nogil=True, cache=True)
def whole_root(square: int) -> int:
    """The largest whole number whose square is at most ``square`` (0 … 2⁶²), whatever the float root rounds to."""
    root = int(np.sqrt(float(square)))
    while root * root > square:
        root -= 1
    while (root + 1) * (root + 1) <= square:
        root += 1
    return root


@njit(int64(int64, int64), nogil=True, cache=True)
def mosteller_surface(height: int, weight: int) -> int:
    """Body surface √(cm · kg / 3600), rounded half up to 0.0001 m² by whole numbers alone (Mosteller, NEJM 1987;
    317:1098). Twice the surface is the root of 10000·height·weight/9 in these units; rounding down twice is exact.
    """
    return (whole_root(10_000 * height * weight // 9) + 1) // 2


@njit(_VALUE_AND_FLAG(int64, int64), nogil=True, cache=True)
def dubois_surface(height: int, weight: int) -> tuple[int, bool]:
    """Body surface 0.007184 · kg^0.425 · cm^0.725, rounded once to 0.0001 m² (DuBois & DuBois, Arch Intern Med 1916;
    17:863), and whether it lies so near a tie that exact arithmetic must decide (``onearm.plan.surface``).
    """
    exact: float = 71.84 * (weight / 10.0) ** 0.425 * (height / 10.0) ** 0.725
    floor = np.floor(exact)
    return int(np.floor(exact + 0.5)), abs(exact - floor - 0.5) < GUARD


@njit(int64(int64, int64), nogil=True, cache=True)
def dose_by_surface(amount: int, surface: int) -> int:
    """0.01 mg from 0.01 mg/m² and 0.0001 m², half up."""
    return (amount * surface + 5_000) // 10_000


@njit(int64(int64, int64), nogil=True, cache=True)
def dose_by_weight(amount: int, weight: int) -> int:
    """0.01 mg from 0.01 mg/kg and 0.1 kg, half up."""
    return (amount * weight + 5) // 10


@njit(int64(int64, int64, int64), nogil=True, cache=True)
def round_dose(dose: int, round_to: int, within: int) -> int:
    """The dose at the nearest multiple of ``round_to``, half up; as it was where that moves it by more than ``within``
    (0.1 %; 0: by however much).
    """
    if round_to <= 0:
        return dose
    rounded = (2 * dose + round_to) // (2 * round_to) * round_to
    if within > 0 and abs(rounded - dose) * 1_000 > within * dose:
        return dose
    return rounded


@njit(boolean(int64, int64, int64, int64), nogil=True, cache=True)
def has_changed(reference: int, latest: int, threshold: int, at_least: int) -> bool:
    """Whether a weight differs from the reference by more than (``at_least`` 1: by at least) ``threshold`` (0.1 %)."""
    change, limit = abs(latest - reference) * 1_000, threshold * reference
    return change >= limit if at_least == 1 else change > limit


@njit(int64(DOSE_RULES_TYPE, int64, int64, int64), nogil=True, cache=True)
def weight_in_use(rules: DoseRules, baseline: int, in_use: int, latest: int) -> int:
    """The weight of a dose, given the baseline, the one in use before and the latest one measured."""
    if rules.weight_rule == BASELINE_WEIGHT:
        return baseline
    if rules.weight_rule == LATEST_WEIGHT:
        return latest
    if rules.against_last == 1:
        return latest if has_changed(in_use, latest, rules.threshold, rules.at_least) else in_use
    return latest if has_changed(baseline, latest, rules.threshold, rules.at_least) else baseline


@njit(_VALUE_AND_FLAG(DOSE_RULES_TYPE, int64, int64), nogil=True, cache=True)
def planned_dose(rules: DoseRules, height: int, weight: int) -> tuple[int, bool]:
    """The rounded dose of one drug (0.01 mg), and whether its DuBois surface awaits exact arithmetic."""
    if rules.by == FLAT:
        return round_dose(rules.amount, rules.round_to, rules.within), False
    if rules.by == PER_WEIGHT:
        capped = min(weight, rules.max_weight) if rules.max_weight > 0 else weight
        return round_dose(dose_by_weight(rules.amount, capped), rules.round_to, rules.within), False
    near_tie = False
    if rules.formula == MOSTELLER:
        surface = mosteller_surface(height, weight)
    else:
        surface, near_tie = dubois_surface(height, weight)
    if rules.max_surface > 0:
        surface = min(surface, rules.max_surface)
    return round_dose(dose_by_surface(rules.amount, surface), rules.round_to, rules.within), near_tie


@njit(
    void(DOSE_RULES_TYPE, int32[::1], int32[::1], int32[:, ::1], int64[:, ::1], boolean[:, ::1]),
    nogil=True,
    cache=True,
)
def plan_doses(
    rules: DoseRules, height: Ints32, baseline: Ints32, weight: Ints32, out_dose: Ints64, out_near_tie: Bools
) -> None:
    """Doses of one drug for every patient and administration.

    ``height`` and ``baseline`` (patients) and ``weight`` (patients × administrations, one measured for each) are 0.1 cm
    and 0.1 kg; ``out_dose`` is 0.01 mg. The weight in use goes from one weight to the next.
    """
    for patient in range(weight.shape[0]):
        tall, first = int64(height[patient]), int64(baseline[patient])
        in_use = first
        for cycle in range(weight.shape[1]):
            in_use = weight_in_use(rules, first, in_use, int64(weight[patient, cycle]))
            dose, near_tie = planned_dose(rules, tall, in_use)
            out_dose[patient, cycle] = dose
            out_near_tie[patient, cycle] = near_tie

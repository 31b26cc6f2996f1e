"""Body surface and doses in scaled integers, held against high-precision decimals, at the places nearest to ties."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.kernels import doses as kernel
from onearm.plan.surface import body_surface, decide_dubois

HEIGHTS = st.integers(300, 2_500)
WEIGHTS = st.integers(20, 3_500)
UNIT = Decimal("0.0001")


def exact_mosteller(height: int, weight: int) -> Decimal:
    with localcontext(prec=60):
        return (Decimal(height) * Decimal(weight) / 100 / 3600).sqrt()


def exact_dubois(height: int, weight: int) -> Decimal:
    with localcontext(prec=60):
        kg, cm = Decimal(weight) / 10, Decimal(height) / 10
        return Decimal("0.007184") * kg ** Decimal("0.425") * cm ** Decimal("0.725")


EXACT = {"mosteller": exact_mosteller, "dubois": exact_dubois}


def rounded(surface: Decimal) -> int:
    return int(surface.quantize(UNIT, ROUND_HALF_UP) / UNIT)


@pytest.mark.parametrize("formula", ["mosteller", "dubois"])
def test_surfaces_of_the_whole_grid_are_those_of_high_precision(formula: str) -> None:
    """Every 17th weight and 13th height of those of people."""
    for height in range(1_200, 2_200, 13):
        for weight in range(300, 1_800, 17):
            assert body_surface(formula, height, weight) == rounded(EXACT[formula](height, weight))  # type: ignore[arg-type]


@given(HEIGHTS, WEIGHTS)
def test_mosteller_is_exact(height: int, weight: int) -> None:
    assert body_surface("mosteller", height, weight) == rounded(exact_mosteller(height, weight))


@given(HEIGHTS, WEIGHTS)
def test_dubois_is_exact(height: int, weight: int) -> None:
    assert body_surface("dubois", height, weight) == rounded(exact_dubois(height, weight))


def nearest_to_ties(formula: str, count: int) -> list[tuple[int, int]]:
    """The pairs of the clinical range whose surface lies nearest to a rounding tie."""
    height, weight = np.meshgrid(np.arange(1_400, 2_001), np.arange(350, 1_301), indexing="ij")
    if formula == "mosteller":
        units = np.sqrt(height * weight / 360_000) * 10_000
    else:
        units = 71.84 * (weight / 10) ** 0.425 * (height / 10) ** 0.725
    distance = np.abs(units - np.floor(units) - 0.5)
    order = np.argsort(distance, axis=None, kind="stable")[:count]
    return [(int(height.flat[i]), int(weight.flat[i])) for i in order]


@pytest.mark.parametrize("formula", ["mosteller", "dubois"])
def test_the_pairs_nearest_to_ties_round_the_right_way(formula: str) -> None:
    sides = set()
    for height, weight in nearest_to_ties(formula, 400):
        exact = EXACT[formula](height, weight)
        assert body_surface(formula, height, weight) == rounded(exact)  # type: ignore[arg-type]
        sides.add(exact / UNIT % 1 > Decimal("0.5"))
    assert sides == {True, False}


@given(HEIGHTS, WEIGHTS, st.sampled_from([-1, 0, 1]))
def test_the_exact_decision_mends_a_float_that_is_one_off(height: int, weight: int, off: int) -> None:
    right = rounded(exact_dubois(height, weight))
    assert decide_dubois(height, weight, right + off) == right


def test_a_value_inside_the_guard_is_handed_on() -> None:
    """The nearest pair of the grid lies outside the guard; a pair found beyond it lies inside or is decided alike."""
    height, weight = nearest_to_ties("dubois", 1)[0]
    surface, near = kernel.dubois_surface(height, weight)
    units = exact_dubois(height, weight) / UNIT
    assert near == (abs(units % 1 - Decimal("0.5")) < Decimal(str(kernel.GUARD)))
    assert surface == rounded(exact_dubois(height, weight))


@given(st.integers(0, 2**62))
def test_the_root_is_the_largest_whole_one(square: int) -> None:
    root = kernel.whole_root(square)
    assert root * root <= square < (root + 1) ** 2


def test_two_well_known_surfaces() -> None:
    """170 cm and 70 kg: 1.82 m² by Mosteller and 1.81 m² by DuBois, as calculators print it."""
    assert body_surface("mosteller", 1_700, 700) == 18_181
    assert body_surface("dubois", 1_700, 700) == 18_097


@pytest.mark.parametrize(
    ("dose", "step", "within", "expected"),
    [
        (14_250, 500, 0, 14_500),  # the tie goes up
        (14_249, 500, 0, 14_000),
        (15_321, 500, 0, 15_500),
        (15_321, 1, 0, 15_321),
        (15_321, 0, 0, 15_321),
        (1_000, 500, 0, 1_000),
        (10_000, 10_500, 50, 10_500),  # moved by exactly 5.0 %
        (9_999, 10_500, 50, 9_999),  # by more
        (200, 500, 0, 0),
        (200, 500, 100, 200),
    ],
)
def test_rounding_goes_to_the_nearest_step_within_its_bound(dose: int, step: int, within: int, expected: int) -> None:
    assert kernel.round_dose(dose, step, within) == expected


@given(st.integers(1, 10**7), st.integers(1, 10**5))
def test_rounding_moves_by_at_most_half_a_step_and_twice_is_once(dose: int, step: int) -> None:
    once = kernel.round_dose(dose, step, 0)
    assert once % step == 0
    assert 2 * abs(once - dose) <= step
    assert kernel.round_dose(once, step, 0) == once


@pytest.mark.parametrize(
    ("reference", "latest", "at_least", "expected"),
    [
        (700, 770, 0, False),  # exactly 10 %: not more
        (700, 770, 1, True),
        (700, 771, 0, True),
        (700, 630, 0, False),
        (700, 630, 1, True),
        (700, 629, 0, True),
        (683, 751, 1, False),  # 9.96 %
        (683, 752, 1, True),
    ],
)
def test_both_sides_of_a_change_of_ten_percent(reference: int, latest: int, at_least: int, expected: bool) -> None:
    assert kernel.has_changed(reference, latest, 100, at_least) == expected


def rules(**changed: int) -> kernel.DoseRules:
    plain = dict.fromkeys(kernel.DoseRules._fields, 0)
    return kernel.DoseRules(**{**plain, "round_to": 1, **changed})


def test_the_weight_in_use_follows_the_last_one_or_the_baseline() -> None:
    """70 → 76 (+8.6 %) → 80 (+14.3 % of 70, +5.3 % of 76) → 74 (+5.7 % of 70, -7.5 % of 80) kg."""
    weight = np.array([[700, 760, 800, 740]], np.int32)
    shown = {}
    for name, against_last in (("baseline", 0), ("last", 1)):
        dose, near = np.zeros((1, 4), np.int64), np.zeros((1, 4), np.bool_)
        changed = rules(
            by=kernel.PER_WEIGHT,
            amount=100,
            weight_rule=kernel.CHANGED_WEIGHT,
            threshold=100,
            against_last=against_last,
        )
        kernel.plan_doses(changed, np.array([1700], np.int32), np.array([700], np.int32), weight, dose, near)
        shown[name] = dose[0].tolist()
    assert shown == {"baseline": [7_000, 7_000, 8_000, 7_000], "last": [7_000, 7_000, 8_000, 8_000]}


@given(HEIGHTS, st.lists(WEIGHTS, min_size=1, max_size=5), st.integers(0, 1), st.integers(0, 1))
def test_every_dose_of_the_arrays_is_that_of_one_patient(
    height: int, weights: list[int], formula: int, cap: int
) -> None:
    chosen = rules(
        by=kernel.PER_SURFACE, amount=8_500, formula=formula, round_to=500, max_surface=cap * 18_000,
        weight_rule=kernel.LATEST_WEIGHT,
    )  # fmt: skip
    weight = np.array([weights], np.int32)
    dose, near = np.zeros(weight.shape, np.int64), np.zeros(weight.shape, np.bool_)
    kernel.plan_doses(chosen, np.array([height], np.int32), weight[:, 0].copy(), weight, dose, near)
    for given_weight, found, undecided in zip(weights, dose[0], near[0], strict=True):
        surface = body_surface(("mosteller", "dubois")[formula], height, given_weight)
        capped = min(surface, 18_000) if cap else surface
        exact = (Decimal(capped) * 8_500 / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
        step = (exact / 500).quantize(Decimal(1), ROUND_HALF_UP) * 500
        assert undecided or found == int(step)

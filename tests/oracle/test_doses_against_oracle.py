"""Surfaces and doses of the package against sixty digits: 100,000 pairs, and where rounding is most at risk.

The nearest ties are searched on the whole grid of 30.0 to 150.0 kg by 130.0 to 210.0 cm in steps of 0.1 (962,001
pairs): a float names the pairs within 0.001 of a tie, sixty digits order them. For Mosteller exact ties do not occur:
(2s - 1)² · 9 = 10000 · height · weight has an odd left side.
"""

from __future__ import annotations

import random

import pytest
from dose_oracle import (
    dose_by_surface,
    dose_by_weight,
    exact_dubois,
    exact_mosteller,
    nearest_to_ties,
    round_to_step,
    surface_dubois,
    surface_mosteller,
)

from onearm.kernels import doses
from onearm.plan.surface import body_surface

WEIGHTS, HEIGHTS = range(300, 1501), range(1300, 2101)
ORACLE = {"mosteller": surface_mosteller, "dubois": surface_dubois}


def _product(formula: str, weight: int, height: int) -> int:
    return body_surface(formula, height=height, weight=weight)  # type: ignore[arg-type]


@pytest.mark.parametrize("formula", ["mosteller", "dubois"])
def test_surfaces_of_many_bodies(formula: str) -> None:
    rng = random.Random(1916)
    pairs = [(rng.choice(WEIGHTS), rng.choice(HEIGHTS)) for _ in range(50_000)]
    pairs += [(rng.randrange(5, 6_000), rng.randrange(300, 2_600)) for _ in range(50_000)]
    wrong = [p for p in pairs if _product(formula, *p) != ORACLE[formula](*p)]
    assert wrong == []


@pytest.mark.parametrize(("formula", "exact"), [("mosteller", exact_mosteller), ("dubois", exact_dubois)])
def test_surfaces_nearest_to_a_tie(formula: str, exact: object) -> None:
    pairs = nearest_to_ties(exact, WEIGHTS, HEIGHTS, 500, within=0.001)  # type: ignore[arg-type]
    assert [_product(formula, *p) for p in pairs] == [ORACLE[formula](*p) for p in pairs]
    for weight, height in pairs:
        if formula == "mosteller":
            assert doses.mosteller_surface(height, weight) == surface_mosteller(weight, height)
        else:
            rounded, doubtful = doses.dubois_surface(height, weight)
            assert doubtful or rounded == surface_dubois(weight, height)


def test_doses_by_surface_and_by_weight() -> None:
    rng = random.Random(5)
    for _ in range(100_000):
        amount, surface, weight = rng.randrange(1, 300_000), rng.randrange(5_000, 30_000), rng.randrange(300, 1_501)
        assert doses.dose_by_surface(amount, surface) == dose_by_surface(amount, surface)
        assert doses.dose_by_weight(amount, weight) == dose_by_weight(amount, weight)


def test_doses_at_ties() -> None:
    for surface in range(5_000, 30_000, 1):
        assert doses.dose_by_surface(5_000, surface) == dose_by_surface(5_000, surface)
    for weight in range(300, 1_501):
        assert doses.dose_by_weight(25, weight) == dose_by_weight(25, weight)
    for step in (100, 500, 1_000, 2_500, 10_000, 333):
        for times in range(1, 40):
            middle = times * step + step // 2
            for dose in (middle - 1, middle, middle + 1):
                assert doses.round_dose(dose, step, 0) == round_to_step(dose, step)

"""The sixty-digit surfaces and doses against values worked by hand and published examples."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from dose_oracle import (
    distance_from_tie,
    dose_by_surface,
    dose_by_weight,
    exact_dubois,
    exact_mosteller,
    half_up,
    nearest_to_ties,
    round_to_step,
    surface_dubois,
    surface_mosteller,
)


def test_surfaces_that_come_out_even() -> None:
    assert exact_mosteller(900, 1600) == 20_000
    assert surface_mosteller(640, 1440) == 16_000
    assert surface_mosteller(700, 1700) == 18_181
    assert exact_dubois(10, 10) == Decimal("71.84")


def test_dubois_of_ten_kilograms_and_a_metre_by_powers_of_ten() -> None:
    # 10^0.425 = 2.660725059798809 and 100^0.725 = 28.183829312644538, by tables of powers of ten.
    expected = Decimal("71.84") * Decimal("2.660725059798809") * Decimal("28.183829312644538")
    assert abs(exact_dubois(100, 1000) - expected) < Decimal("1e-9")


def test_a_dubois_surface_again_by_whole_numbers() -> None:
    for weight, height in ((700, 1700), (523, 1581), (1044, 1873)):
        rounded = surface_dubois(weight, height)
        fortieth = Fraction(7184, 100) ** 40 * Fraction(weight, 10) ** 17 * Fraction(height, 10) ** 29
        assert Fraction(2 * rounded - 1, 2) ** 40 <= fortieth < Fraction(2 * rounded + 1, 2) ** 40


def test_halves_go_up() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, 3, 4, 5)] == [1, 2, 2, 3]
    assert [half_up(Decimal(t)) for t in ("0.5", "1.5", "2.4999999999")] == [1, 2, 2]


def test_doses_worked_by_hand() -> None:
    assert dose_by_surface(8_500, 18_181) == 15_454  # 85 mg/m² · 1.8181 m² = 154.5385 mg
    assert dose_by_surface(100, 50) == 1  # 1 mg/m² · 0.005 m² = 0.005 mg
    assert dose_by_weight(1_500, 703) == 105_450  # 15 mg/kg · 70.3 kg
    assert dose_by_weight(15, 703) == 1_055  # 0.15 mg/kg · 70.3 kg = 10.545 mg
    assert [round_to_step(d, 500) for d in (249, 250, 749, 750)] == [0, 500, 500, 1000]


def test_near_ties_are_the_nearest() -> None:
    weights, heights = range(500, 560), range(1500, 1530)
    for exact in (exact_mosteller, exact_dubois):
        found = nearest_to_ties(exact, weights, heights, 3, within=0.1)
        everything = sorted((distance_from_tie(exact(w, h)), (w, h)) for w in weights for h in heights)
        assert found == [pair for _, pair in everything[:3]]

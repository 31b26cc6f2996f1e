"""The stopping rules of 36 patients: printed bounds derived anew, printed chances computed exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from monitor_oracle import (
    bayes_bounds,
    chance_by_courses,
    chance_of_stopping,
    pocock_bounds,
    posterior_above,
    spread,
    tail,
    widest_pocock,
    written,
)

from onearm.units import round_half_away

PATIENTS = 36
POCOCK = {
    ".20": ("3:3 4:4 6:5 9:6 12:7 15:8 19:9 22:10 25:11 29:12 32:13 36:14", ".049", ".77"),
    ".30": ("4:4 5:5 7:6 9:7 11:8 13:9 15:10 18:11 20:12 23:13 25:14 28:15 30:16 33:17 35:18", ".049", ".69"),
    ".33": ("4:4 5:5 6:6 8:7 10:8 12:9 14:10 17:11 19:12 21:13 23:14 25:15 28:16 30:17 33:18 35:19", ".049", ".69"),
}
BAYES = {
    (".6", "1.4", ".30"): ("3:3 4:4 6:5 9:6 11:7 13:8 16:9 19:10 21:11 24:12 26:13 29:14 32:15 35:16", ".165", ".88"),
    ("1", "1", ".30"): ("3:3 5:4 7:5 10:6 12:7 14:8 17:9 20:10 22:11 25:12 28:13 30:14 33:15 36:16", ".239", ".91"),
    (".4", "1.6", ".20"): ("3:3 5:4 9:5 12:6 15:7 19:8 23:9 26:10 30:11 34:12", ".147", ".90"),
}
EVERY = [(theta, *row) for theta, row in POCOCK.items()] + [(key[2], *row) for key, row in BAYES.items()]


@pytest.mark.parametrize(("theta", "bounds", "false_stop", "power"), EVERY)
def test_chances_are_the_printed_ones(theta: str, bounds: str, false_stop: str, power: str) -> None:
    table = spread(bounds, PATIENTS)
    chance = chance_of_stopping(table, PATIENTS, Fraction(theta))
    assert round_half_away(chance, 3) == Decimal(false_stop)
    assert round_half_away(chance_of_stopping(table, PATIENTS, Fraction(theta) + Fraction(1, 5)), 2) == Decimal(power)


@pytest.mark.parametrize("theta", POCOCK)
def test_pocock_bounds_come_out_again(theta: str) -> None:
    assert written(widest_pocock(PATIENTS, Fraction(theta), Fraction(5, 100))) == POCOCK[theta][0]


@pytest.mark.parametrize("prior", BAYES)
def test_bayes_bounds_come_out_again(prior: tuple[str, str, str]) -> None:
    """From three patients on: the two weaker priors would stop at two of two already, which the print leaves out."""
    a, b, theta = prior
    bounds = bayes_bounds(PATIENTS, a, b, theta, ".95")
    assert bounds.get(2) == (None if a == ".6" else 2)
    assert written({n: bound for n, bound in bounds.items() if n >= 3}) == BAYES[prior][0]


def test_small_trials_by_every_course() -> None:
    bounds = spread("2:2 5:3 9:4", 10)
    for theta in (Fraction(1, 5), Fraction(1, 3)):
        assert chance_of_stopping(bounds, 10, theta) == chance_by_courses(bounds, 10, theta)


def test_two_of_two_by_hand() -> None:
    assert chance_of_stopping({2: 2}, 3, Fraction(1, 4)) == Fraction(1, 16)
    assert chance_of_stopping({2: 2, 3: 2}, 3, Fraction(1, 4)) == tail(3, 2, Fraction(1, 4)) == Fraction(10, 64)
    assert pocock_bounds(3, Fraction(1, 4), Fraction(1, 16)) == {2: 2, 3: 3}


def test_posterior_of_whole_parameters_is_a_binomial_tail() -> None:
    # Beta(1 + x, 1 + n - x) above theta: fewer than x + 1 events in n + 1 draws of theta.
    for events, n in ((0, 4), (3, 5), (7, 12)):
        exact = 1 - tail(n + 1, events + 1, Fraction(3, 10))
        found = posterior_above(Decimal(1), Decimal(1), events, n, Decimal("0.3"))
        assert abs(found - Decimal(exact.numerator) / Decimal(exact.denominator)) < Decimal("1e-25")


def test_posterior_of_half_parameters_by_symmetry() -> None:
    up = posterior_above(Decimal(".6"), Decimal("1.4"), 3, 8, Decimal(".3"))
    # The same posterior counted from the other end: Beta(b, a) below 1 - theta.
    down = posterior_above(Decimal("1.4"), Decimal(".6"), 5, 8, Decimal(".7"))
    assert abs(up + down - 1) < Decimal("1e-25")

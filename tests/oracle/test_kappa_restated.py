"""Kappa restated in exact fractions, pair by pair, without matrices, and its standard error from the definition."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.stats.kappa import cohen_kappa


def restated(table: list[list[int]], linear: bool) -> tuple[Fraction, Fraction] | None:
    """Kappa and its variance; None where chance agrees completely."""
    k, n = len(table), sum(map(sum, table))
    if not n:
        return None
    pairs = [(i, j, Fraction(table[i][j], n)) for i in range(k) for j in range(k)]

    def agreement(i: int, j: int) -> Fraction:
        if linear and k > 1:
            return 1 - Fraction(abs(i - j), k - 1)
        return Fraction(i == j)

    first = [sum((p for a, _, p in pairs if a == i), Fraction(0)) for i in range(k)]
    second = [sum((p for _, b, p in pairs if b == j), Fraction(0)) for j in range(k)]
    seen = sum((p * agreement(i, j) for i, j, p in pairs), Fraction(0))
    chance = sum((first[i] * second[j] * agreement(i, j) for i in range(k) for j in range(k)), Fraction(0))
    if chance == 1:
        return None
    kappa = (seen - chance) / (1 - chance)
    total = Fraction(0)
    for i, j, p in pairs:
        of_row = sum((second[b] * agreement(i, b) for b in range(k)), Fraction(0))
        of_column = sum((first[a] * agreement(a, j) for a in range(k)), Fraction(0))
        total += p * (agreement(i, j) - (of_row + of_column) * (1 - kappa)) ** 2
    variance = (total - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    return kappa, variance


TABLES = st.integers(1, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k)
)


@given(TABLES, st.booleans())
def test_kappa_is_what_the_definition_says(table: list[list[int]], linear: bool) -> None:
    found, expected = cohen_kappa(table, "linear" if linear else "none"), restated(table, linear)
    if expected is None:
        assert found.value is None and found.reason in ("no_pairs", "one_category")
        return
    assert found.value == pytest.approx(float(expected[0]), abs=1e-12)
    if found.standard_error is not None:
        assert found.standard_error == pytest.approx(sqrt(max(0, expected[1])), abs=1e-7)
    else:
        assert expected == (1, 0)

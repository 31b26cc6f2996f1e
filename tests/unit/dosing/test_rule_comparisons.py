"""Comparisons in whole numbers say what fractions say; a bound settles only what every value behind it settles."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.dosing.rules_moments import NO, UNKNOWN, YES
from onearm.dosing.rules_values import compare
from onearm.protocol.dose_rule_parts import Band

MULTIPLES = st.integers(0, 20_000).map(lambda thousandths: Decimal(thousandths) / 1000)


def said(value: int, qualifier: int, band: Band, reference: int | None) -> int:
    against = None if reference is None else np.array([reference], np.int64)
    return int(compare(np.array([value], np.int64), np.array([qualifier], np.int8), band, against)[0])


@given(
    st.integers(0, 10**10), st.integers(1, 10**9), MULTIPLES, st.sampled_from(["above", "at_least", "below", "at_most"])
)
@settings(max_examples=300, deadline=None)
def test_a_multiple_is_compared_exactly(value: int, limit: int, multiple: Decimal, end: str) -> None:
    band = Band.model_validate({end: multiple})
    ratio, at = Fraction(value, limit), Fraction(multiple)
    truth = {"above": ratio > at, "at_least": ratio >= at, "below": ratio < at, "at_most": ratio <= at}[end]
    assert said(value, 0, band, limit) == (YES if truth else NO)


@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(["above", "at_least", "below", "at_most"]),
    st.sampled_from([-1, 1]),
)
@settings(max_examples=300, deadline=None)
def test_a_bound_settles_what_every_value_behind_it_settles(bound: int, at: int, end: str, qualifier: int) -> None:
    band = Band.model_validate({end: Decimal(at)})
    behind = range(bound + 1) if qualifier < 0 else range(bound, 1000)
    each = {said(value * 10**6, 0, band, None) for value in behind}
    # Between whole numbers nothing changes, and beyond 1000 nothing is asked.
    expected = each.pop() if len(each) == 1 else UNKNOWN
    assert said(bound * 10**6, qualifier, band, None) == expected


@pytest.mark.parametrize(("value", "held"), [(200_000_000, NO), (200_000_001, YES), (199_999_999, NO)])
def test_five_times_the_limit_exactly_is_not_above_it(value: int, held: int) -> None:
    assert said(value, 0, Band(above=Decimal(5)), 40_000_000) == held


def test_very_large_values_do_not_overflow() -> None:
    assert said(9 * 10**18, 0, Band(above=Decimal(10_000)), 9 * 10**14 - 1) == YES
    assert said(9 * 10**18, 0, Band(above=Decimal(10_000)), 9 * 10**14) == NO

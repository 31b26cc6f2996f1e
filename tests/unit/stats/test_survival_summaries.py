from fractions import Fraction

import numpy as np
import pytest

from onearm.stats.kaplan_meier import estimate_survival_curve
from onearm.stats.survival_summaries import landmark, number_at_risk, quantile, restricted_mean

FLOAT_TRAPS = (6, 8, 14, 18, 20, 44, 58, 60, 64, 66, 80, 84, 86, 96)
"""Sample sizes at which another program, which sums logarithms, finds S just above 1/2 and so no median."""


@pytest.mark.parametrize("n", range(4, 101, 2))
def test_exactly_half_is_seen_as_half(n):
    time = np.arange(1, n + 1)
    curve = estimate_survival_curve(time, time <= n // 2)
    assert quantile(curve).estimate is None
    assert quantile(curve, rule="r").estimate == (n // 2 + n) / 2
    one_more = estimate_survival_curve(time, (time <= n // 2) | (time == n))
    assert quantile(one_more).estimate == quantile(one_more, rule="r").estimate == (n // 2 + n) / 2


@pytest.mark.parametrize("n", FLOAT_TRAPS)
def test_sizes_at_which_another_program_loses_the_median(n):
    time = np.arange(1, n + 1)
    rest_has_events = np.where(time > n // 2, time == n, True)
    found = quantile(estimate_survival_curve(time, rest_has_events))
    assert found.estimate == (n // 2 + n) / 2


def test_floats_alone_would_miss_half():
    # The product as the curve holds it, in plain IEEE arithmetic, lies above 1/2 at these sizes.
    above = []
    for n in range(4, 101, 2):
        time = np.arange(1, n + 1)
        curve = estimate_survival_curve(time, time <= n // 2)
        if curve.survival[-1] > 0.5:
            above.append(n)
    assert above == [14, 22, 24, 28, 30, 46, 52, 54, 58, 60, 68, 72, 74, 76, 80, 84, 88, 92, 96]


def test_quantile_takes_shares_as_people_write_them():
    # S is 0.9 exactly from day 1 to day 2: 1 - 0.1 in floats is 0.9, 1 - 0.9 is not 0.1.
    time = np.arange(1, 11)
    curve = estimate_survival_curve(time, np.ones(10, dtype=int))
    assert quantile(curve, 0.1).estimate == 1.5
    assert quantile(curve, 0.9).estimate == 9.5
    assert quantile(curve, Fraction(1, 10)) == quantile(curve, 0.1)
    assert quantile(curve, Fraction(1, 3)).estimate == 4.0


def test_never_reached_is_none():
    curve = estimate_survival_curve([1, 2, 3], [1, 0, 0])
    assert quantile(curve, 0.5) == (None, 1.0, None)
    assert quantile(estimate_survival_curve([], [])) == (None, None, None)


def test_upper_limit_does_not_exist_where_the_curve_comes_down_to_zero():
    curve = estimate_survival_curve([3, 10, 15], [1, 1, 1])
    found = quantile(curve)
    assert found == (10.0, 3.0, None)


@pytest.mark.parametrize("prob", [0, 1, -0.1, 1.5])
def test_impossible_shares_are_refused(prob):
    with pytest.raises(ValueError, match="share"):
        quantile(estimate_survival_curve([1], [1]), prob)


def test_unknown_rules_are_refused():
    curve = estimate_survival_curve([1], [1])
    with pytest.raises(ValueError, match="quantile rule"):
        quantile(curve, rule="spss")
    with pytest.raises(ValueError, match="beyond"):
        landmark(curve, 1, beyond="guess")
    with pytest.raises(ValueError, match="landmark"):
        landmark(curve, -1)
    with pytest.raises(ValueError, match="horizon"):
        restricted_mean(curve, 0)


def test_landmark_before_at_and_after():
    curve = estimate_survival_curve([10, 20, 30], [1, 0, 0], interval="plain")
    assert landmark(curve, 0) == (1.0, 0.0, 1.0, 1.0, 3)
    assert landmark(curve, 10).survival == landmark(curve, 29.5).survival == 2 / 3
    assert landmark(curve, 30).survival == 2 / 3
    assert landmark(curve, 31) == (None, None, None, None, 0)
    assert landmark(curve, 31, "carry")[:4] == landmark(curve, 30)[:4]


def test_nobody_is_left_after_the_last_event():
    curve = estimate_survival_curve([10, 20], [1, 1])
    assert landmark(curve, 400) == (0.0, None, None, None, 0)


def test_an_empty_curve_knows_nothing():
    curve = estimate_survival_curve([], [])
    assert landmark(curve, 5, "carry") == (None, None, None, None, 0)
    assert restricted_mean(curve, 5) is None


def test_at_risk_counts_those_whose_time_is_today():
    curve = estimate_survival_curve([10, 20, 20, 30], [1, 0, 1, 0])
    assert [number_at_risk(curve, t) for t in (0, 10, 10.5, 20, 30, 31)] == [4, 4, 3, 3, 1, 0]


def test_restricted_mean():
    curve = estimate_survival_curve([2, 4], [1, 1])
    assert restricted_mean(curve, 4) == (3.0, pytest.approx(0.5**0.5))
    assert restricted_mean(curve, 100).mean == 3.0
    assert restricted_mean(estimate_survival_curve([2, 4], [1, 0]), 5) is None

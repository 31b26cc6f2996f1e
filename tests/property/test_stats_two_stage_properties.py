from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.stats.two_stage import (
    TwoStageRule,
    operating_characteristics,
    probability_of_success,
    upper_tail_stage_two,
)
from onearm.stats.two_stage_inference import (
    is_success,
    list_outcomes,
    stage_wise_interval,
    stage_wise_p_value,
    unbiased_estimate,
)

# A dozen designs with the rate not worth pursuing: optimal, minimax, with an efficacy stop, and odd ones.
DESIGNS = (
    (TwoStageRule(10, 29, 1, 6), 0.10),
    (TwoStageRule(15, 25, 1, 6), 0.10),
    (TwoStageRule(13, 43, 3, 13), 0.20),
    (TwoStageRule(18, 33, 4, 11), 0.20),
    (TwoStageRule(15, 46, 5, 19), 0.30),
    (TwoStageRule(19, 39, 6, 17), 0.30),
    (TwoStageRule(9, 17, 0, 3), 0.05),
    (TwoStageRule(27, 36, 8, 14), 0.25),
    (TwoStageRule(27, 36, 7, 12), 0.20),
    (TwoStageRule(27, 36, 8, 16, 14), 0.30),
    (TwoStageRule(18, 35, 2, 7, 6), 0.10),
    (TwoStageRule(15, 25, 3, 9, 7), 0.20),
    (TwoStageRule(13, 43, 3, 4), 0.20),
)
DESIGN = pytest.mark.parametrize(
    ("rule", "p0"), DESIGNS, ids=lambda value: str(tuple(value)) if isinstance(value, tuple) else ""
)

EXACT = 1e-12
"""The limit at the least successful total equals p0; it is solved to the last bit of a rounded sum."""


@DESIGN
def test_success_and_p_value_never_disagree(rule, p0):
    attained = probability_of_success(rule, p0)
    for outcome in list_outcomes(rule):
        assert (stage_wise_p_value(rule, outcome, p0) <= attained) == is_success(rule, outcome)


@DESIGN
def test_success_and_lower_limit_never_disagree(rule, p0):
    attained = probability_of_success(rule, p0)
    for outcome in list_outcomes(rule):
        lower = stage_wise_interval(rule, outcome, 1 - 2 * attained).lower
        assert (lower >= p0 - EXACT) == is_success(rule, outcome)
        if outcome == (2, rule.success):
            assert lower == pytest.approx(p0, abs=EXACT)
        else:
            assert abs(lower - p0) > 1e-6


@DESIGN
def test_the_interval_covers_at_least_its_level(rule, p0):
    limits = {outcome: stage_wise_interval(rule, outcome, 0.9) for outcome in list_outcomes(rule)}
    order = list(limits)
    for k in range(1, 40):
        rate = k / 40
        tails = [stage_wise_p_value(rule, outcome, rate) for outcome in order] + [0.0]
        covered = sum(
            tails[i] - tails[i + 1]
            for i, outcome in enumerate(order)
            if limits[outcome].lower <= rate <= limits[outcome].upper
        )
        assert covered >= 0.9 - 1e-12


@DESIGN
def test_limits_and_p_values_follow_the_order(rule, p0):
    limits = [stage_wise_interval(rule, outcome) for outcome in list_outcomes(rule)]
    p_values = [stage_wise_p_value(rule, outcome, p0) for outcome in list_outcomes(rule)]
    for low, high in pairwise(limits):
        assert low.lower < high.lower
        assert low.upper < high.upper
    assert p_values == sorted(p_values, reverse=True)
    for outcome, pair in zip(list_outcomes(rule), limits, strict=True):
        assert 0 <= pair.lower < pair.upper <= 1
        assert 0 <= unbiased_estimate(rule, outcome) <= 1


@st.composite
def rules(draw):
    n1 = draw(st.integers(2, 30))
    n = n1 + draw(st.integers(1, 30))
    low = draw(st.integers(0, n1 - 1))
    if low + 2 <= n1 and draw(st.booleans()):
        stop = draw(st.integers(low + 2, n1))
        return TwoStageRule(n1, n, low, draw(st.integers(low + 1, stop - 1 + n - n1)), stop)
    return TwoStageRule(n1, n, low, draw(st.integers(low + 1, n)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(), st.floats(0.01, 0.99), st.floats(0.0, 0.5))
def test_any_rule(rule, rate, share):
    oc = operating_characteristics(rule, rate)
    assert rule.n1 <= oc.expected_size <= rule.n
    assert oc.stop_efficacy <= oc.success + 1e-12
    assert oc.success + oc.stop_futility <= 1 + 1e-12
    assert probability_of_success(rule, rate, share) <= oc.success + 1e-12
    tails = [stage_wise_p_value(rule, outcome, rate) for outcome in list_outcomes(rule)]
    assert tails[0] == 1.0
    assert all(a >= b - 1e-15 for a, b in pairwise(tails))
    assert oc.success == upper_tail_stage_two(rule, rule.success, rate)
    harder = rule._replace(efficacy_stop=None)
    assert operating_characteristics(harder, rate).expected_size >= oc.expected_size - 1e-9

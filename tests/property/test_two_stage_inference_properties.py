from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_inference import (
    is_success,
    list_outcomes,
    stage_wise_inference,
    stage_wise_p_value,
)
from onearm.stats.two_stage_order import outcome_table, total_probabilities


@st.composite
def rules(draw, most=30):
    n1 = draw(st.integers(2, most))
    n = n1 + draw(st.integers(1, most))
    low = draw(st.integers(0, n1 - 1))
    if low + 2 <= n1 and draw(st.booleans()):
        stop = draw(st.integers(low + 2, n1))
        return TwoStageRule(n1, n, low, draw(st.integers(low + 1, stop - 1 + n - n1)), stop)
    return TwoStageRule(n1, n, low, draw(st.integers(low + 1, n)))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(), st.integers(1, 19))
def test_success_exactly_when_p_is_at_most_the_attained_error(rule, twentieths):
    p0 = twentieths / 20
    attained = probability_of_success(rule, p0)
    assume(attained < 1)  # rounded to 1, it leaves no float between itself and the largest p-value
    for outcome in list_outcomes(rule):
        assert (stage_wise_p_value(rule, outcome, p0) <= attained) == is_success(rule, outcome)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rules(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_limits_and_estimates_lie_in_order(rule, level):
    found = stage_wise_inference(rule, level)
    for limits in (found.stage_wise, found.mid_p, found.koyama_chen):
        assert ((limits >= 0) & (limits <= 1)).all()
        assert (limits[:, 0] <= limits[:, 1]).all()
        assert (np.diff(limits, axis=0) >= -1e-12).all()
    assert (found.stage_wise[:, 0] <= found.mid_p[:, 0] + 1e-12).all()
    assert (found.mid_p[:, 1] <= found.stage_wise[:, 1] + 1e-12).all()
    assert (found.koyama_chen[:, 1] <= found.stage_wise[:, 1] + 1e-12).all()
    assert ((found.stage_wise[:, 0] <= found.mue + 1e-12) & (found.mue <= found.stage_wise[:, 1] + 1e-12)).all()
    for estimate in (found.mle, found.umvue, found.mue, found.bias_adjusted, found.umvcue):
        assert ((estimate >= 0) & (estimate <= 1 + 1e-12)).all()
    assert all(low <= high for low, high in pairwise(found.mue))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rules(), st.sampled_from([0.8, 0.95]))
def test_limits_solve_their_equations(rule, level):
    found, order = stage_wise_inference(rule, level), list_outcomes(rule)
    tail = (1 - level) / 2
    for i in range(1, len(order)):
        assert stage_wise_p_value(rule, order[i], found.stage_wise[i, 0]) == pytest.approx(tail, rel=1e-9)
        assert 1 - stage_wise_p_value(rule, order[i], found.stage_wise[i - 1, 1]) == pytest.approx(tail, rel=1e-9)
        assert stage_wise_p_value(rule, order[i], found.mue[i]) == pytest.approx(0.5, rel=1e-9)
        above = stage_wise_p_value(rule, order[i + 1], found.mid_p[i, 0]) if i + 1 < len(order) else 0.0
        this = stage_wise_p_value(rule, order[i], found.mid_p[i, 0])
        assert (above + this) / 2 == pytest.approx(tail, rel=1e-9)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rules(most=12), st.integers(1, 9))
def test_unbiased_over_all_outcomes_and_over_those_of_stage_two(rule, tenths):
    rate = Fraction(tenths, 10)
    found, order = stage_wise_inference(rule), list_outcomes(rule)
    tails = [stage_wise_p_value(rule, outcome, float(rate)) for outcome in order] + [0.0]
    chances = -np.diff(tails)
    assert np.sum(chances * found.umvue) == pytest.approx(float(rate), rel=1e-10)
    late = found.has_umvcue
    assert np.sum((chances * found.umvcue)[late]) / chances[late].sum() == pytest.approx(float(rate), rel=1e-8)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(rules())
def test_the_expected_share_of_responders_rises_with_the_rate(rule):
    """So the bias-adjusted estimate is the only rate at which the expected share is what was seen."""
    rates = np.linspace(0.001, 0.999, 400)
    means = total_probabilities(rule.n, rates) @ outcome_table(rule).mean_share
    assert (np.diff(means) > 0).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rules(), st.data())
def test_one_outcome_is_what_all_outcomes_say(rule, data):
    every = stage_wise_inference(rule)
    at = data.draw(st.integers(0, len(every.stage) - 1))
    one = stage_wise_inference(rule, outcomes=[at])
    for field, values in zip(one._fields, one, strict=True):
        assert values[0] == pytest.approx(getattr(every, field)[at], abs=1e-13)

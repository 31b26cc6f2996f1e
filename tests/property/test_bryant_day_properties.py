"""Designs on response and toxicity: what must hold whatever the rule, the rates and the odds ratio."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.design import find_bryant_day
from onearm.stats.joint_outcomes import JointRule, joint_characteristics, share_with_both
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

rates = st.floats(0.01, 0.99)
ratios = st.floats(1e-3, 1e3)


@st.composite
def rules(draw):
    n1 = draw(st.integers(1, 20))
    n = n1 + draw(st.integers(1, 20))
    r1, t1 = draw(st.integers(0, n1 - 1)), draw(st.integers(1, n1))
    return JointRule(n1, n, r1, t1, draw(st.integers(r1, n - 1)), draw(st.integers(1, t1 + n - n1)))


@given(rules(), rates, rates)
def test_independent_endpoints_multiply(rule, response, toxicity):
    found = joint_characteristics(rule, response, toxicity)
    of_response = operating_characteristics(TwoStageRule(rule.n1, rule.n, rule.r1, rule.r + 1), response)
    few_free, free = rule.n1 - rule.t1, rule.n - rule.t
    of_toxicity = operating_characteristics(TwoStageRule(rule.n1, rule.n, few_free, free + 1), 1 - toxicity)
    assert found.success == pytest.approx(of_response.success * of_toxicity.success, abs=1e-12)
    assert found.stop_few_responses == pytest.approx(of_response.stop_futility, abs=1e-12)
    assert found.stop_toxicity == pytest.approx(of_toxicity.stop_futility, abs=1e-12)
    going_on = (1 - of_response.stop_futility) * (1 - of_toxicity.stop_futility)
    assert found.stop_early == pytest.approx(1 - going_on, abs=1e-12)


@given(rates, rates, ratios)
def test_the_share_with_both_has_the_odds_ratio(response, toxicity, ratio):
    both = share_with_both(response, toxicity, ratio)
    assert max(0, response + toxicity - 1) - 1e-15 <= both <= min(response, toxicity) + 1e-15
    cells = (both, response - both, toxicity - both, 1 - response - toxicity + both)
    assert cells[0] * cells[3] == pytest.approx(ratio * cells[1] * cells[2], rel=1e-6, abs=1e-12)


@given(rules(), rates, rates, ratios)
def test_the_reasons_to_stop_are_those_of_each_endpoint_alone(rule, response, toxicity, ratio):
    free, bound = (
        joint_characteristics(rule, response, toxicity),
        joint_characteristics(rule, response, toxicity, ratio),
    )
    # Each endpoint alone does not know of the other.
    assert bound.stop_few_responses == pytest.approx(free.stop_few_responses, abs=1e-10)
    assert bound.stop_toxicity == pytest.approx(free.stop_toxicity, abs=1e-10)
    larger = max(bound.stop_few_responses, bound.stop_toxicity)
    assert larger - 1e-10 <= bound.stop_early <= bound.stop_few_responses + bound.stop_toxicity + 1e-10
    assert bound.success <= 1 - bound.stop_early + 1e-12


@given(rules())
def test_no_rule_that_keeps_the_limits_is_better_than_the_optimum(rule):
    p0, p1, good, bad = 0.2, 0.6, 0.1, 0.4
    poor = joint_characteristics(rule, p0, good)
    toxic = joint_characteristics(rule, p1, bad)
    fine = joint_characteristics(rule, p1, good)
    if fine.success < 0.3:
        return
    table = find_bryant_day(p0, p1, good, bad, poor.success, toxic.success, fine.success, odds_ratios=())
    best, smallest = table.designs[0].independent, table.designs[1]
    assert max(best.en_response, best.en_toxicity) <= max(poor.expected_size, toxic.expected_size) + 1e-9
    assert smallest.n <= rule.n

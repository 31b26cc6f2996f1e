from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from onearm.stats.curtailment import curtail, median_size, open_states
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, probability_of_success

SMALL = (
    TwoStageRule(3, 6, 0, 2),
    TwoStageRule(4, 7, 1, 3),
    TwoStageRule(4, 8, 0, 5, 3),
    TwoStageRule(5, 9, 1, 4, 5),
    TwoStageRule(3, 8, 1, 2),
    SingleStageRule(6, 3),
)
REAL = (TwoStageRule(13, 43, 3, 13), TwoStageRule(27, 36, 8, 14), TwoStageRule(27, 36, 8, 16, 14))


def decide(rule, bits):
    """The decision of a whole sequence, and after how many patients the plan ends."""
    if isinstance(rule, TwoStageRule):
        x1 = sum(bits[: rule.n1])
        if x1 <= rule.futility_stop:
            return False, rule.n1
        if rule.efficacy_stop is not None and x1 >= rule.efficacy_stop:
            return True, rule.n1
    return sum(bits) >= rule.success, rule.n


def by_enumeration(rule, rate, for_success):
    """Every sequence: stop at the first patient after which all continuations agree."""
    size = chance_of_success = Fraction(0)
    for bits in product((0, 1), repeat=rule.n):
        chance = rate ** sum(bits) * (1 - rate) ** (rule.n - sum(bits))
        decision, end = decide(rule, bits)
        for m in range(1, end + 1):
            endings = {decide(rule, bits[:m] + rest)[0] for rest in product((0, 1), repeat=rule.n - m)}
            if m == end or endings == {False} or (for_success and endings == {True}):
                break
        size += chance * m
        chance_of_success += chance * decision
    return float(size), float(chance_of_success)


@pytest.mark.parametrize("rule", SMALL)
@pytest.mark.parametrize("for_success", [True, False])
def test_equals_the_enumeration_of_sequences(rule, for_success):
    for rate in (Fraction(1, 5), Fraction(3, 5)):
        found = curtail(rule, float(rate), for_success=for_success)
        size, success = by_enumeration(rule, rate, for_success)
        assert found.expected_size == pytest.approx(size, rel=1e-12)
        assert found.success == pytest.approx(success, rel=1e-12)


@pytest.mark.parametrize("rule", REAL)
def test_certain_states_in_closed_form(rule):
    can_succeed, can_fail = open_states(rule)
    for m in range(rule.n + 1):
        for s in range(m + 1):
            if m > rule.n1 or (m == rule.n1 and rule.futility_stop < s < (rule.efficacy_stop or rule.n1 + 1)):
                assert can_succeed[m, s] == (s + rule.n - m >= rule.success)
                assert can_fail[m, s] == (s < rule.success)
            elif m < rule.n1:
                passes = s + rule.n1 - m > rule.futility_stop
                assert can_succeed[m, s] == (passes and s + rule.n - m >= rule.success)
                certain = s >= rule.success or (rule.efficacy_stop is not None and s >= rule.efficacy_stop)
                assert can_fail[m, s] == (not certain)


@pytest.mark.parametrize("rule", REAL)
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.5, 0.9, 1.0])
def test_the_decision_is_unchanged_and_the_size_smaller(rule, rate):
    both, failure = curtail(rule, rate), curtail(rule, rate, for_success=False)
    plan = probability_of_success(rule, rate)
    assert both.success == pytest.approx(plan, abs=1e-13)
    assert failure.success == pytest.approx(plan, abs=1e-13)
    assert both.expected_size <= failure.expected_size + 1e-12 <= rule.n + 1e-12
    assert both.median_size <= failure.median_size <= rule.n


def test_sure_rates():
    # 13 of 43: with no responder the tenth failure makes four of 13 impossible; with all, 13 are enough.
    assert curtail(TwoStageRule(13, 43, 3, 13), 0.0)[1:] == (10.0, 10)
    assert curtail(TwoStageRule(13, 43, 3, 13), 1.0)[1:] == (13.0, 13)
    assert curtail(TwoStageRule(13, 43, 3, 13), 1.0, for_success=False)[1:] == (43.0, 43)


def test_not_evaluable_patients_are_failures():
    assert curtail(REAL[0], 0.5, 0.2) == curtail(REAL[0], 0.4)


def test_median_counts_one_half_as_reached():
    assert median_size(np.array([0, 0.5, 0.5])) == 1
    assert median_size(np.array([0, 0.4, 0.6])) == 2

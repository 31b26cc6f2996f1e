"""Stochastic curtailment against an enumeration of sequences, in fractions, and against the certain stops."""

from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest

from onearm.stats.curtailment import curtail
from onearm.stats.monitoring import sequential_characteristics
from onearm.stats.monitoring_posterior import BetaPrior
from onearm.stats.stochastic_curtailment import Thresholds, chances_of_success, curtail_by_chance
from onearm.stats.two_stage import TwoStageRule, probability_of_success

SMALL = (TwoStageRule(3, 7, 0, 3), TwoStageRule(4, 8, 1, 3), TwoStageRule(4, 8, 0, 5, 3), TwoStageRule(5, 9, 1, 4, 5))
REAL = (TwoStageRule(13, 43, 3, 13), TwoStageRule(27, 36, 8, 14), TwoStageRule(27, 36, 8, 16, 14))
BELIEFS = (Fraction(2, 5), (Fraction(1, 2), Fraction(3, 2)))
THRESHOLDS = (
    Thresholds(0.1, None),
    Thresholds(0.25, 0.75),
    Thresholds(0.0, 0.9, counting_stops=True),
    Thresholds(0.3, 0.7, counting_stops=True),
)


def given(belief):
    return BetaPrior(*map(float, belief)) if isinstance(belief, tuple) else float(belief)


def decision_at_look(rule, m, s):
    """What the plan itself decides at m patients with s responders; None: it goes on."""
    if m == rule.n:
        return s >= rule.success
    if m == rule.n1 and s <= rule.futility_stop:
        return False
    if m == rule.n1 and rule.efficacy_stop is not None and s >= rule.efficacy_stop:
        return True
    return None


def decide_by_force(rule, belief, thresholds, looks):
    """(m, s) → the decision there, or None, in fractions: written forwards from the state, with nothing shared."""

    def next_response(m, s):
        return (belief[0] + s) / (sum(belief) + m) if isinstance(belief, tuple) else belief

    @cache
    def chance(m, s, counting):
        decided = decide(m, s) if counting else decision_at_look(rule, m, s)
        return chance_onwards(m, s, counting) if decided is None else Fraction(decided)

    @cache
    def chance_onwards(m, s, counting):
        q = next_response(m, s)
        return q * chance(m + 1, s + 1, counting) + (1 - q) * chance(m + 1, s, counting)

    @cache
    def decide(m, s):
        planned = decision_at_look(rule, m, s)
        if planned is not None or m not in looks:
            return planned
        here = chance_onwards(m, s, thresholds.counting_stops)
        if here == 0 or here < Fraction(str(thresholds.below)):
            return False
        if thresholds.above is not None and (here == 1 or here > Fraction(str(thresholds.above))):
            return True
        return None

    return decide


@pytest.mark.parametrize("rule", SMALL)
@pytest.mark.parametrize("belief", BELIEFS)
@pytest.mark.parametrize("thresholds", THRESHOLDS)
@pytest.mark.parametrize("every", [True, False])
def test_equals_the_enumeration_of_sequences(rule, belief, thresholds, every):
    looks = range(1, rule.n + 1) if every else (2, rule.n1, 6, rule.n)
    decide = decide_by_force(rule, belief, thresholds, set(looks))
    found = curtail_by_chance(rule, given(belief), thresholds, looks)
    for rate in (Fraction(1, 4), Fraction(3, 5)):
        won, size = Fraction(0), Fraction(0)
        by_look = dict.fromkeys(found.looks, Fraction(0))
        for bits in product((0, 1), repeat=rule.n):
            m = next(m for m in range(1, rule.n + 1) if decide(m, sum(bits[:m])) is not None)
            share = rate ** sum(bits) * (1 - rate) ** (rule.n - sum(bits))
            size += share * m
            by_look[m] += share
            won += share * decide(m, sum(bits[:m]))
        exact = sequential_characteristics(found, float(rate))
        assert sum(exact.stop_upper) == pytest.approx(float(won), rel=1e-12)
        assert exact.expected_size == pytest.approx(float(size), rel=1e-12)
        stopped = np.add(exact.stop_lower, exact.stop_upper)
        assert stopped == pytest.approx([float(share) for share in by_look.values()], abs=1e-14)


@pytest.mark.parametrize("rule", REAL)
@pytest.mark.parametrize("counting", [False, True])
def test_thresholds_at_the_ends_are_deterministic_curtailment(rule, counting):
    for above, for_success in ((None, False), (1.0, True)):
        found = curtail_by_chance(rule, 0.4, Thresholds(0.0, above, counting), range(1, rule.n + 1))
        for rate in (0.2, 0.45):
            exact, certain = sequential_characteristics(found, rate), curtail(rule, rate, for_success=for_success)
            assert exact.expected_size == pytest.approx(certain.expected_size, rel=1e-12)
            assert sum(exact.stop_upper) == pytest.approx(probability_of_success(rule, rate), rel=1e-12)


def test_chances_start_with_the_power_and_end_with_the_decision():
    for rule in REAL:
        table = chances_of_success(rule, 0.45)
        assert table[0, 0] == pytest.approx(probability_of_success(rule, 0.45), rel=1e-12)
        assert not table[rule.n1, : rule.futility_stop + 1].any()
        assert set(table[rule.n]) == {0.0, 1.0}
        predictive = chances_of_success(rule, BetaPrior(4.5e6, 5.5e6))
        assert predictive[0, 0] == pytest.approx(table[0, 0], abs=1e-5)


@pytest.mark.parametrize("rule", REAL)
def test_a_higher_threshold_stops_more_and_succeeds_less(rule):
    rates = (0.2, 0.45)
    before = None
    for below in np.linspace(0, 0.5, 11):
        found = curtail_by_chance(rule, 0.4, Thresholds(float(below), None), range(1, rule.n + 1))
        now = [sequential_characteristics(found, rate) for rate in rates]
        if before is not None:
            for old, new in zip(before, now, strict=True):
                assert new.expected_size <= old.expected_size + 1e-12
                assert sum(new.stop_upper) <= sum(old.stop_upper) + 1e-12
        before = now


def test_equality_stops_nothing():
    # After 1 of 1 the chance of at least 2 of 3 at one half is exactly 3/4; after 0 of 1 exactly 1/4.
    rule = TwoStageRule(1, 3, 0, 2)
    assert chances_of_success(rule, 0.5)[1, 1] == 0.75
    looks = (1, 2, 3)
    assert curtail_by_chance(rule, 0.5, Thresholds(0.75, None), looks).lower == (0, 1, None)
    assert curtail_by_chance(rule, 0.5, Thresholds(0.7500001, None), looks).lower == (1, None, None)
    assert curtail_by_chance(rule, 0.5, Thresholds(0.0, 0.75), looks).upper == (None, 2, 2)
    assert curtail_by_chance(rule, 0.5, Thresholds(0.0, 0.7499999), looks).upper == (1, None, None)


def test_an_impossible_rule_is_refused():
    with pytest.raises(ValueError, match="stage one takes"):
        chances_of_success(TwoStageRule(9, 9, 0, 3), 0.4)
    with pytest.raises(ValueError, match="futility stop"):
        curtail_by_chance(TwoStageRule(3, 9, 3, 4), 0.4, Thresholds(0.1, None), (1,))

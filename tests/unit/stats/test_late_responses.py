from fractions import Fraction
from itertools import product

import pytest

from onearm.stats.late_responses import characteristics_with_unseen
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

RULES = (TwoStageRule(3, 5, 0, 2), TwoStageRule(4, 6, 1, 4, 3), TwoStageRule(4, 6, 0, 3, 4))


def by_enumeration(rule, rate, unseen):
    """Every stage-one patient is seen to respond, responds unseen, or does not; every later one does or not."""
    success = futility = efficacy = Fraction(0)
    chances = {"seen": rate * (1 - unseen), "hidden": rate * unseen, "none": 1 - rate}
    for states in product(chances, repeat=rule.n1):
        chance = Fraction(1)
        for state in states:
            chance *= chances[state]
        seen, hidden = states.count("seen"), states.count("hidden")
        if seen <= rule.futility_stop:
            futility += chance
        elif rule.efficacy_stop is not None and seen >= rule.efficacy_stop:
            efficacy += chance
        else:
            for bits in product((0, 1), repeat=rule.n - rule.n1):
                later = rate ** sum(bits) * (1 - rate) ** (len(bits) - sum(bits))
                success += chance * later * (seen + hidden + sum(bits) >= rule.success)
    return success + efficacy, futility, efficacy


@pytest.mark.parametrize("rule", RULES)
def test_equals_the_enumeration_of_patients(rule):
    for rate, unseen in product((Fraction(1, 4), Fraction(3, 5)), (Fraction(0), Fraction(1, 5), Fraction(1))):
        found = characteristics_with_unseen(rule, float(rate), 0.0, float(unseen))
        assert found[:3] == pytest.approx([float(value) for value in by_enumeration(rule, rate, unseen)], abs=1e-13)
        going_on = 1 - found.stop_futility - found.stop_efficacy
        assert found.expected_size == pytest.approx(rule.n1 + (rule.n - rule.n1) * going_on, abs=1e-12)


@pytest.mark.parametrize("rule", [*RULES, TwoStageRule(27, 36, 8, 16, 14)])
@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_all_seen_is_the_plan(rule, rate):
    plan = operating_characteristics(rule, rate, 0.1)
    assert characteristics_with_unseen(rule, rate, 0.1) == pytest.approx(plan, abs=1e-14)


def test_unseen_responders_cost_power():
    rule = TwoStageRule(27, 36, 8, 14)
    powers = [characteristics_with_unseen(rule, 0.45, 0.1, share / 10).success for share in range(11)]
    assert powers == sorted(powers, reverse=True)
    assert powers[-1] == 0.0


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_impossible_shares_are_refused(share):
    with pytest.raises(ValueError, match="rate"):
        characteristics_with_unseen(RULES[0], 0.5, 0.0, share)

from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest

from onearm.stats.binomial import binomial_tail
from onearm.stats.changed_second_stage import changed_inference, changed_limits, changed_p_value
from onearm.stats.conditional_error import boundary_after
from onearm.stats.two_stage import TwoStageRule, continuing_counts, probability_of_success
from onearm.stats.two_stage_inference import Outcome, stage_wise_p_value

DESIGNS = (
    (TwoStageRule(13, 43, 3, 13), 0.2),
    (TwoStageRule(10, 29, 1, 6), 0.1),
    (TwoStageRule(27, 36, 8, 14), 0.25),
    (TwoStageRule(27, 36, 8, 16, 14), 0.3),
    (TwoStageRule(10, 14, 0, 8), 0.4),
    (TwoStageRule(10, 14, 3, 12), 0.3),
    (TwoStageRule(12, 20, 2, 6, 10), 0.25),
    (TwoStageRule(6, 9, 2, 3), 0.3),
)


def tail(x, n, p):
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(max(x, 0), n + 1))


def restated(rule, x1, x2, m2, p):
    """Koyama and Chen's p-value in fractions, π* by halving."""
    n2 = rule.n - rule.n1
    seen = tail(x2, m2, p)
    low, high = Fraction(0), Fraction(1)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(rule.success - x1, n2, middle) < seen else (low, middle)
        low, high = low.limit_denominator(2**64), high.limit_denominator(2**64)
    end = rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    each = [comb(rule.n1, k) * p**k * (1 - p) ** (rule.n1 - k) for k in range(rule.n1 + 1)]
    on = sum(each[k] * tail(rule.success - k, n2, high) for k in range(rule.futility_stop + 1, end))
    return float(on + sum(each[end:]))


@pytest.mark.parametrize(("x1", "x2", "m2"), [(4, 7, 20), (5, 8, 30), (6, 9, 35), (4, 20, 20), (9, 1, 3)])
def test_equals_the_formula_in_fractions(x1, x2, m2):
    rule = DESIGNS[0][0]
    assert changed_p_value(rule, x1, x2, m2, 0.2) == pytest.approx(
        restated(rule, x1, x2, m2, Fraction(1, 5)), rel=1e-10
    )


def test_equals_the_formula_in_fractions_with_an_efficacy_stop():
    rule = DESIGNS[3][0]
    found = changed_p_value(rule, 11, 4, 7, 0.3)
    assert found == pytest.approx(restated(rule, 11, 4, 7, Fraction(3, 10)), rel=1e-10)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_success_by_p_is_success_by_the_conditional_error(rule, p0):
    attained = probability_of_success(rule, p0)
    n2 = rule.n - rule.n1
    for x1 in continuing_counts(rule).tolist():
        for m2 in {0, 1, max(0, n2 - 3), n2 + 2, n2 + 10} - {n2}:
            kept = boundary_after(rule, p0, rule.n1, x1, m2)
            for x2 in range(m2 + 1):
                by_error = kept.success is not None and x1 + x2 >= kept.success
                assert (changed_p_value(rule, x1, x2, m2, p0) <= attained) == by_error


@pytest.mark.parametrize(("rule", "p0"), DESIGNS[:4])
def test_at_the_planned_size_it_meets_the_stage_wise_p_value_at_the_boundary(rule, p0):
    plan = stage_wise_p_value(rule, Outcome(2, rule.success), p0)
    for x1 in continuing_counts(rule).tolist():
        if 0 < rule.success - x1 <= rule.n - rule.n1:
            found = changed_p_value(rule, x1, rule.success - x1, rule.n - rule.n1, p0)
            assert found == pytest.approx(plan, rel=1e-10)


def kind(rule, x1):
    """0: success was out of reach after stage one, 2: it was certain, 1: neither."""
    return 2 if x1 >= rule.success else 0 if x1 + rule.n - rule.n1 < rule.success else 1


def tied_p_value(rule, x1, x2, m2, p):
    """By listing every trial: those of a higher kind, and those of the same kind with a higher total, then x1."""
    total = Fraction(0)
    for y1 in range(rule.futility_stop + 1, rule.n1 + 1):
        first = comb(rule.n1, y1) * p**y1 * (1 - p) ** (rule.n1 - y1)
        for y2 in range(m2 + 1):
            stopped = rule.efficacy_stop is not None and y1 >= rule.efficacy_stop
            above = (kind(rule, y1), y1 + y2, y1) >= (kind(rule, x1), x1 + x2, x1)
            if stopped or kind(rule, y1) > kind(rule, x1) or (kind(rule, y1) == kind(rule, x1) and above):
                total += first * comb(m2, y2) * p**y2 * (1 - p) ** (m2 - y2)
    return total


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
@pytest.mark.parametrize("m2", [0, 1, 4, 11])
def test_where_no_rate_tells_outcomes_apart_the_total_does(rule, p0, m2):
    p = Fraction(str(p0))
    for x1 in continuing_counts(rule).tolist():
        if kind(rule, x1) != 1:
            for x2 in range(m2 + 1):
                expected = float(tied_p_value(rule, x1, x2, m2, p))
                assert changed_p_value(rule, x1, x2, m2, p0) == pytest.approx(expected, rel=1e-10), (x1, x2)


def test_both_ties_are_met_in_the_designs_above():
    kinds = {kind(rule, x1) for rule, _ in DESIGNS for x1 in continuing_counts(rule).tolist()}
    assert kinds == {0, 1, 2}
    # 13 responders in stage one: success was certain, and nobody could have had more.
    assert changed_p_value(DESIGNS[0][0], 13, 0, 5, 0.2) == pytest.approx(binomial_tail(13, 13, 0.2))
    # The least of those out of reach: p is P(went on).
    assert changed_p_value(DESIGNS[4][0], 1, 0, 2, 0.4) == pytest.approx(binomial_tail(1, 10, 0.4))


def following(rule, x1, x2, m2):
    """The next outcome in the order, or None if only stops for efficacy, or nothing, stand above."""
    outcomes = [(y1, y2) for y1 in continuing_counts(rule).tolist() for y2 in range(m2 + 1)]
    if kind(rule, x1) == 1:
        if x2 < m2:
            return x1, x2 + 1
        above = [o for o in outcomes if kind(rule, o[0]) == 2]
    else:
        same = [o for o in outcomes if kind(rule, o[0]) == kind(rule, x1) and (sum(o), o[0]) > (x1 + x2, x1)]
        above = same or [o for o in outcomes if kind(rule, o[0]) == kind(rule, x1) + 1]
        if not same and above and kind(rule, x1) == 0:
            return min(above)[0], 0
    return min(above, key=lambda o: (sum(o), o[0])) if above else None


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_limits_solve_their_equations_and_enclose_the_estimate(rule, p0):
    for x1 in continuing_counts(rule).tolist():
        for x2, m2 in ((0, 0), (0, 3), (2, 3), (3, 3)):
            found = changed_inference(rule, x1, x2, m2, p0, 0.9)
            assert found.p_value == changed_p_value(rule, x1, x2, m2, p0)
            (lower, upper), (mid_lower, mid_upper) = found.stage_wise, found.mid_p
            assert 0 < lower <= found.mue <= upper <= 1
            assert lower <= mid_lower <= mid_upper <= upper
            assert found.koyama_chen.lower == lower
            assert found.koyama_chen.upper <= upper
            assert changed_p_value(rule, x1, x2, m2, lower) == pytest.approx(0.05, rel=1e-9)
            assert changed_p_value(rule, x1, x2, m2, found.mue) == pytest.approx(0.5, rel=1e-9)
            assert changed_p_value(rule, x1, x2, m2, found.koyama_chen.upper) == pytest.approx(0.95, rel=1e-9)
            above = following(rule, x1, x2, m2)
            if above:
                assert changed_p_value(rule, *above, m2, upper) == pytest.approx(0.95, rel=1e-9), (x1, x2, m2)
            elif rule.efficacy_stop is None:
                assert upper == 1
            else:
                assert binomial_tail(rule.efficacy_stop, rule.n1, upper) == pytest.approx(0.95, rel=1e-9)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_all_limits_of_a_size_are_those_of_each_outcome(rule, p0):
    found = changed_limits(rule, 3, 0.9)
    every = zip(found.x1.tolist(), found.x2.tolist(), found.stage_wise.tolist(), strict=True)
    listed = [(x1, x2) for x1 in continuing_counts(rule).tolist() for x2 in range(4)]
    for expected, (x1, x2, limits) in zip(listed, every, strict=True):
        assert (x1, x2) == expected
        assert limits == pytest.approx(changed_inference(rule, x1, x2, 3, p0, 0.9).stage_wise, abs=1e-14)


def test_a_trial_whose_success_was_certain_says_how_many_responded():
    # 27 of 27 and 11 of 11: before, limits .3195 to .6805 for every count from 14 on.
    rule = DESIGNS[2][0]
    best = changed_inference(rule, 27, 11, 11, 0.25)
    assert best.stage_wise == pytest.approx((0.025 ** (1 / 38), 1))
    assert best.mue == pytest.approx(0.5 ** (1 / 38))
    assert best.p_value == pytest.approx(0.25**38)
    lower = [changed_inference(rule, x1, 5, 11, 0.25).stage_wise.lower for x1 in range(14, 28)]
    assert all(earlier < later for earlier, later in pairwise(lower))


def test_more_responders_say_more():
    rule, p0 = DESIGNS[0]
    values = [changed_p_value(rule, 6, x2, 25, p0) for x2 in range(26)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[5] > values[10]


@pytest.mark.parametrize(("x1", "x2", "m2"), [(3, 5, 30), (4, 31, 30), (4, -1, 30)])
def test_what_cannot_be_is_refused(x1, x2, m2):
    with pytest.raises(ValueError, match=r"does not go on|a count of"):
        changed_p_value(DESIGNS[0][0], x1, x2, m2, 0.2)

from fractions import Fraction
from math import comb

import pytest

from onearm.stats.binomial import binomial_tail
from onearm.stats.changed_second_stage import changed_inference, changed_p_value
from onearm.stats.conditional_error import boundary_after
from onearm.stats.two_stage import TwoStageRule, continuing_counts, probability_of_success
from onearm.stats.two_stage_inference import Outcome, stage_wise_p_value

DESIGNS = (
    (TwoStageRule(13, 43, 3, 13), 0.2),
    (TwoStageRule(10, 29, 1, 6), 0.1),
    (TwoStageRule(27, 36, 8, 14), 0.25),
    (TwoStageRule(27, 36, 8, 16, 14), 0.3),
    (TwoStageRule(10, 14, 0, 8), 0.4),
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
                assert (changed_p_value(rule, x1, x2, m2, p0) <= attained * (1 + 1e-11)) == by_error


@pytest.mark.parametrize(("rule", "p0"), DESIGNS[:4])
def test_at_the_planned_size_it_meets_the_stage_wise_p_value_at_the_boundary(rule, p0):
    plan = stage_wise_p_value(rule, Outcome(2, rule.success), p0)
    for x1 in continuing_counts(rule).tolist():
        if 0 < rule.success - x1 <= rule.n - rule.n1:
            found = changed_p_value(rule, x1, rule.success - x1, rule.n - rule.n1, p0)
            assert found == pytest.approx(plan, rel=1e-10)


def test_where_no_rate_tells_outcomes_apart():
    rule = DESIGNS[0][0]
    # 13 responders in stage one: success was certain, whatever came later.
    assert changed_p_value(rule, 13, 0, 5, 0.2) == pytest.approx(binomial_tail(13, 13, 0.2))
    # 1 of 10, 8 needed, 4 to come: success was out of reach, p is P(went on).
    odd = DESIGNS[4][0]
    assert changed_p_value(odd, 1, 2, 2, 0.4) == pytest.approx(binomial_tail(1, 10, 0.4))


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_limits_solve_their_equations_and_enclose_the_estimate(rule, p0):
    for x1 in continuing_counts(rule).tolist()[:3]:
        for x2, m2 in ((0, 0), (0, 3), (2, 3), (3, 3)):
            found = changed_inference(rule, x1, x2, m2, p0, 0.9)
            assert found.p_value == changed_p_value(rule, x1, x2, m2, p0)
            (lower, upper), (mid_lower, mid_upper) = found.stage_wise, found.mid_p
            assert 0 < lower <= found.mue <= upper <= 1
            assert lower <= mid_lower <= mid_upper <= upper
            assert found.koyama_chen.lower == lower
            assert found.koyama_chen.upper <= upper
            assert changed_p_value(rule, x1, x2, m2, lower) == pytest.approx(0.05, rel=1e-9)
            assert changed_p_value(rule, x1, x2, m2, found.koyama_chen.upper) == pytest.approx(0.95, rel=1e-9)
            if x2 < m2:
                assert changed_p_value(rule, x1, x2 + 1, m2, upper) == pytest.approx(0.95, rel=1e-9)


def test_more_responders_say_more():
    rule, p0 = DESIGNS[0]
    values = [changed_p_value(rule, 6, x2, 25, p0) for x2 in range(26)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[5] > values[10]


@pytest.mark.parametrize(("x1", "x2", "m2"), [(3, 5, 30), (4, 31, 30), (4, -1, 30)])
def test_what_cannot_be_is_refused(x1, x2, m2):
    with pytest.raises(ValueError, match=r"does not go on|a count of"):
        changed_p_value(DESIGNS[0][0], x1, x2, m2, 0.2)

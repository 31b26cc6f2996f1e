from fractions import Fraction
from itertools import product
from math import comb

import pytest

from onearm.stats.binomial import binomial_pmf, binomial_tail
from onearm.stats.conditional_error import boundary_after, conditional_errors, preserving_boundaries
from onearm.stats.two_stage import TwoStageRule, continuing_counts, probability_of_success

SMALL = (TwoStageRule(3, 6, 0, 2), TwoStageRule(4, 7, 1, 5, 4), TwoStageRule(4, 7, 0, 3, 3))
DESIGNS = (
    (TwoStageRule(13, 43, 3, 13), 0.2),
    (TwoStageRule(10, 29, 1, 6), 0.1),
    (TwoStageRule(27, 36, 8, 14), 0.25),
    (TwoStageRule(27, 36, 8, 16, 14), 0.3),
)


def succeeds(rule, bits):
    x1 = sum(bits[: rule.n1])
    if rule.efficacy_stop is not None and x1 >= rule.efficacy_stop:
        return True
    return x1 > rule.futility_stop and sum(bits) >= rule.success


@pytest.mark.parametrize("rule", SMALL)
def test_equals_the_enumeration_of_completions(rule):
    rate = Fraction(3, 10)
    errors = conditional_errors(rule, 0.3)
    for m in range(rule.n1 + 1):
        for seen in product((0, 1), repeat=m):
            exact = sum(
                rate ** sum(rest) * (1 - rate) ** len([b for b in rest if not b])
                for rest in product((0, 1), repeat=rule.n - m)
                if succeeds(rule, seen + rest)
            )
            assert errors[m, sum(seen)] == pytest.approx(float(exact), abs=1e-14)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_at_the_planned_size_the_boundary_is_the_planned_one(rule, p0):
    found = preserving_boundaries(rule, p0, rule.n1, rule.n)
    for state in found.states:
        if state.responders in continuing_counts(rule) and state.responders < rule.success:
            assert state.success == rule.success
        else:
            assert state.success == state.responders
    assert found.type_one_error == pytest.approx(probability_of_success(rule, p0), rel=1e-12)
    assert found.planned_type_one_error == pytest.approx(probability_of_success(rule, p0), rel=1e-12)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_the_type_one_error_is_kept_at_every_size(rule, p0):
    plan = probability_of_success(rule, p0)
    for at in range(1, rule.n + 1, 3):
        for n_actual in {at, at + 1, rule.n - 2, rule.n, rule.n + 5, rule.n + 20}:
            if n_actual >= at:
                found = preserving_boundaries(rule, p0, at, n_actual)
                assert found.type_one_error <= plan * (1 + 1e-12)
                for state in found.states:
                    assert state.attained <= state.conditional_error * (1 + 1e-12)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_the_type_one_error_is_kept_when_the_data_choose_the_size(rule, p0):
    """The size is chosen, state by state, as the one that succeeds most often under p0: the worst that can be done."""
    total = 0.0 if rule.efficacy_stop is None else binomial_tail(rule.efficacy_stop, rule.n1, p0)
    for x1 in continuing_counts(rule).tolist():
        worst = max(boundary_after(rule, p0, rule.n1, x1, rest).attained for rest in range(60))
        total += binomial_pmf(rule.n1, p0)[x1] * worst
    assert total <= probability_of_success(rule, p0) * (1 + 1e-12)


@pytest.mark.parametrize(("rule", "p0"), DESIGNS)
def test_boundaries_are_the_least_that_hold(rule, p0):
    for x1 in continuing_counts(rule).tolist():
        for rest in (1, rule.n - rule.n1 + 2):
            found = boundary_after(rule, p0, rule.n1, x1, rest)
            needed = rest + 1 if found.success is None else found.success - x1
            exact = sum(
                comb(rest, k)
                * Fraction(p0).limit_denominator(100) ** k
                * (1 - Fraction(p0).limit_denominator(100)) ** (rest - k)
                for k in range(max(needed - 1, 0), rest + 1)
            )
            assert needed == 0 or float(exact) > found.conditional_error


def test_worked_example():
    # After 10 of 27 the rule succeeds with 4 of 9: .1657 at .25. With 11 more patients 5 are needed: P = .1146.
    found = boundary_after(TwoStageRule(27, 36, 8, 14), 0.25, 27, 10, 11)
    assert (found.success, round(found.conditional_error, 4), round(found.attained, 4)) == (15, 0.1657, 0.1146)


@pytest.mark.parametrize("state", [(-1, 0, 1), (28, 29, 1), (27, 9, -1), (37, 9, 0)])
def test_impossible_states_are_refused(state):
    with pytest.raises(ValueError, match="no state"):
        boundary_after(TwoStageRule(27, 36, 8, 14), 0.25, *state)


@pytest.mark.parametrize(("at", "n_actual"), [(0, 36), (37, 40), (27, 26)])
def test_impossible_looks_are_refused(at, n_actual):
    with pytest.raises(ValueError, match="does not fit"):
        preserving_boundaries(TwoStageRule(27, 36, 8, 14), 0.25, at, n_actual)

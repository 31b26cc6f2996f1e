import random
from fractions import Fraction
from itertools import product
from math import sqrt

import pytest
import stats_oracle as oracle

from onearm.stats.binomial import binomial_pmf, binomial_tail, clopper_pearson
from onearm.stats.kaplan_meier import estimate_survival_curve, exact_survival
from onearm.stats.survival_summaries import quantile, restricted_mean
from onearm.stats.two_stage import TwoStageRule, operating_characteristics
from onearm.stats.two_stage_inference import (
    Outcome,
    list_outcomes,
    stage_wise_interval,
    stage_wise_p_value,
    unbiased_estimate,
)

RULES = (
    TwoStageRule(3, 5, 0, 3),
    TwoStageRule(3, 7, 1, 4, 3),
    TwoStageRule(9, 17, 0, 3),
    TwoStageRule(10, 29, 1, 6),
    TwoStageRule(13, 43, 3, 13),
    TwoStageRule(13, 43, 3, 4),
    TwoStageRule(18, 35, 2, 7, 6),
    TwoStageRule(27, 36, 8, 16, 14),
)
RATES = tuple(Fraction(k, 20) for k in (0, 1, 4, 6, 10, 19, 20))


@pytest.mark.parametrize("n", [1, 2, 36, 120])
@pytest.mark.parametrize("rate", RATES)
def test_binomial(n, rate):
    exact = oracle.pmf(n, rate)
    assert binomial_pmf(n, float(rate)).tolist() == pytest.approx([float(p) for p in exact], rel=1e-12)
    for x in range(n + 2):
        assert binomial_tail(x, n, float(rate)) == pytest.approx(float(sum(exact[x:])), rel=1e-12)


@pytest.mark.parametrize(("x", "n", "level"), [(1, 5, 0.95), (4, 5, 0.8), (8, 27, 0.9), (16, 36, 0.95)])
def test_clopper_pearson_limits_solve_their_equations(x, n, level):
    limits = clopper_pearson(x, n, level)
    tail = (1 - Fraction(str(level))) / 2
    at_lower = oracle.pmf(n, Fraction(limits.lower))
    at_upper = oracle.pmf(n, Fraction(limits.upper))
    assert float(sum(at_lower[x:])) == pytest.approx(float(tail), rel=1e-10)
    assert float(sum(at_upper[: x + 1])) == pytest.approx(float(tail), rel=1e-10)


@pytest.mark.parametrize(("rule", "rate"), list(product(RULES, RATES)))
def test_operating_characteristics(rule, rate):
    found = operating_characteristics(rule, float(rate))
    assert found.success == pytest.approx(float(oracle.success_probability(rule, rate)), rel=1e-12)
    assert found.expected_size == pytest.approx(float(oracle.expected_size(rule, rate)), rel=1e-13)
    ends = oracle.distribution(rule, rate)
    futility = sum(p for (stage, x), p in ends.items() if stage == 1 and x <= rule.futility_stop)
    efficacy = sum(p for (stage, x), p in ends.items() if stage == 1 and x > rule.futility_stop)
    assert found.stop_futility == pytest.approx(float(futility), rel=1e-12)
    assert found.stop_efficacy == pytest.approx(float(efficacy), rel=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_outcomes_and_p_values(rule):
    rate = Fraction(3, 10)
    outcomes = list_outcomes(rule)
    assert sorted(oracle.distribution(rule, rate), key=lambda o: oracle.rank(rule, o)) == outcomes
    for outcome in outcomes:
        exact = float(oracle.p_value(rule, outcome, rate))
        assert stage_wise_p_value(rule, outcome, 0.3) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("rule", RULES[:4] + RULES[-1:])
def test_interval_limits_solve_their_equations(rule):
    order = list_outcomes(rule)
    for place in range(0, len(order), max(1, len(order) // 6)):
        limits = stage_wise_interval(rule, order[place], 0.9)
        if place > 0:
            at_lower = oracle.p_value(rule, order[place], Fraction(limits.lower))
            assert float(at_lower) == pytest.approx(0.05, rel=1e-10)
        if place + 1 < len(order):
            at_upper = oracle.p_value(rule, order[place + 1], Fraction(limits.upper))
            assert float(1 - at_upper) == pytest.approx(0.05, rel=1e-10)


@pytest.mark.parametrize("rule", [*RULES[:2], TwoStageRule(6, 11, 1, 5, 5)])
def test_unbiased_estimate_is_the_mean_of_the_first_patient(rule):
    for outcome in list_outcomes(rule):
        assert unbiased_estimate(rule, outcome) == float(oracle.first_patient_mean(rule, outcome))


@pytest.mark.parametrize("rule", RULES)
def test_unbiased_estimate_is_unbiased(rule):
    for rate in RATES[1:-1]:
        mean = sum(
            p * Fraction(unbiased_estimate(rule, Outcome(*outcome)))
            for outcome, p in oracle.distribution(rule, rate).items()
        )
        assert float(mean) == pytest.approx(float(rate), rel=1e-13)


def samples():
    rng = random.Random(7)
    for n in (1, 2, 3, 5, 8, 12, 20, 40):
        for _ in range(12):
            days = rng.choice((3, 10, 60))
            yield [rng.randint(0, days) for _ in range(n)], [rng.random() < 0.6 for _ in range(n)]


def test_survival_curves_and_quantiles():
    for times, events in samples():
        curve = estimate_survival_curve(times, events)
        for i, t in enumerate(curve.time.tolist()):
            s, greenwood = oracle.survival_at(times, events, t)
            assert exact_survival(curve, i) == s
            assert curve.survival[i] == pytest.approx(float(s), rel=1e-13)
            assert curve.has_std_error[i] == (s > 0)
            if greenwood is not None:
                assert curve.std_error[i] == pytest.approx(float(s) * sqrt(greenwood), rel=1e-12)
        for prob, rule in product((Fraction(1, 4), Fraction(1, 2), Fraction(2, 3)), ("sas", "r")):
            assert quantile(curve, prob, rule).estimate == oracle.quantile(times, events, prob, rule)


def test_restricted_mean_is_the_sum_of_daily_survival():
    for times, events in samples():
        curve = estimate_survival_curve(times, events)
        horizon = max(times)
        if horizon == 0:
            continue
        area = sum(oracle.survival_at(times, events, day)[0] for day in range(horizon))
        assert restricted_mean(curve, horizon).mean == pytest.approx(float(area), rel=1e-12)

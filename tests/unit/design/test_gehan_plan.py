"""Gehan's plan. The tables are recalled, not read: the sizes of 1961 as textbooks print them, recomputed here."""

from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest

from onearm.design import DesignError, gehan
from onearm.stats.gehan import rate_to_plan_for, stage_one_size, stage_two_size

STAGE_ONE = {0.05: (59, 29, 19, 14, 11, 9, 7, 6, 6, 5), 0.10: (45, 22, 15, 11, 9, 7, 6, 5, 4, 4)}
"""By the chance of no response: patients at a rate of 5, 10, … 50 %."""


@pytest.mark.parametrize("beta", STAGE_ONE)
def test_the_sizes_of_stage_one_as_recalled(beta):
    assert tuple(stage_one_size(percent / 100, beta) for percent in range(5, 55, 5)) == STAGE_ONE[beta]


def test_the_sizes_of_stage_two_as_recalled():
    # A rate of 20 %, 5 % chance to miss it, standard error 10 %: 1, 6, 9, 11 and 11 further patients.
    plan = gehan(0.2, 0.05, 0.1)
    assert plan.n1 == 14
    assert [row.n2 for row in plan.stage_two] == [1, 6, 9, 11] + 10 * [11]


def upper_limit_exceeds(x1, n1, confidence, rate):
    """Whether P(X ≤ x1) at the rate is still above 1 - confidence: the limit then lies higher."""
    return sum(comb(n1, x) * rate**x * (1 - rate) ** (n1 - x) for x in range(x1 + 1)) > 1 - confidence


@pytest.mark.parametrize(("p1", "beta", "precision", "confidence"), [(0.2, 0.05, 0.1, 0.75), (0.3, 0.1, 0.05, 0.9)])
def test_sizes_in_exact_fractions(p1, beta, precision, confidence):
    plan = gehan(p1, beta, precision, confidence=confidence)
    miss, most, se, level = (Fraction(str(value)) for value in (1 - p1, beta, precision, confidence))
    assert miss**plan.n1 <= most < miss ** (plan.n1 - 1)
    for row in plan.stage_two:
        for rate, above in ((row.rate - 1e-9, True), (row.rate + 1e-9, False)):
            exact = Fraction(rate)
            assert upper_limit_exceeds(row.responses, plan.n1, level, exact) is (above or row.rate == 0.5)
        rate = Fraction(row.rate)
        assert rate * (1 - rate) <= se**2 * row.n
        assert row.n2 == 0 or rate * (1 - rate) > se**2 * (row.n - 1)


def test_the_observed_share():
    plan = gehan(0.2, 0.05, 0.1, rate="observed")
    assert [row.n2 for row in plan.stage_two] == [0, 0, 3, 7, 9, 11, 11, 11, 9, 7, 3, 0, 0, 0]
    assert plan.confidence is None and "share of responders" in str(plan)
    assert rate_to_plan_for(7, 14, None) == 0.5


def test_limits_are_met_at_equality():
    assert stage_one_size(0.5, 0.125) == 3
    assert stage_one_size(0.9, 0.01) == 2
    assert stage_one_size(0.99, 0.5) == 1
    assert stage_two_size(14, 0.5, 0.05) == 86
    assert stage_two_size(14, 0.1, 0.03) == 86
    assert stage_two_size(14, 0.0, 0.05) == stage_two_size(400, 0.5, 0.05) == 0


def test_a_finer_precision_or_a_higher_confidence_never_needs_fewer():
    plans = [gehan(0.25, 0.1, precision) for precision in (0.2, 0.15, 0.1, 0.07, 0.05)]
    surer = [gehan(0.25, 0.1, 0.1, confidence=level) for level in (0.55, 0.75, 0.9, 0.99)]
    for group in (plans, surer):
        for fewer, more in pairwise(group):
            assert all(a.n2 <= b.n2 for a, b in zip(fewer.stage_two, more.stage_two, strict=True))
    for row in plans[-1].stage_two:
        assert row.standard_error <= 0.05


def test_how_often_it_stops_and_how_many_it_needs():
    plan = gehan(0.2, 0.05, 0.1, p=(0.05, 1.0))
    at = [Fraction(str(row.p)) for row in plan.properties]
    assert at == [Fraction(1, 5), Fraction(1, 20), 1]
    for row, p in zip(plan.properties, at, strict=True):
        chances = [comb(14, x) * p**x * (1 - p) ** (14 - x) for x in range(15)]
        size = 14 + sum(chances[stage.responses] * stage.n2 for stage in plan.stage_two)
        assert row.stop == pytest.approx(float(chances[0]), rel=1e-12)
        assert row.expected_size == pytest.approx(float(size), rel=1e-12)
    assert plan.missed == plan.properties[0].stop


def test_it_shows_itself():
    plan = gehan(0.2, 0.05, 0.1)
    assert str(plan).startswith("Stage one: 14 patients; stop if none responds (chance 0.0440 at 0.2).")
    assert "75 % confidence limit" in str(plan) and plan._repr_html_().count("<table>") == 2
    assert plan.as_dict()["stage_two"][0]["n2"] == 1


def test_impossible_input_is_refused_with_every_fault():
    with pytest.raises(DesignError) as problem:
        gehan(0, True, 1.0, rate="both", confidence=0.5, p=2)
    assert [fault.field for fault in problem.value.faults] == ["p1", "precision", "rate", "confidence", "p"]
    with pytest.raises(DesignError, match="this needs 2995 patients"):
        gehan(0.001, 0.05, 0.1)
    for wrong in (lambda: stage_one_size(0, 0.1), lambda: stage_two_size(3, 0.1, 0), lambda: rate_to_plan_for(4, 3)):
        with pytest.raises(ValueError, match=r"between|positive"):
            wrong()

"""Every two-stage rule up to a size, and random larger ones: the engine against the brute-force oracle.

``make test``: every futility-only rule to n = 20, every rule with an efficacy stop to n = 12 and 2,000 random ones to
n = 40. ``HYPOTHESIS_PROFILE=long`` (``make oracle``): every rule of both kinds to n = 40.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import pytest
from two_stage_oracle import Rule, outcomes, p_values, properties, umvcue, umvue
from two_stage_oracle_roots import Claims
from two_stage_oracle_search import all_rules, random_rules

from onearm.design.inference import infer_all
from onearm.design.inference_results import OutcomeRow
from onearm.stats import two_stage
from onearm.stats.two_stage import TwoStageRule
from onearm.stats.two_stage_inference import (
    Outcome,
    is_success,
    list_outcomes,
    stage_wise_p_value,
)
from onearm.stats.two_stage_order import outcome_table

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
RATES = tuple(Fraction(k, 20) for k in (1, 4, 6, 10, 14))
LEVELS = (Fraction("0.95"), Fraction("0.9"), Fraction("0.8"))


def rules_of_size(n: int, *, efficacy_stop: bool) -> Iterator[Rule]:
    """Every rule of size n in which stage two can still succeed; others are no rules."""
    for rule in all_rules(n, smallest_n=n, efficacy_stop=efficacy_stop):
        if rule.reaches_success:
            yield rule


def engine_rule(rule: Rule) -> TwoStageRule:
    return TwoStageRule(rule.n1, rule.n, rule.r1, rule.r + 1, rule.e1)


def assert_same_characteristics(rule: Rule, p: Fraction) -> None:
    exact = properties(rule, p)
    found = two_stage.operating_characteristics(engine_rule(rule), float(p))
    assert abs(found.success - exact.success) < 1e-12, (rule, p)
    assert abs(found.stop_futility - exact.stop_futility) < 1e-12, (rule, p)
    assert abs(found.stop_efficacy - exact.stop_efficacy) < 1e-12, (rule, p)
    assert abs(found.expected_size - exact.expected_n) < 1e-10, (rule, p)


class Row(NamedTuple):
    """What the engine says about one outcome; ``solved``: the public row, with all that is solved for."""

    stage: int
    responses: int
    success: bool | None
    """None where it was not asked for: quick rows ask next to the boundary only."""
    p_value: float
    umvue: float
    solved: OutcomeRow | None


def quick_rows(rule: Rule, p: Fraction) -> list[Row]:
    engine = engine_rule(rule)
    unbiased = outcome_table(engine).unbiased.tolist()
    return [
        Row(
            *outcome,
            is_success(engine, outcome) if abs(outcome.responders - rule.r) <= 1 else None,
            stage_wise_p_value(engine, outcome, float(p)),
            estimate,
            None,
        )
        for outcome, estimate in zip(list_outcomes(engine), unbiased, strict=True)
    ]


def public_rows(rule: Rule, p: Fraction, level: Fraction) -> list[Row]:
    table = infer_all(rule.n1, rule.r1, rule.n, rule.r, rule.e1, p0=float(p), level=float(level))
    assert agrees(table.type_one_error, properties(rule, p).success), (rule, p)
    return [Row(row.stage, row.responses, row.success, row.p_value, row.estimates.umvue, row) for row in table.rows]


def assert_same_inference(rule: Rule, p: Fraction, number: int, *, solved: bool) -> None:
    """p-values, decisions and unbiased estimates at every outcome; with ``solved`` all that the public table holds."""
    level = LEVELS[number % len(LEVELS)]
    ends = outcomes(rule)
    rows = public_rows(rule, p, level) if solved else quick_rows(rule, p)
    assert [(row.stage, row.responses) for row in rows] == [(end.stage, end.responses) for end in ends], rule
    for row, end, p_value, unbiased in zip(rows, ends, p_values(rule, p), umvue(rule), strict=True):
        assert row.success in (end.success, None if not solved else end.success), (rule, end)
        assert agrees(row.p_value, p_value), (rule, p, end)
        assert agrees(row.umvue, unbiased), (rule, end)
    if solved:
        claims = Claims(rule)
        for i, (row, conditional) in enumerate(zip(rows, umvcue(rule), strict=True)):
            assert row.solved is not None
            assert_solved(claims, i, level, row.solved)
            found = row.solved.estimates.umvcue
            assert (found is None) == (conditional is None), (rule, i)
            assert found is None or conditional is None or agrees(found, conditional), (rule, i)


def assert_solved(claims: Claims, i: int, level: Fraction, row: OutcomeRow) -> None:
    end, estimates, intervals = claims.outcomes[i], row.estimates, row.intervals
    assert agrees(estimates.mle, Fraction(end.responses, end.patients)), end
    assert estimates.mue is not None
    assert estimates.bias_adjusted is not None
    assert claims.median_unbiased(i, estimates.mue), end
    assert claims.bias_adjusted(i, estimates.bias_adjusted), end
    assert intervals.stagewise is not None
    assert intervals.midp is not None
    assert intervals.koyama_chen is not None
    assert claims.stage_wise(i, level, intervals.stagewise), end
    assert claims.mid_p(i, level, intervals.midp), end
    assert claims.koyama_chen(i, level, intervals.koyama_chen), end
    assert claims.naive(i, level, intervals.naive), end


def agrees(found: float, exact: Fraction) -> bool:
    """To 1e-10, and relatively to 1e-9, so that a small value keeps its digits and nothing falls below 0."""
    difference = abs(found - float(exact))
    return difference < 1e-10 and difference <= 1e-9 * float(exact)


@pytest.mark.parametrize("n", range(2, 41 if LONG else 21))
def test_characteristics_of_every_futility_only_rule(n: int) -> None:
    for rule in rules_of_size(n, efficacy_stop=False):
        for p in RATES:
            assert_same_characteristics(rule, p)


@pytest.mark.parametrize("n", range(3, 41 if LONG else 13))
def test_characteristics_of_every_rule_with_an_efficacy_stop(n: int) -> None:
    for number, rule in enumerate(rules_of_size(n, efficacy_stop=True)):
        assert_same_characteristics(rule, RATES[number % len(RATES)])


@pytest.mark.parametrize("n", range(2, 41 if LONG else 21))
def test_inference_of_every_futility_only_rule(n: int) -> None:
    """The decision at every r, on which nothing else depends; to n = 20 all else too, beyond at one r each."""
    for number, rule in enumerate(rules_of_size(n, efficacy_stop=False)):
        chosen = rule.r == middle_r(rule)
        assert_same_decisions(rule, every=chosen)
        if n <= 20 or chosen:
            assert_same_inference(rule, RATES[number % len(RATES)], number, solved=chosen)


@pytest.mark.parametrize("n", range(3, 41 if LONG else 13))
def test_inference_of_every_order_of_outcomes_with_an_efficacy_stop(n: int) -> None:
    """The decision at every r; all else at one r for each n1, r1, e1."""
    number = 0
    for rule in rules_of_size(n, efficacy_stop=True):
        chosen = rule.r == middle_r(rule)
        assert_same_decisions(rule, every=chosen)
        if chosen:
            assert_same_inference(rule, RATES[number % len(RATES)], number, solved=True)
            number += 1


def assert_same_decisions(rule: Rule, *, every: bool) -> None:
    """Success or not, at the totals on either side of the boundary and the stage-one counts beside the stops."""
    engine = engine_rule(rule)
    last = rule.going_on[-1]
    totals = range(rule.going_on[0], last + rule.n2 + 1)
    first = [*range(rule.r1 + 1), *range(last + 1, rule.n1 + 1)]
    if not every:
        totals = range(max(rule.r - 1, totals[0]), min(rule.r + 2, totals[-1]) + 1)
        first = [x for x in (rule.r1, last + 1) if x <= rule.n1]
    for x in totals:
        assert is_success(engine, Outcome(2, x)) == (x > rule.r), (rule, x)
    for x in first:
        assert is_success(engine, Outcome(1, x)) == (x > rule.r1), (rule, x)


def middle_r(rule: Rule) -> int:
    """One r for the n1, r1 and e1 of a rule, not always at the same end of what is possible."""
    top = rule.going_on[-1] + rule.n2 - 1
    return rule.r1 + (7 * rule.n1 + 3 * rule.r1) % (top - rule.r1 + 1)


@pytest.mark.parametrize("seed", range(8))
def test_random_rules(seed: int) -> None:
    """2,000 in all with n to 40, every second one with an efficacy stop."""
    for number, rule in enumerate(random_rules(250, seed)):
        p = RATES[number % len(RATES)]
        assert_same_characteristics(rule, p)
        assert_same_inference(rule, p, number // 2, solved=number % 8 < 2)


def test_random_rules_are_what_they_say() -> None:
    rules = [rule for seed in range(8) for rule in random_rules(250, seed)]
    assert len(rules) == 2000
    assert sum(rule.e1 is not None for rule in rules) == 1000
    assert max(rule.n for rule in rules) == 40
    assert len(set(rules)) > 1800

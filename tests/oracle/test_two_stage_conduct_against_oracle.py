"""What really happens in a trial: the engine against the enumeration that cannot see it."""

from __future__ import annotations

import os
from fractions import Fraction
from random import Random

import pytest
from two_stage_oracle import Rule, at_least, binomial_weights, outcomes, p_values, properties
from two_stage_oracle_conduct import (
    changed_second_stage,
    conditional_error,
    curtailed,
    not_evaluable,
    preserving_boundary,
    unseen_at_interim,
    without_stop,
)
from two_stage_oracle_search import all_rules, random_rules

from onearm.design.characteristics import operating_characteristics
from onearm.design.departures import without_stops
from onearm.design.inference import infer
from onearm.stats.changed_second_stage import changed_inference, changed_p_value
from onearm.stats.conditional_error import conditional_errors, preserving_boundaries
from onearm.stats.curtailment import curtail
from onearm.stats.two_stage import TwoStageRule

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
SMALL = [*all_rules(7), *(rule for rule in all_rules(8, efficacy_stop=True) if rule.reaches_success)]
FUTILITY_ONLY = [Rule(27, 8, None, 36, 12), Rule(13, 3, None, 43, 12), Rule(10, 1, None, 29, 5)]
CHOSEN = [
    *FUTILITY_ONLY,
    Rule(27, 8, 14, 36, 15),
    Rule(18, 2, 6, 35, 6),
    Rule(10, 3, None, 14, 11),
    Rule(12, 2, 10, 20, 5),
]
RANDOM = random_rules(600 if LONG else 60, seed=3)
RATES = (Fraction(1, 20), Fraction(3, 10), Fraction(11, 20))
HALF = Fraction(1, 2)


def engine_rule(rule: Rule) -> TwoStageRule:
    return TwoStageRule(rule.n1, rule.n, rule.r1, rule.r + 1, rule.e1)


def near(found: float, exact: Fraction, within: float = 1e-10) -> bool:
    return abs(found - float(exact)) < within


def never_early(rule: Rule) -> Rule:
    return rule._replace(e1=None)


@pytest.mark.parametrize("p", RATES, ids=str)
def test_public_characteristics(p: Fraction) -> None:
    """Every small rule and the larger ones, the efficacy stop used and never used."""
    for rule in [*SMALL, *CHOSEN, *RANDOM]:
        table = operating_characteristics(rule.n1, rule.r1, rule.n, rule.r, rule.e1, p=float(p))
        assert (table.other_rows is None) == (rule.e1 is None)
        others = [] if table.other_rows is None else [(table.other_rows[0], never_early(rule))]
        for row, played in [(table.rows[0], rule), *others]:
            exact = properties(played, p)
            assert near(row.success, exact.success), (played, p)
            assert near(row.stop_futility, exact.stop_futility), (played, p)
            assert near(row.stop_efficacy, exact.stop_efficacy), (played, p)
            assert near(row.pet, exact.stop_futility + exact.stop_efficacy), (played, p)
            assert near(row.expected_size, exact.expected_n), (played, p)
            assert row.median_size == exact.median_n, (played, p)


@pytest.mark.parametrize("p", RATES, ids=str)
@pytest.mark.parametrize("also_success", [True, False])
def test_curtailment(p: Fraction, also_success: bool) -> None:
    for rule in [*SMALL, *CHOSEN, *RANDOM[:20]]:
        exact = curtailed(rule, p, also_success=also_success)
        found = curtail(engine_rule(rule), float(p), for_success=also_success)
        assert near(found.success, exact.success), (rule, p)
        assert near(found.expected_size, exact.expected_n), (rule, p)
        assert found.median_size == exact.median_n, (rule, p)


def test_curtailed_sizes_in_the_public_table() -> None:
    p = Fraction(3, 10)
    for rule in [*SMALL[::9], *CHOSEN]:
        row = operating_characteristics(rule.n1, rule.r1, rule.n, rule.r, rule.e1, p=0.3).rows[0]
        for shown, also_success in ((row.curtailed_futility, False), (row.curtailed_both, True)):
            exact = curtailed(rule, p, also_success=also_success)
            assert shown is not None
            assert near(shown.expected_size, exact.expected_n)
            assert shown.median_size == exact.median_n


@pytest.mark.parametrize(("p", "lost"), [(Fraction(2, 5), Fraction(1, 10)), (Fraction(11, 20), Fraction(3, 10))])
def test_not_evaluable_patients(p: Fraction, lost: Fraction) -> None:
    for rule in [*SMALL[::5], *CHOSEN]:
        row = operating_characteristics(
            rule.n1, rule.r1, rule.n, rule.r, rule.e1, p=float(p), not_evaluable=float(lost)
        ).rows[0]
        assert near(row.success, not_evaluable(rule, p, lost)), rule
        assert near(row.expected_size, properties(rule, p * (1 - lost)).expected_n), rule


@pytest.mark.parametrize("unseen", [Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(1)], ids=str)
def test_responders_not_yet_seen(unseen: Fraction) -> None:
    for number, rule in enumerate([*SMALL, *CHOSEN, *RANDOM]):
        p, lost = RATES[number % 3], Fraction(number % 2, 10)
        row = operating_characteristics(
            rule.n1, rule.r1, rule.n, rule.r, rule.e1, p=float(p), not_evaluable=float(lost), unseen=float(unseen)
        ).rows[0]
        exact = unseen_at_interim(rule, p * (1 - lost), unseen)
        assert near(row.success, exact.success), (rule, p)
        assert near(row.stop_futility, exact.stop_futility), (rule, p)
        assert near(row.stop_efficacy, exact.stop_efficacy), (rule, p)
        going_on = 1 - exact.stop_futility - exact.stop_efficacy
        assert near(row.expected_size, rule.n1 + rule.n2 * going_on), (rule, p)
        assert row.median_size == (rule.n1 if going_on <= HALF else rule.n), (rule, p)


def test_conditional_errors() -> None:
    """Every state of every small rule; beyond stage one, those that went on."""
    for number, rule in enumerate([*SMALL, *CHOSEN, *RANDOM[:12]]):
        p = RATES[number % 3]
        found = conditional_errors(engine_rule(rule), float(p))
        for patients in range(rule.n + 1):
            for responses in range(patients + 1):
                if patients == rule.n1 and responses not in rule.going_on:
                    expected = Fraction(int(responses > rule.r1))
                else:
                    expected = conditional_error(rule, p, patients, responses)
                assert near(found[patients, responses], expected), (rule, patients, responses)


@pytest.mark.parametrize("shift", [-3, -1, 0, 1, 4])
def test_boundaries_that_preserve_the_conditional_error(shift: int) -> None:
    """The second stage ends at n + shift after a look at n1: the boundaries and the exact type I error."""
    for number, rule in enumerate([*SMALL[::3], *CHOSEN, *RANDOM]):
        new_n, p = rule.n + shift, RATES[number % 3]
        if new_n < rule.n1:
            continue
        found = preserving_boundaries(engine_rule(rule), float(p), rule.n1, new_n)
        by_count = {state.responders: state for state in found.states}
        whole = p.denominator**rule.n1
        spent = Fraction(0)
        for x1, weight in enumerate(binomial_weights(rule.n1, p)):
            if x1 in rule.going_on:
                boundary = preserving_boundary(rule, p, rule.n1, x1, new_n)
                state = by_count[x1]
                assert state.success == boundary, (rule, x1, new_n)
                attained = Fraction(0) if boundary is None else at_least(new_n - rule.n1, boundary - x1, p)
                assert near(state.attained, attained), (rule, x1)
                assert near(state.conditional_error, conditional_error(rule, p, rule.n1, x1)), (rule, x1)
                spent += Fraction(weight, whole) * attained
            elif x1 > rule.r1:
                spent += Fraction(weight, whole)
        assert spent <= properties(rule, p).success
        assert near(found.type_one_error, spent), (rule, new_n)
        assert near(found.planned_type_one_error, properties(rule, p).success), rule


@pytest.mark.parametrize("ahead", [-2, 2])
def test_boundaries_after_a_stage_one_that_ended_short_or_late(ahead: int) -> None:
    """The look falls ``ahead`` patients after n1 (before it if negative), one patient more is then enrolled."""
    for number, rule in enumerate([*SMALL[::3], *CHOSEN, *RANDOM]):
        at, new_n, p = rule.n1 + ahead, rule.n + 1, RATES[number % 3]
        if not 1 <= at <= rule.n:
            continue
        found = preserving_boundaries(engine_rule(rule), float(p), at, new_n)
        spent = Fraction(0)
        for s, reached in reached_states(rule, p, at).items():
            boundary = preserving_boundary(rule, p, at, s, new_n)
            state = next(state for state in found.states if state.responders == s)
            assert state.success == boundary, (rule, at, s)
            spent += reached * (Fraction(0) if boundary is None else at_least(new_n - at, boundary - s, p))
        if at > rule.n1:
            spent += properties(rule, p).stop_efficacy
        assert near(found.type_one_error, spent), (rule, at)
        assert spent <= properties(rule, p).success


def reached_states(rule: Rule, p: Fraction, at: int) -> dict[int, Fraction]:
    """P(s responses after ``at`` patients), among all trials before the look and among those that went on after."""
    first = min(at, rule.n1)
    states: dict[int, Fraction] = {}
    for x1, weight in enumerate(binomial_weights(first, p)):
        if at > rule.n1 and x1 not in rule.going_on:
            continue
        for more, other in enumerate(binomial_weights(at - first, p)):
            chance = Fraction(weight * other, p.denominator**at)
            states[x1 + more] = states.get(x1 + more, Fraction(0)) + chance
    return states


def test_stops_that_were_not_followed() -> None:
    names = {
        "the rule as planned": {},
        "no futility stop": {"futility": False},
        "no efficacy stop": {"efficacy": False},
        "no stop at all": {"futility": False, "efficacy": False},
    }
    for number, rule in enumerate([*SMALL, *CHOSEN, *RANDOM]):
        p = RATES[number % 3]
        shown = {row.followed: row for row in without_stops(rule.n1, rule.r1, rule.n, rule.r, rule.e1, p=float(p)).rows}
        for name, kept in names.items():
            if name in shown:
                assert near(shown.pop(name).success, without_stop(rule, p, **kept)), (rule, name)
        ended = shown.pop("always ends after stage one")
        assert near(ended.success, properties(rule, p).stop_efficacy)
        assert shown == {}


@pytest.mark.parametrize("rule", CHOSEN, ids=str)
def test_p_value_after_a_changed_second_stage(rule: Rule) -> None:
    """Koyama and Chen 2008 for every stage-one count that goes on and a few sizes of the second stage."""
    for p in RATES[:2]:
        for x1 in rule.going_on:
            for m2 in (1, rule.n2 - 2, rule.n2, rule.n2 + 3):
                for x2 in {0, 1, m2 // 3, m2}:
                    exact = changed_second_stage(rule, p, x1, m2, x2)
                    assert near(changed_p_value(engine_rule(rule), x1, x2, m2, float(p)), exact), (p, x1, m2, x2)


def test_limits_after_a_changed_second_stage_are_where_the_p_value_says() -> None:
    side, hair = Fraction("0.025"), Fraction(1, 10**9)
    random = Random(11)
    for rule in CHOSEN:
        for _ in range(3):
            x1 = random.choice(rule.going_on)
            m2 = max(1, rule.n2 + random.randint(-3, 3))
            x2 = random.randint(0, m2)
            found = changed_inference(engine_rule(rule), x1, x2, m2, 0.2)
            for claimed, target, beyond in (
                (found.stage_wise.lower, side, False),
                (found.stage_wise.upper, 1 - side, True),
                (found.koyama_chen.lower, side, False),
                (found.koyama_chen.upper, 1 - side, False),
                (found.mue, HALF, False),
            ):
                rate = Fraction(round(claimed * 10**12), 10**12)
                below = changed_second_stage(rule, max(rate - hair, Fraction(0)), x1, m2, x2, beyond=beyond)
                above = changed_second_stage(rule, min(rate + hair, Fraction(1)), x1, m2, x2, beyond=beyond)
                assert below <= target, (rule, x1, m2, x2, claimed)
                assert above >= target or claimed == 1, (rule, x1, m2, x2, claimed)


def test_each_planned_outcome_by_its_counts_alone() -> None:
    """``infer`` finds the outcome by responses and patients: p-value, decision, and p <= type I error at success."""
    for number, rule in enumerate([*SMALL[::6], *CHOSEN, *RANDOM[:10]]):
        p = RATES[number % 3]
        error = properties(rule, p).success
        for end, p_value in zip(outcomes(rule), p_values(rule, p), strict=True):
            found = infer(
                rule.n1, rule.r1, rule.n, rule.r, rule.e1, p0=float(p), responses=end.responses, n_actual=end.patients
            )
            assert (found.stage, found.success, found.path) == (end.stage, end.success, "as planned"), (rule, end)
            assert near(found.p_value, p_value), (rule, end)
            assert near(found.type_one_error, error), rule
            assert (p_value <= error) == end.success


def test_a_changed_second_stage_by_its_counts() -> None:
    """Decision by the boundary that keeps the conditional error, p-value by Koyama and Chen: they never disagree."""
    random = Random(5)
    p = Fraction(1, 4)
    for rule in CHOSEN:
        error = properties(rule, p).success
        for _ in range(12):
            x1 = random.choice(rule.going_on)
            m2 = random.choice([m for m in range(1, rule.n2 + 6) if m != rule.n2])
            x2 = random.randint(0, m2)
            found = infer(
                rule.n1, rule.r1, rule.n, rule.r, rule.e1, p0=0.25, responses=x1 + x2, stage1_responses=x1,
                n_actual=rule.n1 + m2,
            )  # fmt: skip
            exact = changed_second_stage(rule, p, x1, m2, x2)
            assert found.path == "second stage changed"
            assert near(found.p_value, exact), (rule, x1, m2, x2)
            boundary = preserving_boundary(rule, p, rule.n1, x1, rule.n1 + m2)
            assert found.success == (boundary is not None and x1 + x2 >= boundary), (rule, x1, m2, x2)
            assert found.success == (found.p_value <= found.planned_type_one_error), (rule, x1, m2, x2)
            if abs(exact - error) > Fraction(1, 10**9):
                assert found.success == (exact <= error), (rule, x1, m2, x2)

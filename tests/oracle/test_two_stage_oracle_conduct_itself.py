"""The enumerations of what happens in a trial, of interim states and of designs, checked before they judge."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import pairwise, product
from math import comb
from pathlib import Path

import pytest
from two_stage_oracle import (
    Rule,
    at_least,
    properties,
)
from two_stage_oracle_conduct import (
    all_sequences,
    attained_sizes,
    chance,
    changed_second_stage,
    conditional_error,
    conditional_error_by_sequences,
    curtailed,
    curtailed_by_sequences,
    not_evaluable,
    preserving_boundary,
    unseen_at_interim,
    without_stop,
)
from two_stage_oracle_interim import (
    CONFIRMED,
    GO_ON,
    NON_RESPONDER,
    NOT_EVALUABLE,
    PENDING,
    STATES,
    STOP_EFFICACY,
    STOP_FUTILITY,
    filled,
    interim,
    interim_by_counts,
    predictive,
    predictive_by_polynomial,
)
from two_stage_oracle_search import admissible, all_rules, best, feasible, single_stage

DATA = Path(__file__).parents[1] / "data" / "two_stage"
FEW = [*all_rules(7), *all_rules(7, efficacy_stop=True)][::7]
P = Fraction(3, 10)
FUTILITY_ONLY = Rule(13, 3, None, 43, 12)
OVERLAY = Rule(27, 8, 14, 36, 15)


@pytest.mark.parametrize("also_success", [True, False])
def test_curtailment_recursion_is_what_all_sequences_give(also_success: bool) -> None:
    for rule in [rule for rule in FEW if rule.n >= 5][::4]:
        for rate in (Fraction(1, 4), Fraction(1, 2)):
            recursion = curtailed(rule, rate, also_success=also_success)
            assert recursion == curtailed_by_sequences(rule, rate, also_success=also_success)
            plain = properties(rule, rate)
            assert recursion.success == plain.success
            assert recursion.expected_n <= plain.expected_n


def test_curtailment_by_hand() -> None:
    """Stop if none of two responds, success with two of three: 11 and 00 settle after two, 10 and 01 need the third."""
    found = curtailed(Rule(2, 0, None, 3, 1), Fraction(1, 2))
    assert found.sizes == {2: Fraction(1, 2), 3: Fraction(1, 2)}
    assert curtailed(Rule(2, 0, None, 3, 1), Fraction(1, 2), also_success=False).sizes == {
        2: Fraction(1, 4),
        3: Fraction(3, 4),
    }


def test_not_evaluable_patients_lower_the_rate_and_nothing_else() -> None:
    for rule in [*FEW[::5], FUTILITY_ONLY, OVERLAY]:
        thinned = properties(rule, Fraction(2, 5) * Fraction(9, 10)).success
        assert not_evaluable(rule, Fraction(2, 5), Fraction(1, 10)) == thinned
        assert not_evaluable(rule, Fraction(2, 5), Fraction(0)) == properties(rule, Fraction(2, 5)).success


def test_unseen_responders_by_enumerating_patients() -> None:
    unseen = Fraction(1, 5)
    kinds = ((0, 0, 1 - P), (0, 1, P * unseen), (1, 1, P * (1 - unseen)))  # seen at the interim, counts at the end
    for rule in [rule for rule in FEW if rule.n1 <= 4][::4]:
        success = futility = efficacy = Fraction(0)
        for people in product(kinds, repeat=rule.n1):
            weight = Fraction(1)
            for _, _, share in people:
                weight *= share
            seen, final = sum(k[0] for k in people), sum(k[1] for k in people)
            if seen <= rule.r1:
                futility += weight
            elif rule.e1 is not None and seen >= rule.e1:
                efficacy += weight
                success += weight
            else:
                for rest in all_sequences(rule.n2):
                    success += weight * chance(rest, P) * (final + sum(rest) > rule.r)
        assert unseen_at_interim(rule, P, unseen) == (success, futility, efficacy)
        nobody = unseen_at_interim(rule, P, Fraction(0))
        assert nobody == properties(rule, P)[:3]


def test_conditional_error_is_what_all_completions_give() -> None:
    for rule in FEW:
        for patients in range(rule.n + 1):
            for responses in range(patients + 1):
                stage_one = min(responses, rule.n1)  # the prefix has its responses first
                if patients > rule.n1 and stage_one not in rule.going_on:
                    continue
                if patients == rule.n1 and responses not in rule.going_on:
                    continue
                assert conditional_error(rule, P, patients, responses) == conditional_error_by_sequences(
                    rule, P, patients, responses
                )
        assert conditional_error(rule, P, 0, 0) == properties(rule, P).success


def test_conditional_errors_average_to_the_type_one_error() -> None:
    for rule in (FUTILITY_ONLY, OVERLAY):
        for patients in (1, 5, rule.n1 - 1):
            mean = sum(
                comb(patients, s) * P**s * (1 - P) ** (patients - s) * conditional_error(rule, P, patients, s)
                for s in range(patients + 1)
            )
            assert mean == properties(rule, P).success


def test_preserving_boundary_at_the_planned_size_is_the_plan() -> None:
    for rule in (FUTILITY_ONLY, OVERLAY, Rule(10, 1, None, 29, 5)):
        for x1 in rule.going_on:
            if x1 <= rule.r:
                assert preserving_boundary(rule, P, rule.n1, x1, rule.n) == rule.r + 1
    # 3/13, 12/43 with 4 responses: 9 of 30 more are needed; of 20 more, the smallest c with tail <= P(X >= 9 | 30).
    p = Fraction(1, 5)
    allowed = at_least(30, 9, p)
    needed = next(c for c in range(21) if at_least(20, c, p) <= allowed)
    assert preserving_boundary(FUTILITY_ONLY, p, 13, 4, 33) == 4 + needed


def test_decisions_against_the_rule() -> None:
    for rule in FEW:
        on = sum(chance(s, P) for s in all_sequences(rule.n) if sum(s) > rule.r)
        assert without_stop(rule, P, futility=False, efficacy=False) == on
        assert without_stop(rule, P) == properties(rule, P).success
        assert attained_sizes(rule, P, rule.n1, rule.n) == properties(rule, P).success


def test_a_second_stage_of_the_planned_size_has_the_planned_p_value() -> None:
    """x2 = r + 1 - x1 is where the plan just succeeds; there pi is the rate itself."""
    close = Fraction(1, 10**12)
    for rule in (FUTILITY_ONLY, OVERLAY):
        for x1 in list(rule.going_on)[:4]:
            value = changed_second_stage(rule, P, x1, rule.n2, rule.r + 1 - x1)
            assert abs(value - properties(rule, P).success) < close
    # 13 of 13 has won: only more of the twenty are above
    assert changed_second_stage(FUTILITY_ONLY, P, 13, 20, 3) == P**13 * at_least(20, 3, P)
    assert changed_second_stage(FUTILITY_ONLY, P, 13, 20, 3, beyond=True) == P**13 * at_least(20, 4, P)
    # 0 of 2 stops, 1 of 2 cannot reach 4 of 4: the totals 1 + 0 < 1 + 1 < all 2 of 2
    lost = Rule(2, 0, None, 4, 3)
    assert changed_second_stage(lost, P, 1, 1, 0) == at_least(2, 1, P)
    assert changed_second_stage(lost, P, 1, 1, 1) == P**2 + 2 * P * (1 - P) * P
    assert changed_second_stage(lost, P, 1, 1, 1, beyond=True) == P**2
    # nothing in the changed stage two: pi is 1, every trial that goes on would have won
    nothing = changed_second_stage(FUTILITY_ONLY, P, 5, 20, 0)
    assert abs(nothing - at_least(13, 4, P)) < close


def test_interim_by_hand() -> None:
    """Stop if <= 1 of 4; one confirmed, one failure, one pending, one not registered; then two more, success if > 2."""
    rule = Rule(4, 1, 4, 6, 2)
    found = interim(rule, [CONFIRMED, NON_RESPONDER, PENDING], Fraction(1, 2))
    assert (found.best, found.worst) == (3, 1)
    assert found.possible == {STOP_FUTILITY, GO_ON}
    assert found.chances == {STOP_FUTILITY: Fraction(1, 4), GO_ON: Fraction(3, 4), STOP_EFFICACY: 0}
    # 2 of 4 (chance 1/2) needs one of two more: 3/4; 3 of 4 (chance 1/4) has won
    assert found.success == Fraction(1, 2) * Fraction(3, 4) + Fraction(1, 4)
    settled = interim(rule, [CONFIRMED, CONFIRMED, NOT_EVALUABLE, NON_RESPONDER], Fraction(1, 2))
    assert settled.possible == {GO_ON}
    # uniform prior and 2 of 4 settled: Beta(3, 3); P(no response in two) = (3/6)(4/7)
    assert predictive(rule, settled_states(), Fraction(1), Fraction(1)).success == 1 - Fraction(3, 6) * Fraction(4, 7)


def settled_states() -> list[str]:
    return [CONFIRMED, CONFIRMED, NOT_EVALUABLE, NON_RESPONDER]


def test_interim_counts_are_what_all_completions_give() -> None:
    for rule in (Rule(4, 1, 4, 6, 2), Rule(4, 0, None, 7, 3), Rule(3, 0, 2, 5, 2)):
        for states in list(product(STATES, repeat=rule.n1 - 1))[::5]:
            listed = list(states)
            assert interim(rule, listed, P) == interim_by_counts(rule, listed, P)
    for states in list(product(STATES, repeat=3))[::17]:
        rule = Rule(4, 1, 4, 6, 2)
        exact = predictive(rule, list(states), Fraction(2), Fraction(3))
        assert exact.success == predictive_by_polynomial(rule, list(states), 2, 3)
        assert sum(exact.chances.values()) == 1
        assert len(filled(rule, list(states))) == rule.n1


def test_search_finds_published_designs() -> None:
    """Simon's table at .05/.25 and the designs of the data folder that are small enough to try all."""
    cases = 0
    for row in csv.DictReader((DATA / "simon_designs.csv").read_text().splitlines()):
        if int(row["n"]) > 25 or row["type"] not in ("optimal", "minimax"):
            continue
        limits = [Fraction(row["p0"]), Fraction(row["p1"]), Fraction(row["alpha"]), 1 - Fraction(row["beta"])]
        found = best(feasible(*limits, 25), row["type"])
        assert found.rule == (int(row["n1"]), int(row["r1"]), None, int(row["n"]), int(row["r"]))
        cases += 1
    assert cases == 3
    hull = admissible(feasible(Fraction(1, 20), Fraction(1, 4), Fraction(1, 20), Fraction(4, 5), 22))
    assert hull[0][2] == 1
    assert hull[-1][1] == 0
    for (_, low, _), (_, _, high) in pairwise(hull):
        assert low == high
    assert single_stage(Fraction(1, 20), Fraction(1, 4), Fraction(1, 20), Fraction(4, 5)) == (16, 2)

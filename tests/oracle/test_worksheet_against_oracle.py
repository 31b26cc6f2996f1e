"""The worksheet against a plain enumeration of every completion, on generated interim states."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from two_stage_oracle import Rule
from two_stage_oracle_interim import (
    CONFIRMED,
    GO_ON,
    OPEN,
    STATES,
    STOP_EFFICACY,
    STOP_FUTILITY,
    interim,
    interim_by_counts,
    predictive,
)

from onearm.kernels.stage import NO_BOUNDARY, Action, decide_stage_one
from onearm.kernels.worksheet import (
    CHANCE_CONTINUE,
    CHANCE_EFFICACY,
    CHANCE_FUTILITY,
    CHANCE_SUCCESS,
    N_CHANCES,
    conditional_chances,
    predictive_chances,
)

PARTS, STATES_A_PART, ENUMERATED = 10, 1000, 8
ACTIONS = {STOP_FUTILITY: Action.STOP_FUTILITY, GO_ON: Action.CONTINUE, STOP_EFFICACY: Action.STOP_EFFICACY}


def draw(rng: np.random.Generator) -> tuple[Rule, list[str]]:
    """A rule of at most 30 patients and the patients of its stage one, many of them settled, some not registered."""
    n1 = int(rng.integers(2, 16))
    n = n1 + int(rng.integers(1, 15))
    r1 = int(rng.integers(0, n1 - 1))
    stops = int(rng.integers(r1 + 2, n1 + 1)) if rng.random() < 0.5 else None
    most = n if stops is None else stops - 1 + n - n1
    r = int(rng.integers(r1, min(n, most)))
    share_open = rng.random()
    names = np.array([*STATES], dtype=object)
    weights = np.array([share_open if name in OPEN else 1.0 for name in STATES])
    states = [str(s) for s in rng.choice(names, size=int(rng.integers(0, n1 + 1)), p=weights / weights.sum())]
    return Rule(n1, r1, stops, n, r), states


@pytest.mark.parametrize("part", range(PARTS))
def test_the_worksheet_is_the_enumeration_of_all_completions(part: int) -> None:
    rng = np.random.default_rng(20_261_120 + part)
    seen: dict[str, int] = {}
    out = np.zeros(N_CHANCES)
    for number in range(STATES_A_PART):
        rule, states = draw(rng)
        rate = Fraction(int(rng.integers(0, 21)), 20)
        n_open = rule.n1 - sum(s not in OPEN for s in states)
        way = interim if n_open <= ENUMERATED else interim_by_counts
        expected = way(rule, states, rate)
        responders = states.count(CONFIRMED)
        efficacy = NO_BOUNDARY if rule.e1 is None else rule.e1
        action = Action(decide_stage_one(responders, n_open, rule.r1, efficacy))
        if len(expected.possible) == 1:
            assert action is ACTIONS[next(iter(expected.possible))]
        else:
            assert action is Action.NOT_READY
        seen[action.name] = seen.get(action.name, 0) + 1
        limits = (rule.r1, efficacy, rule.r + 1)
        conditional_chances(responders, n_open, rule.n - rule.n1, *limits, float(rate), out)
        assert out == pytest.approx(_as_floats(expected.chances, expected.success), abs=1e-12), (rule, states, rate)
        if number % 4 == 0:
            learnt = predictive(rule, states, Fraction(1), Fraction(1))
            failures = rule.n1 - n_open - responders
            predictive_chances(responders, n_open, rule.n - rule.n1, *limits, 1.0 + responders, 1.0 + failures, out)
            assert out == pytest.approx(_as_floats(learnt.chances, learnt.success), abs=1e-11), (rule, states)
    assert len(seen) == 4, f"some action never came up: {seen}"


def _as_floats(chances: dict[str, Fraction], success: Fraction) -> np.ndarray:
    out = np.zeros(N_CHANCES)
    places = {STOP_FUTILITY: CHANCE_FUTILITY, STOP_EFFICACY: CHANCE_EFFICACY, GO_ON: CHANCE_CONTINUE}
    for name, place in places.items():
        out[place] = float(chances[name])
    out[CHANCE_SUCCESS] = float(success)
    return out


def test_the_enumeration_by_counts_is_the_enumeration_of_sequences() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        rule, states = draw(rng)
        if rule.n1 - sum(s not in OPEN for s in states) <= ENUMERATED:
            assert interim(rule, states, Fraction(3, 10)) == interim_by_counts(rule, states, Fraction(3, 10))


def test_a_patient_who_does_not_respond_settles_nothing_upwards() -> None:
    """One more settled failure never raises a chance of success."""
    rng = np.random.default_rng(8)
    out, other = np.zeros(N_CHANCES), np.zeros(N_CHANCES)
    for _ in range(300):
        rule, states = draw(rng)
        n_open = rule.n1 - sum(s not in OPEN for s in states)
        if n_open == 0:
            continue
        efficacy = NO_BOUNDARY if rule.e1 is None else rule.e1
        limits = (rule.r1, efficacy, rule.r + 1)
        x, later = states.count(CONFIRMED), rule.n - rule.n1
        conditional_chances(x, n_open, later, *limits, 0.35, out)
        conditional_chances(x, n_open - 1, later, *limits, 0.35, other)
        assert other[CHANCE_SUCCESS] <= out[CHANCE_SUCCESS] + 1e-12

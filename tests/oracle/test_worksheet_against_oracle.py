"""The worksheet against a plain enumeration of every completion, on generated interim states."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from two_stage_oracle import Rule, at_least
from two_stage_oracle_interim import (
    CONFIRMED,
    GO_ON,
    MAY_RESPOND,
    MISSING,
    NON_RESPONDER,
    NOT_EVALUABLE,
    NOT_YET_ASSESSED,
    OPEN,
    PENDING,
    STATES,
    STOP_EFFICACY,
    STOP_FUTILITY,
    interim,
    interim_by_counts,
    predictive,
)

from onearm.decide import Counts, Decision, Worksheet, build_worksheet
from onearm.decide.results import ActionName
from onearm.decide.worksheet import PRIOR
from onearm.kernels.stage import NO_BOUNDARY, Action, decide_stage_one
from onearm.kernels.worksheet import (
    CHANCE_CONTINUE,
    CHANCE_EFFICACY,
    CHANCE_FUTILITY,
    CHANCE_SUCCESS,
    N_CHANCES,
    conditional_chances,
)
from onearm.protocol import Protocol, load_protocol

PARTS, STATES_A_PART, ENUMERATED = 10, 1000, 8
TRIALS = Path(__file__).parents[2] / "trials"
_NAMES: dict[Action, ActionName] = {
    Action.STOP_FUTILITY: "stop_futility",
    Action.CONTINUE: "continue",
    Action.STOP_EFFICACY: "stop_efficacy",
}
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


def worksheet_of(base: Protocol, rule: Rule, states: list[str], p0: Fraction, p1: Fraction) -> Worksheet:
    """The worksheet that the product makes of these patients under this rule, at stage one."""
    design = base.design.model_copy(
        update={
            "n1": rule.n1, "n": rule.n, "futility_stop": rule.r1, "efficacy_stop": rule.e1, "success": rule.r + 1,
            "p0": Decimal(str(float(p0))), "p1": Decimal(str(float(p1))),
        }
    )  # fmt: skip
    counts = Counts(
        planned=rule.n1,
        members=sum(state != MISSING for state in states),
        responders=states.count(CONFIRMED),
        pending_confirmation=states.count(PENDING),
        may_respond=states.count(MAY_RESPOND),
        not_yet_assessed=states.count(NOT_YET_ASSESSED),
        not_evaluable=states.count(NOT_EVALUABLE),
        non_responders=states.count(NON_RESPONDER),
    )
    action = Action(decide_stage_one(counts.responders, counts.undecided, rule.r1, _boundary(rule)))
    found = build_worksheet(
        base.model_copy(update={"design": design}), Decision(_NAMES.get(action, "not_ready"), "one", {}, counts)
    )
    assert found is not None
    assert (action is Action.NOT_READY) == (not found.determined)
    return found


def _boundary(rule: Rule) -> int:
    return NO_BOUNDARY if rule.e1 is None else rule.e1


@pytest.fixture(scope="module")
def base() -> Protocol:
    return load_protocol(TRIALS / "haic-bev-pdl1.yaml", [TRIALS / "assumptions" / "boundaries-efficacy-30-50.yaml"])


@pytest.mark.parametrize("part", range(PARTS))
def test_the_worksheet_is_the_enumeration_of_all_completions(base: Protocol, part: int) -> None:
    rng = np.random.default_rng(20_261_120 + part)
    seen: dict[str, int] = {}
    for _ in range(STATES_A_PART):
        rule, states = draw(rng)
        p0, p1 = (Fraction(int(rate), 20) for rate in rng.integers(0, 21, size=2))
        n_open = rule.n1 - sum(state not in OPEN for state in states)
        found = worksheet_of(base, rule, states, p0, p1)
        way = interim if n_open <= ENUMERATED else interim_by_counts
        for chances, rate in zip(found.chances[:2], (p0, p1), strict=True):
            expected = way(rule, states, rate)
            assert set(found.possible) == {_NAMES[ACTIONS[name]] for name in expected.possible}
            assert (found.responders_least, found.responders_most) == (expected.worst, expected.best)
            given = [chances.stop_futility, chances.stop_efficacy, chances.goes_on, chances.success]
            assert given == pytest.approx(_as_floats(expected.chances, expected.success), abs=1e-12), (rule, states)
        learnt = predictive(rule, states, *map(Fraction, PRIOR))
        last = found.chances[2]
        given = [last.stop_futility, last.stop_efficacy, last.goes_on, last.success]
        assert given == pytest.approx(_as_floats(learnt.chances, learnt.success), abs=1e-11), (rule, states)
        seen["/".join(found.possible)] = seen.get("/".join(found.possible), 0) + 1
    assert {"stop_futility", "continue", "stop_efficacy"} <= set(seen) and len(seen) > 4, seen


def test_the_final_worksheet_is_the_tail_of_the_open_patients(base: Protocol) -> None:
    """After stage one: the open patients must bring what is still lacking; nothing else stops the trial."""
    rng = np.random.default_rng(9)
    for _ in range(300):
        n, r = int(rng.integers(10, 40)), int(rng.integers(2, 9))
        responders, n_open = int(rng.integers(0, 9)), int(rng.integers(1, 9))
        rate = Fraction(int(rng.integers(1, 20)), 20)
        update = {"n1": 5, "n": n, "futility_stop": 1, "efficacy_stop": None, "success": r + 1, "p1": None}
        design = base.design.model_copy(update={**update, "p0": Decimal(str(float(rate)))})
        counts = Counts(n, n, responders, 0, n_open, 0, 0, n - responders - n_open)
        decision = Decision("not_ready", "final", {}, counts)
        found = build_worksheet(base.model_copy(update={"design": design}), decision)
        assert found is not None
        lacking = max(0, r + 1 - responders)
        assert found.chances[0].success == pytest.approx(float(at_least(n_open, lacking, rate)), abs=1e-12)
        possible = ["failure"] * (responders <= r) + ["success"] * (responders + n_open > r)
        assert list(found.possible) == possible


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

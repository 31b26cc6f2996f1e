"""Each rule on both sides of its threshold, asked of the kernels directly. Lengths in tenths of a millimetre."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_defaults import CR, NE, PD, PR, RULES, SD, codes, ints

from onearm.kernels.best_response import N_BEST, OUT_CONFIRMED, OUT_UNCONFIRMED, derive_best_response
from onearm.kernels.confirmation import find_confirming_visit
from onearm.kernels.follow_up import first_visit_of_response
from onearm.kernels.lesions import derive_new_lesions, derive_non_targets
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.stage import Action, decide_final, decide_stage_one
from onearm.kernels.target import TargetReason, derive_targets
from onearm.kernels.time_to_event import (
    N_TIME,
    OUT_DAY,
    OUT_EVENT,
    OUT_FREE_VISIT,
    OUT_REASON,
    Strategies,
    TimeReason,
    derive_overall_survival,
    derive_progression_free,
)
from onearm.terms import NewLesionState, NonTargetState, Response, TargetState


def target_response(*lengths: int, node: bool = False, rules: ResponseRules = RULES) -> tuple[int, int]:
    """Response and reason at the last of several visits of one target; -1 is not assessed."""
    n = len(lengths)
    length = np.maximum(np.array(lengths, np.int32), 0).reshape(n, 1)
    state = np.where(np.array(lengths) < 0, TargetState.NOT_ASSESSED, TargetState.MEASURED).astype(np.int8)
    out = [np.zeros(n, np.int8), np.zeros(n, np.int8), np.zeros(n, np.int32), np.zeros(n, np.bool_), ints(*([0] * n))]
    derive_targets(rules, n, length, state.reshape(n, 1), np.array([node]), *out)
    return int(out[0][-1]), int(out[1][-1])


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((1000, 700), PR),  # exactly 30 % less
        ((1000, 701), SD),
        ((1000, 1200), PD),  # exactly 20 % and 20 mm more
        ((1000, 1199), SD),
        ((200, 250), PD),  # exactly 5 mm, 25 %
        ((200, 249), SD),  # 24.5 %, but 4.9 mm
        ((420, 504), PD),  # 42.0 to 50.4 mm, which binary fractions miss
        ((1000, 600, 720), PD),  # against the nadir, not the baseline
        ((1000, 600, 719), SD),
        ((1000, 600, 700), PR),
        ((1000, 0, 49), PR),  # nadir 0: below 5 mm
        ((1000, 0, 50), PD),
        ((1000, 0), CR),
        ((1000, -1), NE),
        ((-1, 100), NE),
    ],
)
def test_the_sum_against_baseline_and_nadir(lengths: tuple[int, ...], expected: int) -> None:
    assert target_response(*lengths)[0] == expected


@pytest.mark.parametrize(("short_axis", "expected"), [(99, CR), (100, PR)])
def test_a_node_is_normal_below_ten_millimetres(short_axis: int, expected: int) -> None:
    assert target_response(200, short_axis, node=True)[0] == expected


def test_which_rule_spoke() -> None:
    assert target_response(1000, 0, 50)[1] == TargetReason.GROWTH_FROM_ZERO
    assert target_response(1000, 0, 10, rules=RULES._replace(target_back_is_pd=1)) == (
        PD,
        TargetReason.BACK_AFTER_TARGET_CR,
    )


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((NonTargetState.ABSENT, NonTargetState.ABSENT), CR),
        ((NonTargetState.ABSENT, NonTargetState.PRESENT), Response.NON_CR_NON_PD),
        ((NonTargetState.NOT_ASSESSED, NonTargetState.PRESENT), Response.NON_CR_NON_PD),
        ((NonTargetState.NOT_ASSESSED, NonTargetState.ABSENT), NE),
        ((NonTargetState.NOT_EVALUABLE, NonTargetState.UNEQUIVOCAL_PD), PD),
    ],
)
def test_non_targets(states: tuple[int, int], expected: int) -> None:
    response, witness = np.zeros(2, np.int8), ints(0, 0)
    derive_non_targets(2, np.array([[1, 1], states], np.int8), True, response, witness)
    assert response[1] == expected


@pytest.mark.parametrize(("short_axis", "progresses"), [(99, False), (100, False), (149, False), (150, True)])
@pytest.mark.parametrize("option", [0, 1])
def test_a_new_node_as_the_only_sign(short_axis: int, progresses: bool, option: int) -> None:
    state = np.array([[NewLesionState.NOT_SEEN], [NewLesionState.UNEQUIVOCAL]], np.int8)
    witness = ints(-1, -1)
    derive_new_lesions(
        RULES._replace(new_node_equivocal=option), 2, codes(0, SD), codes(0, 0), state, np.array([True]),
        np.array([[False], [True]]), np.array([[0], [short_axis]], np.int32), np.zeros((2, 1), np.int8), witness,
    )  # fmt: skip
    counts = progresses or (option == 0 and short_axis >= 100)
    assert (witness[1] == 0) == counts


@pytest.mark.parametrize(
    ("days", "overall", "changed", "expected"),
    [
        ((0, 63, 91), (0, PR, PR), {}, 2),  # exactly 28 days
        ((0, 63, 90), (0, PR, PR), {}, -1),
        ((0, 63, 90, 126), (0, PR, PR, PR), {}, 3),  # too early neither confirms nor breaks
        ((0, 63, 126, 189), (0, PR, NE, PR), {}, 3),
        ((0, 63, 126, 189, 252), (0, PR, NE, NE, PR), {}, -1),
        ((0, 63, 126, 189, 252), (0, PR, NE, NE, PR), {"confirmation_max_ne": 2}, 4),
        ((0, 63, 126, 189), (0, PR, SD, PR), {}, -1),
        ((0, 63, 126, 189), (0, PR, SD, PR), {"confirmation_max_sd": 1}, 3),
        ((0, 63, 126, 189), (0, CR, SD, CR), {"confirmation_max_sd": 1}, -1),
        ((0, 63, 126, 189), (0, PR, SD, PR), {"confirmation_any_later": 1}, 3),
        ((0, 63, 126, 189), (0, PR, PD, PR), {"confirmation_any_later": 1}, -1),
        ((0, 63, 126), (0, PR, CR), {}, 2),
        ((0, 63, 126), (0, CR, PR), {}, -1),
    ],
)
def test_which_visit_confirms(
    days: tuple[int, ...], overall: tuple[int, ...], changed: dict[str, int], expected: int
) -> None:
    rules = RULES._replace(**changed)
    missed = np.zeros(len(days), np.int32)
    assert find_confirming_visit(rules, 1, len(days), ints(*days), codes(*overall), missed) == expected


def best(days: tuple[int, ...], overall: tuple[int, ...], **changed: int) -> tuple[int, int]:
    out = np.zeros(N_BEST, np.int32)
    derive_best_response(
        RULES._replace(**changed), len(days), ints(*days), codes(*overall), np.zeros(len(days), np.int32),
        0, NEVER, NEVER, NEVER, 0, NEVER - 1, out,
    )  # fmt: skip
    return int(out[OUT_CONFIRMED]), int(out[OUT_UNCONFIRMED])


@pytest.mark.parametrize(
    ("days", "overall", "expected"),
    [
        ((0, 56), (0, SD), (SD, SD)),
        ((0, 55), (0, SD), (NE, NE)),
        ((0, 56), (0, PR), (SD, PR)),
        ((0, 55), (0, PR), (NE, PR)),
        ((0, 55, 83), (0, PR, PR), (PR, PR)),
        ((0, 30, 63), (0, CR, PD), (PD, CR)),
        ((0, 20, 40), (0, CR, SD), (PD, CR)),  # a CR that does not last, before the minimum for stable disease
        ((0, 63, 126, 189), (0, PR, CR, CR), (CR, CR)),
        ((0,), (0,), (0, 0)),
    ],
)
def test_best_overall_response(days: tuple[int, ...], overall: tuple[int, ...], expected: tuple[int, int]) -> None:
    assert best(days, overall) == expected


def test_a_response_lasts_from_the_first_one_that_was_confirmed() -> None:
    days, missed = ints(0, 63, 126, 189), np.zeros(4, np.int32)
    assert first_visit_of_response(RULES, True, 4, days, codes(0, PR, CR, CR), missed) == 1
    assert first_visit_of_response(RULES, True, 4, days, codes(0, PR, SD, PR), missed) == -1
    assert first_visit_of_response(RULES, False, 4, days, codes(0, SD, PR, SD), missed) == 2


LITERAL, FDA = Strategies(0, 0, 1, 0, 2), Strategies(1, 1, 1, 1, 2)


def progression_free(overall: tuple[int, ...], strategies: Strategies, **changed: int) -> tuple[int, int, int]:
    days = ints(*(63 * visit for visit in range(len(overall))))
    given = {"death": NEVER, "clinical": NEVER, "therapy": NEVER, "procedure": NEVER, "gap": 133} | changed
    out = np.zeros(N_TIME, np.int32)
    derive_progression_free(
        strategies, 0, 1, len(overall), days, days, codes(*overall), given.get("baseline", 1) == 1,
        given["death"], given["clinical"], given["therapy"], given["procedure"],
        np.full(len(overall), given["gap"], np.int32), 10_000, out,
    )  # fmt: skip
    return int(out[OUT_DAY]), int(out[OUT_EVENT]), int(out[OUT_REASON])


@pytest.mark.parametrize(
    ("overall", "changed", "literal", "fda"),
    [
        ((0, SD, PD), {}, (126, 1, "PROGRESSION"), (126, 1, "PROGRESSION")),
        ((0, SD), {"death": 100}, (100, 1, "DEATH"), (100, 1, "DEATH")),
        ((0, SD), {"death": 196}, (196, 1, "DEATH"), (196, 1, "DEATH")),
        ((0, SD), {"death": 197}, (197, 1, "DEATH"), (63, 0, "MISSED_SCANS")),
        ((0, SD, NE), {}, (63, 0, "LAST_ADEQUATE"), (63, 0, "LAST_ADEQUATE")),
        ((0, NE), {}, (0, 0, "NO_ASSESSMENT"), (0, 0, "NO_ASSESSMENT")),
        ((0, SD, PD), {"therapy": 70}, (126, 1, "PROGRESSION"), (63, 0, "NEW_THERAPY")),
        ((0, SD, PD), {"therapy": 126}, (126, 1, "PROGRESSION"), (126, 1, "PROGRESSION")),
        ((0, SD, PD), {"procedure": 70}, (63, 0, "PROCEDURE"), (63, 0, "PROCEDURE")),
        ((0, SD, PD), {"clinical": 70}, (70, 1, "CLINICAL_PROGRESSION"), (70, 1, "CLINICAL_PROGRESSION")),
        ((0, SD, PD), {"baseline": 0}, (126, 1, "PROGRESSION"), (0, 0, "NO_BASELINE")),
        ((0,), {"death": 133, "baseline": 0}, (133, 1, "DEATH"), (133, 1, "DEATH")),
        ((0,), {"death": 134, "baseline": 0}, (134, 1, "DEATH"), (0, 0, "NO_BASELINE")),
    ],
)
def test_progression_free_survival(
    overall: tuple[int, ...], changed: dict[str, int], literal: tuple[int, int, str], fda: tuple[int, int, str]
) -> None:
    for strategies, (day, event, reason) in ((LITERAL, literal), (FDA, fda)):
        assert progression_free(overall, strategies, **changed) == (day, event, TimeReason[reason])


@pytest.mark.parametrize(
    ("overall", "changed", "strategies", "expected"),
    [
        ((0, SD, PD), {"therapy": 70}, {"new_therapy": 2}, (70, 1, "NEW_THERAPY_BEGAN")),
        ((0, SD, PD), {"therapy": 126}, {"new_therapy": 2}, (126, 1, "PROGRESSION")),
        ((0, SD, PD), {"therapy": 125, "death": 125}, {"new_therapy": 2}, (125, 1, "DEATH")),
        ((0, SD, PD), {"therapy": -1}, {"new_therapy": 2}, (126, 1, "PROGRESSION")),
        ((0, SD, SD), {"therapy": 70}, {"new_therapy": 0, "missed_scans": 1}, (126, 0, "LAST_ADEQUATE")),
        # The day on which a therapy began is known without any scan.
        ((0, SD), {"therapy": 197}, {"new_therapy": 2, "missed_scans": 1}, (197, 1, "NEW_THERAPY_BEGAN")),
        ((0, SD), {"death": 197, "therapy": 70}, {"missed_scans": 1}, (63, 0, "MISSED_SCANS")),
        ((0, SD), {"death": 197, "baseline": 0}, {"no_baseline": 1}, (197, 1, "DEATH")),
        ((0, SD), {"baseline": 0}, {"no_baseline": 1}, (0, 0, "NO_BASELINE")),
        ((0, SD, PD), {"procedure": 70}, {"procedure": 0}, (126, 1, "PROGRESSION")),
        ((0, SD, PD), {"clinical": 70}, {"clinical_progression": 0}, (126, 1, "PROGRESSION")),
    ],
)
def test_each_intercurrent_event_has_its_own_strategy(
    overall: tuple[int, ...], changed: dict[str, int], strategies: dict[str, int], expected: tuple[int, int, str]
) -> None:
    day, event, reason = expected
    assert progression_free(overall, LITERAL._replace(**strategies), **changed) == (day, event, TimeReason[reason])


@pytest.mark.parametrize(
    ("overall", "changed", "free"),
    [
        ((0, SD, PD), {}, 1),
        ((0, PD), {}, -1),
        ((0, SD, NE, PD), {}, 1),
        ((0, SD, NE), {}, 1),
        ((0, SD, SD), {"therapy": 100}, 1),
    ],
)
def test_the_last_visit_free_of_progression_is_named(
    overall: tuple[int, ...], changed: dict[str, int], free: int
) -> None:
    days, out = ints(*(63 * visit for visit in range(len(overall)))), np.zeros(N_TIME, np.int32)
    limits = np.full(len(overall), 133, np.int32)
    derive_progression_free(
        FDA, 0, 1, len(overall), days, days, codes(*overall), True, NEVER, NEVER, changed.get("therapy", NEVER), NEVER,
        limits, 10_000, out,
    )  # fmt: skip
    assert out[OUT_FREE_VISIT] == free


@pytest.mark.parametrize(
    ("death", "alive", "expected"),
    [(50, 40, (50, 1)), (101, 90, (90, 0)), (NEVER, 120, (100, 0)), (NEVER, -5, (0, 0))],
)
def test_overall_survival(death: int, alive: int, expected: tuple[int, int]) -> None:
    out = np.zeros(N_TIME, np.int32)
    derive_overall_survival(0, death, alive, 100, out)
    assert (int(out[OUT_DAY]), int(out[OUT_EVENT])) == expected


@pytest.mark.parametrize(
    ("responders", "undecided", "action"),
    [
        (9, 0, Action.CONTINUE), (8, 0, Action.STOP_FUTILITY), (8, 1, Action.NOT_READY), (7, 1, Action.STOP_FUTILITY),
        (9, 4, Action.CONTINUE), (9, 5, Action.NOT_READY), (14, 3, Action.STOP_EFFICACY),
    ],
)  # fmt: skip
def test_the_interim_decision(responders: int, undecided: int, action: Action) -> None:
    assert decide_stage_one(responders, undecided, 8, 14) == action


@pytest.mark.parametrize(
    ("responders", "undecided", "action"),
    [(14, 5, Action.SUCCESS), (13, 1, Action.NOT_READY), (13, 0, Action.FAILURE), (10, 3, Action.FAILURE)],
)
def test_the_final_decision(responders: int, undecided: int, action: Action) -> None:
    assert decide_final(responders, undecided, 14) == action

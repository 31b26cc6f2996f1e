"""Why a response was not confirmed, and which visits ask for a second look."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from kernel_defaults import CR, NE, PD, PR, RULES, SD, codes, ints

from onearm.kernels.best_response import (
    N_BEST,
    OUT_CANDIDATE_VISIT,
    OUT_CONFIRMED_VISIT,
    OUT_LAST_VISIT,
    OUT_WHY_NOT,
    OUT_WHY_NOT_VISIT,
    derive_best_response,
)
from onearm.kernels.confirmation import CONFIRMATION_STEPS, Step, WhyNot
from onearm.kernels.rules import NEVER, PrContinues
from onearm.kernels.visit_queries import query_visits
from onearm.terms import Response, VisitQuery

NON_CR_NON_PD = int(Response.NON_CR_NON_PD)


def best(
    overall: tuple[int, ...], days: tuple[int, ...] = (), window_end: int = NEVER, missed: int = 0, **changed: int
) -> np.ndarray:
    """The kernel's output for responses every nine weeks, or on given days; ``overall`` without the baseline."""
    n = len(overall) + 1
    day = ints(0, *(days or tuple(63 * visit for visit in range(1, n))))
    out = np.zeros(N_BEST, np.int32)
    before = np.array([0] + [missed] * (n - 1), np.int32)
    rules = RULES._replace(**changed)
    derive_best_response(rules, n, day, codes(0, *overall), before, 0, window_end, NEVER, NEVER, 0, NEVER - 1, out)
    return out


def why_not(overall: tuple[int, ...], **changed: int) -> tuple[int, int, int]:
    out = best(overall, **changed)  # type: ignore[arg-type]
    return int(out[OUT_CANDIDATE_VISIT]), int(out[OUT_WHY_NOT]), int(out[OUT_WHY_NOT_VISIT])


@pytest.mark.parametrize(
    ("overall", "given", "expected"),
    [
        ((SD, SD), {}, (-1, WhyNot.NO_CANDIDATE, -1)),
        ((PR, PR), {}, (1, WhyNot.CONFIRMED, 2)),
        ((SD, PR), {}, (2, WhyNot.NO_LATER_SCAN, -1)),
        ((PR, NE), {}, (1, WhyNot.NO_LATER_SCAN, -1)),
        ((PR, PR), {"days": (63, 90)}, (1, WhyNot.TOO_SOON, -1)),
        ((PR, PR), {"days": (63, 91)}, (1, WhyNot.CONFIRMED, 2)),
        ((PR, PR), {"window_end": 125}, (1, WhyNot.WINDOW_ENDED, -1)),
        ((PR, PR), {"window_end": 126}, (1, WhyNot.CONFIRMED, 2)),
        ((PR, PD), {}, (1, WhyNot.PROGRESSION_CAME, 2)),
        ((PR, NE, PD), {}, (1, WhyNot.PROGRESSION_CAME, 3)),
        ((PR, SD, PR), {}, (1, WhyNot.LESSER_RESPONSE, 2)),  # the first of two
        ((CR, SD), {}, (1, WhyNot.LESSER_RESPONSE, 2)),
        ((CR, PR), {}, (1, WhyNot.LESSER_RESPONSE, 2)),
        ((PR, NON_CR_NON_PD), {}, (1, WhyNot.LESSER_RESPONSE, 2)),
        ((PR, SD, SD), {"confirmation_max_sd": 1}, (1, WhyNot.LESSER_RESPONSE, 3)),
        ((PR, SD), {"confirmation_max_sd": 1}, (1, WhyNot.LESSER_RESPONSE, -1)),
        ((PR, SD), {"confirmation_any_later": 1}, (1, WhyNot.LESSER_RESPONSE, -1)),
        ((PR, SD), {"confirmation_any_later": 1, "days": (63, 90)}, (1, WhyNot.TOO_SOON, -1)),
        ((PR, NE, NE, PR), {}, (1, WhyNot.TOO_MANY_NE, 3)),
        ((PR, NE, PR), {"missed": 1, "missed_visit_as_ne": 1}, (1, WhyNot.TOO_MANY_NE, 2)),
        ((CR, PR, PR), {}, (2, WhyNot.CONFIRMED, 3)),  # the CR was not, the PR after it was
        ((PR, CR), {"days": (63, 90)}, (2, WhyNot.NO_LATER_SCAN, -1)),  # the better one of two
        ((PR, SD, PD), {}, (1, WhyNot.LESSER_RESPONSE, 2)),
    ],
)
def test_why_a_response_was_not_confirmed(
    overall: tuple[int, ...], given: dict[str, int], expected: tuple[int, int, int]
) -> None:
    assert why_not(overall, **given) == expected


@pytest.mark.parametrize("any_later", [0, 1])
def test_the_candidate_was_confirmed_exactly_where_the_best_response_says_so(any_later: int) -> None:
    for overall in product((CR, PR, SD, NE, PD), repeat=4):
        out = best(overall, confirmation_any_later=any_later)
        is_confirmed = out[OUT_WHY_NOT] == WhyNot.CONFIRMED
        counted = overall[: out[OUT_LAST_VISIT]]
        assert (out[OUT_WHY_NOT] == WhyNot.NO_CANDIDATE) == (CR not in counted and PR not in counted)
        if is_confirmed:
            assert out[OUT_CANDIDATE_VISIT] == out[OUT_CONFIRMED_VISIT]
        elif CR in counted or PR in counted:
            wanted = CR if CR in counted else PR
            assert out[OUT_CANDIDATE_VISIT] == counted.index(wanted) + 1


def test_every_pair_of_responses_has_a_step() -> None:
    assert CONFIRMATION_STEPS.shape == (2, 2, len(Response))
    assert set(np.unique(CONFIRMATION_STEPS)) == {int(step) for step in Step}
    assert (CONFIRMATION_STEPS[:, :, CR] == Step.CONFIRMS).all()
    assert (CONFIRMATION_STEPS[:, 0, PR] != Step.CONFIRMS).all()
    assert (CONFIRMATION_STEPS[:, :, PD] == Step.PROGRESSION).all()


def queries(*overall: int, **changed: int) -> list[int]:
    n = len(overall) + 1
    out = np.zeros(n, np.int8)
    day = ints(*(63 * visit for visit in range(n)))
    query_visits(RULES._replace(**changed), n, day, codes(0, *overall), np.zeros(n, np.int32), out)
    return out[1:].tolist()


HELD = int(VisitQuery.PR_NOT_HELD)
LESSER = int(VisitQuery.CR_THEN_LESSER)


@pytest.mark.parametrize(
    ("overall", "changed", "expected"),
    [
        ((PR, SD), {}, [0, HELD]),
        ((PR, NE, SD), {}, [0, 0, HELD]),
        ((PR, PR, SD), {}, [0, 0, 0]),
        ((PR, PD), {}, [0, 0]),
        ((PR, NE), {}, [0, 0]),
        ((PR, SD, PR), {"confirmation_max_sd": 1}, [0, 0, 0]),
        ((PR, SD, PR), {}, [0, HELD, 0]),
        ((PR, SD), {"confirmation_required": 0}, [0, 0]),
        ((PR, SD), {"pr_continues": int(PrContinues.NEVER)}, [0, 0]),
        ((PR, SD), {"pr_continues": int(PrContinues.FROM_FIRST)}, [0, 0]),
        ((CR, PR), {}, [0, 0]),
        ((CR, PR), {"cr_then_lesser_is_query": 1}, [0, LESSER]),
        ((CR, NE, SD), {"cr_then_lesser_is_query": 1}, [0, 0, LESSER]),
        ((CR, CR, NE), {"cr_then_lesser_is_query": 1}, [0, 0, 0]),
        ((PR, CR, SD), {"cr_then_lesser_is_query": 1, "pr_continues": 0}, [0, 0, LESSER]),
    ],
)
def test_which_visits_ask_for_a_second_look(
    overall: tuple[int, ...], changed: dict[str, int], expected: list[int]
) -> None:
    assert queries(*overall, **changed) == expected


def test_two_queries_of_one_visit_are_kept_both() -> None:
    out = np.array([0, 0, int(VisitQuery.REAPPEARED_AFTER_CR)], np.int8)
    rules = RULES._replace(cr_then_lesser_is_query=1)
    query_visits(rules, 3, ints(0, 63, 126), codes(0, CR, PR), np.zeros(3, np.int32), out)
    assert out.tolist() == [0, 0, VisitQuery.REAPPEARED_AFTER_CR | VisitQuery.CR_THEN_LESSER]

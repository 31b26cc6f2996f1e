"""Confirmation: which later visit confirms a response, if any, and why none does."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numba import int8, int32, int64, njit, types

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.rules import RULES_TYPE, ResponseRules
from onearm.terms import Response

CR, NE = int(Response.CR), int(Response.NE)

NO_VISIT = -1
"""Index of a visit that does not exist."""


class Step(IntEnum):
    """What the next response does to the search for a confirmation."""

    CONFIRMS = 0
    """If it comes late enough; too early it is passed over."""
    COUNTS_AS_NE = 1
    COUNTS_AS_SD = 2
    BREAKS = 3
    PROGRESSION = 4
    PASSED_OVER = 5


class WhyNot(IntEnum):
    """Why a CR or PR was not confirmed."""

    NO_CANDIDATE = 0
    """There was no CR or PR."""
    CONFIRMED = 1
    NO_LATER_SCAN = 2
    """Nothing evaluable follows."""
    WINDOW_ENDED = 3
    """A later visit exists, and does not count any more."""
    PROGRESSION_CAME = 4
    LESSER_RESPONSE = 5
    TOO_MANY_NE = 6
    TOO_SOON = 7
    """What is evaluable and follows comes before the least number of days."""


CONFIRMS, COUNTS_AS_NE, COUNTS_AS_SD = int(Step.CONFIRMS), int(Step.COUNTS_AS_NE), int(Step.COUNTS_AS_SD)
BREAKS, PROGRESSION, PASSED_OVER = int(Step.BREAKS), int(Step.PROGRESSION), int(Step.PASSED_OVER)
CONFIRMED, NO_LATER_SCAN, WINDOW_ENDED = int(WhyNot.CONFIRMED), int(WhyNot.NO_LATER_SCAN), int(WhyNot.WINDOW_ENDED)
PROGRESSION_CAME, LESSER_RESPONSE = int(WhyNot.PROGRESSION_CAME), int(WhyNot.LESSER_RESPONSE)
TOO_MANY_NE, TOO_SOON = int(WhyNot.TOO_MANY_NE), int(WhyNot.TOO_SOON)

CONFIRMATION_STEPS = np.array(
    [
        [
            [BREAKS, CONFIRMS, BREAKS, BREAKS, BREAKS, PROGRESSION, COUNTS_AS_NE, BREAKS],
            [BREAKS, CONFIRMS, CONFIRMS, COUNTS_AS_SD, BREAKS, PROGRESSION, COUNTS_AS_NE, BREAKS],
        ],
        [
            [PASSED_OVER, CONFIRMS, PASSED_OVER, PASSED_OVER, PASSED_OVER, PROGRESSION, PASSED_OVER, PASSED_OVER],
            [PASSED_OVER, CONFIRMS, CONFIRMS, PASSED_OVER, PASSED_OVER, PROGRESSION, PASSED_OVER, PASSED_OVER],
        ],
    ],
    np.int8,
)
"""``confirmation_scan`` (next_evaluable, any_later) × candidate (CR, PR) × next response by its code → ``Step``.
RECIST 1.1, table 3, where it is not silent; a CR is confirmed by CR, a PR by PR or CR.
"""


class Search(NamedTuple):
    """How the search for a confirmation ended: the confirming visit or -1, ``WhyNot``, and the visit that ended it or
    -1 where the visits ran out.
    """

    confirming: int
    why_not: int
    ended_at: int


SEARCH_TYPE = types.NamedUniTuple(int64, len(Search._fields), Search)  # type: ignore[no-untyped-call]


@njit(SEARCH_TYPE(RULES_TYPE, int64, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def search_confirmation(
    rules: ResponseRules,
    first: int,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
) -> Search:
    """Follows a CR or PR at visit ``first`` through the visits before ``n_visits``, by ``CONFIRMATION_STEPS``.

    A confirmation comes at least ``confirmation_min_days`` later (≥). When the visits run out,
    LESSER_RESPONSE says that an evaluable one came late enough, TOO_SOON that one came at all.
    """
    steps = CONFIRMATION_STEPS[rules.confirmation_any_later, overall[first] - CR]
    n_not_evaluable, n_stable = 0, 0
    why_not = NO_LATER_SCAN
    for visit in range(first + 1, n_visits):
        step = steps[overall[visit]]
        is_late_enough = day[visit] - day[first] >= rules.confirmation_min_days
        if step == PROGRESSION:
            return Search(NO_VISIT, PROGRESSION_CAME, visit)
        if step == BREAKS:
            return Search(NO_VISIT, LESSER_RESPONSE, visit)
        if rules.confirmation_any_later == 0:
            if rules.missed_visit_as_ne == 1:
                n_not_evaluable += missed_before[visit]
            n_not_evaluable += int(step == COUNTS_AS_NE)
            n_stable += int(step == COUNTS_AS_SD)
            if n_not_evaluable > rules.confirmation_max_ne:
                return Search(NO_VISIT, TOO_MANY_NE, visit)
            if n_stable > rules.confirmation_max_sd:
                return Search(NO_VISIT, LESSER_RESPONSE, visit)
        if step == CONFIRMS and is_late_enough:
            return Search(visit, CONFIRMED, visit)
        if overall[visit] != NE and is_late_enough:
            why_not = LESSER_RESPONSE
        elif overall[visit] != NE and why_not == NO_LATER_SCAN:
            why_not = TOO_SOON
    return Search(NO_VISIT, why_not, NO_VISIT)


@njit(int64(RULES_TYPE, int64, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def find_confirming_visit(
    rules: ResponseRules,
    first: int,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
) -> int:
    """The visit before ``n_visits`` that confirms the CR or PR at visit ``first``, or -1 (``search_confirmation``)."""
    return search_confirmation(rules, first, n_visits, day, overall, missed_before).confirming

"""Visits whose images should be looked at again because of the visit before them; no value changes by it."""

from __future__ import annotations

from numba import int8, int32, int64, njit

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.best_response import find_cr_then_lesser
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.rules import RULES_TYPE, PrContinues, ResponseRules
from onearm.terms import Response, VisitQuery

PR, SD, NE = int(Response.PR), int(Response.SD), int(Response.NE)
CONTINUES_ONCE_CONFIRMED = int(PrContinues.ONCE_CONFIRMED)
CR_THEN_LESSER, PR_NOT_HELD = int(VisitQuery.CR_THEN_LESSER), int(VisitQuery.PR_NOT_HELD)


@njit(int64(RULES_TYPE, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def find_pr_not_held(rules: ResponseRules, n_visits: int, day: Ints32, overall: Ints8, missed_before: Ints32) -> int:
    """The SD that is the next evaluable visit after the first PR, where that was not confirmed; or -1 (Working Group,
    definition of SD: the images settle it).
    """
    for first in range(1, n_visits):
        if overall[first] != PR:
            continue
        if find_confirming_visit(rules, first, n_visits, day, overall, missed_before) != NO_VISIT:
            return NO_VISIT
        for later in range(first + 1, n_visits):
            if overall[later] != NE:
                return later if overall[later] == SD else NO_VISIT
        return NO_VISIT
    return NO_VISIT


@njit((RULES_TYPE, int64, int32[::1], int8[::1], int32[::1], int8[::1]), nogil=True, cache=True)
def query_visits(
    rules: ResponseRules, n_visits: int, day: Ints32, overall: Ints8, missed_before: Ints32, out_query: Ints8
) -> None:
    """Adds to the queries (``VisitQuery``) of the first ``n_visits`` visits: those that count for the best response."""
    if rules.cr_then_lesser_is_query == 1:
        lesser = find_cr_then_lesser(n_visits, overall)
        if lesser != NO_VISIT:
            out_query[lesser] |= CR_THEN_LESSER
    if rules.confirmation_required == 1 and rules.pr_continues == CONTINUES_ONCE_CONFIRMED:
        stable = find_pr_not_held(rules, n_visits, day, overall, missed_before)
        if stable != NO_VISIT:
            out_query[stable] |= PR_NOT_HELD

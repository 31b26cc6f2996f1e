"""Confirmation: which later visit confirms a response, if any."""

from __future__ import annotations

from numba import int8, int32, int64, njit

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.rules import RULES_TYPE, ResponseRules
from onearm.terms import Response

CR, PR, SD = int(Response.CR), int(Response.PR), int(Response.SD)
PD, NE = int(Response.PD), int(Response.NE)

NO_VISIT = -1
"""Index of a visit that does not exist."""


@njit(int64(RULES_TYPE, int64, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def find_confirming_visit(
    rules: ResponseRules,
    first: int,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
) -> int:
    """The visit before ``n_visits`` that confirms the CR or PR at visit ``first``, or -1.

    A CR is confirmed by CR, a PR by PR or CR, at least ``confirmation_min_days`` later (≥). What may lie between is the
    protocol's choice; RECIST 1.1 table 3 leaves it open.
    """
    seeks_cr = overall[first] == CR
    n_not_evaluable = 0
    n_stable = 0
    for visit in range(first + 1, n_visits):
        here = overall[visit]
        if here == PD:
            return NO_VISIT
        if rules.missed_visit_as_ne == 1:
            n_not_evaluable += missed_before[visit]
        confirms = here == CR or (here == PR and not seeks_cr)
        if rules.confirmation_any_later == 0:
            if here == NE:
                n_not_evaluable += 1
            elif here == SD and not seeks_cr:
                n_stable += 1
            elif not confirms:
                return NO_VISIT
            if n_not_evaluable > rules.confirmation_max_ne or n_stable > rules.confirmation_max_sd:
                return NO_VISIT
        if confirms and day[visit] - day[first] >= rules.confirmation_min_days:
            return visit
    return NO_VISIT

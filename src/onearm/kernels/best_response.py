"""Best overall response, confirmed and unconfirmed, from the overall responses of the visits."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.confirmation import NO_VISIT, WhyNot, search_confirmation
from onearm.kernels.rules import RULES_TYPE, ProcedureResponse, ResponseRules
from onearm.terms import Response

CR, PR, SD, PD = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD)
NE, NED, NON_CR_NON_PD = int(Response.NE), int(Response.NED), int(Response.NON_CR_NON_PD)
NO_RESPONSE = int(Response.NONE)
NO_CANDIDATE, WINDOW_ENDED = int(WhyNot.NO_CANDIDATE), int(WhyNot.WINDOW_ENDED)
COUNT_UNCONFIRMED, PENDING_RULE = int(ProcedureResponse.COUNT_UNCONFIRMED), int(ProcedureResponse.PENDING)


class BestReason(IntEnum):
    """Why a best overall response is what it is."""

    CONFIRMED = 0
    COUNTED_BEFORE_PROCEDURE = 1
    STABLE_LONG_ENOUGH = 2
    RESPONSE_NOT_CONFIRMED = 3
    CR_THEN_LESSER = 4
    PROGRESSION = 5
    TOO_EARLY_FOR_STABLE = 6
    NOT_EVALUABLE = 7
    NO_ASSESSMENT = 8
    DEATH_BEFORE_ASSESSMENT = 9
    BEST_SINGLE = 10
    NO_DISEASE = 11
    PENDING_AFTER_PROCEDURE = 12


CONFIRMED, COUNTED = int(BestReason.CONFIRMED), int(BestReason.COUNTED_BEFORE_PROCEDURE)
STABLE, UNCONFIRMED = int(BestReason.STABLE_LONG_ENOUGH), int(BestReason.RESPONSE_NOT_CONFIRMED)
CR_THEN_LESSER, PROGRESSION = int(BestReason.CR_THEN_LESSER), int(BestReason.PROGRESSION)
TOO_EARLY, NOT_EVALUABLE = int(BestReason.TOO_EARLY_FOR_STABLE), int(BestReason.NOT_EVALUABLE)
NO_ASSESSMENT, DEATH_FIRST = int(BestReason.NO_ASSESSMENT), int(BestReason.DEATH_BEFORE_ASSESSMENT)
BEST_SINGLE, NO_DISEASE = int(BestReason.BEST_SINGLE), int(BestReason.NO_DISEASE)
PENDING_AFTER = int(BestReason.PENDING_AFTER_PROCEDURE)

OUT_CONFIRMED, OUT_CONFIRMED_VISIT, OUT_CONFIRMING_VISIT, OUT_CONFIRMED_REASON = 0, 1, 2, 3
OUT_UNCONFIRMED, OUT_UNCONFIRMED_VISIT, OUT_UNCONFIRMED_REASON, OUT_LAST_VISIT = 4, 5, 6, 7
OUT_CANDIDATE_VISIT, OUT_WHY_NOT, OUT_WHY_NOT_VISIT = 8, 9, 10
N_BEST = 11
"""Length of the output of ``derive_best_response``; the names above are its places."""

CONFIRMABLE = np.array([CR, PR], np.int8)
"""Responses that a later visit may confirm, the better one first (RECIST 1.1, table 3)."""

FALL_BACK = np.array(
    [
        (SD, STABLE),
        (PD, CR_THEN_LESSER),
        (NON_CR_NON_PD, STABLE),
        (NED, NO_DISEASE),
        (PD, PROGRESSION),
    ],
    np.int8,
)
"""Best response without CR or PR and its reason; the first row that a counted visit shows speaks. Where none does: NE,
or nothing without a visit.
"""


@njit(int64(int64, int32[::1], int8[::1], int64, int64), nogil=True, cache=True)
def count_visits_in_window(n_visits: int, day: Ints32, overall: Ints8, window_end: int, cut_day: int) -> int:
    """How many leading visits count: up to the first PD (included), the window's end and the cut day (both
    included).
    """
    used = 1
    while used < n_visits and day[used] <= window_end and day[used] <= cut_day:
        used += 1
        if overall[used - 1] == PD:
            break
    return used


@njit(boolean(RULES_TYPE, int64, int32[::1], int8[::1], int64), nogil=True, cache=True)
def counts_as_stable(rules: ResponseRules, visit: int, day: Ints32, overall: Ints8, reference_day: int) -> bool:
    """Whether a CR, PR or SD was read late enough after the reference day to be stable disease at least (≥)."""
    here = overall[visit]
    if here != CR and here != PR and here != SD:
        return False
    if rules.unconfirmed_always_sd == 1 and here != SD:
        return True
    return bool(day[visit] - reference_day >= rules.sd_min_days_after)


@njit(int64(int64, int8[::1]), nogil=True, cache=True)
def last_evaluable_visit(n_visits: int, overall: Ints8) -> int:
    """The last visit after the baseline that is not NE, or -1."""
    for visit in range(n_visits - 1, 0, -1):
        if overall[visit] != NE:
            return visit
    return NO_VISIT


@njit(int64(int64, int8[::1]), nogil=True, cache=True)
def find_cr_then_lesser(n_visits: int, overall: Ints8) -> int:
    """The first PR or SD that is the next evaluable visit after a CR, or -1 (RECIST 1.1, table 3, rows 2 and 3)."""
    for visit in range(1, n_visits):
        if overall[visit] != CR:
            continue
        for later in range(visit + 1, n_visits):
            if overall[later] == NE:
                continue
            if overall[later] == PR or overall[later] == SD:
                return later
            break
    return NO_VISIT


@njit(int64(RULES_TYPE, int64, int64, int32[::1], int8[::1], int64), nogil=True, cache=True)
def find_fall_back(
    rules: ResponseRules, row: int, n_visits: int, day: Ints32, overall: Ints8, reference_day: int
) -> int:
    """The first visit that shows a row of ``FALL_BACK``, or -1."""
    response, reason = FALL_BACK[row, 0], FALL_BACK[row, 1]
    if reason == CR_THEN_LESSER:
        return find_cr_then_lesser(n_visits, overall) if rules.cr_then_lesser_is_pd == 1 else NO_VISIT
    for visit in range(1, n_visits):
        if response == SD:
            shows = counts_as_stable(rules, visit, day, overall, reference_day)
        else:
            is_late = reason != STABLE or day[visit] - reference_day >= rules.sd_min_days_after
            shows = overall[visit] == response and is_late
        if shows:
            return visit
    return NO_VISIT


@njit(
    (RULES_TYPE, int64, int32[::1], int8[::1], int64, boolean, int32[::1], int64, int64, int64),
    nogil=True,
    cache=True,
)
def fall_back(
    rules: ResponseRules,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    reference_day: int,
    died_unassessed: bool,
    out: Ints32,
    at_response: int,
    at_visit: int,
    at_reason: int,
) -> None:
    """Best response of a patient without CR or PR, by ``FALL_BACK``; else NE or none."""
    for row in range(len(FALL_BACK)):
        visit = find_fall_back(rules, row, n_visits, day, overall, reference_day)
        if visit != NO_VISIT:
            out[at_response], out[at_visit], out[at_reason] = FALL_BACK[row, 0], visit, FALL_BACK[row, 1]
            if FALL_BACK[row, 0] == SD and overall[visit] != SD:
                out[at_reason] = UNCONFIRMED
            return
    if n_visits > 1:
        all_ne = True
        for visit in range(1, n_visits):
            if overall[visit] != NE:
                all_ne = False
        out[at_response] = NE
        out[at_visit] = 1 if all_ne else n_visits - 1
        out[at_reason] = NOT_EVALUABLE if all_ne else TOO_EARLY
    elif died_unassessed and rules.early_death_is_pd == 1:
        out[at_response], out[at_visit], out[at_reason] = PD, NO_VISIT, DEATH_FIRST
    else:
        out[at_response] = NE if rules.no_assessment_is_ne == 1 else NO_RESPONSE
        out[at_visit], out[at_reason] = NO_VISIT, NO_ASSESSMENT


@njit(int64(RULES_TYPE, int64, int64, int32[::1], int8[::1], int32[::1], int32[::1]), nogil=True, cache=True)
def confirm_best(
    rules: ResponseRules, used: int, n_seen: int, day: Ints32, overall: Ints8, missed_before: Ints32, out: Ints32
) -> int:
    """Writes the confirmed CR or PR of the first ``used`` visits, and the candidate with its ``WhyNot``; gives the best
    single visit or -1.
    """
    out[OUT_CONFIRMED], out[OUT_CONFIRMING_VISIT] = NO_RESPONSE, NO_VISIT
    out[OUT_CANDIDATE_VISIT], out[OUT_WHY_NOT], out[OUT_WHY_NOT_VISIT] = NO_VISIT, NO_CANDIDATE, NO_VISIT
    single = NO_VISIT
    for best in CONFIRMABLE:
        for visit in range(1, used):
            if out[OUT_CONFIRMED] != NO_RESPONSE or overall[visit] != best:
                continue
            search = search_confirmation(rules, visit, used, day, overall, missed_before)
            is_confirmed = search.confirming != NO_VISIT
            if is_confirmed:
                by_cr = best == PR and overall[search.confirming] == CR and rules.pr_confirmed_by_cr_is_cr == 1
                out[OUT_CONFIRMED] = CR if by_cr else best
                out[OUT_CONFIRMED_VISIT], out[OUT_CONFIRMING_VISIT] = visit, search.confirming
                out[OUT_CONFIRMED_REASON] = CONFIRMED
            if is_confirmed or single == NO_VISIT:
                ran_out = search.ended_at == NO_VISIT and n_seen > used
                out[OUT_CANDIDATE_VISIT], out[OUT_WHY_NOT_VISIT] = visit, search.ended_at
                out[OUT_WHY_NOT] = WINDOW_ENDED if ran_out else search.why_not
            if single == NO_VISIT:
                single = visit
    return single


@njit(
    (
        RULES_TYPE, int64, int32[::1], int8[::1], int32[::1], int64, int64, int64, int64, int64, int64, int32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def derive_best_response(
    rules: ResponseRules,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
    reference_day: int,
    window_end: int,
    death_day: int,
    procedure_day: int,
    procedure_rule: int,
    cut_day: int,
    out: Ints32,
) -> None:
    """Best overall response with and without confirmation (RECIST 1.1, table 3), and the visits that decided.

    ``window_end`` is the last day that counts (new therapy, cap); ``procedure_day`` is NEVER without a procedure.
    ``out`` has ``N_BEST`` places, named ``OUT_…``; a visit that does not exist is -1. The candidate is the response
    that was confirmed, else the best single CR or PR; ``OUT_WHY_NOT`` is its ``WhyNot``.
    """
    has_procedure = procedure_day <= cut_day and procedure_rule != 0
    last_day = min(window_end, procedure_day) if has_procedure else window_end
    used = count_visits_in_window(n_visits, day, overall, last_day, cut_day)
    died_unassessed = death_day <= cut_day and n_visits <= 1
    out[OUT_LAST_VISIT] = used - 1
    single = confirm_best(rules, used, n_visits, day, overall, missed_before, out)
    if out[OUT_CONFIRMED] == NO_RESPONSE and has_procedure and procedure_rule == COUNT_UNCONFIRMED:
        visit = last_evaluable_visit(used, overall)
        if visit != NO_VISIT and (overall[visit] == CR or overall[visit] == PR):
            out[OUT_CONFIRMED], out[OUT_CONFIRMED_VISIT] = overall[visit], visit
            out[OUT_CONFIRMED_REASON] = COUNTED
    if out[OUT_CONFIRMED] == NO_RESPONSE:
        fall_back(
            rules, used, day, overall, reference_day, died_unassessed, out,
            OUT_CONFIRMED, OUT_CONFIRMED_VISIT, OUT_CONFIRMED_REASON,
        )  # fmt: skip
        if has_procedure and procedure_rule == PENDING_RULE and single != NO_VISIT:
            out[OUT_CONFIRMED_REASON] = PENDING_AFTER
    if single != NO_VISIT:
        out[OUT_UNCONFIRMED], out[OUT_UNCONFIRMED_VISIT] = overall[single], single
        out[OUT_UNCONFIRMED_REASON] = BEST_SINGLE
    else:
        fall_back(
            rules, used, day, overall, reference_day, died_unassessed, out,
            OUT_UNCONFIRMED, OUT_UNCONFIRMED_VISIT, OUT_UNCONFIRMED_REASON,
        )  # fmt: skip

"""Best overall response as the R packages admiral and admiralonco derive it: their reading, not that of RECIST.

Source: admiralonco 1.4, ``derive_param_bor``, ``derive_param_confirmed_bor``, ``derive_param_confirmed_resp`` and the
events of its ADRS template. Where it differs from RECIST 1.1, table 3, the package's behaviour is kept.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from numba import boolean, int8, int32, int64, njit, types

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.best_response import BestReason
from onearm.kernels.confirmation import NO_VISIT
from onearm.terms import Response

CR, PR, SD, PD = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD)
NE, NON_CR_NON_PD, NO_RESPONSE = int(Response.NE), int(Response.NON_CR_NON_PD), int(Response.NONE)

WORST_OF_A_DAY = (0, 2, 3, 4, 5, 6, 1, 0)
"""Rank of each response by its code: of several on one day the highest counts (ADRS template, ``worst_resp``)."""

LEFT_OUT, AFTER_PD, COUNTED = 0, 1, 2
"""What becomes of a record: not read at all, read for the last assessment alone, or read for everything."""


class PeerRules(NamedTuple):
    """The package's arguments: days, days, a count, and 0/1."""

    ref_start_window: int
    ref_confirm: int
    max_nr_ne: int
    accept_sd: int


PEER_RULES_TYPE = types.NamedUniTuple(int64, len(PeerRules._fields), PeerRules)  # type: ignore[no-untyped-call]


class PeerWhyNot(IntEnum):
    """Why the package confirms a CR or PR or not."""

    NO_CANDIDATE = 0
    CONFIRMED = 1
    NO_LATER_RESPONSE = 2
    """No CR (after PR: CR or PR) comes late enough."""
    OTHER_BETWEEN = 3
    """Something lies between that may not."""
    TOO_MANY_NE = 4
    TOO_MANY_SD = 5
    PR_AFTER_CR = 6
    """After a PR both CR and PR follow, and not all CR after the last PR."""


NO_CANDIDATE, IS_CONFIRMED = int(PeerWhyNot.NO_CANDIDATE), int(PeerWhyNot.CONFIRMED)
NO_LATER, OTHER_BETWEEN = int(PeerWhyNot.NO_LATER_RESPONSE), int(PeerWhyNot.OTHER_BETWEEN)
TOO_MANY_NE, TOO_MANY_SD, PR_AFTER_CR = (
    int(PeerWhyNot.TOO_MANY_NE),
    int(PeerWhyNot.TOO_MANY_SD),
    int(PeerWhyNot.PR_AFTER_CR),
)
CONFIRMED, BEST_SINGLE = int(BestReason.CONFIRMED), int(BestReason.BEST_SINGLE)
STABLE, UNCONFIRMED = int(BestReason.STABLE_LONG_ENOUGH), int(BestReason.RESPONSE_NOT_CONFIRMED)
PROGRESSION, TOO_EARLY = int(BestReason.PROGRESSION), int(BestReason.TOO_EARLY_FOR_STABLE)
NOT_EVALUABLE, NO_ASSESSMENT = int(BestReason.NOT_EVALUABLE), int(BestReason.NO_ASSESSMENT)

(
    PEER_BOR, PEER_BOR_VISIT, PEER_BOR_REASON, PEER_CBOR, PEER_CBOR_VISIT, PEER_CBOR_REASON, PEER_CONFIRMING_VISIT,
    PEER_PD_VISIT, PEER_RSP_VISIT, PEER_CRSP_VISIT, PEER_CRSP_CONFIRMING, PEER_CB_VISIT, PEER_CCB_VISIT,
    PEER_LSTA_VISIT, PEER_LAST_COUNTED, PEER_CANDIDATE, PEER_WHY_NOT, PEER_WHY_NOT_VISIT,
) = range(18)  # fmt: skip
N_PEER = 18
"""Length of the output of ``derive_peer_response``; the names above are its places. A visit that is not there is -1."""


@njit((int64, int32[::1], int8[::1], int64, int64, int8[::1]), nogil=True, cache=True)
def mark_records(n_visits: int, day: Ints32, overall: Ints8, reference_day: int, cut_day: int, mark: Ints8) -> None:
    """Which visits (in order of their days) are read: the worst of each day from the reference day on, and of those
    all up to the first PD (included).
    """
    progressed = False
    mark[0] = LEFT_OUT
    for visit in range(1, n_visits):
        rank = WORST_OF_A_DAY[overall[visit]]
        is_read = rank > 0 and reference_day <= day[visit] <= cut_day
        other = visit + 1
        while is_read and other < n_visits and day[other] == day[visit]:
            is_read = WORST_OF_A_DAY[overall[other]] < rank
            other += 1
        other = visit - 1
        while is_read and other >= 1 and day[other] == day[visit]:
            is_read = WORST_OF_A_DAY[overall[other]] <= rank
            other -= 1
        mark[visit] = LEFT_OUT if not is_read else AFTER_PD if progressed else COUNTED
        progressed = progressed or (is_read and overall[visit] == PD)


@njit((PEER_RULES_TYPE, int64, int64, int32[::1], int8[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def try_confirmation(
    rules: PeerRules, first: int, n_visits: int, day: Ints32, overall: Ints8, mark: Ints8, out: Ints32
) -> None:
    """Whether a CR or PR is confirmed: the confirming visit, why not, and the visit that decided (places 0, 1, 2).

    Only the first CR (after PR: CR or PR) at least ``ref_confirm`` days later is tried, with all that lies between.
    """
    seeks_cr = overall[first] == CR
    n_ne, n_sd, others_at, last_pr, first_cr = 0, 0, NO_VISIT, NO_VISIT, NO_VISIT
    out[0], out[1], out[2] = NO_VISIT, NO_LATER, NO_VISIT
    for visit in range(first + 1, n_visits):
        if mark[visit] != COUNTED:
            continue
        here = overall[visit]
        if here == NE:
            n_ne += 1
        elif here == SD and not seeks_cr and rules.accept_sd == 1:
            n_sd += 1
        elif here == PR and not seeks_cr:
            last_pr = visit
        elif here == CR:
            first_cr = visit if first_cr == NO_VISIT else first_cr
        elif others_at == NO_VISIT:
            others_at = visit
        confirms = here == CR or (here == PR and not seeks_cr)
        if not confirms or day[visit] - day[first] < rules.ref_confirm:
            continue
        out[2] = visit
        if others_at != NO_VISIT:
            out[1], out[2] = OTHER_BETWEEN, others_at
        elif n_ne > rules.max_nr_ne:
            out[1] = TOO_MANY_NE
        elif n_sd > 1:
            out[1] = TOO_MANY_SD
        elif not seeks_cr and first_cr != NO_VISIT and last_pr != NO_VISIT and first_cr < last_pr:
            out[1] = PR_AFTER_CR
        else:
            out[0], out[1] = visit, IS_CONFIRMED
        return


@njit(boolean(PEER_RULES_TYPE, int64, int32[::1], int64), nogil=True, cache=True)
def is_late_enough(rules: PeerRules, visit: int, day: Ints32, reference_day: int) -> bool:
    """Whether a visit lies at least ``ref_start_window`` days after the reference day."""
    return bool(day[visit] - reference_day >= rules.ref_start_window)


@njit((PEER_RULES_TYPE, int64, int32[::1], int8[::1], int8[::1], int64, int32[::1], int64), nogil=True, cache=True)
def fall_back_as_peer(
    rules: PeerRules,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    mark: Ints8,
    reference_day: int,
    out: Ints32,
    at: int,
) -> None:
    """Without a response: the first SD or better late enough, Non-CR/Non-PD late enough, PD, NE, or nothing.

    Writes response, visit and reason to ``out[at]`` and the two places after it.
    """
    stable, non_cr, progression, first, only_ne = NO_VISIT, NO_VISIT, NO_VISIT, NO_VISIT, True
    for visit in range(n_visits - 1, 0, -1):
        if mark[visit] != COUNTED:
            continue
        here, late = overall[visit], is_late_enough(rules, visit, day, reference_day)
        if here == PD:
            progression = visit
            continue
        first = visit
        only_ne = only_ne and here == NE
        if late and (here == CR or here == PR or here == SD):
            stable = visit
        elif late and here == NON_CR_NON_PD:
            non_cr = visit
    if stable != NO_VISIT:
        out[at], out[at + 1] = SD, stable
        out[at + 2] = STABLE if overall[stable] == SD else UNCONFIRMED
    elif non_cr != NO_VISIT:
        out[at], out[at + 1], out[at + 2] = NON_CR_NON_PD, non_cr, STABLE
    elif progression != NO_VISIT:
        out[at], out[at + 1], out[at + 2] = PD, progression, PROGRESSION
    elif first != NO_VISIT:
        out[at], out[at + 1], out[at + 2] = NE, first, NOT_EVALUABLE if only_ne else TOO_EARLY
    else:
        out[at], out[at + 1], out[at + 2] = NO_RESPONSE, NO_VISIT, NO_ASSESSMENT


@njit(
    (PEER_RULES_TYPE, int64, int32[::1], int8[::1], int64, int64, int8[::1], int32[::1], int32[::1]),
    nogil=True,
    cache=True,
)
def derive_peer_response(
    rules: PeerRules,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    reference_day: int,
    cut_day: int,
    mark: Ints8,
    search: Ints32,
    out: Ints32,
) -> None:
    """Every response parameter of the package for one patient; visit 0 is the baseline and is not read.

    ``mark`` (a place a visit) and ``search`` (three places) are written too; ``out`` has ``N_PEER`` places, all visits
    -1 before.
    """
    mark_records(n_visits, day, overall, reference_day, cut_day, mark)
    best_at, benefit = NO_VISIT, NO_VISIT
    for visit in range(1, n_visits):
        if mark[visit] == LEFT_OUT:
            continue
        out[PEER_LSTA_VISIT] = visit
        if mark[visit] != COUNTED:
            continue
        out[PEER_LAST_COUNTED] = visit
        here = overall[visit]
        if here == PD:
            out[PEER_PD_VISIT] = visit
            continue
        if here != NE and benefit == NO_VISIT and is_late_enough(rules, visit, day, reference_day):
            benefit = visit
        if here != CR and here != PR:
            continue
        if best_at == NO_VISIT or (here == CR and overall[best_at] == PR):
            best_at = visit
        if out[PEER_RSP_VISIT] == NO_VISIT:
            out[PEER_RSP_VISIT] = visit
        try_confirmation(rules, visit, n_visits, day, overall, mark, search)
        better = out[PEER_CBOR] == NO_RESPONSE or (here == CR and out[PEER_CBOR] == PR)
        if search[0] != NO_VISIT and better:
            out[PEER_CBOR], out[PEER_CBOR_VISIT], out[PEER_CBOR_REASON] = here, visit, CONFIRMED
            out[PEER_CONFIRMING_VISIT] = search[0]
        if search[0] != NO_VISIT and out[PEER_CRSP_VISIT] == NO_VISIT:
            out[PEER_CRSP_VISIT], out[PEER_CRSP_CONFIRMING] = visit, search[0]
    if best_at != NO_VISIT:
        out[PEER_BOR], out[PEER_BOR_VISIT], out[PEER_BOR_REASON] = overall[best_at], best_at, BEST_SINGLE
        candidate = best_at if out[PEER_CBOR] == NO_RESPONSE else out[PEER_CBOR_VISIT]
        try_confirmation(rules, candidate, n_visits, day, overall, mark, search)
        out[PEER_CANDIDATE], out[PEER_WHY_NOT], out[PEER_WHY_NOT_VISIT] = candidate, search[1], search[2]
    else:
        fall_back_as_peer(rules, n_visits, day, overall, mark, reference_day, out, PEER_BOR)
    if out[PEER_CBOR] == NO_RESPONSE:
        fall_back_as_peer(rules, n_visits, day, overall, mark, reference_day, out, PEER_CBOR)
    for at, response in ((PEER_CB_VISIT, out[PEER_RSP_VISIT]), (PEER_CCB_VISIT, out[PEER_CRSP_VISIT])):
        earlier = benefit if response == NO_VISIT or NO_VISIT < benefit < response else response
        out[at] = earlier

"""Runs the kernels of the best response over many patients whose overall responses are given."""

from __future__ import annotations

import numpy as np
from numba import int8, int32, int64, njit

from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.kernels.best_response import N_BEST, derive_best_response
from onearm.kernels.confirmation import NO_VISIT
from onearm.kernels.patients import Followed
from onearm.kernels.peer_response import (
    N_PEER,
    PEER_BOR,
    PEER_CBOR,
    PEER_RULES_TYPE,
    PEER_WHY_NOT,
    PeerRules,
    derive_peer_response,
)
from onearm.kernels.rules import RULES_TYPE, ResponseRules


@njit(
    (
        RULES_TYPE, int64[::1], int32[::1], int8[::1], int32[::1],
        int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[:, ::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _best_of_each(  # type: ignore[no-untyped-def]
    rules, visit_start, day, overall, missed_before,
    reference_day, window_end, death_day, procedure_day, procedure_rule, cut_day, best,
):  # fmt: skip
    for patient in range(len(visit_start) - 1):
        here = slice(visit_start[patient], visit_start[patient + 1])
        n_visits = visit_start[patient + 1] - visit_start[patient]
        seen = 0
        while seen < n_visits and day[visit_start[patient] + seen] <= cut_day[patient]:
            seen += 1
        derive_best_response(
            rules, seen, day[here], overall[here], missed_before[here], reference_day[patient], window_end[patient],
            death_day[patient], procedure_day[patient], procedure_rule[patient], cut_day[patient], best[patient],
        )  # fmt: skip


def derive_best_responses(
    rules: ResponseRules, visit_start: Ints64, day: Ints32, overall: Ints8, missed_before: Ints32, followed: Followed
) -> Ints32:
    """Best overall response of each patient (patient × ``N_BEST``) from its overall responses, by the same kernel as
    for derived ones; visit 0 of each patient is the baseline.
    """
    best = np.zeros((len(visit_start) - 1, N_BEST), np.int32)
    bounds = followed[:6]  # without marker and baseline: what was entered is entered
    _best_of_each(rules, visit_start, day, overall, missed_before, *bounds, best)
    return best


@njit(
    (
        PEER_RULES_TYPE, int64[::1], int32[::1], int8[::1], int32[::1], int32[::1], int8[::1], int32[::1],
        int32[:, ::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _peer_of_each(rules, visit_start, day, overall, reference_day, cut_day, mark, search, out):  # type: ignore[no-untyped-def]
    for patient in range(len(visit_start) - 1):
        here = slice(visit_start[patient], visit_start[patient + 1])
        n_visits = visit_start[patient + 1] - visit_start[patient]
        derive_peer_response(
            rules, n_visits, day[here], overall[here], reference_day[patient], cut_day[patient], mark[here], search,
            out[patient],
        )  # fmt: skip


def derive_peer_responses(
    rules: PeerRules, visit_start: Ints64, day: Ints32, overall: Ints8, reference_day: Ints32, cut_day: Ints32
) -> tuple[Ints32, Ints8]:
    """Every patient's response parameters (patient × ``N_PEER``) and what became of each visit (flat).

    Patient *p* owns visits ``visit_start[p]`` to ``visit_start[p + 1]``, the baseline first, in order of their days.
    """
    out = np.full((len(visit_start) - 1, N_PEER), NO_VISIT, np.int32)
    out[:, [PEER_BOR, PEER_CBOR, PEER_WHY_NOT]] = 0
    mark = np.zeros(len(day), np.int8)
    _peer_of_each(rules, visit_start, day, overall, reference_day, cut_day, mark, np.zeros(3, np.int32), out)
    return out, mark

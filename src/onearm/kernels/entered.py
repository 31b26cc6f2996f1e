"""Best overall responses of many patients whose overall responses are given instead of derived from lesions."""

from __future__ import annotations

import numpy as np
from numba import int8, int32, int64, njit

from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.kernels.best_response import N_BEST, derive_best_response
from onearm.kernels.patients import Followed
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
    bounds = followed[:-1]  # without the marker: what was entered is entered
    _best_of_each(rules, visit_start, day, overall, missed_before, *bounds, best)
    return best

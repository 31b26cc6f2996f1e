"""Runs the time-to-event kernels over many patients, and finds the visit from which a response lasts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32, Ints64
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.rules import NEVER, RULES_TYPE, ResponseRules
from onearm.kernels.time_to_event import (
    N_TIME,
    STRATEGIES_TYPE,
    Strategies,
    derive_overall_survival,
    derive_progression_free,
)
from onearm.terms import Response

CR, PR = int(Response.CR), int(Response.PR)


class Observed(NamedTuple):
    """What bounds each patient's time to event; days that never come are ``NEVER``.

    ``visit_start`` and what follows lie flat as in ``Lesions``.
    """

    has_baseline: Bools
    death_day: Ints32
    clinical_progression_day: Ints32
    new_therapy_day: Ints32
    procedure_day: Ints32
    cut_day: Ints32
    visit_start: Ints64
    day: Ints32
    progression_day: Ints32
    overall: Ints8
    gap_limit: Ints32


@njit(int64(RULES_TYPE, boolean, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def first_visit_of_response(
    rules: ResponseRules,
    needs_confirmation: bool,
    n_visits: int,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
) -> int:
    """The first CR or PR (confirmed within ``n_visits`` where that is needed), or -1: response lasts from whichever
    is recorded first (RECIST 1.1, section 4.4, duration of overall response)."""
    for visit in range(1, n_visits):
        if overall[visit] != CR and overall[visit] != PR:
            continue
        if not needs_confirmation:
            return visit
        if find_confirming_visit(rules, visit, n_visits, day, overall, missed_before) != NO_VISIT:
            return visit
    return NO_VISIT


@njit(
    (RULES_TYPE, boolean[::1], int64[::1], int32[::1], int8[::1], int32[::1], int32[::1], int32[::1]),
    nogil=True,
    cache=True,
)
def _first_of_each(rules, needs_confirmation, visit_start, day, overall, missed_before, n_counted, out):  # type: ignore[no-untyped-def]
    for patient in range(len(visit_start) - 1):
        here = slice(visit_start[patient], visit_start[patient + 1])
        out[patient] = first_visit_of_response(
            rules, needs_confirmation[patient], n_counted[patient], day[here], overall[here], missed_before[here]
        )


@njit(
    (
        STRATEGIES_TYPE, int32[::1], int32[::1],
        boolean[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1],
        int64[::1], int32[::1], int32[::1], int8[::1], int32[::1],
        int32[:, ::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _progression_free_of_each(  # type: ignore[no-untyped-def]
    strategies, start_day, first_visit,
    has_baseline, death_day, clinical_day, new_therapy_day, procedure_day, cut_day,
    visit_start, day, progression_day, overall, gap_limit,
    out,
):  # fmt: skip
    for patient in range(len(visit_start) - 1):
        if start_day[patient] == NEVER:
            continue
        here = slice(visit_start[patient], visit_start[patient + 1])
        n_visits = visit_start[patient + 1] - visit_start[patient]
        seen = 0
        while seen < n_visits and day[visit_start[patient] + seen] <= cut_day[patient]:
            seen += 1
        derive_progression_free(
            strategies, start_day[patient], first_visit[patient], seen, day[here], progression_day[here],
            overall[here], has_baseline[patient], death_day[patient], clinical_day[patient], new_therapy_day[patient],
            procedure_day[patient], gap_limit[here], cut_day[patient], out[patient],
        )  # fmt: skip


@njit((int32[::1], int32[::1], int32[::1], int32[::1], int32[:, ::1]), nogil=True, cache=True)
def _survival_of_each(start_day, death_day, last_alive_day, cut_day, out):  # type: ignore[no-untyped-def]
    for patient in range(len(start_day)):
        if start_day[patient] != NEVER:
            derive_overall_survival(
                start_day[patient], death_day[patient], last_alive_day[patient], cut_day[patient], out[patient]
            )


def find_response_starts(
    rules: ResponseRules,
    needs_confirmation: Bools,
    visit_start: Ints64,
    day: Ints32,
    overall: Ints8,
    missed_before: Ints32,
    n_counted: Ints32,
) -> Ints32:
    """Each patient's first visit of response among its first ``n_counted`` visits, or -1."""
    out = np.full(len(visit_start) - 1, NO_VISIT, np.int32)
    _first_of_each(rules, needs_confirmation, visit_start, day, overall, missed_before, n_counted, out)
    return out


def derive_times(strategies: Strategies, start_day: Ints32, first_visit: Ints32, observed: Observed) -> Ints32:
    """PFS, duration of response or of disease control of each patient (patient × ``N_TIME``); all zero where
    ``start_day`` is ``NEVER``."""
    out = np.zeros((len(start_day), N_TIME), np.int32)
    o = observed
    _progression_free_of_each(
        strategies, start_day, first_visit, o.has_baseline, o.death_day, o.clinical_progression_day, o.new_therapy_day,
        o.procedure_day, o.cut_day, o.visit_start, o.day, o.progression_day, o.overall, o.gap_limit, out,
    )  # fmt: skip
    return out


def derive_survival(start_day: Ints32, death_day: Ints32, last_alive_day: Ints32, cut_day: Ints32) -> Ints32:
    """Overall survival of each patient (patient × ``N_TIME``); all zero where ``start_day`` is ``NEVER``."""
    out = np.zeros((len(start_day), N_TIME), np.int32)
    _survival_of_each(start_day, death_day, last_alive_day, cut_day, out)
    return out

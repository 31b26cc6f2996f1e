"""Runs the patient kernels over many patients whose visits and lesions lie one after another in flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32, Ints64
from onearm.kernels.best_response import N_BEST, OUT_LAST_VISIT, derive_best_response
from onearm.kernels.lesions import derive_new_lesions, derive_non_targets
from onearm.kernels.rules import RULES_TYPE, ResponseRules
from onearm.kernels.target import derive_targets
from onearm.kernels.timepoint import derive_overall
from onearm.kernels.visit_queries import query_visits


class Lesions(NamedTuple):
    """The readings of many patients, flat. Patient *p* owns visits ``visit_start[p]`` to ``visit_start[p + 1]``,
    lesions likewise, and a block of visits × lesions cells from ``target_cell[p]`` (row = visit). Visit 0 is the
    baseline; a patient without a baseline scan has an empty one. Days count from 1970-01-01, lengths in tenths of a
    millimetre.
    """

    visit_start: Ints64
    day: Ints32
    missed_before: Ints32
    target_start: Ints64
    target_cell: Ints64
    target_length: Ints32
    target_state: Ints8
    target_is_node: Bools
    non_target_start: Ints64
    non_target_cell: Ints64
    non_target_state: Ints8
    non_target_is_node: Bools
    new_start: Ints64
    new_cell: Ints64
    new_state: Ints8
    new_is_node: Bools
    new_measured: Bools
    new_length: Ints32


class Followed(NamedTuple):
    """What else bounds each patient's response; days that never come are ``NEVER``. ``marker`` lies flat as
    ``Lesions.day`` and holds a ``MarkerState`` for each visit; None where no marker counts. ``has_baseline``: whether a
    scan was read before treatment; None where everybody has one.
    """

    reference_day: Ints32
    window_end: Ints32
    death_day: Ints32
    procedure_day: Ints32
    procedure_rule: Ints32
    cut_day: Ints32
    marker: Ints8 | None = None
    has_baseline: Bools | None = None


class Visits(NamedTuple):
    """What the kernels say of each visit (flat, as ``Lesions.day``), and of each patient (``best``: patient ×
    ``N_BEST``). ``query`` holds the bits of ``VisitQuery``.
    """

    target: Ints8
    target_reason: Ints8
    total: Ints32
    complete: Bools
    nadir_visit: Ints32
    non_target: Ints8
    non_target_witness: Ints32
    new_witness: Ints32
    arithmetic: Ints8
    overall: Ints8
    reason: Ints8
    best: Ints32
    query: Ints8


@njit(
    (
        RULES_TYPE,
        int64[::1], int32[::1], int32[::1],
        int64[::1], int64[::1], int32[::1], int8[::1], boolean[::1],
        int64[::1], int64[::1], int8[::1], boolean[::1],
        int64[::1], int64[::1], int8[::1], boolean[::1], boolean[::1], int32[::1],
        int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int8[::1], boolean[::1],
        int8[::1],
        int8[::1], int8[::1], int32[::1], boolean[::1], int32[::1], int8[::1], int32[::1], int32[::1],
        int8[::1], int8[::1], int8[::1], int32[:, ::1], int8[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def _derive_each(  # type: ignore[no-untyped-def]
    rules, visit_start, day, missed_before,
    target_start, target_cell, target_length, target_state, target_is_node,
    non_target_start, non_target_cell, non_target_state, non_target_is_node,
    new_start, new_cell, new_state, new_is_node, new_measured, new_length,
    reference_day, window_end, death_day, procedure_day, procedure_rule, cut_day, marker, has_baseline,
    scratch,
    target, target_reason, total, complete, nadir_visit, non_target, non_target_witness, new_witness,
    arithmetic, overall, reason, best, query,
):  # fmt: skip
    for patient in range(len(visit_start) - 1):
        first, end = visit_start[patient], visit_start[patient + 1]
        n_visits = end - first
        t0, t1 = target_start[patient], target_start[patient + 1]
        u0, u1 = non_target_start[patient], non_target_start[patient + 1]
        w0, w1 = new_start[patient], new_start[patient + 1]
        seen = 0
        while seen < n_visits and day[first + seen] <= cut_day[patient]:
            seen += 1
        length = target_length[target_cell[patient] : target_cell[patient + 1]].reshape((n_visits, t1 - t0))
        state = target_state[target_cell[patient] : target_cell[patient + 1]].reshape((n_visits, t1 - t0))
        other = non_target_state[non_target_cell[patient] : non_target_cell[patient + 1]].reshape((n_visits, u1 - u0))
        cells = slice(new_cell[patient], new_cell[patient + 1])
        shape = (n_visits, w1 - w0)
        here = slice(first, end)
        derive_targets(
            rules, seen, length, state, target_is_node[t0:t1],
            target[here], target_reason[here], total[here], complete[here], nadir_visit[here],
        )  # fmt: skip
        derive_non_targets(seen, other, has_baseline[patient], non_target[here], non_target_witness[here])
        derive_new_lesions(
            rules, seen, target[here], non_target[here], new_state[cells].reshape(shape), new_is_node[w0:w1],
            new_measured[cells].reshape(shape), new_length[cells].reshape(shape), scratch[cells].reshape(shape),
            new_witness[here],
        )  # fmt: skip
        derive_overall(
            rules, seen, day[here], missed_before[here], length, state, target_is_node[t0:t1], other,
            non_target_is_node[u0:u1], target[here], non_target[here], new_witness[here],
            marker[here], has_baseline[patient], arithmetic[here], overall[here], reason[here], query[here],
        )  # fmt: skip
        derive_best_response(
            rules, seen, day[here], overall[here], missed_before[here], reference_day[patient],
            window_end[patient], death_day[patient], procedure_day[patient], procedure_rule[patient],
            cut_day[patient], best[patient],
        )  # fmt: skip
        query_visits(
            rules, best[patient, OUT_LAST_VISIT] + 1, day[here], overall[here], missed_before[here], query[here]
        )


def derive_patients(rules: ResponseRules, lesions: Lesions, followed: Followed) -> Visits:
    """Every patient's timepoint responses and best overall response, by the patient kernels.

    Visits after a patient's cut day keep response NONE. Raises nothing: shapes are the caller's promise.
    """
    n_visits, n_patients = len(lesions.day), len(lesions.visit_start) - 1
    out = Visits(
        target=np.zeros(n_visits, np.int8),
        target_reason=np.zeros(n_visits, np.int8),
        total=np.zeros(n_visits, np.int32),
        complete=np.zeros(n_visits, np.bool_),
        nadir_visit=np.full(n_visits, -1, np.int32),
        non_target=np.zeros(n_visits, np.int8),
        non_target_witness=np.full(n_visits, -1, np.int32),
        new_witness=np.full(n_visits, -1, np.int32),
        arithmetic=np.zeros(n_visits, np.int8),
        overall=np.zeros(n_visits, np.int8),
        reason=np.zeros(n_visits, np.int8),
        best=np.zeros((n_patients, N_BEST), np.int32),
        query=np.zeros(n_visits, np.int8),
    )
    if followed.marker is None:
        followed = followed._replace(marker=np.zeros(n_visits, np.int8))
    if followed.has_baseline is None:
        followed = followed._replace(has_baseline=np.ones(n_patients, np.bool_))
    _derive_each(rules, *lesions, *followed, np.zeros(len(lesions.new_state), np.int8), *out)
    return out

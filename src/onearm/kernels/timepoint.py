"""Overall response at each visit, from targets, non-targets and new lesions."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import boolean, int8, int32, int64, njit, types

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.lesions import NO_LESION
from onearm.kernels.rules import RULES_TYPE, PrContinues, ResponseRules
from onearm.kernels.target_sums import is_disease, was_treated
from onearm.terms import MarkerState, NonTargetState, Response, VisitQuery

CR, PR, SD, PD = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD)
NE, NED, NON_CR_NON_PD = int(Response.NE), int(Response.NED), int(Response.NON_CR_NON_PD)
NO_RESPONSE = int(Response.NONE)
PRESENT = int(NonTargetState.PRESENT)
CONTINUES_NEVER, CONTINUES_ONCE_CONFIRMED = int(PrContinues.NEVER), int(PrContinues.ONCE_CONFIRMED)
MARKER_NORMAL = int(MarkerState.NORMAL)
REAPPEARED_AFTER_CR, NO_QUERY = int(VisitQuery.REAPPEARED_AFTER_CR), int(VisitQuery.NONE)


class OverallReason(IntEnum):
    """Which rule gave the overall response of a visit."""

    BASELINE = 0
    NO_DISEASE_AT_BASELINE = 1
    TARGET_PD = 2
    NON_TARGET_PD = 3
    NEW_LESION = 4
    BACK_AFTER_CR = 5
    TARGET_AND_NON_TARGET_CR = 6
    TARGET_CR_NON_TARGET_LEFT = 7
    AS_TARGET = 8
    AS_NON_TARGET = 9
    PR_CONTINUES = 10
    MARKER_NOT_NORMAL = 11
    NO_BASELINE = 12


BASELINE, NO_DISEASE_AT_BASELINE = int(OverallReason.BASELINE), int(OverallReason.NO_DISEASE_AT_BASELINE)
TARGET_PD, NON_TARGET_PD = int(OverallReason.TARGET_PD), int(OverallReason.NON_TARGET_PD)
NEW_LESION, BACK_AFTER_CR = int(OverallReason.NEW_LESION), int(OverallReason.BACK_AFTER_CR)
ALL_CR, TARGET_CR_ONLY = int(OverallReason.TARGET_AND_NON_TARGET_CR), int(OverallReason.TARGET_CR_NON_TARGET_LEFT)
AS_TARGET, AS_NON_TARGET = int(OverallReason.AS_TARGET), int(OverallReason.AS_NON_TARGET)
PR_CONTINUES, MARKER_NOT_NORMAL = int(OverallReason.PR_CONTINUES), int(OverallReason.MARKER_NOT_NORMAL)
NO_BASELINE = int(OverallReason.NO_BASELINE)

ANY, NO, YES = -1, 0, 1
"""Places of a table: whatever it is; without and with a new lesion that is a progression."""

TABLE_1 = np.array(
    [
        (PD, ANY, ANY, PD, TARGET_PD),
        (ANY, PD, ANY, PD, NON_TARGET_PD),
        (ANY, ANY, YES, PD, NEW_LESION),
        (CR, CR, NO, CR, ALL_CR),
        (CR, NO_RESPONSE, NO, CR, ALL_CR),
        (CR, ANY, NO, PR, TARGET_CR_ONLY),
        (PR, ANY, NO, PR, AS_TARGET),
        (SD, ANY, NO, SD, AS_TARGET),
        (NE, ANY, NO, NE, AS_TARGET),
    ],
    np.int8,
)
"""Patients with targets: target response, non-target response (``NO_RESPONSE``: no non-targets at baseline), new
lesion; overall response and reason. The first row that fits speaks (RECIST 1.1, table 1).
"""

TABLE_2 = np.array(
    [
        (NO_RESPONSE, PD, ANY, PD, NON_TARGET_PD),
        (NO_RESPONSE, ANY, YES, PD, NEW_LESION),
        (NO_RESPONSE, CR, NO, CR, AS_NON_TARGET),
        (NO_RESPONSE, NON_CR_NON_PD, NO, NON_CR_NON_PD, AS_NON_TARGET),
        (NO_RESPONSE, NE, NO, NE, AS_NON_TARGET),
        (NO_RESPONSE, NO_RESPONSE, NO, NED, NO_DISEASE_AT_BASELINE),
    ],
    np.int8,
)
"""As ``TABLE_1``, for patients without targets (RECIST 1.1, table 2); its last row, no lesion at all, is not in the
paper.
"""

MARKER_INSTEAD_OF_CR = np.array([(CR, CR, NON_CR_NON_PD, NE), (CR, CR, PR, PR)], np.int8)
"""Where the tables give CR: the response by targets at baseline (no, yes) and the code of the marker at the visit."""


TABLE_TYPE = types.Array(int8, 2, "C", readonly=True)


@njit(int64(TABLE_TYPE, int64, int64, int64), nogil=True, cache=True)
def find_row(table: Ints8, target: int, non_target: int, new: int) -> int:
    """The first row of ``TABLE_1`` or ``TABLE_2`` that fits."""
    row = 0
    while not (
        (table[row, 0] == ANY or table[row, 0] == target)
        and (table[row, 1] == ANY or table[row, 1] == non_target)
        and (table[row, 2] == ANY or table[row, 2] == new)
    ):
        row += 1
    return row


@njit(
    boolean(RULES_TYPE, int64, int32[:, ::1], int8[:, ::1], boolean[::1], int8[:, ::1], boolean[::1]),
    nogil=True,
    cache=True,
)
def is_back_after_cr(
    rules: ResponseRules,
    visit: int,
    length: Ints32,
    state: Ints8,
    is_node: Bools,
    non_target_state: Ints8,
    non_target_is_node: Bools,
) -> bool:
    """Whether malignant disease is there again at a visit (Working Group: after a definitive CR, whatever its size).

    A non-target node must have progressed unequivocally, which is progression on its own, so it does not count here.
    """
    nodes_back = 0
    others_back = 0
    for lesion in range(length.shape[1]):
        if was_treated(state, lesion, visit):
            continue
        if is_disease(rules, length[visit, lesion], state[visit, lesion], is_node[lesion]):
            if is_node[lesion]:
                nodes_back += 1
            else:
                others_back += 1
    for lesion in range(non_target_state.shape[1]):
        if non_target_state[visit, lesion] == PRESENT and not non_target_is_node[lesion]:
            others_back += 1
    if rules.single_node_waits == 1 and nodes_back == 1 and others_back == 0:
        return False
    return nodes_back + others_back > 0


@njit(boolean(RULES_TYPE, int64, int32[::1], int8[::1]), nogil=True, cache=True)
def had_definitive_cr(rules: ResponseRules, visit: int, day: Ints32, overall: Ints8) -> bool:
    """Whether a visit before this one gave an overall CR that counts as definitive."""
    for first in range(1, visit):
        if overall[first] != CR:
            continue
        if rules.cr_definitive_if_confirmed == 0:
            return True
        for second in range(first + 1, visit):
            if overall[second] == CR and day[second] - day[first] >= rules.confirmation_min_days:
                return True
    return False


@njit(boolean(RULES_TYPE, int64, int32[::1], int8[::1], int32[::1]), nogil=True, cache=True)
def partial_response_continues(
    rules: ResponseRules, visit: int, day: Ints32, overall: Ints8, missed_before: Ints32
) -> bool:
    """Whether an earlier partial response makes this visit's SD a PR (Working Group: managing PR; 100, 70, 70, 80).

    ``overall`` holds the arithmetic responses.
    """
    if rules.pr_continues == CONTINUES_NEVER:
        return False
    earliest = 1
    for before in range(1, visit):
        if overall[before] == PD:
            return False
        if overall[before] == NE and rules.pr_continues_over_ne == 0:
            earliest = before + 1
    for first in range(earliest, visit):
        if overall[first] != PR:
            continue
        if rules.pr_continues != CONTINUES_ONCE_CONFIRMED:
            return True
        if find_confirming_visit(rules, first, visit, day, overall, missed_before) != NO_VISIT:
            return True
    return False


@njit(
    (
        RULES_TYPE, int64, int32[::1], int32[::1],
        int32[:, ::1], int8[:, ::1], boolean[::1], int8[:, ::1], boolean[::1],
        int8[::1], int8[::1], int32[::1], int8[::1], boolean,
        int8[::1], int8[::1], int8[::1], int8[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def derive_overall(
    rules: ResponseRules,
    n_visits: int,
    day: Ints32,
    missed_before: Ints32,
    length: Ints32,
    state: Ints8,
    is_node: Bools,
    non_target_state: Ints8,
    non_target_is_node: Bools,
    target_response: Ints8,
    non_target_response: Ints8,
    new_witness: Ints32,
    marker: Ints8,
    has_baseline: bool,
    out_arithmetic: Ints8,
    out_overall: Ints8,
    out_reason: Ints8,
    out_query: Ints8,
) -> None:
    """Overall response at visits 1 to ``n_visits`` - 1, by ``TABLE_1`` and ``TABLE_2``.

    ``marker`` holds a ``MarkerState`` for each visit. ``out_arithmetic`` is what the tables alone give; ``out_overall``
    lets a partial response continue until progression where the protocol says so. ``out_query`` is set anew. Without a
    baseline scan a visit is a progression or not evaluable: nothing can be gone, smaller or stable.
    """
    has_targets = length.shape[1] > 0
    table = TABLE_1 if has_targets else TABLE_2
    for visit in range(n_visits):
        out_arithmetic[visit], out_overall[visit], out_reason[visit] = NO_RESPONSE, NO_RESPONSE, BASELINE
        out_query[visit] = NO_QUERY
        if visit == 0:
            continue
        new = NO if new_witness[visit] == NO_LESION else YES
        row = find_row(table, target_response[visit], non_target_response[visit], new)
        response, reason = table[row, 3], table[row, 4]
        if response != PD and not has_baseline:
            response, reason = NE, NO_BASELINE
        if response == CR and marker[visit] > MARKER_NORMAL:
            response, reason = MARKER_INSTEAD_OF_CR[int(has_targets), marker[visit]], MARKER_NOT_NORMAL
        if (
            (rules.reappearance_after_cr_is_pd == 1 or rules.reappearance_is_query == 1)
            and response != PD
            and had_definitive_cr(rules, visit, day, out_arithmetic)
            and is_back_after_cr(rules, visit, length, state, is_node, non_target_state, non_target_is_node)
        ):
            if rules.reappearance_after_cr_is_pd == 1:
                response, reason = PD, BACK_AFTER_CR
            else:
                out_query[visit] = REAPPEARED_AFTER_CR
        if response == NON_CR_NON_PD and rules.non_target_only_sd == 1:
            response = SD
        if response == NED and rules.no_disease_is_ne == 1:
            response = NE
        out_arithmetic[visit], out_overall[visit], out_reason[visit] = response, response, reason
        if response == SD and partial_response_continues(rules, visit, day, out_arithmetic, missed_before):
            out_overall[visit], out_reason[visit] = PR, PR_CONTINUES

"""Overall response at each visit, from targets, non-targets and new lesions."""

from __future__ import annotations

from enum import IntEnum

from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.lesions import NO_LESION
from onearm.kernels.rules import RULES_TYPE, PrContinues, ResponseRules
from onearm.kernels.target import is_disease, is_missing
from onearm.terms import NonTargetState, Response

CR, PR, SD, PD = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD)
NE, NED, NON_CR_NON_PD = int(Response.NE), int(Response.NED), int(Response.NON_CR_NON_PD)
NO_RESPONSE = int(Response.NONE)
PRESENT = int(NonTargetState.PRESENT)
CONTINUES_NEVER, CONTINUES_ONCE_CONFIRMED = int(PrContinues.NEVER), int(PrContinues.ONCE_CONFIRMED)


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


BASELINE, NO_DISEASE_AT_BASELINE = int(OverallReason.BASELINE), int(OverallReason.NO_DISEASE_AT_BASELINE)
TARGET_PD, NON_TARGET_PD = int(OverallReason.TARGET_PD), int(OverallReason.NON_TARGET_PD)
NEW_LESION, BACK_AFTER_CR = int(OverallReason.NEW_LESION), int(OverallReason.BACK_AFTER_CR)
ALL_CR, TARGET_CR_ONLY = int(OverallReason.TARGET_AND_NON_TARGET_CR), int(OverallReason.TARGET_CR_NON_TARGET_LEFT)
AS_TARGET, AS_NON_TARGET = int(OverallReason.AS_TARGET), int(OverallReason.AS_NON_TARGET)
PR_CONTINUES = int(OverallReason.PR_CONTINUES)


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
        if is_missing(state[visit, lesion]):
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
        int8[::1], int8[::1], int32[::1],
        int8[::1], int8[::1], int8[::1],
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
    out_arithmetic: Ints8,
    out_overall: Ints8,
    out_reason: Ints8,
) -> None:
    """Overall response at visits 1 to ``n_visits`` - 1 (RECIST 1.1, tables 1 and 2).

    ``out_arithmetic`` is what the tables alone give; ``out_overall`` lets a partial response continue until progression
    where the protocol says so.
    """
    has_targets = length.shape[1] > 0
    has_non_targets = non_target_state.shape[1] > 0
    for visit in range(n_visits):
        response, reason = NO_RESPONSE, BASELINE
        if visit == 0:
            pass
        elif target_response[visit] == PD:
            response, reason = PD, TARGET_PD
        elif non_target_response[visit] == PD:
            response, reason = PD, NON_TARGET_PD
        elif new_witness[visit] != NO_LESION:
            response, reason = PD, NEW_LESION
        elif not has_targets and not has_non_targets:
            response, reason = (NE if rules.no_disease_is_ne == 1 else NED), NO_DISEASE_AT_BASELINE
        elif (
            rules.reappearance_after_cr_is_pd == 1
            and had_definitive_cr(rules, visit, day, out_arithmetic)
            and is_back_after_cr(rules, visit, length, state, is_node, non_target_state, non_target_is_node)
        ):
            response, reason = PD, BACK_AFTER_CR
        elif has_targets:
            response, reason = target_response[visit], AS_TARGET
            if response == CR:
                if not has_non_targets or non_target_response[visit] == CR:
                    reason = ALL_CR
                else:
                    response, reason = PR, TARGET_CR_ONLY
        else:
            response, reason = non_target_response[visit], AS_NON_TARGET
            if response == NON_CR_NON_PD and rules.non_target_only_sd == 1:
                response = SD
        out_arithmetic[visit], out_overall[visit], out_reason[visit] = response, response, reason
        if response == SD and partial_response_continues(rules, visit, day, out_arithmetic, missed_before):
            out_overall[visit], out_reason[visit] = PR, PR_CONTINUES

"""Target lesions: counted lengths, sums, nadir, and the response of the targets at each visit."""

from __future__ import annotations

from enum import IntEnum

from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.rules import RULES_TYPE, ResponseRules
from onearm.terms import Response, TargetState

CR, PR, SD, PD, NE = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD), int(Response.NE)
NO_RESPONSE = int(Response.NONE)
MEASURED, TOO_SMALL = int(TargetState.MEASURED), int(TargetState.TOO_SMALL)
ABSENT, MERGED = int(TargetState.ABSENT), int(TargetState.MERGED)


class TargetReason(IntEnum):
    """Which rule gave the target response."""

    NO_TARGETS = 0
    ALL_GONE = 1
    GROWTH_OVER_NADIR = 2
    GROWTH_FROM_ZERO = 3
    BACK_AFTER_TARGET_CR = 4
    MISSING = 5
    NO_BASELINE_SUM = 6
    SHRINKAGE = 7
    NEITHER = 8


NO_TARGETS, ALL_GONE = int(TargetReason.NO_TARGETS), int(TargetReason.ALL_GONE)
GROWTH_OVER_NADIR, GROWTH_FROM_ZERO = int(TargetReason.GROWTH_OVER_NADIR), int(TargetReason.GROWTH_FROM_ZERO)
BACK_AFTER_TARGET_CR, MISSING = int(TargetReason.BACK_AFTER_TARGET_CR), int(TargetReason.MISSING)
NO_BASELINE_SUM, SHRINKAGE = int(TargetReason.NO_BASELINE_SUM), int(TargetReason.SHRINKAGE)
NEITHER = int(TargetReason.NEITHER)

NO_NADIR = -1
"""Visit index of a nadir that does not exist."""


@njit(boolean(int8), nogil=True, cache=True)
def is_missing(state: int) -> bool:
    """Whether a target adds nothing because nobody could say its length (treated lesions are such: WG, surgery)."""
    return not (state == MEASURED or state == TOO_SMALL or state == ABSENT or state == MERGED)


@njit(int32(RULES_TYPE, int32, int8, boolean), nogil=True, cache=True)
def counted_length(rules: ResponseRules, length: int, state: int, node: bool) -> int:
    """The length that enters the sum, in tenths of a millimetre; 0 for a lesion that is gone, merged or missing."""
    if state == MEASURED:
        return length
    if state == TOO_SMALL:
        return rules.too_small_node if node else rules.too_small
    return 0


@njit(boolean(RULES_TYPE, int32, int8, boolean), nogil=True, cache=True)
def is_disease(rules: ResponseRules, length: int, state: int, node: bool) -> bool:
    """Whether a target is there as disease: a non-node seen at all, a node at or above the normal limit."""
    if node:
        return counted_length(rules, length, state, node) >= rules.node_normal_below
    return state == TOO_SMALL or (state == MEASURED and length > 0)


@njit(boolean(RULES_TYPE, int64, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def is_merged_into_nothing(
    rules: ResponseRules, visit: int, lesion: int, length: Ints32, state: Ints8, is_node: Bools
) -> bool:
    """Whether a target is said to have merged and no target of the visit can carry its length: then it is missing.

    Disease carries any lesion; a node below the normal limit carries another node only.
    """
    if state[visit, lesion] != MERGED:
        return False
    for other in range(length.shape[1]):
        here, long = state[visit, other], length[visit, other]
        if is_disease(rules, long, here, is_node[other]):
            return False
        is_seen = here == TOO_SMALL or (here == MEASURED and long > 0)
        if is_seen and is_node[other] and is_node[lesion]:
            return False
    return True


@njit(boolean(RULES_TYPE, int32, int32), nogil=True, cache=True)
def grew(rules: ResponseRules, total: int, nadir: int) -> bool:
    """Progression by the sum: at least 20 % and the absolute growth over the nadir (RECIST 1.1, section 4.3.1)."""
    if nadir == 0:
        return total > 0 and total >= rules.reappearance_absolute
    return total - nadir >= rules.pd_absolute and 10 * total >= 12 * nadir


@njit(
    (
        RULES_TYPE,
        int64,
        int32[:, ::1],
        int8[:, ::1],
        boolean[::1],
        int8[::1],
        int8[::1],
        int32[::1],
        boolean[::1],
        int32[::1],
    ),
    nogil=True,
    cache=True,
)
def derive_targets(
    rules: ResponseRules,
    n_visits: int,
    length: Ints32,
    state: Ints8,
    is_node: Bools,
    out_response: Ints8,
    out_reason: Ints8,
    out_sum: Ints32,
    out_complete: Bools,
    out_nadir_visit: Ints32,
) -> None:
    """Response of the targets at visits 0 to ``n_visits`` - 1 (visit 0, the baseline, has none).

    ``length`` and ``state`` are (visit, lesion). ``out_nadir_visit`` names the visit whose complete sum was the
    smallest *before* each visit (the earliest such visit), or -1. Order of the rules: RECIST 1.1 table 1 with CR, PD,
    NE, PR, SD.
    """
    n_lesions = length.shape[1]
    nadir_visit = NO_NADIR
    had_target_cr = False
    for visit in range(n_visits):
        total = 0
        missing = False
        disease = False
        for lesion in range(n_lesions):
            if is_missing(state[visit, lesion]) or is_merged_into_nothing(rules, visit, lesion, length, state, is_node):
                missing = True
                continue
            total += counted_length(rules, length[visit, lesion], state[visit, lesion], is_node[lesion])
            if is_disease(rules, length[visit, lesion], state[visit, lesion], is_node[lesion]):
                disease = True
        out_sum[visit] = total
        out_complete[visit] = not missing and n_lesions > 0
        out_nadir_visit[visit] = nadir_visit
        out_response[visit], out_reason[visit] = NO_RESPONSE, NO_TARGETS
        if visit > 0 and n_lesions > 0:
            growth_readable = not missing or rules.missing_targets == 0
            if not missing and not disease:
                out_response[visit], out_reason[visit] = CR, ALL_GONE
                had_target_cr = True
            elif growth_readable and nadir_visit != NO_NADIR and grew(rules, total, out_sum[nadir_visit]):
                out_response[visit] = PD
                out_reason[visit] = GROWTH_FROM_ZERO if out_sum[nadir_visit] == 0 else GROWTH_OVER_NADIR
            elif growth_readable and rules.target_back_is_pd == 1 and had_target_cr and disease:
                out_response[visit], out_reason[visit] = PD, BACK_AFTER_TARGET_CR
            elif missing:
                out_response[visit], out_reason[visit] = NE, MISSING
            elif not out_complete[0]:
                out_response[visit], out_reason[visit] = NE, NO_BASELINE_SUM
            elif 10 * total <= 7 * out_sum[0]:
                out_response[visit], out_reason[visit] = PR, SHRINKAGE
            else:
                out_response[visit], out_reason[visit] = SD, NEITHER
        # A baseline sum of zero is a fault of the records, not a nadir to grow from.
        if visit == 0 and total == 0:
            continue
        if out_complete[visit] and (nadir_visit == NO_NADIR or total < out_sum[nadir_visit]):
            nadir_visit = visit

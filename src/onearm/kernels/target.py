"""Target lesions: counted lengths, sums, nadir, and the response of the targets at each visit."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.rules import RULES_TYPE, MissingTargets, ResponseRules
from onearm.kernels.target_sums import (
    NO_NADIR,
    NO_SUM,
    REFERENCES_TYPE,
    SUM_TYPE,
    References,
    TargetSum,
    add_sum,
    first_treated_visit,
    is_disease,
    is_unread,
    largest_possible_sum,
    rebase,
    sum_targets,
    was_treated,
)
from onearm.terms import Response

CR, PR, SD, PD, NE = int(Response.CR), int(Response.PR), int(Response.SD), int(Response.PD), int(Response.NE)
NO_RESPONSE = int(Response.NONE)
ALWAYS_NE, PR_IF_CERTAIN = int(MissingTargets.NE), int(MissingTargets.PR_IF_CERTAIN)


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
    NODE_BACK = 9
    CERTAIN_DESPITE_MISSING = 10
    GONE_EXCEPT_TREATED = 11
    ALL_TREATED = 12
    GONE_WITHOUT_BASELINE = 13


NO_TARGETS, ALL_GONE = int(TargetReason.NO_TARGETS), int(TargetReason.ALL_GONE)
GROWTH_OVER_NADIR, GROWTH_FROM_ZERO = int(TargetReason.GROWTH_OVER_NADIR), int(TargetReason.GROWTH_FROM_ZERO)
BACK_AFTER_TARGET_CR, MISSING = int(TargetReason.BACK_AFTER_TARGET_CR), int(TargetReason.MISSING)
NO_BASELINE_SUM, SHRINKAGE = int(TargetReason.NO_BASELINE_SUM), int(TargetReason.SHRINKAGE)
NEITHER, NODE_BACK = int(TargetReason.NEITHER), int(TargetReason.NODE_BACK)
CERTAIN, GONE_EXCEPT_TREATED = int(TargetReason.CERTAIN_DESPITE_MISSING), int(TargetReason.GONE_EXCEPT_TREATED)
ALL_TREATED, GONE_WITHOUT_BASELINE = int(TargetReason.ALL_TREATED), int(TargetReason.GONE_WITHOUT_BASELINE)

TARGET_RULES = np.array(
    [
        (ALL_GONE, CR),
        (GONE_EXCEPT_TREATED, PR),
        (GONE_WITHOUT_BASELINE, NE),
        (GROWTH_OVER_NADIR, PD),
        (GROWTH_FROM_ZERO, PD),
        (BACK_AFTER_TARGET_CR, PD),
        (NODE_BACK, PD),
        (ALL_TREATED, NE),
        (CERTAIN, PR),
        (MISSING, NE),
        (NO_BASELINE_SUM, NE),
        (SHRINKAGE, PR),
        (NEITHER, SD),
    ],
    np.int8,
)
"""The rules of the targets and what each gives; the first one that holds at a visit speaks (RECIST 1.1, section 4.3.1;
CR, PD, NE, PR, SD). What was never there as disease at a complete baseline cannot be shown to be gone.
"""


@njit(boolean(RULES_TYPE, int64, int64), nogil=True, cache=True)
def grew(rules: ResponseRules, total: int, nadir: int) -> bool:
    """Progression by the sum: at least 20 % and the absolute growth over the nadir (RECIST 1.1, section 4.3.1)."""
    if nadir == NO_SUM:
        return False
    if nadir == 0:
        return total > 0 and total >= rules.reappearance_absolute
    return total - nadir >= rules.pd_absolute and 10 * total >= 12 * nadir


@njit(boolean(RULES_TYPE, int64, REFERENCES_TYPE), nogil=True, cache=True)
def shrank(rules: ResponseRules, total: int, against: References) -> bool:
    """Partial response by the sum: at most 70 % of the baseline (RECIST 1.1, section 4.3.1).

    ``shrinkage_against_nadir`` also asks that the sum is not above the nadir, the misreading that the Working Group
    corrected (definition of SD). A baseline sum of zero (or ``NO_SUM``) is none: nothing was there to shrink.
    """
    if against.baseline <= 0 or 10 * total > 7 * against.baseline:
        return False
    return rules.shrinkage_against_nadir == 0 or against.nadir == NO_SUM or total <= against.nadir


@njit(boolean(RULES_TYPE, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def is_node_back(rules: ResponseRules, visit: int, length: Ints32, state: Ints8, is_node: Bools) -> bool:
    """Whether a target node is at or above the normal limit that was read below it at a visit after the baseline."""
    for lesion in range(length.shape[1]):
        if not is_node[lesion] or was_treated(state, lesion, visit):
            continue
        if not is_disease(rules, length[visit, lesion], state[visit, lesion], True):
            continue
        for earlier in range(1, visit):
            treated_by = visit if rules.treated_is_excluded == 1 else earlier
            if is_unread(rules, earlier, lesion, treated_by, length, state, is_node):
                continue
            if not is_disease(rules, length[earlier, lesion], state[earlier, lesion], True):
                return True
    return False


@njit(
    int64(RULES_TYPE, int64, SUM_TYPE, REFERENCES_TYPE, boolean, int32[:, ::1], int8[:, ::1], boolean[::1]),
    nogil=True,
    cache=True,
)
def which_rules_hold(
    rules: ResponseRules,
    visit: int,
    now: TargetSum,
    against: References,
    had_target_cr: bool,
    length: Ints32,
    state: Ints8,
    is_node: Bools,
) -> int:
    """The rules of ``TARGET_RULES`` that hold at a visit, as a number with the bit of each reason set."""
    holds = 1 << NEITHER
    if now.n_judged == 0:
        holds |= 1 << ALL_TREATED
    elif now.n_missing > 0:
        holds |= 1 << MISSING
    elif now.n_disease == 0:
        if against.baseline <= 0:
            holds |= 1 << GONE_WITHOUT_BASELINE
        else:
            holds |= 1 << (ALL_GONE if now.n_judged == length.shape[1] else GONE_EXCEPT_TREATED)
    if now.n_missing == 0 or rules.missing_targets != ALWAYS_NE:
        if grew(rules, now.total, against.nadir):
            holds |= 1 << (GROWTH_FROM_ZERO if against.nadir == 0 else GROWTH_OVER_NADIR)
        if rules.target_back_is_pd == 1 and had_target_cr and now.n_disease > 0:
            holds |= 1 << BACK_AFTER_TARGET_CR
        if rules.node_back_is_pd == 1 and is_node_back(rules, visit, length, state, is_node):
            holds |= 1 << NODE_BACK
    if rules.missing_targets == PR_IF_CERTAIN and now.n_missing > 0:
        most = largest_possible_sum(rules, visit, now.total, length, state, is_node)
        if most != NO_SUM and shrank(rules, most, against) and not grew(rules, most, against.nadir):
            holds |= 1 << CERTAIN
    if against.baseline <= 0:
        holds |= 1 << NO_BASELINE_SUM
    if shrank(rules, now.total, against):
        holds |= 1 << SHRINKAGE
    return holds


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
    """Response of the targets at visits 0 to ``n_visits`` - 1 (visit 0, the baseline, has none), by ``TARGET_RULES``.

    ``length`` and ``state`` are (visit, lesion). ``out_nadir_visit`` names the visit whose complete sum was the
    smallest *before* each visit (the earliest such visit), or -1. Sum, completeness and nadir of a visit leave out what
    that visit leaves out.
    """
    n_lesions = length.shape[1]
    running = References(NO_SUM, NO_SUM, NO_NADIR)
    first_treated = first_treated_visit(n_visits, state)
    had_target_cr = False
    for visit in range(n_visits):
        treated_by = visit if visit >= first_treated else 0
        now = sum_targets(rules, visit, treated_by, length, state, is_node)
        against = running
        if now.n_judged < n_lesions:
            against = rebase(rules, visit, length, state, is_node)
        out_sum[visit] = now.total
        out_complete[visit] = now.n_missing == 0 and now.n_judged > 0
        out_nadir_visit[visit] = against.nadir_visit
        out_response[visit], out_reason[visit] = NO_RESPONSE, NO_TARGETS
        if visit > 0 and n_lesions > 0:
            holds = which_rules_hold(rules, visit, now, against, had_target_cr, length, state, is_node)
            place = 0
            while holds & (1 << int(TARGET_RULES[place, 0])) == 0:
                place += 1
            out_reason[visit], out_response[visit] = TARGET_RULES[place, 0], TARGET_RULES[place, 1]
            had_target_cr = had_target_cr or out_response[visit] == CR
        running = add_sum(rules, running, visit, now)

"""Target lesions: counted lengths, what is missing, the sum of a visit, and what it is held against."""

from __future__ import annotations

from typing import NamedTuple

from numba import boolean, int8, int32, int64, njit, types

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.rules import RULES_TYPE, ResponseRules
from onearm.terms import TargetState

MEASURED, TOO_SMALL = int(TargetState.MEASURED), int(TargetState.TOO_SMALL)
ABSENT, MERGED, TREATED = int(TargetState.ABSENT), int(TargetState.MERGED), int(TargetState.TREATED)

NO_NADIR = -1
"""Visit index of a nadir that does not exist."""

NO_SUM = -1
"""A sum that does not exist."""


class TargetSum(NamedTuple):
    """The targets at one visit: the sum of their counted lengths in tenths of a millimetre, and how many are judged at
    all, are missing, and are there as disease.
    """

    total: int
    n_judged: int
    n_missing: int
    n_disease: int


class References(NamedTuple):
    """What a sum is held against: baseline and smallest sum (``NO_SUM`` without one), and the visit of the latter."""

    baseline: int
    nadir: int
    nadir_visit: int


SUM_TYPE = types.NamedUniTuple(int64, len(TargetSum._fields), TargetSum)  # type: ignore[no-untyped-call]
REFERENCES_TYPE = types.NamedUniTuple(int64, len(References._fields), References)  # type: ignore[no-untyped-call]


@njit(boolean(int8), nogil=True, cache=True)
def is_missing(state: int) -> bool:
    """Whether a target adds nothing because nobody could say its length (treated lesions are such: WG, surgery)."""
    return not (state == MEASURED or state == TOO_SMALL or state == ABSENT or state == MERGED)


@njit(boolean(int8[:, ::1], int64, int64), nogil=True, cache=True)
def was_treated(state: Ints8, lesion: int, by_visit: int) -> bool:
    """Whether a target was treated at a visit after the baseline, up to and including ``by_visit``: then it stays so,
    whatever is entered later, and a resected lesion never makes a complete response."""
    for visit in range(1, by_visit + 1):
        if state[visit, lesion] == TREATED:
            return True
    return False


@njit(int64(int64, int8[:, ::1]), nogil=True, cache=True)
def first_treated_visit(n_visits: int, state: Ints8) -> int:
    """The first visit after the baseline at which any target was treated; ``n_visits`` where none was."""
    for visit in range(1, n_visits):
        for lesion in range(state.shape[1]):
            if state[visit, lesion] == TREATED:
                return visit
    return n_visits


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


@njit(boolean(RULES_TYPE, int64, int64, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def is_merged_into_nothing(
    rules: ResponseRules, visit: int, lesion: int, treated_by: int, length: Ints32, state: Ints8, is_node: Bools
) -> bool:
    """Whether a target is said to have merged and no target of the visit can carry its length: then it is missing.

    Disease carries any lesion; a node below the normal limit carries another node only. What was treated up to the
    visit ``treated_by`` carries nothing.
    """
    if state[visit, lesion] != MERGED:
        return False
    for other in range(length.shape[1]):
        here, long = state[visit, other], length[visit, other]
        if was_treated(state, other, treated_by):
            continue
        if is_disease(rules, long, here, is_node[other]):
            return False
        is_seen = here == TOO_SMALL or (here == MEASURED and long > 0)
        if is_seen and is_node[other] and is_node[lesion]:
            return False
    return True


@njit(boolean(RULES_TYPE, int64, int64, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def is_unread(
    rules: ResponseRules, visit: int, lesion: int, treated_by: int, length: Ints32, state: Ints8, is_node: Bools
) -> bool:
    """Whether a target is missing at a visit: not read, treated by ``treated_by``, or merged into nothing."""
    if is_missing(state[visit, lesion]) or was_treated(state, lesion, treated_by):
        return True
    return state[visit, lesion] == MERGED and is_merged_into_nothing(
        rules, visit, lesion, treated_by, length, state, is_node
    )


@njit(SUM_TYPE(RULES_TYPE, int64, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def sum_targets(
    rules: ResponseRules, visit: int, treated_by: int, length: Ints32, state: Ints8, is_node: Bools
) -> TargetSum:
    """The sum at a visit. Lesions treated up to the visit ``treated_by`` are missing, or left out with
    ``treated_is_excluded``.
    """
    total, n_judged, n_missing, n_disease = 0, 0, 0, 0
    for lesion in range(length.shape[1]):
        here = state[visit, lesion]
        treated = was_treated(state, lesion, treated_by)
        if treated and rules.treated_is_excluded == 1:
            continue
        n_judged += 1
        # What ``is_unread`` says, spelt out because this loop meets every reading.
        if (
            treated
            or is_missing(here)
            or (here == MERGED and is_merged_into_nothing(rules, visit, lesion, treated_by, length, state, is_node))
        ):
            n_missing += 1
            continue
        total += counted_length(rules, length[visit, lesion], here, is_node[lesion])
        if is_disease(rules, length[visit, lesion], here, is_node[lesion]):
            n_disease += 1
    return TargetSum(total, n_judged, n_missing, n_disease)


@njit(REFERENCES_TYPE(RULES_TYPE, REFERENCES_TYPE, int64, SUM_TYPE), nogil=True, cache=True)
def add_sum(rules: ResponseRules, before: References, visit: int, read: TargetSum) -> References:
    """The references once the sum of a visit is known; an incomplete one changes nothing.

    A baseline sum of zero is a fault of the records, not a nadir to grow from. With ``nadir_after_baseline`` the
    baseline serves only until there is a complete sum after it.
    """
    if read.n_missing > 0 or read.n_judged == 0:
        return before
    if visit == 0:
        return References(read.total, read.total if read.total > 0 else NO_SUM, 0 if read.total > 0 else NO_NADIR)
    replaces_baseline = rules.nadir_after_baseline == 1 and before.nadir_visit == 0
    if before.nadir == NO_SUM or replaces_baseline or read.total < before.nadir:
        return References(before.baseline, read.total, visit)
    return before


@njit(REFERENCES_TYPE(RULES_TYPE, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def rebase(rules: ResponseRules, visit: int, length: Ints32, state: Ints8, is_node: Bools) -> References:
    """The references of a visit from sums without the targets that were treated up to it."""
    against = References(NO_SUM, NO_SUM, NO_NADIR)
    for earlier in range(visit):
        against = add_sum(rules, against, earlier, sum_targets(rules, earlier, visit, length, state, is_node))
    return against


@njit(int64(RULES_TYPE, int64, int64, int32[:, ::1], int8[:, ::1], boolean[::1]), nogil=True, cache=True)
def largest_possible_sum(
    rules: ResponseRules, visit: int, seen: int, length: Ints32, state: Ints8, is_node: Bools
) -> int:
    """The sum ``seen`` at a visit plus, for each missing target, the longest it was when it was read before; ``NO_SUM``
    if one never was.
    """
    total = seen
    for lesion in range(length.shape[1]):
        if rules.treated_is_excluded == 1 and was_treated(state, lesion, visit):
            continue
        if not is_unread(rules, visit, lesion, visit, length, state, is_node):
            continue
        longest = NO_SUM
        for earlier in range(visit):
            treated_by = visit if rules.treated_is_excluded == 1 else earlier
            if not is_unread(rules, earlier, lesion, treated_by, length, state, is_node):
                here = counted_length(rules, length[earlier, lesion], state[earlier, lesion], is_node[lesion])
                longest = max(longest, here)
        if longest == NO_SUM:
            return NO_SUM
        total += longest
    return total

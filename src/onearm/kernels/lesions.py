"""Non-target and new lesions at each visit."""

from __future__ import annotations

import numpy as np
from numba import boolean, int8, int32, int64, njit

from onearm.kernels.arrays import Bools, Ints8, Ints32
from onearm.kernels.rules import NEW_NODE_CERTAIN_TENTH_MM, NEW_NODE_LEAST_TENTH_MM, RULES_TYPE, ResponseRules
from onearm.terms import NewLesionState, Response

CR, NON_CR_NON_PD, PD = int(Response.CR), int(Response.NON_CR_NON_PD), int(Response.PD)
NE, NO_RESPONSE = int(Response.NE), int(Response.NONE)
NOT_SEEN, EQUIVOCAL = int(NewLesionState.NOT_SEEN), int(NewLesionState.EQUIVOCAL)
UNEQUIVOCAL, PET_ONLY = int(NewLesionState.UNEQUIVOCAL), int(NewLesionState.PET_ONLY)

NO_LESION = -1
"""Index of a lesion that does not exist."""


NON_TARGET_ORDER = np.array([PD, NON_CR_NON_PD, NE, CR], np.int8)
"""Responses of non-targets, the one that speaks first at the front: a lesion that was seen rules out CR even when
another was not assessed, so a persistent lesion is never hidden by NE (RECIST 1.1, section 4.3.3).
"""

NON_TARGET_PLACES = np.array([2, 1, 3, 0, 2], np.int8)
"""For each ``NonTargetState``, the place in ``NON_TARGET_ORDER`` of what one such lesion says."""

ALL_ABSENT = len(NON_TARGET_ORDER) - 1


@njit((int64, int8[:, ::1], boolean, int8[::1], int32[::1]), nogil=True, cache=True)
def derive_non_targets(
    n_visits: int,
    state: Ints8,
    has_baseline: bool,
    out_response: Ints8,
    out_witness: Ints32,
) -> None:
    """Response of the non-targets at visits 1 to ``n_visits`` - 1, by ``NON_TARGET_ORDER``; ``out_witness`` is the
    first lesion that says so, or -1: CR has no single witness. Without a baseline scan they progress or are not
    evaluable.
    """
    n_lesions = state.shape[1]
    for visit in range(n_visits):
        out_response[visit], out_witness[visit] = NO_RESPONSE, NO_LESION
        if visit == 0 or n_lesions == 0:
            continue
        place = ALL_ABSENT
        for lesion in range(n_lesions):
            said = NON_TARGET_PLACES[state[visit, lesion]]
            if said < place:
                place, out_witness[visit] = said, lesion
        out_response[visit] = NON_TARGET_ORDER[place]
        if not has_baseline and out_response[visit] != PD:
            out_response[visit], out_witness[visit] = NE, NO_LESION


@njit(
    boolean(int64, int64, boolean[::1], int8[:, ::1], boolean[:, ::1], int32[:, ::1], int64),
    nogil=True,
    cache=True,
)
def is_doubtful_node(
    visit: int,
    lesion: int,
    is_node: Bools,
    state: Ints8,
    measured: Bools,
    length: Ints32,
    limit: int,
) -> bool:
    """Whether an unequivocal new lesion is a node with a measured short axis below ``limit`` tenths of a millimetre."""
    return bool(
        is_node[lesion]
        and state[visit, lesion] == UNEQUIVOCAL
        and measured[visit, lesion]
        and length[visit, lesion] < limit
    )


@njit(
    (
        RULES_TYPE, int64, int8[::1], int8[::1], int8[:, ::1], boolean[::1], boolean[:, ::1], int32[:, ::1],
        int8[:, ::1], int32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def derive_new_lesions(
    rules: ResponseRules,
    n_visits: int,
    target_response: Ints8,
    non_target_response: Ints8,
    state: Ints8,
    is_node: Bools,
    measured: Bools,
    length: Ints32,
    scratch_effective: Ints8,
    out_witness: Ints32,
) -> None:
    """The new lesion that makes each visit a progression, or -1.

    ``scratch_effective`` (visit, lesion) receives what each sighting counts as. Doubtful nodes: RECIST Working Group,
    new lymph node lesions. An equivocal lesion that is confirmed later dates back to where it was first seen (RECIST
    1.1, section 4.3.4).
    """
    n_lesions = state.shape[1]
    for visit in range(n_visits):
        other_evidence = target_response[visit] == PD or non_target_response[visit] == PD
        for lesion in range(n_lesions):
            if state[visit, lesion] == UNEQUIVOCAL and not is_doubtful_node(
                visit, lesion, is_node, state, measured, length, NEW_NODE_CERTAIN_TENTH_MM
            ):
                other_evidence = True
        for lesion in range(n_lesions):
            here = state[visit, lesion]
            if is_node[lesion] and measured[visit, lesion] and length[visit, lesion] < NEW_NODE_LEAST_TENTH_MM:
                here = NOT_SEEN
            elif (
                rules.new_node_equivocal == 1
                and not other_evidence
                and is_doubtful_node(visit, lesion, is_node, state, measured, length, NEW_NODE_CERTAIN_TENTH_MM)
            ):
                here = EQUIVOCAL
            scratch_effective[visit, lesion] = here
    for visit in range(n_visits):
        out_witness[visit] = NO_LESION
    for lesion in range(n_lesions):
        first_certain = n_visits
        for visit in range(n_visits - 1, 0, -1):
            if scratch_effective[visit, lesion] == UNEQUIVOCAL:
                first_certain = visit
        for visit in range(1, n_visits):
            here = scratch_effective[visit, lesion]
            dated_back = visit < first_certain < n_visits and (
                (here == EQUIVOCAL and rules.equivocal_backdated == 1)
                or (here == PET_ONLY and rules.pet_backdated == 1)
            )
            if (here == UNEQUIVOCAL or dated_back) and out_witness[visit] == NO_LESION:
                out_witness[visit] = lesion

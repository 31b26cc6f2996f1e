"""mRECIST for hepatocellular carcinoma: facts entered about a lesion → the states that the response tables use.

Lencioni and Llovet 2010, with the 2020 review: a new liver nodule counts by its size and its pattern of enhancement, a
node at the porta hepatis from 20 mm on, ascites and pleural effusion only with positive cytology; a non-target of the
liver that is not enhanced is gone. What is not recorded proves nothing: a new lesion of which a fact lacks is
equivocal. The tables below are the rules; the code looks up its answers in them. Lengths are tenths of a millimetre.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from onearm.derive.days import Mask
from onearm.derive.sites import FLUID, INFILTRATIVE, LIVER, NODE, PORTA_HEPATIS, VEIN, has, is_viable_measured
from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.terms import NewLesionState, NonTargetState

NODULE_TENTH_MM = 100
"""A new liver nodule counts from this longest diameter on (≥)."""
NODULE_GROWTH_TENTH_MM = 100
"""A nodule without the typical pattern counts once it has grown by this much since it was first measured (≥)."""
PORTA_NODE_TENTH_MM = 200
"""A node at the porta hepatis is malignant from this short axis on (≥)."""

NOT_RECORDED = -1
"""A fact that nobody wrote down; else 1 for yes or positive, 0 for no or negative."""


class Size(IntEnum):
    """Length against the limit of its kind."""

    NOT_MEASURED = 0
    BELOW = 1
    AT_LEAST = 2


class Pattern(IntEnum):
    """Typical: enhancement in the arterial phase and washout, both seen. Atypical: one of them seen to lack."""

    NOT_RECORDED = 0
    ATYPICAL = 1
    TYPICAL = 2


class Counts(IntEnum):
    """What a new lesion counts as."""

    AS_ENTERED = 0
    """The reader's word stands."""
    NOT_A_LESION = 1
    EQUIVOCAL = 2
    EQUIVOCAL_ASK = 3
    """Equivocal for want of a fact, and a finding asks for it."""
    UNEQUIVOCAL = 4


NEW_LIVER_NODULE = (
    # Pattern: not recorded, atypical, typical; in each: has not grown by 10 mm, has grown by 10 mm
    ((Counts.EQUIVOCAL_ASK, Counts.EQUIVOCAL_ASK),) * 3,  # not measured
    ((Counts.EQUIVOCAL, Counts.EQUIVOCAL),) * 3,  # below 10 mm
    (  # 10 mm or more
        (Counts.EQUIVOCAL_ASK, Counts.UNEQUIVOCAL),
        (Counts.EQUIVOCAL, Counts.UNEQUIVOCAL),
        (Counts.UNEQUIVOCAL, Counts.UNEQUIVOCAL),
    ),
)
"""A new liver nodule: [size][pattern][has grown]. An equivocal one that is unequivocal later dates back as any does."""

NEW_PORTA_NODE = (Counts.EQUIVOCAL_ASK, Counts.NOT_A_LESION, Counts.AS_ENTERED)
"""A new node at the porta hepatis: [size against 20 mm]."""

NEW_FLUID = (Counts.EQUIVOCAL, Counts.UNEQUIVOCAL)
"""New ascites or pleural effusion: [cytology positive at this visit or before]."""

FLUID_PROGRESSION = (NonTargetState.PRESENT, NonTargetState.UNEQUIVOCAL_PD)
"""Ascites or pleural effusion that is a non-target and entered as progression: [cytology positive by then]."""

NON_TARGET_ENHANCEMENT = {
    NonTargetState.PRESENT: (NonTargetState.PRESENT, NonTargetState.ABSENT, NonTargetState.PRESENT),
    NonTargetState.NOT_ASSESSED: (NonTargetState.NOT_ASSESSED, NonTargetState.ABSENT, NonTargetState.PRESENT),
}
"""A non-target of the liver, by what is said of it: [enhancement not recorded, none, there]. Other states stay."""

_STATE = np.array(
    [-1, NewLesionState.NOT_SEEN, NewLesionState.EQUIVOCAL, NewLesionState.EQUIVOCAL, NewLesionState.UNEQUIVOCAL],
    np.int8,
)
_NODULE = np.array(NEW_LIVER_NODULE, np.int8)
_PORTA = np.array(NEW_PORTA_NODE, np.int8)
_NEW_FLUID = np.array(NEW_FLUID, np.int8)
_FLUID_PROGRESSION = np.array(FLUID_PROGRESSION, np.int8)


class Facts(NamedTuple):
    """What is recorded of each cell (a lesion at a visit): 1, 0 or NOT_RECORDED."""

    enhancement: Ints8
    washout: Ints8
    cytology: Ints8
    viable: Ints32
    """Viable diameter in tenths of a millimetre, or NOT_RECORDED."""


class JudgedNew(NamedTuple):
    """What each sighting of a new lesion counts as."""

    state: Ints8
    asked: Mask
    """A size, or enhancement and washout, lacks."""
    unproven: Mask
    """Fluid entered as unequivocal without positive cytology."""


def size_against(length: Ints32, limit: int) -> Ints8:
    """``Size`` of each length (0 or less: not measured)."""
    at_least = np.where(length >= limit, Size.AT_LEAST, Size.BELOW)
    return np.where(length <= 0, Size.NOT_MEASURED, at_least).astype(np.int8)


def pattern_of(enhancement: Ints8, washout: Ints8) -> Ints8:
    """``Pattern`` of each pair of facts."""
    typical, atypical = (enhancement == 1) & (washout == 1), (enhancement == 0) | (washout == 0)
    return np.select([typical, atypical], [Pattern.TYPICAL, Pattern.ATYPICAL], Pattern.NOT_RECORDED).astype(np.int8)


def has_grown(lesion: Ints64, visit: Ints64, whole: Ints32, shown: Ints32) -> Mask:
    """Whether each cell's lesion measures, or measured before, 10 mm more than when it was first measured.

    It starts from the first ``whole`` length; ``shown`` is the least that it measures now (the viable part is no longer
    than the whole). 0 or less: not measured.
    """
    first = first_visit(lesion, visit, whole > 0)
    start = np.zeros(len(first), np.int64)
    is_first = (whole > 0) & (visit == first[lesion])
    start[lesion[is_first]] = whole[is_first]
    longer = (visit > first[lesion]) & (shown - start[lesion] >= NODULE_GROWTH_TENTH_MM)
    return np.asarray(visit >= first_visit(lesion, visit, longer)[lesion])


def first_visit(lesion: Ints64, visit: Ints64, where: Mask) -> Ints64:
    """Each lesion's first visit among the cells ``where``; a very late one if there is none."""
    first = np.full(int(lesion.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, lesion[where], visit[where])
    return first


def is_proven(lesion: Ints64, visit: Ints64, cytology: Ints8) -> Mask:
    """Whether cytology was positive at each cell's visit or before: what was proven malignant stays so."""
    return np.asarray(visit >= first_visit(lesion, visit, cytology == 1)[lesion])


def judge_new_lesions(
    state: Ints8, length: Ints32, site: Ints64, lesion: Ints64, visit: Ints64, facts: Facts
) -> JudgedNew:
    """What each sighting of a new lesion counts as under mRECIST.

    One entry a cell: ``state`` as entered, ``length`` the longest diameter (short axis of a node; 0: not measured),
    ``site`` the bits of the lesion, ``lesion`` and ``visit`` its numbers. PET-only sightings stay what they are, and
    their lengths start no growth.
    """
    judged = (state == NewLesionState.EQUIVOCAL) | (state == NewLesionState.UNEQUIVOCAL)
    counts = np.full(len(state), Counts.AS_ENTERED, np.int8)
    nodule = has(site, LIVER) & ~has(site, VEIN | INFILTRATIVE | FLUID)
    counts[nodule] = _judge_nodules(length, judged, lesion, visit, facts)[nodule]
    porta = has(site, NODE) & has(site, PORTA_HEPATIS)
    counts[porta] = _PORTA[size_against(length, PORTA_NODE_TENTH_MM)][porta]
    fluid = has(site, FLUID)
    proven = is_proven(lesion, visit, facts.cytology)
    counts[fluid] = _NEW_FLUID[proven.astype(np.int8)][fluid]
    decided = judged & (counts >= Counts.NOT_A_LESION)
    asked = judged & (counts == Counts.EQUIVOCAL_ASK)
    unproven = fluid & (state == NewLesionState.UNEQUIVOCAL) & ~proven
    return JudgedNew(np.where(decided, _STATE[counts], state).astype(np.int8), asked, unproven)


def _judge_nodules(length: Ints32, judged: Mask, lesion: Ints64, visit: Ints64, facts: Facts) -> Ints8:
    """``Counts`` of each cell as if it were of a new liver nodule; lengths count where it was ``judged``.

    A viable diameter shows enhancement (0: none) and the least that the nodule measures, never that it is small.
    """
    whole, viable = np.where(judged, length, 0), np.where(judged, facts.viable, 0)
    shown = np.where(whole > 0, whole, viable)
    size = size_against(whole, NODULE_TENTH_MM)
    size[(whole <= 0) & (viable >= NODULE_TENTH_MM)] = Size.AT_LEAST
    by_viable = np.where(facts.viable == NOT_RECORDED, NOT_RECORDED, facts.viable > 0)
    enhancement = np.where(facts.enhancement == NOT_RECORDED, by_viable, facts.enhancement).astype(np.int8)
    grown = has_grown(lesion, visit, whole, shown).astype(np.int8)
    return np.asarray(_NODULE[size, pattern_of(enhancement, facts.washout), grown])


def judge_enhancement(state: Ints8, site: Ints64, enhancement: Ints8) -> Ints8:
    """States of the non-targets under mRECIST: one of the liver that is not enhanced in the arterial phase is gone."""
    viable = is_viable_measured(site)
    judged = state.copy()
    for entered, answers in NON_TARGET_ENHANCEMENT.items():
        here = viable & (state == entered)
        judged[here] = np.array(answers, np.int8)[enhancement[here].astype(np.int64) - NOT_RECORDED]
    return judged


def judge_fluid_progression(
    state: Ints8, site: Ints64, lesion: Ints64, visit: Ints64, cytology: Ints8
) -> tuple[Ints8, Mask]:
    """Non-target states under mRECIST, and which progressions of ascites or effusion are not counted for want of
    positive cytology."""
    claimed = has(site, FLUID) & (state == NonTargetState.UNEQUIVOCAL_PD)
    proven = is_proven(lesion, visit, cytology)
    judged = np.where(claimed, _FLUID_PROGRESSION[proven.astype(np.int8)], state).astype(np.int8)
    return judged, claimed & ~proven


__all__ = [
    "FLUID_PROGRESSION",
    "NEW_FLUID",
    "NEW_LIVER_NODULE",
    "NEW_PORTA_NODE",
    "NON_TARGET_ENHANCEMENT",
    "Counts",
    "Facts",
    "JudgedNew",
    "Pattern",
    "Size",
    "judge_enhancement",
    "judge_fluid_progression",
    "judge_new_lesions",
]

"""What lesions without a known place make of the response of a region: they might lie in it, so nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from onearm.derive.cells import Cells
from onearm.derive.lesion_rows import NEW, NON_TARGET, TARGET
from onearm.derive.sites import PLACED, has
from onearm.kernels.arrays import Ints8, Ints64
from onearm.terms import NewLesionState, NonTargetState, TargetState

if TYPE_CHECKING:
    from onearm.derive.readings import Roster

Block = tuple[Cells, "Roster", Ints8]
"""Cells of one kind, their lesions, their states."""

_NOT_BLOCKED = np.iinfo(np.int64).max


def withhold_unplaced(blocks: dict[int, Block], n_subjects: int) -> tuple[Ints8, Ints8, Ints8]:
    """The states of targets, non-targets and new lesions of a region, where lesions without a place are among them.

    Of a subject with such a target or non-target no response of the region can be told, from the visit on at which such
    a new lesion was first seen none either, if it is unequivocal or rests on PET: targets and non-targets are not
    evaluable then. What is known to lie in the region and is new, or an unequivocal progression, is still one.
    """
    blocked = np.full(n_subjects, _NOT_BLOCKED, np.int64)
    for kind in (TARGET, NON_TARGET):
        _, roster, _ = blocks[kind]
        blocked[roster.subject[~has(roster.site, PLACED)]] = 0
    new = _hide_new(blocks[NEW], blocked)
    target = _withhold(blocks[TARGET], blocked, int(TargetState.NOT_EVALUABLE), ())
    kept = (int(NonTargetState.UNEQUIVOCAL_PD),)
    return target, _withhold(blocks[NON_TARGET], blocked, int(NonTargetState.NOT_EVALUABLE), kept), new


def _hide_new(block: Block, blocked: Ints64) -> Ints8:
    """The states without the unplaced new lesions; ``blocked`` is told when each was first seen."""
    cells, roster, state = block
    lesion, visit = cells.coordinates()
    unplaced = ~has(roster.site, PLACED)
    certain = np.zeros(len(roster.subject), np.bool_)
    certain[lesion[np.isin(state, (int(NewLesionState.UNEQUIVOCAL), int(NewLesionState.PET_ONLY)))]] = True
    seen = (unplaced & certain)[lesion] & (state != NewLesionState.NOT_SEEN)
    np.minimum.at(blocked, roster.subject[lesion[seen]], visit[seen])
    return np.where(unplaced[lesion], np.int8(NewLesionState.NOT_SEEN), state)


def _withhold(block: Block, blocked: Ints64, not_evaluable: int, kept: tuple[int, ...]) -> Ints8:
    cells, roster, state = block
    lesion, visit = cells.coordinates()
    placed = has(roster.site, PLACED)[lesion]
    withheld = (visit >= blocked[roster.subject[lesion]]) & ~(placed & np.isin(state, kept))
    return np.where(withheld, np.int8(not_evaluable), state)

"""Lesions that a procedure on study treated: from its day on their readings tell nothing of the trial's treatment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from onearm.derive.cells import Cells
from onearm.derive.days import DayReader, Days
from onearm.derive.interventions import RULED_PROCEDURES
from onearm.derive.lesion_rows import TARGET
from onearm.kernels.arrays import Ints8, Ints64
from onearm.kernels.rules import NEVER
from onearm.records import Records, select_performed
from onearm.terms import NonTargetState, TargetState

if TYPE_CHECKING:
    from onearm.derive.readings import Roster


class TreatedLesions(NamedTuple):
    """Subject, name and day of each lesion that a procedure on study names (PR.PRLNKID)."""

    subject: Ints64
    names: tuple[str, ...]
    day: Days


def find_treated(records: Records, reader: DayReader, reference_day: Days) -> TreatedLesions:
    """The lesions treated after the reference day by a procedure that is a local treatment.

    A partial date that the protocol refuses is found where procedures are read, not again here.
    """
    table = select_performed("PR", records.tables["PR"]).filter(
        pl.col("PRDECOD").is_in((*RULED_PROCEDURES, "TARE")) & pl.col("PRLNKID").is_not_null()
    )
    if not table.height:
        return TreatedLesions(np.zeros(0, np.int64), (), np.zeros(0, np.int32))
    subject = reader.numbers(table)
    days = reader.days(table, "PR", "PRSTDTC", is_needed=False)
    on_study = (days != NEVER) & (reference_day[subject] != NEVER) & (days > reference_day[subject])
    names = table["PRLNKID"].filter(pl.Series(on_study, dtype=pl.Boolean)).to_list()
    return TreatedLesions(subject[on_study], tuple(names), days[on_study])


def mark_treated(
    treated: TreatedLesions,
    day: Days,
    blocks: Sequence[tuple[Cells, Roster, Ints8]],
    visit_start: Ints64,
    lesion_names: tuple[str, ...],
) -> list[Ints8]:
    """The states of each block (cells, their lesions, states), with the treated lesions marked from their day on.

    A target is TREATED; a non-target is not evaluable, unless it progresses. The baseline stays as it was read.
    """
    marked = []
    place_of = {name: place for place, name in enumerate(lesion_names)}
    for cells, roster, before in blocks:
        state = before.copy()
        for subject, name, treated_on in zip(treated.subject, treated.names, treated.day, strict=True):
            own = np.arange(roster.start[subject], roster.start[subject + 1])
            width = len(own)
            for local in np.flatnonzero(roster.name[own] == place_of.get(name, -1)):
                for visit in range(1, int(visit_start[subject + 1] - visit_start[subject])):
                    cell = int(cells.start[subject]) + visit * width + int(local)
                    if day[visit_start[subject] + visit] < treated_on:
                        continue
                    if cells.kind == TARGET:
                        state[cell] = TargetState.TREATED
                    elif state[cell] != NonTargetState.UNEQUIVOCAL_PD:
                        state[cell] = NonTargetState.NOT_EVALUABLE
        marked.append(state)
    return marked

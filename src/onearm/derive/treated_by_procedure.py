"""Lesions that a procedure on study treated: after its day their readings tell nothing of the trial's treatment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from onearm.derive.cells import Cells
from onearm.derive.days import DayReader, Days
from onearm.derive.interventions import RULED_PROCEDURES, UNRULED_PROCEDURES
from onearm.derive.lesion_rows import TARGET, LesionRows
from onearm.derive.sites import LIVER, has
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Bools, Ints8, Ints32, Ints64
from onearm.kernels.rules import NEVER
from onearm.records import ROW_COLUMN, Records, select_performed
from onearm.terms import NonTargetState, TargetState
from onearm.units import tenth_mm

if TYPE_CHECKING:
    from onearm.derive.lineage import Lineage
    from onearm.derive.readings import Roster
    from onearm.protocol.options import ResponseOptions

STUDY_TREATMENT = "STUDY TREATMENT"
"""PR.PRCAT of a procedure that is the trial's own treatment."""
_UNREAD_TARGET = (TargetState.NOT_ASSESSED, TargetState.NOT_EVALUABLE, TargetState.TREATED, TargetState.MERGED)


class Treatment(NamedTuple):
    """A local treatment on study: of whom, on which day, what it was, and the lesion that PRLNKID names."""

    subject: int
    day: int
    code: str
    lesion: str | None
    row: int


class Block(NamedTuple):
    """The lesions of one kind: their cells, who they are, and what was read (length in tenths of a millimetre)."""

    cells: Cells
    roster: Roster
    state: Ints8
    length: Ints32 | None = None


def find_treated(records: Records, reader: DayReader, reference_day: Days) -> list[Treatment]:
    """The local treatments after the reference day; the trial's own only where it names a lesion.

    A partial date that the protocol refuses is found where procedures are read, not again here.
    """
    table = select_performed("PR", records.tables["PR"])
    is_own = (pl.col("PRCAT") == STUDY_TREATMENT).fill_null(value=False)
    table = table.filter(
        pl.col("PRDECOD").is_in((*RULED_PROCEDURES, *UNRULED_PROCEDURES)) & (pl.col("PRLNKID").is_not_null() | ~is_own)
    )
    if not table.height:
        return []
    subject = reader.numbers(table)
    days = reader.days(table, "PR", "PRSTDTC", is_needed=False)
    on_study = (days != NEVER) & (reference_day[subject] != NEVER) & (days > reference_day[subject])
    columns = [table[name].to_list() for name in ("PRDECOD", "PRLNKID", ROW_COLUMN)]
    each = zip(subject.tolist(), days.tolist(), *columns, strict=True)
    return [Treatment(*one) for one, counts in zip(each, on_study, strict=True) if counts]


def mark_treated(
    treatments: Sequence[Treatment],
    blocks: Sequence[Block],
    visits: tuple[Ints64, Days],
    rows: LesionRows,
    lineage: Lineage,
    options: ResponseOptions,
    reader: DayReader,
) -> list[Ints8]:
    """The states of each block with the treated lesions marked at the visits after the day of the treatment.

    What the treatment names is TREATED as a target, and not evaluable as a non-target unless it progresses; so is every
    lesion of the liver after a transplant. Of a treatment that names no lesion nobody knows what it took away: a lesion
    seen before it and gone after it is not evaluable. ``visits``: start of each subject's visits, and their days.
    Warnings: D096 (the name is no lesion), D097 (a lesion is gone and no name says whether it was treated).
    """
    marker = _Marker([block._replace(state=block.state.copy()) for block in blocks], visits, options)
    listed = set(rows.listed.select("USUBJID", "TULNKID").iter_rows())
    code = {name: place for place, name in enumerate(rows.lesion_names)}
    for one in treatments:
        who = reader.subjects.categories[one.subject]
        is_known = one.lesion is not None and (who, one.lesion) in listed
        place = Place("PR", path="PRLNKID", row=one.row, subject=who)
        values = {"value": one.code, "lesion": one.lesion or ""}
        if one.lesion is not None and not is_known:
            reader.findings.append(Finding("D096", place, values, "warning"))
        if is_known:
            marker.mark_named(one, _counted_as(lineage, (one.subject, code[str(one.lesion)])))
        if one.code == "TRANSPLANT":
            marker.mark_liver(one)
        elif not is_known:
            gone = marker.mark_unknown(one)
            if gone:
                names = ", ".join(sorted(rows.lesion_names[name] for name in gone))
                reader.findings.append(Finding("D097", place, {**values, "lesion": names}, "warning"))
    return [block.state for block in marker.blocks]


def _counted_as(lineage: Lineage, lesion: tuple[int, int]) -> frozenset[int]:
    """The lesions under which the rows of a lesion count: a fragment's parent, all of a merged mass, else itself."""
    parts = lineage.merged.get(lesion, (lesion,))
    return frozenset(lineage.parent.get(part, part)[1] for part in parts)


class _Marker:
    """Marks cells of the blocks, one treatment after another."""

    def __init__(self, blocks: list[Block], visits: tuple[Ints64, Days], options: ResponseOptions) -> None:
        self.blocks = blocks
        self._visit_start, self._day = visits
        self._normal_below = tenth_mm(options.node_normal_below_mm)
        self._small_node = tenth_mm(options.too_small_node_mm)

    def mark_named(self, one: Treatment, names: frozenset[int]) -> None:
        for block in self.blocks:
            own = self._own(block, one.subject)
            self._treat(block, one, np.isin(block.roster.name[own], sorted(names)))

    def mark_liver(self, one: Treatment) -> None:
        for block in self.blocks:
            self._treat(block, one, has(block.roster.site[self._own(block, one.subject)], LIVER))

    def mark_unknown(self, one: Treatment) -> set[int]:
        """Makes what was there before and is gone afterwards not evaluable; the lesions of which that is so."""
        found: set[int] = set()
        after = self._after(one)
        for block in self.blocks:
            own = self._own(block, one.subject)
            state, gone = self._states(block, one.subject), self._gone(block, one.subject)
            is_target = block.cells.kind == TARGET
            unread = _UNREAD_TARGET if is_target else (NonTargetState.NOT_ASSESSED, NonTargetState.NOT_EVALUABLE)
            read = ~np.isin(state, unread)
            unknown = TargetState.NOT_EVALUABLE if is_target else NonTargetState.NOT_EVALUABLE
            for local in range(len(own)):
                before = np.flatnonzero(read[:, local] & ~after)
                if len(before) and gone[before[-1], local]:
                    continue
                taken = gone[:, local] & after
                if taken.any():
                    state[taken, local] = unknown
                    found.add(int(block.roster.name[own[local]]))
        return found

    def _treat(self, block: Block, one: Treatment, chosen: Bools) -> None:
        state, after = self._states(block, one.subject), self._after(one)
        cells = after[:, np.newaxis] & chosen[np.newaxis, :]
        if block.cells.kind == TARGET:
            state[cells] = TargetState.TREATED
        else:
            state[cells & (state != NonTargetState.UNEQUIVOCAL_PD)] = NonTargetState.NOT_EVALUABLE

    def _own(self, block: Block, subject: int) -> Ints64:
        return np.arange(block.roster.start[subject], block.roster.start[subject + 1])

    def _states(self, block: Block, subject: int) -> Ints8:
        """The states of a subject's lesions (visit × lesion), as a view."""
        start, n_visits = block.cells.start, int(self._visit_start[subject + 1] - self._visit_start[subject])
        return block.state[start[subject] : start[subject + 1]].reshape(n_visits, len(self._own(block, subject)))

    def _gone(self, block: Block, subject: int) -> Bools:
        """Where a lesion is gone: absent, or as a node below the normal limit."""
        state = self._states(block, subject)
        if block.cells.kind != TARGET:
            return np.asarray(state == NonTargetState.ABSENT, np.bool_)
        assert block.length is not None
        start, node = block.cells.start, block.roster.is_node[self._own(block, subject)]
        length = block.length[start[subject] : start[subject + 1]].reshape(state.shape)
        small = (state == TargetState.MEASURED) & (length < self._normal_below)
        small |= (state == TargetState.TOO_SMALL) & (self._small_node < self._normal_below)
        return np.asarray((state == TargetState.ABSENT) | (small & node), np.bool_)

    def _after(self, one: Treatment) -> Bools:
        """Which of the subject's visits lie after the day of the treatment; a scan on the day itself comes before it,
        as it does for the best response. The baseline stays as it was read.
        """
        days = self._day[self._visit_start[one.subject] : self._visit_start[one.subject + 1]]
        after = days > one.day
        after[0] = False
        return np.asarray(after, np.bool_)

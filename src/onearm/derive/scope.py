"""By which criterion and in which region the lesions are read: which of them enter, which length counts, what the facts
beside a reader's word make of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from onearm.derive.cells import Cells, Measured
from onearm.derive.days import DayReader, Mask
from onearm.derive.lesion_rows import ARTENH, CYTOLOGY, NO_LENGTH, UNSAID, VDIAM, WASHOUT, LesionRows
from onearm.derive.mrecist import NOT_RECORDED, Facts, judge_fluid_progression, judge_new_lesions
from onearm.derive.sites import LIVER, NODE, PLACED, PORTA_HEPATIS, has, is_viable_measured
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.protocol.variant import Region


class Scope(NamedTuple):
    """A criterion and a region; as it stands without arguments: RECIST 1.1 and the whole patient."""

    criterion: Literal["recist-1.1", "mrecist", "irecist"] = "recist-1.1"
    region: Region = "whole"

    @property
    def by_viable(self) -> bool:
        """Whether lesions of the liver count by their viable part."""
        return self.criterion == "mrecist"

    @property
    def needs_sites(self) -> bool:
        """Whether it matters where a lesion lies."""
        return self.by_viable or self.region != "whole"

    def holds(self, site: Ints64) -> Mask:
        """Which lesions enter; one without a known place enters every region, as what it might be
        (``onearm.derive.unplaced``)."""
        if self.region == "whole":
            return np.ones(len(site), np.bool_)
        return np.asarray(~has(site, PLACED) | (has(site, LIVER) == (self.region == "liver")), np.bool_)

    def measured_by(self, site: Ints64) -> Measured:
        """Which length counts of each lesion."""
        viable = is_viable_measured(site) if self.by_viable else np.zeros(len(site), np.bool_)
        porta = has(site, NODE) & has(site, PORTA_HEPATIS) & np.bool_(self.by_viable)
        return Measured(has(site, NODE), viable, porta)


def report_unplaced(scope: Scope, rows: LesionRows, key: Ints64, reader: DayReader) -> None:
    """Warnings D063 on the lesions (``key``) of which nobody said where they lie, if that decides anything."""
    if not scope.needs_sites:
        return
    n_names = max(1, len(rows.lesion_names))
    for lesion in key[~has(rows.sites.of(key), PLACED)]:
        subject, name = divmod(int(lesion), n_names)
        place = Place("TU", path="TULOC", subject=reader.subjects.categories[subject])
        reader.findings.append(Finding("D063", place, {"lesion": rows.lesion_names[name]}, "warning"))


def judge_new(
    cells: Cells, site: Ints64, state: Ints8, length: Ints32, rows: LesionRows, reader: DayReader
) -> tuple[Ints8, Ints32]:
    """State and length of each new lesion at each visit under mRECIST; the viable length stands in for the whole one.

    Warning D062: a fact is not recorded on which it depends whether a nodule counts.
    """
    lesion, visit = cells.coordinates()
    viable = _lengths(cells, rows, VDIAM)
    size = np.where((length <= 0) & is_viable_measured(site)[lesion], viable, length).astype(np.int32)
    facts = Facts(*(_facts(cells, rows, test) for test in (ARTENH, WASHOUT, CYTOLOGY)))
    judged, asked = judge_new_lesions(state, size, site[lesion], lesion, visit, facts)
    _report(cells, asked, "D062", "TRTESTCD", rows, reader)
    return judged, np.maximum(size, 0).astype(np.int32)


def judge_non_targets(cells: Cells, site: Ints64, state: Ints8, rows: LesionRows, reader: DayReader) -> Ints8:
    """State of each non-target at each visit under mRECIST. Warning D067: a progression of ascites or of an effusion
    that does not count without positive cytology.
    """
    lesion, visit = cells.coordinates()
    judged, denied = judge_fluid_progression(state, site[lesion], lesion, visit, _facts(cells, rows, CYTOLOGY))
    _report(cells, denied, "D067", "TRSTRESC", rows, reader)
    return judged


def _lengths(cells: Cells, rows: LesionRows, test: int) -> Ints32:
    length = np.full(cells.n, NO_LENGTH, np.int32)
    here = (rows.test[cells.rows] == test) & (rows.length[cells.rows] != NO_LENGTH)
    length[cells.cell[here]] = rows.length[cells.rows][here]
    return length


def _facts(cells: Cells, rows: LesionRows, test: int) -> Ints8:
    """A fact of each cell; where rows say yes and no, no."""
    fact = np.full(cells.n, NOT_RECORDED, np.int8)
    said = rows.said[cells.rows]
    for answer in (1, 0):
        here = (rows.test[cells.rows] == test) & (said == answer) & (said != UNSAID)
        fact[cells.cell[here]] = answer
    return fact


def _report(cells: Cells, where: Mask, code: str, column: str, rows: LesionRows, reader: DayReader) -> None:
    """A warning at the first row of each cell in ``where``."""
    first = np.full(cells.n, np.iinfo(np.int64).max)
    np.minimum.at(first, cells.cell, np.arange(len(cells.cell)))
    for cell in np.flatnonzero(where):
        index = int(cells.rows[first[cell]])
        values = {
            "lesion": rows.lesion_names[int(rows.lesion[index])],
            "visit": rows.visit_numbers[int(rows.visit[index])],
        }
        subject = reader.subjects.categories[int(rows.subject[index])]
        place = Place("TR", path=column, row=int(rows.row[index]), subject=subject)
        reader.findings.append(Finding(code, place, values, "warning"))

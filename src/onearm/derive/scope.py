"""By which criterion and in which region the lesions are read: which of them enter, which length counts, what the facts
beside a reader's word make of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from onearm.derive.cells import Cells, Measured
from onearm.derive.days import DayReader, Mask
from onearm.derive.drawn import choose_reading
from onearm.derive.lesion_rows import (
    ARTENH,
    CYTOLOGY,
    IDENTIFIED,
    NO_LENGTH,
    TESTS,
    UNSAID,
    VDIAM,
    WASHOUT,
    LesionRows,
)
from onearm.derive.mrecist import (
    NOT_RECORDED,
    Facts,
    judge_enhancement,
    judge_fluid_progression,
    judge_new_lesions,
)
from onearm.derive.sites import LIVER, NODE, PLACED, PORTA_HEPATIS, has, is_viable_measured
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.protocol.options import ResponseOptions
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
    cells: Cells,
    site: Ints64,
    state: Ints8,
    length: Ints32,
    rows: LesionRows,
    reader: DayReader,
    options: ResponseOptions,
) -> tuple[Ints8, Ints32]:
    """State and length of each new lesion at each visit under mRECIST; the viable length stands in for the whole one.

    Warnings: D062, a fact is not recorded without which a nodule or a node does not count; D067, certain new fluid
    that does not count without positive cytology.
    """
    lesion, visit = cells.coordinates()
    viable = _lengths(cells, rows, VDIAM)
    enhancement, washout, cytology = (
        _facts(cells, rows, test, reader, options) for test in (ARTENH, WASHOUT, CYTOLOGY)
    )
    facts = Facts(enhancement, washout, cytology, viable)
    judged = judge_new_lesions(state, length, site[lesion], lesion, visit, facts)
    _report(cells, judged.asked, "D062", "TRTESTCD", rows, reader)
    _report(cells, judged.unproven, "D067", "TRSTRESC", rows, reader)
    stands_in = (length <= 0) & is_viable_measured(site)[lesion]
    return judged.state, np.maximum(np.where(stands_in, viable, length), 0).astype(np.int32)


def judge_non_targets(
    cells: Cells, site: Ints64, state: Ints8, rows: LesionRows, reader: DayReader, options: ResponseOptions
) -> Ints8:
    """State of each non-target at each visit under mRECIST. Warning D067: a progression of ascites or of an effusion
    that does not count without positive cytology.
    """
    lesion, visit = cells.coordinates()
    enhancement, cytology = (_facts(cells, rows, test, reader, options) for test in (ARTENH, CYTOLOGY))
    judged, denied = judge_fluid_progression(state, site[lesion], lesion, visit, cytology)
    _report(cells, denied, "D067", "TRSTRESC", rows, reader)
    return judge_enhancement(judged, site[lesion], enhancement)


def _lengths(cells: Cells, rows: LesionRows, test: int) -> Ints32:
    length = np.full(cells.n, NO_LENGTH, np.int32)
    here = (rows.test[cells.rows] == test) & (rows.length[cells.rows] != NO_LENGTH)
    length[cells.cell[here]] = rows.length[cells.rows][here]
    return length


def _facts(cells: Cells, rows: LesionRows, test: int, reader: DayReader, options: ResponseOptions) -> Ints8:
    """A fact of each cell. Two answers are a finding (D010), unless ``several_readings`` says which counts; yes is the
    worse one: enhanced, washed out, malignant."""
    fact = np.full(cells.n, NOT_RECORDED, np.int8)
    said, number = rows.said[cells.rows], rows.row[cells.rows]
    here = (rows.test[cells.rows] == test) & (said != UNSAID)
    if options.several_readings != "refuse":
        day = rows.day[cells.rows]
        here = choose_reading(here, cells.cell, said.astype(np.int32), day, number, options.several_readings)
    fact[cells.cell[here]] = said[here]
    for entry in np.flatnonzero(here & (fact[cells.cell] != said)):
        index = int(cells.rows[entry])
        values = _names(index, rows) | {"test": TESTS[test]}
        place = Place("TR", path="TRSTRESC", row=int(rows.row[index]), subject=_subject(index, rows, reader))
        reader.findings.append(Finding("D010", place, values))
    return fact


def _report(cells: Cells, where: Mask, code: str, column: str, rows: LesionRows, reader: DayReader) -> None:
    """A warning at the first row of each cell in ``where``."""
    first = np.full(cells.n, np.iinfo(np.int64).max)
    np.minimum.at(first, cells.cell, np.arange(len(cells.cell)))
    for cell in np.flatnonzero(where):
        index = int(cells.rows[first[cell]])
        # A new lesion may rest on the lesion list alone; its rows are those of TU.
        domain, at = ("TU", "TUORRES") if rows.test[index] == IDENTIFIED else ("TR", column)
        place = Place(domain, path=at, row=int(rows.row[index]), subject=_subject(index, rows, reader))
        reader.findings.append(Finding(code, place, _names(index, rows), "warning"))


def _names(index: int, rows: LesionRows) -> dict[str, str]:
    return {
        "lesion": rows.lesion_names[int(rows.lesion[index])],
        "visit": rows.visit_numbers[int(rows.visit[index])],
    }


def _subject(index: int, rows: LesionRows, reader: DayReader) -> str:
    return str(reader.subjects.categories[int(rows.subject[index])])

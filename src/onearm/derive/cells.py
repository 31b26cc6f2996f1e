"""What is known of each lesion at each visit: readings of several rows drawn together, contradictions found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onearm.derive.days import NO_ROW, DayReader, Mask, Rows
from onearm.derive.drawn import choose_reading
from onearm.derive.lesion_rows import (
    IDENTIFIED,
    LDIAM,
    LPERP,
    NEW,
    NO_LENGTH,
    SAXIS,
    TARGET,
    TESTS,
    TUMOUR_STATES,
    TUMSTATE,
    UNSAID,
    VDIAM,
    LesionRows,
)
from onearm.derive.mrecist import PORTA_NODE_TENTH_MM
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.protocol.options import ResponseOptions
from onearm.terms import NewLesionState, NonTargetState, TargetState
from onearm.units import tenth_mm

SAID = {text: code for code, text in enumerate(TUMOUR_STATES)}
WORDS_FROM_BEST_TO_WORST = (
    "ABSENT", "MERGED", "TREATED", "NOT EVALUABLE", "TOO SMALL TO MEASURE", "PRESENT", "EQUIVOCAL", "UNEQUIVOCAL",
    "UNEQUIVOCAL PROGRESSION",
)  # fmt: skip
"""The order in which ``several_readings`` takes the best or worst of two words about one lesion."""
_WORD_ORDER = np.array([WORDS_FROM_BEST_TO_WORST.index(word) for word in TUMOUR_STATES], np.int32)
_LAST_ROW = np.iinfo(np.int64).max


class Cells:
    """The block of visits × lesions of each subject for one kind of lesion, flat, and the rows that fall into it."""

    def __init__(
        self,
        rows: LesionRows,
        kind: int,
        lesion_start: Ints64,
        lesion_of_row: Ints64,
        visit_start: Ints64,
        place: Ints64,
    ) -> None:
        n_lesions = np.diff(lesion_start)
        self.kind = kind
        self._lesion_start, self._n_lesions, self._visit_start = lesion_start, n_lesions, visit_start
        self.start: Ints64 = np.zeros(len(visit_start), np.int64)
        np.cumsum(np.diff(visit_start) * n_lesions, out=self.start[1:])
        self.n = int(self.start[-1])
        self.rows: Ints64 = np.flatnonzero((lesion_of_row >= 0) & (place >= 0))
        """Entries of ``rows`` that fall into a cell."""
        subject = rows.subject[self.rows]
        self.lesion: Ints64 = lesion_of_row[self.rows]
        """Flat lesion of each such entry."""
        local = self.lesion - lesion_start[subject]
        self.cell: Ints64 = self.start[subject] + place[self.rows] * n_lesions[subject] + local

    def coordinates(self) -> tuple[Ints64, Ints64]:
        """Flat lesion and visit (0: baseline) of each cell."""
        subject = np.repeat(np.arange(len(self._n_lesions)), np.diff(self.start))
        if not len(subject):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        visit, local = np.divmod(np.arange(self.n) - self.start[subject], self._n_lesions[subject])
        return self._lesion_start[subject] + local, visit

    def flat_visit(self) -> Ints64:
        """Flat visit of each cell."""
        subject = np.repeat(np.arange(len(self._n_lesions)), np.diff(self.start))
        return self._visit_start[subject] + (np.arange(self.n) - self.start[subject]) // self._n_lesions[subject]


class Measured(NamedTuple):
    """Which length counts of each lesion of one kind: the short axis of a node, the viable diameter where the criterion
    asks for it, else the longest diameter."""

    is_node: Mask
    is_viable: Mask
    is_porta: Mask
    """Nodes at the porta hepatis under mRECIST: malignant from a longer short axis on than others."""

    def normal_below(self, limit: int) -> Ints32:
        """The short axis (tenths of a millimetre) below which each lesion is a normal node, ``limit`` elsewhere than at
        the porta hepatis; 0 for what is no node."""
        node = np.where(self.is_porta, max(limit, PORTA_NODE_TENTH_MM), limit)
        return np.where(self.is_node, node, 0).astype(np.int32)

    def decides(self, test: Ints64, lesion: Ints64) -> Mask:
        """Whether the length of each row (test, flat lesion) is the one that counts."""
        by_short_axis, by_viable = self.is_node[lesion], self.is_viable[lesion]
        short_axis = (test == LPERP) | (test == SAXIS)
        longest = np.where(by_viable, test == VDIAM, test == LDIAM)
        return np.asarray(np.where(by_short_axis, short_axis, longest), np.bool_)

    def needed(self, lesion: int) -> str:
        """TRTESTCD of the length that counts."""
        return "LPERP or SAXIS" if self.is_node[lesion] else "VDIAM" if self.is_viable[lesion] else "LDIAM"


def fill_targets(
    cells: Cells, measured_by: Measured, rows: LesionRows, reader: DayReader, options: ResponseOptions
) -> tuple[Ints32, Ints8, Rows, Ints8]:
    """Length, state, source row and said word of each target at each visit.

    A length of 0 is a lesion that is gone, or under mRECIST without viable tissue; a word like NOT EVALUABLE stands
    above a length, TOO SMALL TO MEASURE below it. A lesion of which only another length is known is not evaluable; one
    whose whole length is 0 is gone by any criterion.
    """
    length, said, row = _draw_together(cells, measured_by, rows, reader, options)
    state = np.full(cells.n, TargetState.NOT_ASSESSED, np.int8)
    viable = measured_by.is_viable[cells.coordinates()[0]]
    whole = _whole_length(cells, rows)
    only_whole = viable & (length == NO_LENGTH) & (whole != NO_LENGTH) & (said == UNSAID)
    state[only_whole] = np.where(whole[only_whole] == 0, TargetState.ABSENT, TargetState.NOT_EVALUABLE)
    has_length = length != NO_LENGTH
    state[has_length] = TargetState.MEASURED
    state[(length == 0) | (~has_length & (said == SAID["ABSENT"]))] = TargetState.ABSENT
    # What is called too small is seen; under mRECIST a viable part of zero says that it is dead.
    state[(~has_length | ((length == 0) & ~viable)) & (said == SAID["TOO SMALL TO MEASURE"])] = TargetState.TOO_SMALL
    state[~has_length & (said == SAID["PRESENT"])] = TargetState.NOT_EVALUABLE
    state[said == SAID["NOT EVALUABLE"]] = TargetState.NOT_EVALUABLE
    state[said == SAID["TREATED"]] = TargetState.TREATED
    state[said == SAID["MERGED"]] = TargetState.MERGED
    measured = np.where(state == TargetState.MEASURED, length, 0).astype(np.int32)
    return measured, state, row, said


def fill_non_targets(
    cells: Cells, measured_by: Measured, rows: LesionRows, reader: DayReader, options: ResponseOptions
) -> tuple[Ints8, Rows]:
    """State and source row of each non-target at each visit; a length alone says present, gone or a normal node.

    Where the viable part counts, a viable diameter of 0 is a lesion that is gone although it is still seen; without a
    viable diameter the whole one says that it is there. A node at the porta hepatis that mRECIST takes for normal is
    gone although it is still seen.
    """
    length, said, row = _draw_together(cells, measured_by, rows, reader, options)
    lesion, _ = cells.coordinates()
    viable = measured_by.is_viable[lesion]
    length = np.where(viable & (length == NO_LENGTH), _whole_length(cells, rows), length)
    said = np.where(viable & (said == SAID["PRESENT"]) & (length == 0), UNSAID, said)
    state = np.full(cells.n, NonTargetState.NOT_ASSESSED, np.int8)
    limit = measured_by.normal_below(tenth_mm(options.node_normal_below_mm))[lesion]
    small_porta = measured_by.is_porta[lesion] & (length != NO_LENGTH) & (length < limit)
    said = np.where(small_porta & (said == SAID["PRESENT"]), UNSAID, said)
    spoken = said == UNSAID
    state[spoken & (length != NO_LENGTH)] = NonTargetState.PRESENT
    state[spoken & (length != NO_LENGTH) & ((length == 0) | (length < limit))] = NonTargetState.ABSENT
    for word, code in (
        ("ABSENT", NonTargetState.ABSENT),
        ("PRESENT", NonTargetState.PRESENT),
        ("UNEQUIVOCAL PROGRESSION", NonTargetState.UNEQUIVOCAL_PD),
        ("NOT EVALUABLE", NonTargetState.NOT_EVALUABLE),
    ):
        state[said == SAID[word]] = code
    # A node below the limit may well be called gone; what is longer, and any length of another lesion, may not.
    denied = (said == SAID["ABSENT"]) & (length >= np.maximum(limit, 1))
    _report_denied(cells, denied, rows, reader)
    return state, row


def _whole_length(cells: Cells, rows: LesionRows) -> Ints32:
    """The longest diameter of each cell, or NO_LENGTH."""
    length = np.full(cells.n, NO_LENGTH, np.int32)
    longest = (rows.test[cells.rows] == LDIAM) & (rows.length[cells.rows] != NO_LENGTH)
    length[cells.cell[longest]] = rows.length[cells.rows][longest]
    return length


def fill_new(
    cells: Cells, measured_by: Measured, rows: LesionRows, reader: DayReader, options: ResponseOptions
) -> tuple[Ints8, Mask, Ints32, Rows, Mask]:
    """State, whether measured, length and source row of each new lesion at each visit, and whether only TU names it.

    A sighting without a word is unequivocal; one that rests on PET alone is PET only, whatever the word.
    """
    length, said, row = _draw_together(cells, measured_by, rows, reader, options)
    test = rows.test[cells.rows]
    named = np.zeros(cells.n, np.bool_)
    named[cells.cell[test == IDENTIFIED]] = True
    any_length = (rows.length[cells.rows] > 0) & (test < TUMSTATE)
    named[cells.cell[any_length]] = True
    on_pet, on_other = np.zeros(cells.n, np.bool_), np.zeros(cells.n, np.bool_)
    speaks = (rows.length[cells.rows] != NO_LENGTH) | (test == IDENTIFIED)
    speaks |= (test == TUMSTATE) & (rows.said[cells.rows] != UNSAID)
    on_pet[cells.cell[speaks & rows.is_pet[cells.rows]]] = True
    on_other[cells.cell[speaks & ~rows.is_pet[cells.rows]]] = True
    state = np.full(cells.n, NewLesionState.NOT_SEEN, np.int8)
    state[named | (said == SAID["UNEQUIVOCAL"]) | (said == SAID["PRESENT"])] = NewLesionState.UNEQUIVOCAL
    state[said == SAID["EQUIVOCAL"]] = NewLesionState.EQUIVOCAL
    state[(state != NewLesionState.NOT_SEEN) & on_pet & ~on_other] = NewLesionState.PET_ONLY
    state[(length == 0) | (said == SAID["ABSENT"])] = NewLesionState.NOT_SEEN
    from_tu = np.zeros(cells.n, np.bool_)
    from_tu[cells.cell[test == IDENTIFIED]] = True
    return state, length > 0, np.maximum(length, 0).astype(np.int32), row, from_tu


def _draw_together(
    cells: Cells, measured_by: Measured, rows: LesionRows, reader: DayReader, options: ResponseOptions
) -> tuple[Ints32, Ints8, Rows]:
    """The deciding length, the word and the first deciding row of each cell.

    Two different ones are a finding, unless ``several_readings`` says which of them counts. PET decides no target.
    """
    test, number = rows.test[cells.rows], rows.row[cells.rows]
    length_here, said_here = rows.length[cells.rows], rows.said[cells.rows]
    counts = measured_by.decides(test, cells.lesion) & (length_here != NO_LENGTH)
    speaks = (test == TUMSTATE) & (said_here != UNSAID)
    if cells.kind == TARGET:
        on_pet = rows.is_pet[cells.rows]
        _report_pet(cells, (counts | speaks) & on_pet, rows, reader)
        counts, speaks = counts & ~on_pet, speaks & ~on_pet
    if options.several_readings != "refuse":
        day = rows.day[cells.rows]
        counts = choose_reading(counts, cells.cell, _badness(cells, length_here), day, number, options.several_readings)
        speaks = choose_reading(speaks, cells.cell, _WORD_ORDER[said_here], day, number, options.several_readings)
    length = np.full(cells.n, NO_LENGTH, np.int32)
    length[cells.cell[counts]] = length_here[counts]
    said = np.full(cells.n, UNSAID, np.int8)
    said[cells.cell[speaks]] = said_here[speaks]
    differs = (counts & (length[cells.cell] != length_here)) | (speaks & (said[cells.cell] != said_here))
    present_yet_zero = speaks & (said_here == SAID["PRESENT"]) & (length[cells.cell] == 0)
    present_yet_zero &= ~measured_by.is_viable[cells.lesion]
    _report_conflicts(cells, np.flatnonzero(differs | present_yet_zero), rows, reader)
    row = np.full(cells.n, _LAST_ROW)
    # The deciding rows first; a row that only says NOT DONE stands in where there is no other.
    for chosen in (counts | speaks | (test == IDENTIFIED), np.ones(len(test), np.bool_)):
        lacking = row[cells.cell] == _LAST_ROW
        np.minimum.at(row, cells.cell[chosen & lacking], number[chosen & lacking])
    if cells.kind != NEW:
        _report_other_axis(cells, measured_by, length, said, rows, reader)
    return length, said, np.where(row == _LAST_ROW, NO_ROW, row)


def _badness(cells: Cells, length: Ints32) -> Ints32:
    """How bad each length is: the longer the worse, at the baseline the shorter, against which everything is held."""
    _, visit = cells.coordinates()
    return np.where(visit[cells.cell] == 0, -length, length).astype(np.int32)


def _report_pet(cells: Cells, where: Mask, rows: LesionRows, reader: DayReader) -> None:
    for entry in np.flatnonzero(where):
        index = int(cells.rows[entry])
        reader.findings.append(Finding("D078", _place(index, rows, reader, "TRMETHOD"), _names(index, rows), "warning"))


def _report_conflicts(cells: Cells, where: npt.NDArray[np.intp], rows: LesionRows, reader: DayReader) -> None:
    for entry in where:
        index = int(cells.rows[entry])
        values = _names(index, rows) | {"test": (*TESTS, "TU")[int(rows.test[index])]}
        reader.findings.append(Finding("D010", _place(index, rows, reader, "TRSTRESC"), values))


def _report_denied(cells: Cells, denied: Mask, rows: LesionRows, reader: DayReader) -> None:
    """Lesions said to be absent beside a length that is disease."""
    for entry in np.flatnonzero(denied[cells.cell] & (rows.said[cells.rows] != UNSAID)):
        index = int(cells.rows[entry])
        reader.findings.append(Finding("D017", _place(index, rows, reader, "TRSTRESC"), _names(index, rows)))


def _report_other_axis(
    cells: Cells, measured_by: Measured, length: Ints32, said: Ints8, rows: LesionRows, reader: DayReader
) -> None:
    """Lesions with a length that does not count, and nothing else: D015; of a viable part that lacks, D061."""
    other = (rows.length[cells.rows] != NO_LENGTH) & (rows.test[cells.rows] < TUMSTATE)
    word, viable = said[cells.cell], measured_by.is_viable[cells.lesion]
    other &= (length[cells.cell] == NO_LENGTH) & ((word == UNSAID) | (viable & (word == SAID["PRESENT"])))
    if cells.kind == TARGET:
        other &= ~rows.is_pet[cells.rows]
    for entry in np.flatnonzero(other):
        index, lesion = int(cells.rows[entry]), int(cells.lesion[entry])
        code = "D015"
        if measured_by.is_viable[lesion]:
            if cells.kind != TARGET or rows.length[index] == 0:
                continue
            code = "D061"
        values = _names(index, rows) | {"needed": measured_by.needed(lesion)}
        reader.findings.append(Finding(code, _place(index, rows, reader, "TRTESTCD"), values, "warning"))


def _names(index: int, rows: LesionRows) -> dict[str, str]:
    return {
        "lesion": rows.lesion_names[int(rows.lesion[index])],
        "visit": rows.visit_numbers[int(rows.visit[index])],
    }


def _place(index: int, rows: LesionRows, reader: DayReader, column: str) -> Place:
    subject = reader.subjects.categories[int(rows.subject[index])]
    return Place("TR", path=column, row=int(rows.row[index]), subject=subject)

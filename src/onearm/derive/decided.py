"""Which source rows decided the response of a visit: the lesions that showed it, and the visits it was held against."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import NO_ROW, SOURCES, Rows, Witnessed
from onearm.derive.derived import Derived
from onearm.derive.readings import Readings
from onearm.kernels.confirmation import find_confirming_visit
from onearm.kernels.patients import Visits
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.target import TargetReason
from onearm.kernels.timepoint import OverallReason
from onearm.terms import NewLesionState, Response, TargetState

RowKey = tuple[str, int]
"""Domain and row in the file."""

_AGAINST_NADIR = (TargetReason.GROWTH_OVER_NADIR, TargetReason.GROWTH_FROM_ZERO, TargetReason.NEITHER)
_AGAINST_EVERY_VISIT = (TargetReason.NODE_BACK, TargetReason.CERTAIN_DESPITE_MISSING)
_WITH_BOTH = (
    OverallReason.TARGET_AND_NON_TARGET_CR,
    OverallReason.TARGET_CR_NON_TARGET_LEFT,
    OverallReason.MARKER_NOT_NORMAL,
)
_AGAINST_BASELINE = (
    TargetReason.SHRINKAGE,
    TargetReason.NEITHER,
    TargetReason.NO_BASELINE_SUM,
    TargetReason.GONE_WITHOUT_BASELINE,
)


def witness_rows(witnessed: Witnessed, subject: int) -> set[RowKey]:
    """The row behind a subject's day; empty without one."""
    if witnessed.day[subject] == NEVER or witnessed.row[subject] == NO_ROW:
        return set()
    return {(SOURCES[int(witnessed.source[subject])][0], int(witnessed.row[subject]))}


class DecidedVisits:
    """The deciding rows of one subject's visits; a visit is its place, the baseline being 0."""

    def __init__(
        self, derived: Derived, readings: Readings, visits: Visits, rules: ResponseRules, subject: int
    ) -> None:
        lesions = readings.lesions
        self.readings, self.results, self.rules, self.subject = readings, visits, rules, subject
        self.first = int(lesions.visit_start[subject])
        self.n = int(lesions.visit_start[subject + 1]) - self.first
        here = slice(self.first, self.first + self.n)
        self.day, self.overall = lesions.day[here], visits.overall[here]
        self.arithmetic, self.missed = visits.arithmetic[here], lesions.missed_before[here]
        self.course, self.markers = derived.course, derived.markers

    def place_of(self, number: str) -> int | None:
        """The visit with a VISITNUM."""
        for visit in range(self.n):
            if self.readings.visit_number[self.first + visit] == number:
                return visit
        return None

    def any_row(self, visit: int) -> set[RowKey]:
        """The first row of the visit, which shows that it took place; of an entered response its own row."""
        row = int(self.readings.visit_row[self.first + visit])
        domain = "TR" if self.readings.reported is None else "RS"
        return {(domain, row)} if row >= 0 else set()

    def target_rows(self, visit: int) -> set[RowKey]:
        """The deciding row of each target at a visit."""
        lesions = self.readings.lesions
        return self._cells(self.readings.target_row, lesions.target_start, lesions.target_cell, visit)

    def non_target_rows(self, visit: int, lesion: int | None = None) -> set[RowKey]:
        """The deciding row of each non-target at a visit, or of one of them."""
        lesions = self.readings.lesions
        cells = lesions.non_target_cell
        return self._cells(self.readings.non_target_row, lesions.non_target_start, cells, visit, lesion)

    def lesion_row(self, visit: int, name: str) -> set[RowKey]:
        """The deciding row of one target at a visit, by its name."""
        lesions = self.readings.lesions
        start, end = lesions.target_start[self.subject], lesions.target_start[self.subject + 1]
        names = [self.readings.targets.name_of(lesion, self.readings.lesion_names) for lesion in range(start, end)]
        if name not in names:
            return set()
        place = names.index(name)
        return self._cells(self.readings.target_row, lesions.target_start, lesions.target_cell, visit, place)

    def target(self, visit: int) -> set[RowKey]:
        """What decided the response of the targets: their rows, and those of the visits they are held against."""
        if self.readings.reported is not None:
            return self._entered(self.readings.reported.target_row, visit)
        reason = TargetReason(int(self.results.target_reason[self.first + visit]))
        rows = self.target_rows(visit)
        nadir = int(self.results.nadir_visit[self.first + visit])
        shrinks_from_nadir = reason is TargetReason.SHRINKAGE and self.rules.shrinkage_against_nadir == 1
        if (reason in _AGAINST_NADIR or shrinks_from_nadir) and nadir >= 0:
            rows |= self.target_rows(nadir)
        if reason in _AGAINST_BASELINE:
            rows |= self.target_rows(0)
        if reason is TargetReason.BACK_AFTER_TARGET_CR:
            rows |= self.target_rows(self._first_with(self.results.target, Response.CR, visit))
        if reason in _AGAINST_EVERY_VISIT:
            for earlier in range(visit):
                rows |= self.target_rows(earlier)
        return rows | self._treated_rows(visit) or self.any_row(visit)

    def non_target(self, visit: int) -> set[RowKey]:
        """What decided the response of the non-targets: the lesion that shows it; all of them when all are gone."""
        if self.readings.reported is not None:
            return self._entered(self.readings.reported.non_target_row, visit)
        witness = int(self.results.non_target_witness[self.first + visit])
        rows = self.non_target_rows(visit, witness if witness >= 0 else None)
        return rows or self.any_row(visit)

    def new_lesion(self, visit: int) -> set[RowKey]:
        """The new lesion that is a progression, with the sighting that confirmed it; else what was seen of new ones."""
        if self.readings.reported is not None:
            return self._entered(self.readings.reported.new_row, visit)
        witness = int(self.results.new_witness[self.first + visit])
        rows = self._new_rows(visit, witness if witness >= 0 else None)
        if witness >= 0:
            for later in range(visit + 1, self.n):
                if self._new_state(visit, witness) == NewLesionState.UNEQUIVOCAL:
                    break
                if self._new_state(later, witness) == NewLesionState.UNEQUIVOCAL:
                    rows |= self._new_rows(later, witness)
                    break
        return rows or self.any_row(visit)

    def response(self, visit: int, *, arithmetic: bool = False) -> set[RowKey]:
        """What decided the overall response of a visit."""
        if self.readings.reported is not None:
            rows = self.any_row(visit)
            if not arithmetic and self.overall[visit] != self.arithmetic[visit]:
                rows |= self.any_row(self._first_with(self.results.arithmetic, Response.CR, visit))
            return rows
        reason = OverallReason(int(self.results.reason[self.first + visit]))
        if reason is OverallReason.NON_TARGET_PD or reason is OverallReason.AS_NON_TARGET:
            return self.non_target(visit) | self._marker_rows(visit)
        if reason is OverallReason.NEW_LESION:
            return self.new_lesion(visit)
        if reason in (OverallReason.NO_DISEASE_AT_BASELINE, OverallReason.NO_BASELINE):
            return self.any_row(visit)
        if reason is OverallReason.BACK_AFTER_CR:
            earlier = self._first_with(self.results.arithmetic, Response.CR, visit)
            return self.target_rows(visit) | self.non_target_rows(visit) | self.response(earlier)
        has_targets = self.results.target[self.first + visit] != Response.NONE
        rows = self.target(visit) if has_targets else self.non_target(visit)
        if reason in _WITH_BOTH:
            rows = rows | self.non_target(visit) | self._marker_rows(visit)
        if reason is OverallReason.PR_CONTINUES and not arithmetic:
            rows = rows | self.response(self._first_with(self.results.arithmetic, Response.PR, visit))
        return rows

    def _entered(self, rows: Rows, visit: int) -> set[RowKey]:
        row = int(rows[self.first + visit])
        return {("RS", row)} if row != NO_ROW else set()

    def confirming(self, visit: int, counted: int) -> int:
        """The visit that confirms the response at a visit among the first ``counted``, or -1."""
        return int(find_confirming_visit(self.rules, visit, counted, self.day, self.overall, self.missed))

    def _treated_rows(self, visit: int) -> set[RowKey]:
        """Where each target was first said to be treated, up to a visit."""
        lesions = self.readings.lesions
        n = int(lesions.target_start[self.subject + 1] - lesions.target_start[self.subject])
        start = int(lesions.target_cell[self.subject])
        block = slice(start, int(lesions.target_cell[self.subject + 1]))
        treated = (lesions.target_state[block].reshape(-1, n) if n else np.zeros((self.n, 0))) == TargetState.TREATED
        rows: set[RowKey] = set()
        for lesion in np.flatnonzero(treated[1 : visit + 1].any(axis=0)):
            first = int(np.flatnonzero(treated[1:, lesion])[0]) + 1
            cells = lesions.target_cell
            rows |= self._cells(self.readings.target_row, lesions.target_start, cells, first, int(lesion))
        return rows

    def _marker_rows(self, visit: int) -> set[RowKey]:
        """The values of the marker that let a CR stand or took it away: at the visit and at baseline."""
        flat = self.first + visit
        took = self.results.reason[flat] == OverallReason.MARKER_NOT_NORMAL
        if self.markers is None or not (took or self.results.arithmetic[flat] == Response.CR):
            return set()
        rows = (int(self.markers.row[flat]), int(self.markers.baseline_row[self.subject]))
        return {("LB", row) for row in rows if row != NO_ROW}

    def _first_with(self, responses: np.ndarray[tuple[int], np.dtype[np.int8]], wanted: Response, before: int) -> int:
        own = responses[self.first : self.first + before]
        return int(np.flatnonzero(own == wanted)[0])

    def _new_state(self, visit: int, lesion: int) -> int:
        lesions = self.readings.lesions
        n = int(lesions.new_start[self.subject + 1] - lesions.new_start[self.subject])
        return int(lesions.new_state[lesions.new_cell[self.subject] + visit * n + lesion])

    def _new_rows(self, visit: int, lesion: int | None) -> set[RowKey]:
        lesions = self.readings.lesions
        found = set()
        n = int(lesions.new_start[self.subject + 1] - lesions.new_start[self.subject])
        for place in range(n) if lesion is None else [lesion]:
            cell = int(lesions.new_cell[self.subject]) + visit * n + place
            row = int(self.readings.new_row[cell])
            if row != NO_ROW:
                found.add(("TU" if self.readings.new_from_tu[cell] else "TR", row))
        return found

    def _cells(
        self,
        rows: np.ndarray[tuple[int], np.dtype[np.int64]],
        start: np.ndarray[tuple[int], np.dtype[np.int64]],
        cells: np.ndarray[tuple[int], np.dtype[np.int64]],
        visit: int,
        lesion: int | None = None,
    ) -> set[RowKey]:
        n = int(start[self.subject + 1] - start[self.subject])
        begin = int(cells[self.subject]) + visit * n
        own = rows[begin : begin + n] if lesion is None else rows[begin + lesion : begin + lesion + 1]
        return {("TR", int(row)) for row in own if row != NO_ROW}

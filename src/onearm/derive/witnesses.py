"""The row of the records behind each part of a visit's response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onearm.derive.days import NO_ROW, SOURCE_CODES, Rows
from onearm.derive.readings import Readings
from onearm.kernels.arrays import Ints64
from onearm.kernels.patients import Visits
from onearm.kernels.timepoint import OverallReason
from onearm.terms import Response

NEW, TARGET, NON_TARGET, VISIT = 0, 1, 2, 3
"""Places of the parts on the last axis of ``Witnesses``."""
_PART_OF_REASON = {
    OverallReason.NEW_LESION: NEW,
    OverallReason.NON_TARGET_PD: NON_TARGET,
    OverallReason.AS_NON_TARGET: NON_TARGET,
    OverallReason.NO_DISEASE_AT_BASELINE: VISIT,
    OverallReason.NO_BASELINE: VISIT,
}
_PARTS = np.array([_PART_OF_REASON.get(reason, TARGET) for reason in OverallReason])


class Witnesses(NamedTuple):
    """For each flat visit, the source (place in ``SOURCES``), row and lesion (place in ``lesion_names``, or -1)
    behind each part of the overall response; last axis: new lesions, targets, non-targets, the visit as such."""

    source: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    lesion: npt.NDArray[np.int64]


def find_witnesses(readings: Readings, visits: Visits) -> Witnesses:
    """The row that stands for each part of each visit's response; of an entered response its own row of RS."""
    if readings.reported is not None:
        row = np.repeat(readings.visit_row[:, np.newaxis], 4, axis=1)
        return Witnesses(np.where(row == NO_ROW, 0, SOURCE_CODES["RS", "RSSTRESC"]), row, np.full(row.shape, -1))
    lesions, n = readings.lesions, len(readings.visit_subject)
    local = np.arange(n) - lesions.visit_start[readings.visit_subject]
    of_visit = SOURCE_CODES["TR", "TRSTRESC"]
    source = np.full((n, 4), of_visit, np.int64)
    source[:, TARGET] = SOURCE_CODES["TR", "TRSTRESN"]
    row = np.full((n, 4), NO_ROW, np.int64)
    lesion = np.full((n, 4), -1, np.int64)
    row[:, VISIT] = readings.visit_row
    row[:, TARGET] = _first_row(readings.target_row, lesions.target_start, readings)
    row[:, NON_TARGET] = _first_row(readings.non_target_row, lesions.non_target_start, readings)
    for part, witness, start, cell_start, rows, names in (
        (NON_TARGET, visits.non_target_witness, lesions.non_target_start, lesions.non_target_cell,
         readings.non_target_row, readings.non_targets.name),
        (NEW, visits.new_witness, lesions.new_start, lesions.new_cell, readings.new_row, readings.new.name),
    ):  # fmt: skip
        has = np.flatnonzero(witness >= 0)
        subject = readings.visit_subject[has]
        n_lesions = start[subject + 1] - start[subject]
        cell = cell_start[subject] + local[has] * n_lesions + witness[has]
        row[has, part] = rows[cell]
        lesion[has, part] = names[start[subject] + witness[has]]
        if part == NEW:
            source[has[readings.new_from_tu[cell]], part] = SOURCE_CODES["TU", "TUORRES"]
    # A visit without any row of its part (all targets missing) is witnessed by the visit's first row.
    lacking = row == NO_ROW
    row = np.where(lacking, row[:, [VISIT]], row)
    source = np.where(lacking & (row != NO_ROW), of_visit, source)
    return Witnesses(source, row, lesion)


def overall_witness(visits: Visits, witnesses: Witnesses, flat: Ints64) -> tuple[Ints64, Rows, Ints64]:
    """Source, row and lesion behind the overall response of given flat visits (all 0 or -1 where the visit is -1)."""
    known = flat >= 0
    at = np.where(known, flat, 0)
    if not len(visits.reason):
        return np.zeros(len(flat), np.int64), np.full(len(flat), NO_ROW, np.int64), np.full(len(flat), -1, np.int64)
    part = _PARTS[visits.reason[at]]
    part = np.where((part == TARGET) & (visits.target[at] == Response.NONE), NON_TARGET, part)
    row = np.where(known, witnesses.row[at, part], NO_ROW)
    source = np.where(known & (row != NO_ROW), witnesses.source[at, part], 0)
    return source, row, np.where(known, witnesses.lesion[at, part], -1)


def _first_row(rows: Rows, start: Ints64, readings: Readings) -> Rows:
    """The smallest row among the cells of each flat visit, which lie side by side; NO_ROW where there is none."""
    n_lesions = np.diff(start)[readings.visit_subject]
    first = np.full(len(n_lesions), NO_ROW, np.int64)
    filled = np.flatnonzero(n_lesions)
    if len(filled):
        last = np.iinfo(np.int64).max
        begins = (np.cumsum(n_lesions) - n_lesions)[filled]
        least = np.minimum.reduceat(np.where(rows == NO_ROW, last, rows), begins)
        first[filled] = np.where(least == last, NO_ROW, least)
    return first

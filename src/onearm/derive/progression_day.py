"""The day of the scan that shows a progression, where the scans of one visit lie on several days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from onearm.derive.cells import Cells
from onearm.derive.days import Days
from onearm.derive.lesion_rows import NO_LENGTH, TUMSTATE, UNSAID, LesionRows
from onearm.kernels.patients import Lesions, Visits
from onearm.kernels.timepoint import OverallReason


class ScanDays(NamedTuple):
    """Days of scans: the last one of the targets at each visit, that of each non-target and new lesion at each visit
    (flat cells, as in ``Lesions``)."""

    targets: Days
    non_target: Days
    new: Days


def scan_days(rows: LesionRows, cells: Sequence[Cells], day: Days) -> ScanDays:
    """The days of the scans behind ``cells`` (targets, non-targets, new lesions); ``day`` of the visit where none."""
    targets, non_target, new = (_day_of_cells(rows, one) for one in cells)
    return ScanDays(_last_of_visit(targets, cells[0], day), non_target, new)


def _day_of_cells(rows: LesionRows, cells: Cells) -> Days:
    """The last day on which something was read of each lesion at each visit; -1 without any."""
    found = np.full(cells.n, -1, np.int32)
    length, said, test = rows.length[cells.rows], rows.said[cells.rows], rows.test[cells.rows]
    read = (length != NO_LENGTH) | (said != UNSAID) | (test > TUMSTATE)
    np.maximum.at(found, cells.cell[read], rows.day[cells.rows][read])
    return found


def _last_of_visit(found: Days, cells: Cells, day: Days) -> Days:
    last = np.full(len(day), -1, np.int32)
    if cells.n:
        np.maximum.at(last, cells.flat_visit(), found)
    return np.where(last >= 0, last, day).astype(np.int32)


def date_progressions(days: ScanDays, lesions: Lesions, visits: Visits, otherwise: Days) -> Days:
    """The day of progression at each visit that is one: of a new lesion and of a non-target the scan that shows it, of
    the targets (their sum, or one that is back) the last scan of them at that visit; elsewhere ``otherwise``.
    """
    result = otherwise.copy()
    by_targets = np.isin(visits.reason, [OverallReason.TARGET_PD, OverallReason.BACK_AFTER_CR])
    result[by_targets] = days.targets[by_targets]
    n_visits = np.diff(lesions.visit_start)
    subject = np.repeat(np.arange(len(n_visits)), n_visits)
    local = np.arange(len(visits.reason)) - lesions.visit_start[subject]
    for reason, witness, start, cell_start, day in (
        (OverallReason.NON_TARGET_PD, visits.non_target_witness, lesions.non_target_start, lesions.non_target_cell,
         days.non_target),
        (OverallReason.NEW_LESION, visits.new_witness, lesions.new_start, lesions.new_cell, days.new),
    ):  # fmt: skip
        here = np.flatnonzero((visits.reason == reason) & (witness >= 0))
        who = subject[here]
        shown = day[cell_start[who] + local[here] * (start[who + 1] - start[who]) + witness[here]]
        result[here] = np.where(shown >= 0, shown, otherwise[here])
    return result

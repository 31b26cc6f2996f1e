"""What is remarkable about the visits: no baseline, no visit at all, one spread over weeks, merging into nothing."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import NO_ROW, DayReader, Mask
from onearm.derive.followed import Course
from onearm.derive.readers import EVALUATORS
from onearm.derive.readings import Readings
from onearm.errors import Finding, Place
from onearm.kernels.patients import Lesions
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.target_sums import is_merged_into_nothing
from onearm.protocol.options import ResponseOptions
from onearm.protocol.parts import ScanCalendar
from onearm.terms import TargetState

WIDEST_VISIT_DAYS = 28
"""Days over which the scans of one visit may spread where the protocol has no scan window."""


def check_visits(
    readings: Readings,
    options: ResponseOptions,
    rules: ResponseRules,
    calendar: ScanCalendar | None,
    course: Course,
    reader: DayReader,
) -> None:
    """Warnings D016 (merged into nothing), D018 (a wide visit), D019 (no baseline) and D029 (never read)."""
    _report_unread(readings, options, course, reader)
    _report_wide(readings, options, calendar, course, reader)
    lesions = readings.lesions
    for cell in np.flatnonzero(find_merged_into_nothing(rules, lesions)):
        subject, visit, lesion = _place_of(lesions, int(cell))
        flat = int(lesions.visit_start[subject]) + visit
        roster = readings.targets
        values = {
            "lesion": roster.name_of(int(roster.start[subject]) + lesion, readings.lesion_names),
            "visit": str(readings.visit_number[flat]),
        }
        place = Place("TR", path="TRSTRESC", row=int(readings.target_row[cell]), subject=course.subjects[subject])
        reader.findings.append(Finding("D016", place, values, "warning"))


def find_merged_into_nothing(rules: ResponseRules, lesions: Lesions) -> Mask:
    """Which target cells say MERGED at a visit where no other target can carry the length, by the kernel's rule."""
    mask = np.zeros(len(lesions.target_state), np.bool_)
    for cell in np.flatnonzero(lesions.target_state == TargetState.MERGED):
        subject, visit, lesion = _place_of(lesions, int(cell))
        own = slice(int(lesions.target_start[subject]), int(lesions.target_start[subject + 1]))
        block = slice(int(lesions.target_cell[subject]), int(lesions.target_cell[subject + 1]))
        shape = (-1, own.stop - own.start)
        length, state = lesions.target_length[block].reshape(shape), lesions.target_state[block].reshape(shape)
        mask[cell] = is_merged_into_nothing(rules, visit, lesion, visit, length, state, lesions.target_is_node[own])
    return mask


def _place_of(lesions: Lesions, cell: int) -> tuple[int, int, int]:
    """Subject, visit and lesion of a target cell."""
    subject = int(np.searchsorted(lesions.target_cell, cell, "right")) - 1
    n_lesions = int(lesions.target_start[subject + 1] - lesions.target_start[subject])
    visit, lesion = divmod(cell - int(lesions.target_cell[subject]), n_lesions)
    return subject, visit, lesion


def _report_unread(readings: Readings, options: ResponseOptions, course: Course, reader: DayReader) -> None:
    """Registered subjects whose reference day has come, without a baseline (D019) or without any visit (D029)."""
    n_after = np.diff(readings.lesions.visit_start) - 1
    lacks = course.is_registered & (course.reference.day != NEVER) & ~readings.has_baseline
    for number in np.flatnonzero(lacks):
        subject = course.subjects[int(number)]
        if n_after[number]:
            row = int(readings.visit_row[readings.lesions.visit_start[number] + 1])
            place = Place("TR", path="TRDTC", row=row if row != NO_ROW else None, subject=subject)
            reader.findings.append(Finding("D019", place, severity="warning"))
        else:
            values = {"evaluator": EVALUATORS[options.evaluator]}
            reader.findings.append(Finding("D029", Place("TR", path="TREVAL", subject=subject), values, "warning"))


def _report_wide(
    readings: Readings, options: ResponseOptions, calendar: ScanCalendar | None, course: Course, reader: DayReader
) -> None:
    """Visits whose scans spread over more days than twice the scan window; at baseline, than the baseline window."""
    window = None if calendar is None else calendar.window_days
    usual = WIDEST_VISIT_DAYS if window is None else 2 * window
    limit = np.where(readings.is_baseline, max(usual, options.baseline_window_days), usual)
    spread = readings.last_day.astype(np.int64) - readings.first_day
    for flat in np.flatnonzero(spread > limit):
        values = {
            "visit": str(readings.visit_number[int(flat)]),
            "days": str(int(spread[flat])),
            "limit": str(int(limit[flat])),
        }
        subject = course.subjects[int(readings.visit_subject[flat])]
        place = Place("TR", path="VISITNUM", row=int(readings.visit_row[flat]), subject=subject)
        reader.findings.append(Finding("D018", place, values, "warning"))

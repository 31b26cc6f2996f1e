"""The planned scans between the visits: how many were missed, and how long a gap is before it is two missed scans."""

from __future__ import annotations

import numpy as np

from onearm.derive.days import Days
from onearm.derive.readings import Readings
from onearm.kernels.arrays import Ints32
from onearm.kernels.rules import NEVER
from onearm.plan.calendar import planned_scan_days, scan_windows, window_days
from onearm.protocol.parts import ScanCalendar

FAR_DAYS = 3 * 366
"""No interval is longer: how far past the last visit planned scans are looked at."""


def count_missed_scans(calendar: ScanCalendar, readings: Readings, anchor_day: Days) -> Ints32:
    """For each flat visit, the planned scans since the one before whose window neither of the two visits lies in.

    ``anchor_day`` goes by subject. Raises RefusedError where the calendar or its window is open.
    """
    width = window_days(calendar)
    day = _days_after_anchor(readings, anchor_day)
    planned = np.array(planned_scan_days(calendar, int(day.max(initial=0)) + FAR_DAYS), np.int64)
    before = np.maximum(np.roll(day, 1), 0)
    missed = np.searchsorted(planned, day - width, "left") - np.searchsorted(planned, before + width, "right")
    missed[readings.is_baseline] = 0
    return np.asarray(np.maximum(missed, 0), np.int32)


def limit_gaps(calendar: ScanCalendar, readings: Readings, anchor_day: Days, start_day: Days) -> Ints32:
    """For each flat visit (the baseline stands for the start), the longest gap in days that is not two missed scans.

    Two planned intervals from the planned scan to which the visit belongs (the nearer one), plus the window; NEVER
    where no two scans are planned any more. ``start_day`` goes by subject: the limit from the start ends on the same
    day wherever the start lies, for the scans are planned from the anchor. Raises RefusedError where the calendar or
    its window is open.
    """
    width = window_days(calendar)
    day = _days_after_anchor(readings, anchor_day)
    day[readings.is_baseline] = _start_after_anchor(anchor_day, start_day)
    planned = np.array([0, *planned_scan_days(calendar, int(day.max(initial=0)) + FAR_DAYS)], np.int64)
    middles = (planned[1:] + planned[:-1]) / 2
    here = np.searchsorted(middles, day, "left")
    there = here + 2
    exists = there < len(planned)
    measured_from = np.where(readings.is_baseline, day, planned[here])
    limit = planned[np.where(exists, there, 0)] - measured_from + width
    return np.asarray(np.where(exists, limit, NEVER), np.int32)


def limit_missed_visits(calendar: ScanCalendar, readings: Readings, anchor_day: Days, start_day: Days) -> Ints32:
    """For each flat visit (the baseline stands for the start), the longest gap in days in which no two planned scans in
    a row were missed.

    A planned scan is missed when its window has passed without an adequate assessment inside it. After the last
    adequate visit the next two windows that begin later are looked at: an event past the end of the second is two
    missed scans. ``start_day`` goes by subject; NEVER where no two scans are planned any more. Raises RefusedError
    where the calendar or its window is open.
    """
    since = _days_after_anchor(readings, anchor_day)
    since[readings.is_baseline] = _start_after_anchor(anchor_day, start_day)
    windows = np.array(scan_windows(calendar, int(since.max(initial=0)) + FAR_DAYS), np.int64).reshape(-1, 2)
    second = np.searchsorted(windows[:, 0], since, "right") + 1
    exists = second < len(windows)
    limit = windows[np.where(exists, second, 0), 1] - since
    return np.asarray(np.where(exists, limit, NEVER), np.int32)


def _start_after_anchor(anchor_day: Days, start_day: Days) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For each subject; 0 where one of the two days is missing."""
    anchor, start = anchor_day.astype(np.int64), start_day.astype(np.int64)
    return np.where((anchor == NEVER) | (start == NEVER), 0, start - anchor)


def _days_after_anchor(readings: Readings, anchor_day: Days) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    anchor = anchor_day[readings.visit_subject].astype(np.int64)
    return np.where(anchor == NEVER, 0, readings.lesions.day.astype(np.int64) - anchor)

"""On which days after the anchor are tumours assessed? Pure functions of the protocol's scan calendar.

Day 0 is the anchor (first dose or inclusion); a delay of treatment moves no scan.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator

from onearm.errors import Finding, Place, RefusedError
from onearm.protocol.base import Duration
from onearm.protocol.calendar_reading import last_scan_day, needs_reading
from onearm.protocol.parts import ScanCalendar

__all__ = ["interval_at", "needs_reading", "planned_scan_days", "scan_windows", "window_days"]

CALENDAR_PATH = "tumour.calendar"
LAST_STUDY_DAY = 40_000
"""No trial follows anybody for a century: where an open calendar stops being looked at."""


def planned_scan_days(calendar: ScanCalendar, until_day: int) -> list[int]:
    """Days after the anchor of every planned scan up to ``until_day`` (included), strictly increasing.

    The baseline scan is not among them. Raises RefusedError (D002) where a phase ends between two of its scans and the
    calendar has no ``reading``, and (D003) where a duration is given in calendar months.
    """
    days: list[int] = []
    for day in _every_scan(calendar):
        if day > until_day:
            break
        days.append(day)
    return days


def interval_at(calendar: ScanCalendar, day: int) -> int | None:
    """Days from the planned scan to which ``day`` belongs (the nearer one, the anchor at 0) to the next planned scan.

    None after the last scan of a calendar that ends. Raises like `planned_scan_days`.
    """
    here = 0
    for following in _every_scan(calendar):
        if 2 * day <= here + following:
            return following - here
        here = following
    return None


def scan_windows(calendar: ScanCalendar, until_day: int) -> list[tuple[int, int]]:
    """First and last day (both included) on which each planned scan up to ``until_day`` counts as made in time.

    A day between two scans belongs to the nearer one, in the middle to the earlier, so that windows never overlap.
    Raises RefusedError like `planned_scan_days`, and (D004) where ``window_days`` is open.
    """
    width = window_days(calendar)
    scans = planned_scan_days(calendar, until_day + 2 * width + 1)
    windows = []
    for index, day in enumerate(scans):
        before = scans[index - 1] if index else 0
        following = scans[index + 1] if index + 1 < len(scans) else day + 2 * width + 1
        first = max(day - width, (before + day) // 2 + 1)
        windows.append((first, min(day + width, (day + following) // 2)))
    return windows[: bisect_left(scans, until_day + 1)]


def window_days(calendar: ScanCalendar) -> int:
    """Days by which a scan may be early or late. Raises RefusedError (D004) where the protocol leaves it open."""
    if calendar.window_days is None:
        raise RefusedError([Finding("D004", Place(path=f"{CALENDAR_PATH}.window_days"))])
    return calendar.window_days


def _every_scan(calendar: ScanCalendar) -> Iterator[int]:
    """Planned days in order, phase by phase."""
    day = 0
    final = len(calendar.phases) - 1
    for index, phase in enumerate(calendar.phases):
        step = _days(phase.every, f"{CALENDAR_PATH}.phases.{index}.every")
        end = LAST_STUDY_DAY if phase.until is None else _days(phase.until, f"{CALENDAR_PATH}.phases.{index}.until")
        last = last_scan_day(day, step, end)
        yield from range(day + step, last + 1, step)
        if phase.until is None or index == final:
            return
        day = last
        if day < end:
            day = yield from _pass_change(calendar, day, step, end)


def _pass_change(calendar: ScanCalendar, day: int, step: int, end: int) -> Generator[int, None, int]:
    """The scans where a phase ends between two of its own; returns the day from which the next phase counts."""
    if calendar.reading is None:
        values = {"end": str(end), "interval": str(step), "last": str(day)}
        raise RefusedError([Finding("D002", Place(path=f"{CALENDAR_PATH}.reading"), values)])
    if calendar.reading == "extra_scan_at_change":
        yield end
        return end
    if calendar.reading == "first_interval_past_change":
        yield day + step
        return day + step
    return day


def _days(duration: Duration, path: str) -> int:
    if duration.days is None:
        raise RefusedError([Finding("D003", Place(path=path), {"value": str(duration)})])
    return duration.days

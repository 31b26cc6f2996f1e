"""Until which day does a reading count towards the best response? The cap of the window, and a new therapy."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import Days
from onearm.derive.followed import Course
from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.base import Duration
from onearm.protocol.parts import Window


class ResponseWindow(NamedTuple):
    """Last day that counts for each subject: by the cap alone, and by the cap's stricter reading while it is open."""

    cap_end: Days
    strict_cap_end: Days
    path: str
    """Dotted path of the window in the protocol, or the empty text."""


def find_response_window(protocol: Protocol, course: Course, findings: list[Finding]) -> ResponseWindow:
    """Each subject's cap; NEVER without one. Endpoints of response with different windows are a finding (D026)."""
    never = np.full(course.n_subjects, NEVER, np.int32)
    named = [
        (f"endpoints.{key}.window", endpoint.window)
        for key, endpoint in protocol.endpoints.items()
        if endpoint.kind in ("response_rate", "control_rate") and endpoint.window is not None
    ]
    if not named:
        return ResponseWindow(never, never, "")
    path, window = named[0]
    for other_path, other in named[1:]:
        if (other.start, other.cap, other.cap_counts) != (window.start, window.cap, window.cap_counts):
            findings.append(Finding("D026", Place(path=other_path), {"first": path, "second": other_path}))
    if window.cap is None:
        return ResponseWindow(never, never, path)
    calendar = _capped(window, course)
    treated = np.minimum(calendar, _treatment_end(course))
    if window.cap_counts is None:
        return ResponseWindow(calendar, treated, path)
    chosen = treated if window.cap_counts == "on_treatment" else calendar
    return ResponseWindow(chosen, chosen, path)


def add_duration(day: Days, duration: Duration) -> Days:
    """The day a duration later; months and years by the calendar, a day that the month lacks being its last."""
    if duration.days is not None:
        later = day.astype(np.int64) + duration.days
    else:
        known = np.where(day == NEVER, 0, day).astype(np.int32)
        dates = pl.Series(known, dtype=pl.Int32).cast(pl.Date).dt.offset_by(f"{duration.months}mo")
        later = dates.to_physical().to_numpy().astype(np.int64)
    return np.where(day == NEVER, NEVER, later).astype(np.int32)


def _capped(window: Window, course: Course) -> Days:
    start = course.first_dose.day if window.start == "first_dose" else course.registered.day
    assert window.cap is not None
    return add_duration(start, window.cap)


def _treatment_end(course: Course) -> Days:
    """The last dose of those whose treatment has ended; while it goes on the window stays open."""
    ended = (course.end_of_treatment.day != NEVER) | (course.end_of_study.day != NEVER) | (course.death.day != NEVER)
    return np.where(ended & (course.last_dose.day != NEVER), course.last_dose.day, np.int32(NEVER)).astype(np.int32)


def window_end(window: ResponseWindow, course: Course, new_therapy_ends_it: bool) -> Days:
    """Last day that counts: the cap, or the day on which a new therapy began."""
    end = np.minimum(window.cap_end, course.new_therapy.day) if new_therapy_ends_it else window.cap_end
    return end.astype(np.int32)


def to_dates(days: Days, name: str) -> pl.Series:
    """Days as dates; null for a day that never comes."""
    series = pl.Series(name, days, dtype=pl.Int32)
    return series.set(series == NEVER, None).cast(pl.Date)


def iso(day: int) -> str:
    """One day as text."""
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()

"""The scan calendar: three readings of a phase that ends between two scans, and windows that never overlap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.errors import RefusedError
from onearm.plan import interval_at, planned_scan_days, scan_windows
from onearm.plan.calendar import needs_reading
from onearm.protocol.parts import ScanCalendar

READINGS = ("count_on_from_last_scan", "extra_scan_at_change", "first_interval_past_change")


def nine_then_twelve(reading: str | None, window: int | None = 7) -> ScanCalendar:
    phases = ({"every": "9 weeks", "until": "48 weeks"}, {"every": "12 weeks"})
    return ScanCalendar.model_validate({"phases": phases, "reading": reading, "window_days": window})


@pytest.mark.parametrize(
    ("reading", "weeks"),
    [
        ("count_on_from_last_scan", [9, 18, 27, 36, 45, 57, 69, 81]),
        ("extra_scan_at_change", [9, 18, 27, 36, 45, 48, 60, 72]),
        ("first_interval_past_change", [9, 18, 27, 36, 45, 54, 66, 78]),
    ],
)
def test_nine_weekly_until_week_48_then_twelve_weekly(reading: str, weeks: list[int]) -> None:
    assert planned_scan_days(nine_then_twelve(reading), weeks[-1] * 7) == [7 * week for week in weeks]


def test_without_a_reading_the_calendar_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        planned_scan_days(nine_then_twelve(None), 400)
    assert [(f.code, f.place.path) for f in refused.value.findings] == [("D002", "tumour.calendar.reading")]
    assert needs_reading(nine_then_twelve(None))


def test_a_phase_that_ends_on_a_scan_needs_no_reading() -> None:
    calendar = ScanCalendar.model_validate(
        {"phases": ({"every": "8 weeks", "until": "48 weeks"}, {"every": "12 weeks"})}
    )
    assert planned_scan_days(calendar, 60 * 7) == [7 * week for week in (8, 16, 24, 32, 40, 48, 60)]
    assert not needs_reading(calendar)


def test_a_last_phase_may_end_between_scans_and_nothing_follows() -> None:
    calendar = ScanCalendar.model_validate({"phases": ({"every": "9 weeks", "until": "20 weeks"},)})
    assert planned_scan_days(calendar, 1000) == [63, 126]
    assert interval_at(calendar, 63) == 63
    assert interval_at(calendar, 126) is None


@pytest.mark.parametrize(("day", "interval"), [(0, 63), (31, 63), (315, 84), (346, 84), (357, 84), (358, 84)])
def test_the_interval_in_force(day: int, interval: int) -> None:
    assert interval_at(nine_then_twelve("count_on_from_last_scan"), day) == interval


def test_months_have_no_fixed_days() -> None:
    with pytest.raises(RefusedError) as refused:
        planned_scan_days(ScanCalendar.model_validate({"phases": ({"every": "2 months"},)}), 400)
    assert [f.code for f in refused.value.findings] == ["D003"]


def test_an_open_window_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        scan_windows(nine_then_twelve("extra_scan_at_change", None), 400)
    assert [f.code for f in refused.value.findings] == ["D004"]


@given(
    first=st.integers(1, 20),
    until=st.integers(1, 80),
    second=st.integers(1, 20),
    reading=st.sampled_from(READINGS),
    window=st.integers(0, 90),
)
def test_scans_rise_and_windows_never_overlap(first: int, until: int, second: int, reading: str, window: int) -> None:
    phases = ({"every": f"{first} weeks", "until": f"{until} weeks"}, {"every": f"{second} weeks"})
    calendar = ScanCalendar.model_validate({"phases": phases, "reading": reading, "window_days": window})
    days = planned_scan_days(calendar, 1000)
    assert all(earlier < later for earlier, later in pairwise(days))
    windows = scan_windows(calendar, 1000)
    assert len(windows) == len(days)
    for day, (opens, closes) in zip(days, windows, strict=True):
        assert day - window <= opens <= day <= closes <= day + window
    assert all(one[1] < other[0] for one, other in pairwise(windows))
    width = min(b - a for a, b in pairwise([0, *days]))
    if 2 * window < width:
        assert windows == [(day - window, day + window) for day in days]


@given(st.integers(0, 900), st.sampled_from(READINGS))
def test_the_interval_is_the_gap_between_planned_scans(day: int, reading: str) -> None:
    calendar = nine_then_twelve(reading)
    planned = [0, *planned_scan_days(calendar, 1200)]
    nearest = min(planned, key=lambda scan: (abs(scan - day), scan))
    assert interval_at(calendar, day) == planned[planned.index(nearest) + 1] - nearest

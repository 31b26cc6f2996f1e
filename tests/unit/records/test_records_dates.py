"""Partial dates: what a text can mean, and why another means nothing."""

from __future__ import annotations

import calendar
import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.records import partial_date
from onearm.records.dates import date_fault, parse_dates

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))


@given(DAYS, st.sampled_from(["", "T23", "T09:30", "T00:00:00", "T23:59:59.125"]))
def test_complete_dates_mean_one_day(day: datetime.date, time: str):
    parsed = partial_date(day.isoformat() + time)
    assert parsed is not None
    assert (parsed.first, parsed.last, parsed.precision) == (day, day, "day")
    assert parsed.is_complete


@given(st.integers(1900, 2199), st.integers(1, 12))
def test_partial_dates_mean_every_day_between(year: int, month: int):
    of_month, of_year = partial_date(f"{year}-{month:02}"), partial_date(f"{year}")
    assert of_month is not None
    assert of_year is not None
    last = calendar.monthrange(year, month)[1]
    assert (of_month.first, of_month.last) == (
        datetime.date(year, month, 1),
        datetime.date(year, month, last),
    )
    assert (of_year.first, of_year.last) == (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    assert not of_month.is_complete
    assert (of_month.precision, of_year.precision) == ("month", "year")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-02-30", "R041"),
        ("2025-00-10", "R041"),
        ("2025-13", "R041"),
        ("2025-01-10T24:00", "R041"),
        ("2025-01-10T10:60", "R041"),
        ("1899-12-31", "R043"),
        ("2200", "R043"),
        ("0205-01-10", "R043"),
        ("2025-01-10T10:00Z", "R042"),
        ("2025-01-10T10:00+08:00", "R042"),
        ("2025/1/10", "R044"),
        ("10.01.2025", "R044"),
        ("10-JAN-2025", "R044"),
        ("2025-1-10", "R044"),
        ("10 Jan 2025", "R044"),
        ("2025---10", "R040"),
        ("--01-10", "R040"),
        ("unknown", "R040"),
        ("20250110", "R040"),
        (" 2025-01-10", "R040"),
        ("2025-01-10 ", "R040"),
        ("2025-01-10\n", "R040"),
        ("2025-01-10T", "R040"),
        ("２０２５-01-10", "R040"),
    ],
)
def test_other_texts_are_no_dates_and_say_why(text: str, code: str):
    assert partial_date(text) is None
    assert date_fault(text) == code


@given(st.text(max_size=12) | DAYS.map(str))
def test_any_text_is_a_date_or_has_a_fault(text: str):
    parsed = parse_dates(pl.Series([text], dtype=pl.String)).row(0, named=True)
    if parsed["FIRST"] is None:
        assert date_fault(text) in {"R040", "R041", "R042", "R043", "R044"}
        assert parsed["LAST"] is parsed["PRECISION"] is None
    else:
        assert parsed["FIRST"] <= parsed["LAST"]
        assert text.startswith(str(parsed["FIRST"].year))

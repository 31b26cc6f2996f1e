"""Lengths of time on the civil calendar: a month later is the same day of the next month, or its last day."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.protocol.base import Duration, read_date

EPOCH = dt.date(1970, 1, 1)


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def add_time(day: dt.date, *, months: int = 0, days: int = 0) -> dt.date:
    """A day some calendar months and then some days later (earlier, where negative)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(days=days)


def add_duration(day: dt.date, duration: Duration, sign: int = 1) -> dt.date:
    """A day a duration later, or earlier with ``sign`` -1."""
    if duration.days is not None:
        return day + dt.timedelta(days=sign * duration.days)
    return add_time(day, months=sign * (duration.months or 0))


def add_times(day: npt.NDArray[np.int64], duration: Duration) -> npt.NDArray[np.int64]:
    """Days since 1970-01-01, each a duration later."""
    if duration.days is not None:
        return day + duration.days
    dates = pl.Series(day.astype(np.int32), dtype=pl.Int32).cast(pl.Date).dt.offset_by(f"{duration.months}mo")
    return dates.to_physical().to_numpy().astype(np.int64)


def first_day_of(partial: str) -> dt.date:
    """The first day that a partial date can mean."""
    year, month, day = read_date(partial)
    return dt.date(year, month or 1, day or 1)


def last_day_of(partial: str) -> dt.date:
    """The last day that a partial date can mean."""
    year, month, day = read_date(partial)
    return dt.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])

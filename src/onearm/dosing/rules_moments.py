"""On which days are the dose rules judged, and which value of which day speaks then? Patients and days as arrays.

Three values: NO, UNKNOWN, YES. As they are ordered, all of several is their minimum and any of several their maximum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.kernels.arrays import Ints8, Ints64

NO, UNKNOWN, YES = 0, 1, 2
EPOCH = dt.date(1970, 1, 1)
FOREVER = (1 << 20) - 2
"""A day after all others."""
_SPAN = 1 << 20


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def days_of(column: pl.Series, missing: int) -> Ints64:
    """A column of dates as day numbers, ``missing`` where there is none."""
    return column.cast(pl.Int32).fill_null(missing).cast(pl.Int64).to_numpy()


@dataclass(frozen=True, eq=False)
class Moments:
    """Patient by patient the days on which anything was recorded from the first dose on, and the day asked for."""

    subjects: tuple[str, ...]
    subject: Ints64
    """Number of the patient, ascending."""
    day: Ints64
    """Day number, ascending within a patient."""
    start: Ints64
    """Where each patient's days begin; one entry more than patients."""

    @property
    def key(self) -> Ints64:
        """Patient and day as one ascending number."""
        return self.subject * _SPAN + self.day

    def numbers(self, table: pl.DataFrame) -> Ints64:
        """The patient's number of each row; -1 for a patient who is not judged."""
        known = pl.DataFrame(
            {"USUBJID": self.subjects, "_N": range(len(self.subjects))}, schema={"USUBJID": pl.String, "_N": pl.Int64}
        )
        joined = table.select("USUBJID").join(known, on="USUBJID", how="left", maintain_order="left")
        return joined["_N"].fill_null(-1).to_numpy()

    def on_days(self, day: Ints64) -> Moments:
        """The same patients on other days, one for each moment."""
        return Moments(self.subjects, self.subject, day, self.start)

    def spread(self, subject: Ints64, first: Ints64, last: Ints64) -> tuple[Ints64, Ints64]:
        """Every pair of an item and a moment of its patient from its first to its last day: moments, items."""
        keys = self.key
        low = np.searchsorted(keys, subject * _SPAN + np.clip(first, 0, FOREVER), "left")
        high = np.searchsorted(keys, subject * _SPAN + np.clip(last, -1, FOREVER), "right")
        count = np.where((subject >= 0) & (high > low), high - low, 0)
        item = np.repeat(np.arange(len(subject)), count)
        offset = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
        return (np.repeat(low, count) + offset).astype(np.int64), item.astype(np.int64)


def make_moments(starts: pl.DataFrame, days: Sequence[pl.DataFrame], on: dt.date) -> Moments:
    """``starts``: USUBJID and TRTSDT of the treated patients; ``days``: frames of USUBJID and DAY (a date)."""
    treated = starts.filter(pl.col("TRTSDT") <= on).unique("USUBJID", maintain_order=True)
    asked = treated.select("USUBJID", pl.lit(on).alias("DAY"))
    every = pl.concat([asked, *(frame.select("USUBJID", pl.col("DAY").cast(pl.Date)) for frame in days)])
    kept = (
        every.join(treated, on="USUBJID", how="inner")
        .filter(pl.col("DAY").is_between(pl.col("TRTSDT"), on))
        .select("USUBJID", "DAY")
        .unique()
    )
    subjects = tuple(treated["USUBJID"].to_list())
    empty = np.zeros(0, np.int64)
    blank = Moments(subjects, empty, empty, empty)
    number, day = blank.numbers(kept), days_of(kept["DAY"], 0)
    order = np.lexsort((day, number))
    number, day = number[order], day[order]
    start = np.searchsorted(number, np.arange(len(subjects) + 1)).astype(np.int64)
    return Moments(subjects, number, day, start)


@dataclass(frozen=True, eq=False)
class Samples:
    """Rows of one test in the order of patient and day, each with what a condition says of it."""

    subject: Ints64
    day: Ints64
    truth: Ints8
    source: Ints64
    """Where the row stands in the table that it came from."""

    @staticmethod
    def ordered(subject: Ints64, day: Ints64, truth: Ints8) -> Samples:
        """The rows of judged patients in order; rows of a day keep theirs."""
        kept = np.flatnonzero(subject >= 0)
        order = kept[np.lexsort((day[kept], subject[kept]))]
        return Samples(subject[order], day[order], truth[order], order.astype(np.int64))

    def last_days(self, moments: Moments) -> Ints64:
        """The last day with a row on or before each moment; -1 where there is none."""
        at = np.searchsorted(self.subject * _SPAN + self.day, moments.key, "right") - 1
        found = (at >= 0) & (self.subject[np.maximum(at, 0)] == moments.subject) if len(self.day) else at >= 0
        return np.where(found, self.day[np.maximum(at, 0)] if len(self.day) else -1, -1).astype(np.int64)

    def read(self, moments: Moments, look_back: int, *, any_of_day: bool) -> tuple[Ints8, Ints64]:
        """What the last day's rows say at each moment, and the deciding row's place; -1 where no row speaks.

        Of several rows of one day any one decides (``any_of_day``), or all must hold. A day more than ``look_back``
        days before says nothing: UNKNOWN.
        """
        truth, source = np.full(len(moments.day), UNKNOWN, np.int8), np.full(len(moments.day), -1, np.int64)
        if not len(self.day):
            return truth, source
        keys = self.subject * _SPAN + self.day
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        reduce = np.maximum if any_of_day else np.minimum
        said = reduce.reduceat(self.truth, first)
        # The first row of the day that says what the day says.
        says = self.truth == np.repeat(said, np.diff(np.r_[first, len(keys)]))
        place = np.where(says, np.arange(len(keys)), len(keys))
        deciding = np.minimum.reduceat(place, first)
        at = np.searchsorted(keys[first], moments.key, "right") - 1
        held = np.maximum(at, 0)
        found = (at >= 0) & (self.subject[first[held]] == moments.subject)
        recent = found & (moments.day - self.day[first[held]] <= look_back)
        truth[recent] = said[held[recent]]
        source[found] = self.source[deciding[held[found]]]
        return truth, source

"""The reference days of the subjects and the windows before them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import polars as pl

from onearm.measure.observations import EVER_AFTER, EVER_BEFORE, Ints, days_of, subject_places
from onearm.measure.selection import Window
from onearm.protocol.base import Duration
from onearm.protocol.eligibility_parts import ReferenceDay
from onearm.records import Records, first_of, precision_of, select_performed
from onearm.records.schema_subject import REGISTRATION_CODES

EPOCH = dt.date(1970, 1, 1)


class ReferenceDays:
    """Consent, baseline scan, registration and first dose of each subject, as known on a day.

    A subject that has not come so far by then has that day itself, or the day of its last screening failure where it
    was never registered; one whose only date is partial has none (``EVER_BEFORE``).
    """

    def __init__(self, records: Records, horizon: dt.date) -> None:
        self.records = records
        self.horizon = (horizon - EPOCH).days
        self.n_subjects = len(records.subjects())
        self._days: dict[ReferenceDay, Ints] = {}
        self._windows: dict[tuple[ReferenceDay, Duration | None], Window] = {}

    def day(self, before: ReferenceDay) -> Ints:
        """The reference day of each subject."""
        if before not in self._days:
            self._days[before] = self._read(before)
        return self._days[before]

    def window(self, before: ReferenceDay, length: Duration | None) -> Window:
        """The days from so long before the reference day up to it; all days up to it without a length. The same object
        for the same question.
        """
        key = (before, length)
        if key not in self._windows:
            end = self.day(before)
            start = np.full(self.n_subjects, EVER_BEFORE, np.int64) if length is None else days_before(end, length)
            self._windows[key] = Window(start, end)
        return self._windows[key]

    @cached_property
    def latest(self) -> dt.date:
        """No row after this day is ever read."""
        return EPOCH + dt.timedelta(days=self.horizon)

    @cached_property
    def is_registered(self) -> np.ndarray:
        """Who has a registration on or before the day."""
        return self._earliest(self._registrations(), "DSSTDTC")[0] <= self.horizon

    def _read(self, before: ReferenceDay) -> Ints:
        if before == "baseline_scan":
            return self._baseline_scan()
        if before == "registration":
            first, has_partial = self._earliest(self._registrations(), "DSSTDTC")
        elif before == "first_dose":
            doses = select_performed("EX", self.records.tables["EX"]).filter(
                pl.col("EXDOSE").is_null() | (pl.col("EXDOSE") > 0)
            )
            first, has_partial = self._earliest(doses, "EXSTDTC")
        else:
            first, has_partial = self._earliest(self.records.tables["DM"], "RFICDTC")
        held = np.where(first <= self.horizon, first, self.horizon)
        held = np.where((first == EVER_AFTER) & has_partial, EVER_BEFORE, held)
        if before in ("registration", "first_dose"):
            held = np.where((first > self.horizon) & self._is_screen_failure, self._failed_on, held)
        return held

    @cached_property
    def _is_screen_failure(self) -> np.ndarray:
        """Who was never registered, on any day or a partial one, and has a screening failure that the day knows of."""
        registered, is_partial = self._earliest(self._registrations(), "DSSTDTC")
        failed = np.zeros(self.n_subjects, np.bool_)
        failed[self._failures()["SUBJECT"].to_numpy()] = True
        return np.asarray(failed & (registered > self.horizon) & ~is_partial)

    @cached_property
    def _failed_on(self) -> Ints:
        """The day of each subject's last screening failure; ``EVER_BEFORE`` where only a partial date says it."""
        rows = self._failures().filter(pl.col(precision_of("DSSTDTC")) == "day")
        last = np.full(self.n_subjects, EVER_BEFORE, np.int64)
        np.maximum.at(last, rows["SUBJECT"].to_numpy(), days_of(rows[first_of("DSSTDTC")], EVER_BEFORE))
        return last

    def _failures(self) -> pl.DataFrame:
        rows = self.records.tables["DS"].filter(
            (pl.col("DSDECOD") == "SCREEN FAILURE") & (pl.col(first_of("DSSTDTC")) <= self.latest)
        )
        return rows.join(subject_places(self.records.subjects()), on="USUBJID", how="inner")

    def _registrations(self) -> pl.DataFrame:
        return self.records.tables["DS"].filter(pl.col("DSDECOD").is_in(REGISTRATION_CODES))

    def _earliest(self, table: pl.DataFrame, column: str) -> tuple[Ints, np.ndarray]:
        """The first whole day of each subject (``EVER_AFTER`` without), and whether there is a partial one."""
        rows = table.filter(pl.col(first_of(column)).is_not_null()).join(
            subject_places(self.records.subjects()), on="USUBJID", how="inner"
        )
        whole = (rows[precision_of(column)] == "day").to_numpy()
        subject = rows["SUBJECT"].to_numpy()
        first = np.full(self.n_subjects, EVER_AFTER, np.int64)
        np.minimum.at(first, subject[whole], days_of(rows[first_of(column)], EVER_AFTER)[whole])
        partial = np.zeros(self.n_subjects, np.bool_)
        partial[subject[~whole]] = True
        return first, partial

    def _baseline_scan(self) -> Ints:
        """The last scan on or before the first dose (or the day, where none was given)."""
        limit = self.day("first_dose")
        rows = self.records.tables["TR"].join(subject_places(self.records.subjects()), on="USUBJID", how="inner")
        rows = rows.filter((pl.col(precision_of("TRDTC")) == "day") & (pl.col("TRSTAT").fill_null("") != "NOT DONE"))
        subject, day = rows["SUBJECT"].to_numpy(), days_of(rows[first_of("TRDTC")], EVER_AFTER)
        keep = day <= limit[subject]
        last = np.full(self.n_subjects, EVER_BEFORE, np.int64)
        np.maximum.at(last, subject[keep], day[keep])
        return np.where(last == EVER_BEFORE, limit, last)


def days_before(days: Ints, length: Duration) -> Ints:
    """So long before each day; a month back from the 31st is the last day of a shorter month."""
    if length.days is not None:
        return np.where(days == EVER_BEFORE, EVER_BEFORE, days - length.days)
    assert length.months is not None
    unique, place = np.unique(days, return_inverse=True)
    back = (
        pl.Series(np.where(unique == EVER_BEFORE, 0, unique))
        .cast(pl.Int32)
        .cast(pl.Date)
        .dt.offset_by(f"-{length.months}mo")
    )
    moved = days_of(back, EVER_BEFORE)
    return np.where(unique == EVER_BEFORE, EVER_BEFORE, moved)[place]

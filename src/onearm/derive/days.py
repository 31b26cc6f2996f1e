"""Which day does a date of the records mean, and has it come by the cut-off? One reading for every table.

Days count from 1970-01-01. A row whose day lies after the cut-off is not read: its day is NEVER, as is a missing one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.records import ROW_COLUMN, SCHEMAS, first_of, last_of

Days = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_EPOCH = dt.date(1970, 1, 1)

SOURCES: tuple[tuple[str, str], ...] = (
    ("", ""),
    *((name, column.name) for name, schema in SCHEMAS.items() for column in schema.dates()),
    ("TR", "TRSTRESN"),
    ("TR", "TRSTRESC"),
    ("TU", "TUORRES"),
    ("RS", "RSSTRESC"),
)
"""Where a derived value may come from: domain and variable. Arrays hold places in this list; 0 is nowhere."""

SOURCE_CODES = {source: code for code, source in enumerate(SOURCES)}
NO_ROW = -1


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


class Witnessed(NamedTuple):
    """A day for each subject (NEVER without one), the source it was read from, and the row there."""

    day: Days
    source: npt.NDArray[np.int16]
    row: Rows

    @classmethod
    def nothing(cls, n_subjects: int) -> Witnessed:
        """No subject has such a day."""
        return cls(
            np.full(n_subjects, NEVER, np.int32), np.zeros(n_subjects, np.int16), np.full(n_subjects, NO_ROW, np.int64)
        )

    def replaced_where(self, where: Mask, other: Witnessed) -> Witnessed:
        """The other day where a mask says so."""
        return Witnessed(
            np.where(where, other.day, self.day),
            np.where(where, other.source, self.source),
            np.where(where, other.row, self.row),
        )

    def or_else(self, other: Witnessed) -> Witnessed:
        """This day where there is one, else the other."""
        return self.replaced_where(self.day == NEVER, other)

    def later_of(self, other: Witnessed) -> Witnessed:
        """The later of the two days that there are; this one when they are equal."""
        takes = (other.day != NEVER) & ((self.day == NEVER) | (other.day > self.day))
        return self.replaced_where(takes, other)


def select_earliest(
    subject: npt.NDArray[np.integer],
    day: Days,
    row: Rows,
    source: tuple[str, str],
    n_subjects: int,
    *,
    latest: bool = False,
) -> Witnessed:
    """Each subject's earliest day (``latest``: the latest) among rows that have one; of equal days the first row."""
    found = Witnessed.nothing(n_subjects)
    counts = day != NEVER
    subject, day, row = subject[counts], day[counts], row[counts]
    best = np.full(n_subjects, -NEVER if latest else NEVER, np.int32)
    (np.maximum if latest else np.minimum).at(best, subject, day)
    decides = day == best[subject]
    first = np.full(n_subjects, np.iinfo(np.int64).max)
    np.minimum.at(first, subject[decides], row[decides])
    seen = np.zeros(n_subjects, np.bool_)
    seen[subject] = True
    found.day[seen], found.row[seen], found.source[seen] = best[seen], first[seen], SOURCE_CODES[source]
    return found


@dataclass(frozen=True)
class DayReader:
    """Reads days by the protocol's rule for partial dates and the cut-off; gathers what it could not read."""

    subjects: pl.Enum
    """Every USUBJID of DM, in order: a subject's number is its place."""
    partial: Literal["refuse", "first_day", "last_day"]
    cut_day: int
    findings: list[Finding] = field(default_factory=list)

    def copy(self) -> DayReader:
        """A reader that goes on gathering findings of its own."""
        return replace(self, findings=list(self.findings))

    @property
    def n_subjects(self) -> int:
        """How many subjects there are."""
        return len(self.subjects.categories)

    def numbers(self, table: pl.DataFrame) -> npt.NDArray[np.int64]:
        """Each row's subject as a number."""
        return table["USUBJID"].cast(self.subjects).to_physical().to_numpy().astype(np.int64)

    def days(self, table: pl.DataFrame, domain: str, column: str, *, is_needed: bool | Mask = True) -> Days:
        """Each row's day. A partial date that the protocol does not let us read is a finding (D001) if it is needed.

        ``is_needed`` may tell the rows apart: a date whose first and last day come to the same needs no day.
        """
        day, latest = self.spans(table, column)
        partial = day != latest
        if partial.any():
            if self.partial == "last_day":
                day = latest
            elif self.partial == "refuse":
                doubtful = partial & (day <= self.cut_day) & is_needed
                self._report(table.filter(pl.Series(doubtful, dtype=pl.Boolean)), domain, column)
                day = np.where(partial, np.int32(NEVER), day)
        return np.where(day <= self.cut_day, day, np.int32(NEVER)).astype(np.int32)

    def spans(self, table: pl.DataFrame, column: str) -> tuple[Days, Days]:
        """The first and the last day that each row's date can mean, whatever the cut-off; NEVER without a date."""
        first, last = (
            table[name].to_physical().fill_null(NEVER).to_numpy().astype(np.int32)
            for name in (first_of(column), last_of(column))
        )
        return first, last

    def earliest(
        self,
        table: pl.DataFrame,
        domain: str,
        column: str,
        *,
        latest: bool = False,
        needed_for: Mask | None = None,
    ) -> Witnessed:
        """Each subject's earliest (or latest) day in a column, with its row.

        A partial date is a finding only for the subjects in ``needed_for``.
        """
        if not table.height:
            return Witnessed.nothing(self.n_subjects)
        subject = self.numbers(table)
        days = self.days(table, domain, column, is_needed=True if needed_for is None else needed_for[subject])
        rows = table[ROW_COLUMN].to_numpy()
        return select_earliest(subject, days, rows, (domain, column), self.n_subjects, latest=latest)

    def _report(self, rows: pl.DataFrame, domain: str, column: str) -> None:
        for subject, value, row in rows.select("USUBJID", column, ROW_COLUMN).iter_rows():
            place = Place(file=domain, path=column, row=row, subject=subject)
            self.findings.append(Finding("D001", place, {"column": column, "value": value}))

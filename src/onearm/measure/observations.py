"""What was observed of a variable, row by row: exact values and bounds, days that may be partial, the source row.

A value is an interval of whole millionths: a number is a point, ``<20`` everything below 20, a partial birth date a
range of ages. Days are days since 1970-01-01; a partial date is the range of days that it may mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NO_LOW, NO_HIGH = np.iinfo(np.int64).min // 4, np.iinfo(np.int64).max // 4
"""Where a value has no lower or no upper bound."""
EVER_BEFORE, EVER_AFTER = -(2**30), 2**30
"""The first and last day of a row without a date."""

PROBLEMS = ("", "unit_missing", "unit_unknown", "no_number", "limit_missing", "not_in_scale", "component_missing")
"""Why a row has no value; the place is its code."""


class Numbers(NamedTuple):
    """Intervals of millionths, one a row; an open end is itself not a possible value."""

    low: Ints
    high: Ints
    low_open: Mask
    high_open: Mask


@dataclass(frozen=True, eq=False)
class Observations:
    """Rows of one variable, in the order of subject, last possible day, source row. ``None``: the kind has no such."""

    domain: str
    unit: str
    subject: Ints
    """Place of the subject among the subjects."""
    first: Ints
    last: Ints
    numbers: Numbers | None
    text: pl.Series | None
    """In upper case."""
    truth: Mask | None
    problem: npt.NDArray[np.int8]
    """Place in ``PROBLEMS``."""
    sequence: pl.Series
    raw: pl.Series
    """As written, with its unit."""
    dated: bool = True
    domains: pl.Series | None = None
    """The table of each row, where they come from several."""
    unconfirmed: Mask | None = None
    """Rows whose value was converted by an unconfirmed factor; None: none was."""

    def __len__(self) -> int:
        return len(self.subject)


def points(values: Ints) -> Numbers:
    """Exact numbers."""
    closed = np.zeros(len(values), np.bool_)
    return Numbers(values, values, closed, closed)


def between(low: Ints, exact: Mask) -> Numbers:
    """Numbers known to lie between a millionth and the next one, or on the lower where ``exact``."""
    inside = ~exact
    return Numbers(low, low + inside, inside, inside)


def bounded(values: Ints, qualifier: pl.Series, raw: pl.Series) -> Numbers:
    """Numbers of which some are only bounds (``<`` or ``>``; ``<=`` has the bound itself among its values)."""
    below, above = (qualifier == "<").to_numpy(), (qualifier == ">").to_numpy()
    strict = ~raw.str.contains(r"^\s*([<>]=|[≤≥])").fill_null(value=False).to_numpy()
    return Numbers(np.where(below, NO_LOW, values), np.where(above, NO_HIGH, values), above & strict, below & strict)


@lru_cache(maxsize=4)
def subject_places(subjects: tuple[str, ...]) -> pl.DataFrame:
    """USUBJID and SUBJECT, the place of each subject."""
    return pl.DataFrame({"USUBJID": list(subjects), "SUBJECT": np.arange(len(subjects), dtype=np.int64)})


def days_of(column: pl.Series, missing: int) -> Ints:
    """A date column as whole days; ``missing`` where there is none."""
    return column.cast(pl.Int32).cast(pl.Int64).fill_null(missing).to_numpy()


def arrange(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order that ``Observations`` wants: SUBJECT, LAST, _ROW."""
    return frame.sort("SUBJECT", "LAST", "_ROW")

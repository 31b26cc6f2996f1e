"""Dates of ISO 8601, perhaps partial: a text stands for every day between its first and its last.

A date column ``TRDTC`` keeps its text and gains ``TRDTC_FIRST`` and ``TRDTC_LAST`` (the earliest and the
latest day it can mean) and ``TRDTC_PRECISION`` (``day``, ``month`` or ``year``). No day is ever made up: a
rule that needs one must ask for the first or the last, or refuse.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

Precision = Literal["day", "month", "year"]

_ISO = (
    r"^([0-9]{4}(?:-[0-9]{2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T(?:[01][0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?)?)?)$"
)
_YEAR_LENGTH, _MONTH_LENGTH, _DAY_LENGTH = 4, 7, 10
_LOOKS_ISO = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}(:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?)?)?)?", re.ASCII)
_ZONED = re.compile(r".*T[0-9:.]+\s*(Z|[+-][0-9]{2}(:?[0-9]{2})?)", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_OTHER_ORDER = re.compile(r"[0-9]{1,4}\s*[/.\s-]\s*([0-9]{1,2}|[A-Za-z]{3,9})\s*[/.\s-]\s*[0-9]{1,4}.*", re.ASCII)

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years outside are slips of the pen, such as 0204 for 2024."""


def first_of(column: str) -> str:
    """The column with the earliest possible day of a date column."""
    return f"{column}_FIRST"


def last_of(column: str) -> str:
    """The column with the latest possible day of a date column."""
    return f"{column}_LAST"


def precision_of(column: str) -> str:
    """The column that says how exact a date column is."""
    return f"{column}_PRECISION"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as it was written, with the first and the last day that it can mean."""

    text: str
    first: datetime.date
    last: datetime.date
    precision: Precision

    @property
    def is_complete(self) -> bool:
        """Whether the date names one day."""
        return self.precision == "day"


def partial_date(text: str) -> PartialDate | None:
    """The partial date that ``text`` writes in ISO 8601, or None if it writes none."""
    row = parse_dates(pl.Series("text", [text], dtype=pl.String)).row(0, named=True)
    if row["FIRST"] is None:
        return None
    return PartialDate(text, row["FIRST"], row["LAST"], row["PRECISION"])


def parse_dates(texts: pl.Series) -> pl.DataFrame:
    """Parse texts: a frame with ``TEXT``, ``FIRST``, ``LAST`` and ``PRECISION``, null where it is none."""
    iso, length, first = pl.col("ISO"), pl.col("LENGTH"), pl.col("FIRST")
    earliest = pl.concat_str(iso, pl.lit("-01-01")).str.slice(0, _DAY_LENGTH).str.to_date("%Y-%m-%d", strict=False)
    return (
        pl.LazyFrame({"TEXT": texts})
        .with_columns(ISO=pl.col("TEXT").str.extract(_ISO))
        .with_columns(FIRST=earliest, LENGTH=iso.str.len_bytes())
        .with_columns(FIRST=pl.when(first.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(first))
        .select(
            "TEXT",
            "FIRST",
            LAST=pl.when(length == _YEAR_LENGTH)
            .then(first.dt.offset_by("11mo").dt.month_end())
            .when(length == _MONTH_LENGTH)
            .then(first.dt.month_end())
            .otherwise(first),
            PRECISION=pl.when(first.is_not_null()).then(
                pl.when(length == _YEAR_LENGTH)
                .then(pl.lit("year"))
                .when(length == _MONTH_LENGTH)
                .then(pl.lit("month"))
                .otherwise(pl.lit("day"))
            ),
        )
        .collect()
    )


def date_fault(text: str) -> str:
    """The finding code that tells why ``text`` is not a date."""
    if _LOOKS_ISO.fullmatch(text):
        return "R041" if FIRST_YEAR <= int(text[:4]) <= LAST_YEAR else "R043"
    if _ZONED.fullmatch(text):
        return "R042"
    is_reordered = _OTHER_ORDER.fullmatch(text) and not _ISO_DAY.match(text)
    return "R044" if is_reordered else "R040"

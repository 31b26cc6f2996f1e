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
    r"^(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?:[01][0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?)?)?)?)?$"
)
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
    parts = (
        pl.DataFrame({"TEXT": texts})
        .with_columns(pl.col("TEXT").str.extract_groups(_ISO).alias("parts"))
        .unnest("parts")
    )
    year, month, day = pl.col("year"), pl.col("month"), pl.col("day")
    earliest = pl.concat_str(year, month.fill_null("01"), day.fill_null("01"), separator="-")
    in_range = year.cast(pl.Int32).is_between(FIRST_YEAR, LAST_YEAR)
    parts = parts.with_columns(
        FIRST=pl.when(in_range).then(earliest.str.to_date("%Y-%m-%d", strict=False)),
        PRECISION=pl.when(day.is_not_null())
        .then(pl.lit("day"))
        .when(month.is_not_null())
        .then(pl.lit("month"))
        .otherwise(pl.lit("year")),
    )
    first = pl.col("FIRST")
    last = (
        pl.when(pl.col("PRECISION") == "day")
        .then(first)
        .when(pl.col("PRECISION") == "month")
        .then(first.dt.month_end())
        .otherwise(first.dt.offset_by("11mo").dt.month_end())
    )
    return parts.select(
        "TEXT",
        first,
        LAST=last,
        PRECISION=pl.when(first.is_not_null()).then(pl.col("PRECISION")),
    )


def date_fault(text: str) -> str:
    """The finding code that tells why ``text`` is not a date."""
    if _LOOKS_ISO.fullmatch(text):
        return "R041" if FIRST_YEAR <= int(text[:4]) <= LAST_YEAR else "R043"
    if _ZONED.fullmatch(text):
        return "R042"
    is_reordered = _OTHER_ORDER.fullmatch(text) and not _ISO_DAY.match(text)
    return "R044" if is_reordered else "R040"

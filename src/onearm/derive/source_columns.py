"""Witness columns: the domain, variable, sequence number and row that a derived value was read from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import SOURCES, Rows
from onearm.records import ROW_COLUMN

_DOMAINS = pl.Series([domain or None for domain, _ in SOURCES], dtype=pl.String)
_OF_DOMAIN = {name: np.array([domain == name for domain, _ in SOURCES]) for name, _ in SOURCES}
_VARIABLES = pl.Series([variable or None for _, variable in SOURCES], dtype=pl.String)


def source_columns(tables: Mapping[str, pl.DataFrame], source: npt.NDArray[np.integer], row: Rows) -> list[pl.Series]:
    """SRCDOM, SRCVAR, SRCSEQ and SRCROW for places in ``SOURCES`` and rows; null where the place is 0.

    SRCSEQ is the row's own sequence number, null where its table has none; SRCROW is its row in the file.
    """
    place = pl.Series(source.astype(np.int64))
    sequence = np.full(len(source), -1, np.int64)
    used = np.bincount(source, minlength=len(SOURCES)) > 0
    for domain in sorted({SOURCES[code][0] for code in np.flatnonzero(used)}):
        column = f"{domain}SEQ"
        if not domain or column not in tables[domain].columns:
            continue
        own = _OF_DOMAIN[domain][source] & (row >= 0)
        at = places(place_rows(tables[domain][ROW_COLUMN].to_numpy(), row[own]))
        sequence[own] = tables[domain][column].gather(at).fill_null(-1).to_numpy()
    return [
        _DOMAINS.gather(place).alias("SRCDOM"),
        _VARIABLES.gather(place).alias("SRCVAR"),
        _present("SRCSEQ", sequence, sequence >= 0),
        _present("SRCROW", row, (source > 0) & (row >= 0)),
    ]


def place_rows(rows: Rows, wanted: Rows) -> Rows:
    """The places of the wanted row numbers among those of a table; -1 where a number is not there."""
    if not len(rows) or not len(wanted):
        return np.full(len(wanted), -1, np.int64)
    # The rows of a file are numbered one after the other, so that most tables need no search.
    place: Rows = wanted - rows[0]
    if place.min() >= 0 and place.max() < len(rows) and np.array_equal(rows[place], wanted):
        return place
    order = np.argsort(rows, kind="stable")
    place = order[np.minimum(np.searchsorted(rows, wanted, sorter=order), len(rows) - 1)]
    return np.asarray(np.where(rows[place] == wanted, place, -1), np.int64)


def places(codes: npt.NDArray[np.integer]) -> pl.Series:
    """Places to gather from; null where a code is negative."""
    series = pl.Series(codes.astype(np.int64))
    return series.set(pl.Series(codes < 0), None) if len(codes) and codes.min() < 0 else series


def _present(name: str, values: Rows, is_there: npt.NDArray[np.bool_]) -> pl.Series:
    series = pl.Series(name, values, dtype=pl.Int64)
    return series if is_there.all() else series.set(pl.Series(~is_there), None)


def texts(name: str, words: tuple[str | None, ...], codes: npt.NDArray[np.integer]) -> pl.Series:
    """The words at given places, as a text column."""
    return pl.Series(name, words, dtype=pl.String).gather(pl.Series(codes.astype(np.int64)))


def enum_words(kind: type, *, submission: bool = False) -> tuple[str, ...]:
    """The words of a coded vocabulary by code: names in lower case, or the CDISC submission values."""
    members = sorted(kind)  # type: ignore[call-overload]
    return tuple(member.submission_value if submission else member.name.lower() for member in members)

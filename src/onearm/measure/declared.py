"""The variables that a protocol declares: rows of a table picked by their values, and what is taken from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import polars as pl

from onearm.measure.laboratory import MILLION
from onearm.measure.laboratory_rows import plain_number
from onearm.measure.observations import (
    EVER_AFTER,
    EVER_BEFORE,
    PROBLEMS,
    Ints,
    Mask,
    Observations,
    arrange,
    days_of,
    points,
    subject_places,
)
from onearm.protocol.eligibility_parts import Variable
from onearm.records import SCHEMAS, Records, first_of, last_of
from onearm.reference.analytes import plain_unit
from onearm.units import parse_decimal

START_DATES = {"DM": "DMDTC", "MH": "MHSTDTC", "SS": "SSDTC"}
"""The date of a row where it is not ``--STDTC`` (of a period) or ``--DTC`` (of a finding)."""
FALLBACK_DATES = {"MH": "MHDTC", "AE": "AEDTC", "DS": "DSDTC"}
END_DATES = {"CM": "CMENDTC", "EX": "EXENDTC", "EC": "ECENDTC"}
"""What is taken over a time: it lies in a window when any of its days does."""
UNIT_COLUMNS = {"CMDOSE": "CMDOSU", "EXDOSE": "EXDOSU", "ECDOSE": "ECDOSU"}


@dataclass(frozen=True, eq=False)
class Declared:
    """Rows that fit, rows that say in so many words that it did not happen, and who has any row of the table."""

    rows: Observations
    ends: tuple[Ints, Ints]
    """First and last possible day of the end of each row; its own days where the table has no periods."""
    denied: Observations
    seen_from: Ints
    """The earliest day of any row of the table, a subject; ``EVER_AFTER`` for who has none."""
    uncoded: Observations
    """Rows that may fit: picked by their coded name (--DECOD), which they have not, and nothing else rules them out."""


def start_column(domain: str) -> str:
    """The date column that says when a row of a table happened."""
    if domain in START_DATES:
        return START_DATES[domain]
    names = SCHEMAS[domain].by_name
    return f"{domain}STDTC" if f"{domain}STDTC" in names else f"{domain}DTC"


def read_declared(records: Records, variable: Variable, horizon: dt.date) -> Declared:
    """The rows of a declared variable. Raises KeyError for a column that the table has not."""
    domain = variable.source
    table = records.tables[domain]
    date = variable.column if variable.take in ("date", "days") and variable.column else start_column(domain)
    table = table.with_columns(FIRST=_day(table, date, domain, first_of), LAST=_day(table, date, domain, last_of))
    table = table.filter(pl.col("FIRST").is_null() | (pl.col("FIRST") <= horizon))
    everyone = table.join(subject_places(records.subjects()), on="USUBJID", how="inner")
    seen = np.full(len(records.subjects()), EVER_AFTER, np.int64)
    if domain != "DM":
        np.minimum.at(seen, everyone["SUBJECT"].to_numpy(), days_of(everyone["FIRST"], EVER_BEFORE))
    fitting = arrange(everyone.filter(_fits(table, variable)))
    denied = _denied(domain, fitting)
    rows = fitting.filter(~denied)
    may_fit = arrange(everyone.filter(_may_fit(table, variable) & ~_fits(table, variable)))
    uncoded = may_fit.filter(~_denied(domain, may_fit))
    return Declared(
        _observed(rows, variable),
        _ends(rows, variable),
        _observed(fitting.filter(denied), variable),
        seen,
        _observed(uncoded, variable),
    )


def _day(table: pl.DataFrame, column: str, domain: str, part: Callable[[str], str]) -> pl.Expr:
    name = part(column)
    other = FALLBACK_DATES.get(domain, "")
    known = pl.col(name) if name in table.columns else pl.lit(None, pl.Date)
    beside = part(other) if other and column == start_column(domain) else ""
    return pl.coalesce(known, pl.col(beside)) if beside in table.columns else known


def _fits(table: pl.DataFrame, variable: Variable) -> pl.Expr:
    keep = _happened(table, variable)
    for column, values in variable.where.items():
        keep &= _plain(column).is_in(_plain_values(values)).fill_null(value=False)
    for column, least in variable.where_at_least.items():
        keep &= _is_at_least(column, least).fill_null(value=False)
    return keep


def _may_fit(table: pl.DataFrame, variable: Variable) -> pl.Expr:
    """Rows without the coded name that ``where`` asks for, and that no other column rules out.

    A term that nobody coded may be the one; an empty location or category is no such thing.
    """
    keep, is_empty = _happened(table, variable), pl.lit(value=False)
    for column, values in variable.where.items():
        empty = _plain(column).fill_null("") == ""
        keep &= empty | _plain(column).is_in(_plain_values(values)).fill_null(value=False)
        is_empty |= empty if column == f"{variable.source}DECOD" else pl.lit(value=False)
    for column, least in variable.where_at_least.items():
        keep &= _is_at_least(column, least).fill_null(value=True)
    return keep & is_empty


def _plain(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.strip_chars().str.to_uppercase()


def _plain_values(values: tuple[str, ...]) -> list[str]:
    return [value.strip().upper() for value in values]


def _is_at_least(column: str, least: Decimal) -> pl.Expr:
    return pl.col(column).cast(pl.Decimal(38, 12)) >= least


def _happened(table: pl.DataFrame, variable: Variable) -> pl.Expr:
    """Rows of what was done, not of what was left out or is only planned."""
    keep = pl.lit(value=True)
    if f"{variable.source}STAT" in table.columns:
        keep &= pl.col(f"{variable.source}STAT").fill_null("") != "NOT DONE"
    if f"{variable.source}MOOD" in table.columns:
        keep &= pl.col(f"{variable.source}MOOD").fill_null("") != "SCHEDULED"
    return keep


def _denied(domain: str, rows: pl.DataFrame) -> pl.Series:
    """Rows that answer a question with no (--OCCUR N)."""
    name = f"{domain}OCCUR"
    if name not in rows.columns:
        return pl.Series([False] * rows.height, dtype=pl.Boolean)
    return (rows[name] == "N").fill_null(value=False)


def _observed(rows: pl.DataFrame, variable: Variable) -> Observations:
    domain = variable.source
    taken = variable.column or start_column(domain)
    column = taken if taken in rows.columns else "USUBJID"
    is_number = rows.schema[column].is_numeric() or rows.schema[column].is_decimal()
    raw = rows.select(plain_number(column) if is_number else pl.col(column)).to_series()
    sequence = f"{domain}SEQ"
    base = Observations(
        domain=domain,
        unit=variable.unit,
        subject=rows["SUBJECT"].cast(pl.Int64).to_numpy(),
        first=days_of(rows["FIRST"], EVER_BEFORE),
        last=days_of(rows["LAST"], EVER_AFTER),
        numbers=None,
        text=None,
        truth=None,
        problem=np.zeros(rows.height, np.int8),
        sequence=rows[sequence] if sequence in rows.columns else pl.Series([None] * rows.height, dtype=pl.Int64),
        raw=_described(rows, variable) if variable.take in ("exists", "date", "days", "covered_days") else raw,
    )
    if variable.take == "text" and not variable.scale:
        return _texts(base, raw)
    if variable.take == "number" or variable.scale:
        return _scaled(base, raw, variable) if variable.scale else _numbers(base, rows, raw, variable)
    return base


def _described(rows: pl.DataFrame, variable: Variable) -> pl.Series:
    """What a row is about: its topic, and the columns by which it was picked."""
    domain = variable.source
    topics = [f"{domain}{part}" for part in ("TERM", "TRT", "DECOD", "LOC", "TESTCD", "STRESC", "ORRES")]
    names = [name for name in dict.fromkeys([*variable.where, *topics]) if name in rows.columns][:2]
    if not names:
        return rows["USUBJID"]
    return rows.select(
        pl.concat_str([pl.col(n).cast(pl.String) for n in names], separator=", ", ignore_nulls=True)
    ).to_series()


def _texts(base: Observations, raw: pl.Series) -> Observations:
    missing = np.where(raw.is_null().to_numpy(), PROBLEMS.index("no_number"), 0).astype(np.int8)
    return replace(base, text=raw.str.strip_chars().str.to_uppercase(), problem=missing)


def _scaled(base: Observations, raw: pl.Series, variable: Variable) -> Observations:
    steps = {name.strip().upper(): int(Decimal(value) * MILLION) for name, value in variable.scale.items()}
    values = raw.str.strip_chars().str.to_uppercase().replace_strict(steps, default=None, return_dtype=pl.Int64)
    problem = np.where(values.is_null().to_numpy(), PROBLEMS.index("not_in_scale"), 0).astype(np.int8)
    return replace(base, numbers=points(values.fill_null(0).to_numpy()), problem=problem)


def _numbers(base: Observations, rows: pl.DataFrame, raw: pl.Series, variable: Variable) -> Observations:
    parsed = {text: parse_decimal(text) for text in raw.drop_nulls().unique().to_list()}
    whole = {text: int((v * MILLION).to_integral_value()) for text, v in parsed.items() if v is not None}
    read = raw.replace_strict(whole, default=None, return_dtype=pl.Int64)
    values = read.fill_null(0).to_numpy()
    problem = np.where(read.is_null().to_numpy(), PROBLEMS.index("no_number"), 0).astype(np.int8)
    unit_column = UNIT_COLUMNS.get(variable.column, f"{variable.source}STRESU")
    if variable.unit and variable.source != "DM":
        nothing = pl.Series([None] * rows.height, dtype=pl.String)
        units = rows[unit_column] if unit_column in rows.columns else nothing
        fits = [unit for unit in units.drop_nulls().unique().to_list() if plain_unit(unit) == plain_unit(variable.unit)]
        missing, strange = (PROBLEMS.index(name) for name in ("unit_missing", "unit_unknown"))
        is_missing, is_fitting = units.is_null().to_numpy(), units.is_in(fits).fill_null(value=False).to_numpy()
        of_unit = np.where(is_missing, missing, np.where(is_fitting, 0, strange))
        problem = np.where(problem == 0, of_unit, problem).astype(np.int8)
    return replace(base, numbers=points(values), problem=problem)


def _ends(rows: pl.DataFrame, variable: Variable) -> tuple[Ints, Ints]:
    """When what is taken ended: an end that nobody wrote is any day from the start on, ongoing is for ever."""
    first, last = days_of(rows["FIRST"], EVER_BEFORE), days_of(rows["LAST"], EVER_AFTER)
    domain = variable.source
    end = END_DATES.get(domain, "")
    if variable.column or not end or first_of(end) not in rows.columns:
        return first, last
    known = rows[first_of(end)].is_not_null().to_numpy()
    ongoing: Mask = np.zeros(rows.height, np.bool_)
    if domain == "CM":
        ongoing = rows["CMENRTPT"].fill_null("").str.to_uppercase().str.contains("ONGOING").to_numpy() & ~known
    end_first = np.where(known, days_of(rows[first_of(end)], 0), np.where(ongoing, EVER_AFTER, first))
    end_last = np.where(known, days_of(rows[last_of(end)], 0), EVER_AFTER)
    return np.maximum(end_first, first), np.maximum(end_last, last)

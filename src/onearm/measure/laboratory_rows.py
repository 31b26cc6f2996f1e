"""Laboratory tests, vital signs and performance status as observations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.measure.laboratory import MILLION, read_laboratory
from onearm.measure.observations import (
    EVER_BEFORE,
    NO_HIGH,
    NO_LOW,
    PROBLEMS,
    Numbers,
    Observations,
    arrange,
    bounded,
    days_of,
    points,
    subject_places,
)
from onearm.records import Records, first_of, last_of
from onearm.reference.analytes import ANALYTES, plain_unit
from onearm.units import parse_decimal

_SAFE = np.iinfo(np.int64).max // MILLION


class LaboratoryTest(NamedTuple):
    """The rows of one test, and the upper limit of normal of each (millionths; null where there is none)."""

    values: Observations
    upper_limit: pl.Series


def read_laboratory_rows(records: Records, codes: list[str], horizon: dt.date) -> dict[str, LaboratoryTest]:
    """The rows of some laboratory tests up to a day, by the code of the test. What was not done is left out.

    A partial date is no problem here: the row stands for every day that it may mean.
    """
    tests = [test for code in codes for test in ANALYTES[code].tests]
    table = records.tables["LB"].filter(pl.col("LBTESTCD").is_in(tests) & (pl.col(first_of("LBDTC")) <= horizon))
    # The days are kept apart; the reader of values then sees the first day as a whole date.
    whole = table.with_columns(LBDTC_PRECISION=pl.lit("day"))
    read = read_laboratory(replace(records, tables={**records.tables, "LB": whole}), horizon, ordered=False)
    days = table.select("_ROW", FIRST=first_of("LBDTC"), LAST=last_of("LBDTC"))
    rows = (
        read.filter(pl.col("PROBLEM").is_null() | (pl.col("PROBLEM") != "not_done"))
        .join(days, on="_ROW", how="left")
        .join(subject_places(records.subjects()), on="USUBJID", how="left")
    )
    parts = arrange(rows).partition_by("ANALYTE", as_dict=True, maintain_order=True)
    return {code: _laboratory(parts.get((code,), rows.clear()), code) for code in codes}


def _laboratory(rows: pl.DataFrame, code: str) -> LaboratoryTest:
    values = rows["VALUE"].fill_null(0).to_numpy()
    problem = rows["PROBLEM"].replace_strict(
        {name: i for i, name in enumerate(PROBLEMS)}, default=0, return_dtype=pl.Int8
    )
    values_of = Observations(
        domain="LB",
        unit=ANALYTES[code].unit,
        subject=rows["SUBJECT"].cast(pl.Int64).to_numpy(),
        first=days_of(rows["FIRST"], EVER_BEFORE),
        last=days_of(rows["LAST"], EVER_BEFORE),
        numbers=bounded(values, rows["QUALIFIER"], rows["RAW"]),
        text=None,
        truth=None,
        problem=np.where(rows["VALUE"].is_null(), problem.fill_null(0).to_numpy(), 0).astype(np.int8),
        sequence=rows["LBSEQ"],
        raw=rows["RAW"],
        unconfirmed=rows["FACTOR_UNCONFIRMED"].to_numpy(),
    )
    return LaboratoryTest(values_of, rows["HIGH"])


def multiples_of_limit(test: LaboratoryTest) -> Observations:
    """The values as multiples of the upper limit of normal of their own row (millionths).

    A row without an upper limit above 0 has the problem ``limit_missing``. A quotient that is no whole millionth lies
    between two of them.
    """
    observed, limit = test
    assert observed.numbers is not None
    has = (limit > 0).fill_null(value=False).to_numpy()
    divisor = np.where(has, limit.fill_null(1).to_numpy(), 1)
    numbers = observed.numbers
    low, low_exact = _quotient(numbers.low, divisor)
    high, high_exact = _quotient(numbers.high, divisor)
    ratio = Numbers(
        low,
        high + ~high_exact,
        numbers.low_open | ~low_exact,
        numbers.high_open | ~high_exact,
    )
    problem = np.where((observed.problem == 0) & ~has, PROBLEMS.index("limit_missing"), observed.problem)
    # Value and limit are in one unit: the factor to another one cancels.
    return replace(observed, unit="xULN", numbers=ratio, problem=problem.astype(np.int8), unconfirmed=None)


def _quotient(values: np.ndarray, divisor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whole millionths of values/divisor, rounded down, and whether that is exact; unbounded values stay so."""
    free = (values == NO_LOW) | (values == NO_HIGH)
    held = np.where(free, 0, values)
    if np.abs(held).max(initial=0) < _SAFE:
        scaled = held * MILLION
        quotient = scaled // divisor
        exact = quotient * divisor == scaled
    else:
        wide = held.astype(object) * MILLION
        quotient = (wide // divisor).astype(np.int64)
        exact = np.asarray(wide % divisor == 0, np.bool_)
    return np.where(free, values, quotient), exact | free


def read_vital_sign(records: Records, test: str, unit: str, factors: dict[str, int], horizon: dt.date) -> Observations:
    """One vital sign in its unit; ``factors`` are the other units that are taken, with their millionths a unit."""
    table = records.tables["VS"].filter(
        (pl.col("VSTESTCD") == test)
        & (pl.col("VSSTAT").fill_null("") != "NOT DONE")
        & (pl.col(first_of("VSDTC")) <= horizon)
    )
    rows = arrange(
        table.join(subject_places(records.subjects()), on="USUBJID", how="inner").with_columns(
            LAST=pl.col(last_of("VSDTC"))
        )
    )
    written = {plain_unit(name): factor for name, factor in {unit: MILLION, **factors}.items()}
    units = rows["VSSTRESU"].fill_null("")
    keys = units.replace_strict({unit: plain_unit(unit) for unit in units.unique().to_list()}, return_dtype=pl.String)
    factor = keys.replace_strict(written, default=None, return_dtype=pl.Int64)
    scaled = (rows["VSSTRESN"].cast(pl.Decimal(38, 12)) * factor.cast(pl.Decimal(38, 0))).round(0).cast(pl.Int64)
    no_number, missing, strange = (PROBLEMS.index(p) for p in ("no_number", "unit_missing", "unit_unknown"))
    problem = np.select(
        [rows["VSSTRESN"].is_null().to_numpy(), (keys == "").to_numpy(), factor.is_null().to_numpy()],
        [no_number, missing, strange],
        0,
    )
    return Observations(
        domain="VS",
        unit=unit,
        subject=rows["SUBJECT"].cast(pl.Int64).to_numpy(),
        first=days_of(rows[first_of("VSDTC")], EVER_BEFORE),
        last=days_of(rows["LAST"], EVER_BEFORE),
        numbers=points(scaled.fill_null(0).to_numpy()),
        text=None,
        truth=None,
        problem=problem.astype(np.int8),
        sequence=rows["VSSEQ"],
        raw=rows.select(
            pl.concat_str(plain_number("VSSTRESN"), pl.col("VSSTRESU"), separator=" ", ignore_nulls=True)
        ).to_series(),
    )


def plain_number(column: str) -> pl.Expr:
    """A decimal column as people write it."""
    text = pl.col(column).cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )


def read_answers(
    records: Records, tests: tuple[str, ...], category: str, horizon: dt.date, *, upper: bool = True
) -> Observations:
    """Answers of a scale by the clinician, from QS and from RS: the texts of some tests, of a category if named."""
    parts = []
    for domain in ("QS", "RS"):
        table = records.tables[domain]
        value = (
            pl.coalesce(f"{domain}STRESC", f"{domain}ORRES", plain_number("QSSTRESN"))
            if domain == "QS"
            else pl.coalesce("RSSTRESC", "RSORRES")
        )
        keep = (
            pl.col(f"{domain}TESTCD").is_in(tests)
            & (pl.col(f"{domain}STAT").fill_null("") != "NOT DONE")
            & (pl.col(first_of(f"{domain}DTC")) <= horizon)
        )
        if category:
            keep &= pl.col(f"{domain}CAT").fill_null("").str.to_uppercase().str.starts_with(category)
        parts.append(
            table.filter(keep).select(
                "USUBJID",
                TEST=pl.col(f"{domain}TESTCD"),
                VALUE=value,
                FIRST=pl.col(first_of(f"{domain}DTC")),
                LAST=pl.col(last_of(f"{domain}DTC")),
                SEQ=pl.col(f"{domain}SEQ"),
                _ROW=pl.col("_ROW"),
                DOMAIN=pl.lit(domain),
            )
        )
    # The two are two homes of the same form: the last answer of either counts.
    rows = arrange(pl.concat(parts).join(subject_places(records.subjects()), on="USUBJID", how="inner"))
    text = rows["VALUE"].str.strip_chars()
    return Observations(
        domain="QS" if parts[0].height or not parts[1].height else "RS",
        domains=rows["DOMAIN"],
        unit="",
        subject=rows["SUBJECT"].cast(pl.Int64).to_numpy(),
        first=days_of(rows["FIRST"], EVER_BEFORE),
        last=days_of(rows["LAST"], EVER_BEFORE),
        numbers=None,
        text=text.str.to_uppercase() if upper else text,
        truth=None,
        problem=np.where(text.is_null().to_numpy(), PROBLEMS.index("no_number"), 0).astype(np.int8),
        sequence=rows["SEQ"],
        raw=rows["VALUE"],
    )


def as_numbers(observed: Observations) -> Observations:
    """Answers that are numbers, as numbers; another text has the problem ``no_number``."""
    assert observed.text is not None
    unique = observed.text.drop_nulls().unique().to_list()
    parsed = {text: parse_decimal(text) for text in unique}
    whole = {text: int(value * MILLION) for text, value in parsed.items() if value is not None}
    read = observed.text.replace_strict(whole, default=None, return_dtype=pl.Int64)
    values, unread = read.fill_null(0).to_numpy(), read.is_null().to_numpy()
    problem = np.where((observed.problem == 0) & unread, PROBLEMS.index("no_number"), observed.problem)
    return replace(observed, numbers=points(values), problem=problem.astype(np.int8))

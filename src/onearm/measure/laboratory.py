"""The laboratory rows of the records in one unit a test, as whole numbers, each with the range of its own laboratory.

Nothing is guessed: a row without a unit, in a unit that is not listed for the test, without a number or without a
whole date stays in the table with its ``PROBLEM`` and without a value.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from onearm.records import Records, first_of, precision_of
from onearm.reference.analytes import ANALYTES, analyte_of_test, plain_unit

MILLION = 1_000_000
"""Values are whole millionths of the canonical unit, so that thresholds and multiples of a limit compare exactly."""

PROBLEMS = ("unit_missing", "unit_unknown", "no_number", "partial_date", "not_done")
"""Why a row has no value."""

_DECIMAL = pl.Decimal(38, 6)


def read_laboratory(records: Records, cutoff: dt.date, *, ordered: bool = True) -> pl.DataFrame:
    """One row for each row of LB up to the cut-off (included) whose test is among ``reference.ANALYTES``.

    Columns: USUBJID, ANALYTE, VALUE, LOW, HIGH (Int64, millionths of UNIT; null where there is none), QUALIFIER
    (``""``, ``"<"`` or ``">"``: the value is a bound), UNIT (canonical), DATE, VISITNUM, VISIT, LBSEQ, RAW (as written,
    with its unit), PROBLEM (null, or one of ``PROBLEMS``), FACTOR_UNCONFIRMED (the value was converted by an
    unconfirmed factor), _ROW. In the order of subject, analyte, date, row. A row
    whose date is partial has its PROBLEM and the first day that it may mean, so that it stands in its place. Not
    ``ordered``: in the order of the records, for who sorts otherwise.
    """
    table = records.tables["LB"]
    known = pl.DataFrame(
        {"LBTESTCD": list(analyte_of_test()), "ANALYTE": list(analyte_of_test().values())},
        schema={"LBTESTCD": pl.String, "ANALYTE": pl.String},
    )
    rows = (
        table.join(known, on="LBTESTCD", how="inner", maintain_order="left")
        .filter(pl.col(first_of("LBDTC")) <= cutoff)
        .with_columns(UNIT_KEY=_plain(pl.col("LBSTRESU").fill_null("")), **_bound())
        .join(_factors(), on=["ANALYTE", "UNIT_KEY"], how="left", maintain_order="left")
    )
    read = rows.with_columns(PROBLEM=_problem()).select(
        "USUBJID",
        "ANALYTE",
        _scaled("NUMBER").alias("VALUE"),
        _scaled("LBSTNRLO").alias("LOW"),
        _scaled("LBSTNRHI").alias("HIGH"),
        "QUALIFIER",
        pl.col("ANALYTE").replace_strict({code: a.unit for code, a in ANALYTES.items()}).alias("UNIT"),
        pl.col(first_of("LBDTC")).alias("DATE"),
        "VISITNUM",
        "VISIT",
        "LBSEQ",
        pl.concat_str(_as_written(), pl.col("LBSTRESU"), separator=" ", ignore_nulls=True).alias("RAW"),
        "PROBLEM",
        pl.col("FACTOR_UNCONFIRMED").fill_null(value=False),
        "_ROW",
    )
    return read.sort("USUBJID", "ANALYTE", "DATE", "_ROW") if ordered else read


def _plain(unit: pl.Expr) -> pl.Expr:
    """As ``reference.analytes.plain_unit``, over a column: each distinct unit once."""
    return unit.map_batches(
        lambda column: column.replace_strict(
            {written: plain_unit(written) for written in column.unique().to_list()}, return_dtype=pl.String
        ),
        return_dtype=pl.String,
    )


def _factors() -> pl.DataFrame:
    rows = [
        (code, plain_unit(entry.unit), entry.factor, analyte.is_unconfirmed(entry.unit))
        for code, analyte in ANALYTES.items()
        for entry in analyte.units
    ]
    schema: dict[str, Any] = {
        "ANALYTE": pl.String,
        "UNIT_KEY": pl.String,
        "FACTOR": _DECIMAL,
        "FACTOR_UNCONFIRMED": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.unique(["ANALYTE", "UNIT_KEY"], keep="first", maintain_order=True)


_SIGN = r"^\s*([<>≤≥])"
_BOUND = r"^\s*[<>≤≥]=?\s*(\d+(?:\.\d+)?)\s*$"


def _sign(column: str) -> pl.Expr:
    return pl.col(column).str.extract(_SIGN, 1)


def _as_written() -> pl.Expr:
    """The text that has the sign, else the result in its standard form."""
    number = pl.col("LBSTRESN").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    signed = pl.when(_sign("LBSTRESC").is_null() & _sign("LBORRES").is_not_null()).then(pl.col("LBORRES"))
    return pl.coalesce(signed, "LBSTRESC", "LBORRES", number)


def _bound() -> dict[str, pl.Expr]:
    """The number of a row, and whether it is only a bound (``<20``, ``> 1000``, ``≥5 IU/mL``).

    A sign in the result as collected (LBORRES) counts although the standard result lacks it: a bound that is read as a
    value may pass where it must not.
    """
    sign = pl.coalesce(_sign("LBSTRESC"), _sign("LBORRES")).replace({"≤": "<", "≥": ">"})
    standard = pl.col("LBSTRESC").str.extract(_BOUND, 1).cast(pl.Decimal(38, 18), strict=False)
    collected = pl.when(pl.col("LBSTRESC").is_null()).then(
        pl.col("LBORRES").str.extract(_BOUND, 1).cast(pl.Decimal(38, 18), strict=False)
    )
    number = pl.col("LBSTRESN").cast(pl.Decimal(38, 18))
    return {
        "QUALIFIER": sign.fill_null(""),
        "NUMBER": pl.when(sign.is_not_null()).then(pl.coalesce(standard, number, collected)).otherwise(number),
    }


def _problem() -> pl.Expr:
    empty_unit = pl.col("UNIT_KEY") == ""
    return (
        pl.when(pl.col("LBSTAT") == "NOT DONE")
        .then(pl.lit("not_done"))
        .when(pl.col("NUMBER").is_null())
        .then(pl.lit("no_number"))
        .when(pl.col("FACTOR").is_null() & empty_unit)
        .then(pl.lit("unit_missing"))
        .when(pl.col("FACTOR").is_null())
        .then(pl.lit("unit_unknown"))
        .when(pl.col(precision_of("LBDTC")).is_in(["year", "month"]))
        .then(pl.lit("partial_date"))
    )


def _scaled(column: str) -> pl.Expr:
    """Whole millionths of the canonical unit, half away from zero; null where the row has a problem."""
    product = pl.col(column).cast(pl.Decimal(38, 12)) * pl.col("FACTOR") * pl.lit(Decimal(MILLION))
    return pl.when(pl.col("PROBLEM").is_null()).then(product.round(0).cast(pl.Int64))

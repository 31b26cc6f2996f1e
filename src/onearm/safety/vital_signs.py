"""Blood pressure and weight as rows of ADLB: CTCAE grades hypertension and weight loss from what VS holds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl

from onearm.measure import MILLION, with_baseline
from onearm.records import first_of, precision_of
from onearm.safety.adlb import finish_adlb
from onearm.safety.grade_table import grade_table
from onearm.safety.laboratory import Grade, grade

BLOOD_PRESSURE, WEIGHT = "BP", "WT"
VITAL_SIGNS = {BLOOD_PRESSURE: "Blood pressure, systolic", WEIGHT: "Weight"}
"""Name of each test; the tests are named as the table of CTCAE names them."""
_UNITS = {BLOOD_PRESSURE: "mmHg", WEIGHT: "kg"}
_TESTS = {"SYSBP": BLOOD_PRESSURE, "WEIGHT": WEIGHT}
_SAME = ["USUBJID", "VISITNUM", "VSDTC", "VSTPT", "VSPOS"]


def derive_vital_signs(
    table: pl.DataFrame, adsl: pl.DataFrame, version: str | None, cutoff: dt.date
) -> pl.DataFrame:  # fmt: skip
    """Rows of ADLB, one for each systolic pressure and each weight of VS up to the cut-off.

    A pressure is graded with the diastolic one of the same day, visit, time and position; drugs against hypertension,
    symptoms and the blood pressure of former years are not known. A weight is graded by the per cent of the baseline
    that is lost (a gain is no loss), exactly. Without a version nothing is graded.
    """
    rows = with_baseline(_read(table, cutoff), adsl)
    names = {code: f"{name} ({_UNITS[code]})" for code, name in VITAL_SIGNS.items()}
    source = (pl.lit("VS"), pl.lit("VSSTRESN"), _inputs())
    return finish_adlb(rows.with_columns(*_grades(rows, version)), adsl, version, names, source)


def _read(table: pl.DataFrame, cutoff: dt.date) -> pl.DataFrame:
    """The rows in the columns of ``measure.read_laboratory``, and DIASTOLIC, in millionths."""
    known = table.filter((pl.col(first_of("VSDTC")) <= cutoff) & pl.col("VSSTAT").is_null())
    diastolic = known.filter((pl.col("VSTESTCD") == "DIABP") & _has_unit("mmHg")).select(
        *_SAME, _millionths().alias("DIASTOLIC")
    )
    rows = known.filter(pl.col("VSTESTCD").is_in(list(_TESTS))).with_columns(
        pl.col("VSTESTCD").replace_strict(_TESTS).alias("ANALYTE")
    )
    unit = pl.col("ANALYTE").replace_strict(_UNITS, return_dtype=pl.String)
    problem = (
        pl.when(pl.col("VSSTRESN").is_null()).then(pl.lit("no_number"))
        .when(pl.col("VSSTRESU").is_null()).then(pl.lit("unit_missing"))
        .when(pl.col("VSSTRESU").str.to_lowercase() != unit.str.to_lowercase()).then(pl.lit("unit_unknown"))
        .when(pl.col(precision_of("VSDTC")).is_in(["year", "month"])).then(pl.lit("partial_date"))
    )  # fmt: skip
    nothing = pl.lit(None, dtype=pl.Int64)
    return (
        rows.join(diastolic, on=_SAME, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(problem.alias("PROBLEM"))
        .select(
            "USUBJID",
            "ANALYTE",
            pl.when(pl.col("PROBLEM").is_null()).then(_millionths()).alias("VALUE"),
            nothing.alias("LOW"),
            nothing.alias("HIGH"),
            pl.lit("").alias("QUALIFIER"),
            unit.alias("UNIT"),
            pl.col(first_of("VSDTC")).alias("DATE"),
            "VISITNUM",
            "VISIT",
            pl.col("VSSEQ").alias("LBSEQ"),
            "PROBLEM",
            pl.lit(value=False).alias("FACTOR_UNCONFIRMED"),
            "_ROW",
            pl.when(pl.col("ANALYTE") == BLOOD_PRESSURE).then("DIASTOLIC").alias("DIASTOLIC"),
        )
        .sort("USUBJID", "ANALYTE", "DATE", "_ROW")
    )


def _has_unit(unit: str) -> pl.Expr:
    return pl.col("VSSTRESU").str.to_lowercase() == unit.lower()


def _millionths() -> pl.Expr:
    return (pl.col("VSSTRESN").cast(pl.Decimal(38, 6)) * MILLION).cast(pl.Int64)


def _grades(rows: pl.DataFrame, version: str | None) -> list[pl.Series]:
    """Grade, reason, row, mark, ladder and direction of every row; equal values are graded once."""
    known: dict[tuple[str, int | None, int | None, int | None], Grade] = {}
    found = []
    for key in rows.select("ANALYTE", "VALUE", "BASE", "DIASTOLIC").iter_rows():
        if key not in known:
            known[key] = _grade(version, *key)
        found.append(known[key])
    directions: dict[str, str] = {}
    if version is not None:
        table = grade_table(version)
        directions = {code: table.names[table.numbers[code.lower()]].direction for code in VITAL_SIGNS
                      if code.lower() in table.numbers}  # fmt: skip
    return [
        pl.Series("_GRADE", [one.grade for one in found], dtype=pl.Int64),
        pl.Series("_REASON", [one.reason for one in found], dtype=pl.String),
        pl.Series("_ROWID", [one.row.id if one.row else None for one in found], dtype=pl.String),
        pl.Series("_MARK", [one.row.mark if one.row else None for one in found], dtype=pl.String),
        pl.Series("_DIRECTION", [directions.get(code) for code in rows["ANALYTE"]], dtype=pl.String),
    ]


def _grade(version: str | None, test: str, value: int | None, base: int | None, diastolic: int | None) -> Grade:
    if version is None:
        return Grade(None, "version_open")
    if value is None:
        return Grade(None, "no_value")
    if test == BLOOD_PRESSURE:
        second = None if diastolic is None else Decimal(diastolic) / MILLION
        return grade(version, test, Decimal(value) / MILLION, second=second)
    if base is None or base <= 0:
        return Grade(None, "no_baseline")
    # Rounded down to a millionth of a per cent, which leaves every whole limit on its side.
    lost = max(base - value, 0) * 100 * MILLION // base
    return grade(version, test, Decimal(lost) / MILLION)


def _inputs() -> pl.Expr:
    """What went into a grade: both pressures, or the weight and that of the baseline."""

    def number(column: str) -> pl.Expr:
        return (pl.col(column) / MILLION).round(6).cast(pl.String).str.strip_suffix(".0").fill_null("-")

    pressure = pl.concat_str(pl.lit("systolic "), number("VALUE"), pl.lit("; diastolic "), number("DIASTOLIC"))
    weight = pl.concat_str(pl.lit("x "), number("VALUE"), pl.lit("; BASE "), number("BASE"))
    told = pl.when(pl.col("ANALYTE") == BLOOD_PRESSURE).then(pressure).otherwise(weight)
    return pl.when(pl.col("_DIRECTION").is_not_null()).then(told)

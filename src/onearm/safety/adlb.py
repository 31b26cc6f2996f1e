"""ADLB: one row a value, with its grade, the inputs of that grade, and the row of the records behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.kernels import lab_ladder as kernel
from onearm.kernels.arrays import Ints64
from onearm.measure import MILLION
from onearm.reference import ANALYTES
from onearm.safety.grade_table import GradeTable, grade_table
from onearm.safety.laboratory import LADDERS, QUALIFIERS, REASONS, Numbers, grade_columns

ADLB_SCHEMA: dict[str, pl.DataType] = {
    "STUDYID": pl.String(),
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "PARAM": pl.String(),
    "VISITNUM": pl.String(),
    "AVISIT": pl.String(),
    "ADT": pl.Date(),
    "ADY": pl.Int64(),
    "AVAL": pl.Float64(),
    "AVALQ": pl.String(),
    "AVALU": pl.String(),
    "BASE": pl.Float64(),
    "CHG": pl.Float64(),
    "A1LO": pl.Float64(),
    "A1HI": pl.Float64(),
    "ANRIND": pl.String(),
    "BNRIND": pl.String(),
    "ABLFL": pl.String(),
    "ATOXGR": pl.String(),
    "ATOXGRL": pl.String(),
    "ATOXGRH": pl.String(),
    "BTOXGR": pl.String(),
    "ATOXVER": pl.String(),
    "ATOXROW": pl.String(),
    "ATOXINP": pl.String(),
    "ATOXRSN": pl.String(),
    "ATOXMARK": pl.String(),
    "TRTEMFL": pl.String(),
    "WGRLOFL": pl.String(),
    "WGRHIFL": pl.String(),
    "PROBLEM": pl.String(),
    "SRCDOM": pl.String(),
    "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
    "SRCROW": pl.Int64(),
}
"""``AVALQ``: ``<`` or ``>`` where the value is only a bound. ``ATOXGR``: the grade, with a minus for low values (as
ADaM writes it); ``ATOXGRL`` and ``ATOXGRH`` the two directions apart. ``ATOXROW``: the row of the table of CTCAE.
``ATOXINP``: what went into the grade. ``ATOXRSN``: why there is none, or what to know of it. ``TRTEMFL``: after the
first dose and worse than at baseline (Y), not worse (N), unknown (null). ``WGRLOFL``, ``WGRHIFL``: the first of the
worst grades after the first dose."""

_BASELINE = ["USUBJID", "ANALYTE"]


def derive_adlb(laboratory: pl.DataFrame, adsl: pl.DataFrame, version: str | None) -> pl.DataFrame:
    """ADLB of the rows of ``measure.with_baseline``, graded by a version of CTCAE; with None nothing is graded.

    In the order of the rows given. The baseline's own grade is found like every other, so that under a ladder in
    multiples of the baseline an abnormal baseline is grade 0.
    """
    graded = laboratory.with_columns(*grade_series(laboratory, version))
    names = {code: f"{analyte.name} ({analyte.unit})" for code, analyte in ANALYTES.items()}
    source = pl.when(pl.col("QUALIFIER") == "").then(pl.lit("LBSTRESN")).otherwise(pl.lit("LBSTRESC"))
    return finish_adlb(graded, adsl, version, names, (pl.lit("LB"), source, _inputs()))


def finish_adlb(
    graded: pl.DataFrame,
    adsl: pl.DataFrame,
    version: str | None,
    names: Mapping[str, str],
    source: tuple[pl.Expr, pl.Expr, pl.Expr],
) -> pl.DataFrame:
    """Graded rows (the columns of ``measure.with_baseline`` and of `grade_series`) in the columns of ADLB.

    ``names``: PARAM by test; ``source``: SRCDOM, SRCVAR and ATOXINP.
    """
    graded = graded.with_columns(pl.lit(version, dtype=pl.String).alias("_VERSION"))
    graded = graded.join(_grades_at_baseline(graded), on=_BASELINE, how="left", maintain_order="left")
    graded = graded.with_columns(*_flags()).with_columns(*_worst()).join(
        adsl.select("USUBJID", "STUDYID"), on="USUBJID", how="left", maintain_order="left"
    )  # fmt: skip
    return graded.select(*_columns(names, source)).select(
        *(pl.col(name).cast(kind) for name, kind in ADLB_SCHEMA.items())
    )


def grade_series(laboratory: pl.DataFrame, version: str | None) -> list[pl.Series]:
    """Grade (Int64), reason, row, mark, ladder and direction of every row, as series beside it."""
    n = laboratory.height
    if version is None:
        empty = [pl.Series(name, [None] * n, dtype=pl.String) for name in ("_ROWID", "_MARK", "_LADDER", "_DIRECTION")]
        reason = pl.Series("_REASON", ["version_open"] * n, dtype=pl.String)
        return [pl.Series("_GRADE", [None] * n, dtype=pl.Int64), reason, *empty]
    table = grade_table(version)
    numbers = take_numbers(laboratory, table)
    out = grade_columns(table, numbers)
    grades = pl.Series("_GRADE", out[:, kernel.OUT_GRADE])
    grades = grades.set(grades == kernel.UNGRADABLE, None)
    row = out[:, kernel.OUT_ROW]
    return [
        grades,
        _words("_REASON", REASONS, out[:, kernel.OUT_REASON]),
        _words("_ROWID", [None, *(entry.id for entry in table.rows)], row),
        _words("_MARK", [None, *(entry.mark for entry in table.rows)], row),
        _words("_LADDER", LADDERS, out[:, kernel.OUT_LADDER]),
        _words("_DIRECTION", [*(term.direction for term in table.names), None], _place(table, numbers.term)),
    ]


def _words(name: str, words: Sequence[str | None], places: npt.NDArray[np.int64]) -> pl.Series:
    return pl.Series(name, words, dtype=pl.String).gather(pl.Series(places))


def _place(table: GradeTable, term: Ints64) -> npt.NDArray[np.int64]:
    """The place of each term, and the one after the last for a test without a term."""
    return np.minimum(term, len(table.names))


def take_numbers(laboratory: pl.DataFrame, table: GradeTable) -> Numbers:
    """The columns of a laboratory table as the kernel takes them."""

    def whole(column: str) -> Ints64:
        return laboratory[column].fill_null(kernel.NO_NUMBER).to_numpy().astype(np.int64)

    places = {code: table.numbers.get(code.casefold(), kernel.NO_TERM) for code in ANALYTES}
    term = laboratory["ANALYTE"].replace_strict(places, return_dtype=pl.Int64)
    qualifier = laboratory["QUALIFIER"].replace_strict(QUALIFIERS, return_dtype=pl.Int64)
    columns = (whole(name) for name in ("LOW", "HIGH", "BASE", "BASE_LOW", "BASE_HIGH"))
    return Numbers(
        term.to_numpy().astype(np.int64), whole("VALUE"), qualifier.to_numpy().astype(np.int64), *columns
    )  # fmt: skip


def _grades_at_baseline(graded: pl.DataFrame) -> pl.DataFrame:
    at_baseline = graded.filter(pl.col("ABLFL") == "Y")
    return at_baseline.select(*_BASELINE, pl.col("_GRADE").alias("_BASE_GRADE"))


def _flags() -> list[pl.Expr]:
    """Whether a row comes after the first dose (samples of that day are taken before it), and whether it is worse."""
    after = (pl.col("DATE") > pl.col("TRTSDT")).fill_null(value=False) & pl.col("VALUE").is_not_null()
    grade, before = pl.col("_GRADE"), pl.col("_BASE_GRADE")
    emergent = (
        pl.when(after & (grade > before))
        .then(pl.lit("Y"))
        .when(after & ((grade == 0) | (grade <= before)))
        .then(pl.lit("N"))
    )
    return [after.alias("_AFTER"), emergent.alias("TRTEMFL")]


def _worst() -> list[pl.Expr]:
    counted = pl.col("_AFTER") & pl.col("_GRADE").is_not_null()
    rank = pl.when(counted).then(pl.col("_GRADE"))
    is_first = (rank == rank.max().over(_BASELINE)) & (
        rank.eq(rank.max().over(_BASELINE)).fill_null(value=False).cum_sum().over(_BASELINE) == 1
    )
    return [
        pl.when(is_first & (pl.col("_DIRECTION") == direction)).then(pl.lit("Y")).alias(name)
        for name, direction in (("WGRLOFL", "low"), ("WGRHIFL", "high"))
    ]


def _range(value: str, low: str, high: str) -> pl.Expr:
    """LOW, NORMAL or HIGH; null where a limit that would decide is missing, or the value is a bound."""
    number = pl.col(value)
    return (
        pl.when(number > pl.col(high))
        .then(pl.lit("HIGH"))
        .when(number < pl.col(low))
        .then(pl.lit("LOW"))
        .when((number <= pl.col(high)) & (number >= pl.col(low)))
        .then(pl.lit("NORMAL"))
    )


def _plain(column: str) -> pl.Expr:
    return _units(pl.col(column))


def _units(millionths: pl.Expr) -> pl.Expr:
    """Units of millionths: rounded, because the library divides by multiplying, which is off in the last place."""
    return (millionths / MILLION).round(6)


def _inputs() -> pl.Expr:
    """What went into a grade: the value, the limits, the baseline, the ladder."""

    def number(column: str) -> pl.Expr:
        return _plain(column).cast(pl.String).str.strip_suffix(".0").fill_null("-")

    named = (
        ("LLN", "LOW"),
        ("ULN", "HIGH"),
        ("BASE", "BASE"),
        ("LLN at baseline", "BASE_LOW"),
        ("ULN at baseline", "BASE_HIGH"),
    )
    parts = [pl.concat_str(pl.lit(f"{label} "), number(column)) for label, column in named]
    value = pl.concat_str(pl.lit("x "), pl.col("QUALIFIER"), number("VALUE"))
    ladder = pl.concat_str(pl.col("_LADDER"), pl.lit(" ladder"))
    return pl.when(pl.col("_DIRECTION").is_not_null()).then(pl.concat_str(value, *parts, ladder, separator="; "))


def _signed(grade: str, is_low: pl.Expr) -> pl.Expr:
    """A grade as ADaM writes it: with a minus where a low value has it."""
    text = pl.col(grade).cast(pl.String)
    return pl.when(is_low & (pl.col(grade) > 0)).then(pl.concat_str(pl.lit("-"), text)).otherwise(text)


def _columns(names: Mapping[str, str], source: tuple[pl.Expr, pl.Expr, pl.Expr]) -> list[pl.Expr]:
    grade = pl.col("_GRADE").cast(pl.String)
    low, high = pl.col("_DIRECTION") == "low", pl.col("_DIRECTION") == "high"
    exact = pl.col("QUALIFIER") == ""
    day = (pl.col("DATE") - pl.col("TRTSDT")).dt.total_days()
    whole_date = pl.col("PROBLEM").is_null() | (pl.col("PROBLEM") != "partial_date")
    return [
        pl.col("STUDYID"),
        pl.col("USUBJID"),
        pl.col("ANALYTE").alias("PARAMCD"),
        pl.col("ANALYTE").replace_strict(names, return_dtype=pl.String).alias("PARAM"),
        pl.col("VISITNUM").cast(pl.String),
        pl.col("VISIT").alias("AVISIT"),
        pl.when(whole_date).then(pl.col("DATE")).alias("ADT"),
        pl.when(whole_date).then(day + (day >= 0).cast(pl.Int64)).alias("ADY"),
        _plain("VALUE").alias("AVAL"),
        pl.col("QUALIFIER").alias("AVALQ"),
        pl.col("UNIT").alias("AVALU"),
        _plain("BASE").alias("BASE"),
        pl.when(exact).then(_units(pl.col("VALUE") - pl.col("BASE"))).alias("CHG"),
        _plain("LOW").alias("A1LO"),
        _plain("HIGH").alias("A1HI"),
        pl.when(exact).then(_range("VALUE", "LOW", "HIGH")).alias("ANRIND"),
        _range("BASE", "BASE_LOW", "BASE_HIGH").alias("BNRIND"),
        pl.col("ABLFL"),
        _signed("_GRADE", low).alias("ATOXGR"),
        pl.when(low).then(grade).alias("ATOXGRL"),
        pl.when(high).then(grade).alias("ATOXGRH"),
        _signed("_BASE_GRADE", low).alias("BTOXGR"),
        pl.col("_VERSION").alias("ATOXVER"),
        pl.col("_ROWID").alias("ATOXROW"),
        source[2].alias("ATOXINP"),
        pl.when(pl.col("_REASON") != "").then(pl.col("_REASON")).alias("ATOXRSN"),
        pl.col("_MARK").alias("ATOXMARK"),
        pl.col("TRTEMFL"),
        pl.col("WGRLOFL"),
        pl.col("WGRHIFL"),
        pl.col("PROBLEM"),
        source[0].alias("SRCDOM"),
        source[1].alias("SRCVAR"),
        pl.col("LBSEQ").alias("SRCSEQ"),
        pl.col("_ROW").alias("SRCROW"),
    ]  # fmt: skip

"""Viable diameters and enhancement: what is said of one lesion at one visit by one reader must fit together."""

from __future__ import annotations

import polars as pl

from onearm.errors import Finding
from onearm.records.faults import RowCheck, TypedTable, check_rows
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN
from onearm.records.schema_tumour import EVALUATORS, STATE_TEST

_LESION = ["USUBJID", "VISITNUM", "TRLNKID", "READER", "TREVALID"]


def check_viable(results: TypedTable) -> list[Finding]:
    """Viable diameters (VDIAM) longer than the lesion (LDIAM), and answers on arterial enhancement (ARTENH) that a
    length or the word ABSENT contradicts.
    """
    frame = results.frame
    tests = frame["TRTESTCD"]
    return [
        *(_check_lengths(results) if (tests == "VDIAM").any() else ()),
        *(_check_enhancement(results) if (tests == "ARTENH").any() else ()),
    ]


def _named(results: TypedTable, condition: pl.Expr) -> pl.LazyFrame:
    """The rows that meet ``condition``, were done and name their lesion; without an evaluator they are the
    investigator's."""
    done = pl.col("TRLNKID").is_not_null() & pl.col("TRSTAT").is_null()
    rows = results.frame.lazy().filter(condition & done)
    return rows.with_columns(pl.col("TREVAL").fill_null(EVALUATORS[0]).alias("READER"))


def _check_lengths(results: TypedTable) -> list[Finding]:
    """Of several readings of the whole the longest is held against each of the viable part."""
    length = pl.col(LENGTH_COLUMN)
    whole = (
        _named(results, (pl.col("TRTESTCD") == "LDIAM") & length.is_not_null())
        .sort(length, descending=True, maintain_order=True)
        .unique(_LESION, keep="first", maintain_order=True)
        .select(*_LESION, length.alias("WHOLE"), pl.col("TRSTRESN").alias("LONGEST"), pl.col(ROW_COLUMN).alias("OTHER"))
    )
    both = (
        _named(results, (pl.col("TRTESTCD") == "VDIAM") & (length > 0))
        .select(*_LESION, "TRSTRESN", length, ROW_COLUMN)
        .join(whole, on=_LESION, how="inner", nulls_equal=True, maintain_order="left")
        .collect()
    )
    check = RowCheck("R111", "TRSTRESN", length > pl.col("WHOLE"), "warning", also=("LONGEST", "OTHER"))
    return check_rows(both, results.file, [check])


def _check_enhancement(results: TypedTable) -> list[Finding]:
    length, test, answer = pl.col(LENGTH_COLUMN), pl.col("TRTESTCD"), pl.col("TRSTRESC")
    gone = ((test == STATE_TEST) & (answer == "ABSENT")) | (test.is_in(("LDIAM", "VDIAM")) & (length == 0))
    enhanced = (test == "VDIAM") & (length > 0)
    others = _named(results, gone | enhanced).select(
        *_LESION,
        pl.when(enhanced).then(pl.lit("N")).otherwise(pl.lit("Y")).alias("DENIED"),
        pl.coalesce(test + " " + answer, test).alias("SAID"),
        pl.col(ROW_COLUMN).alias("OTHER"),
    )
    both = (
        _named(results, (test == "ARTENH") & answer.is_not_null())
        .select(*_LESION, "TRSTRESC", ROW_COLUMN)
        .join(others, on=_LESION, how="inner", nulls_equal=True, maintain_order="left_right")
        .filter(answer == pl.col("DENIED"))
        .unique(ROW_COLUMN, keep="first", maintain_order=True)
        .collect()
    )
    return check_rows(both, results.file, [RowCheck("R112", "TRSTRESC", pl.lit(value=True), also=("SAID", "OTHER"))])

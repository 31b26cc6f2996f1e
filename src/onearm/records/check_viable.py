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


def _named(results: pl.DataFrame, condition: pl.Expr) -> pl.LazyFrame:
    """The rows that meet ``condition``, were done and name their lesion; without an evaluator they are the
    investigator's."""
    done = pl.col("TRLNKID").is_not_null() & pl.col("TRSTAT").is_null()
    rows = results.lazy().filter(condition & done)
    return rows.with_columns(pl.col("TREVAL").fill_null(EVALUATORS[0]).alias("READER"))


def _may_be_longer(results: TypedTable) -> pl.DataFrame:
    """The rows of lesions of which a viable length exceeds a whole length of the same visit, whoever read the two.

    In most tables there are none, and nothing need be looked up by reader.
    """
    length, test = pl.col(LENGTH_COLUMN), pl.col("TRTESTCD")
    keys = results.keys.of("USUBJID", "VISITNUM", "TRLNKID")
    read = results.frame.lazy().select(test, length, keys)
    viable = read.filter(test == "VDIAM").group_by("KEY").agg(length.max().alias("VIABLE"))
    longer = read.filter(test == "LDIAM").join(viable, on="KEY").filter(pl.col("VIABLE") > length).collect()
    return results.frame.filter(keys.is_in(longer["KEY"].implode())) if longer.height else results.frame.clear()


def _check_lengths(results: TypedTable) -> list[Finding]:
    """Of several readings of the whole the longest is held against each of the viable part."""
    length, test = pl.col(LENGTH_COLUMN), pl.col("TRTESTCD")
    rows = _may_be_longer(results)
    if not rows.height:
        return []
    viable = _named(rows, (test == "VDIAM") & (length > 0))
    asked = viable.select(*_LESION, "TRSTRESN", length, ROW_COLUMN).collect()
    whole = (
        _named(rows, (test == "LDIAM") & length.is_not_null())
        .select(*_LESION, length.alias("WHOLE"), pl.col("TRSTRESN").alias("LONGEST"), pl.col(ROW_COLUMN).alias("OTHER"))
        .join(asked.lazy(), on=_LESION, how="semi", nulls_equal=True)
        .sort("WHOLE", "OTHER", descending=[True, False])
        .unique(_LESION, keep="first", maintain_order=True)
        .collect()
    )
    both = asked.join(whole, on=_LESION, how="inner", nulls_equal=True, maintain_order="left")
    check = RowCheck("R111", "TRSTRESN", length > pl.col("WHOLE"), "warning", also=("LONGEST", "OTHER"))
    return check_rows(both, results.file, [check])


def _check_enhancement(results: TypedTable) -> list[Finding]:
    length, test, answer = pl.col(LENGTH_COLUMN), pl.col("TRTESTCD"), pl.col("TRSTRESC")
    asked = _named(results.frame, (test == "ARTENH") & answer.is_not_null()).select(*_LESION, "TRSTRESC", ROW_COLUMN)
    gone = ((test == STATE_TEST) & (answer == "ABSENT")) | (test.is_in(("LDIAM", "VDIAM")) & (length == 0))
    enhanced = (test == "VDIAM") & (length > 0)
    denying = _named(results.frame, gone | enhanced).select(
        *_LESION,
        pl.when(enhanced).then(pl.lit("N")).otherwise(pl.lit("Y")).alias("TRSTRESC"),
        pl.coalesce(test + " " + answer, test).alias("SAID"),
        pl.col(ROW_COLUMN).alias("OTHER"),
    )
    both = (
        denying.join(asked, on=[*_LESION, "TRSTRESC"], how="inner", nulls_equal=True)
        .sort(ROW_COLUMN, "OTHER")
        .unique(ROW_COLUMN, keep="first", maintain_order=True)
        .collect()
    )
    return check_rows(both, results.file, [RowCheck("R112", "TRSTRESC", pl.lit(value=True), also=("SAID", "OTHER"))])

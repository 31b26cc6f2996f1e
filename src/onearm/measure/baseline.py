"""Which value is a patient's baseline: the last one on or before the day of the first dose."""

from __future__ import annotations

import polars as pl


def with_baseline(laboratory: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """The table of `read_laboratory` with each patient's baseline of the same test beside every row.

    Adds BASE, BASE_LOW, BASE_HIGH (Int64, as VALUE), BASE_SEQ, BASE_DATE, BASE_UNCONFIRMED, ABLFL (``Y`` on the row
    that is the baseline) and TRTSDT. The baseline is the last row with an exact value on or before the first dose
    (samples of that day are taken before dosing; dates carry no time). A patient without a dose or such a row has null.
    """
    dated = laboratory.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="left", maintain_order="left")
    base = (
        dated.filter(pl.col("VALUE").is_not_null() & (pl.col("QUALIFIER") == "") & (pl.col("DATE") <= pl.col("TRTSDT")))
        .group_by("USUBJID", "ANALYTE", maintain_order=True)
        .last()
        .select(
            "USUBJID",
            "ANALYTE",
            pl.col("VALUE").alias("BASE"),
            pl.col("LOW").alias("BASE_LOW"),
            pl.col("HIGH").alias("BASE_HIGH"),
            pl.col("LBSEQ").alias("BASE_SEQ"),
            pl.col("DATE").alias("BASE_DATE"),
            pl.col("FACTOR_UNCONFIRMED").alias("BASE_UNCONFIRMED"),
            pl.col("_ROW").alias("BASE_ROW"),
        )
    )
    return dated.join(base, on=["USUBJID", "ANALYTE"], how="left", maintain_order="left").with_columns(
        pl.when(pl.col("_ROW") == pl.col("BASE_ROW")).then(pl.lit("Y")).alias("ABLFL")
    )

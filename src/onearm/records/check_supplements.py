"""Does every supplementary qualifier belong to a row that is there?"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from onearm.errors import Finding
from onearm.records.faults import TypedTable, row_findings, rows_where


def check_supplements(tables: Mapping[str, TypedTable]) -> list[Finding]:
    """F001 for each row of SUPPAE that points to no adverse event of its subject."""
    if "SUPPAE" not in tables:
        return []
    table = tables["SUPPAE"]
    events = tables["AE"].frame if "AE" in tables else pl.DataFrame(schema={"USUBJID": pl.String, "AESEQ": pl.Int64})
    known = events.select("USUBJID", pl.col("AESEQ").cast(pl.String).alias("IDVARVAL")).drop_nulls().unique()
    lost = table.frame.join(known, on=["USUBJID", "IDVARVAL"], how="anti")
    return row_findings("F001", table.file, rows_where(lost, pl.lit(value=True), "IDVARVAL"), "IDVARVAL")

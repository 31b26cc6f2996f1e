"""CNSDTDSC of ADTTE: which day stands in for the event of a censored subject."""

from __future__ import annotations

import polars as pl

CENSORING_DATES = {
    "last_adequate": "Last adequate tumour assessment",
    "no_assessment": "Start: no assessment after it",
    "no_baseline": "Start: no baseline assessment",
    "new_therapy": "Last adequate tumour assessment before a new therapy",
    "missed_scans": "Last adequate tumour assessment before missed scans",
    "procedure": "Last adequate tumour assessment before a procedure",
    "last_alive": "Last known alive",
}
"""Words of CNSDTDSC for each reason (EVNTDESC) of a censored time; any other reason stands for itself."""


def with_censoring_dates(adtte: pl.DataFrame) -> pl.DataFrame:
    """The table with CNSDTDSC after EVNTDESC, null for an event; as it is where the column is there already."""
    if "CNSDTDSC" in adtte.columns:
        return adtte
    words = pl.col("EVNTDESC").replace(CENSORING_DATES)
    described = adtte.with_columns(pl.when(pl.col("CNSR") == 1).then(words).alias("CNSDTDSC"))
    after = adtte.columns.index("EVNTDESC") + 1
    return described.select(*adtte.columns[:after], "CNSDTDSC", *adtte.columns[after:])

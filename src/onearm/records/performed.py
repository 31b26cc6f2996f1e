"""Which rows tell of something that was done? Planned, refused and missed ones have dates too."""

from __future__ import annotations

import polars as pl


def select_performed(domain: str, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a domain that are neither planned (--MOOD SCHEDULED), nor NOT DONE (--STAT), nor --OCCUR N.

    A row that does not say counts as performed. Columns beyond the schema are heeded as well (CMOCCUR, EXOCCUR).
    """
    words = {f"{domain}MOOD": "SCHEDULED", f"{domain}STAT": "NOT DONE", f"{domain}OCCUR": "N"}
    unperformed = [
        pl.col(name) == word
        for name, word in words.items()
        if name in table.columns and table[name].null_count() < table.height
    ]
    if not unperformed:
        return table
    return keep_rows(table, ~pl.any_horizontal(unperformed).fill_null(value=False))


def keep_rows(table: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """The rows that meet ``condition``; the table itself, not a copy of it, where all of them do."""
    kept = table.select(condition).to_series()
    return table if kept.all(ignore_nulls=False) else table.filter(kept)

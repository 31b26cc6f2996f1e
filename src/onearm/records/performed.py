"""Which rows tell of something that was done? Planned, refused and missed ones have dates too."""

from __future__ import annotations

import polars as pl


def select_performed(domain: str, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a domain that are neither planned (--MOOD SCHEDULED), nor NOT DONE (--STAT), nor --OCCUR N.

    A row that does not say counts as performed. Columns beyond the schema are heeded as well (CMOCCUR, EXOCCUR).
    """
    unperformed = [
        pl.col(f"{domain}{suffix}") == said
        for suffix, said in (("MOOD", "SCHEDULED"), ("STAT", "NOT DONE"), ("OCCUR", "N"))
        if f"{domain}{suffix}" in table.columns
    ]
    if not unperformed:
        return table
    return keep_rows(table, ~pl.any_horizontal(unperformed).fill_null(value=False))


def keep_rows(table: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    """The rows that meet ``condition``; the table itself, not a copy of it, where all of them do."""
    kept = table.select(condition).to_series()
    return table if kept.all(ignore_nulls=False) else table.filter(kept)

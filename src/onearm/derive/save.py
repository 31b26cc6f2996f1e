"""Writes the derived tables as CSV."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from onearm.derive.derived import Derived
from onearm.words.mark import SIMULATED_MARK

_ROWS_AT_ONCE = 65_536
TABLE_NAMES = ("adsl", "adtr", "adrs", "adtte")


def save_derived(derived: Derived, folder: Path, *, simulated: bool) -> list[Path]:
    """Write ``adsl.csv``, ``adtr.csv``, ``adrs.csv`` and ``adtte.csv``, each whole or not at all; returns their paths.

    ``adrs.csv`` also holds the R package's parameters (``Derived.package_adrs``), after our own.
    UTF-8, dates in ISO 8601, missing cells empty. Tables of simulated records say so in their first column.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name in TABLE_NAMES:
        table: pl.DataFrame = getattr(derived, name)
        if name == "adrs":
            table = pl.concat([table, derived.package_adrs.select(table.columns)])
        if simulated:
            table = table.select(pl.lit(SIMULATED_MARK).alias(SIMULATED_MARK), pl.all())
        path = folder / f"{name}.csv"
        part = path.with_suffix(".csv.part")
        table.write_csv(part, batch_size=_ROWS_AT_ONCE)
        part.replace(path)
        written.append(path)
    return written

"""Writes the derived tables as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from onearm.derive.derived import Derived
from onearm.words.mark import SIMULATED_MARK

_ROWS_AT_ONCE = 65_536
TABLE_NAMES = ("adsl", "adtr", "adrs", "adtte")


def save_derived(derived: Derived, folder: Path, *, simulated: bool) -> list[Path]:
    """Write ``adsl.csv``, ``adtr.csv``, ``adrs.csv`` and ``adtte.csv``, each whole or not at all; returns their paths.

    ``adrs.csv`` also holds the R package's parameters (``Derived.package_adrs``), after our own.
    """
    tables: dict[str, pl.DataFrame] = {name: getattr(derived, name) for name in TABLE_NAMES}
    tables["adrs"] = pl.concat([tables["adrs"], derived.package_adrs.select(tables["adrs"].columns)])
    return save_tables(tables, folder, simulated=simulated)


def save_tables(tables: Mapping[str, pl.DataFrame], folder: Path, *, simulated: bool) -> list[Path]:
    """Write each table as ``NAME.csv``, whole or not at all, in the order given; returns their paths.

    A table without rows is written with its header. UTF-8, dates in ISO 8601, missing cells empty. Tables of simulated
    records say so in their first column.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, table in tables.items():
        marked = table.select(pl.lit(SIMULATED_MARK).alias(SIMULATED_MARK), pl.all()) if simulated else table
        path = folder / f"{name}.csv"
        part = path.with_suffix(".csv.part")
        marked.write_csv(part, batch_size=_ROWS_AT_ONCE)
        part.replace(path)
        written.append(path)
    return written

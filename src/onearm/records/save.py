"""Write records as a folder of CSV files that `load_records` reads back as the same tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from onearm.errors import UsageError
from onearm.records.digest import plain_texts
from onearm.records.records import Records


def save_records(records: Records | Mapping[str, pl.DataFrame], folder: str | Path) -> None:
    """Write every table with rows to ``folder`` (made if need be): UTF-8, ``\\n``, the same bytes always.

    Tables in memory are checked first: `RecordsError` if they are faulty. `UsageError` if the folder holds a
    file that would stay beside the written ones. Then nothing is written.
    """
    checked = records if isinstance(records, Records) else Records.from_tables(records)
    tables = {f"{name.lower()}.csv": table for name, table in checked.source_tables().items()}
    target = Path(folder)
    present = [file.name for file in target.iterdir()] if target.is_dir() else []
    left_over = sorted(set(present) - set(tables))
    if left_over:
        raise UsageError(f"{target} holds other files ({', '.join(left_over)}); choose an empty folder")
    target.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        texts = [plain_texts(series).to_list() for series in table.get_columns()]
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(zip(*texts, strict=True))

"""Write records as a folder of CSV files that `load_records` reads back as the same tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from onearm.errors import Finding, Place, RecordsError, UsageError
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
    contents = {file: _csv_text(table) for file, table in tables.items()}
    unreadable = [file for file, content in contents.items() if "\0" in content]
    if unreadable:
        raise RecordsError(Finding("R007", Place(file=file)) for file in unreadable)
    target.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (target / file).write_bytes(content.encode())


def _csv_text(table: pl.DataFrame) -> str:
    columns = [_quoted(texts) for texts in plain_texts(table).get_columns()]
    header = _quoted(pl.Series(table.columns))
    return "\n".join([",".join(header), *map(",".join, zip(*columns, strict=True))]) + "\n"


def _quoted(texts: pl.Series) -> list[str]:
    # Python's csv leaves a lone carriage return unquoted, and every reader then takes it for the end of the row.
    needs_quotes = texts.str.contains('[",\r\n]')
    quoted = pl.lit('"') + texts.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.select(pl.when(needs_quotes).then(quoted).otherwise(texts).fill_null("")).to_series().to_list()

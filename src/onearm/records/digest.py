"""A digest of tables that depends on content alone, not on a file format or a library's way of writing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import polars as pl

from onearm.records.dates import first_of, last_of, precision_of
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN, SCHEMAS


def source_columns(table: pl.DataFrame, name: str) -> list[str]:
    """The columns a source of ``table`` must give: needed or filled ones of the schema, then foreign ones."""
    schema = SCHEMAS[name]
    own = [
        column.name
        for column in schema.columns
        if column.need != "optional" or table[column.name].null_count() < table.height
    ]
    dates = [column.name for column in schema.dates()]
    added = {
        ROW_COLUMN,
        LENGTH_COLUMN,
        *map(first_of, dates),
        *map(last_of, dates),
        *map(precision_of, dates),
    }
    return own + [name for name in table.columns if name not in schema.by_name and name not in added]


def plain_texts(table: pl.DataFrame) -> pl.DataFrame:
    """The cells of a table as plain texts; decimals without closing zeros."""
    texts = pl.all().cast(pl.String)
    decimals = [name for name, kind in table.schema.items() if kind.is_decimal()]
    without_zeros = pl.col(decimals).str.strip_chars_end("0").str.strip_chars_end(".")
    return table.lazy().select(texts).with_columns(without_zeros).collect()


def content_digest(tables: Mapping[str, pl.DataFrame]) -> str:
    """SHA-256 (hex) over tables in name order and columns in name order; rows in the order they stand.

    Each column gives its name, the byte lengths of its cells (-1 for null, 64-bit little-endian) and cells.
    """
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        if not table.height:
            continue
        digest.update(f"\x1d{name}\x1e{table.height}".encode())
        texts = plain_texts(table.select(sorted(source_columns(table, name))))
        lengths = texts.select(pl.all().str.len_bytes().cast(pl.Int64).fill_null(-1))
        for column in texts.columns:
            if texts[column].null_count() == table.height:
                continue
            digest.update(f"\x1f{column}\x1e".encode())
            digest.update(lengths[column].to_numpy().astype("<i8").tobytes())
            digest.update("".join(filter(None, texts[column].to_list())).encode())
    return digest.hexdigest()

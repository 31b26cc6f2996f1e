"""From tables of texts to typed tables: every column of the schema there, every cell read or reported.

One call of polars costs more than all cells of a small table. So the dates of all tables are parsed in one call, one
column below the other, and so are the numbers; and the rows of a fault are sought only in a column that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.dates import date_fault, first_of, last_of, parse_dates, precision_of
from onearm.records.faults import RowCheck, TypedTable, row_findings, rows_where
from onearm.records.quantities import DECIMAL, float_texts, lengths_tenth_mm, number_fault, parse_numbers
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN, Column, TableSchema
from onearm.records.schema_model import Kind
from onearm.records.schema_tumour import LENGTH_TESTS

_INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32)
"""Whole numbers that ``Int64`` is sure to hold; larger types are read as texts."""
_KINDS: dict[str, pl.DataType] = {"decimal": DECIMAL, "integer": pl.Int64()}
"""The types of the columns that are no texts."""
_FEW_CELLS = 5_000
"""Up to here every cell is parsed by itself; of more cells every distinct text once."""

_Meanings = dict[tuple[str, str], pl.DataFrame]
"""By table and column: what the cells mean as dates or as numbers, in the order of the rows."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table on its way: ``raw`` holds texts (integers in memory stay integers), ``filled`` its columns with cells."""

    schema: TableSchema
    raw: pl.DataFrame
    file: str
    findings: tuple[Finding, ...]
    filled: Mapping[str, pl.Series]


def type_tables(sources: Sequence[tuple[TableSchema, pl.DataFrame, str]]) -> list[TypedTable]:
    """Type tables (columns as read, and ``_ROW``; with the file of each) by their schemas.

    A faulty cell is null and a finding.
    """
    tables = [_source(*source) for source in sources]
    meant = _parse_all(tables, parse_dates, "date") | _parse_all(tables, parse_numbers, "decimal", "integer")
    return [_type_table(table, meant) for table in tables]


def _type_table(table: _Source, meant: _Meanings) -> TypedTable:
    schema, raw, file = table.schema, table.raw, table.file
    columns: list[pl.Series] = []
    findings = list(table.findings)
    for column in schema.columns:
        if column.name in table.filled:
            parsed = meant.get((schema.name, column.name))
            typed = _typed_columns(column, raw[column.name], parsed)
            findings += _cell_findings(column, raw, typed[0], parsed, file)
            columns += typed
        else:
            columns += [cell.new_from_index(0, raw.height) for cell in _empty_cells(column)]
        if column.need == "value" and column.name in raw.columns and raw[column.name].null_count():
            rows = rows_where(raw, raw[column.name].is_null(), column.name)
            findings += row_findings("R020", file, rows, column.name)
    frame = pl.DataFrame(columns) if raw.height else pl.DataFrame(columns).clear()
    if schema.name == "TR":
        frame = frame.hstack([_lengths(frame)])
    known = {*frame.columns, ROW_COLUMN}
    foreign = tuple(name for name in raw.columns if name not in known)
    frame = frame.hstack([raw[name] for name in (*foreign, ROW_COLUMN)])
    lacks = any(column.need != "optional" and column.name not in raw.columns for column in schema.columns)
    return TypedTable(schema, frame, file, tuple(findings), not lacks, foreign)


@cache
def empty_table(schema: TableSchema) -> pl.DataFrame:
    """The table of a domain without rows, with every column in its type."""
    source = pl.DataFrame({ROW_COLUMN: pl.Series([], dtype=pl.Int64)})
    return _type_table(_source(schema, source, ""), {}).frame


def _source(schema: TableSchema, source: pl.DataFrame, file: str) -> _Source:
    columns, findings = [], []
    for series in source.get_columns():
        column = schema.by_name.get(series.name)
        is_number = column is not None and column.kind in ("integer", "decimal")
        if series.name == ROW_COLUMN or (is_number and series.dtype in _INTEGERS):
            columns.append(series)
            continue
        texts = _column_texts(series)
        if texts is None:
            place = Place(file=file, path=series.name)
            findings.append(Finding("R024", place, {"column": series.name, "value": str(series.dtype)}))
            texts = pl.Series(series.name, [None] * len(series), dtype=pl.String)
        columns.append(texts)
    raw = pl.DataFrame(columns)
    is_empty = pl.col(pl.String) == ""
    if any(map(any, raw.select(is_empty.any()).rows())):
        raw = raw.with_columns(pl.when(~is_empty).then(pl.col(pl.String)).name.keep())
    filled = {
        series.name: series
        for series in raw.get_columns()
        if series.name in schema.by_name and series.null_count() < raw.height
    }
    return _Source(schema, raw, file, tuple(findings), filled)


def _column_texts(series: pl.Series) -> pl.Series | None:
    kind = series.dtype
    if kind == pl.String:
        return series
    if kind.is_float():
        return float_texts(series.cast(pl.Float64))
    if kind.is_decimal():
        return series.cast(pl.String).str.replace(r"\.0+$", "").str.replace(r"(\.[0-9]*[1-9])0+$", "$1")
    if kind == pl.Datetime:
        return series.dt.to_string("%Y-%m-%dT%H:%M:%S")
    if kind.is_integer() or kind in (pl.Date, pl.Categorical, pl.Enum, pl.Null):
        return series.cast(pl.String)
    return None


def _parse_all(tables: Sequence[_Source], parse: Callable[[pl.Series], pl.DataFrame], *kinds: Kind) -> _Meanings:
    """What ``parse`` makes of each column of texts of these kinds, by one call for all."""
    columns = {
        (table.schema.name, name): texts.alias("TEXT")
        for table in tables
        for name, texts in table.filled.items()
        if table.schema.by_name[name].kind in kinds and texts.dtype == pl.String
    }
    if not columns:
        return {}
    stacked = pl.concat(columns.values())
    if len(stacked) <= _FEW_CELLS:
        parsed = parse(stacked)
    else:
        distinct = stacked.drop_nulls().unique()
        place = stacked.cast(pl.Enum(distinct)).to_physical()
        parsed = parse(distinct)[place]
    starts = accumulate(map(len, columns.values()), initial=0)
    return {key: parsed.slice(start, len(columns[key])) for key, start in zip(columns, starts, strict=False)}


def _typed_columns(column: Column, texts: pl.Series, parsed: pl.DataFrame | None) -> list[pl.Series]:
    """The typed columns of one column with cells; ``parsed`` is None for texts, codes and integers in memory."""
    name = column.name
    if parsed is None:
        return [texts.cast(_KINDS.get(column.kind, pl.String()))]
    if column.kind != "date":
        return [parsed[column.kind].alias(name)]
    return [
        texts,
        parsed["FIRST"].alias(first_of(name)),
        parsed["LAST"].alias(last_of(name)),
        parsed["PRECISION"].alias(precision_of(name)),
    ]


@cache
def _empty_cells(column: Column) -> list[pl.Series]:
    name = column.name
    kinds = {name: _KINDS.get(column.kind, pl.String())}
    if column.kind == "date":
        kinds |= {first_of(name): pl.Date(), last_of(name): pl.Date(), precision_of(name): pl.String()}
    return [pl.Series(name, [None], dtype=kind) for name, kind in kinds.items()]


def _lengths(frame: pl.DataFrame) -> pl.Series:
    is_length = pl.col("TRTESTCD").is_in(LENGTH_TESTS)
    lengths = pl.lit(lengths_tenth_mm(frame["TRSTRESN"]))
    return frame.select(pl.when(is_length).then(lengths).alias(LENGTH_COLUMN)).to_series()


def _cell_findings(
    column: Column, raw: pl.DataFrame, typed: pl.Series, parsed: pl.DataFrame | None, file: str
) -> list[Finding]:
    """Findings on texts that are no date or number of their column, and on numbers below zero."""
    findings: list[Finding] = []
    if parsed is not None:
        empty = raw[column.name].null_count()
        meant, fault = (parsed["FIRST"], date_fault) if column.kind == "date" else (parsed["decimal"], number_fault)
        if meant.null_count() > empty:
            findings += _cell_faults(column, raw, meant.is_null(), file, fault)
        if column.kind == "integer" and typed.null_count() > empty:
            findings += _cell_faults(column, raw, meant.is_not_null() & typed.is_null(), file, lambda _: "R036")
    if column.kind in _KINDS and not column.negative and (typed < 0).any():
        findings += row_findings("R037", file, rows_where(raw, typed < 0, column.name), column.name)
    return findings


def _cell_faults(
    column: Column, raw: pl.DataFrame, is_faulty: pl.Series, file: str, fault: Callable[[str], str]
) -> list[Finding]:
    findings: list[Finding] = []
    rows = rows_where(raw, is_faulty & raw[column.name].is_not_null(), column.name)
    for (value,), cells in rows.group_by(column.name, maintain_order=True):
        findings += row_findings(fault(str(value)), file, cells, column.name)
    return findings


def text_checks(table: TypedTable) -> list[RowCheck]:
    """What may not stand in the identifiers and codes of a table."""
    return [
        check
        for column in table.schema.columns
        if column.kind in ("identifier", "code") and table.frame[column.name].null_count() < table.frame.height
        for check in _text_checks(column)
    ]


@cache
def _text_checks(column: Column) -> list[RowCheck]:
    cell = pl.col(column.name)
    if column.kind == "identifier":
        return [RowCheck("R023", column.name, cell != cell.str.strip_chars())]
    is_unknown, values = ~cell.is_in(column.codes), {"codes": ", ".join(column.codes)}
    if not column.open_codes:
        return [RowCheck("R021", column.name, is_unknown, values=values)]
    # An open vocabulary: one note for each new code, at its first row, is enough to see it.
    return [RowCheck("R022", column.name, is_unknown, "note", values=values, once=True)]

"""From a table of texts to a typed table: every column of the schema there, every cell read or reported."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.dates import date_fault, first_of, last_of, parse_dates, precision_of
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.quantities import (
    DECIMAL,
    float_texts,
    lengths_tenth_mm,
    number_fault,
    parse_decimals,
    parse_integers,
)
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN, Column, TableSchema
from onearm.records.schema_tumour import LENGTH_TESTS

_NUMBER_KINDS: dict[str, pl.DataType] = {"decimal": DECIMAL, "integer": pl.Int64()}


def type_table(schema: TableSchema, source: pl.DataFrame, file: str) -> TypedTable:
    """Type ``source`` (columns as read, and ``_ROW``) by ``schema``; a faulty cell is null and a finding."""
    findings: list[Finding] = []
    raw, refused = _as_texts(source, schema, file)
    findings += refused
    absent = [column for column in schema.columns if column.name not in raw.columns]
    lacking = [column.name for column in absent if column.need != "optional"]
    raw = raw.with_columns(pl.lit(None, dtype=pl.String).alias(column.name) for column in absent)
    columns: list[pl.Series] = []
    for column in schema.columns:
        typed, faults = _type_column(column, raw, file)
        columns += typed
        findings += faults
        if column.need == "value" and column.name not in lacking and raw[column.name].has_nulls():
            findings += row_findings(
                "R020", file, rows_where(raw, pl.col(column.name).is_null(), column.name), column.name
            )
    frame = pl.DataFrame(columns) if raw.height else pl.DataFrame(columns).clear()
    if schema.name == "TR":
        is_length = frame["TRTESTCD"].is_in(LENGTH_TESTS)
        lengths = lengths_tenth_mm(frame["TRSTRESN"])
        frame = frame.with_columns(pl.select(pl.when(is_length).then(lengths)).to_series().alias(LENGTH_COLUMN))
    known = {*frame.columns, ROW_COLUMN}
    foreign = tuple(name for name in raw.columns if name not in known)
    frame = frame.with_columns(raw.select(*foreign, ROW_COLUMN))
    return TypedTable(schema, frame, file, tuple(findings), not lacking, foreign)


@cache
def empty_table(schema: TableSchema) -> pl.DataFrame:
    """The table of a domain without rows, with every column in its type."""
    return type_table(schema, pl.DataFrame({ROW_COLUMN: pl.Series([], dtype=pl.Int64)}), "").frame


def _as_texts(source: pl.DataFrame, schema: TableSchema, file: str) -> tuple[pl.DataFrame, list[Finding]]:
    columns, findings = [], []
    for series in source.get_columns():
        column = schema.by_name.get(series.name)
        if series.name == ROW_COLUMN or (
            column is not None and column.kind in ("integer", "decimal") and series.dtype.is_integer()
        ):
            columns.append(series)
            continue
        texts = _column_texts(series)
        if texts is None:
            place = Place(file=file, path=series.name)
            findings.append(Finding("R024", place, {"column": series.name, "value": str(series.dtype)}))
            texts = pl.Series(series.name, [None] * len(series), dtype=pl.String)
        columns.append(texts)
    frame = pl.DataFrame(columns)
    is_empty = pl.col(pl.String) == ""
    return frame.with_columns(pl.when(~is_empty).then(pl.col(pl.String)).name.keep()), findings


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


def _type_column(column: Column, raw: pl.DataFrame, file: str) -> tuple[list[pl.Series], list[Finding]]:
    texts = raw[column.name]
    if texts.null_count() == len(texts):
        return _empty_columns(column, len(texts)), []
    match column.kind:
        case "date":
            return _type_dates(column, raw, file)
        case "integer" | "decimal":
            return _type_numbers(column, raw, file)
        case "code":
            return [texts], _check_codes(column, raw, file)
        case "identifier":
            name = pl.col(column.name)
            blank = rows_where(raw, name != name.str.strip_chars(), column.name)
            return [texts], row_findings("R023", file, blank, column.name)
        case _:
            return [texts], []


def _empty_columns(column: Column, height: int) -> list[pl.Series]:
    if column.kind == "date":
        name = column.name
        kinds = {
            name: pl.String(),
            first_of(name): pl.Date(),
            last_of(name): pl.Date(),
            precision_of(name): pl.String(),
        }
    else:
        kinds = {column.name: _NUMBER_KINDS.get(column.kind, pl.String())}
    return [pl.Series(name, [None], dtype=kind).new_from_index(0, height) for name, kind in kinds.items()]


def _type_dates(column: Column, raw: pl.DataFrame, file: str) -> tuple[list[pl.Series], list[Finding]]:
    texts = raw[column.name]
    parsed = parse_dates(texts.drop_nulls().unique())
    joined = texts.to_frame("TEXT").join(parsed, on="TEXT", how="left", maintain_order="left")
    columns = [
        texts,
        joined["FIRST"].alias(first_of(column.name)),
        joined["LAST"].alias(last_of(column.name)),
        joined["PRECISION"].alias(precision_of(column.name)),
    ]
    return columns, _cell_faults(raw, column.name, parsed.filter(pl.col("FIRST").is_null())["TEXT"], file, date_fault)


def _type_numbers(column: Column, raw: pl.DataFrame, file: str) -> tuple[list[pl.Series], list[Finding]]:
    texts = raw[column.name]
    kind = _NUMBER_KINDS[column.kind]
    if texts.dtype.is_integer():
        typed, faults = texts.cast(kind), []
    else:
        distinct = texts.drop_nulls().unique()
        decimals = parse_decimals(distinct)
        numbers = decimals if column.kind == "decimal" else parse_integers(distinct)
        typed = texts.replace_strict(distinct, numbers, default=None, return_dtype=kind)
        faults = _cell_faults(raw, column.name, distinct.filter(decimals.is_null()), file, number_fault)
        broken = distinct.filter(decimals.is_not_null() & numbers.is_null())
        faults += _cell_faults(raw, column.name, broken, file, lambda _: "R036")
    if not column.negative and (typed < 0).any():
        below = rows_where(raw, pl.lit(typed) < 0, column.name)
        faults += row_findings("R037", file, below, column.name)
    return [typed.alias(column.name)], faults


def _check_codes(column: Column, raw: pl.DataFrame, file: str) -> list[Finding]:
    distinct = raw[column.name].drop_nulls().unique()
    unknown = distinct.filter(~distinct.is_in(column.codes))
    if unknown.is_empty():
        return []
    rows = rows_where(raw, pl.col(column.name).is_in(unknown.implode()), column.name)
    codes = ", ".join(column.codes)
    if not column.open_codes:
        return row_findings("R021", file, rows, column.name, codes=codes)
    # An open vocabulary: one note for each new code, at its first row, is enough to see it.
    first = rows.unique(column.name, keep="first", maintain_order=True)
    return row_findings("R022", file, first, column.name, "note", codes=codes)


def _cell_faults(
    raw: pl.DataFrame, column: str, values: pl.Series, file: str, fault: Callable[[str], str]
) -> list[Finding]:
    if values.is_empty():
        return []
    findings: list[Finding] = []
    rows = rows_where(raw, pl.col(column).is_in(values.implode()), column)
    for (value,), cells in rows.group_by(column, maintain_order=True):
        findings += row_findings(fault(str(value)), file, cells, column)
    return findings

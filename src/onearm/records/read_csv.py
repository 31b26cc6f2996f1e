"""One CSV file as a table of texts, each row with its number in the file; every fault of form is a finding.

The file is UTF-8 (a byte order mark is accepted), comma-separated, quoted with ``"``. Rows that are too short
or too long are reported by number and left out, so that the others can be checked; the load still fails.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.faults import shown
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN, TableSchema

_DERIVED = re.compile(rf"{ROW_COLUMN}|{LENGTH_COLUMN}|.*DTC_(FIRST|LAST|PRECISION)")
_PATTERN = re.compile(r"\*|\^.*\$", re.DOTALL)
"""Names that a choice of columns would take for many columns."""
UNREADABLE = ("R010", "R011", "R015", "R025")
"""Faults of a header after which no cell can be told to belong to a column."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONGEST_CELL = 1_000_000
_LARGE_FILE = 1_000_000
"""From so many bytes on a file without quotes goes through the reader of polars, as fast as it can be read."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table as its source holds it: texts and ``_ROW``; ``frame`` is None where nothing could be read.

    An empty cell is the empty text or null.
    """

    frame: pl.DataFrame | None
    findings: tuple[Finding, ...] = ()


def read_csv(path: Path, schema: TableSchema) -> SourceTable:
    """Read one CSV file as texts."""
    content, findings = _read_bytes(path)
    if content is None:
        return SourceTable(None, tuple(findings))
    if len(content) >= _LARGE_FILE:
        large = _read_large(content, schema, path.name)
        if large is not None:
            return large
    text, findings = _read_text(content, path.name)
    if text is None:
        return SourceTable(None, tuple(findings))
    lines = _plain_lines(text)
    header: list[str]
    rows: list[list[str]] = []
    if lines:
        header = lines[0].split(",")
    else:
        header, rows, broken = _split(text, path.name)
        if broken:
            return SourceTable(None, (broken,))
    findings = check_header(header, schema, path.name)
    if any(finding.code in UNREADABLE for finding in findings):
        return SourceTable(None, tuple(findings))
    if lines:
        frame = _frame_of_lines(header, lines[1:])
    else:
        frame = _frame_of_rows(header, rows)
        findings += _ragged(rows, len(header), path.name)
    return SourceTable(frame, tuple(findings))


def _read_large(content: bytes, schema: TableSchema, file: str) -> SourceTable | None:
    """A plain large file (see ``_plain_lines``) of sound ASCII or UTF-8; None where it takes the slower way to tell."""
    content = content.removeprefix(_BYTE_ORDER_MARK)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    if b'"' in content or b"\r" in content or b"\0" in content or not _is_utf8(content):
        return None
    header = content[: max(0, content.find(b"\n"))].decode().split(",")
    findings = check_header(header, schema, file)
    if len(header) < 2 or any(finding.code in UNREADABLE for finding in findings):
        return None
    n_rows = content.count(b"\n") - content.endswith(b"\n")
    # The reader refuses a row that is too long and fills one that is too short: by the count there is no such row.
    if not n_rows or content.count(b",") != (len(header) - 1) * (n_rows + 1):
        return None
    try:
        cells = pl.read_csv(content, has_header=False, skip_rows=1, quote_char=None, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    if cells.shape != (n_rows, len(header)):
        return None
    if max(cells.select(pl.all().str.len_bytes().max().fill_null(0)).row(0)) > _LONGEST_CELL:
        return None
    cells.columns = header
    rows = pl.int_range(2, n_rows + 2, dtype=pl.Int64, eager=True).alias(ROW_COLUMN)
    return SourceTable(cells.hstack([rows]), tuple(findings))


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _plain_lines(text: str) -> list[str] | None:
    """The lines of a text whose cells are what stands between commas; None where it takes a reader of CSV to tell.

    Most exports quote nothing. Then every line has the commas of the header, and splitting at them is quick.
    """
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    commas = lines[0].count(",")
    is_plain = (
        commas > 0
        and '"' not in text
        and text.count("\r") == text.count("\r\n")
        and set(map(str.count, lines, repeat(","))) == {commas}
        and max(map(len, lines)) <= _LONGEST_CELL
    )
    return lines if is_plain else None


def _frame_of_lines(header: list[str], lines: list[str]) -> pl.DataFrame:
    cells = pl.Series(lines, dtype=pl.String).str.split_exact(",", len(header) - 1).struct.unnest()
    cells.columns = header
    return cells.hstack([pl.Series(ROW_COLUMN, range(2, len(lines) + 2), dtype=pl.Int64)])


def _frame_of_rows(header: list[str], rows: list[list[str]]) -> pl.DataFrame:
    """The rows that have as many cells as the header."""
    numbers = [number for number, row in enumerate(rows, start=2) if len(row) == len(header)]
    whole = rows if len(numbers) == len(rows) else [row for row in rows if len(row) == len(header)]
    columns = zip(*whole, strict=True) if whole else ((),) * len(header)
    frame = pl.DataFrame(
        [pl.Series(name, list(cells), dtype=pl.String) for name, cells in zip(header, columns, strict=True)]
    )
    return frame.with_columns(pl.Series(ROW_COLUMN, numbers, dtype=pl.Int64))


def _ragged(rows: list[list[str]], width: int, file: str) -> list[Finding]:
    return [
        Finding("R008", Place(file=file, row=number), {"cells": str(len(row)), "columns": str(width)})
        for number, row in enumerate(rows, start=2)
        if len(row) != width
    ]


def _read_bytes(path: Path) -> tuple[bytes | None, list[Finding]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, [Finding("R005", Place(file=path.name), {"value": error.strerror or "not readable"})]
    written = content.removeprefix(_BYTE_ORDER_MARK)
    if not written or written.isspace():
        return None, [Finding("R018", Place(file=path.name))]
    return content, []


def _read_text(content: bytes, file: str) -> tuple[str | None, list[Finding]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        values = {"value": f"byte 0x{content[error.start]:02X}"}
        return None, [Finding("R006", Place(file=file, row=row), values)]
    if "\0" in text:
        return None, [Finding("R007", Place(file=file, row=text.count("\n", 0, text.index("\0")) + 1))]
    return text, []


def _split(text: str, file: str) -> tuple[list[str], list[list[str]], Finding | None]:
    limit = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header, *rows = list(reader)
    except csv.Error as error:
        values = {"value": str(error)}
        return [], [], Finding("R009", Place(file=file, row=reader.line_num), values)
    finally:
        csv.field_size_limit(limit)
    return header, rows, None


def check_header(header: list[str], schema: TableSchema, file: str) -> list[Finding]:
    """Findings on the names of the columns; ``header`` as the file gives it."""
    at = Place(file=file, row=1)
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        return [Finding("R010", at, {"value": shown(header[0])})]
    if not header:
        return [Finding("R015", at, {"column": "", "position": "1"})]
    findings = []
    for position, name in enumerate(header, start=1):
        is_repeated = name in header[: position - 1]
        if name in schema.by_name and not is_repeated:
            continue
        place = Place(file=file, row=1, column=position, path=shown(name))
        values = {"column": shown(name), "position": str(position)}
        meant = name.strip().upper()
        if not meant:
            findings.append(Finding("R015", place, values))
        elif is_repeated:
            findings.append(Finding("R011", place, values))
        elif _PATTERN.fullmatch(name):
            findings.append(Finding("R025", place, values))
        elif _DERIVED.fullmatch(name):
            findings.append(Finding("R016", place, values))
        elif meant in schema.by_name:
            findings.append(Finding("R013", place, {**values, "meant": meant}))
    lacking = [column for column in schema.columns if column.need != "optional" and column.name not in header]
    misspelt = {finding.values.get("meant") for finding in findings}
    absent = [column.name for column in lacking if column.name not in misspelt]
    return findings + [Finding("R012", Place(file=file, row=1, path=name), {"column": name}) for name in absent]

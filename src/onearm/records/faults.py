"""Findings on the cells of a table: which rows, in which column, with which content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

import polars as pl

from onearm.errors import Finding, Place, Severity
from onearm.records.quantities import plain_text
from onearm.records.row_keys import RowKeys
from onearm.records.schema import ROW_COLUMN, TableSchema

_SHOWN_LENGTH = 60


@dataclass(frozen=True)
class TypedTable:
    """A table after reading: its frame, where it came from, what was found in it.

    ``is_sound`` is false when columns or rows were so broken that checks across tables would mislead.
    """

    schema: TableSchema
    frame: pl.DataFrame
    file: str
    findings: tuple[Finding, ...] = ()
    is_sound: bool = True
    foreign: tuple[str, ...] = ()
    """Columns beyond the schema, kept as text."""

    @cached_property
    def keys(self) -> RowKeys:
        """Numbers to compare the rows by."""
        return RowKeys(self.frame)

    def own_columns(self) -> TypedTable:
        """The table without foreign columns, whose names could be anything."""
        return replace(self, frame=self.frame.drop(self.foreign), foreign=()) if self.foreign else self


def shown(value: object) -> str:
    """A cell's content as a finding quotes it: on one line and not too long."""
    content = plain_text(value) if isinstance(value, Decimal) else str(value)
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in content)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"


def row_findings(
    code: str, file: str, rows: pl.DataFrame, column: str, severity: Severity = "error", **values: str
) -> list[Finding]:
    """One finding for each of ``rows`` (columns ``USUBJID``, ``_ROW`` and, if it is there, ``column``).

    A template ``{value}`` shows the cell; the other columns of ``rows`` fill templates of their names in
    lower case.
    """
    findings = []
    for row in rows.iter_rows(named=True):
        cells = {name.lower(): shown(cell) for name, cell in row.items() if cell is not None}
        fields = {"column": column, "value": shown(row.get(column) or "")} | cells | values
        place = Place(file=file, path=column, row=row[ROW_COLUMN], subject=shown(row.get("USUBJID") or ""))
        findings.append(Finding(code, place, fields, severity))
    return findings


def rows_where(frame: pl.DataFrame, condition: pl.Expr | pl.Series, *columns: str) -> pl.DataFrame:
    """The rows that meet ``condition``, with what `row_findings` needs: subject, row and ``columns``."""
    wanted = dict.fromkeys(("USUBJID", *columns, ROW_COLUMN))
    return frame.filter(condition).select([name for name in wanted if name in frame.columns])


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What may not be true of a row: the finding ``code`` stands at ``column`` of each row that meets ``condition``.

    ``also`` are further columns that the words quote, ``named`` says under which other name. With ``once`` the first
    row of each content of ``column`` is enough.
    """

    code: str
    column: str
    condition: pl.Expr
    severity: Severity = "error"
    also: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


def check_rows(frame: pl.DataFrame, file: str, checks: Sequence[RowCheck]) -> list[Finding]:
    """Findings of every check on every row; one look at the table tells which checks have any."""
    if not checks or not frame.height:
        return []
    met = frame.select(check.condition.any().alias(str(place)) for place, check in enumerate(checks)).row(0)
    findings: list[Finding] = []
    for check, is_met in zip(checks, met, strict=True):
        if is_met:
            rows = rows_where(frame, check.condition, check.column, *check.also).rename(dict(check.named))
            if check.once:
                rows = rows.unique(check.column, keep="first", maintain_order=True)
            findings += row_findings(check.code, file, rows, check.column, check.severity, **check.values)
    return findings

"""Rows that claim to be the same assessment: told apart into harmless repeats and contradictions."""

from __future__ import annotations

import polars as pl

from onearm.errors import Finding, Place, Severity
from onearm.records.faults import TypedTable, row_findings, shown
from onearm.records.schema import ROW_COLUMN

_SINGLE = ("DM", "DECISIONS")
"""Tables in which a row may not come twice, not even unchanged."""


def check_keys(table: TypedTable) -> list[Finding]:
    """Findings on rows with one key: R050 equal, R051 contradicting, R053 repeats, R052 sequence number."""
    schema, frame = table.schema, table.frame
    if not frame.height:
        return []
    looks = {"key": _may_come_twice(schema.key)} if schema.key else {}
    if schema.sequence and frame[schema.sequence].null_count() < frame.height:
        looks["sequence"] = _may_come_twice(("USUBJID", schema.sequence))
    if not looks:
        return []
    found = frame.select(**looks).row(0, named=True)
    findings = _check_key(table) if found.get("key") else []
    return findings + (_check_sequence(table) if found.get("sequence") else [])


def _check_key(table: TypedTable) -> list[Finding]:
    schema, frame = table.schema, table.frame
    key = pl.struct(schema.key)
    doubled = frame.filter(key.is_duplicated()).with_columns(FIRST_ROW=pl.col(ROW_COLUMN).first().over(key))
    findings: list[Finding] = []
    for _, group in doubled.group_by(schema.key, maintain_order=True):
        first = group.row(0, named=True)
        for row in group.slice(1).iter_rows(named=True):
            differing = [name for name in schema.results if row[name] != first[name]]
            code, severity = _judge(table, differing)
            column = differing[0] if differing else schema.key[-1]
            values = {
                "first_row": str(first[ROW_COLUMN]),
                "key": ", ".join(f"{name} {shown(row[name])}" for name in schema.key if row[name] is not None),
                "columns": ", ".join(
                    f"{name} {shown(first[name])} and {shown(row[name])}".replace("None", "empty") for name in differing
                ),
            }
            place = Place(table.file, path=column, row=row[ROW_COLUMN], subject=shown(row.get("USUBJID") or ""))
            findings.append(Finding(code, place, values, severity))
    return findings


def _judge(table: TypedTable, differing: list[str]) -> tuple[str, Severity]:
    if not differing:
        return "R050", "error" if table.schema.name in _SINGLE else "warning"
    return ("R053", "warning") if table.schema.repeats else ("R051", "error")


def _check_sequence(table: TypedTable) -> list[Finding]:
    sequence = table.schema.sequence
    key = ("USUBJID", sequence)
    numbered = table.frame.select(*key, ROW_COLUMN).drop_nulls()
    again = numbered.filter(~pl.struct(key).is_first_distinct())
    return row_findings("R052", table.file, again, sequence)


def _may_come_twice(key: tuple[str, ...]) -> pl.Expr:
    # Hashes are quick; a rare collision only leads to the exact comparison that follows.
    return pl.struct(key).hash(seed=0).n_unique() < pl.len()

"""Whose records these are: one trial, known subjects, and never simulated beside entered ones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from onearm.errors import Finding
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.records import SIMULATED_PREFIX


def check_subjects(tables: Mapping[str, TypedTable]) -> list[Finding]:
    """Findings on STUDYID, DOMAIN and USUBJID; one for each table and value, at its first row."""
    findings: list[Finding] = []
    study = _study(tables)
    subjects = tables["DM"].frame["USUBJID"].drop_nulls().unique() if "DM" in tables else None
    for name, table in tables.items():
        findings += _first_rows("R063", table, "DOMAIN", pl.col("DOMAIN") != name, domain=name)
        if study is not None:
            findings += _check_study(table, study)
        if subjects is not None:
            unknown = ~pl.col("USUBJID").is_in(subjects.implode())
            findings += _first_rows("R060", table, "USUBJID", unknown)
    return findings


def _study(tables: Mapping[str, TypedTable]) -> str | None:
    first = tables["DM"] if "DM" in tables else next(iter(tables.values()), None)
    studies = [] if first is None else first.frame["STUDYID"].drop_nulls().to_list()
    return str(studies[0]) if studies else None


def _check_study(table: TypedTable, study: str) -> list[Finding]:
    other = pl.col("STUDYID") != study
    is_simulated = pl.col("STUDYID").str.starts_with(SIMULATED_PREFIX)
    mixed = other & (is_simulated != study.startswith(SIMULATED_PREFIX))
    findings = _first_rows("R062", table, "STUDYID", mixed, study=study)
    findings += _first_rows("R061", table, "STUDYID", other & ~mixed, study=study)
    if table.schema.name != "DM":
        return findings
    if study.startswith(SIMULATED_PREFIX):
        return findings + _first_rows("R064", table, "USUBJID", ~pl.col("USUBJID").str.starts_with(study), study=study)
    marked = pl.col("USUBJID").str.starts_with(SIMULATED_PREFIX)
    return findings + _first_rows("R065", table, "USUBJID", marked & ~is_simulated, study=study)


def _first_rows(code: str, table: TypedTable, column: str, condition: pl.Expr, **values: str) -> list[Finding]:
    rows = rows_where(table.frame, condition, column)
    if not rows.height:
        return []
    first = rows.unique(column, keep="first", maintain_order=True)
    return row_findings(code, table.file, first, column, "error", **values)

"""Whose records these are: one trial, known subjects, and never simulated beside entered ones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from onearm.records.faults import RowCheck, TypedTable
from onearm.records.records import SIMULATED_PREFIX


def subject_checks(tables: Mapping[str, TypedTable]) -> dict[str, list[RowCheck]]:
    """What may not stand in STUDYID, DOMAIN and USUBJID of each table; the first row of each value tells it."""
    study = _study(tables)
    subjects = tables["DM"].frame["USUBJID"].drop_nulls().unique().implode() if "DM" in tables else None
    checks: dict[str, list[RowCheck]] = {}
    for name in tables:
        checks[name] = []
        if "DOMAIN" in tables[name].schema.by_name:
            checks[name].append(_once("R063", "DOMAIN", pl.col("DOMAIN") != name, domain=name))
        if study is not None:
            checks[name] += _study_checks(name, study)
        if subjects is not None and name != "DM":
            checks[name].append(_once("R060", "USUBJID", ~pl.col("USUBJID").is_in(subjects)))
    return checks


def _study(tables: Mapping[str, TypedTable]) -> str | None:
    first = tables["DM"] if "DM" in tables else next(iter(tables.values()), None)
    studies = [] if first is None else first.frame["STUDYID"].drop_nulls().to_list()
    return str(studies[0]) if studies else None


def _study_checks(name: str, study: str) -> list[RowCheck]:
    other = pl.col("STUDYID") != study
    is_simulated = pl.col("STUDYID").str.starts_with(SIMULATED_PREFIX)
    mixed = other & (is_simulated != study.startswith(SIMULATED_PREFIX))
    checks = [
        _once("R062", "STUDYID", mixed, study=study),
        _once("R061", "STUDYID", other & ~mixed, study=study),
    ]
    if name != "DM":
        return checks
    if study.startswith(SIMULATED_PREFIX):
        return [*checks, _once("R064", "USUBJID", ~pl.col("USUBJID").str.starts_with(study), study=study)]
    marked = pl.col("USUBJID").str.starts_with(SIMULATED_PREFIX)
    return [*checks, _once("R065", "USUBJID", marked & ~is_simulated, study=study)]


def _once(code: str, column: str, condition: pl.Expr, **values: str) -> RowCheck:
    return RowCheck(code, column, condition, values=values, once=True)

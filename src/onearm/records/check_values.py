"""Cells that contradict each other within a row: done and not done, number without unit, a range reversed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from onearm.errors import Finding
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.schema_tumour import RESPONSE_RESULTS

_NOT_DONE_RESULTS = {
    "TR": ("TRSTRESN", "TRSTRESC"),
    "LB": ("LBSTRESN", "LBSTRESC"),
    "VS": ("VSSTRESN", "VSSTRESC"),
    "QS": ("QSSTRESN", "QSSTRESC"),
    "RS": ("RSSTRESC",),
}


def check_values(tables: Mapping[str, TypedTable]) -> list[Finding]:
    """Findings on single rows of the tables with results, doses and events."""
    checks: dict[str, Callable[[TypedTable], list[Finding]]] = {
        "RS": _check_responses,
        "LB": _check_laboratory,
        "EX": _check_doses,
        "AE": _check_events,
    }
    findings: list[Finding] = []
    for name, table in tables.items():
        if name in _NOT_DONE_RESULTS:
            findings += _check_not_done(table, _NOT_DONE_RESULTS[name])
        if name in checks:
            findings += checks[name](table)
    return findings


def _check_not_done(table: TypedTable, results: tuple[str, ...]) -> list[Finding]:
    domain = table.schema.name
    status, reason = f"{domain}STAT", f"{domain}REASND"
    not_done = pl.col(status) == "NOT DONE"
    findings: list[Finding] = []
    for result in results:
        # A result that only repeats the status in words is no contradiction.
        given = pl.col(result).is_not_null() & (pl.col(result).cast(pl.String) != "NOT DONE")
        findings += row_findings("R086", table.file, rows_where(table.frame, not_done & given, result), result)
    unexplained = not_done & pl.col(reason).is_null()
    return findings + row_findings("R087", table.file, rows_where(table.frame, unexplained, reason), reason, "warning")


def _check_responses(table: TypedTable) -> list[Finding]:
    findings: list[Finding] = []
    done = pl.col("RSSTAT").is_null()
    for test, codes in RESPONSE_RESULTS.items():
        is_test = pl.col("RSTESTCD") == test
        wrong = is_test & done & ~pl.col("RSSTRESC").is_in(codes).fill_null(value=False)
        rows = rows_where(table.frame, wrong, "RSSTRESC")
        findings += row_findings("R092", table.file, rows, "RSSTRESC", test=test, codes=", ".join(codes))
    return findings


def _check_laboratory(table: TypedTable) -> list[Finding]:
    bare = pl.col("LBSTRESN").is_not_null() & pl.col("LBSTRESU").is_null()
    rows = rows_where(table.frame, bare, "LBSTRESU", "LBTESTCD").rename({"LBTESTCD": "WHAT"})
    findings = row_findings("R093", table.file, rows, "LBSTRESU", "warning")
    crossed = pl.col("LBSTNRLO") > pl.col("LBSTNRHI")
    return findings + row_findings(
        "R094", table.file, rows_where(table.frame, crossed, "LBSTNRLO", "LBSTNRHI"), "LBSTNRLO"
    )


def _check_doses(table: TypedTable) -> list[Finding]:
    bare = (pl.col("EXDOSE") > 0) & pl.col("EXDOSU").is_null()
    rows = rows_where(table.frame, bare, "EXDOSU", "EXTRT").rename({"EXTRT": "WHAT"})
    return row_findings("R093", table.file, rows, "EXDOSU")


def _check_events(table: TypedTable) -> list[Finding]:
    graded = (pl.col("AETOXGR") == "5") & (pl.col("AEOUT") != "FATAL")
    fatal = (pl.col("AEOUT") == "FATAL") & (pl.col("AETOXGR") != "5")
    return row_findings("R095", table.file, rows_where(table.frame, graded | fatal, "AEOUT", "AETOXGR"), "AEOUT")

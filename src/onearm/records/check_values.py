"""Cells that contradict each other within a row: done and not done, number without unit, a range reversed."""

from __future__ import annotations

from functools import cache

import polars as pl

from onearm.records.faults import RowCheck
from onearm.records.schema_tumour import RESPONSE_RESULTS

_NOT_DONE_RESULTS = {
    "TR": ("TRSTRESN", "TRSTRESC"),
    "LB": ("LBSTRESN", "LBSTRESC"),
    "VS": ("VSSTRESN", "VSSTRESC"),
    "QS": ("QSSTRESN", "QSSTRESC"),
    "RS": ("RSSTRESC",),
}


@cache
def value_checks(domain: str) -> list[RowCheck]:
    """What the cells of one row may not say together, in the tables with results, doses and events."""
    checks: list[RowCheck] = []
    if domain in _NOT_DONE_RESULTS:
        checks += _not_done_checks(domain, _NOT_DONE_RESULTS[domain])
    match domain:
        case "RS":
            checks += _response_checks()
        case "LB":
            bare = pl.col("LBSTRESN").is_not_null() & pl.col("LBSTRESU").is_null()
            checks.append(RowCheck("R093", "LBSTRESU", bare, "warning", also=("LBTESTCD",), named={"LBTESTCD": "WHAT"}))
            crossed = pl.col("LBSTNRLO") > pl.col("LBSTNRHI")
            checks.append(RowCheck("R094", "LBSTNRLO", crossed, also=("LBSTNRHI",)))
        case "EX":
            bare = (pl.col("EXDOSE") > 0) & pl.col("EXDOSU").is_null()
            checks.append(RowCheck("R093", "EXDOSU", bare, also=("EXTRT",), named={"EXTRT": "WHAT"}))
        case "PR":
            viable = pl.col("PRVIABLE")
            checks.append(RowCheck("R110", "PRVIABLE", viable > 100))
            checks.append(RowCheck("R109", "PRPATHR", (pl.col("PRPATHR") == "pCR") & (viable > 0), also=("PRVIABLE",)))
        case "AE":
            graded = (pl.col("AETOXGR") == "5") & (pl.col("AEOUT") != "FATAL")
            fatal = (pl.col("AEOUT") == "FATAL") & (pl.col("AETOXGR") != "5")
            checks.append(RowCheck("R095", "AEOUT", graded | fatal, also=("AETOXGR",)))
    return checks


def _not_done_checks(domain: str, results: tuple[str, ...]) -> list[RowCheck]:
    reason = f"{domain}REASND"
    not_done = pl.col(f"{domain}STAT") == "NOT DONE"
    checks = []
    for result in results:
        # A result that only repeats the status in words is no contradiction.
        given = pl.col(result).is_not_null()
        if result.endswith("STRESC"):
            given &= pl.col(result) != "NOT DONE"
        checks.append(RowCheck("R086", result, not_done & given))
    return [*checks, RowCheck("R087", reason, not_done & pl.col(reason).is_null(), "warning")]


def _response_checks() -> list[RowCheck]:
    result = pl.col("RSSTRESC")
    checks = []
    for test, codes in RESPONSE_RESULTS.items():
        wrong = (pl.col("RSTESTCD") == test) & pl.col("RSSTAT").is_null() & ~result.is_in(codes).fill_null(value=False)
        checks.append(RowCheck("R092", "RSSTRESC", wrong, values={"test": test, "codes": ", ".join(codes)}))
    return checks

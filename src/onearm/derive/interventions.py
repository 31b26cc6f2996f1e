"""When did a new anticancer therapy begin, and which procedures came in between?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import NO_ROW, DayReader, Days, Witnessed, select_earliest
from onearm.derive.deaths import Tables
from onearm.derive.rules import procedure_code
from onearm.errors import Finding, Place, Severity
from onearm.kernels.rules import NEVER
from onearm.protocol.parts import Procedures
from onearm.records import ROW_COLUMN, select_performed

ANTICANCER_CATEGORY = "ANTI-CANCER THERAPY"
RULED_PROCEDURES = ("RESECTION", "ABLATION", "TACE", "RADIOTHERAPY", "TRANSPLANT")
"""Codes of PR.PRDECOD that the protocol has a rule for, named there in lower case."""
UNRULED_PROCEDURES = ("TARE",)
"""Local treatments of the tumour without a field in the protocol."""


class Intervened(NamedTuple):
    """Each subject's first procedure on study, its code and rule, and the first one that censors."""

    first: Witnessed
    code: npt.NDArray[np.int32]
    """Place in ``RULED_PROCEDURES``, or -1."""
    rule: npt.NDArray[np.int32]
    """What it does to a response, as the kernels read it; 0 without a procedure."""
    censoring: Witnessed


def find_new_therapy(tables: Tables, reader: DayReader, after: Days) -> Witnessed:
    """The first start, after the day ``after`` of each subject, of an anticancer therapy that is not the trial's.

    From CM by CMCAT and from PR by PRCAT. One without a start is a finding: an error (D028) if it may have ended after
    that day, a warning (D025) if nothing says when it ended.
    """
    medicines = select_performed("CM", tables["CM"]).filter(pl.col("CMCAT") == ANTICANCER_CATEGORY)
    procedures = select_performed("PR", tables["PR"]).filter(pl.col("PRCAT") == ANTICANCER_CATEGORY)
    procedures = procedures.filter(~pl.col("PRDECOD").is_in(RULED_PROCEDURES).fill_null(value=False))
    found = Witnessed.nothing(reader.n_subjects)
    for domain, table in (("CM", medicines), ("PR", procedures)):
        if not table.height:
            continue
        _report_undated(table, domain, after, reader)
        subject = reader.numbers(table)
        days = _starts_after(table, domain, after, reader)
        rows = table[ROW_COLUMN].to_numpy()
        starts = select_earliest(subject, days, rows, (domain, f"{domain}STDTC"), reader.n_subjects)
        found = _earlier_of(found, starts)
    return found


def _starts_after(table: pl.DataFrame, domain: str, after: Days, reader: DayReader) -> Days:
    """Each row's start if it lies after the subject's day, else NEVER.

    A partial date is needed only where the start may lie after it: what surely came before, or surely ended by then,
    decides nothing.
    """
    start, end = f"{domain}STDTC", f"{domain}ENDTC"
    limit = after[reader.numbers(table)]
    _, latest_start = reader.spans(table, start)
    _, latest_end = reader.spans(table, end)
    is_prior = (limit == NEVER) | (latest_start <= limit) | (latest_end <= limit)
    days = reader.days(table, domain, start, is_needed=~is_prior)
    return np.where(~is_prior & (days > limit), days, np.int32(NEVER)).astype(np.int32)


def _report_undated(table: pl.DataFrame, domain: str, after: Days, reader: DayReader) -> None:
    limit = after[reader.numbers(table)]
    _, latest_end = reader.spans(table, f"{domain}ENDTC")
    undated = table[f"{domain}STDTC"].is_null().to_numpy() & (limit != NEVER) & (latest_end > limit)
    for row in table.filter(pl.Series(undated, dtype=pl.Boolean)).iter_rows(named=True):
        place = Place(domain, path=f"{domain}STDTC", row=row[ROW_COLUMN], subject=row["USUBJID"])
        values = {"column": f"{domain}STDTC", "end": row[f"{domain}ENDTC"] or ""}
        code: tuple[str, Severity] = ("D028", "error") if values["end"] else ("D025", "warning")
        reader.findings.append(Finding(code[0], place, values, code[1]))


def find_procedures(tables: Tables, reader: DayReader, after: Days, rules: Procedures) -> Intervened:
    """Procedures on study that stand between treatment and response; HAIC is treatment and never one of them.

    One whose rule the protocol leaves open is a finding (D020, or D021 where it has no field for it); so is one without
    a start (D025, D028), as for a therapy.
    """
    table = select_performed("PR", tables["PR"]).filter(
        pl.col("PRDECOD").is_in((*RULED_PROCEDURES, *UNRULED_PROCEDURES))
        & ((pl.col("PRCAT") != ANTICANCER_CATEGORY).fill_null(value=True) | pl.col("PRDECOD").is_in(RULED_PROCEDURES))
    )
    n = reader.n_subjects
    nothing = Witnessed.nothing(n)
    if not table.height:
        return Intervened(nothing, np.full(n, -1, np.int32), np.zeros(n, np.int32), nothing)
    _report_undated(table, "PR", after, reader)
    subject = reader.numbers(table)
    days = _starts_after(table, "PR", after, reader)
    _report_unruled(table.filter(pl.Series(days != NEVER)), rules, reader)
    rows = table[ROW_COLUMN].to_numpy()
    first = select_earliest(subject, days, rows, ("PR", "PRSTDTC"), n)
    code, rule = np.full(n, -1, np.int32), np.zeros(n, np.int32)
    name_of_row = dict(zip(rows.tolist(), table["PRDECOD"].to_list(), strict=True))
    for number in np.flatnonzero(first.row != NO_ROW):
        name = name_of_row[int(first.row[number])]
        ruled = getattr(rules, name.lower(), None)
        if ruled is not None:
            code[number], rule[number] = RULED_PROCEDURES.index(name), procedure_code(ruled)
    censors = [name for name in RULED_PROCEDURES if (r := getattr(rules, name.lower())) and r.time_to_event == "censor"]
    censoring_days = np.where(table["PRDECOD"].is_in(censors).to_numpy(), days, np.int32(NEVER)).astype(np.int32)
    return Intervened(first, code, rule, select_earliest(subject, censoring_days, rows, ("PR", "PRSTDTC"), n))


def _earlier_of(one: Witnessed, other: Witnessed) -> Witnessed:
    takes = other.day < one.day
    return one.replaced_where(takes, other)


def _report_unruled(table: pl.DataFrame, rules: Procedures, reader: DayReader) -> None:
    for row in table.iter_rows(named=True):
        name = row["PRDECOD"].lower()
        if getattr(rules, name, None) is None:
            code = "D020" if row["PRDECOD"] in RULED_PROCEDURES else "D021"
            place = Place("PR", path=f"procedures.{name}", row=row[ROW_COLUMN], subject=row["USUBJID"])
            reader.findings.append(Finding(code, place, {"name": name, "value": row["PRDECOD"]}))

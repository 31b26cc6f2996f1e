"""Stage decisions as recorded: who decided what, when, on which records and which set of subjects."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.dates import first_of, precision_of
from onearm.records.faults import TypedTable, shown
from onearm.records.schema import DECISIONS, ROW_COLUMN

Action = Literal["continue", "stop_futility", "stop_efficacy", "success", "failure"]

_DIGEST = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """One recorded decision: ``responses`` (X1) among ``size`` (N1) subjects of the set at ``stage``."""

    decided_on: datetime.date
    stage: int
    cut_digest: str
    subjects: tuple[str, ...]
    size: int
    responses: int
    action: Action
    who: str
    reason: str
    protocol_digest: str


def read_decisions(
    table: TypedTable, known: Collection[str] | None
) -> tuple[tuple[RecordedDecision, ...], list[Finding]]:
    """The decisions of a table and what is wrong with them; ``known`` are the subjects of DM, if any."""
    findings: list[Finding] = []
    decisions = []
    for row in table.frame.iter_rows(named=True):
        subjects = tuple(name for name in (row["SUBJECTS"] or "").split(";") if name)
        findings += _check_decision(row, subjects, known, table.file)
        if any(row[name] is None for name in ("STAGE", "N1", "X1", first_of("DECDTC"))):
            continue
        decisions.append(
            RecordedDecision(
                decided_on=cast(datetime.date, row[first_of("DECDTC")]),
                stage=row["STAGE"],
                cut_digest=row["CUTDIGEST"] or "",
                subjects=subjects,
                size=row["N1"],
                responses=row["X1"],
                action=cast(Action, row["ACTION"]),
                who=row["WHO"] or "",
                reason=row["REASON"] or "",
                protocol_digest=row["PROTOCOL"] or "",
            )
        )
    return tuple(decisions), findings


def decisions_table(decisions: Sequence[RecordedDecision]) -> pl.DataFrame:
    """The table DECISIONS that holds ``decisions``."""
    columns = [column.name for column in DECISIONS.columns]
    rows = [
        (
            decision.decided_on.isoformat(),
            str(decision.stage),
            decision.cut_digest,
            ";".join(decision.subjects),
            str(decision.size),
            str(decision.responses),
            decision.action,
            decision.who,
            decision.reason,
            decision.protocol_digest,
        )
        for decision in decisions
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _check_decision(
    row: dict[str, object], subjects: tuple[str, ...], known: Collection[str] | None, file: str
) -> list[Finding]:
    findings: list[Finding] = []

    def report(code: str, column: str, **values: object) -> None:
        place = Place(file=file, path=column, row=cast(int, row[ROW_COLUMN]))
        texts = {name: shown(value) for name, value in values.items()}
        findings.append(Finding(code, place, {"column": column, "value": shown(row[column])} | texts))

    size, responses, stage = (cast("int | None", row[name]) for name in ("N1", "X1", "STAGE"))
    if row[precision_of("DECDTC")] in ("month", "year"):
        report("R100", "DECDTC")
    if size is not None and responses is not None and responses > size:
        report("R101", "X1", size=size)
    if size is not None and row["SUBJECTS"] is not None and size != len(subjects):
        report("R102", "N1", count=len(subjects))
    for name in dict.fromkeys(subjects):
        if known is not None and name not in known:
            report("R103", "SUBJECTS", subject=name)
        if subjects.count(name) > 1:
            report("R104", "SUBJECTS", subject=name)
    for column in ("CUTDIGEST", "PROTOCOL"):
        digest = row[column]
        if isinstance(digest, str) and not _DIGEST.fullmatch(digest):
            report("R106", column)
    if stage is not None and stage < 1:
        report("R107", "STAGE")
    return findings

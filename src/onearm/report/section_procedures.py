"""Procedures on study: what each rule for them does to the results, and what pathology found."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from onearm.derive.interventions import RULED_PROCEDURES, UNRULED_PROCEDURES
from onearm.estimates.procedures import ProcedureReading, procedures_on_study
from onearm.estimates.results import Estimate
from onearm.records import first_of, select_performed
from onearm.report.page import Block, Prose
from onearm.report.say import say, say_code, say_html
from onearm.report.table import Cell, Row, Table, columns, no_value, text_cell
from onearm.report.view import View

LISTED = (*RULED_PROCEDURES, *UNRULED_PROCEDURES)


def procedure_blocks(view: View) -> list[Block]:
    """Both rules and what they do, where a procedure of the protocol's list happened on study; then the listing."""
    blocks: list[Block] = []
    if view.analysis.procedure_readings:
        blocks += [_rules(view), Prose((say_html("procedures.bias"),), tone="note", id="procedure-bias")]
    listing = _listing(view)
    if view.shows_patients and listing.rows:
        blocks.append(listing)
    return blocks


def _rules(view: View) -> Table:
    """One row an endpoint and rule; the endpoint's two rules stand under each other."""
    readings = view.analysis.procedure_readings
    ids = [estimate.id for estimate in readings[0].estimates]
    rows = [
        _rule_row(view, reading, estimate)
        for one in ids
        for reading in readings
        for estimate in reading.estimates
        if estimate.id == one
    ]
    head = columns(
        ("endpoint", say("col.endpoint")),
        ("rule", say("col.rule")),
        ("x", "x", True),
        ("n", "n", True),
        ("value", say("col.value"), True),
        ("lower", say("col.lower"), True),
        ("upper", say("col.upper"), True),
        ("of_protocol", say("col.of_protocol")),
    )
    names = ", ".join(procedures_on_study(view.analysis.derived))
    return Table(
        "procedure_rules", say("table.procedure_rules"), head, tuple(rows), (say("note.procedure_rules", names=names),)
    )


def _rule_row(view: View, reading: ProcedureReading, estimate: Estimate) -> Row:
    is_rate = estimate.kind == "proportion"
    key = ".".join(estimate.id.split(".")[:2])
    own = reading.is_of_protocol[0 if is_rate else 1]
    # These numbers belong to another reading of the records: no link to the estimate of the same name.
    cells = [replace(cell, estimate="", subjects=()) for cell in view.estimate_cells(estimate)]
    return Row(
        (
            text_cell(say_code("estimate", key)),
            text_cell(say(f"procedure_rule.{reading.name}.{'response' if is_rate else 'time'}")),
            *cells,
            text_cell(say("value.yes") if own else "–"),
        )
    )


def _listing(view: View) -> Table:
    """Every procedure of the list up to the cut, before treatment too, with its day, margin and pathology."""
    table = select_performed("PR", view.analysis.records.tables["PR"])
    has_come = (pl.col(first_of("PRSTDTC")) <= view.analysis.cut.day).fill_null(value=True)
    own = table.filter(pl.col("PRDECOD").is_in(LISTED) & has_come).sort("USUBJID", "PRSTDTC", maintain_order=True)
    rows = []
    for row in own.iter_rows(named=True):
        subject = row["USUBJID"]
        viable = row["PRVIABLE"]
        rows.append(
            Row(
                (
                    view.patient_cell(subject),
                    text_cell(row["PRDECOD"]),
                    text_cell(row["PRSTDTC"] or "–"),
                    text_cell(row["PRMARGIN"] or "–"),
                    text_cell(row["PRPATHR"] or "–"),
                    no_value() if viable is None else Cell(float(viable), f"{viable.normalize():f}"),
                ),
                patient=view.key(subject),
            )
        )
    head = columns(
        ("subject", say("col.patient")),
        ("procedure", say("col.procedure")),
        ("date", say("col.date")),
        ("margin", say("col.margin")),
        ("pathology", say("col.pathology")),
        ("viable", say("col.viable"), True),
    )
    return Table(
        "procedures", say("table.procedures"), head, tuple(rows), (say("note.procedures"),), patient_level=True,
        long=len(rows) > 12,
    )  # fmt: skip

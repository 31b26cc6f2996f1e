"""Where the trial departed from its protocol: found by rule, or recorded by the centre."""

from __future__ import annotations

import polars as pl

from onearm.deviations import Deviations
from onearm.deviations.listing import SAME_DAYS
from onearm.report.page import Block, Section
from onearm.report.say import say
from onearm.report.table import Cell, Row, Table, columns, no_value, text_cell
from onearm.report.view import View


def deviations_section(view: View) -> list[Section]:
    """How many of each kind, and for the team each one; absent where there is none."""
    found = view.analysis.path.deviations
    if found is None or not found.table.height:
        return []
    blocks: list[Block] = [_counts(view, found)]
    if view.shows_patients:
        blocks.append(_listing(view, found))
    return [Section("deviations", say("section.deviations"), tuple(blocks))]


def _counts(view: View, found: Deviations) -> Table:
    rows = []
    for kind, events in found.table.group_by("KIND").len().sort("len", "KIND", descending=[True, False]).iter_rows():
        patients = view.count(found.of_kind(kind))
        number = no_value() if patients.suppressed else Cell(events, str(events))
        rows.append(Row((text_cell(say(f"deviation.{kind}")), patients, number)))
    head = columns(
        ("deviation", say("col.deviation")),
        ("patients", say("col.patients"), True),
        ("events", say("col.events"), True),
    )
    note = say("note.deviations", days=SAME_DAYS)
    return Table("deviation_counts", say("table.deviation_counts"), head, tuple(rows), (note,))


def _listing(view: View, found: Deviations) -> Table:
    rows = [
        Row(
            (
                view.patient_cell(row["USUBJID"]),
                text_cell(say(f"deviation.{row['KIND']}")),
                view.day(row["DATE"]),
                text_cell(row["VALUE"]),
                text_cell(row["LIMIT"]),
                text_cell(row["PATH"]),
                text_cell(say(f"deviation_state.{row['STATE']}")),
            ),
            patient=view.key(row["USUBJID"]),
        )
        for row in found.table.with_columns(pl.col("VALUE", "LIMIT", "PATH").fill_null("")).iter_rows(named=True)
    ]
    head = columns(
        ("subject", say("col.patient")),
        ("deviation", say("col.deviation")),
        ("date", say("col.date")),
        ("found", say("col.found")),
        ("asked", say("col.asked")),
        ("rule", say("col.rule_place")),
        ("state", say("col.state")),
    )
    return Table("deviations", say("table.deviations"), head, tuple(rows), patient_level=True, long=True)

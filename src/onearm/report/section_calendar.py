"""Visits and scans: made in their window, outside it, missed; and what is due at the cut."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from onearm.plan.due import DueList
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say
from onearm.report.table import Cell, Row, Table, columns, rows_of, text_cell
from onearm.report.view import View

IN_WINDOW = ("done", "incomplete")
PASSED = (*IN_WINDOW, "outside", "missed")


def calendar_section(view: View) -> tuple[Section, ...]:
    """The section, where the protocol has a schedule of visits."""
    due = view.analysis.path.calendar
    if due is None:
        return ()
    blocks: list[Block] = [Prose(tuple(_lead(view, due)), id="calendar-lead")]
    if view.shows_patients:
        # Dozens of small counts of the same patients: the public sees none of them.
        blocks.append(_kept(view, due))
        now = _now(view, due)
        blocks.append(now if now.rows else Prose((say("calendar.nothing_due"),)))
    return (Section("calendar", say("section.calendar"), tuple(blocks)),)


def _lead(view: View, due: DueList) -> Iterator[str]:
    yield say("calendar.lead")
    calendar = view.analysis.protocol.tumour.calendar
    if calendar is not None and calendar.reading is not None:
        yield say("calendar.reading", reading=say(f"visit_reading.{calendar.reading}"))
    refused = [f.values.get("series", f.place.path) for f in due.findings if f.severity == "error"]
    if refused:
        yield say("calendar.refused", names=", ".join(dict.fromkeys(refused)))


def _kept(view: View, due: DueList) -> Table:
    """One row a planned visit, series by series; its parts are patients, each in one of them."""
    rows = []
    for (_, _, name), own in _by_visit(due.rows):
        groups = {status: own.filter(pl.col("STATUS") == status)["USUBJID"].to_list() for status in PASSED}
        passed = [subject for status in PASSED for subject in groups[status]]
        others = [own.filter(pl.col("STATUS") == s)["USUBJID"].to_list() for s in ("not_applicable", "unclear")]
        if not passed and not any(others):
            continue
        rows.append([text_cell(name), *_counts(view, passed, groups, others)])
    head = columns(
        ("visit", say("col.visit_name")),
        ("n", "n", True),
        ("in_window", say("col.in_window"), True),
        ("without_record", say("col.without_record"), True),
        ("outside", say("col.outside_window"), True),
        ("missed", say("col.missed_visit"), True),
        ("not_applicable", say("col.not_asked_for"), True),
        ("unclear", say("col.unclear_visit"), True),
    )
    notes = (say("note.visits_kept"),)
    return Table("visits_kept", say("table.visits_kept"), head, rows_of(rows), notes, long=len(rows) > 15)


def _by_visit(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, int, str], pl.DataFrame]]:
    for series in rows.partition_by("SERIES", maintain_order=True):
        for own in series.sort("NUMBER", "USUBJID").partition_by("NUMBER", maintain_order=True):
            # Where cycles were given early a number may stand for several days of the cycle: each is told apart.
            for part in own.partition_by("NAME", maintain_order=True):
                yield (part["SERIES"].item(0), part["NUMBER"].item(0), part["NAME"].item(0)), part


def _counts(view: View, passed: list[str], groups: dict[str, list[str]], others: list[list[str]]) -> list[Cell]:
    inside = [*groups["done"], *groups["incomplete"]]
    parts = (passed, inside, groups["incomplete"], groups["outside"], groups["missed"], *others)
    return [view.count(part) for part in parts]


def _now(view: View, due: DueList) -> Table:
    rows = []
    for row in due.now().iter_rows(named=True):
        cells = (
            view.patient_cell(row["USUBJID"]),
            text_cell(row["NAME"]),
            view.day(row["PLANNED"]),
            view.day(row["FIRST"]),
            view.day(row["LAST"]),
            text_cell(say(f"visit_status.{row['STATUS']}")),
        )
        rows.append(Row(cells, patient=view.key(row["USUBJID"])))
    head = columns(
        ("subject", say("col.patient")),
        ("visit", say("col.visit_name")),
        ("planned", say("col.planned_day")),
        ("first", say("col.window_from")),
        ("last", say("col.window_to")),
        ("status", say("col.visit_status")),
    )
    return Table(
        "visits_now", say("table.visits_now"), head, tuple(rows), (say("note.visits_now"),), patient_level=True,
        long=len(rows) > 15,
    )  # fmt: skip

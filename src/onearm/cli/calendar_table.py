"""The schedule of activities as a table on the screen, a CSV or a page."""

from __future__ import annotations

import csv
import html
from io import StringIO
from pathlib import Path
from typing import Any

import click

from onearm.cli.calendar_shown import print_lines
from onearm.plan.activities import describe_series, tabulate_activities
from onearm.plan.visits import SCANS
from onearm.protocol import Protocol
from onearm.protocol.base import text_in


def describe_table(protocol: Protocol) -> dict[str, Any]:
    """The table as the ``--json`` object gives it."""
    columns = _columns(protocol)
    table = tabulate_activities(protocol)
    return {
        "visits": [{"id": name, "name": words, "when": when} for name, words, when in columns],
        "activities": [
            {"name": row["ACTIVITY"], "at": [name for name, _, _ in columns if row[name]]}
            for row in table.iter_rows(named=True)
        ],
    }


def print_table(protocol: Protocol) -> None:
    """The table, with what each column stands for below it."""
    columns = _columns(protocol)
    if not columns:
        click.echo("The protocol has no schedule of visits and no calendar of scans.")
        return
    table = tabulate_activities(protocol)
    numbers = [str(number) for number in range(1, len(columns) + 1)]
    print_lines(("", *numbers), [tuple(row) for row in table.iter_rows()])
    click.echo("")
    for number, (_, words, when) in zip(numbers, columns, strict=True):
        click.echo(f"{number:>3}  {words}: {when}")


def write_table(protocol: Protocol, path: Path) -> None:
    """The table as CSV or HTML, by the ending of the name; the second row says when each visit is."""
    columns = _columns(protocol)
    heads = [["Activity", *(words for _, words, _ in columns)], ["When", *(when for _, _, when in columns)]]
    rows = [list(row) for row in tabulate_activities(protocol).iter_rows()]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _as_csv([*heads, *rows]) if path.suffix.lower() == ".csv" else _as_html(protocol, heads, rows)
    path.write_text(text, encoding="utf-8", newline="")


def _columns(protocol: Protocol) -> list[tuple[str, str, str]]:
    """Id, name and time of each column of the table."""
    columns = [(s.id, text_in(s.name), describe_series(protocol, s)) for s in protocol.schedule.visits]
    calendar = protocol.tumour.calendar
    if SCANS in tabulate_activities(protocol).columns:
        columns.append((SCANS, "Scan", "calendar open" if calendar is None else _scan_words(protocol)))
    return columns


def _scan_words(protocol: Protocol) -> str:
    calendar = protocol.tumour.calendar
    assert calendar is not None
    phases = [f"every {p.every}{f' until {p.until}' if p.until is not None else ''}" for p in calendar.phases]
    width = "?" if calendar.window_days is None else str(calendar.window_days)
    reading = f"; reading {calendar.reading}" if calendar.reading is not None else ""
    return f"{', then '.join(phases)} from {calendar.anchor.replace('_', ' ')}{reading}; window -{width}/+{width} days"


def _as_csv(rows: list[list[str]]) -> str:
    made = StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def _as_html(protocol: Protocol, heads: list[list[str]], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>\n"

    title = html.escape(f"Schedule of activities: {protocol.identity.id}")
    notes = "".join(f"<p>{html.escape(text_in(heading))}</p>\n" for heading in protocol.headings)
    style = "table{border-collapse:collapse}th,td{border:1px solid #888;padding:.3em .5em;vertical-align:top}"
    body = "".join(line(row, "td") for row in [heads[1], *rows])
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style} body{{font-family:sans-serif}}</style></head>\n<body><h1>{title}</h1>\n{notes}"
        f"<table><thead>\n{line(heads[0], 'th')}</thead><tbody>\n{body}</tbody></table>\n</body></html>\n"
    )

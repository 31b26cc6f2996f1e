"""What ``onearm calendar`` prints of patients: lists for people, one object for programs, iCalendar files."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import polars as pl

from onearm.errors import Finding, RefusedError, UsageError
from onearm.plan.anchors import ANCHOR_COLUMNS
from onearm.plan.calendar import needs_reading
from onearm.plan.civil_dates import add_duration
from onearm.plan.due import STATUSES, DueList, name_occasions
from onearm.plan.icalendar import Event, write_icalendar
from onearm.plan.scan_readings import compare_scan_readings, first_difference
from onearm.plan.visits import SCANS, find_horizon, list_refusals, plan_scans, plan_visits
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.words.mark import SIMULATED_MARK

COMPARED_DAYS = 2 * 366
"""How far the readings of an unclear calendar are laid beside each other."""
TO_COME = ("planned", "due", "overdue")


@dataclass(frozen=True, eq=False)
class PlannedCalendar:
    """The calendar of one patient who would be treated first on a day."""

    anchor: dt.date
    until: dt.date
    end_of_treatment: dt.date | None
    rows: pl.DataFrame
    findings: tuple[Finding, ...]

    def as_dict(self, protocol: Protocol) -> dict[str, Any]:
        """The calendar as the ``--json`` object gives it."""
        return {
            "anchor": self.anchor.isoformat(),
            "until": self.until.isoformat(),
            "end_of_treatment": None if self.end_of_treatment is None else self.end_of_treatment.isoformat(),
            "assumed": list(assumed_words(self)),
            "scans": describe_scans(protocol),
            "occasions": [_occasion(row) for row in self.rows.iter_rows(named=True)],
            "findings": [finding.as_dict() for finding in self.findings],
        }


def plan_one(protocol: Protocol, anchor: dt.date, until: dt.date | None) -> PlannedCalendar:
    """Visits and scans of a patient who consents, enters and is first treated on one day and is treated to the end."""
    longest = protocol.treatment.max_duration
    end = None if longest is None else add_duration(anchor, longest)
    days = {"CONSENT": anchor, "INCLUSION": anchor, "FIRST_DOSE": anchor, "END_OF_TREATMENT": end}
    anchors = pl.DataFrame(
        {"USUBJID": ["PATIENT"], **{name: [days.get(name)] for name in ANCHOR_COLUMNS}},
        schema={"USUBJID": pl.String, **dict.fromkeys(ANCHOR_COLUMNS, pl.Date)},
    )
    findings = list_refusals(protocol)
    frames = [plan_visits(protocol, anchors, until=until)]
    try:
        frames.append(plan_scans(protocol, anchors, until=until))
    except RefusedError as refused:
        findings += refused.findings
    named = [
        series.with_columns(name_occasions(protocol, series["SERIES"].item(0), series).alias("NAME"))
        for frame in frames
        for series in frame.partition_by("SERIES", maintain_order=True)
    ]
    empty = frames[0].clear().with_columns(pl.lit("").alias("NAME"))
    rows = pl.concat([empty, *named]).sort("PLANNED", "SERIES", "NUMBER")
    return PlannedCalendar(anchor, find_horizon(protocol, anchors, until), end, rows, tuple(findings))


def assumed_words(planned: PlannedCalendar) -> Sequence[str]:
    """What the calendar of a patient who does not exist takes for granted."""
    words = ["consent, inclusion and first dose of every component on one day", "no dose delayed"]
    if planned.end_of_treatment is not None:
        words.append(f"treatment until its longest duration, {planned.end_of_treatment}")
    return words


def describe_scans(protocol: Protocol) -> dict[str, Any]:
    """Which reading of the scan calendar is in force, how it is known, and where several readings part."""
    calendar = protocol.tumour.calendar
    if calendar is None:
        return {"anchor": None, "window_days": None, "reading": None, "reading_needed": None, "readings": None}
    known = protocol.provenance_of("tumour.calendar.reading")
    needed = needs_reading(calendar)
    compared = compare_scan_readings(calendar, COMPARED_DAYS) if needed else None
    return {
        "anchor": calendar.anchor,
        "window_days": calendar.window_days,
        "reading": calendar.reading,
        "reading_needed": needed,
        "reading_status": None if calendar.reading is None or known is None else known.status,
        "first_difference": None if compared is None else first_difference(compared),
        "readings": compared,
    }


def print_scans(protocol: Protocol) -> None:
    """The reading in force; where it is open, the planned scans under each."""
    told = describe_scans(protocol)
    if told["anchor"] is None:
        return
    if not told["reading_needed"]:
        click.echo(f"Scans count from {told['anchor'].replace('_', ' ')}; the protocol can be read in one way.")
        return
    if told["reading"] is not None:
        status = f" ({told['reading_status']})" if told["reading_status"] else ""
        click.echo(f"Scans count from {told['anchor'].replace('_', ' ')}; reading: {told['reading']}{status}.")
        return
    part = told["first_difference"]
    click.echo(f"Scans are not planned: the calendar can be read in three ways, which part at scan {part}. Weeks:")
    for reading, days in told["readings"].items():
        click.echo(f"  {reading:<26} {' '.join(_weeks(day) for day in days)}")


def _weeks(day: int) -> str:
    return str(day // 7) if day % 7 == 0 else f"{day // 7}+{day % 7}d"


def describe_due(
    protocol: Protocol,
    due: DueList,
    subject: str | None,
    on_given: bool,
    simulated: bool,
    findings: Sequence[Finding],
    written: Sequence[Path],
) -> dict[str, Any]:
    """The list as the ``--json`` object gives it."""
    rows = _of_subject(due.rows, subject)
    return {
        "on": due.on.isoformat(),
        "on_given": on_given,
        "simulated": simulated,
        "subject": subject,
        "scans": describe_scans(protocol),
        "counts": _counts(rows),
        "now": [_occasion(row) for row in _of_subject(due.now(), subject).iter_rows(named=True)],
        "occasions": [_occasion(row) for row in _in_time(rows).iter_rows(named=True)],
        "findings": [finding.as_dict() for finding in findings],
        "files": [str(path) for path in written],
    }


def _of_subject(rows: pl.DataFrame, subject: str | None) -> pl.DataFrame:
    return rows if subject is None else rows.filter(pl.col("USUBJID") == subject)


def _in_time(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("USUBJID", "PLANNED", "SERIES", "NUMBER")


def _counts(rows: pl.DataFrame) -> dict[str, int]:
    counted = Counter(rows["STATUS"].to_list())
    return {status: counted[status] for status in STATUSES}


def _occasion(row: dict[str, Any]) -> dict[str, Any]:
    told = {
        "series": row["SERIES"],
        "name": row["NAME"],
        "number": row["NUMBER"],
        "cycle": row["CYCLE"],
        "cycle_day": row["CYCLE_DAY"],
        "planned": row["PLANNED"].isoformat(),
        "first": row["FIRST"].isoformat(),
        "last": row["LAST"].isoformat(),
        "projected": row["PROJECTED"],
    }
    if "STATUS" not in row:
        return told
    done = row["DONE"]
    source = None if row["SRCROW"] is None else {"domain": row["SRCDOM"], "row": row["SRCROW"]}
    return {
        "subject": row["USUBJID"],
        **told,
        "status": row["STATUS"],
        "done": None if done is None else done.isoformat(),
        "source": source,
        "activities_without_record": row["NOT_DONE"].split(),
    }


def print_due(protocol: Protocol, due: DueList, subject: str | None, simulated: bool) -> None:
    """What is due and overdue of all patients; of one patient every planned day."""
    if simulated:
        click.echo(SIMULATED_MARK)
    print_scans(protocol)
    rows = _of_subject(due.rows, subject)
    if subject is not None:
        lines = [_line(row) for row in _in_time(rows).iter_rows(named=True)]
        print_lines(("planned", "window", "visit", "status", "made on", "no record of"), [line[1:] for line in lines])
    else:
        lines = [_line(row) for row in due.now().iter_rows(named=True)]
        if lines:
            print_lines(("patient", "planned", "window", "visit", "status"), [line[:5] for line in lines])
        else:
            click.echo("Nothing is due.")
    counts = [f"{n} {status.replace('_', ' ')}" for status, n in _counts(rows).items() if n]
    click.echo(f"{rows.height} planned visits and scans: {', '.join(counts) or 'none'}")


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    window = f"{row['FIRST']} to {row['LAST']}"
    done = "" if row["DONE"] is None else str(row["DONE"])
    status = row["STATUS"].replace("_", " ")
    return row["USUBJID"], str(row["PLANNED"]), window, row["NAME"], status, done, row["NOT_DONE"].replace(" ", ", ")


def print_planned(protocol: Protocol, planned: PlannedCalendar) -> None:
    """The calendar of a first dose on a day."""
    click.echo(f"Planned from a first dose on {planned.anchor} to {planned.until}")
    for words in assumed_words(planned):
        click.echo(f"  assumed: {words}")
    print_scans(protocol)
    rows = [
        (str(row["PLANNED"]), f"{row['FIRST']} to {row['LAST']}", row["NAME"])
        for row in planned.rows.iter_rows(named=True)
    ]
    print_lines(("planned", "window", "visit"), rows)


def print_lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under their heads, each column as wide as its longest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def write_calendars(protocol: Protocol, due: DueList, subject: str | None, path: Path) -> list[Path]:
    """One file of one patient, or a folder with a file of each; what is still to come."""
    rows = _in_time(due.rows.filter(pl.col("STATUS").is_in(TO_COME)))
    if subject is not None:
        if path.is_dir():
            raise UsageError(f"--ics {path}: a folder; with --subject, name a file")
        return [_write(protocol, _of_subject(rows, subject), subject, due.on, path)]
    if path.is_file() or path.suffix.lower() == ".ics":
        raise UsageError(f"--ics {path}: a file; without --subject, name a folder")
    path.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for name in due.rows["USUBJID"].unique().sort().to_list():
        file = path / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.ics"
        if file.name in written:
            raise UsageError(f"--ics {path}: two patients would have the file {file.name}; use --subject")
        written[file.name] = _write(protocol, _of_subject(rows, name), name, due.on, file)
    return list(written.values())


def write_planned(protocol: Protocol, planned: PlannedCalendar, stamp: dt.date, path: Path) -> Path:
    """The calendar of a first dose on a day; of nobody."""
    return _write(protocol, planned.rows, "planned", stamp, path)


def _write(protocol: Protocol, rows: pl.DataFrame, subject: str, stamp: dt.date, path: Path) -> Path:
    trial = protocol.identity.id
    done_at = _activities(protocol)
    simulated = f"{SIMULATED_MARK}\n" if subject.startswith("SIM-") else ""
    events = [
        Event(
            key=re.sub(r"[^A-Za-z0-9._-]", "_", f"{subject}-{row['SERIES']}-{row['NUMBER']}"),
            day=row["PLANNED"],
            title=f"{subject}: {row['NAME']}",
            text=f"{simulated}Window {row['FIRST']} to {row['LAST']}\n{done_at.get(row['SERIES'], '')}".strip(),
        )
        for row in rows.iter_rows(named=True)
    ]
    host = f"{re.sub(r'[^a-z0-9-]', '-', trial.lower())}.onearm.invalid"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_icalendar(f"{trial} {subject}", events, stamp, host).encode("utf-8"))
    return path


def _activities(protocol: Protocol) -> dict[str, str]:
    schedule = protocol.schedule
    names = {activity.id: text_in(activity.name) for activity in schedule.activities}
    by_series = {series.id: series.activities for series in schedule.visits} | {SCANS: schedule.scans.activities}
    return {series: "; ".join(names[name] for name in done) for series, done in by_series.items()}

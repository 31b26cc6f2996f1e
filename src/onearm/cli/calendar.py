"""``onearm calendar``."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import IsoDate, assume_option, existing_file, existing_folder, json_option
from onearm.cli.output import announce_compilation, emit_json, has_errors, print_findings, say
from onearm.cli.subject_choice import find_subject
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.errors import Finding
    from onearm.protocol import Protocol

_FILE = click.Path(path_type=Path)


class Rate(click.ParamType[Decimal]):
    """A number of patients a month."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Raise a usage error unless the text is a number above zero and up to 1000."""
        try:
            rate = Decimal(value)
        except InvalidOperation:
            rate = Decimal(0)
        if not (rate.is_finite() and 0 < rate <= 1000):
            self.fail(f"'{value}' is no number of patients above 0 and up to 1000", param, ctx)
        return rate


@click.command(
    epilog="""\b
Examples:
  onearm calendar PROTOCOL.yaml RECORDS_DIR
  onearm calendar PROTOCOL.yaml RECORDS_DIR --on 2026-03-01 --json
  onearm calendar PROTOCOL.yaml RECORDS_DIR --subject 01-019 --ics 01-019.ics
  onearm calendar PROTOCOL.yaml RECORDS_DIR --ics calendars
  onearm calendar PROTOCOL.yaml --anchor 2025-03-03
  onearm calendar PROTOCOL.yaml --table --out schedule.html
  onearm calendar PROTOCOL.yaml --timeline --accrual-per-month 3"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder, required=False)
@click.option("--subject", metavar="ID", help="One patient alone: every planned day with its status.")
@click.option("--on", type=IsoDate(), metavar="DATE", help="As known on this day; without it, the records' last date.")
@click.option("--until", type=IsoDate(), metavar="DATE", help="Last day planned for; without it, the study's end.")
@click.option(
    "--anchor", type=IsoDate(), metavar="DATE", help="Without records: the calendar of a first dose that day."
)
@click.option("--ics", type=_FILE, metavar="PATH", help="Write iCalendar: a file of one patient, else a folder of all.")
@click.option("--table", is_flag=True, help="The schedule of activities.")
@click.option("--out", type=_FILE, metavar="FILE", help="Write the schedule of activities to a .csv or .html file.")
@click.option("--timeline", is_flag=True, help="Can the trial be done in its time?")
@click.option("--accrual-per-month", "rate", type=Rate(), metavar="NUMBER", help="Patients a month, for --timeline.")
@assume_option
@json_option
def calendar_command(
    protocol: Path,
    records: Path | None,
    subject: str | None,
    on: dt.date | None,
    until: dt.date | None,
    anchor: dt.date | None,
    ics: Path | None,
    table: bool,
    out: Path | None,
    timeline: bool,
    rate: Decimal | None,
    assume: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Say which visits and scans are planned, done, due, overdue or missed, as PROTOCOL plans and RECORDS say.

    Scans count from a day of the patient; no delay of a dose moves one. Visits at cycles follow the doses of their
    component. A window that has passed without the visit is missed. Nothing that the protocol leaves open is guessed.
    """
    _refuse_mixtures(records, subject, on, until, anchor, ics, table, out, timeline, rate)
    from onearm.protocol import load_protocol

    trial = load_protocol(protocol, assume)
    if timeline:
        return _timeline(trial, rate, as_json)
    if table:
        return _table(trial, out, as_json)
    if anchor is not None:
        return _planned(trial, anchor, until, ics, as_json)
    assert records is not None
    return _of_records(trial, records, subject, on, until, ics, as_json)


def _refuse_mixtures(
    records: Path | None,
    subject: str | None,
    on: dt.date | None,
    until: dt.date | None,
    anchor: dt.date | None,
    ics: Path | None,
    table: bool,
    out: Path | None,
    timeline: bool,
    rate: Decimal | None,
) -> None:
    """Raise a usage error for options that do not go together: none is ignored."""
    modes = [name for name, given in (("RECORDS", records), ("--anchor", anchor), ("--table", table or None),
                                      ("--timeline", timeline or None)) if given is not None]  # fmt: skip
    if len(modes) != 1:
        chosen = " and ".join(modes) or "none of them"
        raise UsageError(f"give one of RECORDS, --anchor DATE, --table and --timeline; given: {chosen}")
    needs = (
        ("--subject", subject, ("RECORDS",)),
        ("--on", on, ("RECORDS",)),
        ("--ics", ics, ("RECORDS", "--anchor")),
        ("--until", until, ("RECORDS", "--anchor")),
        ("--out", out, ("--table",)),
        ("--accrual-per-month", rate, ("--timeline",)),
    )
    for name, given, with_ in needs:
        if given is not None and modes[0] not in with_:
            raise UsageError(f"{name} goes with {' or '.join(with_)}, not with {modes[0]}")
    if out is not None and out.suffix.lower() not in (".csv", ".html"):
        raise UsageError(f"--out {out}: write a name that ends with .csv or .html")


def _of_records(
    trial: Protocol, folder: Path, subject: str | None, on: dt.date | None, until: dt.date | None, ics: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    announce_compilation()
    from onearm.cli.calendar_shown import describe_due, print_due, write_calendars
    from onearm.derive import derive
    from onearm.pipeline import choose_cut, refuse_other_study
    from onearm.pipeline.patient_calendar import follow_calendar
    from onearm.records import load_records

    data = load_records(folder)
    refuse_other_study(trial, data)
    cut = choose_cut(data, on)
    if subject is not None:
        subject = find_subject(data.subjects(), subject)
    due = follow_calendar(trial, data, derive(trial, data, cut.day), until=until)
    written = write_calendars(trial, due, subject, ics) if ics is not None else []
    findings = (*data.findings, *due.findings)
    print_findings(findings)
    if as_json:
        emit_json("calendar", describe_due(trial, due, subject, cut.given, data.simulated, findings, written))
    else:
        say(f"As known on {cut.day}{'' if cut.given else ' (the last date in the records)'}")
        print_due(trial, due, subject, data.simulated)
        for path in written:
            click.echo(path)
    return 1 if has_errors(findings) else 0


def _planned(trial: Protocol, anchor: dt.date, until: dt.date | None, ics: Path | None, as_json: bool) -> int:
    from onearm.cli.calendar_shown import plan_one, print_planned, write_planned

    planned = plan_one(trial, anchor, until)
    written = [write_planned(trial, planned, anchor, ics)] if ics is not None else []
    print_findings(planned.findings)
    if as_json:
        emit_json("calendar", {**planned.as_dict(trial), "files": [str(path) for path in written]})
    else:
        print_planned(trial, planned)
        for path in written:
            click.echo(path)
    return _code(planned.findings)


def _table(trial: Protocol, out: Path | None, as_json: bool) -> int:
    from onearm.cli.calendar_table import describe_table, print_table, write_table

    if out is not None:
        write_table(trial, out)
    if as_json:
        emit_json("calendar", {**describe_table(trial), "files": [] if out is None else [str(out)]})
    elif out is not None:
        click.echo(out)
    else:
        print_table(trial)
    return 0


def _timeline(trial: Protocol, rate: Decimal | None, as_json: bool) -> int:
    from onearm.cli.calendar_timeline import describe_timeline, print_timeline
    from onearm.plan.timeline import plan_timeline

    made = plan_timeline(trial, rate)
    print_findings(made.findings)
    if as_json:
        emit_json("calendar", describe_timeline(trial, made))
    else:
        print_timeline(trial, made)
    return 1 if made.findings else 0


def _code(findings: tuple[Finding, ...]) -> int:
    return 1 if has_errors(findings) else 0

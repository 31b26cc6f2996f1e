"""The schedule of activities as a table, and the rows of records that show that an activity was done."""

from __future__ import annotations

import datetime as dt

import polars as pl

from onearm.plan.anchors import select_given
from onearm.plan.visits import SCANS
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.protocol.schedule_parts import Activity, VisitSeries
from onearm.records import ROW_COLUMN, Records, first_of, last_of, select_performed

_DATE = {"SV": "SVSTDTC", "DS": "DSSTDTC", "EX": "EXSTDTC", "PR": "PRSTDTC"}
"""The column that says when, where it is not --DTC."""

SCAN_TABLE, RESPONSE_TABLE = "TR", "RS"


def tabulate_activities(protocol: Protocol) -> pl.DataFrame:
    """One row an activity, one column a series of visits (by its id, then ``scans``); ``X`` where it is done."""
    schedule = protocol.schedule
    columns = [(series.id, series.activities) for series in schedule.visits]
    if protocol.tumour.calendar is not None or schedule.scans.activities:
        columns.append((SCANS, schedule.scans.activities))
    return pl.DataFrame(
        {
            "ACTIVITY": pl.Series([text_in(activity.name) for activity in schedule.activities], dtype=pl.String),
            **{
                name: pl.Series(["X" if a.id in done else "" for a in schedule.activities], dtype=pl.String)
                for name, done in columns
            },
        }
    )


def describe_series(protocol: Protocol, series: VisitSeries) -> str:
    """When the visits of a series take place, in words; ``?`` for what the protocol leaves open."""
    before, after = ("?" if days is None else str(days) for days in (series.days_before, series.days_after))
    window = f"window -{before}/+{after} days"
    if series.anchor == "cycles_of":
        component = next((c for c in protocol.treatment.components if c.id == series.component), None)
        every = component.every if component is not None and component.every is not None else "? (open)"
        days = ", ".join(str(day) for day in series.cycle_days)
        which = "" if series.cycles is None else f", cycles {series.cycles[0]} to {series.cycles[1]}"
        return f"day {days} of each cycle of {series.component} (every {every}{which}); {window}"
    anchor = series.anchor.replace("_", " ") + (f" {series.component}" if series.component else "")
    day = series.first_day
    start = f"on the day of {anchor}" if not day else f"{_days(abs(day))} {'after' if day > 0 else 'before'} {anchor}"
    rhythm = f", then every {series.every}" if series.every is not None else ""
    ends = f" until {series.until}" if series.until is not None else ""
    during = f", during {series.during}" if series.during is not None else ""
    return f"{start}{rhythm}{ends}{during}; {window}"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def select_evidence(
    protocol: Protocol, activity: Activity, records: Records, on: dt.date, series: VisitSeries | None = None
) -> pl.DataFrame:
    """USUBJID, DAY, DOMAIN and ROW of the performed rows up to ``on`` that show an activity; wholly dated ones only.

    At the visits of a component's cycles (``series``) a row of EX shows it only where it is a dose of that component,
    as those that begin its cycles are: every component has its own clock.
    """
    if activity.seen_in is None:
        return _no_rows()
    domain = activity.seen_in
    table = records.tables[domain]
    if domain == "EX" and series is not None and series.anchor == "cycles_of":
        table = select_given(protocol, records, on).filter(pl.col("COMPONENT") == series.component)
    if activity.category:
        table = table.filter(pl.col(f"{domain}CAT") == activity.category)
    if activity.tests:
        table = table.filter(pl.col(f"{domain}TESTCD").is_in(activity.tests))
    return evidence_of(domain, table, on)


def evidence_of(domain: str, table: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """The performed, wholly dated rows of a table up to a day."""
    name = _DATE.get(domain, f"{domain}DTC")
    first, last = pl.col(first_of(name)), pl.col(last_of(name))
    rows = select_performed(domain, table).filter((first == last) & (first <= on))
    return rows.select("USUBJID", first.alias("DAY"), pl.lit(domain).alias("DOMAIN"), pl.col(ROW_COLUMN).alias("ROW"))


def select_scans(records: Records, on: dt.date) -> pl.DataFrame:
    """One row a scan, on its first day: the visits of TR, or those of RS in records without lesions."""
    domain = SCAN_TABLE if records.tables[SCAN_TABLE].height else RESPONSE_TABLE
    table = records.tables[domain]
    if domain == RESPONSE_TABLE:
        table = table.filter(pl.col("RSTESTCD") == "OVRLRESP")
    visit = pl.col("VISITNUM")
    found = evidence_of(domain, table, on).join(
        table.select(pl.col(ROW_COLUMN).alias("ROW"), visit), on="ROW", how="left", maintain_order="left"
    )
    # A scan whose visit has no number stands for itself, day by day.
    named = pl.when(visit.is_null()).then(pl.col("DAY").cast(pl.String)).otherwise(visit.cast(pl.String))
    first = found.sort("USUBJID", "DAY", "ROW").group_by("USUBJID", named.alias("VISIT"), maintain_order=True).first()
    return first.select("USUBJID", "DAY", "DOMAIN", "ROW")


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema={"USUBJID": pl.String, "DAY": pl.Date, "DOMAIN": pl.String, "ROW": pl.Int64})

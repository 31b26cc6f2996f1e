"""The patients' visits and scans at a cut: what the records and the derivation say goes into the planned calendar."""

from __future__ import annotations

import datetime as dt

import polars as pl

from onearm.derive import Derived
from onearm.plan.anchors import Anchors, read_anchors
from onearm.plan.due import DueList, list_due
from onearm.protocol import Protocol
from onearm.protocol.schedule_parts import ScanVisits
from onearm.records import Records


def follow_calendar(protocol: Protocol, records: Records, derived: Derived, *, until: dt.date | None = None) -> DueList:
    """Every planned visit and scan with its status at the cut-off of the derivation; see `plan.due.list_due`."""
    return list_due(protocol, records, find_anchors(protocol, records, derived), until=until)


def find_anchors(protocol: Protocol, records: Records, derived: Derived) -> Anchors:
    """The days from which each patient's visits count, with the day on which progression was first seen."""
    progressed = (
        derived.adrs.filter((pl.col("PARAMCD") == "OVRLRESP") & (pl.col("AVALC") == "PD"))
        .group_by("USUBJID")
        .agg(PROGRESSION=pl.col("ADT").min())
    )
    return read_anchors(protocol, records, derived.adsl, derived.cutoff, progressed)


def asks_for_calendar(protocol: Protocol) -> bool:
    """Whether the protocol plans visits, or says what is done at its scans."""
    schedule = protocol.schedule
    return bool(schedule.visits) or schedule.scans != ScanVisits()

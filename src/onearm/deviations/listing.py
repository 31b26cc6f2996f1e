"""Every departure from the protocol in one list: what a rule found, and what a person recorded (DV)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.deviations.entry import find_late_consent
from onearm.deviations.found import Found
from onearm.deviations.scans import find_scan_deviations
from onearm.protocol import Protocol
from onearm.records import Records, first_of

SAME_DAYS = 14
"""A recorded deviation so near to one that was found is shown beside it; whether it is the same one, a person says."""

COLUMNS = {
    "USUBJID": pl.String,
    "KIND": pl.String,
    "DATE": pl.Date,
    "VALUE": pl.String,
    "LIMIT": pl.String,
    "PATH": pl.String,
    "SRCDOM": pl.String,
    "SRCVAR": pl.String,
    "SRCSEQ": pl.Int64,
    "STATE": pl.String,
}


@dataclass(frozen=True, eq=False)
class Deviations:
    """Departures from the protocol. ``table`` has ``COLUMNS``, one row each, in the order of subject, date, kind.

    STATE: ``to_confirm`` (found by a rule, nobody recorded it), ``near_recorded`` (found, and a row of DV of the same
    patient lies within ``SAME_DAYS``) or ``recorded`` (a row of DV).
    """

    table: pl.DataFrame

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The patients with at least one departure of a kind."""
        return tuple(self.table.filter(pl.col("KIND") == kind)["USUBJID"].unique(maintain_order=True))


def derive_deviations(
    protocol: Protocol, records: Records, derived: Derived, others: Iterable[Found] = ()
) -> Deviations:
    """What the rules find up to the cut-off of a derivation, ``others`` among it, and what is recorded."""
    found = [*find_scan_deviations(protocol, records, derived), *find_late_consent(records, derived), *others]
    recorded = _recorded(records, derived.cutoff)
    days: dict[str, list[dt.date]] = {}
    for entry in recorded:
        if entry.date is not None:
            days.setdefault(entry.subject, []).append(entry.date)
    rows = [(*entry, _state(entry, days)) for entry in found]
    rows += [(*entry, "recorded") for entry in recorded]
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return Deviations(table.sort("USUBJID", "DATE", "KIND", "SRCSEQ", nulls_last=True, maintain_order=True))


def _state(entry: Found, recorded: dict[str, list[dt.date]]) -> str:
    near = entry.date is not None and any(
        abs((day - entry.date).days) <= SAME_DAYS for day in recorded.get(entry.subject, [])
    )
    return "near_recorded" if near else "to_confirm"


def _recorded(records: Records, cutoff: dt.date) -> list[Found]:
    """The rows of DV up to the cut-off; one without a date counts."""
    day = pl.col(first_of("DVSTDTC"))
    rows = records.tables["DV"].filter(day.is_null() | (day <= cutoff)).with_columns(day.alias("DAY"))
    return [
        Found(
            row["USUBJID"],
            "recorded",
            row["DAY"],
            " · ".join(filter(None, (row["DVCAT"], row["DVDECOD"], row["DVTERM"]))),
            "",
            "",
            "DV",
            "DVTERM",
            row["DVSEQ"],
        )
        for row in rows.iter_rows(named=True)
    ]

"""Visits missed, or made outside their window, as the patients' calendar has them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from onearm.deviations.found import Found, Kind
from onearm.plan.due import DueList
from onearm.plan.visits import SCANS

_KINDS: dict[str, Kind] = {"missed": "visit_missed", "outside": "visit_outside_window"}


def find_visit_deviations(due: DueList) -> Iterator[Found]:
    """Each planned visit whose window has passed without it. Scans have rules of their own (`find_scan_deviations`)."""
    late = due.rows.filter(pl.col("STATUS").is_in(list(_KINDS)) & (pl.col("SERIES") != SCANS))
    for row in late.iter_rows(named=True):
        value = row["NAME"]
        if row["DONE"] is not None:
            value = f"{row['NAME']}: {(row['DONE'] - row['PLANNED']).days:+d} days"
        yield Found(
            row["USUBJID"],
            _KINDS[row["STATUS"]],
            row["DONE"] or row["PLANNED"],
            value,
            f"{row['FIRST']} to {row['LAST']}",
            f"schedule.visits.{row['SERIES']}",
            row["SRCDOM"] or "",
            "",
        )

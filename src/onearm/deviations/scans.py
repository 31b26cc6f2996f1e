"""Scans missed, or made outside their window: each planned scan against the days on which tumours were read."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import polars as pl

from onearm.derive import Derived
from onearm.deviations.found import Found
from onearm.plan.calendar import planned_scan_days, scan_windows
from onearm.protocol import Protocol, missing_for
from onearm.records import Records, first_of, select_performed

PATH = "tumour.calendar"


def find_scan_deviations(protocol: Protocol, records: Records, derived: Derived) -> list[Found]:
    """Each planned scan whose window has passed while the patient was followed, and in which none was made.

    A patient is followed for scans until progression, death, a new anticancer therapy, the end of the study or the
    cut. A scan made outside the window, nearer to this planned scan than to another, is told as such with its days
    early (negative) or late. Nothing while the protocol's calendar is open.
    """
    calendar = protocol.tumour.calendar
    if calendar is None or missing_for(protocol, "calendar"):
        return []
    origin = "TRTSDT" if calendar.anchor == "first_dose" else "REGDT"
    starts = derived.adsl.filter(pl.col("TRTFL") == "Y", pl.col(origin).is_not_null())
    if not starts.height:
        return []
    longest = max((derived.cutoff - day).days for day in starts[origin].to_list())
    planned, windows = planned_scan_days(calendar, longest), scan_windows(calendar, longest)
    scans, ends = _scan_days(records, derived.cutoff), _last_days(derived)
    return [
        found
        for row in starts.iter_rows(named=True)
        for found in _of_one(row["USUBJID"], row[origin], planned, windows, scans, ends[row["USUBJID"]])
    ]


def _of_one(
    subject: str,
    start: dt.date,
    planned: list[int],
    windows: list[tuple[int, int]],
    scans: dict[str, list[dt.date]],
    end: dt.date,
) -> Iterator[Found]:
    made = [(day - start).days for day in scans.get(subject, [])]
    for index, (first, last) in enumerate(windows):
        if last >= (end - start).days:
            return
        if bisect_left(made, first) < bisect_right(made, last):
            continue
        before = planned[index - 1] if index else 0
        after = planned[index + 1] if index + 1 < len(planned) else 2 * planned[index]
        near = [day for day in made if day > 0 and before + planned[index] < 2 * day <= planned[index] + after]
        date = start + dt.timedelta(days=planned[index])
        limits = f"{start + dt.timedelta(days=first)} to {start + dt.timedelta(days=last)}"
        if near:
            closest = min(near, key=lambda day: abs(day - planned[index]))
            late = closest - planned[index]
            seen = start + dt.timedelta(days=closest)
            yield Found(subject, "scan_outside_window", seen, f"{late:+d} days", limits, PATH, "TR", "TRDTC")
        else:
            yield Found(subject, "scan_missed", date, "", limits, PATH, "TR", "TRDTC")


def _scan_days(records: Records, cutoff: dt.date) -> dict[str, list[dt.date]]:
    """Days on which a tumour was read, by patient, in order: from the lesions, or from the responses entered."""
    frames = []
    for domain, column in (("TR", "TRDTC"), ("RS", "RSDTC")):
        table = select_performed(domain, records.tables[domain])
        day = pl.col(first_of(column)).alias("DAY")
        frames.append(table.select("USUBJID", day).filter(pl.col("DAY") <= cutoff))
    days = pl.concat(frames).unique().sort("USUBJID", "DAY")
    return {str(subject[0]): rows["DAY"].to_list() for subject, rows in days.group_by("USUBJID", maintain_order=True)}


def _last_days(derived: Derived) -> dict[str, dt.date]:
    """Until when each patient is scanned."""
    progression = derived.adtte.filter(pl.col("PARAMCD") == "PFS", pl.col("CNSR") == 0).select(
        "USUBJID", pl.col("ADT").alias("PROGRESSION")
    )
    ends = derived.adsl.join(progression, on="USUBJID", how="left").select(
        "USUBJID",
        pl.min_horizontal("PROGRESSION", "DTHDT", "NTHERDT", "EOSDT", pl.lit(derived.cutoff)).alias("END"),
    )
    return dict(ends.iter_rows())

"""Which planned visit does a form belong to, and which form is the baseline?"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.errors import Finding, Place
from onearm.plan import planned_scan_days, scan_windows
from onearm.protocol import Protocol
from onearm.protocol.parts import ScanCalendar
from onearm.protocol.quality_parts import QualityOfLifePlan

BASELINE = 0
"""AVISITN of the baseline."""
FAR = 2**31 - 1
"""A day that never comes."""


class PlannedVisit(NamedTuple):
    """A planned visit: its number from 1, its day and window as days after the anchor (both ends included)."""

    number: int
    day: int
    first: int
    last: int

    @property
    def label(self) -> str:
        """``WEEK 9``, or the day where it is no whole week."""
        return f"WEEK {self.day // 7}" if self.day % 7 == 0 else f"DAY {self.day}"


def calendar_of(protocol: Protocol, plan: QualityOfLifePlan) -> ScanCalendar | None:
    """The calendar by which forms are due, with the window of the questionnaires; None while it is open."""
    calendar = protocol.tumour.calendar if plan.schedule == "scans" else plan.calendar
    if calendar is None or plan.schedule is None or plan.window_days is None:
        return None
    return calendar.model_copy(update={"window_days": plan.window_days})


def plan_visits(calendar: ScanCalendar, adsl: pl.DataFrame, cutoff: dt.date) -> list[PlannedVisit]:
    """Every planned visit whose day had come for some patient by the cut-off. Raises RefusedError like `scan_windows`.

    A window never begins before the day after the anchor: what comes earlier is the baseline.
    """
    starts = anchors(calendar, adsl)["ANCHOR"].drop_nulls()
    if starts.is_empty():
        return []
    first_start = starts.min()
    assert isinstance(first_start, dt.date)
    until = (cutoff - first_start).days
    days, windows = planned_scan_days(calendar, until), scan_windows(calendar, until)
    return [
        PlannedVisit(number, day, max(first, 1), last)
        for number, (day, (first, last)) in enumerate(zip(days, windows, strict=True), start=1)
    ]


def anchors(calendar: ScanCalendar, adsl: pl.DataFrame) -> pl.DataFrame:
    """USUBJID, ANCHOR (the day from which visits are counted; null for who has none) and TRTSDT."""
    column = "TRTSDT" if calendar.anchor == "first_dose" else "REGDT"
    return adsl.select("USUBJID", pl.col(column).alias("ANCHOR"), "TRTSDT")


def place_forms(
    forms: pl.DataFrame, adsl: pl.DataFrame, calendar: ScanCalendar, visits: list[PlannedVisit]
) -> tuple[pl.DataFrame, list[Finding]]:
    """The forms with AVISITN (null: in no window), AVISIT, ADY, ANL01FL (``Y``: the one that counts for its visit).

    A form on or before the day of the first dose belongs to the baseline (forms are filled in before dosing; dates
    carry no time), the last of them counting. Later ones belong to the visit in whose window they lie; the nearest to
    the planned day counts, of two equally near ones the earlier (Q004). Of a patient without a first dose, what comes
    before the first window is the baseline. A form without any answer counts only where there is no other.
    """
    dated = forms.join(anchors(calendar, adsl), on="USUBJID", how="left", maintain_order="left")
    since = (pl.col("DATE") - pl.col("ANCHOR")).dt.total_days()
    before = (pl.col("DATE") <= pl.col("TRTSDT")).fill_null(value=False)
    dated = dated.with_columns(SINCE=since).with_columns(_VISIT=_window(visits))
    opens = visits[0].first if visits else FAR
    untreated = pl.col("TRTSDT").is_null() & ((pl.col("SINCE") < opens) | pl.col("SINCE").is_null())
    number = pl.when(before | untreated).then(pl.lit(BASELINE, pl.Int64)).otherwise("_VISIT")
    labels = {BASELINE: "BASELINE", **{visit.number: visit.label for visit in visits}}
    planned = {BASELINE: 0, **{visit.number: visit.day for visit in visits}}
    dated = dated.with_columns(AVISITN=number).with_columns(
        AVISIT=pl.col("AVISITN").replace_strict(labels, default=None, return_dtype=pl.String).fill_null("UNSCHEDULED"),
        ADY=_study_day(),
        _OFF=pl.when(pl.col("AVISITN") == BASELINE)
        .then((pl.coalesce("TRTSDT", pl.lit(dt.date.max)) - pl.col("DATE")).dt.total_days())
        .otherwise((pl.col("SINCE") - pl.col("AVISITN").replace_strict(planned, default=None)).abs()),
    )
    keys = ["USUBJID", "INSTRUMENT", "AVISITN"]
    # At the baseline the nearest form is the last one; of two on one day the one of the later visit number counts.
    late_first = pl.when(pl.col("AVISITN") == BASELINE).then(-pl.col("FORM")).otherwise("FORM")
    best = (
        dated.filter(pl.col("AVISITN").is_not_null())
        .with_columns(_LATE=late_first, _EMPTY=pl.col("NANSWER") == 0)
        .sort("_EMPTY", "_OFF", "DATE", "_LATE")
        .unique(keys, keep="first", maintain_order=True)
        .select("FORM", pl.lit("Y").alias("ANL01FL"))
    )
    placed = dated.join(best, on="FORM", how="left", maintain_order="left")
    return placed.drop("_VISIT", "_OFF", "SINCE", "ANCHOR"), _doubled(placed)


def _study_day() -> pl.Expr:
    days = (pl.col("DATE") - pl.col("TRTSDT")).dt.total_days()
    return pl.when(days >= 0).then(days + 1).otherwise(days)


def _window(visits: list[PlannedVisit]) -> pl.Expr:
    """Number of the visit in whose window a day after the anchor lies; windows never overlap."""
    first = np.array([visit.first for visit in visits], np.int64)
    last = np.array([visit.last for visit in visits], np.int64)

    def find(days: pl.Series) -> pl.Series:
        if not len(first):
            return pl.Series([None] * len(days), dtype=pl.Int64)
        values = days.fill_null(-1).to_numpy()
        at = np.searchsorted(first, values, side="right") - 1
        inside = (at >= 0) & (values <= last[np.maximum(at, 0)])
        return pl.Series(np.where(inside, at + 1, 0), dtype=pl.Int64).replace(0, None)

    return pl.col("SINCE").map_batches(find, return_dtype=pl.Int64)


def _doubled(placed: pl.DataFrame) -> list[Finding]:
    later = placed.filter(pl.col("AVISITN") > BASELINE)
    doubled = later.filter(pl.len().over("USUBJID", "INSTRUMENT", "AVISITN") > 1)
    findings = []
    for key, group in doubled.group_by("USUBJID", "INSTRUMENT", "AVISITN", maintain_order=True):
        dates = " and ".join(str(day) for day in group["DATE"].to_list())
        values = {"instrument": str(key[1]), "dates": dates, "visit": str(group["AVISIT"].item(0))}
        place = Place("QS", path="QSDTC", row=int(group["_ROW"].item(0)), subject=str(key[0]))
        findings.append(Finding("Q004", place, values, "note"))
    return findings

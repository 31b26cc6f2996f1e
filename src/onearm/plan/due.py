"""Which planned visits and scans were made, are due, are overdue or were missed, as known on a day?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.errors import Finding, RefusedError
from onearm.plan.activities import evidence_of, select_evidence, select_scans
from onearm.plan.anchors import Anchors
from onearm.plan.civil_dates import day_number
from onearm.plan.visits import SCANS, list_refusals, plan_scans, plan_visits
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.records import Records

STATUSES = (
    "done", "incomplete", "outside", "due", "overdue", "missed", "planned", "not_applicable", "unclear",
)  # fmt: skip
"""``done``: made within its window. ``incomplete``: made, and a declared activity has no row within the window, which
has passed (or the patient left, or what ends the visits came, within it). ``outside``: the window has passed without
the visit, which was made before or after it. ``due``: the window is open, the visit or a declared activity of it is
still to be made, and the planned day has not passed; ``overdue``: the same, and the planned day has passed. ``missed``:
the window has passed and nothing was found. ``planned``: the window is still to come. ``not_applicable``: the patient
left, or what ends the visits came, before the window had passed. ``unclear``: the protocol does not say whether the
visit was still due."""

NOW = ("due", "overdue")
FAR = np.int64(2**31 - 1)

Days = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DueList:
    """The planned visits and scans of every patient with what became of them, and what could not be planned.

    ``rows``: the columns of `plan_visits`, then SITEID, NAME (of the occasion), STATUS, DONE (the day it was made),
    SRCDOM and SRCROW (the row that shows it), NOT_DONE (ids of activities without a row in the window, of a visit of
    which something was made). A visit that is due for what it lacks has no DONE so far.
    """

    on: dt.date
    rows: pl.DataFrame
    findings: tuple[Finding, ...]

    def now(self) -> pl.DataFrame:
        """What is due or overdue, the most urgent (its window closes first) first."""
        return self.rows.filter(pl.col("STATUS").is_in(NOW)).sort("LAST", "USUBJID", "SERIES", "NUMBER")


def list_due(
    protocol: Protocol, records: Records, anchors: Anchors, *, until: dt.date | None = None, scans: bool = True
) -> DueList:
    """Every planned visit and scan with its status on ``anchors.on``; no row of a later day is read.

    One visit is made for one planned visit of a series at most; one day in the clinic may serve several series.
    Planned visits of patients who have left are listed up to ``on``, those of the others up to ``until`` (see
    `find_horizon`). Scans are left out where their calendar is open, with the finding.
    """
    on = anchors.on
    staying = anchors.days.with_columns(LAST_DAY=pl.lit(None, pl.Date))
    findings = [*anchors.findings, *list_refusals(protocol)]
    visits = plan_visits(protocol, staying, anchors.doses, until=until)
    planned = [_without_cycles_not_begun(protocol, visits, on)]
    if scans:
        try:
            planned.append(plan_scans(protocol, staying, until=until))
        except RefusedError as refused:
            findings += refused.findings
    frames = [
        _judge(protocol, records, anchors, series)
        for frame in planned
        for series in frame.partition_by("SERIES", maintain_order=True)
    ]
    empty = _judge(protocol, records, anchors, visits.clear())
    rows = pl.concat([empty, *frames])
    unclear = rows.filter(pl.col("STATUS") == "unclear")["USUBJID"].n_unique()
    if unclear:
        place = protocol.place_of("schedule.scans.until")
        findings.append(Finding("K004", place, {"subjects": str(unclear)}, "warning"))
    return DueList(on, rows, tuple(findings))


def _without_cycles_not_begun(protocol: Protocol, visits: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """Without the visits of cycles that wait for a cycle that is itself late: of those, the first alone is expected."""
    of_cycles = [series.id for series in protocol.schedule.visits if series.anchor == "cycles_of"]
    waits = pl.col("PROJECTED") & pl.col("SERIES").is_in(of_cycles)
    first = pl.col("CYCLE").filter(pl.col("PROJECTED")).min().over("USUBJID", "SERIES")
    late = waits & (pl.col("PLANNED") <= on) & (pl.col("CYCLE") > first)
    return visits.filter(~late.fill_null(value=False))


def _judge(protocol: Protocol, records: Records, anchors: Anchors, planned: pl.DataFrame) -> pl.DataFrame:
    """The statuses of one series (or of none)."""
    on = anchors.on
    name = planned["SERIES"].item(0) if planned.height else ""
    made = _made_by(protocol, records, name, on)
    n = planned.height
    place = {subject: number for number, subject in enumerate(anchors.days["USUBJID"].to_list())}
    patient = planned["USUBJID"].replace_strict(place, return_dtype=pl.Int64).to_numpy() if n else np.zeros(0, np.int64)
    day, first, last = (_numbers(planned[column]) for column in ("PLANNED", "FIRST", "LAST"))
    if name == SCANS:
        anchor = "FIRST_DOSE" if protocol.tumour.calendar is None else protocol.tumour.calendar.anchor.upper()
        start = anchors.days.select("USUBJID", pl.col(anchor).alias("START"))
        made = made.join(start, on="USUBJID").filter(pl.col("DAY") > pl.col("START")).drop("START")
    source = _Source(made, place)
    row = source.nearest(patient, day, first, last)
    low, high = _cells(patient, day, first, last)
    beside = np.where(row < 0, source.nearest(patient, day, low, high), -1)
    today = day_number(on)
    ended, open_end = _ends(protocol, anchors, name)
    left = _column(anchors, "LAST_DAY")[patient]
    stops = ended[patient]
    lacking = _lacking(protocol, records, name, on, planned, patient, first, last, place)
    closed = (last < today) | (np.minimum(np.minimum(left, stops), open_end[patient]) <= last)
    status = np.select(
        [
            (row >= 0) & (lacking == ""),
            (row >= 0) & closed,
            left <= last,
            stops <= last,
            open_end[patient] <= last,
            (last < today) & (beside >= 0),
            last < today,
            today < first,
            today <= day,
        ],
        ["done", "incomplete", "not_applicable", "not_applicable", "unclear", "outside", "missed", "planned", "due"],
        "overdue",
    ) if n else np.zeros(0, np.str_)  # fmt: skip
    is_made = np.isin(status, ("done", "incomplete"))
    shown = np.where(is_made, row, np.where(status == "outside", beside, -1))
    out = planned.with_columns(
        SITEID=anchors.days["SITEID"].gather(patient) if n else pl.Series([], dtype=pl.String),
        NAME=name_occasions(protocol, name, planned),
        STATUS=pl.Series(status.tolist(), dtype=pl.String),
        DONE=source.pick("DAY", shown),
        SRCDOM=source.pick("DOMAIN", shown),
        SRCROW=source.pick("ROW", shown),
        NOT_DONE=pl.Series(np.where(row >= 0, lacking, "").tolist(), dtype=pl.String),
    )
    gone = pl.col("STATUS").is_in(("not_applicable", "unclear")) & (pl.col("PLANNED") > on)
    return out.filter(~gone)


class _Source:
    """Rows that show something was done, ordered by patient and day."""

    def __init__(self, rows: pl.DataFrame, place: dict[str, int]) -> None:
        known = rows.filter(pl.col("USUBJID").is_in(list(place)))
        patient = known["USUBJID"].replace_strict(place, return_dtype=pl.Int64, default=None)
        self.rows = known.with_columns(patient.alias("PATIENT")).sort("PATIENT", "DAY", "ROW")
        self.keys = self.rows["PATIENT"].to_numpy().astype(np.int64) * _SHIFT + _numbers(self.rows["DAY"])

    def nearest(self, patient: Days, day: Days, first: Days, last: Days) -> Days:
        """Row nearest to each planned day within its bounds (of two equally near the earlier); -1 for none."""
        if not len(self.keys) or not len(day):
            return np.full(len(day), -1, np.int64)
        base = patient * _SHIFT
        after = np.searchsorted(self.keys, base + day)
        before = np.searchsorted(self.keys, self.keys[np.maximum(after - 1, 0)])
        later = np.where(after < len(self.keys), self.keys[np.minimum(after, len(self.keys) - 1)] - base, FAR)
        earlier = np.where(after > 0, self.keys[before] - base, -FAR)
        fits_later = (later <= last) & (later >= first)
        fits_earlier = (earlier >= first) & (earlier <= last)
        takes_earlier = fits_earlier & (~fits_later | (day - earlier <= later - day))
        return np.where(takes_earlier, before, np.where(fits_later, after, -1))

    def pick(self, column: str, row: Days) -> pl.Series:
        """A column at the rows; null at -1."""
        return self.rows[column].gather(pl.Series(row, dtype=pl.Int64).replace(-1, None))


_SHIFT = np.int64(2**32)


def _numbers(days: pl.Series) -> Days:
    return days.cast(pl.Int32).cast(pl.Int64).to_numpy()


def _column(anchors: Anchors, name: str) -> Days:
    return anchors.days[name].cast(pl.Int32).cast(pl.Int64).fill_null(int(FAR)).to_numpy()


def _made_by(protocol: Protocol, records: Records, name: str, on: dt.date) -> pl.DataFrame:
    """Rows that show that a visit of a series was made: its own activities', and the clinic visits of SV.

    Where the activities name tables, an SV row tells of it only at visits that all happen in the clinic: so it counts,
    and what it lacks is listed.
    """
    if name == SCANS:
        return select_scans(records, on)
    series = next((one for one in protocol.schedule.visits if one.id == name), None)
    wanted = series.activities if series is not None else ()
    found = [
        select_evidence(protocol, activity, records, on, series)
        for activity in protocol.schedule.activities
        if activity.id in wanted
    ]
    return pl.concat([evidence_of("SV", records.tables["SV"], on), *found])


def _cells(patient: Days, day: Days, first: Days, last: Days) -> tuple[Days, Days]:
    """The days nearer to each planned visit than to any other of its series; its window where it has no neighbour."""
    low, high = first.copy(), last.copy()
    if len(day) > 1:
        same = patient[1:] == patient[:-1]
        middle = (day[1:] + day[:-1]) // 2
        # A day in the window of the one visit belongs to no other, though it may be nearer to it.
        low[1:] = np.where(same, np.maximum(middle + 1, last[:-1] + 1), low[1:])
        high[:-1] = np.where(same, np.minimum(middle, first[1:] - 1), high[:-1])
        # The first of a series reaches as far back as it reaches forward, the last as far forward as back.
        opens, ends = np.append(True, ~same), np.append(~same, True)
        low = np.where(opens & ~ends, np.minimum(low, 2 * day - high + 1), low)
        high = np.where(ends & ~opens, np.maximum(high, 2 * day - low), high)
    return np.minimum(low, first), np.maximum(high, last)


def _ends(protocol: Protocol, anchors: Anchors, name: str) -> tuple[Days, Days]:
    """The day that ends a series for each patient, and the day from which the protocol does not say."""
    never = np.full(anchors.days.height, FAR)
    if name == SCANS:
        stops = protocol.schedule.scans.until
        days = {
            "progression": _column(anchors, "PROGRESSION"),
            "new_therapy": _column(anchors, "NEW_THERAPY"),
            "end_of_treatment": _column(anchors, "END_OF_TREATMENT"),
        }
        named = [days[stop] for stop in (tuple(days) if stops is None else stops)]
        first = np.min(named, axis=0) if named else never
        return (never, first) if stops is None else (first, never)
    series = next((one for one in protocol.schedule.visits if one.id == name), None)
    if series is not None and (series.anchor == "cycles_of" or series.during == "treatment"):
        return _column(anchors, "END_OF_TREATMENT"), never
    return never, never


def _lacking(
    protocol: Protocol,
    records: Records,
    name: str,
    on: dt.date,
    planned: pl.DataFrame,
    patient: Days,
    first: Days,
    last: Days,
    place: dict[str, int],
) -> npt.NDArray[np.str_]:
    """Ids of the activities of each planned visit that no row within the window shows, joined by blanks."""
    schedule = protocol.schedule
    series = next((one for one in schedule.visits if one.id == name), None)
    wanted = schedule.scans.activities if name == SCANS else series.activities if series is not None else ()
    words = np.full(planned.height, "", dtype=object)
    for activity in schedule.activities:
        if activity.id in wanted and activity.seen_in is not None and planned.height:
            source = _Source(select_evidence(protocol, activity, records, on, series), place)
            missing = source.nearest(patient, first, first, last) < 0
            words = np.where(missing, words + np.where(words == "", "", " ") + activity.id, words)
    return words.astype(np.str_)


def name_occasions(protocol: Protocol, name: str, planned: pl.DataFrame) -> pl.Series:
    """What people call each planned visit of one series: ``HAIC cycle 3 day 1``, ``Scan 2``."""
    series = next((one for one in protocol.schedule.visits if one.id == name), None)
    if series is None:
        words: pl.Expr = pl.format("Scan {}", "NUMBER")
    elif series.anchor == "cycles_of":
        words = pl.format(f"{_plain(text_in(series.name))} cycle {{}} day {{}}", "CYCLE", "CYCLE_DAY")
    elif series.every is not None:
        words = pl.format(f"{_plain(text_in(series.name))} {{}}", "NUMBER")
    else:
        words = pl.lit(text_in(series.name))
    return planned.with_columns(words.alias("NAME"))["NAME"] if planned.height else pl.Series([], dtype=pl.String)


def _plain(text: str) -> str:
    return text.replace("{", "(").replace("}", ")")

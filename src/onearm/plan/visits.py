"""On which days is a patient expected? Visits and scans as a pure function of the patient's days and the protocol.

Scans count from one day of the patient and nothing else. Visits count from the day that their series names; those of
``cycles_of`` follow the cycles of one component as they were given. Nothing here reads whether a visit was made.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.errors import Finding, RefusedError
from onearm.plan.calendar import planned_scan_days, scan_windows
from onearm.plan.civil_dates import EPOCH, add_time, add_times, day_number, last_day_of
from onearm.plan.cycles import find_cycles
from onearm.protocol import Protocol
from onearm.protocol.schedule_parts import VisitSeries

__all__ = ["SCANS", "find_horizon", "list_refusals", "plan_scans", "plan_visits"]

SCANS = "scans"
"""SERIES of the scans of ``tumour.calendar``; no series of visits may bear this name."""

NEVER = np.int64(2**31 - 1)
"""Stands for a day that a patient does not have."""
MONTHS_SHOWN = 24

Days = npt.NDArray[np.int64]


def plan_visits(
    protocol: Protocol, anchors: pl.DataFrame, doses: pl.DataFrame | None = None, *, until: dt.date | None = None
) -> pl.DataFrame:
    """Every planned visit of every patient, series by series, then patient, then day.

    ``anchors``: one row a patient: USUBJID and the days CONSENT, INCLUSION, FIRST_DOSE, END_OF_TREATMENT, LAST_DAY (on
    which the patient left the study), null where there is none. ``doses``: USUBJID, COMPONENT, DAY of what was given;
    without it every component is taken to begin on FIRST_DOSE and to keep its interval. ``until``: last day planned
    for (see `find_horizon`).

    Columns: USUBJID, SERIES, NUMBER (from 1), CYCLE and CYCLE_DAY (of ``cycles_of``), PLANNED, FIRST and LAST day of
    the window (both included), PROJECTED (the cycle has not been given so far). Series that the protocol does not say
    enough of are left out: see `list_refusals`.
    """
    refused = {finding.values["series"] for finding in list_refusals(protocol) if finding.severity == "error"}
    patients = _Patients(protocol, anchors, doses, until)
    frames = [_series(protocol, series, patients) for series in protocol.schedule.visits if series.id not in refused]
    return pl.concat([_frame(patients, "", _Planned.nothing()).clear(), *frames])


def plan_scans(protocol: Protocol, anchors: pl.DataFrame, *, until: dt.date | None = None) -> pl.DataFrame:
    """Every planned scan of every patient after the anchor of the calendar, in the columns of `plan_visits`.

    No dose moves a scan. Raises RefusedError: K006 without a calendar, D002 while its reading is open, D003, D004 while
    its window is.
    """
    calendar = protocol.tumour.calendar
    if calendar is None:
        raise RefusedError([Finding("K006", protocol.place_of("tumour.calendar"))])
    patients = _Patients(protocol, anchors, None, until)
    anchor = patients.day("FIRST_DOSE" if calendar.anchor == "first_dose" else "INCLUSION")
    end = np.minimum(patients.horizon, patients.last_day)
    known = anchor != NEVER
    reach = int((end - anchor)[known].max(initial=0))
    days = np.array(planned_scan_days(calendar, reach), np.int64)
    windows = np.array(scan_windows(calendar, reach), np.int64).reshape(-1, 2)
    return _frame(patients, SCANS, _broadcast(anchor, days, days - windows[:, 0], windows[:, 1] - days, end))


def list_refusals(protocol: Protocol) -> list[Finding]:
    """What the protocol must say before a series of visits can be planned: K001, K002, K003, one a gap, as errors; as
    a note (K008) visits during treatment whose longest duration is open."""
    every = {component.id: component.every for component in protocol.treatment.components}
    found = []
    for series in protocol.schedule.visits:
        path = f"schedule.visits.{series.id}"
        if series.anchor == "cycles_of" and every.get(series.component or "") is None:
            values = {"series": series.id, "component": str(series.component)}
            place = protocol.place_of(f"treatment.components.{series.component}.every")
            found.append(Finding("K001", place, values))
        for field in ("days_before", "days_after"):
            if getattr(series, field) is None:
                values = {"series": series.id, "field": field}
                found.append(Finding("K002", protocol.place_of(f"{path}.{field}"), values))
        if series.every is not None and series.until is None and series.during is None:
            found.append(Finding("K003", protocol.place_of(f"{path}.during"), {"series": series.id}))
        if _with_treatment(series) and protocol.treatment.max_duration is None:
            place = protocol.place_of("treatment.max_duration")
            found.append(Finding("K008", place, {"series": series.id}, "note"))
    return found


def find_horizon(protocol: Protocol, anchors: pl.DataFrame, until: dt.date | None = None) -> dt.date:
    """Last day planned for: ``until``, but never after the last day that ``identity.study_end`` can mean.

    Where there is neither, 24 calendar months after the latest anchor of any patient.
    """
    end = protocol.identity.study_end
    latest = [day for name in ("FIRST_DOSE", "INCLUSION", "CONSENT") for day in anchors[name].drop_nulls().to_list()]
    if end is not None:
        last = last_day_of(end)
        return last if until is None else min(last, until)
    return until or add_time(max(latest, default=EPOCH), months=MONTHS_SHOWN)


class _Planned:
    """Planned days in patient order: patient's place, number, cycle and its day (0 without one), window, projected."""

    def __init__(self, patient: Days, number: Days, planned: Days, first: Days, last: Days) -> None:
        self.patient, self.number, self.planned, self.first, self.last = patient, number, planned, first, last
        self.cycle = self.cycle_day = np.zeros(len(planned), np.int64)
        self.projected = np.zeros(len(planned), np.bool_)

    @classmethod
    def nothing(cls) -> _Planned:
        none = np.zeros(0, np.int64)
        return cls(none, none, none, none, none)


class _Patients:
    """The patients' days as integers since 1970-01-01, and how far is planned."""

    def __init__(
        self, protocol: Protocol, anchors: pl.DataFrame, doses: pl.DataFrame | None, until: dt.date | None
    ) -> None:
        self.frame, self.doses = anchors, doses
        self.names = anchors["USUBJID"]
        self.horizon = day_number(find_horizon(protocol, anchors, until))
        self.last_day = self.day("LAST_DAY")
        end = protocol.identity.study_end
        # No visit is made after the patient has left or the study has ended, window or not.
        self.closes = np.minimum(self.last_day, NEVER if end is None else day_number(last_day_of(end)))
        longest = protocol.treatment.max_duration
        planned_end = np.full(len(self.names), NEVER)
        if longest is not None:
            first = self.day("FIRST_DOSE")
            planned_end = np.where(first == NEVER, NEVER, add_times(np.where(first == NEVER, 0, first), longest))
        ended = self.day("END_OF_TREATMENT")
        self.treatment_end = np.where(ended == NEVER, planned_end, ended)

    def day(self, name: str) -> Days:
        """A column of days; NEVER where there is none."""
        return self.frame[name].cast(pl.Int32).cast(pl.Int64).fill_null(int(NEVER)).to_numpy()

    def given(self, component: str) -> tuple[Days, Days] | None:
        """Patient and day of every dose of a component, in order, each day once; None where no doses are known of."""
        if self.doses is None:
            return None
        places = pl.DataFrame({"USUBJID": self.names, "PLACE": pl.Series(range(len(self.names)), dtype=pl.Int64)})
        own = self.doses.filter(pl.col("COMPONENT") == component).join(places, on="USUBJID")
        own = own.select("PLACE", pl.col("DAY").cast(pl.Int32).cast(pl.Int64)).unique().sort("PLACE", "DAY")
        return own["PLACE"].to_numpy(), own["DAY"].to_numpy()


def _with_treatment(series: VisitSeries) -> bool:
    return series.anchor == "cycles_of" or series.during == "treatment"


def _series(protocol: Protocol, series: VisitSeries, patients: _Patients) -> pl.DataFrame:
    before, after = series.days_before or 0, series.days_after or 0
    end = np.minimum(patients.horizon, patients.last_day)
    if _with_treatment(series):
        end = np.minimum(end, patients.treatment_end)
    if series.anchor == "cycles_of":
        return _frame(patients, series.id, _plan_cycles(protocol, series, patients, end, before, after))
    anchor = _anchor(series, patients)
    offsets = np.array([series.first_day], np.int64)
    if series.every is not None and series.every.days is not None:
        known = anchor != NEVER
        reach = int((end - anchor)[known].max(initial=-1))
        offsets = np.arange(series.first_day, max(reach, series.first_day) + 1, series.every.days, dtype=np.int64)
    if series.until is not None:
        shown = np.where(anchor == NEVER, 0, anchor)
        end = np.minimum(end, np.where(anchor == NEVER, NEVER, add_times(shown, series.until)))
    width = np.ones(len(offsets), np.int64)
    return _frame(patients, series.id, _broadcast(anchor, offsets, before * width, after * width, end))


def _anchor(series: VisitSeries, patients: _Patients) -> Days:
    if series.anchor == "first_dose_of":
        given = patients.given(series.component or "")
        if given is None:
            return patients.day("FIRST_DOSE")
        first = np.full(len(patients.names), NEVER)
        np.minimum.at(first, given[0], given[1])
        return first
    return patients.day(series.anchor.upper())


def _broadcast(anchor: Days, offsets: Days, before: Days, after: Days, end: Days) -> _Planned:
    """Offsets laid over every patient's anchor, up to each patient's end (included)."""
    planned = anchor[:, None] + offsets[None, :]
    patient, number = np.nonzero((anchor != NEVER)[:, None] & (planned <= end[:, None]))
    day = planned[patient, number]
    return _Planned(patient, number + 1, day, day - before[number], day + after[number])


def _plan_cycles(
    protocol: Protocol, series: VisitSeries, patients: _Patients, end: Days, before: int, after: int
) -> _Planned:
    component = next(c for c in protocol.treatment.components if c.id == series.component)
    first = patients.day("FIRST_DOSE")
    cycles = find_cycles(component, first, patients.given(component.id), end, int(NEVER))
    day = cycles.start[:, None] + np.array(series.cycle_days, np.int64)[None, :] - 1
    low, high = series.cycles or (1, int(NEVER))
    wanted = (cycles.number >= low) & (cycles.number <= high)
    # A day of the cycle on which the next one has begun already does not come.
    kept = wanted[:, None] & (day < cycles.following[:, None]) & (day <= end[cycles.patient][:, None])
    row, place = np.nonzero(kept)
    planned, patient = day[row, place], cycles.patient[row]
    made = _Planned(patient, _count_within(patient), planned, *_windows(patient, planned, before, after))
    made.cycle, made.cycle_day = cycles.number[row], np.array(series.cycle_days, np.int64)[place]
    made.projected = ~cycles.given[row]
    return made


def _count_within(patient: Days) -> Days:
    """1, 2, … within each run of equal patients."""
    place = np.arange(len(patient))
    starts = np.flatnonzero(np.diff(patient, prepend=-1))
    return place - np.repeat(starts, np.diff(starts, append=len(patient))) + 1


def _windows(patient: Days, planned: Days, before: int, after: int) -> tuple[Days, Days]:
    """First and last day of each window; a day between two visits belongs to the nearer, in the middle to the earlier.

    So windows of one patient never overlap, even where a cycle was given early.
    """
    first, last = planned - before, planned + after
    same = patient[1:] == patient[:-1]
    middle = (planned[1:] + planned[:-1]) // 2
    first[1:] = np.where(same, np.maximum(first[1:], middle + 1), first[1:])
    last[:-1] = np.where(same, np.minimum(last[:-1], middle), last[:-1])
    return first, last


def _frame(patients: _Patients, name: str, made: _Planned) -> pl.DataFrame:
    def date(label: str, days: Days) -> pl.Series:
        return pl.Series(label, days.astype(np.int32), dtype=pl.Int32).cast(pl.Date)

    def count(label: str, values: Days) -> pl.Series:
        return pl.Series(label, values.astype(np.int32), dtype=pl.Int32)

    names = patients.names.gather(made.patient) if len(made.patient) else patients.names.clear()
    frame = pl.DataFrame([
        names.cast(pl.String).alias("USUBJID"), count("NUMBER", made.number), count("CYCLE", made.cycle),
        count("CYCLE_DAY", made.cycle_day), date("PLANNED", made.planned), date("FIRST", made.first),
        date("LAST", np.minimum(made.last, patients.closes[made.patient])),
        pl.Series("PROJECTED", made.projected, dtype=pl.Boolean),
    ])  # fmt: skip
    has_cycle = pl.col("CYCLE") > 0
    return frame.select(
        "USUBJID", pl.lit(name).alias("SERIES"), "NUMBER",
        pl.when(has_cycle).then("CYCLE").alias("CYCLE"), pl.when(has_cycle).then("CYCLE_DAY").alias("CYCLE_DAY"),
        "PLANNED", "FIRST", "LAST", "PROJECTED",
    )  # fmt: skip

"""Can the trial be done in its time? Accrual, the interim and the follow-up of the last patient, date by date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from onearm.errors import Finding
from onearm.plan.calendar import planned_scan_days
from onearm.plan.civil_dates import add_duration, add_time, first_day_of, last_day_of
from onearm.protocol import Protocol
from onearm.protocol.calendar_reading import needs_reading

_FAR_DAYS = 40_000
_MOST_SCANS = 200


@dataclass(frozen=True)
class Accrual:
    """When patients enter at one rate, evenly, the first of them one interval after the start."""

    per_month: Fraction
    pauses: bool
    """Whether nobody enters from the last stage-one entry to the interim decision."""
    last_of_stage_one: dt.date | None
    interim: dt.date | None
    """Earliest day on which the interim decision can be taken."""
    last_entry: dt.date
    fits: dict[str, bool]
    """Whether the last patient enters in time, by the name of the demand (``Limit.name``)."""


@dataclass(frozen=True)
class Limit:
    """The last day on which a patient may enter for something to be complete by the end of the study."""

    name: str
    """``full_exposure`` or ``final_assessment``."""
    earliest: dt.date
    """Where the study's end is written as a month: reckoned from its first day."""
    latest: dt.date
    """Reckoned from its last day."""
    how: str


@dataclass(frozen=True)
class Timeline:
    """The study's dates, the limits on entry, what the interim waits for, and accrual."""

    start: dt.date | None
    end_earliest: dt.date | None
    end_latest: dt.date | None
    months: tuple[int, int] | None
    """Whole calendar months from the first day that the start can mean to the first and last that the end can."""
    limits: tuple[Limit, ...]
    interim_wait_days: int | None
    """Days from the last stage-one patient's entry to the earliest interim decision."""
    interim_wait: str
    accruals: tuple[Accrual, ...]
    required: dict[str, dict[str, Fraction | None]]
    """Fewest patients a month, in tenths, so that all enter in time: by demand, then ``pausing`` or ``continuing``."""
    findings: tuple[Finding, ...]
    """What the protocol leaves open (K009)."""


def plan_timeline(protocol: Protocol, per_month: Decimal | None = None) -> Timeline:
    """The timeline of a trial; ``per_month``: patients that enter in a calendar month, evenly spread.

    The k-th patient enters k / rate calendar months after the first day of the study, rounded up to a day, and is
    treated on that day. Months and years go by the civil calendar. What the protocol leaves open is named in
    ``findings`` (K009) and whatever needs it is left out, never guessed. Limits are judged by the last day that the
    study's end can mean.
    """
    inputs = _Inputs(protocol)
    limits = tuple(_limits(inputs))
    wait, words = _interim_wait(inputs)
    accruals, required = _accruals(inputs, limits, wait, per_month)
    return Timeline(
        start=inputs.start,
        end_earliest=inputs.end_earliest,
        end_latest=inputs.end_latest,
        months=_span(inputs),
        limits=limits,
        interim_wait_days=wait,
        interim_wait=words,
        accruals=accruals,
        required=required,
        findings=tuple(inputs.findings),
    )


class _Inputs:
    """What the protocol says of its time, and findings for what it does not."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.findings: list[Finding] = []
        identity, design = protocol.identity, protocol.design
        start, end = identity.study_start, identity.study_end
        self.start = first_day_of(start) if start else None
        self.end_earliest = first_day_of(end) if end else None
        self.end_latest = last_day_of(end) if end else None
        if start is None:
            self.ask_for("identity.study_start", "when the study begins", _ALL)
        if end is None:
            self.ask_for("identity.study_end", "when the study ends", _ALL)
        self.longest = protocol.treatment.max_duration
        if self.longest is None:
            self.ask_for("treatment.max_duration", "how long treatment lasts at most", "The last entry needs it.")
        self.n = design.n
        if design.n is None:
            self.ask_for("design.n", "how many patients are planned", "Accrual needs it.")
        self.two_stage = design.kind == "two-stage"
        self.n1 = design.n1 if self.two_stage else None
        if self.two_stage and design.n1 is None:
            self.ask_for("design.n1", "how many patients stage one has", "The interim waits for the last of them.")
        self.scans = self._scan_days()

    def ask_for(self, path: str, what: str, why: str) -> None:
        """Note that the protocol leaves something open."""
        place = self.protocol.place_of(path)
        self.findings.append(Finding("K009", place, {"what": what, "path": path, "why": why}, "warning"))

    def _scan_days(self) -> list[int] | None:
        calendar = self.protocol.tumour.calendar
        if calendar is None:
            self.ask_for("tumour.calendar", "on which weeks tumours are assessed", _SCANS)
            return None
        if calendar.reading is None and needs_reading(calendar):
            self.ask_for("tumour.calendar.reading", "how scans go on where a phase ends between two of them", _SCANS)
            return None
        if any(phase.every.days is None for phase in calendar.phases):
            return None
        days = planned_scan_days(calendar, _FAR_DAYS)
        return days[:_MOST_SCANS]

    def scan_day(self, path: str, number: int | None, what: str) -> int | None:
        """Days from the anchor to a planned scan; None, with a finding, where its number is open."""
        if number is None:
            self.ask_for(path, what, "Nobody knows how long the last patient is followed before the decision.")
            return None
        if self.scans is None or number > len(self.scans):
            return None
        return self.scans[number - 1]


_ALL = "Nothing can be reckoned without the study's first and last day."
_SCANS = "The decision waits for planned scans."


def _span(inputs: _Inputs) -> tuple[int, int] | None:
    if inputs.start is None or inputs.end_earliest is None or inputs.end_latest is None:
        return None
    return _whole_months(inputs.start, inputs.end_earliest), _whole_months(inputs.start, inputs.end_latest)


def _whole_months(start: dt.date, end: dt.date) -> int:
    """Whole calendar months between two days, both included: 1 October to 30 June are nine."""
    months, after = 0, end + dt.timedelta(days=1)
    while add_time(start, months=months + 1) <= after:
        months += 1
    return months


def _limits(inputs: _Inputs) -> list[Limit]:
    first, last = inputs.end_earliest, inputs.end_latest
    design = inputs.protocol.design
    tested = design.kind != "exploratory"
    scan = None
    if tested:
        number = design.final.assessed_through_scan
        what = "through which scan every patient is followed before the final decision"
        scan = inputs.scan_day("design.final.assessed_through_scan", number, what)
    if first is None or last is None:
        return []
    limits = []
    if inputs.longest is not None:
        how = f"{inputs.longest} of treatment before the end of the study"
        latest = add_duration(last, inputs.longest, -1)
        limits.append(Limit("full_exposure", add_duration(first, inputs.longest, -1), latest, how))
    if scan is not None:
        late = inputs.protocol.tumour.calendar
        width = (late.window_days if late is not None else None) or 0
        days = dt.timedelta(days=scan + width)
        how = f"planned scan {design.final.assessed_through_scan} on day {scan}, up to {width} days late"
        limits.append(Limit("final_assessment", first - days, last - days, how))
    return limits


def _interim_wait(inputs: _Inputs) -> tuple[int | None, str]:
    """Days that the interim waits after the last stage-one entry: to the planned scan, and to a confirmation."""
    if not inputs.two_stage:
        return None, ""
    interim, options = inputs.protocol.design.interim, inputs.protocol.response_options
    what = "through which scan stage one is followed before the interim decision"
    scan = inputs.scan_day("design.interim.assessed_through_scan", interim.assessed_through_scan, what)
    if interim.counts is None:
        inputs.ask_for(
            "design.interim.counts",
            "whether a response that still waits for its confirming scan counts at the interim",
            "If it does not, the interim waits for the confirmation.",
        )
    if scan is None or interim.counts is None or options is None:
        return None, ""
    words = f"planned scan {interim.assessed_through_scan} on day {scan}"
    if options.confirmation == "required" and interim.counts == "confirmed":
        wait = options.confirmation_min_days
        return scan + wait, f"{words}, and {wait} days to confirm a response first seen on it"
    return scan, words


def _entry(start: dt.date, count: int, rate: Fraction) -> dt.date:
    """The day on which the ``count``-th patient after ``start`` enters: ``count / rate`` calendar months later."""
    months = Fraction(count) / rate
    whole = months.numerator // months.denominator
    begin, following = add_time(start, months=whole), add_time(start, months=whole + 1)
    part = (months - whole) * (following - begin).days
    return begin + dt.timedelta(days=-(-part.numerator // part.denominator))


def _accrue(inputs: _Inputs, limits: tuple[Limit, ...], wait: int | None, rate: Fraction, pauses: bool) -> Accrual:
    assert inputs.start is not None and inputs.n is not None
    stage_one = _entry(inputs.start, inputs.n1, rate) if inputs.n1 is not None else None
    interim = stage_one + dt.timedelta(days=wait) if stage_one is not None and wait is not None else None
    last = _entry(inputs.start, inputs.n, rate)
    if pauses and interim is not None and inputs.n1 is not None:
        last = _entry(interim, inputs.n - inputs.n1, rate)
    return Accrual(rate, pauses, stage_one, interim, last, {limit.name: last <= limit.latest for limit in limits})


def _accruals(
    inputs: _Inputs, limits: tuple[Limit, ...], wait: int | None, per_month: Decimal | None
) -> tuple[tuple[Accrual, ...], dict[str, dict[str, Fraction | None]]]:
    if inputs.start is None or inputs.n is None:
        return (), {}
    ways = {"continuing": False}
    if inputs.two_stage and wait is not None and inputs.n1 is not None:
        ways = {"pausing": True, "continuing": False}
    rates = [] if per_month is None else [Fraction(per_month)]
    accruals = tuple(_accrue(inputs, limits, wait, rate, pauses) for rate in rates for pauses in ways.values())
    required = {
        limit.name: {name: _slowest(inputs, limit, wait, pauses) for name, pauses in ways.items()} for limit in limits
    }
    return accruals, required


_TENTHS = 2000
"""Rates are looked for in tenths of a patient a month, up to 200 a month."""


def _slowest(inputs: _Inputs, limit: Limit, wait: int | None, pauses: bool) -> Fraction | None:
    """Fewest patients a month, in tenths, with which the last one enters in time; None if no rate does.

    The last entry comes no later at a higher rate, so the search halves.
    """
    low, high = 1, _TENTHS

    def in_time(tenths: int) -> bool:
        made = _accrue(inputs, (limit,), wait, Fraction(tenths, 10), pauses)
        return made.fits[limit.name]

    if not in_time(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if in_time(middle) else (middle + 1, high)
    return Fraction(low, 10)

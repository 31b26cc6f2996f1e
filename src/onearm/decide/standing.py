"""Where each patient stands at the cut: responder, pending, may still respond, or settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.decide.results import Member
from onearm.derive import Derived
from onearm.kernels.best_response import BestReason
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.rules import ResponseRules
from onearm.kernels.stage import PatientState, classify_patient
from onearm.plan.calendar import planned_scan_days
from onearm.protocol import Protocol
from onearm.terms import Response

_RESPONSE_CODES = {response.submission_value: int(response) for response in Response}
_RESPONDING = frozenset({"CR", "PR"})
_PENDING_BY_RULE = BestReason.PENDING_AFTER_PROCEDURE.name.lower()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the decision waits for: the planned scan, and how the protocol counts late and pending responses."""

    scan: int
    pending_counts: bool
    late_count: bool


@dataclass(frozen=True, slots=True)
class _Scans:
    """A patient's planned scans as dates, and the days by which each may be early or late."""

    due: tuple[dt.date, ...]
    window: dt.timedelta


@dataclass(frozen=True, slots=True)
class _Visits:
    """A patient's assessments up to the cut; place 0 stands for the baseline."""

    days: np.ndarray[tuple[int], np.dtype[np.int32]]
    overall: np.ndarray[tuple[int], np.dtype[np.int8]]


def classify_members(
    protocol: Protocol,
    derived: Derived,
    rules: ResponseRules,
    subjects: tuple[str, ...],
    follow: FollowUp,
    cut: dt.date,
) -> tuple[Member, ...]:
    """State of each subject at the cut, by the patient's scans and the protocol's rule (kernel
    ``classify_patient``).
    """
    people = {row["USUBJID"]: row for row in derived.adsl.iter_rows(named=True)}
    visits = _visits_by_subject(derived.adrs)
    confirmed = _rows_by_subject(derived.adrs, "CBOR")
    unconfirmed = _rows_by_subject(derived.adrs, "BOR")
    return tuple(
        _classify(
            protocol,
            rules,
            subject,
            people[subject],
            visits.get(subject, _Visits(np.zeros(1, np.int32), np.zeros(1, np.int8))),
            confirmed[subject],
            unconfirmed[subject],
            follow,
            cut,
        )
        for subject in subjects
    )


def _rows_by_subject(adrs: pl.DataFrame, paramcd: str) -> dict[str, dict[str, object]]:
    return {row["USUBJID"]: row for row in adrs.filter(pl.col("PARAMCD") == paramcd).iter_rows(named=True)}


def _visits_by_subject(adrs: pl.DataFrame) -> dict[str, _Visits]:
    rows = adrs.filter(pl.col("PARAMCD") == "OVRLRESP").sort("USUBJID", "ADT")
    found: dict[str, _Visits] = {}
    for (subject,), group in rows.group_by(["USUBJID"], maintain_order=True):
        days = [0, *(_day_number(day) for day in group["ADT"].to_list())]
        codes = [0, *(_RESPONSE_CODES[text] for text in group["AVALC"].to_list())]
        found[str(subject)] = _Visits(np.array(days, np.int32), np.array(codes, np.int8))
    return found


def _day_number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _classify(
    protocol: Protocol,
    rules: ResponseRules,
    subject: str,
    person: Mapping[str, object],
    visits: _Visits,
    confirmed: Mapping[str, object],
    unconfirmed: Mapping[str, object],
    follow: FollowUp,
    cut: dt.date,
) -> Member:
    options = protocol.response_options
    assert options is not None, "a decision is refused before this while the response options are unstated"
    needs_confirmation = options.confirmation == "required"
    primary = confirmed if needs_confirmation else unconfirmed
    scans = _planned_scans(protocol, person, cut)
    through = scans.due[follow.scan - 1] if len(scans.due) >= follow.scan else None
    responds = primary["AVALC"] in _RESPONDING and (
        follow.late_count or _seen_by(primary["ADT"], through, scans.window)
    )
    waits_for = _confirmable_until(rules, visits, scans, cut) if needs_confirmation else None
    state = classify_patient(
        responds,
        needs_confirmation and unconfirmed["AVALC"] in _RESPONDING,
        follow.pending_counts,
        primary["REASON"] == _PENDING_BY_RULE,
        _is_off(options.response_after_new_therapy, person, visits, cut),
        through is not None and _is_through(visits, through, scans.window, cut),
        waits_for is not None,
        len(visits.days),
        visits.overall,
    )
    found = PatientState(state)
    until = None
    if found is PatientState.PENDING_CONFIRMATION:
        until = waits_for
    elif found in (PatientState.MAY_RESPOND, PatientState.NOT_YET_ASSESSED) and through is not None:
        until = through
    return Member(
        subject=subject,
        state=found,
        best_response=str(confirmed["AVALC"]),
        waits_from=None if until is None else max(until - scans.window, cut + dt.timedelta(days=1)),
        waits_until=None if until is None else until + scans.window,
    )


def _planned_scans(protocol: Protocol, person: Mapping[str, object], cut: dt.date) -> _Scans:
    calendar = protocol.tumour.calendar
    assert calendar is not None, "a decision is refused before this while the scan calendar is unstated"
    anchor = person["TRTSDT"] if calendar.anchor == "first_dose" else person["REGDT"]
    window = dt.timedelta(days=calendar.window_days or 0)
    if not isinstance(anchor, dt.date):
        return _Scans((), window)
    # Two years past the cut hold every scan that anybody can still wait for.
    horizon = max(0, (cut - anchor).days) + 730
    return _Scans(tuple(anchor + dt.timedelta(days=day) for day in planned_scan_days(calendar, horizon)), window)


def _seen_by(day: object, through: dt.date | None, window: dt.timedelta) -> bool:
    return isinstance(day, dt.date) and (through is None or day <= through + window)


def _is_through(visits: _Visits, through: dt.date, window: dt.timedelta, cut: dt.date) -> bool:
    """The scan has been made (from the start of its window on), or its window has passed."""
    seen = len(visits.days) > 1 and int(visits.days[1:].max()) >= _day_number(through - window)
    return seen or cut > through + window


def _is_off(after_new_therapy: str, person: Mapping[str, object], visits: _Visits, cut: dt.date) -> bool:
    """Nothing more can be seen: progression, death, off study, end of the window, or a new therapy that ends it."""
    ends = [person["DTHDT"], person["EOSDT"], person["WINENDT"]]
    if after_new_therapy == "excluded":
        ends.append(person["NTHERDT"])
    if any(isinstance(day, dt.date) and day <= cut for day in ends):
        return True
    return bool((visits.overall[1:] == int(Response.PD)).any())


def _confirmable_until(rules: ResponseRules, visits: _Visits, scans: _Scans, cut: dt.date) -> dt.date | None:
    """Day of the planned scan that can still confirm an unconfirmed response, or None.

    Asks the confirmation kernel what a CR at that scan would do; the scan counts as long as its window has not passed.
    """
    n = len(visits.days)
    last_day = int(visits.days[-1])
    for first in range(1, n):
        if visits.overall[first] not in (int(Response.CR), int(Response.PR)):
            continue
        earliest = int(visits.days[first]) + rules.confirmation_min_days
        for due in scans.due:
            latest = _day_number(due + scans.window)
            if latest < earliest or latest <= last_day:
                continue
            days = np.append(visits.days, np.int32(max(latest, earliest)))
            overall = np.append(visits.overall, np.int8(Response.CR))
            confirming = find_confirming_visit(rules, first, n + 1, days, overall, np.zeros(n + 1, np.int32))
            if confirming != NO_VISIT and cut <= due + scans.window:
                return due
            break
    return None

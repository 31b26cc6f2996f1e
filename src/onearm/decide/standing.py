"""Where each patient stands at the cut: responder, pending, may still respond, or settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.decide.results import Member
from onearm.derive import Derived, response_rules
from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.best_response import OUT_LAST_VISIT, BestReason
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.rules import ResponseRules
from onearm.kernels.stage import PatientState, classify_patient
from onearm.plan.calendar import planned_scan_days
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.terms import RESPONDING, RESPONDING_VALUES, Response

_PENDING_BY_RULE = BestReason.PENDING_AFTER_PROCEDURE.name.lower()
_COUNTED_UNCONFIRMED = BestReason.COUNTED_BEFORE_PROCEDURE.name.lower()
_EPOCH = dt.date(1970, 1, 1)

LOOK_AHEAD_DAYS = 730
"""Planned scans are looked at up to two years past the cut: nobody waits longer for one."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What the decision waits for: the planned scan, and how the protocol counts late and pending responses."""

    scan: int
    pending_counts: bool
    late_count: bool
    """Whether a response first seen after that scan counts, if it comes before the cut."""


@dataclass(frozen=True, slots=True)
class _Scans:
    """A patient's planned scans as dates, and the days by which each may be early or late."""

    due: tuple[dt.date, ...]
    window: dt.timedelta

    def number(self, scan: int) -> dt.date | None:
        """Date of a planned scan by its number; None without a start or past the calendar."""
        return self.due[scan - 1] if len(self.due) >= scan else None


@dataclass(frozen=True, slots=True)
class _Visits:
    """A patient's assessments that count towards the best response, the baseline first; days since 1970-01-01."""

    day: Ints32
    overall: Ints8
    missed_before: Ints32


def classify_members(
    protocol: Protocol, derived: Derived, subjects: tuple[str, ...], follow: FollowUp, cut: dt.date
) -> tuple[Member, ...]:
    """State of each subject at the cut, by its scans and the protocol's rule (kernel ``classify_patient``)."""
    options = protocol.response_options
    assert options is not None, "a decision is refused before this while the response options are unstated"
    people = {row["USUBJID"]: row for row in derived.adsl.iter_rows(named=True)}
    best = {name: _rows_by_subject(derived.best, name) for name in ("CBOR", "BOR")}
    found = []
    for subject in subjects:
        patient = _Patient(
            protocol=protocol,
            options=options,
            rules=response_rules(options),
            follow=follow,
            cut=cut,
            person=people[subject],
            visits=_visits_of(derived, subject),
            confirmed=best["CBOR"][subject],
            unconfirmed=best["BOR"][subject],
        )
        found.append(patient.classify(subject))
    return tuple(found)


def _rows_by_subject(adrs: pl.DataFrame, paramcd: str) -> dict[str, dict[str, object]]:
    return {row["USUBJID"]: row for row in adrs.filter(pl.col("PARAMCD") == paramcd).iter_rows(named=True)}


def _visits_of(derived: Derived, subject: str) -> _Visits:
    """The visits up to the end of the response window: what comes after it decides nothing."""
    assert derived.readings is not None and derived.visits is not None
    number = derived.subjects.index(subject)
    first = int(derived.readings.lesions.visit_start[number])
    here = slice(first, first + int(derived.visits.best[number, OUT_LAST_VISIT]) + 1)
    lesions = derived.readings.lesions
    return _Visits(lesions.day[here], derived.visits.overall[here], lesions.missed_before[here])


def _day_number(day: dt.date) -> int:
    return (day - _EPOCH).days


@dataclass(frozen=True, slots=True)
class _Patient:
    """One patient at the cut, and everything that says where it stands."""

    protocol: Protocol
    options: ResponseOptions
    rules: ResponseRules
    follow: FollowUp
    cut: dt.date
    person: Mapping[str, object]
    visits: _Visits
    confirmed: Mapping[str, object]
    unconfirmed: Mapping[str, object]

    def classify(self, subject: str) -> Member:
        """The patient as a member of a decision set."""
        scans = self._planned_scans()
        through = scans.number(self.follow.scan)
        limit = None if self.follow.late_count or through is None else _day_number(through + scans.window)
        needs_confirmation = self.options.confirmation == "required"
        is_off = self._is_off()
        waits_for = self._confirmable_at(scans, limit) if needs_confirmation and not is_off else None
        state = PatientState(
            classify_patient(
                self._responds(limit),
                needs_confirmation and self._has_response(limit),
                self.follow.pending_counts,
                self.confirmed["REASON"] == _PENDING_BY_RULE,
                is_off,
                through is not None and self._is_made_or_past(through, scans.window),
                waits_for is not None,
                len(self.visits.day),
                self.visits.overall,
            )
        )
        until = {
            PatientState.PENDING_CONFIRMATION: waits_for,
            PatientState.MAY_RESPOND: through,
            PatientState.NOT_YET_ASSESSED: through,
        }.get(state)
        return Member(
            subject=subject,
            state=state,
            best_response=str(self.confirmed["AVALC"]),
            waits_from=None if until is None else max(until - scans.window, self.cut + dt.timedelta(days=1)),
            waits_until=None if until is None else until + scans.window,
        )

    def _planned_scans(self) -> _Scans:
        calendar = self.protocol.tumour.calendar
        assert calendar is not None, "a decision is refused before this while the scan calendar is unstated"
        anchor = self.person["TRTSDT"] if calendar.anchor == "first_dose" else self.person["REGDT"]
        window = dt.timedelta(days=calendar.window_days or 0)
        if not isinstance(anchor, dt.date):
            return _Scans((), window)
        horizon = max(0, (self.cut - anchor).days) + LOOK_AHEAD_DAYS
        return _Scans(tuple(anchor + dt.timedelta(days=day) for day in planned_scan_days(calendar, horizon)), window)

    def _response_visits(self, limit: int | None) -> list[int]:
        """Visits with CR or PR, up to the day through which responses count (None: all)."""
        return [
            visit
            for visit in range(1, len(self.visits.day))
            if self.visits.overall[visit] in RESPONDING and (limit is None or self.visits.day[visit] <= limit)
        ]

    def _has_response(self, limit: int | None) -> bool:
        return bool(self._response_visits(limit))

    def _responds(self, limit: int | None) -> bool:
        """Whether the patient counts as a responder: the best response of the analysis, first seen in time."""
        primary = self.confirmed if self.options.confirmation == "required" else self.unconfirmed
        if primary["AVALC"] not in RESPONDING_VALUES:
            return False
        if limit is None:
            return True
        in_time = self._response_visits(limit)
        if self.options.confirmation == "not_required" or primary["REASON"] == _COUNTED_UNCONFIRMED:
            return bool(in_time)
        n = len(self.visits.day)
        v = self.visits
        return any(
            find_confirming_visit(self.rules, visit, n, v.day, v.overall, v.missed_before) != NO_VISIT
            for visit in in_time
        )

    def _is_off(self) -> bool:
        """Nothing more can be seen: progression, death, off study, end of the window, a procedure or a new therapy."""
        ends = [self.person[name] for name in ("DTHDT", "EOSDT", "WINENDT", "PROCDT")]
        if self.options.response_after_new_therapy == "excluded":
            ends.append(self.person["NTHERDT"])
        if any(isinstance(day, dt.date) and day <= self.cut for day in ends):
            return True
        return bool((self.visits.overall[1:] == int(Response.PD)).any())

    def _is_made_or_past(self, due: dt.date, window: dt.timedelta) -> bool:
        """The scan has been made (from the start of its window on), or its window has passed."""
        after = self.visits.day[1:]
        return bool((after >= _day_number(due - window)).any()) or self.cut > due + window

    def _confirmable_at(self, scans: _Scans, limit: int | None) -> dt.date | None:
        """The next planned scan that could still confirm a response, or None.

        Asks the confirmation kernel what a CR at that scan would do. A scan is open while its window has not passed and
        nothing was read in it; one that was missed closes nothing as long as the kernel would accept a later one.
        """
        n = len(self.visits.day)
        read = self.visits.day[1:]
        for due in scans.due:
            opens, closes = _day_number(due - scans.window), _day_number(due + scans.window)
            if self.cut > due + scans.window or bool(((read >= opens) & (read <= closes)).any()):
                continue
            for first in self._response_visits(limit):
                # The scan may be made on any day of its window from tomorrow on; its last day is the most favourable.
                if closes <= int(self.visits.day[-1]):
                    continue
                day = np.append(self.visits.day, np.int32(closes))
                overall = np.append(self.visits.overall, np.int8(Response.CR))
                missed = np.append(self.visits.missed_before, np.int32(0))
                if find_confirming_visit(self.rules, first, n + 1, day, overall, missed) != NO_VISIT:
                    return due
        return None

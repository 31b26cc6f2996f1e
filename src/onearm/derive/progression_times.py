"""Progression-free times by the one kernel: from any start, under any censoring profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from onearm.derive.days import Days, Mask, Witnessed
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.schedule import limit_gaps, limit_missed_visits
from onearm.derive.witnesses import Witnesses, overall_witness
from onearm.errors import Finding, Place, RefusedError
from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    BestReason,
)
from onearm.kernels.follow_up import Observed, derive_times, find_response_starts
from onearm.kernels.patients import Visits
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.time_to_event import Strategies, Strategy
from onearm.protocol import Protocol
from onearm.protocol.censoring import CensoringProfile
from onearm.terms import RESPONDING, Response

_ACTIONS = {
    "ignore": Strategy.IGNORE,
    "censor": Strategy.CENSOR,
    "censor_at_start": Strategy.CENSOR,
    "event": Strategy.EVENT,
}


class Responses(NamedTuple):
    """What the time to event needs of the response derivation."""

    readings: Readings
    visits: Visits
    witnesses: Witnesses
    rules: ResponseRules


def strategies_of(protocol: Protocol, profile: CensoringProfile) -> Strategies:
    """A censoring profile, the rules for procedures and the option for clinical progression, as the kernel reads them.

    Procedures censor here whenever one whose rule says so has a day.
    """
    options = protocol.response_options
    clinical = options is not None and options.clinical_progression == "event"
    return Strategies(
        new_therapy=int(_ACTIONS[profile.new_therapy]),
        missed_scans=int(_ACTIONS[profile.missed_scans]),
        procedure=int(Strategy.CENSOR),
        no_baseline=int(_ACTIONS[profile.no_baseline]),
        clinical_progression=int(Strategy.EVENT if clinical else Strategy.IGNORE),
    )


@dataclass(frozen=True, eq=False)
class ProgressionTimes:
    """What PFS, duration of response and of disease control have in common."""

    protocol: Protocol
    course: Course
    cut_day: int
    responses: Responses

    @property
    def left_out(self) -> Mask:
        """Who has no time to progression at all: no baseline scan, where the protocol says ``no_baseline: drop``."""
        options = self.protocol.response_options
        drops = options is not None and options.no_baseline == "drop"
        return ~self.responses.readings.has_baseline & drops

    def derive(self, profile: CensoringProfile, start: Witnessed, first: Ints32) -> tuple[Witnessed, Ints32]:
        """Start and kernel output (patient × ``N_TIME``) under a profile; the start is NEVER for who is left out.

        ``first``: the first visit of each patient that may be adequate. Raises RefusedError where missed scans censor
        and the scan calendar is open.
        """
        strategies = strategies_of(self.protocol, profile)
        keeps = self.course.is_registered & ~self.left_out
        begin = np.where(keeps, start.day, np.int32(NEVER)).astype(np.int32)
        observed = self._observed(strategies, begin)
        return start._replace(day=begin), derive_times(strategies, begin, first, observed)

    def _observed(self, strategies: Strategies, begin: Days) -> Observed:
        course, readings = self.course, self.responses.readings
        n = course.n_subjects
        gaps = np.full(len(readings.visit_subject), NEVER, np.int32)
        if strategies.missed_scans == Strategy.CENSOR:
            gaps = self._gaps(begin)
        return Observed(
            readings.has_baseline, course.death.day, course.clinical_progression.day, course.new_therapy.day,
            course.procedures.censoring.day, np.full(n, self.cut_day, np.int32), readings.lesions.visit_start,
            readings.lesions.day, readings.progression_day, self.responses.visits.overall, gaps,
        )  # fmt: skip

    def _gaps(self, begin: Days) -> Ints32:
        calendar, options = self.protocol.tumour.calendar, self.protocol.response_options
        if calendar is None:
            raise RefusedError([Finding("D005", Place(path="tumour.calendar"))])
        readings, anchor = self.responses.readings, anchor_day(self.protocol, self.course)
        if options is not None and options.gap_rule == "two_planned_visits":
            return limit_missed_visits(calendar, readings, anchor, begin)
        return limit_gaps(calendar, readings, anchor, begin)


def response_starts(protocol: Protocol, responses: Responses) -> tuple[Witnessed, Ints32]:
    """Day and visit from which each response lasts; NEVER for a subject without one.

    A response that a procedure let stand unconfirmed lasts from ``unbroken_since``.
    """
    readings, visits, witnesses, rules = responses
    options = protocol.response_options
    required = options is None or options.confirmation == "required"
    best = visits.best[:, OUT_CONFIRMED if required else OUT_UNCONFIRMED]
    responds = (best == Response.CR) | (best == Response.PR)
    counted = visits.best[:, OUT_CONFIRMED_REASON] == BestReason.COUNTED_BEFORE_PROCEDURE
    needs = np.full(len(best), required)
    lesions = readings.lesions
    first = find_response_starts(
        rules, needs, lesions.visit_start, lesions.day, visits.overall, lesions.missed_before,
        visits.best[:, OUT_LAST_VISIT] + np.int32(1),
    )  # fmt: skip
    for number in np.flatnonzero(counted & required):
        own = visits.overall[lesions.visit_start[number] : lesions.visit_start[number + 1]]
        first[number] = unbroken_since(own, int(visits.best[number, OUT_CONFIRMED_VISIT]))
    first = np.where(responds, first, -1).astype(np.int32)
    flat = np.where(first >= 0, lesions.visit_start[:-1] + first, -1)
    source, row, _ = overall_witness(visits, witnesses, flat)
    day = np.where(first >= 0, lesions.day[flat], np.int32(NEVER)).astype(np.int32)
    return Witnessed(day, source.astype(np.int16), row), first


def unbroken_since(overall: Ints8, counted: int) -> int:
    """The first CR or PR from which nothing lesser was seen until the visit that was counted (RECIST 1.1, section 4.4:
    from when the criteria are first met); a visit that is not evaluable between breaks nothing.
    """
    first = counted
    for visit in range(counted, 0, -1):
        if overall[visit] == Response.NE:
            continue
        if overall[visit] not in RESPONDING:
            break
        first = visit
    return first


def best_responses(protocol: Protocol, visits: Visits) -> Ints32:
    """Each subject's best response, confirmed where the protocol asks for it."""
    options = protocol.response_options
    required = options is None or options.confirmation == "required"
    return np.asarray(visits.best[:, OUT_CONFIRMED if required else OUT_UNCONFIRMED], np.int32)


def anchor_day(protocol: Protocol, course: Course) -> Days:
    """Day 0 of each subject's scan calendar."""
    calendar = protocol.tumour.calendar
    by_dose = calendar is None or calendar.anchor == "first_dose"
    return course.first_dose.day if by_dose else course.registered.day

"""From the readings to the responses: what bounds them, by which rules, and what is open while the window is."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from onearm.derive.adsl import find_evaluable
from onearm.derive.adtte import Responses, anchor_day
from onearm.derive.days import DayReader
from onearm.derive.derived import Peer, Refusal
from onearm.derive.followed import Course
from onearm.derive.inert import report_inert
from onearm.derive.markers import Markers, read_markers
from onearm.derive.peer import respond_as_peer
from onearm.derive.progression_day import date_progressions
from onearm.derive.queries import report_queries
from onearm.derive.readings import Readings
from onearm.derive.reported import report_less_after_cr, reported_visits
from onearm.derive.rules import response_rules
from onearm.derive.schedule import count_missed_scans
from onearm.derive.shared import Shared
from onearm.derive.treated import report_read_after_treatment
from onearm.derive.window import ResponseWindow, find_response_window, window_end
from onearm.derive.witnesses import find_witnesses
from onearm.errors import RefusedError
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.patients import Followed, Visits, derive_patients
from onearm.kernels.rules import ResponseRules
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.protocol.variant import Variant

WITH_BEST = ("BOR", "CBOR", "DOR", "DORFDA", "TTR")


class Responded(NamedTuple):
    """The responses, and what the analysis sets and the report need of how they came about."""

    responses: Responses
    window: ResponseWindow
    refused: list[Refusal]
    evaluable: Ints64 | None
    """Why each subject is not evaluable; None where the open end of the window decides it."""
    markers: Markers | None = None
    peer: Peer | None = None


def respond(protocol: Protocol, variant: Variant, course: Course, reader: DayReader, shared: Shared) -> Responded:
    """Responses visit by visit and best responses of every subject; what is remarkable is left with the reader."""
    options = protocol.response_options
    assert options is not None
    readings = shared.readings(protocol, variant, course, reader)
    window = find_response_window(protocol, course, reader.findings)
    rules = response_rules(options)
    refused: list[Refusal] = []
    if options.missed_visit_as_ne == "yes" and variant.rules != "admiral":
        readings, refused = _with_missed_scans(protocol, course, readings)
    if readings.reported is not None and variant.rules == "admiral":
        rules = rules._replace(reappearance_after_cr_is_pd=0)
    markers = None
    if readings.reported is None:
        markers = read_markers(course.records, options, readings, course.reference.day, reader)
    else:
        report_inert(protocol, variant, reader)
    followed = _follow(options, course, reader, window, markers, readings)
    visits = _respond(rules, readings, followed)
    _report(readings, visits, course, reader)
    if readings.scan_days is not None:
        day = date_progressions(readings.scan_days, readings.lesions, visits, readings.progression_day)
        readings = replace(readings, progression_day=day)
    if variant.rules == "admiral":
        followed = followed._replace(reference_day=course.reference.day)
        visits, peer = respond_as_peer(variant.admiral, readings, visits, followed)
        responses = Responses(readings, visits, find_witnesses(readings, visits), rules)
        evaluable = find_evaluable(course, readings, visits, followed.cut_day)
        return Responded(responses, window, refused, evaluable, markers, peer)
    known, open_now = _judge_evaluable(rules, readings, visits, followed, window, course)
    responses = Responses(readings, visits, find_witnesses(readings, visits), rules)
    return Responded(responses, window, open_now or refused, known, markers)


def _follow(
    options: ResponseOptions,
    course: Course,
    reader: DayReader,
    window: ResponseWindow,
    markers: Markers | None,
    readings: Readings,
) -> Followed:
    cut_day = np.int32(reader.cut_day)
    return Followed(
        np.minimum(course.reference.day, cut_day),
        window_end(window, course, options.response_after_new_therapy == "excluded"),
        course.death.day,
        course.procedures.first.day,
        course.procedures.rule,
        np.full(course.n_subjects, cut_day, np.int32),
        None if markers is None else markers.state,
        readings.has_baseline,
    )


def _respond(rules: ResponseRules, readings: Readings, followed: Followed) -> Visits:
    """The responses by the lesions, or as they were entered."""
    if readings.reported is not None:
        return reported_visits(rules, readings, followed)
    return derive_patients(rules, readings.lesions, followed)


def _report(readings: Readings, visits: Visits, course: Course, reader: DayReader) -> None:
    if readings.reported is not None:
        report_less_after_cr(readings, visits, course, reader)
    else:
        report_read_after_treatment(readings, course, reader)
    report_queries(readings, visits, course, reader)


def _judge_evaluable(
    rules: ResponseRules,
    readings: Readings,
    visits: Visits,
    followed: Followed,
    window: ResponseWindow,
    course: Course,
) -> tuple[Ints64 | None, list[Refusal]]:
    """Why each subject is not evaluable, and what the open end of the window leaves open (None where that decides)."""
    reasons = find_evaluable(course, readings, visits, followed.window_end)
    if np.array_equal(window.cap_end, window.strict_cap_end):
        return reasons, []
    strict = followed._replace(window_end=np.minimum(followed.window_end, window.strict_cap_end))
    strictly = _respond(rules, readings, strict)
    same = np.array_equal(reasons, find_evaluable(course, readings, strictly, strict.window_end))
    if same and not _best_differs(visits, strictly):
        return reasons, []
    names = WITH_BEST if same else (*WITH_BEST, "EVALFL")
    return (reasons if same else None), [Refusal(name, (f"{window.path}.cap_counts",)) for name in names]


def _best_differs(one: Visits, other: Visits) -> bool:
    """Whether two windows give any subject another best response or count another visit."""
    columns = [column for column in range(one.best.shape[1]) if column not in _NOT_THE_RESULT]
    return not np.array_equal(one.best[:, columns], other.best[:, columns])


_NOT_THE_RESULT = (OUT_LAST_VISIT,)


def _with_missed_scans(protocol: Protocol, course: Course, readings: Readings) -> tuple[Readings, list[Refusal]]:
    """The readings with the planned scans missed before each visit; without a calendar no best response is derived."""
    calendar = protocol.tumour.calendar
    missing: tuple[str, ...] = ("tumour.calendar",)
    if calendar is not None:
        try:
            missed = count_missed_scans(calendar, readings, anchor_day(protocol, course))
            return replace(readings, lesions=readings.lesions._replace(missed_before=missed)), []
        except RefusedError as error:
            missing = tuple(finding.place.path for finding in error.findings)
    return readings, [Refusal(name, missing) for name in WITH_BEST]

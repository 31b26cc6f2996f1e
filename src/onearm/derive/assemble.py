"""Records → Derived: the one place that puts the steps of a derivation in order."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.adrs import derive_adrs, empty_adrs, find_witnesses
from onearm.derive.adsl import derive_adsl, find_evaluable
from onearm.derive.adtte import Responses, anchor_day, derive_adtte
from onearm.derive.baseline import check_baselines
from onearm.derive.check_visits import check_visits
from onearm.derive.days import DayReader, day_number
from onearm.derive.derived import Derived, Refusal
from onearm.derive.followed import Course, follow_subjects
from onearm.derive.readings import Readings, read_lesions
from onearm.derive.rules import response_rules
from onearm.derive.schedule import count_missed_scans
from onearm.derive.window import ResponseWindow, find_response_window, window_end
from onearm.errors import RefusedError
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.patients import Followed, Visits, derive_patients
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.records import Records

WITH_CRITERION = ("PFS", "PFSFDA", "DOR", "DORFDA", "TTR", "BOR", "CBOR", "EVALFL")
"""What waits for the response criterion."""
WITH_BEST = ("BOR", "CBOR", "DOR", "DORFDA", "TTR")


class _Read(NamedTuple):
    responses: Responses
    window: ResponseWindow
    refused: list[Refusal]
    evaluable: Ints64 | None
    """Why each subject is not evaluable; None where the open end of the window decides it."""


def derive(protocol: Protocol, records: Records, cutoff: dt.date) -> Derived:
    """Derive every table of the records at a data cut-off (rows up to that day, included).

    What the protocol leaves open is named in ``Derived.refusals``. Raises RefusedError with every finding where the
    records need a rule that the protocol lacks: a partial date, a procedure without a rule, two readings of one
    lesion.
    """
    course, reader = follow_subjects(protocol, records, cutoff)
    options = protocol.response_options
    read = None if options is None else _read_responses(protocol, options, course, reader)
    errors = [finding for finding in reader.findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    refused = [Refusal(name, ("tumour.criterion",)) for name in WITH_CRITERION] if read is None else list(read.refused)
    with_best = not any(refusal.id == "CBOR" for refusal in refused)
    responses = None if read is None else read.responses
    adtte, open_times = derive_adtte(
        protocol, course, day_number(cutoff), responses, with_best=with_best, findings=reader.findings
    )
    readings = None if responses is None else responses.readings
    visits = None if responses is None else responses.visits
    return Derived(
        cutoff=cutoff,
        protocol=protocol,
        adsl=derive_adsl(
            course,
            readings,
            visits,
            None if read is None else read.window,
            None if read is None else read.evaluable,
        ),
        adrs=empty_adrs() if responses is None else _adrs(course, responses, with_best=with_best),
        adtte=adtte,
        course=course,
        readings=readings,
        visits=visits,
        refusals=tuple(refused + open_times),
        findings=tuple(reader.findings),
    )


def _adrs(course: Course, responses: Responses, *, with_best: bool) -> pl.DataFrame:
    return derive_adrs(course, responses.readings, responses.visits, responses.witnesses, with_best=with_best)


def _read_responses(protocol: Protocol, options: ResponseOptions, course: Course, reader: DayReader) -> _Read:
    readings = read_lesions(course.records, options, reader, course.reference.day)
    check_baselines(readings, options, course, reader)
    window = find_response_window(protocol, course, reader.findings)
    rules = response_rules(options)
    check_visits(readings, options, rules, protocol.tumour.calendar, course, reader)
    refused: list[Refusal] = []
    if options.missed_visit_as_ne == "yes":
        readings, refused = _with_missed_scans(protocol, course, readings)
    excluded = options.response_after_new_therapy == "excluded"
    n, cut_day = course.n_subjects, np.int32(reader.cut_day)
    followed = Followed(
        np.minimum(course.reference.day, cut_day),
        window_end(window, course, excluded),
        course.death.day,
        course.procedures.first.day,
        course.procedures.rule,
        np.full(n, cut_day, np.int32),
    )
    visits = derive_patients(rules, readings.lesions, followed)
    reasons = find_evaluable(course, readings, visits, followed.window_end)
    evaluable: Ints64 | None = reasons
    if not np.array_equal(window.cap_end, window.strict_cap_end):
        strict = followed._replace(window_end=np.minimum(followed.window_end, window.strict_cap_end))
        strictly = derive_patients(rules, readings.lesions, strict)
        if not np.array_equal(reasons, find_evaluable(course, readings, strictly, strict.window_end)):
            evaluable = None
        if evaluable is None or _best_differs(visits, strictly):
            names = WITH_BEST if evaluable is not None else (*WITH_BEST, "EVALFL")
            refused = [Refusal(name, (f"{window.path}.cap_counts",)) for name in names]
    return _Read(Responses(readings, visits, find_witnesses(readings, visits), rules), window, refused, evaluable)


def _best_differs(one: Visits, other: Visits) -> bool:
    """Whether two windows give any subject another best response or count another visit."""
    columns = [column for column in range(one.best.shape[1]) if column != OUT_LAST_VISIT]
    return not np.array_equal(one.best[:, columns], other.best[:, columns])


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


__all__ = ["NEVER", "Derived", "derive"]

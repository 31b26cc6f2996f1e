"""Records → Derived: the one place that puts the steps of a derivation in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.adrs import derive_adrs, empty_adrs, find_witnesses
from onearm.derive.adsl import derive_adsl, find_evaluable
from onearm.derive.adtte import Responses, anchor_day, derive_adtte
from onearm.derive.baseline import check_baselines
from onearm.derive.check_targets import check_targets
from onearm.derive.check_visits import check_visits
from onearm.derive.days import DayReader, day_number
from onearm.derive.derived import Derived, Refusal
from onearm.derive.followed import Course, follow_subjects
from onearm.derive.lesion_rows import LesionRows, gather_rows
from onearm.derive.markers import Markers, read_markers
from onearm.derive.progression_day import date_progressions
from onearm.derive.queries import report_queries
from onearm.derive.readings import Readings, read_lesions
from onearm.derive.rules import ONLY_IN_RULES, response_rules
from onearm.derive.schedule import count_missed_scans
from onearm.derive.scope import Scope
from onearm.derive.treated import report_read_after_treatment
from onearm.derive.treated_by_procedure import find_treated
from onearm.derive.window import ResponseWindow, find_response_window, window_end
from onearm.errors import RefusedError
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.patients import Followed, Visits, derive_patients
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.protocol.variant import MAIN, Variant, read_as
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
    markers: Markers | None


def derive(protocol: Protocol, records: Records, cutoff: dt.date, variant: Variant = MAIN) -> Derived:
    """Derive every table of the records at a data cut-off (rows up to that day, included).

    What the protocol leaves open is named in ``Derived.refusals``. Raises RefusedError with every finding where the
    records need a rule that the protocol lacks: a partial date, a procedure without a rule, two readings of one
    lesion.
    """
    return derive_variants(protocol, records, cutoff, [variant])[0]


def derive_variants(
    protocol: Protocol, records: Records, cutoff: dt.date, variants: Sequence[Variant]
) -> list[Derived]:
    """The derivation once for each variant; what they have in common is read once. Raises as ``derive``."""
    shared = _Shared(records, cutoff)
    return [_derive(read_as(protocol, variant), variant, shared) for variant in variants]


class _Shared:
    """What several derivations of the same records at the same cut-off read alike."""

    def __init__(self, records: Records, cutoff: dt.date) -> None:
        self.records, self.cutoff = records, cutoff
        self._courses: dict[object, tuple[Course, DayReader]] = {}
        self._readings: dict[object, tuple[Readings, DayReader]] = {}
        self._rows: dict[object, tuple[LesionRows, DayReader]] = {}

    def course(self, protocol: Protocol) -> tuple[Course, DayReader]:
        """The course of the subjects, and a reader of one's own that holds the findings so far."""
        options = protocol.response_options
        key = None if options is None else (options.partial_dates, options.reference_date)
        if key not in self._courses:
            self._courses[key] = follow_subjects(protocol, self.records, self.cutoff)
        course, reader = self._courses[key]
        return course, reader.copy()

    def rows(self, options: ResponseOptions, reader: DayReader) -> tuple[LesionRows, DayReader]:
        """The rows that speak of lesions, and the reader of what is remarkable about them."""
        key = (options.evaluator, options.partial_dates)
        if key not in self._rows:
            own = replace(reader, findings=[])
            self._rows[key] = gather_rows(self.records, options.evaluator, own), own
        return self._rows[key]

    def readings(
        self, protocol: Protocol, options: ResponseOptions, course: Course, reader: DayReader, scope: Scope
    ) -> Readings:
        """The readings of the lesions; what is remarkable about them is left with the reader."""
        key = (scope, *(getattr(options, name) for name in type(options).model_fields if name not in ONLY_IN_RULES))
        if key not in self._readings:
            rows, with_findings = self.rows(options, reader)
            own = with_findings.copy()
            treated = find_treated(course.records, own, course.reference.day)
            readings = read_lesions(rows, options, own, course.reference.day, scope, treated)
            check_baselines(readings, options, course, own)
            check_targets(readings, protocol, options, scope, course, own)
            check_visits(readings, options, response_rules(options), protocol.tumour.calendar, course, own)
            self._readings[key] = readings, own
        readings, own = self._readings[key]
        reader.findings.extend(own.findings)
        return readings


def _derive(protocol: Protocol, variant: Variant, shared: _Shared) -> Derived:
    course, reader = shared.course(protocol)
    cutoff = shared.cutoff
    options = protocol.response_options
    read = None if options is None else _read_responses(protocol, variant, course, reader, shared)
    errors = [finding for finding in reader.findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    refused = [Refusal(name, ("tumour.criterion",)) for name in WITH_CRITERION] if read is None else list(read.refused)
    with_best = not any(refusal.id == "CBOR" for refusal in refused)
    responses = None if read is None else read.responses
    adtte, open_times = derive_adtte(protocol, course, day_number(cutoff), responses, with_best=with_best)
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
        variant=variant,
        markers=None if read is None else read.markers,
    )


def _adrs(course: Course, responses: Responses, *, with_best: bool) -> pl.DataFrame:
    return derive_adrs(course, responses.readings, responses.visits, responses.witnesses, with_best=with_best)


def _read_responses(protocol: Protocol, variant: Variant, course: Course, reader: DayReader, shared: _Shared) -> _Read:
    options = protocol.response_options
    assert options is not None
    scope = Scope(protocol.tumour.criterion or "recist-1.1", variant.region)
    readings = shared.readings(protocol, options, course, reader, scope)
    window = find_response_window(protocol, course, reader.findings)
    rules = response_rules(options)
    refused: list[Refusal] = []
    if options.missed_visit_as_ne == "yes":
        readings, refused = _with_missed_scans(protocol, course, readings)
    excluded = options.response_after_new_therapy == "excluded"
    n, cut_day = course.n_subjects, np.int32(reader.cut_day)
    markers = read_markers(course.records, options, readings, course.reference.day, reader)
    followed = Followed(
        np.minimum(course.reference.day, cut_day),
        window_end(window, course, excluded),
        course.death.day,
        course.procedures.first.day,
        course.procedures.rule,
        np.full(n, cut_day, np.int32),
        None if markers is None else markers.state,
    )
    visits = derive_patients(rules, readings.lesions, followed)
    report_queries(readings, visits, course, reader)
    report_read_after_treatment(readings, course, reader)
    if readings.scan_days is not None:
        day = date_progressions(readings.scan_days, readings.lesions, visits, readings.progression_day)
        readings = replace(readings, progression_day=day)
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
    return _Read(
        Responses(readings, visits, find_witnesses(readings, visits), rules), window, refused, evaluable, markers
    )


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


__all__ = ["NEVER", "Derived", "derive", "derive_variants"]

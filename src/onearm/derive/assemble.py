"""Records → Derived: the one place that puts the steps of a derivation in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.adrs import derive_adrs, empty_adrs, find_witnesses
from onearm.derive.adrs_reported import derive_reported_adrs
from onearm.derive.adsl import derive_adsl, find_evaluable
from onearm.derive.adtte import Responses, anchor_day, derive_adtte
from onearm.derive.baseline import check_baselines
from onearm.derive.censoring_dates import with_censoring_dates
from onearm.derive.check_visits import check_visits
from onearm.derive.days import DayReader, day_number
from onearm.derive.derived import Derived, Peer, Refusal
from onearm.derive.followed import Course, follow_subjects
from onearm.derive.peer import respond_as_peer
from onearm.derive.peer_times import derive_peer_times
from onearm.derive.readers import of_one_reader
from onearm.derive.readings import Readings, read_lesions
from onearm.derive.reported import read_reported, refuse_without_lesions, report_less_after_cr, reported_visits
from onearm.derive.rules import ONLY_IN_RULES, response_rules
from onearm.derive.schedule import count_missed_scans
from onearm.derive.window import ResponseWindow, find_response_window, window_end
from onearm.errors import RefusedError
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.patients import Followed, Visits, derive_patients
from onearm.kernels.rules import NEVER, ResponseRules
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
    peer: Peer | None = None


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

    def course(self, protocol: Protocol) -> tuple[Course, DayReader]:
        """The course of the subjects, and a reader of one's own that holds the findings so far."""
        options = protocol.response_options
        key = None if options is None else (options.partial_dates, options.reference_date)
        if key not in self._courses:
            self._courses[key] = follow_subjects(protocol, self.records, self.cutoff)
        course, reader = self._courses[key]
        return course, reader.copy()

    def readings(
        self, protocol: Protocol, options: ResponseOptions, name: str | None, course: Course, reader: DayReader
    ) -> Readings:
        """The readings of the lesions, or the entered responses, of the one reader ``name`` if it is given; what is
        remarkable about them is left with the reader of days."""
        key = (name, *(getattr(options, field) for field in type(options).model_fields if field not in ONLY_IN_RULES))
        if key not in self._readings:
            own = replace(reader, findings=[])
            records = course.records if name is None else of_one_reader(course.records, options.evaluator, name)
            if options.response_source == "reported":
                readings = read_reported(records, options, protocol.tumour.criterion or "", own, course)
            else:
                refuse_without_lesions(records, own)
                readings = read_lesions(records, options, own, course.reference.day)
                check_baselines(readings, options, course, own)
                check_visits(readings, options, response_rules(options), protocol.tumour.calendar, course, own)
            self._readings[key] = readings, own
        readings, own = self._readings[key]
        reader.findings.extend(own.findings)
        return readings


def _derive(protocol: Protocol, variant: Variant, shared: _Shared) -> Derived:
    course, reader = shared.course(protocol)
    cutoff = shared.cutoff
    options = protocol.response_options
    read = None if options is None else _read_responses(protocol, options, variant, course, reader, shared)
    errors = [finding for finding in reader.findings if finding.severity == "error"]
    if errors:
        raise RefusedError(errors)
    refused = [Refusal(name, ("tumour.criterion",)) for name in WITH_CRITERION] if read is None else list(read.refused)
    with_best = not any(refusal.id == "CBOR" for refusal in refused)
    responses = None if read is None else read.responses
    if responses is not None and read is not None and read.peer is not None:
        adtte, open_times = derive_peer_times(protocol, course, day_number(cutoff), responses, read.peer)
    else:
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
        adtte=with_censoring_dates(adtte),
        course=course,
        readings=readings,
        visits=visits,
        refusals=tuple(refused + open_times),
        findings=tuple(reader.findings),
        variant=variant,
        peer=None if read is None else read.peer,
    )


def _adrs(course: Course, responses: Responses, *, with_best: bool) -> pl.DataFrame:
    make = derive_adrs if responses.readings.reported is None else derive_reported_adrs
    return make(course, responses.readings, responses.visits, responses.witnesses, with_best=with_best)


def _read_responses(
    protocol: Protocol, options: ResponseOptions, variant: Variant, course: Course, reader: DayReader, shared: _Shared
) -> _Read:
    readings = shared.readings(protocol, options, variant.reader, course, reader)
    window = find_response_window(protocol, course, reader.findings)
    rules = response_rules(options)
    refused: list[Refusal] = []
    if options.missed_visit_as_ne == "yes" and variant.rules != "admiral":
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
    if readings.reported is not None and variant.rules == "admiral":
        rules = rules._replace(reappearance_after_cr_is_pd=0)
    visits = _respond(rules, readings, followed)
    if readings.reported is not None:
        report_less_after_cr(readings, visits, course, reader)
    if variant.rules == "admiral":
        followed = followed._replace(reference_day=course.reference.day)
        visits, peer = respond_as_peer(variant.admiral, readings, visits, followed)
        evaluable = find_evaluable(course, readings, visits, followed.cut_day)
        return _Read(
            Responses(readings, visits, find_witnesses(readings, visits), rules), window, refused, evaluable, peer
        )
    reasons = find_evaluable(course, readings, visits, followed.window_end)
    evaluable_or_open: Ints64 | None = reasons
    if not np.array_equal(window.cap_end, window.strict_cap_end):
        strict = followed._replace(window_end=np.minimum(followed.window_end, window.strict_cap_end))
        strictly = _respond(rules, readings, strict)
        if not np.array_equal(reasons, find_evaluable(course, readings, strictly, strict.window_end)):
            evaluable_or_open = None
        if evaluable_or_open is None or _best_differs(visits, strictly):
            names = WITH_BEST if evaluable_or_open is not None else (*WITH_BEST, "EVALFL")
            refused = [Refusal(name, (f"{window.path}.cap_counts",)) for name in names]
    return _Read(
        Responses(readings, visits, find_witnesses(readings, visits), rules), window, refused, evaluable_or_open
    )


def _respond(rules: ResponseRules, readings: Readings, followed: Followed) -> Visits:
    """The responses by the lesions, or as they were entered."""
    if readings.reported is not None:
        return reported_visits(rules, readings, followed)
    return derive_patients(rules, readings.lesions, followed)


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

"""What several derivations of the same records at the same cut-off read alike, read once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from onearm.derive.baseline import check_baselines
from onearm.derive.check_targets import check_targets
from onearm.derive.check_visits import check_visits
from onearm.derive.days import DayReader
from onearm.derive.followed import Course, follow_subjects
from onearm.derive.lesion_rows import LesionRows, gather_rows
from onearm.derive.readers import of_one_reader
from onearm.derive.readings import Readings, read_lesions
from onearm.derive.reported import read_reported, refuse_without_lesions
from onearm.derive.rules import ONLY_IN_RULES, response_rules
from onearm.derive.scope import Scope
from onearm.derive.treated_by_procedure import find_treated
from onearm.protocol import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.protocol.variant import Variant
from onearm.records import Records


class Shared:
    """Courses, rows and readings by what they depend on; each is given with a reader that holds its findings."""

    def __init__(self, records: Records, cutoff: dt.date) -> None:
        self.records, self.cutoff = records, cutoff
        self._courses: dict[object, tuple[Course, DayReader]] = {}
        self._rows: dict[object, tuple[LesionRows, DayReader]] = {}
        self._readings: dict[object, tuple[Readings, DayReader]] = {}

    def course(self, protocol: Protocol) -> tuple[Course, DayReader]:
        """The course of the subjects, and a reader of one's own that holds the findings so far."""
        options = protocol.response_options
        key = None if options is None else (options.partial_dates, options.reference_date)
        if key not in self._courses:
            self._courses[key] = follow_subjects(protocol, self.records, self.cutoff)
        course, reader = self._courses[key]
        return course, reader.copy()

    def readings(self, protocol: Protocol, variant: Variant, course: Course, reader: DayReader) -> Readings:
        """The readings of the lesions, or the entered responses, of the one reader that the variant names, if it names
        one; what is remarkable about them is left with ``reader``."""
        options = protocol.response_options
        assert options is not None
        scope = Scope(protocol.tumour.criterion or "recist-1.1", variant.region)
        named = [getattr(options, name) for name in type(options).model_fields if name not in ONLY_IN_RULES]
        key = (scope, variant.reader, *named)
        if key not in self._readings:
            own = replace(reader, findings=[])
            if options.response_source == "reported":
                records = self._records_of(options, variant.reader)
                readings = read_reported(records, options, protocol.tumour.criterion or "", own, course)
            else:
                readings, own = self._read_lesions(protocol, options, variant, scope, course, own)
            self._readings[key] = readings, own
        readings, own = self._readings[key]
        reader.findings.extend(own.findings)
        return readings

    def _read_lesions(
        self,
        protocol: Protocol,
        options: ResponseOptions,
        variant: Variant,
        scope: Scope,
        course: Course,
        reader: DayReader,
    ) -> tuple[Readings, DayReader]:
        rows, with_findings = self._lesion_rows(options, variant.reader, reader)
        own = with_findings.copy()
        treated = find_treated(course.records, own, course.reference.day)
        readings = read_lesions(rows, options, own, course.reference.day, scope, treated)
        check_baselines(readings, options, course, own)
        check_targets(readings, protocol, options, scope, course, own)
        check_visits(readings, options, response_rules(options), protocol.tumour.calendar, course, own)
        return readings, own

    def _lesion_rows(
        self, options: ResponseOptions, name: str | None, reader: DayReader
    ) -> tuple[LesionRows, DayReader]:
        """The rows that speak of lesions, and the reader of what is remarkable about them."""
        key = (options.evaluator, options.partial_dates, name)
        if key not in self._rows:
            own = replace(reader, findings=[])
            records = self._records_of(options, name)
            refuse_without_lesions(records, own)
            self._rows[key] = gather_rows(records, options.evaluator, own), own
        return self._rows[key]

    def _records_of(self, options: ResponseOptions, name: str | None) -> Records:
        return self.records if name is None else of_one_reader(self.records, options.evaluator, name)

"""The course of each subject up to the cut-off: in, treated, off, dead, and what came in between."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import DayReader, Days, Mask, Witnessed, day_number
from onearm.derive.deaths import find_deaths, find_last_alive
from onearm.derive.dispositions import CLINICAL_PROGRESSIONS, REGISTRATIONS, find_ends
from onearm.derive.doses import find_doses, treatment_end_counts
from onearm.derive.interventions import Intervened, find_new_therapy, find_procedures
from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.protocol.parts import Procedures
from onearm.records import Records, first_of, last_of


@dataclass(frozen=True, eq=False)
class Course:
    """What bounds each subject's observation. Arrays go by the subject's number; days that never come are NEVER."""

    records: Records
    cutoff: dt.date
    subjects: tuple[str, ...]
    reference_is_first_dose: bool
    registered: Witnessed
    first_dose: Witnessed
    last_dose: Witnessed
    death: Witnessed
    last_alive: Witnessed
    new_therapy: Witnessed
    procedures: Intervened
    clinical_progression: Witnessed
    end_of_treatment: Witnessed
    end_of_study: Witnessed
    screen_failure: Witnessed
    violation: Witnessed
    """First row of IE that keeps the subject out of the eligible set; its day is 0."""

    @property
    def n_subjects(self) -> int:
        """How many subjects DM has."""
        return len(self.subjects)

    @property
    def reference(self) -> Witnessed:
        """The day from which baseline, stable disease and response window count."""
        return self.first_dose if self.reference_is_first_dose else self.registered

    @property
    def is_treated(self) -> Mask:
        """Registered, with at least one dose."""
        return np.asarray(self.is_registered & (self.first_dose.day != NEVER))

    @property
    def is_registered(self) -> Mask:
        """With a row of registration; or with a dose and no screen failure, where the row is lacking."""
        dosed = (self.first_dose.day != NEVER) & (self.screen_failure.day == NEVER)
        return np.asarray((self.registered.day != NEVER) | dosed)

    @property
    def is_eligible(self) -> Mask:
        """Registered, and no row of IE says that a criterion was not met."""
        return np.asarray(self.is_registered & (self.violation.day == NEVER))


def follow_subjects(protocol: Protocol, records: Records, cutoff: dt.date) -> tuple[Course, DayReader]:
    """The course of every subject in DM up to the cut-off (included), and the reader with its findings."""
    options = protocol.response_options
    tables = records.tables
    subjects = tuple(sorted(records.subjects()))
    partial = "refuse" if options is None else options.partial_dates
    reader = DayReader(pl.Enum(subjects), partial, day_number(cutoff))
    dispositions = tables["DS"]
    ends = find_ends(protocol, dispositions, reader)
    registered = reader.earliest(dispositions.filter(pl.col("DSDECOD").is_in(REGISTRATIONS)), "DS", "DSSTDTC")
    first_dose, last_dose = find_doses(tables, reader, end_is_needed=treatment_end_counts(protocol))
    if not dispositions.height and not tables["EX"].height:
        # Demographics alone say when the subject came in, and began where RFXSTDTC does not say it.
        stated = reader.earliest(tables["DM"], "DM", "RFSTDTC")
        registered, first_dose = registered.or_else(stated), first_dose.or_else(stated)
    death = find_deaths(tables, reader)
    by_dose = options is None or options.reference_date == "first_dose"
    reference = first_dose.day if by_dose else registered.day
    after = np.where(reference != NEVER, reference, registered.day)
    rules = protocol.procedures if options is not None else None
    course = Course(
        records=records,
        cutoff=cutoff,
        subjects=subjects,
        reference_is_first_dose=by_dose,
        registered=registered,
        first_dose=first_dose,
        last_dose=last_dose,
        death=death,
        last_alive=find_last_alive(tables, reader, death),
        new_therapy=find_new_therapy(tables, reader, after),
        procedures=_procedures(records, reader, after, rules),
        clinical_progression=reader.earliest(
            dispositions.filter(pl.col("DSDECOD").is_in(CLINICAL_PROGRESSIONS)), "DS", "DSSTDTC"
        ),
        end_of_treatment=ends.of_treatment,
        end_of_study=ends.of_study,
        screen_failure=reader.earliest(dispositions.filter(pl.col("DSDECOD") == "SCREEN FAILURE"), "DS", "DSSTDTC"),
        violation=_violations(records, reader),
    )
    _report_unregistered(course, reader)
    return course, reader


def _procedures(records: Records, reader: DayReader, after: Days, rules: Procedures | None) -> Intervened:
    if rules is None:
        n = reader.n_subjects
        nothing = Witnessed.nothing(n)
        return Intervened(nothing, np.full(n, -1, np.int32), np.zeros(n, np.int32), nothing)
    return find_procedures(records.tables, reader, after, rules)


def _violations(records: Records, reader: DayReader) -> Witnessed:
    result = pl.coalesce("IESTRESC", "IEORRES")
    is_exclusion = (pl.col("IECAT") == "EXCLUSION").fill_null(value=False)
    table = records.tables["IE"].filter((~is_exclusion & (result == "N")) | (is_exclusion & (result == "Y")))
    if not table.height:
        return Witnessed.nothing(reader.n_subjects)
    # Only whether the row has come matters, never on which day: an undated one has, a partial one from its first day.
    zero = dt.date(1970, 1, 1)
    first = pl.col(first_of("IEDTC")).fill_null(zero)
    return reader.earliest(
        table.with_columns(first.alias(first_of("IEDTC")), first.alias(last_of("IEDTC"))), "IE", "IEDTC"
    )


def _report_unregistered(course: Course, reader: DayReader) -> None:
    lacks: npt.NDArray[np.bool_] = course.is_registered & (course.registered.day == NEVER)
    for number in np.flatnonzero(lacks):
        place = Place("DS", path="DSDECOD", subject=course.subjects[int(number)])
        reader.findings.append(Finding("D024", place, severity="warning"))

"""ADSL: one row a subject of DM: its dates, its disease at baseline, the analysis sets and why it is left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import Days, Mask, Witnessed
from onearm.derive.followed import Course
from onearm.derive.interventions import RULED_PROCEDURES
from onearm.derive.readings import Readings
from onearm.derive.source_columns import place_rows, places
from onearm.derive.window import ResponseWindow, to_dates
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.patients import Visits
from onearm.kernels.rules import NEVER
from onearm.records import ROW_COLUMN
from onearm.terms import Response, TargetState
from onearm.units import tenth_text

SET_COLUMNS = (("REGFL", "REGRSN"), ("TRTFL", "TRTRSN"), ("ELIGFL", "ELIGRSN"), ("EVALFL", "EVALRSN"))
"""Flag and reason of the registered, treated, eligible and evaluable sets."""

_FROM_DM = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "SEX")


def derive_adsl(
    course: Course,
    readings: Readings | None,
    visits: Visits | None,
    window: ResponseWindow | None,
    evaluable: Ints64 | None,
) -> pl.DataFrame:
    """One row a subject, in the order of USUBJID. A set's reason is the empty text for a member.

    REGSEQ counts from 1 in the order of registration, then subject; null for who is not registered. BLSUM is in
    millimetres. Without readings the baseline stays null; without ``evaluable`` (of ``find_evaluable``) that set does.
    """
    demographics = course.records.tables["DM"].select(*_FROM_DM, "RFICDTC").sort("USUBJID")
    procedure_name = pl.Series("PROCDECOD", RULED_PROCEDURES).gather(places(course.procedures.code))
    window_end = np.full(course.n_subjects, NEVER, np.int32) if window is None else window.cap_end
    return demographics.select(_FROM_DM).with_columns(
        _dates(course.registered, "REGDT"),
        pl.Series("REGSEQ", _sequence(course)).set(pl.Series(~course.is_registered), None),
        # The consent as written: partial dates stay partial.
        demographics["RFICDTC"].alias("RFICDT"),
        _dates(course.first_dose, "TRTSDT"),
        _dates(course.last_dose, "TRTEDT"),
        _dates(course.end_of_treatment, "EOTDT"),
        _disposition(course, course.end_of_treatment).alias("EOTREAS"),
        _dates(course.end_of_study, "EOSDT"),
        _disposition(course, course.end_of_study).alias("EOSREAS"),
        _dates(course.death, "DTHDT"),
        _dates(course.last_alive, "LSTALVDT"),
        _dates(course.new_therapy, "NTHERDT"),
        _dates(course.procedures.first, "PROCDT"),
        procedure_name.alias("PROCDECOD"),
        to_dates(window_end, "WINENDT"),
        *_baseline(course, readings, visits),
        *_sets(course, evaluable),
    )


def find_evaluable(course: Course, readings: Readings, visits: Visits, window_end: Days) -> Ints64:
    """Why each subject is not evaluable for response: place in ``EVALUABLE_REASONS``, 0 for who is.

    Evaluable: treated, at least one target read at baseline, and an adequate assessment after it among the visits that
    count for the best response; or instead a progression or death, up to ``window_end`` (the last day that counts) if
    any scan was made at all. Entered responses say nothing of targets: with them that part is not asked for.
    """
    start = readings.lesions.visit_start
    place = np.arange(len(visits.overall)) - start[readings.visit_subject]
    counts = place <= visits.best[readings.visit_subject, OUT_LAST_VISIT]
    adequate = counts & (visits.overall != Response.NE) & (visits.overall != Response.NONE)
    n_adequate = np.bincount(readings.visit_subject[adequate], minlength=course.n_subjects)
    end = np.where(np.diff(start) > 1, window_end, np.int32(NEVER))
    early = np.zeros(course.n_subjects, np.bool_)
    for event in (course.death.day, course.clinical_progression.day):
        early |= (event != NEVER) & (event <= end)
    reason = np.where((n_adequate == 0) & ~early, 3, 0)
    if readings.reported is None:
        reason = np.where(_targets_at_baseline(readings) == 0, 2, reason)
    return np.where(~course.is_treated, 1, reason)


EVALUABLE_REASONS = ("", "not_treated", "no_target_at_baseline", "no_adequate_assessment")


def _dates(witnessed: Witnessed, name: str) -> pl.Series:
    return to_dates(witnessed.day, name)


def _sequence(course: Course) -> Ints64:
    day = course.registered.or_else(course.first_dose).day
    order = np.lexsort((np.arange(course.n_subjects), day, ~course.is_registered))
    sequence = np.empty(course.n_subjects, np.int64)
    sequence[order] = np.arange(1, course.n_subjects + 1)
    return sequence


def _disposition(course: Course, event: Witnessed) -> pl.Series:
    table = course.records.tables["DS"]
    return table["DSDECOD"].gather(places(place_rows(table[ROW_COLUMN].to_numpy(), event.row)))


def _targets_at_baseline(readings: Readings) -> Ints64:
    count, _ = _baseline_sums(readings)
    return count


def _baseline_sums(readings: Readings) -> tuple[Ints64, Mask]:
    """Number of targets read at baseline, and whether every target was."""
    lesions = readings.lesions
    n_lesions = np.diff(lesions.target_start)
    subject = np.repeat(np.arange(len(n_lesions)), n_lesions)
    cell = lesions.target_cell[subject] + np.arange(len(subject)) - lesions.target_start[subject]
    state = lesions.target_state[cell]
    read = (state == TargetState.MEASURED) | (state == TargetState.TOO_SMALL)
    count = np.bincount(subject[read], minlength=len(n_lesions))
    return count, count == n_lesions


def _baseline(course: Course, readings: Readings | None, visits: Visits | None) -> list[pl.Series]:
    if readings is None or visits is None or readings.reported is not None:
        nothing = [None] * course.n_subjects
        return [
            pl.Series("BLDT", nothing, dtype=pl.Date),
            pl.Series("NTARGET", nothing, dtype=pl.Int64),
            pl.Series("BLSUM", nothing, dtype=pl.String),
        ]
    count, complete = _baseline_sums(readings)
    first = readings.lesions.visit_start[:-1]
    total, text_of = np.unique(visits.total[first], return_inverse=True)
    sums = pl.Series([tenth_text(value) for value in total.tolist()], dtype=pl.String).gather(
        places(np.where(complete & (count > 0), text_of, -1))
    )
    day: Days = np.where(readings.has_baseline, readings.lesions.day[first], np.int32(NEVER)).astype(np.int32)
    return [
        to_dates(day, "BLDT"),
        pl.Series("NTARGET", count, dtype=pl.Int64),
        sums.alias("BLSUM"),
    ]


def _sets(course: Course, evaluable: Ints64 | None) -> list[pl.Series]:
    out = ~course.is_registered
    registered = np.where(out, np.where(course.screen_failure.day != NEVER, 2, 1), 0)
    treated = np.where(out, 1, np.where(course.is_treated, 0, 2))
    eligible = np.where(out, 1, np.where(course.is_eligible, 0, 2))
    columns = [
        *_flagged("REGFL", registered, ("", "not_registered", "screen_failure")),
        *_flagged("TRTFL", treated, ("", "not_registered", "no_dose")),
        *_flagged("ELIGFL", eligible, ("", "not_registered", "criterion_violated")),
    ]
    if evaluable is None:
        nothing = [None] * course.n_subjects
        unknown = ["response_not_derived"] * course.n_subjects
        return [*columns, pl.Series("EVALFL", nothing, dtype=pl.String), pl.Series("EVALRSN", unknown)]
    return [*columns, *_flagged("EVALFL", evaluable, EVALUABLE_REASONS)]


def _flagged(flag: str, reason: npt.NDArray[np.integer], words: tuple[str, ...]) -> list[pl.Series]:
    codes = pl.Series(reason.astype(np.int64))
    return [
        pl.Series(flag, ["Y", *["N"] * (len(words) - 1)]).gather(codes).alias(flag),
        pl.Series(words).gather(codes).alias(flag.replace("FL", "RSN")),
    ]

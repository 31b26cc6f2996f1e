"""ADTR: the counted length of every target lesion and their sum, visit by visit, beside baseline and nadir."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.adrs import study_days
from onearm.derive.check_visits import find_merged_into_nothing
from onearm.derive.days import NO_ROW, SOURCE_CODES, Mask, Rows
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.rules import response_rules
from onearm.derive.source_columns import enum_words, source_columns, texts
from onearm.derive.treated import find_references, find_treated
from onearm.derive.window import to_dates
from onearm.kernels.arrays import Ints64
from onearm.kernels.patients import Visits
from onearm.kernels.rules import ResponseRules
from onearm.protocol.options import ResponseOptions
from onearm.terms import TargetState

ADTR_SCHEMA: dict[str, pl.DataType] = {
    "STUDYID": pl.String(),
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "PARAM": pl.String(),
    "LNKID": pl.String(),
    "AVISIT": pl.String(),
    "VISITNUM": pl.String(),
    "ABLFL": pl.String(),
    "ADT": pl.Date(),
    "ADY": pl.Int64(),
    "AVAL": pl.Float64(),
    "TENTHMM": pl.Int64(),
    "BASE": pl.Float64(),
    "CHG": pl.Float64(),
    "PCHG": pl.Float64(),
    "NADIR": pl.Float64(),
    "NADIRVIS": pl.String(),
    "COMPLETE": pl.String(),
    "STATE": pl.String(),
    "SRCDOM": pl.String(),
    "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
    "SRCROW": pl.Int64(),
}
LENGTHS = ("LDIAM", "SAXIS")
PARAMETERS = {"LDIAM": "Longest diameter (mm)", "SAXIS": "Short axis (mm)", "SUMDIAM": "Sum of diameters (mm)"}
_STATES = enum_words(TargetState)
_WITH_LENGTH = (TargetState.MEASURED, TargetState.TOO_SMALL, TargetState.ABSENT, TargetState.MERGED)
_HAS_LENGTH = np.array([state in _WITH_LENGTH for state in TargetState])


def derive_adtr(
    course: Course, readings: Readings | None, visits: Visits | None, options: ResponseOptions | None
) -> pl.DataFrame:
    """One row a target lesion and visit, then one a sum and visit; the baseline included.

    Lengths in millimetres as they enter the sum (a lesion too small to measure with the protocol's length), TENTHMM
    the same in whole tenths; null where a lesion is missing. CHG and PCHG (against the baseline, one decimal, half
    away from zero) are null where a sum is incomplete. A target that was treated locally has no length any more; where
    the protocol leaves it out, BASE and NADIR of a sum leave it out too.
    """
    if readings is None or visits is None or options is None or readings.reported is not None:
        return pl.DataFrame(schema=ADTR_SCHEMA)
    rules = response_rules(options)
    return pl.concat([_lesions(course, readings, rules), _sums(course, readings, visits, rules)])


def _lesions(course: Course, readings: Readings, rules: ResponseRules) -> pl.DataFrame:
    lesions = readings.lesions
    n_lesions = np.diff(lesions.target_start)[readings.visit_subject]
    flat = np.repeat(np.arange(len(readings.visit_subject)), n_lesions)
    subject = readings.visit_subject[flat]
    within = np.arange(len(flat)) - np.repeat(np.cumsum(n_lesions) - n_lesions, n_lesions)
    lesion = lesions.target_start[subject] + within
    is_node = lesions.target_is_node[lesion]
    state = np.where(find_treated(lesions), np.int8(TargetState.TREATED), lesions.target_state)
    small = np.where(is_node, rules.too_small_node, rules.too_small)
    length = np.where(state == TargetState.TOO_SMALL, small, lesions.target_length).astype(np.int64)
    known = _HAS_LENGTH[state]
    known &= ~find_merged_into_nothing(rules, lesions)
    at_baseline = lesions.target_cell[subject] + within
    base, has_base = length[at_baseline], known[at_baseline]
    kept = readings.visit_number.is_not_null().to_numpy()[flat]
    test = is_node.astype(np.int64)
    words = texts("PARAMCD", LENGTHS, test), texts("PARAM", tuple(PARAMETERS[name] for name in LENGTHS), test)
    frame = _frame(course, readings, flat, words, length, known, base, has_base).with_columns(
        pl.Series("LNKID", readings.lesion_names, dtype=pl.String).gather(pl.Series(readings.targets.name[lesion])),
        texts("STATE", _STATES, state),
        *_source(course, readings.target_row),
    )
    return _ordered(frame.filter(pl.Series(kept)))


def _sums(course: Course, readings: Readings, visits: Visits, rules: ResponseRules) -> pl.DataFrame:
    against = find_references(rules, readings, visits)
    has_targets = np.diff(readings.lesions.target_start)[readings.visit_subject] > 0
    flat = np.flatnonzero(has_targets & readings.visit_number.is_not_null().to_numpy())
    first = readings.lesions.visit_start[readings.visit_subject[flat]]
    total, complete = visits.total.astype(np.int64), visits.complete
    nadir = np.where(visits.nadir_visit[flat] >= 0, first + visits.nadir_visit[flat], -1)
    rows = np.full(len(flat), NO_ROW) if not len(flat) else readings.visit_row[flat]
    words = (
        pl.repeat("SUMDIAM", len(flat), eager=True).alias("PARAMCD"),
        pl.repeat(PARAMETERS["SUMDIAM"], len(flat), eager=True).alias("PARAM"),
    )
    frame = _frame(
        course, readings, flat, words, total[flat], np.ones(len(flat), np.bool_), against.baseline[flat],
        against.has_baseline[flat], complete[flat],
    )  # fmt: skip
    at = pl.Series(nadir)
    at = at.set(at < 0, None)
    return _ordered(
        frame.with_columns(
            _millimetres("NADIR", against.nadir[flat], against.has_nadir[flat]),
            readings.visit_number.gather(at).alias("NADIRVIS"),
            pl.Series("COMPLETE", ["N", "Y"]).gather(pl.Series(complete[flat].astype(np.int64))).alias("COMPLETE"),
            *_source(course, rows),
        )
    )


def _frame(
    course: Course,
    readings: Readings,
    flat: Ints64,
    words: tuple[pl.Series, pl.Series],
    value: npt.NDArray[np.int64],
    known: Mask,
    base: npt.NDArray[np.int64],
    has_base: Mask,
    comparable: Mask | None = None,
) -> pl.DataFrame:
    subject, n = readings.visit_subject[flat], len(flat)
    compared = known & has_base if comparable is None else comparable & has_base
    change = value - base
    day = readings.lesions.day[flat]
    return pl.DataFrame(
        [
            pl.repeat(course.records.study_id, n, eager=True).alias("STUDYID"),
            pl.Series("USUBJID", course.subjects, dtype=pl.String).gather(pl.Series(subject)),
            *words,
            readings.visit_name.gather(pl.Series(flat)).alias("AVISIT"),
            readings.visit_number.gather(pl.Series(flat)).alias("VISITNUM"),
            pl.Series("ABLFL", ["Y", None]).gather(pl.Series((~readings.is_baseline[flat]).astype(np.int64))),
            to_dates(day, "ADT"),
            study_days(day, course.reference.day[subject]),
            _millimetres("AVAL", value, known),
            pl.Series("TENTHMM", value).set(pl.Series(~known), None),
            _millimetres("BASE", base, has_base),
            _millimetres("CHG", change, compared),
            _millimetres("PCHG", _tenth_percent(change, base), compared & (base > 0)),
        ]
    )


def _tenth_percent(change: npt.NDArray[np.int64], base: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Change in tenths of a percent of the baseline, rounded half away from zero in whole numbers."""
    safe = np.where(base > 0, base, 1)
    size = (2 * 1000 * np.abs(change) + safe) // (2 * safe)
    return np.asarray(np.where(change < 0, -size, size), np.int64)


def _millimetres(name: str, tenths: npt.NDArray[np.int64], known: Mask) -> pl.Series:
    return pl.Series(name, tenths / 10, dtype=pl.Float64).set(pl.Series(~known), None)


def _source(course: Course, row: Rows) -> list[pl.Series]:
    source = np.where(row == NO_ROW, 0, SOURCE_CODES["TR", "TRSTRESN"])
    return source_columns(course.records.tables, source, row)


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in ADTR_SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in ADTR_SCHEMA.items())

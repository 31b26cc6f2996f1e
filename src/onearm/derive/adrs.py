"""ADRS: responses visit by visit and best overall responses, each with its reason and its witness."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import NO_ROW, SOURCE_CODES, Days, Mask, Rows
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.source_columns import enum_words, source_columns, texts
from onearm.derive.window import to_dates
from onearm.kernels.arrays import Ints64
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_REASON,
    OUT_UNCONFIRMED_VISIT,
    OUT_WHY_NOT,
    OUT_WHY_NOT_VISIT,
    BestReason,
)
from onearm.kernels.confirmation import WhyNot
from onearm.kernels.patients import Visits
from onearm.kernels.rules import NEVER
from onearm.kernels.target import TargetReason
from onearm.kernels.timepoint import OverallReason
from onearm.terms import Response

ADRS_SCHEMA: dict[str, pl.DataType] = {
    "STUDYID": pl.String(),
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "PARAM": pl.String(),
    "AVISIT": pl.String(),
    "VISITNUM": pl.String(),
    "ADT": pl.Date(),
    "ADY": pl.Int64(),
    "AVALC": pl.String(),
    "REASON": pl.String(),
    "LNKID": pl.String(),
    "SRCDOM": pl.String(),
    "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
    "SRCROW": pl.Int64(),
    "CONFVIS": pl.String(),
    "CONFDT": pl.Date(),
    "WHYNOT": pl.String(),
    "WHYNOTVS": pl.String(),
}
PARAMETERS = {
    "TRGRESP": "Target response",
    "NTRGRESP": "Non-target response",
    "NEWLRESP": "Progression by a new lesion",
    "OVRLRESP": "Overall response",
    "OVRLARIT": "Overall response, arithmetic",
    "BOR": "Best overall response, unconfirmed",
    "CBOR": "Best overall response, confirmed",
}
RESPONSE_WORDS = enum_words(Response, submission=True)
WHY_NOT_WORDS = tuple(
    None if reason in (WhyNot.NO_CANDIDATE, WhyNot.CONFIRMED) else word
    for reason, word in zip(WhyNot, enum_words(WhyNot), strict=True)
)
"""WHYNOT by code; null where a response was confirmed, or none came."""
_NON_TARGET_WORDS = {Response.CR: "all_gone", Response.NON_CR_NON_PD: "present", Response.PD: "unequivocal_progression"}
_NON_TARGET_REASONS = tuple(_NON_TARGET_WORDS.get(response, "not_read") for response in Response)
_NEW, _TARGET, _NON_TARGET, _VISIT = 0, 1, 2, 3
_PART_OF_REASON = {
    OverallReason.NEW_LESION: _NEW,
    OverallReason.NON_TARGET_PD: _NON_TARGET,
    OverallReason.AS_NON_TARGET: _NON_TARGET,
    OverallReason.NO_DISEASE_AT_BASELINE: _VISIT,
    OverallReason.NO_BASELINE: _VISIT,
}
_PARTS = np.array([_PART_OF_REASON.get(reason, _TARGET) for reason in OverallReason])


class Witnesses(NamedTuple):
    """For each flat visit, the source (place in ``SOURCES``), row and lesion (place in ``lesion_names``, or -1)
    behind each part of the overall response; last axis: new lesions, targets, non-targets, the visit as such."""

    source: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    lesion: npt.NDArray[np.int64]


def find_witnesses(readings: Readings, visits: Visits) -> Witnesses:
    """The row that stands for each part of each visit's response; of an entered response its own row of RS."""
    if readings.reported is not None:
        row = np.repeat(readings.visit_row[:, np.newaxis], 4, axis=1)
        return Witnesses(np.where(row == NO_ROW, 0, SOURCE_CODES["RS", "RSSTRESC"]), row, np.full(row.shape, -1))
    lesions, n = readings.lesions, len(readings.visit_subject)
    local = np.arange(n) - lesions.visit_start[readings.visit_subject]
    of_visit = SOURCE_CODES["TR", "TRSTRESC"]
    source = np.full((n, 4), of_visit, np.int64)
    source[:, _TARGET] = SOURCE_CODES["TR", "TRSTRESN"]
    row = np.full((n, 4), NO_ROW, np.int64)
    lesion = np.full((n, 4), -1, np.int64)
    row[:, _VISIT] = readings.visit_row
    row[:, _TARGET] = _first_row(readings.target_row, lesions.target_start, readings)
    row[:, _NON_TARGET] = _first_row(readings.non_target_row, lesions.non_target_start, readings)
    for part, witness, start, cell_start, rows, names in (
        (_NON_TARGET, visits.non_target_witness, lesions.non_target_start, lesions.non_target_cell,
         readings.non_target_row, readings.non_targets.name),
        (_NEW, visits.new_witness, lesions.new_start, lesions.new_cell, readings.new_row, readings.new.name),
    ):  # fmt: skip
        has = np.flatnonzero(witness >= 0)
        subject = readings.visit_subject[has]
        n_lesions = start[subject + 1] - start[subject]
        cell = cell_start[subject] + local[has] * n_lesions + witness[has]
        row[has, part] = rows[cell]
        lesion[has, part] = names[start[subject] + witness[has]]
        if part == _NEW:
            source[has[readings.new_from_tu[cell]], part] = SOURCE_CODES["TU", "TUORRES"]
    # A visit without any row of its part (all targets missing) is witnessed by the visit's first row.
    lacking = row == NO_ROW
    row = np.where(lacking, row[:, [_VISIT]], row)
    source = np.where(lacking & (row != NO_ROW), of_visit, source)
    return Witnesses(source, row, lesion)


def overall_witness(visits: Visits, witnesses: Witnesses, flat: Ints64) -> tuple[Ints64, Rows, Ints64]:
    """Source, row and lesion behind the overall response of given flat visits (all 0 or -1 where the visit is -1)."""
    known = flat >= 0
    at = np.where(known, flat, 0)
    if not len(visits.reason):
        return np.zeros(len(flat), np.int64), np.full(len(flat), NO_ROW, np.int64), np.full(len(flat), -1, np.int64)
    part = _PARTS[visits.reason[at]]
    part = np.where((part == _TARGET) & (visits.target[at] == Response.NONE), _NON_TARGET, part)
    row = np.where(known, witnesses.row[at, part], NO_ROW)
    source = np.where(known & (row != NO_ROW), witnesses.source[at, part], 0)
    return source, row, np.where(known, witnesses.lesion[at, part], -1)


def derive_adrs(
    course: Course, readings: Readings, visits: Visits, witnesses: Witnesses, *, with_best: bool = True
) -> pl.DataFrame:
    """One row a subject, parameter and visit, then one a subject for each best response; sorted in that order."""
    post = np.flatnonzero(~readings.is_baseline)
    block = Blocks(course, readings, visits, witnesses)
    words, reasons = RESPONSE_WORDS, enum_words(OverallReason)
    progresses = visits.new_witness >= 0
    has_targets = visits.target != Response.NONE
    arithmetic_reason = np.where(
        visits.reason == OverallReason.PR_CONTINUES,
        np.where(has_targets, OverallReason.AS_TARGET, OverallReason.AS_NON_TARGET),
        visits.reason,
    )
    targets, others = post[has_targets[post]], post[visits.non_target[post] != Response.NONE]
    target_reasons, new_reasons = enum_words(TargetReason), ("no_new_lesion", "new_lesion")
    frames = [
        block.visits("TRGRESP", targets, words, visits.target, target_reasons, visits.target_reason, _TARGET),
        block.visits("NTRGRESP", others, words, visits.non_target, _NON_TARGET_REASONS, visits.non_target, _NON_TARGET),
        block.visits("NEWLRESP", post, ("N", "Y"), progresses, new_reasons, progresses, _NEW),
        block.visits("OVRLRESP", post, words, visits.overall, reasons, visits.reason, None),
        block.visits("OVRLARIT", post, words, visits.arithmetic, reasons, arithmetic_reason, None),
    ]
    if with_best:
        frames += [
            block.best("BOR", OUT_UNCONFIRMED, OUT_UNCONFIRMED_VISIT, OUT_UNCONFIRMED_REASON, None),
            block.best("CBOR", OUT_CONFIRMED, OUT_CONFIRMED_VISIT, OUT_CONFIRMED_REASON, OUT_CONFIRMING_VISIT),
        ]
    return pl.concat(frames)


class Blocks:
    """Builds the rows of one parameter at a time."""

    def __init__(self, course: Course, readings: Readings, visits: Visits, witnesses: Witnesses) -> None:
        self.course, self.readings, self.results, self.witnesses = course, readings, visits, witnesses
        self.subjects = pl.Series(course.subjects, dtype=pl.String)
        self.lesion_names = pl.Series(readings.lesion_names, dtype=pl.String)
        self.event_day = np.where(visits.overall == Response.PD, readings.progression_day, readings.lesions.day).astype(
            np.int32
        )

    def visits(
        self,
        parameter: str,
        flat: Ints64,
        words: tuple[str, ...],
        values: npt.NDArray[np.generic],
        reasons: tuple[str, ...],
        reason: npt.NDArray[np.generic],
        part: int | None,
    ) -> pl.DataFrame:
        """One row a given flat visit; ``part`` is the place of its witness, None for that of the overall response."""
        if part is None:
            source, row, lesion = overall_witness(self.results, self.witnesses, flat)
        else:
            source, row = self.witnesses.source[flat, part], self.witnesses.row[flat, part]
            lesion = self.witnesses.lesion[flat, part]
        return self._frame(
            parameter,
            self.readings.visit_subject[flat],
            flat,
            texts("AVALC", words, values[flat].astype(np.int64)),
            texts("REASON", reasons, reason[flat].astype(np.int64)),
            (source, row, lesion),
            None,
        )

    def best(self, parameter: str, value: int, visit: int, reason: int, confirming: int | None) -> pl.DataFrame:
        """One row a subject, from the places of ``Visits.best``."""
        best = self.results.best
        subject = np.arange(self.course.n_subjects)
        start = self.readings.lesions.visit_start[:-1]
        flat = np.where(best[:, visit] >= 1, start + best[:, visit], -1)
        confirm = None
        why_not = None
        if confirming is not None:
            confirm = np.where(best[:, confirming] >= 1, start + best[:, confirming], -1)
            ended_at = np.where(best[:, OUT_WHY_NOT_VISIT] >= 1, start + best[:, OUT_WHY_NOT_VISIT], -1)
            why_not = best[:, OUT_WHY_NOT], np.where(best[:, OUT_WHY_NOT] == WhyNot.CONFIRMED, -1, ended_at)
        return self._frame(
            parameter,
            subject,
            flat,
            texts("AVALC", RESPONSE_WORDS, best[:, value]),
            texts("REASON", enum_words(BestReason), best[:, reason]),
            overall_witness(self.results, self.witnesses, flat),
            confirm,
            why_not,
        )

    def _frame(
        self,
        parameter: str,
        subject: Ints64,
        flat: Ints64,
        value: pl.Series,
        reason: pl.Series,
        witness: tuple[Ints64, Rows, Ints64],
        confirm: Ints64 | None,
        why_not: tuple[npt.NDArray[np.integer], Ints64] | None = None,
    ) -> pl.DataFrame:
        n = len(subject)
        known = flat >= 0
        day = _at(self.event_day, flat, known)
        source, row, lesion = witness
        columns = [
            pl.repeat(self.course.records.study_id, n, eager=True).alias("STUDYID"),
            self.subjects.gather(pl.Series(subject)).alias("USUBJID"),
            pl.repeat(parameter, n, eager=True).alias("PARAMCD"),
            pl.repeat(PARAMETERS[parameter], n, eager=True).alias("PARAM"),
            _gather(self.readings.visit_name, flat, known).alias("AVISIT"),
            _gather(self.readings.visit_number, flat, known).alias("VISITNUM"),
            to_dates(day, "ADT"),
            study_days(day, self.course.reference.day[subject]),
            value,
            reason,
            _gather(self.lesion_names, lesion, lesion >= 0).alias("LNKID"),
            *source_columns(self.course.records.tables, source, row),
        ]
        to = np.full(n, -1, np.int64) if confirm is None else confirm
        is_confirmed = to >= 0
        columns += [
            _gather(self.readings.visit_number, to, is_confirmed).alias("CONFVIS"),
            to_dates(_at(self.readings.lesions.day, to, is_confirmed), "CONFDT"),
        ]
        reasons, ended_at = why_not or (np.zeros(n, np.int64), np.full(n, -1, np.int64))
        columns += [
            texts("WHYNOT", WHY_NOT_WORDS, reasons),
            _gather(self.readings.visit_number, ended_at, ended_at >= 0).alias("WHYNOTVS"),
        ]
        return pl.DataFrame(columns, schema_overrides=ADRS_SCHEMA)


def study_days(day: Days, reference: Days) -> pl.Series:
    """ADY: the reference day is day 1, the day before it day -1; null where one of the two is missing."""
    there = (day != NEVER) & (reference != NEVER)
    after = day.astype(np.int64) - reference
    return pl.Series("ADY", after + (after >= 0)).set(pl.Series(~there), None)


def _at(values: Days, flat: Ints64, known: Mask) -> Days:
    if not len(values):
        return np.full(len(flat), NEVER, np.int32)
    return np.where(known, values[np.where(known, flat, 0)], np.int32(NEVER)).astype(np.int32)


def _gather(values: pl.Series, place: Ints64, known: Mask) -> pl.Series:
    index = pl.Series(place.astype(np.int64))
    return (
        values.gather(index if known.all() else index.set(pl.Series(~known), None))
        if len(values)
        else _nulls(len(place))
    )


def _nulls(n: int) -> pl.Series:
    return pl.Series([None] * n, dtype=pl.String)


def _first_row(rows: Rows, start: Ints64, readings: Readings) -> Rows:
    """The smallest row among the cells of each flat visit; NO_ROW where there is none."""
    n_lesions = np.diff(start)[readings.visit_subject]
    visit_of_cell = np.repeat(np.arange(len(readings.visit_subject)), n_lesions)
    last = np.iinfo(np.int64).max
    first = np.full(len(readings.visit_subject), last)
    np.minimum.at(first, visit_of_cell, np.where(rows == NO_ROW, last, rows))
    return np.where(first == last, NO_ROW, first)


def empty_adrs() -> pl.DataFrame:
    """ADRS without rows."""
    return pl.DataFrame(schema=ADRS_SCHEMA)

"""ADRS: responses visit by visit and best overall responses, each with its reason and its witness."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import Days, Mask, Rows
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.source_columns import enum_words, source_columns, texts
from onearm.derive.window import to_dates
from onearm.derive.witnesses import NEW, NON_TARGET, TARGET, Witnesses, overall_witness
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
_OF_CONFIRMATION = ("CONFVIS", "CONFDT", "WHYNOT", "WHYNOTVS")
"""What only the row of a best response says."""
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


def derive_visit_rows(course: Course, readings: Readings, visits: Visits, witnesses: Witnesses) -> list[pl.DataFrame]:
    """One row a subject, parameter and visit; a frame a parameter, sorted in that order."""
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
    targets, others = _those(post, has_targets[post]), _those(post, visits.non_target[post] != Response.NONE)
    target_reasons, new_reasons = enum_words(TargetReason), ("no_new_lesion", "new_lesion")
    return [
        block.visits("TRGRESP", targets, words, visits.target, target_reasons, visits.target_reason, TARGET),
        block.visits("NTRGRESP", others, words, visits.non_target, _NON_TARGET_REASONS, visits.non_target, NON_TARGET),
        block.visits("NEWLRESP", post, ("N", "Y"), progresses, new_reasons, progresses, NEW),
        block.visits("OVRLRESP", post, words, visits.overall, reasons, visits.reason, None),
        block.visits("OVRLARIT", post, words, visits.arithmetic, reasons, arithmetic_reason, None),
    ]


def derive_best_rows(course: Course, readings: Readings, visits: Visits, witnesses: Witnesses) -> pl.DataFrame:
    """One row a subject for the unconfirmed best response, then one for the confirmed."""
    block = Blocks(course, readings, visits, witnesses)
    return pl.concat(
        [
            block.best("BOR", OUT_UNCONFIRMED, OUT_UNCONFIRMED_VISIT, OUT_UNCONFIRMED_REASON, None),
            block.best("CBOR", OUT_CONFIRMED, OUT_CONFIRMED_VISIT, OUT_CONFIRMED_REASON, OUT_CONFIRMING_VISIT),
        ]
    )


def _those(flat: Ints64, wanted: Mask) -> Ints64:
    """The wanted ones; the same array where that is all, so that ``Blocks`` builds its columns once."""
    return flat if wanted.all() else flat[wanted]


class Blocks:
    """Builds the rows of one parameter at a time."""

    def __init__(self, course: Course, readings: Readings, visits: Visits, witnesses: Witnesses) -> None:
        self.course, self.readings, self.results, self.witnesses = course, readings, visits, witnesses
        self.subjects = pl.Series(course.subjects, dtype=pl.String)
        self._of_visits: tuple[Ints64, list[pl.Series]] | None = None
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
        )

    def best(self, parameter: str, value: int, visit: int, reason: int, confirming: int | None) -> pl.DataFrame:
        """One row a subject, from the places of ``Visits.best``."""
        best = self.results.best
        subject = np.arange(self.course.n_subjects)
        start = self.readings.lesions.visit_start[:-1]
        flat = np.where(best[:, visit] >= 1, start + best[:, visit], -1)
        return self._frame(
            parameter,
            subject,
            flat,
            texts("AVALC", RESPONSE_WORDS, best[:, value]),
            texts("REASON", enum_words(BestReason), best[:, reason]),
            overall_witness(self.results, self.witnesses, flat),
            None if confirming is None else self._confirmation(confirming),
        )

    def _frame(
        self,
        parameter: str,
        subject: Ints64,
        flat: Ints64,
        value: pl.Series,
        reason: pl.Series,
        witness: tuple[Ints64, Rows, Ints64],
        confirmation: list[pl.Series] | None = None,
    ) -> pl.DataFrame:
        n = len(subject)
        source, row, lesion = witness
        study, subjects, *at_visit = self._columns(subject, flat)
        columns = [
            study,
            subjects,
            pl.repeat(parameter, n, eager=True).alias("PARAMCD"),
            pl.repeat(PARAMETERS[parameter], n, eager=True).alias("PARAM"),
            *at_visit,
            value,
            reason,
            _gather(self.lesion_names, lesion, lesion >= 0).alias("LNKID"),
            *source_columns(self.course.records.tables, source, row),
        ]
        columns += confirmation or [
            pl.repeat(None, n, dtype=ADRS_SCHEMA[name], eager=True).alias(name) for name in _OF_CONFIRMATION
        ]
        return pl.DataFrame(columns, schema_overrides=ADRS_SCHEMA)

    def _confirmation(self, confirming: int) -> list[pl.Series]:
        """The visit that confirmed each subject's response, or why none did and where that was seen."""
        best, start = self.results.best, self.readings.lesions.visit_start[:-1]
        confirm = np.where(best[:, confirming] >= 1, start + best[:, confirming], -1)
        is_explained = (best[:, OUT_WHY_NOT] != WhyNot.CONFIRMED) & (best[:, OUT_WHY_NOT_VISIT] >= 1)
        ended_at = np.where(is_explained, start + best[:, OUT_WHY_NOT_VISIT], -1)
        return [
            _gather(self.readings.visit_number, confirm, confirm >= 0).alias("CONFVIS"),
            to_dates(_at(self.readings.lesions.day, confirm, confirm >= 0), "CONFDT"),
            texts("WHYNOT", WHY_NOT_WORDS, best[:, OUT_WHY_NOT]),
            _gather(self.readings.visit_number, ended_at, is_explained).alias("WHYNOTVS"),
        ]

    def _columns(self, subject: Ints64, flat: Ints64) -> list[pl.Series]:
        """Study, subject, visit, day and study day; built once for several parameters of the same visits."""
        if self._of_visits is not None and self._of_visits[0] is flat:
            return self._of_visits[1]
        known = flat >= 0
        day = _at(self.event_day, flat, known)
        columns = [
            pl.repeat(self.course.records.study_id, len(subject), eager=True).alias("STUDYID"),
            self.subjects.gather(pl.Series(subject)).alias("USUBJID"),
            _gather(self.readings.visit_name, flat, known).alias("AVISIT"),
            _gather(self.readings.visit_number, flat, known).alias("VISITNUM"),
            to_dates(day, "ADT"),
            study_days(day, self.course.reference.day[subject]),
        ]
        self._of_visits = flat, columns
        return columns


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
    if not known.any():
        return pl.repeat(None, len(place), dtype=pl.String, eager=True)
    index = pl.Series(place.astype(np.int64))
    return values.gather(index if known.all() else index.set(pl.Series(~known), None))


def empty_adrs() -> pl.DataFrame:
    """ADRS without rows."""
    return pl.DataFrame(schema=ADRS_SCHEMA)

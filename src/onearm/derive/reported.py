"""The responses that a reader entered (RS) as visits, in place of what the lesions say."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.days import NO_ROW, DayReader, Days, Mask, Rows
from onearm.derive.entered import entered_rows
from onearm.derive.followed import Course
from onearm.derive.lesion_rows import TESTS, plain_number
from onearm.derive.readers import EVALUATORS, select_reader
from onearm.derive.readings import Readings, Reported, Roster
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints32, Ints64
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.kernels.confirmation import NO_VISIT, find_confirming_visit
from onearm.kernels.entered import derive_best_responses
from onearm.kernels.patients import Followed, Lesions, Visits, derive_patients
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.timepoint import OverallReason
from onearm.kernels.visit_queries import query_visits
from onearm.protocol.options import ResponseOptions
from onearm.records import ROW_COLUMN, Records
from onearm.terms import Response, VisitQuery

COMPONENTS = ("TRGRESP", "NTRGRESP", "NEWLPROG")
"""RS.RSTESTCD of what stands beside the overall response of a visit."""
OVERALL = "OVRLRESP"
_CODES = {response.submission_value: int(response) for response in Response}
_NEW = {"Y": 1, "UNEQUIVOCAL": 1, "N": 0, "EQUIVOCAL": 0, "NE": 0}


def refuse_without_lesions(records: Records, reader: DayReader) -> None:
    """An error (D090) where the lesions are to be read, there are none, and responses were entered."""
    entered = int((records.tables["RS"]["RSTESTCD"] == OVERALL).sum())
    has_lesions = records.tables["TU"].height or records.tables["TR"]["TRTESTCD"].is_in(TESTS).any()
    if entered and not has_lesions:
        reader.findings.append(Finding("D090", Place("RS", path="RSTESTCD"), {"count": str(entered)}))


def read_reported(
    records: Records, options: ResponseOptions, criterion: str, reader: DayReader, course: Course
) -> Readings:
    """The overall responses of every subject up to the cut-off, each a visit after an empty baseline.

    Findings: several readers (D011), partial dates (D001), a response before the reference day (D091), two of one
    visit (D092), subjects without any (D093), components without an overall response (D094).
    """
    table = entered_rows(records.tables["RS"], criterion, [OVERALL, *COMPONENTS])
    table = select_reader(table, options.evaluator, reader.findings, "RS")
    key = pl.coalesce(pl.col("VISITNUM").cast(pl.String), pl.col("DAY").cast(pl.String)).alias("KEY")
    table = table.with_columns(
        pl.Series("SUBJECT", reader.numbers(table), dtype=pl.Int64),
        pl.Series("DAY", reader.days(table, "RS", "RSDTC"), dtype=pl.Int32),
    ).with_columns(key)
    table = table.filter(pl.col("DAY") != NEVER).sort("SUBJECT", "DAY", "VISITNUM", ROW_COLUMN)
    overall = table.filter(pl.col("RSTESTCD") == OVERALL)
    _report_several(overall, reader)
    overall = overall.unique(["SUBJECT", "KEY"], keep="first", maintain_order=True)
    parts = [_part(table, overall, test) for test in COMPONENTS]
    _report_lone_parts(table.join(overall, on=["SUBJECT", "KEY"], how="anti"), reader)
    # A subject without a reference day has no visit after it, as with lesions.
    before = overall["DAY"].to_numpy() < course.reference.day[overall["SUBJECT"].to_numpy()]
    _report_early(overall.filter(pl.Series(before, dtype=pl.Boolean)), course, reader)
    kept = np.flatnonzero(~before)
    visits = overall[kept]
    _report_silent(visits, options, course, reader)
    return _as_readings(visits, [part.at(kept) for part in parts], course, reader)


Code = TypeVar("Code", np.int8, np.int64)
LESS = (int(Response.PR), int(Response.SD), int(Response.NON_CR_NON_PD))
"""What a reader may enter after a complete response only if disease is there again."""


def reported_visits(rules: ResponseRules, readings: Readings, followed: Followed) -> Visits:
    """What was entered, as the kernels would say it: ``arithmetic`` as entered; ``overall`` with the option for
    disease that is back after a complete response; the best overall response by the same kernel.
    """
    entered = readings.reported
    assert entered is not None, "readings of lesions hold no entered response"
    lesions = readings.lesions
    without = derive_patients(rules, lesions, followed)
    less = _less_after_cr(rules, readings, entered.overall)
    is_less = less & (rules.reappearance_after_cr_is_pd == 1)
    overall = np.where(is_less, np.int8(Response.PD), entered.overall)
    best = derive_best_responses(rules, lesions.visit_start, lesions.day, overall, lesions.missed_before, followed)
    query = np.where(less & (rules.reappearance_is_query == 1), np.int8(VisitQuery.REAPPEARED_AFTER_CR), np.int8(0))
    return without._replace(
        target=entered.target,
        target_reason=np.zeros_like(without.target_reason),
        non_target=entered.non_target,
        new_witness=np.where(entered.new == 1, 0, NO_ROW).astype(np.int32),
        arithmetic=entered.overall,
        overall=overall,
        reason=np.where(is_less, np.int8(OverallReason.BACK_AFTER_CR), np.int8(0)),
        best=best,
        query=_query_counted(rules, lesions, overall, best, query.astype(np.int8)),
    )


def _query_counted(rules: ResponseRules, lesions: Lesions, overall: Ints8, best: Ints32, query: Ints8) -> Ints8:
    """The queries, with those that the visits that count for the best response give rise to, by the same kernel."""
    for patient, start in enumerate(lesions.visit_start[:-1].tolist()):
        here = slice(start, int(lesions.visit_start[patient + 1]))
        counted = int(best[patient, OUT_LAST_VISIT]) + 1
        query_visits(rules, counted, lesions.day[here], overall[here], lesions.missed_before[here], query[here])
    return query


def _less_after_cr(rules: ResponseRules, readings: Readings, entered: Ints8) -> Mask:
    """Which flat visits are less than CR after a CR (RECIST 1.1, table 3, note a: disease must have reappeared), where
    the rules take that for progression or ask for a second look; a CR that has to be confirmed counts from its
    confirmation on."""
    nowhere = np.zeros(len(entered), np.bool_)
    if rules.reappearance_after_cr_is_pd != 1 and rules.reappearance_is_query != 1:
        return nowhere
    lesions = readings.lesions
    is_cr = entered == Response.CR
    so_far = np.cumsum(is_cr)
    before = (so_far - so_far[lesions.visit_start[:-1]][readings.visit_subject]) > 0
    is_less = before & np.isin(entered, LESS)
    if rules.cr_definitive_if_confirmed == 1:
        for flat in np.flatnonzero(is_less):
            is_less[flat] = _was_confirmed(rules, readings, entered, int(flat))
    return np.asarray(is_less)


def _was_confirmed(rules: ResponseRules, readings: Readings, entered: Ints8, flat: int) -> bool:
    """Whether a CR before a flat visit was confirmed before it."""
    lesions, subject = readings.lesions, readings.visit_subject[flat]
    here = slice(int(lesions.visit_start[subject]), int(lesions.visit_start[subject + 1]))
    day, overall, missed = lesions.day[here], entered[here], lesions.missed_before[here]
    n = flat - here.start
    return any(
        find_confirming_visit(rules, int(first), n, day, overall, missed) != NO_VISIT
        for first in np.flatnonzero(overall[:n] == Response.CR)
    )


def report_less_after_cr(readings: Readings, visits: Visits, course: Course, reader: DayReader) -> None:
    """A warning (D095) for each first visit whose entered response less than CR counts as progression."""
    entered = readings.reported
    assert entered is not None, "readings of lesions hold no entered response"
    changed = np.flatnonzero(visits.overall != entered.overall)
    _, first = np.unique(readings.visit_subject[changed], return_index=True)
    for flat in changed[first]:
        subject = course.subjects[int(readings.visit_subject[flat])]
        place = Place("RS", path="RSSTRESC", row=int(readings.visit_row[flat]), subject=subject)
        value = Response(int(entered.overall[flat])).submission_value
        reader.findings.append(Finding("D095", place, {"value": value}, "warning"))


class _Part(NamedTuple):
    """One component at each visit with an overall response: its code (-1 where it was not entered) and its row."""

    code: Ints8
    row: Rows

    def at(self, kept: Ints64) -> _Part:
        return _Part(self.code[kept], self.row[kept])


def _part(table: pl.DataFrame, overall: pl.DataFrame, test: str) -> _Part:
    own = table.filter(pl.col("RSTESTCD") == test).unique(["SUBJECT", "KEY"], keep="first", maintain_order=True)
    codes = _NEW if test == "NEWLPROG" else _CODES
    own = own.select(
        "SUBJECT", "KEY", pl.col("RSSTRESC").replace_strict(codes, default=-1, return_dtype=pl.Int8), ROW_COLUMN
    )
    joined = overall.select("SUBJECT", "KEY").join(own, on=["SUBJECT", "KEY"], how="left", maintain_order="left")
    return _Part(
        joined["RSSTRESC"].fill_null(-1).to_numpy().astype(np.int8),
        joined[ROW_COLUMN].fill_null(NO_ROW).to_numpy().astype(np.int64),
    )


def _as_readings(visits: pl.DataFrame, parts: list[_Part], course: Course, reader: DayReader) -> Readings:
    """Visits flat, subject by subject, the empty baseline first."""
    n = reader.n_subjects
    subject = visits["SUBJECT"].to_numpy()
    counts = np.bincount(subject, minlength=n)
    start = np.zeros(n + 1, np.int64)
    np.cumsum(counts + 1, out=start[1:])
    n_flat = int(start[-1])
    place = np.arange(len(subject)) + subject + 1
    fallback = np.minimum(course.reference.day, np.int32(reader.cut_day))
    owner = np.repeat(np.arange(n), counts + 1)
    day: Days = fallback[owner].astype(np.int32)
    day[place] = visits["DAY"].to_numpy()

    def spread(values: npt.NDArray[Code], empty: int) -> npt.NDArray[Code]:
        flat = np.full(n_flat, empty, values.dtype)
        flat[place] = values
        return flat

    target, non_target, new = parts
    codes: Ints8 = visits["RSSTRESC"].replace_strict(_CODES, return_dtype=pl.Int8).to_numpy().astype(np.int8)
    rows = spread(visits[ROW_COLUMN].to_numpy().astype(np.int64), NO_ROW)
    reported = Reported(
        overall=spread(codes, int(Response.NONE)),
        target=spread(np.maximum(target.code, 0), int(Response.NONE)),
        non_target=spread(np.maximum(non_target.code, 0), int(Response.NONE)),
        new=spread(new.code, -1),
        target_row=spread(target.row, NO_ROW),
        non_target_row=spread(non_target.row, NO_ROW),
        new_row=spread(new.row, NO_ROW),
    )
    number = [None if value is None else plain_number(value) for value in visits["VISITNUM"].to_list()]
    ordinal = place - start[subject]
    number = [str(int(at)) if value is None else value for value, at in zip(number, ordinal, strict=True)]
    name: list[str | None] = [
        label or f"VISIT {value}" for label, value in zip(visits["VISIT"].to_list(), number, strict=True)
    ]
    nobody = Roster(np.zeros(n + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    nothing, no_rows = np.zeros(0, np.int8), np.zeros(0, np.int64)
    return Readings(
        lesions=_no_lesions(start, day, nobody),
        visit_subject=owner,
        visit_number=_labels(number, place, n_flat),
        visit_name=_labels(name, place, n_flat),
        first_day=day,
        last_day=day,
        progression_day=day,
        has_baseline=np.ones(n, np.bool_),
        lesion_names=(),
        targets=nobody,
        non_targets=nobody,
        new=nobody,
        target_row=no_rows,
        non_target_row=no_rows,
        new_row=no_rows,
        new_from_tu=np.zeros(0, np.bool_),
        said=nothing,
        visit_row=rows,
        reported=reported,
    )


def _no_lesions(visit_start: Ints64, day: Days, nobody: Roster) -> Lesions:
    n_flat, states = len(day), np.zeros(0, np.int8)
    nodes, lengths = np.zeros(0, np.bool_), np.zeros(0, np.int32)
    missed: Ints32 = np.zeros(n_flat, np.int32)
    start, cell = nobody.start, np.zeros(len(visit_start), np.int64)
    return Lesions(
        visit_start, day, missed, start, cell, lengths, states, nodes, start, cell, states, nodes, start, cell, states,
        nodes, nodes, lengths,
    )  # fmt: skip


def _labels(texts: list[str | None], place: Ints64, n_flat: int) -> pl.Series:
    labels: list[str | None] = [None] * n_flat
    for at, text in zip(place.tolist(), texts, strict=True):
        labels[at] = text
    return pl.Series(labels, dtype=pl.String)


def _report_several(overall: pl.DataFrame, reader: DayReader) -> None:
    several = overall.group_by("USUBJID", "KEY").agg(pl.col("RSSTRESC").unique().sort(), pl.col(ROW_COLUMN).min())
    several = several.filter(pl.col("RSSTRESC").list.len() > 1).sort(ROW_COLUMN)
    for subject, values, row in several.select("USUBJID", "RSSTRESC", ROW_COLUMN).iter_rows():
        place = Place("RS", path="RSSTRESC", row=row, subject=subject)
        reader.findings.append(Finding("D092", place, {"values": ", ".join(values)}))


def _report_early(early: pl.DataFrame, course: Course, reader: DayReader) -> None:
    for subject, value, date, row in early.select("USUBJID", "RSSTRESC", "RSDTC", ROW_COLUMN).iter_rows():
        if course.reference.day[course.subjects.index(subject)] != NEVER:
            place = Place("RS", path="RSDTC", row=row, subject=subject)
            reader.findings.append(Finding("D091", place, {"value": value, "date": date}, "warning"))


def _report_lone_parts(lone: pl.DataFrame, reader: DayReader) -> None:
    first = lone.unique(["SUBJECT", "KEY"], keep="first", maintain_order=True)
    for subject, test, value, row in first.select("USUBJID", "RSTESTCD", "RSSTRESC", ROW_COLUMN).iter_rows():
        place = Place("RS", path="RSTESTCD", row=row, subject=subject)
        reader.findings.append(Finding("D094", place, {"test": test, "value": value}, "warning"))


def _report_silent(visits: pl.DataFrame, options: ResponseOptions, course: Course, reader: DayReader) -> None:
    """Registered subjects whose reference day has come and of whom no response was entered."""
    entered = np.bincount(visits["SUBJECT"].to_numpy(), minlength=course.n_subjects)
    for number in np.flatnonzero(course.is_registered & (course.reference.day != NEVER) & (entered == 0)):
        place = Place("RS", path="RSEVAL", subject=course.subjects[int(number)])
        values = {"evaluator": EVALUATORS[options.evaluator]}
        reader.findings.append(Finding("D093", place, values, "warning"))

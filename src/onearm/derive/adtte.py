"""ADTTE: survival, progression-free survival, duration of and time to response; each date with its witness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.adrs import Witnesses, overall_witness
from onearm.derive.days import Days, Witnessed
from onearm.derive.derived import Refusal
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.derive.schedule import limit_gaps
from onearm.derive.source_columns import enum_words, source_columns, texts
from onearm.derive.window import to_dates
from onearm.errors import Finding, Place, RefusedError
from onearm.kernels.arrays import Ints32, Ints64
from onearm.kernels.best_response import (
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_LAST_VISIT,
    OUT_UNCONFIRMED,
    BestReason,
)
from onearm.kernels.follow_up import Observed, derive_survival, derive_times, find_response_starts
from onearm.kernels.patients import Visits
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.time_to_event import OUT_DAY, OUT_EVENT, OUT_REASON, OUT_VISIT, Censoring, TimeReason
from onearm.protocol import Protocol
from onearm.protocol.parts import Endpoint
from onearm.terms import Response

ADTTE_SCHEMA: dict[str, pl.DataType] = {
    "STUDYID": pl.String(),
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "PARAM": pl.String(),
    "STARTDT": pl.Date(),
    "ADT": pl.Date(),
    "AVAL": pl.Int64(),
    "CNSR": pl.Int64(),
    "EVNTDESC": pl.String(),
    "VISITNUM": pl.String(),
    "AVISIT": pl.String(),
    "SRCDOM": pl.String(),
    "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
    "SRCROW": pl.Int64(),
}
PARAMETERS = {
    "OS": "Overall survival",
    "PFS": "Progression-free survival",
    "PFSLIT": "Progression-free survival, events alone",
    "PFSFDA": "Progression-free survival, FDA censoring",
    "DOR": "Duration of response",
    "DORLIT": "Duration of response, events alone",
    "DORFDA": "Duration of response, FDA censoring",
    "TTR": "Time to response",
}
TIME_WORDS = (*enum_words(TimeReason), "response")
RESPONSE_REASON = len(TIME_WORDS) - 1
_PROFILES = {"literal": Censoring.LITERAL, "fda": Censoring.FDA}
_SUFFIX = {"literal": "LIT", "fda": "FDA"}


class Responses(NamedTuple):
    """What the time to event needs of the response derivation."""

    readings: Readings
    visits: Visits
    witnesses: Witnesses
    rules: ResponseRules


@dataclass(frozen=True)
class Start:
    """From which day a time is counted, and the open place of the protocol where it is not said."""

    day: Witnessed | None
    missing: str


def endpoint_of(protocol: Protocol, name: str) -> tuple[str, Endpoint] | None:
    """Key and endpoint of ``os``, ``pfs`` or ``dor``, by kind and events; None where the protocol has none."""
    for key, endpoint in protocol.endpoints.items():
        is_survival = endpoint.kind == "survival"
        if (
            (name == "dor" and endpoint.kind == "response_duration")
            or (name == "os" and is_survival and endpoint.events == ("death",))
            or (name == "pfs" and is_survival and "progression" in endpoint.events)
        ):
            return key, endpoint
    return None


def start_of(protocol: Protocol, course: Course, name: str) -> Start:
    """The start of ``os`` or ``pfs`` for each subject."""
    found = endpoint_of(protocol, name)
    if found is None or found[1].start not in ("first_dose", "inclusion"):
        key = name if found is None else found[0]
        return Start(None, f"endpoints.{key}.start")
    return Start(course.first_dose if found[1].start == "first_dose" else course.registered, "")


def derive_adtte(
    protocol: Protocol, course: Course, cut_day: int, responses: Responses | None, *, with_best: bool
) -> tuple[pl.DataFrame, list[Refusal]]:
    """One row a parameter and subject whose start has come; and the parameters that the protocol leaves open.

    Everything but survival needs ``responses``; duration of and time to response also need the best responses.
    """
    options = protocol.response_options
    blocks = _Blocks(course, cut_day, options is None or options.count_start_day == "yes")
    frames: list[pl.DataFrame] = []
    refused: list[Refusal] = []
    survival = start_of(protocol, course, "os")
    if survival.day is None:
        refused.append(Refusal("OS", (survival.missing,)))
    else:
        frames.append(blocks.survival(survival.day))
    if responses is None:
        return pl.concat(frames) if frames else empty_adtte(), refused
    times = _ProgressionTimes(protocol, course, cut_day, responses)
    progression = start_of(protocol, course, "pfs")
    if progression.day is None:
        refused += [Refusal(name, (progression.missing,)) for name in ("PFS", "PFSFDA")]
    else:
        first = np.ones(course.n_subjects, np.int32)
        for name, profile in _named_profiles(protocol, "pfs", refused):
            frames += times.derive(name, profile, progression.day, first, blocks, refused)
    if with_best:
        begin, first = times.response_starts(protocol)
        for name, profile in _named_profiles(protocol, "dor", refused):
            frames += times.derive(name, profile, begin, first, blocks, refused)
        frames.append(blocks.to_response(course.reference, begin, first, responses))
    return pl.concat(frames) if frames else empty_adtte(), refused


def _named_profiles(protocol: Protocol, name: str, refused: list[Refusal]) -> list[tuple[str, str]]:
    """Parameter and censoring profile: the endpoint's own profile under its plain name, the other beside it."""
    found = endpoint_of(protocol, name)
    code = name.upper()
    if found is not None and found[1].censoring is not None:
        own = found[1].censoring
        other = "fda" if own == "literal" else "literal"
        return [(code, own), (f"{code}{_SUFFIX[other]}", other)]
    if name == "dor" and found is None:
        return []
    key = name if found is None else found[0]
    refused.append(Refusal(code, (f"endpoints.{key}.censoring",)))
    return [(f"{code}LIT", "literal"), (f"{code}FDA", "fda")]


class _ProgressionTimes:
    """PFS and duration of response by the same kernel."""

    def __init__(self, protocol: Protocol, course: Course, cut_day: int, responses: Responses) -> None:
        self.protocol, self.course, self.cut_day, self.responses = protocol, course, cut_day, responses

    def derive(
        self,
        name: str,
        profile: str,
        start: Witnessed,
        first: Ints32,
        blocks: _Blocks,
        refused: list[Refusal],
    ) -> list[pl.DataFrame]:
        try:
            observed = self._observed(profile)
        except RefusedError as error:
            refused.append(Refusal(name, tuple(finding.place.path for finding in error.findings)))
            return []
        begin = np.where(self.course.is_registered, start.day, np.int32(NEVER)).astype(np.int32)
        out = derive_times(int(_PROFILES[profile]), begin, first, observed)
        return [blocks.progression(name, start._replace(day=begin), out, self.responses)]

    def response_starts(self, protocol: Protocol) -> tuple[Witnessed, Ints32]:
        """Day and visit from which each response lasts; NEVER for a subject without one.

        A response that a procedure let stand unconfirmed lasts from the visit that was counted.
        """
        readings, visits, witnesses, rules = self.responses
        options = protocol.response_options
        required = options is None or options.confirmation == "required"
        best = visits.best[:, OUT_CONFIRMED if required else OUT_UNCONFIRMED]
        responds = (best == Response.CR) | (best == Response.PR)
        counted = visits.best[:, OUT_CONFIRMED_REASON] == BestReason.COUNTED_BEFORE_PROCEDURE
        needs = np.full(len(best), required)
        lesions = readings.lesions
        first = find_response_starts(
            rules, needs, lesions.visit_start, lesions.day, visits.overall, lesions.missed_before,
            visits.best[:, OUT_LAST_VISIT] + np.int32(1),
        )  # fmt: skip
        if required:
            first = np.where(counted, visits.best[:, OUT_CONFIRMED_VISIT], first)
        first = np.where(responds, first, -1).astype(np.int32)
        flat = np.where(first >= 0, lesions.visit_start[:-1] + first, -1)
        source, row, _ = overall_witness(visits, witnesses, flat)
        day = np.where(first >= 0, lesions.day[flat], np.int32(NEVER)).astype(np.int32)
        return Witnessed(day, source.astype(np.int16), row), first

    def _observed(self, profile: str) -> Observed:
        course, readings = self.course, self.responses.readings
        options, n = self.protocol.response_options, self.course.n_subjects
        calendar = self.protocol.tumour.calendar
        gaps = np.full(len(readings.visit_subject), NEVER, np.int32)
        if profile == "fda":
            if calendar is None:
                raise RefusedError([_calendar_is_open()])
            gaps = limit_gaps(calendar, readings, anchor_day(self.protocol, course))
        counts_clinical = options is not None and options.clinical_progression == "event"
        clinical = course.clinical_progression.day if counts_clinical else np.full(n, NEVER, np.int32)
        return Observed(
            readings.has_baseline, course.death.day, clinical, course.new_therapy.day,
            course.procedures.censoring.day, np.full(n, self.cut_day, np.int32), readings.lesions.visit_start,
            readings.lesions.day, readings.progression_day, self.responses.visits.overall, gaps,
        )  # fmt: skip


def anchor_day(protocol: Protocol, course: Course) -> Days:
    """Day 0 of each subject's scan calendar."""
    calendar = protocol.tumour.calendar
    by_dose = calendar is None or calendar.anchor == "first_dose"
    return course.first_dose.day if by_dose else course.registered.day


class _Blocks:
    """Builds the rows of one parameter at a time."""

    def __init__(self, course: Course, cut_day: int, counts_start: bool) -> None:
        self.course, self.cut_day, self.counts_start = course, cut_day, counts_start

    def survival(self, start: Witnessed) -> pl.DataFrame:
        course, n = self.course, self.course.n_subjects
        begin = np.where(course.is_registered, start.day, np.int32(NEVER)).astype(np.int32)
        # Nobody without any sign of life after the start is known alive for longer than the start.
        alive = np.where(course.last_alive.day == NEVER, begin, course.last_alive.day).astype(np.int32)
        out = derive_survival(begin, course.death.day, alive, np.full(n, self.cut_day, np.int32))
        witness = course.last_alive.replaced_where(out[:, OUT_EVENT] == 1, course.death)
        at_start = (out[:, OUT_EVENT] == 0) & (course.last_alive.day != out[:, OUT_DAY])
        witness = witness.replaced_where(at_start, start)
        return self._frame("OS", start._replace(day=begin), out, witness, None)

    def progression(self, name: str, start: Witnessed, out: Ints32, responses: Responses) -> pl.DataFrame:
        readings = responses.readings
        flat = np.where(out[:, OUT_VISIT] >= 1, readings.lesions.visit_start[:-1] + out[:, OUT_VISIT], -1)
        source, row, _ = overall_witness(responses.visits, responses.witnesses, flat)
        witness = Witnessed(out[:, OUT_DAY], source.astype(np.int16), row)
        witness = witness.replaced_where(flat < 0, start)
        is_event, reason = out[:, OUT_EVENT] == 1, out[:, OUT_REASON]
        witness = witness.replaced_where(is_event & (reason == TimeReason.DEATH), self.course.death)
        clinical = is_event & (reason == TimeReason.CLINICAL_PROGRESSION)
        witness = witness.replaced_where(clinical, self.course.clinical_progression)
        return self._frame(name, start, out, witness, (flat, readings))

    def to_response(self, start: Witnessed, response: Witnessed, first: Ints32, responses: Responses) -> pl.DataFrame:
        out = np.zeros((self.course.n_subjects, 4), np.int32)
        out[:, OUT_DAY], out[:, OUT_EVENT], out[:, OUT_REASON] = response.day, 1, RESPONSE_REASON
        begin = np.where(response.day != NEVER, start.day, np.int32(NEVER)).astype(np.int32)
        flat = np.where(first >= 0, responses.readings.lesions.visit_start[:-1] + first, -1)
        return self._frame("TTR", start._replace(day=begin), out, response, (flat, responses.readings))

    def _frame(
        self,
        name: str,
        start: Witnessed,
        out: Ints32,
        witness: Witnessed,
        visit: tuple[Ints64, Readings] | None,
    ) -> pl.DataFrame:
        kept = np.flatnonzero(start.day != NEVER)
        n, begin, day = len(kept), start.day[kept], out[kept, OUT_DAY]
        nothing = pl.repeat(None, n, dtype=pl.String, eager=True)
        number = label = nothing
        if visit is not None and n:
            flat = pl.Series(visit[0][kept])
            flat = flat.set(flat < 0, None)
            number, label = visit[1].visit_number.gather(flat), visit[1].visit_name.gather(flat)
        return pl.DataFrame(
            [
                pl.repeat(self.course.records.study_id, n, eager=True).alias("STUDYID"),
                pl.Series("USUBJID", self.course.subjects, dtype=pl.String).gather(pl.Series(kept)),
                pl.repeat(name, n, eager=True).alias("PARAMCD"),
                pl.repeat(PARAMETERS[name], n, eager=True).alias("PARAM"),
                to_dates(begin, "STARTDT"),
                to_dates(day, "ADT"),
                pl.Series("AVAL", day.astype(np.int64) - begin + int(self.counts_start)),
                pl.Series("CNSR", 1 - out[kept, OUT_EVENT].astype(np.int64)),
                texts("EVNTDESC", TIME_WORDS, out[kept, OUT_REASON]),
                number.alias("VISITNUM"),
                label.alias("AVISIT"),
                *source_columns(self.course.records.tables, witness.source[kept].astype(np.int64), witness.row[kept]),
            ],
            schema_overrides=ADTTE_SCHEMA,
        )


def _calendar_is_open() -> Finding:
    return Finding("D005", Place(path="tumour.calendar"))


def empty_adtte() -> pl.DataFrame:
    """ADTTE without rows."""
    return pl.DataFrame(schema=ADTTE_SCHEMA)

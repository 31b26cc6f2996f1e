"""The rows of ADTTE: one parameter at a time, each date with its reason and its witness."""

from __future__ import annotations

import numpy as np
import polars as pl

from onearm.derive.days import Witnessed
from onearm.derive.followed import Course
from onearm.derive.progression_times import Responses
from onearm.derive.readings import Readings
from onearm.derive.source_columns import enum_words, source_columns, texts
from onearm.derive.window import to_dates
from onearm.derive.witnesses import overall_witness
from onearm.kernels.arrays import Ints32, Ints64
from onearm.kernels.follow_up import derive_survival
from onearm.kernels.rules import NEVER
from onearm.kernels.time_to_event import (
    N_TIME,
    OUT_DAY,
    OUT_EVENT,
    OUT_FREE_VISIT,
    OUT_REASON,
    OUT_VISIT,
    TimeReason,
)

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
    "FREEDT": pl.Date(),
    "SRCDOM": pl.String(),
    "SRCVAR": pl.String(),
    "SRCSEQ": pl.Int64(),
    "SRCROW": pl.Int64(),
}
"""``FREEDT``: the last day before ``ADT`` seen free of progression (last adequate scan, else the start); null for
survival and time to response."""
PARAMETERS = {
    "OS": "Overall survival",
    "PFS": "Progression-free survival",
    "PFSLIT": "Progression-free survival, events alone",
    "PFSFDA": "Progression-free survival, FDA censoring",
    "DOR": "Duration of response",
    "DORLIT": "Duration of response, events alone",
    "DORFDA": "Duration of response, FDA censoring",
    "TTR": "Time to response",
    "DDC": "Duration of disease control",
    "DSD": "Duration of stable disease",
}
TIME_WORDS = (*enum_words(TimeReason), "response")
RESPONSE_REASON = len(TIME_WORDS) - 1


class TimeRows:
    """Builds the rows of one parameter at a time."""

    def __init__(self, course: Course, cut_day: int, counts_start: bool) -> None:
        self.course, self.cut_day, self.counts_start = course, cut_day, counts_start

    def survival(self, start: Witnessed) -> pl.DataFrame:
        """Overall survival."""
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
        """A time that ends at progression or death, as the kernel gave it."""
        readings = responses.readings
        flat = np.where(out[:, OUT_VISIT] >= 1, readings.lesions.visit_start[:-1] + out[:, OUT_VISIT], -1)
        source, row, _ = overall_witness(responses.visits, responses.witnesses, flat)
        witness = Witnessed(out[:, OUT_DAY], source.astype(np.int16), row)
        witness = witness.replaced_where(flat < 0, start)
        is_event, reason = out[:, OUT_EVENT] == 1, out[:, OUT_REASON]
        witness = witness.replaced_where(is_event & (reason == TimeReason.DEATH), self.course.death)
        clinical = is_event & (reason == TimeReason.CLINICAL_PROGRESSION)
        witness = witness.replaced_where(clinical, self.course.clinical_progression)
        therapy = is_event & (reason == TimeReason.NEW_THERAPY_BEGAN)
        witness = witness.replaced_where(therapy, self.course.new_therapy)
        free_visit = np.where(
            out[:, OUT_FREE_VISIT] >= 1, readings.lesions.visit_start[:-1] + out[:, OUT_FREE_VISIT], -1
        )
        free = np.where(free_visit >= 0, readings.lesions.day[free_visit], start.day).astype(np.int32)
        return self._frame(name, start, out, witness, (flat, readings), free)

    def to_response(self, start: Witnessed, response: Witnessed, first: Ints32, responses: Responses) -> pl.DataFrame:
        """Time to response, of those who responded."""
        out = np.zeros((self.course.n_subjects, N_TIME), np.int32)
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
        free: Ints32 | None = None,
    ) -> pl.DataFrame:
        kept = np.flatnonzero(start.day != NEVER)
        n, begin, day = len(kept), start.day[kept], out[kept, OUT_DAY]
        if visit is None or not n:
            number = label = pl.repeat(None, n, dtype=pl.String, eager=True)
        else:
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
                to_dates(np.full(n, NEVER, np.int32) if free is None else free[kept], "FREEDT"),
                *source_columns(self.course.records.tables, witness.source[kept].astype(np.int64), witness.row[kept]),
            ],
            schema_overrides=ADTTE_SCHEMA,
        )


def empty_adtte() -> pl.DataFrame:
    """ADTTE without rows."""
    return pl.DataFrame(schema=ADTTE_SCHEMA)

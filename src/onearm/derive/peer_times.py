"""Times to event as the R package's ADTTE template derives them, from the parameters that its ADRS gives.

OS: death, else last known alive. PFS: the first progression or death, else the last disease assessment (whatever it
was, and also one after which nothing counts), else the start. RSD: the same from the first response, confirmed or not;
DOR from the response of the protocol's best response. A date before the start counts as the start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.adtte import ADTTE_SCHEMA, Responses, start_of
from onearm.derive.days import NO_ROW, Mask, Witnessed
from onearm.derive.derived import Peer, Refusal
from onearm.derive.followed import Course
from onearm.derive.source_columns import source_columns, texts
from onearm.derive.window import to_dates
from onearm.derive.witnesses import overall_witness
from onearm.kernels.arrays import Ints32, Ints64
from onearm.kernels.peer_response import PEER_CRSP_VISIT, PEER_LSTA_VISIT, PEER_PD_VISIT, PEER_RSP_VISIT
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol

PARAMETERS = {
    "OS": "Overall Survival",
    "PFS": "Progression Free Survival",
    "RSD": "Duration of Response",
    "DOR": "Duration of Response, response of the protocol",
    "TTR": "Time to Response",
}
DEATH, PROGRESSION, ALIVE, LAST_ASSESSMENT, RANDOMIZATION, RESPONSE = range(6)
EVENT_WORDS = ("Death", "Disease Progression", "Alive", "Last Tumor Assessment", "Randomization", "Response")
"""EVNTDESC of each reason, in the package's words."""
CENSORING_WORDS = (None, None, "Alive During Study", "Last Tumor Assessment", "Randomization", None)


class _Ends(NamedTuple):
    """How each subject's time ended: the day with its witness, the reason, and the flat visit (-1 without one)."""

    day: Witnessed
    reason: Ints32
    flat: Ints64


def derive_peer_times(
    protocol: Protocol, course: Course, cut_day: int, responses: Responses, peer: Peer
) -> tuple[pl.DataFrame, list[Refusal]]:
    """One row a parameter and subject whose start has come; and the parameters whose start the protocol leaves open."""
    times = _PeerTimes(protocol, course, cut_day, responses, peer)
    frames, refused = [], []
    for name, derive in (("OS", times.survival), ("PFS", times.progression_free)):
        start = start_of(protocol, course, name.lower())
        if start.day is None:
            refused.append(Refusal(name, (start.missing,)))
        else:
            frames.append(derive(start.day))
    options = protocol.response_options
    required = options is None or options.confirmation == "required"
    frames.append(times.duration("RSD", PEER_RSP_VISIT))
    frames.append(times.duration("DOR", PEER_CRSP_VISIT if required else PEER_RSP_VISIT))
    frames.append(times.to_response(PEER_CRSP_VISIT if required else PEER_RSP_VISIT))
    return pl.concat(frames), refused


class _PeerTimes:
    def __init__(self, protocol: Protocol, course: Course, cut_day: int, responses: Responses, peer: Peer) -> None:
        self.course, self.cut_day, self.responses, self.peer = course, cut_day, responses, peer
        options = protocol.response_options
        self.counts_start = options is None or options.count_start_day == "yes"

    def survival(self, start: Witnessed) -> pl.DataFrame:
        course = self.course
        begin = self._begin(start)
        alive = course.last_alive.day != NEVER
        last = course.last_alive.replaced_where(~alive, start)
        reason = np.where(alive, ALIVE, RANDOMIZATION).astype(np.int32)
        end = self._with_death(_Ends(last, reason, np.full(course.n_subjects, -1)))
        return self._frame("OS", begin, end)

    def progression_free(self, start: Witnessed) -> pl.DataFrame:
        return self._frame("PFS", self._begin(start), self._progression_or_death(start))

    def duration(self, name: str, place: int) -> pl.DataFrame:
        response = self._at(place).day
        return self._frame(name, response, self._progression_or_death(response))

    def to_response(self, place: int) -> pl.DataFrame:
        end = self._at(place)
        begin = self.course.reference
        begin = begin._replace(day=np.where(end.day.day != NEVER, begin.day, np.int32(NEVER)).astype(np.int32))
        return self._frame("TTR", begin, end._replace(reason=np.full_like(end.reason, RESPONSE)))

    def _begin(self, start: Witnessed) -> Witnessed:
        return start._replace(day=np.where(self.course.is_registered, start.day, np.int32(NEVER)).astype(np.int32))

    def _at(self, place: int, reason: int = RESPONSE) -> _Ends:
        """The visits of a parameter of ADRS, with the row behind each."""
        lesions = self.responses.readings.lesions
        visit = self.peer.out[:, place]
        flat = np.where(visit >= 1, lesions.visit_start[:-1] + visit, -1)
        source, row, _ = overall_witness(self.responses.visits, self.responses.witnesses, flat)
        day = np.where(flat >= 0, lesions.day[flat], np.int32(NEVER)).astype(np.int32)
        return _Ends(Witnessed(day, source.astype(np.int16), row), np.full(len(flat), reason, np.int32), flat)

    def _progression_or_death(self, start: Witnessed) -> _Ends:
        last = _chosen(self._at(PEER_LSTA_VISIT, LAST_ASSESSMENT), _from(start, RANDOMIZATION))
        return self._with_death(_chosen(self._at(PEER_PD_VISIT, PROGRESSION), last))

    def _with_death(self, end: _Ends) -> _Ends:
        """The death, unless a progression came before it or on the same day."""
        death = self.course.death
        is_event = (death.day != NEVER) & (death.day <= self.cut_day)
        takes = is_event & ((end.reason != PROGRESSION) | (death.day < end.day.day))
        return _replaced(end, takes, _from(death, DEATH))

    def _frame(self, name: str, start: Witnessed, end: _Ends) -> pl.DataFrame:
        kept = np.flatnonzero(start.day != NEVER)
        n, begin = len(kept), start.day[kept]
        day, reason = np.maximum(end.day.day[kept], begin), end.reason[kept]
        is_event = np.isin(reason, (DEATH, PROGRESSION, RESPONSE))
        flat = pl.Series(end.flat[kept], dtype=pl.Int64)
        flat = flat.set(flat < 0, None)
        readings = self.responses.readings
        source = np.where(end.day.row[kept] == NO_ROW, 0, end.day.source[kept].astype(np.int64))
        frame = pl.DataFrame(
            [
                pl.repeat(self.course.records.study_id, n, eager=True).alias("STUDYID"),
                pl.Series("USUBJID", self.course.subjects, dtype=pl.String).gather(pl.Series(kept)),
                pl.repeat(name, n, eager=True).alias("PARAMCD"),
                pl.repeat(PARAMETERS[name], n, eager=True).alias("PARAM"),
                to_dates(begin, "STARTDT"),
                to_dates(day.astype(np.int32), "ADT"),
                pl.Series("AVAL", day.astype(np.int64) - begin + int(self.counts_start)),
                pl.Series("CNSR", (~is_event).astype(np.int64)),
                texts("EVNTDESC", EVENT_WORDS, reason),
                texts("CNSDTDSC", CENSORING_WORDS, reason),
                readings.visit_number.gather(flat).alias("VISITNUM"),
                readings.visit_name.gather(flat).alias("AVISIT"),
                *source_columns(self.course.records.tables, source, end.day.row[kept]),
            ],
            schema_overrides=ADTTE_SCHEMA,
        )
        names = list(ADTTE_SCHEMA)
        after = names.index("EVNTDESC") + 1
        lacking = [pl.lit(None, dtype=ADTTE_SCHEMA[name]).alias(name) for name in names if name not in frame.columns]
        order = [*names[:after], "CNSDTDSC", *(name for name in names[after:] if name != "CNSDTDSC")]
        return frame.with_columns(lacking).select(order)


def _from(day: Witnessed, reason: int) -> _Ends:
    n = len(day.day)
    return _Ends(day, np.full(n, reason, np.int32), np.full(n, -1))


def _chosen(first: _Ends, other: _Ends) -> _Ends:
    return _replaced(first, first.day.day == NEVER, other)


def _replaced(end: _Ends, where: Mask, other: _Ends) -> _Ends:
    return _Ends(
        end.day.replaced_where(where, other.day),
        np.where(where, other.reason, end.reason).astype(np.int32),
        np.where(where, other.flat, end.flat),
    )

"""Time to event: the day, whether it is an event, the reason and the visit that decided."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from numba import boolean, int8, int32, int64, njit, types

from onearm.kernels.arrays import Ints8, Ints32
from onearm.kernels.confirmation import NO_VISIT
from onearm.kernels.rules import NEVER
from onearm.terms import Response

PD, NE, NO_RESPONSE = int(Response.PD), int(Response.NE), int(Response.NONE)


class Strategy(IntEnum):
    """What an intercurrent event does to a time to event (ICH E9(R1), section 3.2)."""

    IGNORE = 0
    CENSOR = 1
    EVENT = 2


class Strategies(NamedTuple):
    """The strategy for each intercurrent event, as integers of ``Strategy``."""

    new_therapy: int
    """Ignored, censored at the last adequate scan before it, or itself the event."""
    missed_scans: int
    """An event after two missed scans: counted all the same, or censored before the gap."""
    procedure: int
    """Ignored, or censored at the last adequate scan before it."""
    no_baseline: int
    """Followed like anybody, or censored at the start unless a death comes in time."""
    clinical_progression: int
    """Ignored, or an event."""


STRATEGIES_TYPE = types.NamedUniTuple(int64, len(Strategies._fields), Strategies)  # type: ignore[no-untyped-call]


class TimeReason(IntEnum):
    """Which rule set the date of a time-to-event record."""

    PROGRESSION = 0
    DEATH = 1
    CLINICAL_PROGRESSION = 2
    LAST_ADEQUATE = 3
    NO_ASSESSMENT = 4
    NO_BASELINE = 5
    NEW_THERAPY = 6
    MISSED_SCANS = 7
    PROCEDURE = 8
    LAST_ALIVE = 9
    NEW_THERAPY_BEGAN = 10


CENSOR, EVENT = int(Strategy.CENSOR), int(Strategy.EVENT)
PROGRESSION, DEATH = int(TimeReason.PROGRESSION), int(TimeReason.DEATH)
CLINICAL_PROGRESSION, LAST_ADEQUATE = int(TimeReason.CLINICAL_PROGRESSION), int(TimeReason.LAST_ADEQUATE)
NO_ASSESSMENT, NO_BASELINE = int(TimeReason.NO_ASSESSMENT), int(TimeReason.NO_BASELINE)
NEW_THERAPY, MISSED_SCANS = int(TimeReason.NEW_THERAPY), int(TimeReason.MISSED_SCANS)
PROCEDURE, LAST_ALIVE = int(TimeReason.PROCEDURE), int(TimeReason.LAST_ALIVE)
NEW_THERAPY_BEGAN = int(TimeReason.NEW_THERAPY_BEGAN)

OUT_DAY, OUT_EVENT, OUT_REASON, OUT_VISIT, OUT_FREE_VISIT = 0, 1, 2, 3, 4
N_TIME = 5
"""Length of the output of the functions below; the names above are its places."""


@njit(int64(int64, int64, int32[::1], int8[::1], int64), nogil=True, cache=True)
def last_adequate_visit(first: int, end: int, day: Ints32, overall: Ints8, until: int) -> int:
    """The last visit from ``first`` to before ``end``, on or before a day, that is neither NE nor missing; or -1."""
    found = NO_VISIT
    for visit in range(first, end):
        if day[visit] <= until and overall[visit] != NE and overall[visit] != NO_RESPONSE:
            found = visit
    return found


@njit(
    (
        STRATEGIES_TYPE, int64, int64, int64, int32[::1], int32[::1], int8[::1], boolean, int64, int64, int64, int64,
        int32[::1], int64, int32[::1],
    ),
    nogil=True,
    cache=True,
)  # fmt: skip
def derive_progression_free(
    strategies: Strategies,
    start_day: int,
    first_visit: int,
    n_visits: int,
    day: Ints32,
    progression_day: Ints32,
    overall: Ints8,
    has_baseline: bool,
    death_day: int,
    clinical_progression_day: int,
    new_therapy_day: int,
    procedure_day: int,
    gap_limit: Ints32,
    cut_day: int,
    out: Ints32,
) -> None:
    """PFS from the start of treatment, or duration of response from its first visit.

    ``first_visit`` is the first visit that may be adequate (1 for PFS, the responding visit for DOR). ``gap_limit[v]``
    is the longest gap in days after visit *v* (0 for the start) that is not two missed scans: an event is censored when
    it lies more than (>) that many days later, but for a new therapy: its day is known without any scan. Days that
    never come are NEVER. A clinical progression or a new therapy before the start is no event of what begins later.
    ``out``: the day, whether it is an event, the reason, the visit
    that decided, and the last visit before it that was adequate and free of progression (-1: the start).
    """
    event_day, reason, witness = NEVER, PROGRESSION, NO_VISIT
    # A scan that shows progression is never its own last adequate scan.
    end = n_visits
    for visit in range(first_visit, n_visits):
        if overall[visit] == PD and day[visit] <= cut_day:
            event_day, witness, end = progression_day[visit], visit, visit
            break
    clinical_counts = strategies.clinical_progression == EVENT and start_day <= clinical_progression_day <= cut_day
    if clinical_counts and clinical_progression_day < event_day:
        event_day, reason, witness = clinical_progression_day, CLINICAL_PROGRESSION, NO_VISIT
    if death_day <= cut_day and death_day < event_day:
        event_day, reason, witness = death_day, DEATH, NO_VISIT
    therapy_counts = strategies.new_therapy == EVENT and start_day <= new_therapy_day <= cut_day
    if therapy_counts and new_therapy_day < event_day:
        event_day, reason, witness = new_therapy_day, NEW_THERAPY_BEGAN, NO_VISIT
    is_event = event_day != NEVER

    stop_day, stop_reason = NEVER, NEW_THERAPY
    if strategies.new_therapy == CENSOR and new_therapy_day <= cut_day and new_therapy_day < event_day:
        stop_day = new_therapy_day
    procedure_censors = strategies.procedure == CENSOR and procedure_day <= cut_day
    if procedure_censors and procedure_day < event_day and procedure_day < stop_day:
        stop_day, stop_reason = procedure_day, PROCEDURE
    adequate_until = min(cut_day, event_day, stop_day)
    last = last_adequate_visit(first_visit, end, day, overall, adequate_until)
    if stop_day != NEVER:
        is_event, reason = False, stop_reason
    elif is_event:
        last_day = start_day if last == NO_VISIT else day[last]
        too_late = event_day - last_day > gap_limit[0 if last == NO_VISIT else last]
        censors_gap = strategies.missed_scans == CENSOR and too_late and reason != NEW_THERAPY_BEGAN
        if strategies.no_baseline == CENSOR and not has_baseline and (censors_gap or reason != DEATH):
            is_event, reason, last = False, NO_BASELINE, NO_VISIT
        elif censors_gap:
            is_event, reason = False, MISSED_SCANS
    elif strategies.no_baseline == CENSOR and not has_baseline:
        reason, last = NO_BASELINE, NO_VISIT
    else:
        reason = LAST_ADEQUATE
    out[OUT_FREE_VISIT] = last
    if is_event:
        out[OUT_DAY], out[OUT_EVENT], out[OUT_REASON], out[OUT_VISIT] = event_day, 1, reason, witness
        return
    if last == NO_VISIT and reason == LAST_ADEQUATE:
        reason = NO_ASSESSMENT
    out[OUT_DAY] = start_day if last == NO_VISIT else day[last]
    out[OUT_EVENT], out[OUT_REASON], out[OUT_VISIT] = 0, reason, last


@njit((int64, int64, int64, int64, int32[::1]), nogil=True, cache=True)
def derive_overall_survival(start_day: int, death_day: int, last_alive_day: int, cut_day: int, out: Ints32) -> None:
    """Death from any cause, else censored when last known alive, never before the start nor after the cut."""
    if death_day <= cut_day:
        out[OUT_DAY], out[OUT_EVENT], out[OUT_REASON] = death_day, 1, DEATH
    else:
        out[OUT_DAY] = max(start_day, min(last_alive_day, cut_day))
        out[OUT_EVENT], out[OUT_REASON] = 0, LAST_ALIVE
    out[OUT_VISIT], out[OUT_FREE_VISIT] = NO_VISIT, NO_VISIT

"""Trial kernels of the decision: each patient's state at a cut, and what the stage's counts decide."""

from __future__ import annotations

from enum import IntEnum

from numba import boolean, int8, int64, njit

from onearm.kernels.arrays import Ints8
from onearm.terms import Response

NE, NO_RESPONSE = int(Response.NE), int(Response.NONE)


class PatientState(IntEnum):
    """Where a patient stands for a decision."""

    NON_RESPONDER = 0
    RESPONDER = 1
    PENDING_CONFIRMATION = 2
    """A response that a further scan may still confirm."""
    MAY_RESPOND = 3
    """Assessed, no response yet, not yet followed through the scan that the protocol names."""
    NOT_YET_ASSESSED = 4
    NOT_EVALUABLE = 5
    """Settled without any usable assessment: counts as not responding."""


class Action(IntEnum):
    """What a decision says."""

    NOT_READY = 0
    CONTINUE = 1
    STOP_FUTILITY = 2
    STOP_EFFICACY = 3
    SUCCESS = 4
    FAILURE = 5


NON_RESPONDER, RESPONDER = int(PatientState.NON_RESPONDER), int(PatientState.RESPONDER)
PENDING_CONFIRMATION, MAY_RESPOND = int(PatientState.PENDING_CONFIRMATION), int(PatientState.MAY_RESPOND)
NOT_YET_ASSESSED, STATE_NOT_EVALUABLE = int(PatientState.NOT_YET_ASSESSED), int(PatientState.NOT_EVALUABLE)
NOT_READY, CONTINUE = int(Action.NOT_READY), int(Action.CONTINUE)
STOP_FUTILITY, STOP_EFFICACY = int(Action.STOP_FUTILITY), int(Action.STOP_EFFICACY)
SUCCESS, FAILURE = int(Action.SUCCESS), int(Action.FAILURE)

NO_BOUNDARY = -1
"""An efficacy boundary that the design does not have."""


@njit(
    int64(boolean, boolean, boolean, boolean, boolean, boolean, boolean, int64, int8[::1]),
    nogil=True,
    cache=True,
)
def classify_patient(
    is_responder: bool,
    has_unconfirmed_response: bool,
    pending_counts: bool,
    pending_by_rule: bool,
    is_off: bool,
    is_followed_through: bool,
    is_still_confirmable: bool,
    n_visits: int,
    overall: Ints8,
) -> int:
    """State of one patient at the cut; ``overall`` holds the visits up to it, the baseline first.

    ``is_off``: nothing more can be seen (PD, death, new therapy, end of the window, withdrawal).
    ``is_followed_through``: the scan that the protocol waits for has been made, or its window has passed.
    ``is_still_confirmable``: the planned scan that may confirm the response is not yet made nor past.
    ``pending_by_rule``: a procedure came before confirmation and the protocol calls that pending.
    """
    if is_responder:
        return RESPONDER
    if has_unconfirmed_response:
        if pending_by_rule or (not is_off and is_still_confirmable):
            return RESPONDER if pending_counts else PENDING_CONFIRMATION
    n_usable = 0
    for visit in range(1, n_visits):
        if overall[visit] != NE and overall[visit] != NO_RESPONSE:
            n_usable += 1
    if is_off or is_followed_through:
        return NON_RESPONDER if n_usable > 0 else STATE_NOT_EVALUABLE
    return MAY_RESPOND if n_visits > 1 else NOT_YET_ASSESSED


@njit(int64(int64, int64, int64), nogil=True, cache=True)
def stage_one_region(responders: int, futility_stop: int, efficacy_stop: int) -> int:
    """What a settled stage one says: stop if x1 ≤ ``futility_stop``, stop if x1 ≥ ``efficacy_stop``, else go on."""
    if responders <= futility_stop:
        return STOP_FUTILITY
    if efficacy_stop != NO_BOUNDARY and responders >= efficacy_stop:
        return STOP_EFFICACY
    return CONTINUE


@njit(int64(int64, int64, int64, int64), nogil=True, cache=True)
def decide_stage_one(responders: int, undecided: int, futility_stop: int, efficacy_stop: int) -> int:
    """The interim action, as soon as the worst and the best case agree; else not ready.

    ``undecided`` counts members whose state is open and members not yet registered.
    """
    worst = stage_one_region(responders, futility_stop, efficacy_stop)
    best = stage_one_region(responders + undecided, futility_stop, efficacy_stop)
    return worst if worst == best else NOT_READY


@njit(int64(int64, int64, int64), nogil=True, cache=True)
def decide_final(responders: int, undecided: int, success: int) -> int:
    """Success if x ≥ ``success``, failure once that can no longer be reached, else not ready."""
    if responders >= success:
        return SUCCESS
    if responders + undecided < success:
        return FAILURE
    return NOT_READY

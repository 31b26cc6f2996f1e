"""The first response of each patient, up to where the best response stops to count."""

from __future__ import annotations

import numpy as np

from onearm.derive import Derived
from onearm.kernels.best_response import OUT_LAST_VISIT
from onearm.terms import RESPONDING


def first_response_days(derived: Derived) -> dict[str, int] | None:
    """Day (since 1970-01-01) of the first visit with CR or PR, confirmed or not, by subject; none without one. None
    where the response criterion or the end of the response window is open.

    The visits that count are those of the best response: up to the first progression, the end of the response window,
    a procedure with a rule, or a new therapy where the protocol leaves out what follows it. What surgery or another
    therapy did is no response to the trial's.
    """
    readings, visits = derived.readings, derived.visits
    window_is_open = any(path.endswith(".cap_counts") for refusal in derived.refusals for path in refusal.missing)
    if readings is None or visits is None or window_is_open:
        return None
    start, day = readings.lesions.visit_start, readings.lesions.day
    found: dict[str, int] = {}
    for number, subject in enumerate(derived.subjects):
        first = int(start[number]) + 1
        counted = slice(first, int(start[number]) + int(visits.best[number, OUT_LAST_VISIT]) + 1)
        responses = np.flatnonzero(np.isin(visits.overall[counted], RESPONDING))
        if len(responses):
            found[subject] = int(day[first + int(responses[0])])
    return found

"""The best response of a sequence of entered overall responses, by the kernel that judges derived ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from onearm.derive.entered import RESPONSE_OF, Entered
from onearm.kernels.best_response import (
    N_BEST,
    OUT_CONFIRMED,
    OUT_CONFIRMED_REASON,
    OUT_CONFIRMED_VISIT,
    OUT_CONFIRMING_VISIT,
    OUT_UNCONFIRMED,
    OUT_UNCONFIRMED_VISIT,
    BestReason,
    derive_best_response,
)
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.terms import Response

LONG_BEFORE_DAYS = 3660
"""Longer than any minimum of a protocol."""


class Best(NamedTuple):
    """Best overall response of a sequence; rows are None where no visit decided."""

    confirmed: Response
    first: Entered | None
    confirming: Entered | None
    reason: BestReason
    unconfirmed: Response
    single: Entered | None


def best_of(sequence: Sequence[Entered], rules: ResponseRules, reference_day: int, window_end: int = NEVER) -> Best:
    """The best response up to the first progression and ``window_end``; planned scans without any row do not count."""
    rows = [row for row in sequence if row.value in RESPONSE_OF]
    n = len(rows) + 1
    # Without a reference day nobody can say that stable disease came too early.
    start = reference_day if reference_day != NEVER else (rows[0].day if rows else 0) - LONG_BEFORE_DAYS
    day = np.array([start, *(row.day for row in rows)], np.int32)
    overall = np.array([Response.NONE, *(RESPONSE_OF[row.value] for row in rows)], np.int8)
    out = np.zeros(N_BEST, np.int32)
    derive_best_response(
        rules, n, day, overall, np.zeros(n, np.int32), start, window_end, NEVER, NEVER, 0, NEVER - 1, out
    )

    def row_at(place: int) -> Entered | None:
        return rows[int(out[place]) - 1] if out[place] >= 1 else None

    return Best(
        Response(int(out[OUT_CONFIRMED])),
        row_at(OUT_CONFIRMED_VISIT),
        row_at(OUT_CONFIRMING_VISIT),
        BestReason(int(out[OUT_CONFIRMED_REASON])),
        Response(int(out[OUT_UNCONFIRMED])),
        row_at(OUT_UNCONFIRMED_VISIT),
    )

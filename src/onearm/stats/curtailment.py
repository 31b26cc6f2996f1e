"""How many patients does a two-stage rule need if it stops as soon as its decision is certain?

Deterministic (non-stochastic) curtailment: after each patient, stop if every way to go on leads to the same decision.
It never changes the decision, only the size. Exact recursion over (patients, responders); no simulation.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import SingleStageRule, TwoStageRule, check_rule, effective_rate


class CurtailedSize(NamedTuple):
    """What a curtailed rule does at one response rate."""

    success: float
    """Probability of success: that of the rule itself."""
    expected_size: float
    median_size: int
    """The least size m with P(at most m patients) ≥ 1/2."""


class OpenStates(NamedTuple):
    """What can still happen after m patients with s responders; arrays of shape (n + 1, n + 1), index [m, s].

    A state beyond stage one is one that went on. Entries with s > m mean nothing.
    """

    can_succeed: NDArray[np.bool_]
    can_fail: NDArray[np.bool_]


@lru_cache(maxsize=8)
def open_states(rule: TwoStageRule | SingleStageRule) -> OpenStates:
    """Which decisions can still be reached from each state, worked out backwards from the end."""
    n, success = rule.n, rule.success
    s = np.arange(n + 1)
    can_succeed, can_fail = np.zeros((n + 1, n + 1), bool), np.zeros((n + 1, n + 1), bool)
    can_succeed[n], can_fail[n] = s >= success, s < success
    for m in range(n - 1, -1, -1):
        for can in (can_succeed, can_fail):
            can[m, :n] = can[m + 1, :n] | can[m + 1, 1:]
        if isinstance(rule, TwoStageRule) and m == rule.n1:
            low, high = _stops(rule, s)
            can_succeed[m] = (can_succeed[m] & ~low) | high
            can_fail[m] = (can_fail[m] & ~high) | low
    return OpenStates(can_succeed, can_fail)


def curtail(
    rule: TwoStageRule | SingleStageRule, rate: float, not_evaluable: float = 0.0, *, for_success: bool = True
) -> CurtailedSize:
    """Exact size and success of a rule that stops once failure, or either decision, is certain.

    Failure is certain once no continuation succeeds: too few can still respond to pass stage one or to reach
    ``success``. Success is certain once ``success`` responders are there, or ``efficacy_stop`` within stage
    one. ``for_success`` False: stop early for certain failure only (responders go on to be treated as planned).
    ValueError for an impossible rule or rate.
    """
    check_rule(rule)
    p = effective_rate(rate, not_evaluable)
    n, states = rule.n, open_states(rule)
    alive = np.zeros(n + 1)
    alive[0] = 1.0
    sizes, succeeded = np.zeros(n + 1), 0.0
    s = np.arange(n + 1)
    for m in range(1, n + 1):
        alive[1:] = alive[1:] * (1 - p) + alive[:-1] * p
        alive[0] *= 1 - p
        lost, won = ~states.can_succeed[m], ~states.can_fail[m]
        stop = lost | (won if for_success or m == n else False)
        if isinstance(rule, TwoStageRule) and m == rule.n1:
            low, high = _stops(rule, s)
            stop = stop | low | high
        sizes[m] = alive[stop].sum()
        succeeded += float(alive[stop & won].sum())
        alive[stop] = 0.0
    return CurtailedSize(succeeded, float(np.sum(sizes * s)), median_size(sizes))


def median_size(probabilities: NDArray[np.float64]) -> int:
    """The least size m with P(at most m patients) ≥ 1/2; index = size. A sum within 1e-12 of 1/2 counts as 1/2."""
    return int(np.argmax(np.cumsum(probabilities) >= 0.5 - 1e-12))


def _stops(rule: TwoStageRule, s: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Stage-one counts that stop for futility, and for efficacy."""
    never = rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    return s <= rule.futility_stop, s >= never

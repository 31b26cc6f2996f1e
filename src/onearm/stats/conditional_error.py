"""Which final boundary keeps the type I error when the size changes after a look at the data?

The conditional error of a rule is the probability under p0 that it would still succeed, given what is seen. A trial
that goes on in any other way keeps the rule's type I error if, under p0, it succeeds with at most that probability
from there on (Müller and Schäfer 2001, Biometrics 57:886-891; for two-stage trials with one arm Englert and Kieser
2012, Biom J 54:609-623). This holds whatever the reason for the change, also when the data were the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import binomial_tail, binomial_tails, check_rate
from onearm.stats.curtailment import open_states
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule, check_rule


@dataclass(frozen=True, slots=True)
class StateBoundary:
    """After ``at`` patients with ``responders``: what the plan would still do, and the boundary that keeps it."""

    responders: int
    conditional_error: float
    """P(the planned rule succeeds | this state) under p0."""
    success: int | None
    """Success if at least this many of all patients respond; None: no total succeeds."""
    attained: float
    """P(success by that boundary | this state) under p0, at most ``conditional_error``."""


class PreservingBoundaries(NamedTuple):
    """The boundaries in every state that goes on, and the exact type I error of the trial that uses them."""

    states: tuple[StateBoundary, ...]
    type_one_error: float
    planned_type_one_error: float


@lru_cache(maxsize=4)
def conditional_errors(rule: TwoStageRule, p0: float) -> NDArray[np.float64]:
    """P(success | s responders of the first m patients) under ``p0``; shape (n + 1, n + 1), index [m, s], read-only.

    Recursion V(m, s) = (1 - p0)·V(m + 1, s) + p0·V(m + 1, s + 1) from V(n, s) = 1 if s ≥ ``success``; at m =
    n1 it is 0 if s ≤ ``futility_stop`` and 1 if s ≥ ``efficacy_stop``. A state beyond n1 is one that went on.
    Entries with s > m are 0; where the decision is certain it is exactly 0 or 1.
    """
    check_rule(rule)
    p, n, states = check_rate(p0), rule.n, open_states(rule)
    s = np.arange(n + 1)
    values = np.zeros((n + 1, n + 1))
    values[n] = s >= rule.success
    for m in range(n - 1, -1, -1):
        values[m, : m + 1] = (1 - p) * values[m + 1, : m + 1] + p * values[m + 1, 1 : m + 2]
        values[m, : m + 1][~states.can_fail[m, : m + 1]] = 1.0
        if m == rule.n1:
            values[m, : rule.futility_stop + 1] = 0.0
            if rule.efficacy_stop is not None:
                values[m, rule.efficacy_stop : m + 1] = 1.0
    values.setflags(write=False)
    return values


def boundary_after(rule: TwoStageRule, p0: float, at: int, responders: int, rest: int) -> StateBoundary:
    """The least total that may count as success when ``rest`` patients follow ``at`` with ``responders``.

    The smallest c with P0(X of ``rest`` ≥ c - s) ≤ conditional error; c = s where success is certain already.
    ValueError for a state that cannot be.
    """
    if not 0 <= at <= rule.n or not 0 <= responders <= at or rest < 0:
        raise ValueError(f"{responders} responders of {at} patients, {rest} to come, is no state of {rule}")
    return _boundary(float(conditional_errors(rule, p0)[at, responders]), p0, responders, rest)


def _boundary(error: float, p0: float, responders: int, rest: int) -> StateBoundary:
    tails = binomial_tails(rest, p0)
    more = int(np.argmax(tails <= error * (1 + LIMIT_ROUNDING)))
    return StateBoundary(responders, error, responders + more if more <= rest else None, float(tails[more]))


def preserving_boundaries(rule: TwoStageRule, p0: float, at: int, n_actual: int) -> PreservingBoundaries:
    """The boundaries for a trial that has seen ``at`` patients and will end with ``n_actual``.

    ``at`` = n1: the second stage alone has another size. ``at`` < n1: stage one ended short. ``at`` > n1: patients
    beyond n1, by order of enrolment, belong to stage two, and the states are those that went on. A state from
    which the plan cannot succeed any more has no boundary. Type I error: exact, over all states. ValueError
    unless 1 ≤ ``at`` ≤ n and ``at`` ≤ ``n_actual``.
    """
    if not 1 <= at <= rule.n or n_actual < at:
        raise ValueError(f"a look after {at} of {n_actual} patients does not fit {rule}")
    errors = conditional_errors(rule, p0)
    reached = _state_probabilities(rule, p0, at)
    rest = n_actual - at
    first = rule.futility_stop + 1 if at >= rule.n1 else 0
    states = tuple(_boundary(float(errors[at, s]), p0, s, rest) for s in range(first, at + 1) if reached[s] > 0)
    spent = sum(reached[state.responders] * state.attained for state in states)
    if at > rule.n1 and rule.efficacy_stop is not None:
        spent += binomial_tail(rule.efficacy_stop, rule.n1, p0)
    return PreservingBoundaries(states, float(spent), float(errors[0, 0]))


def _state_probabilities(rule: TwoStageRule, p0: float, at: int) -> NDArray[np.float64]:
    """P(s responders after ``at`` patients, having gone on beyond stage one if ``at`` lies there)."""
    alive = np.zeros(at + 1)
    alive[0] = 1.0
    for m in range(1, at + 1):
        alive[1:] = alive[1:] * (1 - p0) + alive[:-1] * p0
        alive[0] *= 1 - p0
        if m == rule.n1 and m < at:
            alive[: rule.futility_stop + 1] = 0.0
            if rule.efficacy_stop is not None:
                alive[rule.efficacy_stop :] = 0.0
    return alive

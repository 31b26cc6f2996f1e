"""When is a two-stage rule all but decided, and what does it do if it stops there? Exact recursion, no simulation.

Stochastic curtailment: stop before the decision is certain, as soon as the chance of success is small, or large,
enough. Unlike deterministic curtailment (``onearm.stats.curtailment``) this changes the error rates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.monitoring import SequentialRule
from onearm.stats.monitoring_posterior import BetaPrior
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule, check_rule

Floats = NDArray[np.float64]


class Thresholds(NamedTuple):
    """When to stop on the chance of success."""

    below: float
    """Stop for futility if the chance of success is < this, or nil."""
    above: float | None
    """Stop for efficacy if it is > this, or certain; None: never for that reason."""
    counting_stops: bool = False
    """Whether the chance is that of the curtailed rule, later stops included, instead of that of the plan."""


def chances_of_success(rule: TwoStageRule, belief: float | BetaPrior) -> Floats:
    """The chance that the rule ends in success after m patients with s responders; shape (n + 1, n + 1), entry [m, s].

    ``belief``: one response rate (conditional power), or the Beta prior of an unknown one (predictive probability):
    C(m, s) = q·C(m + 1, s + 1) + (1 - q)·C(m + 1, s) with q the rate or (a + s)/(a + b + m), and at n1 0 for
    s ≤ ``futility_stop`` and 1 for s ≥ ``efficacy_stop``. After stage one a state is one that went on. Entries with
    s > m are 0 and mean nothing. ValueError for an impossible rule.
    """
    check_rule(rule)
    table = np.zeros((rule.n + 1, rule.n + 1))
    won, lost = _last_row(rule)
    table[rule.n] = won
    for m in range(rule.n - 1, -1, -1):
        won, lost = _row_before(rule, belief, m, won, lost)
        table[m, : m + 1] = won
    return table


def curtail_by_chance(
    rule: TwoStageRule, belief: float | BetaPrior, thresholds: Thresholds, looks: Sequence[int]
) -> SequentialRule:
    """The limits of a rule that also stops on its chance of success at ``looks``; always at n1 and n.

    Stop for futility if the chance is < ``below`` or nil, for efficacy if it is > ``above`` or certain; a chance
    within ``LIMIT_ROUNDING`` (relative) of a threshold counts as equal to it and stops nothing. The chance is that of
    ``chances_of_success``; or, with ``counting_stops``, worked out backwards with every later stop counted as the
    decision it takes (Law, Grayling and Mander 2022, J Biopharm Stat, doi:10.1080/10543406.2021.2009498). A limit that
    no trial can meet any more, because an earlier one has stopped it, is None. ValueError for an impossible rule.
    """
    check_rule(rule)
    seen = sorted({*looks, rule.n1, rule.n})
    low: dict[int, int] = {rule.n: rule.success - 1}
    high: dict[int, int] = {rule.n: rule.success}
    won, lost = _last_row(rule)
    for m in range(rule.n - 1, 0, -1):
        won, lost = _row_before(rule, belief, m, won, lost)
        if m not in seen:
            continue
        futile = (won < thresholds.below * (1 - LIMIT_ROUNDING)) | (won == 0.0)
        enough = np.zeros(m + 1, bool)
        if thresholds.above is not None:
            enough = (won > thresholds.above * (1 + LIMIT_ROUNDING)) | (lost == 0.0)
        if m == rule.n1 and rule.efficacy_stop is not None:
            enough[rule.efficacy_stop :] = True
        low[m], high[m] = int(np.count_nonzero(futile)) - 1, m + 1 - int(np.count_nonzero(enough))
        if thresholds.counting_stops:
            won, lost = np.where(futile, 0.0, won), np.where(enough, 0.0, lost)
            won, lost = np.where(enough, 1.0, won), np.where(futile, 1.0, lost)
    return _reachable(tuple(seen), low, high)


def _last_row(rule: TwoStageRule) -> tuple[Floats, Floats]:
    """Success and failure after all patients, by responders."""
    won = (np.arange(rule.n + 1) >= rule.success).astype(np.float64)
    return won, 1 - won


def _row_before(
    rule: TwoStageRule, belief: float | BetaPrior, m: int, won: Floats, lost: Floats
) -> tuple[Floats, Floats]:
    """The chances after ``m`` patients, from those after m + 1; both kept, so that what is certain is exactly so."""
    q = (belief.a + np.arange(m + 1)) / (belief.a + belief.b + m) if isinstance(belief, BetaPrior) else belief
    won = q * won[1:] + (1 - q) * won[:-1]
    lost = q * lost[1:] + (1 - q) * lost[:-1]
    if m == rule.n1:
        won[: rule.futility_stop + 1], lost[: rule.futility_stop + 1] = 0.0, 1.0
        if rule.efficacy_stop is not None:
            won[rule.efficacy_stop :], lost[rule.efficacy_stop :] = 1.0, 0.0
    return won, lost


def _reachable(looks: tuple[int, ...], low: dict[int, int], high: dict[int, int]) -> SequentialRule:
    """The limits that some trial still going on can meet."""
    least, most, before, alive = 0, 0, 0, True
    lower: list[int | None] = []
    upper: list[int | None] = []
    for m in looks:
        most += m - before
        lower.append(low[m] if alive and low[m] >= least else None)
        upper.append(high[m] if alive and high[m] <= most else None)
        least, most, before = max(least, low[m] + 1), min(most, high[m] - 1), m
        alive = alive and least <= most
    return SequentialRule(looks, tuple(lower), tuple(upper))

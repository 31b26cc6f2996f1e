"""How often does an interval after a two-stage trial cover the true response rate? Exactly, and at its worst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.changed_second_stage import changed_limits
from onearm.stats.two_stage import TwoStageRule, check_rule
from onearm.stats.two_stage_inference import stage_wise_inference
from onearm.stats.two_stage_order import outcome_table, total_probabilities

Method = Literal["stage_wise", "mid_p", "koyama_chen"]
Floats = NDArray[np.float64]


class Coverage(NamedTuple):
    """Coverage at each rate where it was computed."""

    rates: Floats
    covered: Floats

    @property
    def least(self) -> float:
        """The smallest coverage met."""
        return float(self.covered.min())


def interval_coverage(
    rule: TwoStageRule,
    level: float = 0.95,
    method: Method = "stage_wise",
    low: float = 0.0,
    high: float = 1.0,
    grid: int = 1000,
) -> Coverage:
    """Exact probability that the interval contains the rate, at rates in (``low``, ``high``).

    Coverage jumps only at limits, so it is taken on both sides of every limit (the limit itself belongs to its
    interval, so a value exactly at it is never less than both) and at ``grid`` - 1 evenly spaced rates between.
    ValueError for an impossible rule or level.
    """
    check_rule(rule)
    limits = getattr(stage_wise_inference(rule, level), method)
    above = outcome_table(rule).above
    each = (above[:-1] - above[1:]).T

    def chances(rates: Floats) -> Floats:
        return np.asarray(total_probabilities(rule.n, rates) @ each)

    return _cover(limits, chances, low, high, grid)


def changed_interval_coverage(
    rule: TwoStageRule, m2: int, level: float = 0.95, low: float = 0.0, high: float = 1.0, grid: int = 1000
) -> Coverage:
    """The same for the stage-wise interval when every trial that goes on has ``m2`` patients in stage two.

    Trials that stop after stage one keep the interval of the plan. Rates as for ``interval_coverage``. ValueError for
    an impossible rule, size or level.
    """
    check_rule(rule)
    went_on, planned = changed_limits(rule, m2, level), stage_wise_inference(rule, level)
    stopped = planned.stage == 1

    def chances(rates: Floats) -> Floats:
        first, second = total_probabilities(rule.n1, rates), total_probabilities(m2, rates)
        return np.hstack([first[:, went_on.x1] * second[:, went_on.x2], first[:, planned.responders[stopped]]])

    return _cover(np.vstack([went_on.stage_wise, planned.stage_wise[stopped]]), chances, low, high, grid)


def _cover(limits: Floats, chances: Callable[[Floats], Floats], low: float, high: float, grid: int) -> Coverage:
    """Coverage of intervals (shape (K, 2)) whose outcomes have these ``chances`` (rates → shape (rates, K))."""
    ends = np.unique(limits)
    ends = ends[(ends > low) & (ends < high)]
    even = low + (high - low) * np.arange(1, grid) / grid
    lower, upper = limits[:, 0], limits[:, 1]
    inside = (
        (lower < ends[:, None]) & (ends[:, None] <= upper),
        (lower <= ends[:, None]) & (ends[:, None] < upper),
        (lower <= even[:, None]) & (even[:, None] <= upper),
    )
    at_ends = chances(ends)
    covered = [
        np.where(held, chance, 0.0).sum(axis=1)
        for held, chance in zip(inside, (at_ends, at_ends, chances(even)), strict=True)
    ]
    return Coverage(np.concatenate([ends, ends, even]), np.concatenate(covered))

"""What does a two-stage trial say if its second stage had another size, for reasons that have nothing to do with it?

Koyama and Chen 2008, Stat Med 27:3145-3154, section on a second stage of another size: the observed second stage (x2
of m2) is as striking as a planned second stage judged at the rate π* at which P(X2 ≥ success - x1 | n2, π*) equals
P(X2' ≥ x2 | m2, p). The p-value adds up, over every x1' that goes on, P(X1 = x1' | p) · P(X2 ≥ success - x1' | n2, π*).
So p ≤ the planned type I error exactly when P(X2' ≥ x2) is at most the conditional error at x1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import Interval, check_count, check_level, check_rate
from onearm.stats.two_stage import TwoStageRule, check_rule, continuing_counts
from onearm.stats.two_stage_order import total_probabilities


class ChangedInference(NamedTuple):
    """p-value, median-unbiased estimate and intervals after a second stage of another size."""

    p_value: float
    mue: float
    stage_wise: Interval
    """Upper limit from the next count of the second stage, so that it does not ignore that counts are discrete."""
    mid_p: Interval
    koyama_chen: Interval
    """Both limits from the p-value itself, as published."""


def changed_p_value(rule: TwoStageRule, x1: int, x2: int, m2: int, p0: float) -> float:
    """One-sided p-value for ``x2`` of ``m2`` responders after ``x1`` of n1; ``rule`` holds the planned sizes.

    Boundaries: success - x1 ≤ 0, total success was certain after stage one: no π* tells such outcomes apart,
    they all have p = P(X1 ≥ success), the limit π* → 0 (Koyama's own R code does the same). success - x1 > n2,
    success was out of reach: all have p = P(went on). At m2 = n2 the ordering is not the stage-wise one except at
    the boundary itself; use ``stage_wise_p_value`` there. ValueError if x1 does not go on.
    """
    _check(rule, x1, x2, m2)
    return float(_tail(rule, x1, x2, m2, np.array([check_rate(p0)]))[0])


def changed_inference(
    rule: TwoStageRule, x1: int, x2: int, m2: int, p0: float, level: float = 0.95
) -> ChangedInference:
    """All that the changed second stage says, by inverting ``changed_p_value`` over the rate (to 1e-14)."""
    _check(rule, x1, x2, m2)
    tail = (1 - check_level(level)) / 2
    weights = np.array([[1, 0], [0, 1], [0.5, 0.5], [0.5, 0.5], [1, 0], [1, 0]])
    targets = np.array([tail, 1 - tail, tail, 1 - tail, 1 - tail, 0.5])

    def rising(rates: NDArray[np.float64]) -> NDArray[np.float64]:
        this, following = _tail(rule, x1, x2, m2, rates), _tail(rule, x1, x2 + 1, m2, rates)
        return weights[:, 0] * this + weights[:, 1] * following

    low, high = np.zeros(len(targets)), np.ones(len(targets))
    never = rising(np.nextafter(high, 0)) < targets
    for _ in range(50):
        middle = (low + high) / 2
        below = rising(middle) < targets
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found = np.where(never, 1.0, (low + high) / 2).tolist()
    return ChangedInference(
        p_value=changed_p_value(rule, x1, x2, m2, p0),
        mue=found[5],
        stage_wise=Interval(found[0], found[1]),
        mid_p=Interval(found[2], found[3]),
        koyama_chen=Interval(found[0], found[4]),
    )


def _check(rule: TwoStageRule, x1: int, x2: int, m2: int) -> None:
    check_rule(rule)
    check_count(x2, m2)
    if x1 not in continuing_counts(rule):
        raise ValueError(f"with {x1} responders in stage one {rule} does not go on")


def _tail(rule: TwoStageRule, x1: int, x2: int, m2: int, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p-value at each rate; ``x2`` may be m2 + 1, one more than can be seen."""
    from scipy.special import betainc, betaincinv

    n2, needed = rule.n - rule.n1, rule.success - x1
    inner = np.clip(rates, 1e-300, np.nextafter(1, 0))
    first = total_probabilities(rule.n1, inner)
    goes_on = continuing_counts(rule)
    after = rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    best = first[:, after:].sum(axis=1)
    if needed > n2:
        return np.asarray(first[:, goes_on].sum(axis=1) + best)
    second = np.full(len(rates), float(x2 <= 0)) if not 0 < x2 <= m2 else betainc(x2, m2 - x2 + 1, inner)
    rate_star = np.zeros_like(second) if needed <= 0 else betaincinv(needed, n2 - needed + 1, second)
    each = rule.success - goes_on
    inside = (each > 0) & (each <= n2)
    tails = np.where(each <= 0, 1.0, np.zeros((len(rates), len(goes_on))))
    tails[:, inside] = betainc(each[inside], n2 - each[inside] + 1, rate_star[:, None])
    return np.asarray((first[:, goes_on] * tails).sum(axis=1) + best)

"""What does a two-stage trial say if its second stage had another size, for reasons that have nothing to do with it?

Koyama and Chen 2008, Stat Med 27:3145-3154, section on a second stage of another size: the observed second stage (x2
of m2) is as striking as a planned second stage judged at the rate π* at which P(X2 ≥ success - x1 | n2, π*) equals
P(X2' ≥ x2 | m2, p). The p-value adds up, over every x1' that goes on, P(X1 = x1' | p) · P(X2 ≥ success - x1' | n2, π*).
So p ≤ the planned type I error exactly when P(X2' ≥ x2) is at most the conditional error at x1.

No π* tells outcomes apart once success is certain (success - x1 ≤ 0) or out of reach (success - x1 > n2). The certain
ones stand above all others that went on, those out of reach below; among themselves each of the two kinds is ordered
by the total x1 + x2, then by x1, and its p-value is the probability of that outcome and all above it. Without such an
order the limits would stop at the edge of the certain ones and not cover any rate beyond it.
"""

from __future__ import annotations

from math import nextafter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import Interval, binomial_tails, check_count, check_level, check_rate
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule, check_rule, continuing_counts, upper_tail_stage_two
from onearm.stats.two_stage_order import total_probabilities

_OUT_OF_REACH, _OPEN, _CERTAIN = 0, 1, 2


class ChangedInference(NamedTuple):
    """p-value, median-unbiased estimate and intervals after a second stage of another size."""

    p_value: float
    mue: float
    stage_wise: Interval
    """Upper limit from the next outcome, so that it does not ignore that counts are discrete."""
    mid_p: Interval
    koyama_chen: Interval
    """Both limits from the p-value itself, as published."""


class ChangedLimits(NamedTuple):
    """The default interval at every outcome that went on, for one attained size of stage two."""

    x1: NDArray[np.int64]
    """Shape (K,): responders of stage one."""
    x2: NDArray[np.int64]
    """Shape (K,): responders of the attained stage two."""
    stage_wise: NDArray[np.float64]
    """Shape (K, 2)."""


def changed_p_value(rule: TwoStageRule, x1: int, x2: int, m2: int, p0: float) -> float:
    """One-sided p-value for ``x2`` of ``m2`` responders after ``x1`` of n1; ``rule`` holds the planned sizes.

    It is at most the attained type I error of ``rule`` exactly when P0(X2' ≥ x2) is at most the conditional error at x1
    (within the rounding of ``onearm.stats.conditional_error``); where the two differ by less than a float can hold, p
    is the next float above it. Outcomes without a π* are ordered as the head of this module says. At m2 = n2 the
    ordering is not the stage-wise one except at the boundary itself; use ``stage_wise_p_value`` there. ValueError if
    x1 does not go on.
    """
    _check(rule, x1, x2, m2)
    rate, n2 = check_rate(p0), rule.n - rule.n1
    p_value = float(_tails(rule, m2, _Outcomes.one(x1, x2), np.array([rate]))[0])
    attained = upper_tail_stage_two(rule, rule.success, rate)
    conditional_error = float(binomial_tails(n2, rate)[min(max(rule.success - x1, 0), n2 + 1)])
    if binomial_tails(m2, rate)[x2] <= conditional_error * (1 + LIMIT_ROUNDING):
        return min(p_value, attained)
    return p_value if p_value > attained else min(nextafter(attained, 2), 1.0)


def changed_inference(
    rule: TwoStageRule, x1: int, x2: int, m2: int, p0: float, level: float = 0.95
) -> ChangedInference:
    """All that the changed second stage says, by inverting ``changed_p_value`` over the rate (to 1e-14).

    The stage-wise interval covers at least ``level`` at every rate, for every m2 fixed without regard to the data.
    """
    _check(rule, x1, x2, m2)
    tail = (1 - check_level(level)) / 2
    weights = np.array([1, 0, 0.5, 0.5, 1, 1])
    targets = np.array([tail, 1 - tail, tail, 1 - tail, 1 - tail, 0.5])
    found = _rates_where(rule, m2, _Outcomes.one(x1, x2, len(targets)), weights, targets).tolist()
    return ChangedInference(
        p_value=changed_p_value(rule, x1, x2, m2, p0),
        mue=found[5],
        stage_wise=Interval(found[0], found[1]),
        mid_p=Interval(found[2], found[3]),
        koyama_chen=Interval(found[0], found[4]),
    )


def changed_limits(rule: TwoStageRule, m2: int, level: float = 0.95) -> ChangedLimits:
    """The stage-wise interval of ``changed_inference`` at every x1 that goes on and every x2 of ``m2``."""
    check_rule(rule)
    check_count(0, m2)
    tail = (1 - check_level(level)) / 2
    x1, x2 = (counts.ravel() for counts in np.meshgrid(continuing_counts(rule), np.arange(m2 + 1), indexing="ij"))
    both = _Outcomes(np.tile(x1, 2), np.tile(x2, 2), np.zeros(2 * len(x1), np.int64))
    weights, targets = np.repeat([1.0, 0.0], len(x1)), np.repeat([tail, 1 - tail], len(x1))
    return ChangedLimits(x1, x2, _rates_where(rule, m2, both, weights, targets).reshape(2, -1).T)


class _Outcomes(NamedTuple):
    """One outcome a row; ``beyond``: 1 if its tail begins at the next outcome in the order, else 0."""

    x1: NDArray[np.int64]
    x2: NDArray[np.int64]
    beyond: NDArray[np.int64]

    @classmethod
    def one(cls, x1: int, x2: int, rows: int = 1) -> _Outcomes:
        return cls(np.full(rows, x1), np.full(rows, x2), np.zeros(rows, np.int64))

    def following(self) -> _Outcomes:
        return self._replace(beyond=np.ones_like(self.beyond))

    def take(self, rows: NDArray[np.bool_]) -> _Outcomes:
        return _Outcomes(self.x1[rows], self.x2[rows], self.beyond[rows])


def _check(rule: TwoStageRule, x1: int, x2: int, m2: int) -> None:
    check_rule(rule)
    check_count(x2, m2)
    if x1 not in continuing_counts(rule):
        raise ValueError(f"with {x1} responders in stage one {rule} does not go on")


def _rates_where(
    rule: TwoStageRule,
    m2: int,
    outcomes: _Outcomes,
    weights: NDArray[np.float64],
    targets: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where weight · (tail of the outcome) + (1 - weight) · (tail of the next one) equals the target; 1 if nowhere."""

    def rising(rates: NDArray[np.float64]) -> NDArray[np.float64]:
        value = np.zeros(len(targets))
        for share, rows in ((weights, outcomes), (1 - weights, outcomes.following())):
            counts = share > 0
            value[counts] += share[counts] * _tails(rule, m2, rows.take(counts), rates[counts])
        return value

    low, high = np.zeros(len(targets)), np.ones(len(targets))
    never = rising(np.nextafter(high, 0)) < targets
    for _ in range(50):
        middle = (low + high) / 2
        below = rising(middle) < targets
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(never, 1.0, (low + high) / 2)


def _tails(rule: TwoStageRule, m2: int, outcomes: _Outcomes, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """The p-value of each outcome (or of the next one, see ``_Outcomes``) at its rate; shapes (rows,)."""
    inner = np.clip(rates, 1e-300, np.nextafter(1, 0))
    first = total_probabilities(rule.n1, inner)
    goes_on = continuing_counts(rule)
    kinds, own = _kinds(rule, goes_on), _kinds(rule, outcomes.x1)
    shares = (kinds > own[:, None]).astype(float)
    between = own == _OPEN
    if between.any():
        shares[np.ix_(between, kinds == _OPEN)] = _open_shares(
            rule, m2, outcomes.take(between), goes_on[kinds == _OPEN], inner[between]
        )
    tied = (kinds == own[:, None]) & ~between[:, None]
    rows, columns = np.nonzero(tied)
    x1 = outcomes.x1[rows]
    needed = x1 + outcomes.x2[rows] - goes_on[columns] + (goes_on[columns] < x1 + outcomes.beyond[rows])
    shares[rows, columns] = _at_least(needed, m2, inner[rows])
    after = rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    return np.asarray((first[:, goes_on] * shares).sum(axis=1) + first[:, after:].sum(axis=1))


def _kinds(rule: TwoStageRule, x1: NDArray[np.int64]) -> NDArray[np.int64]:
    needed = rule.success - x1
    return np.where(needed <= 0, _CERTAIN, np.where(needed > rule.n - rule.n1, _OUT_OF_REACH, _OPEN))


def _open_shares(
    rule: TwoStageRule, m2: int, outcomes: _Outcomes, others: NDArray[np.int64], rates: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P(X2 ≥ success - x1' | n2, π*) for each outcome (rows) and each open count x1' (columns)."""
    from scipy.special import betainc, betaincinv

    n2, own, each = rule.n - rule.n1, rule.success - outcomes.x1, rule.success - others
    second = _at_least(outcomes.x2 + outcomes.beyond, m2, rates)
    rate_star = betaincinv(own, n2 - own + 1, second)
    return np.asarray(betainc(each, n2 - each + 1, rate_star[:, None]))


def _at_least(x: NDArray[np.int64], n: int, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(Bin(``n``, rate) ≥ ``x``), elementwise; ``x`` may lie outside 0 … n."""
    from scipy.special import betainc

    inside = (x > 0) & (x <= n)
    found = (x <= 0).astype(float)
    found[inside] = betainc(x[inside], n - x[inside] + 1, rates[inside])
    return found

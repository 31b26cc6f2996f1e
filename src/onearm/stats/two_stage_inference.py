"""What does the outcome of a two-stage trial say about the response rate? p-value, interval and estimates.

All of it follows one ordering of the outcomes, the *stage-wise ordering*: stops for futility come lowest, by
x1; then totals after stage two, by x; then stops for efficacy, by x1 (Jung and Kim 2004, Stat Med 23:881-896;
Koyama and Chen 2008, Stat Med 27:3145-3154; the efficacy stop is put on top as in Armitage's ordering).
Success is an upper part of this ordering, so p ≤ attained type I error exactly when the trial succeeds.
"""

from __future__ import annotations

from math import nextafter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import Interval, binomial_tail, check_level, check_rate
from onearm.stats.two_stage import TwoStageRule, check_rule, continuing_counts, upper_tail_stage_two
from onearm.stats.two_stage_order import OutcomeTable, outcome_table, rates_where


class Outcome(NamedTuple):
    """How a two-stage trial ended: after which stage, and with how many responders in all."""

    stage: int
    responders: int


def list_outcomes(rule: TwoStageRule) -> list[Outcome]:
    """Every final outcome the rule allows, in stage-wise order from the least to the most promising."""
    check_rule(rule)
    goes_on = continuing_counts(rule)
    first, last = int(goes_on[0]), int(goes_on[-1])
    return [
        *(Outcome(1, x) for x in range(first)),
        *(Outcome(2, x) for x in range(first, last + rule.n - rule.n1 + 1)),
        *(Outcome(1, x) for x in range(last + 1, rule.n1 + 1)),
    ]


def check_outcome(rule: TwoStageRule, outcome: Outcome) -> None:
    """Refuse with ValueError an outcome in which the rule does not let a trial end."""
    check_rule(rule)
    goes_on = continuing_counts(rule)
    first, last = int(goes_on[0]), int(goes_on[-1])
    stage, x = outcome
    ends = first <= x <= last + rule.n - rule.n1 if stage == 2 else 0 <= x < first or last < x <= rule.n1
    if stage not in (1, 2) or not ends:
        raise ValueError(f"{outcome.responders} responders at stage {outcome.stage} is no end of {rule}")


def is_success(rule: TwoStageRule, outcome: Outcome) -> bool:
    """Whether the outcome is a success: x ≥ ``success`` after stage two, or x1 ≥ ``efficacy_stop``."""
    check_outcome(rule, outcome)
    if outcome.stage == 2:
        return outcome.responders >= rule.success
    return rule.efficacy_stop is not None and outcome.responders >= rule.efficacy_stop


def stage_wise_p_value(rule: TwoStageRule, outcome: Outcome, p0: float) -> float:
    """P(an outcome at or above this one in stage-wise order) at the rate ``p0``: the one-sided p-value.

    Koyama and Chen 2008, section 3, for trials that end as planned. The observed outcome is included (≥), so
    the lowest outcome has p = 1. p is at most the attained type I error exactly at success; where the two
    differ by less than a float can hold, p is the next float above it. ValueError for an outcome in which the rule
    does not end.
    """
    check_outcome(rule, outcome)
    p_value, attained = _at_or_above(rule, outcome, check_rate(p0)), upper_tail_stage_two(rule, rule.success, p0)
    if is_success(rule, outcome):
        return min(p_value, attained)
    return p_value if p_value > attained else min(nextafter(attained, 2), 1.0)


class StageWiseInference(NamedTuple):
    """Estimates and limits of some outcomes of one rule; every field has one entry (or row) per outcome.

    ``umvcue`` is masked (``has_umvcue`` False, value 0) after stage one; the limits have shape (outcomes, 2).
    """

    stage: NDArray[np.int64]
    responders: NDArray[np.int64]
    mle: NDArray[np.float64]
    umvue: NDArray[np.float64]
    mue: NDArray[np.float64]
    bias_adjusted: NDArray[np.float64]
    umvcue: NDArray[np.float64]
    has_umvcue: NDArray[np.bool_]
    stage_wise: NDArray[np.float64]
    mid_p: NDArray[np.float64]
    koyama_chen: NDArray[np.float64]


def stage_wise_inference(
    rule: TwoStageRule, level: float = 0.95, outcomes: list[int] | None = None
) -> StageWiseInference:
    """Every estimate and interval at the outcomes with these places in the order (None: all), solved together.

    What each is, its source and its boundaries stand at ``stage_wise_interval``, ``mid_p_interval``,
    ``koyama_chen_interval``, ``unbiased_estimate``, ``median_unbiased_estimate``, ``bias_adjusted_estimate``
    and ``conditional_unbiased_estimate``.
    """
    table, tail = outcome_table(rule), (1 - check_level(level)) / 2
    at = np.arange(len(table.stage)) if outcomes is None else np.array(outcomes, dtype=np.int64)
    patients = np.where(table.stage == 1, rule.n1, rule.n)[at]
    seen = table.responders[at] / patients
    wanted = _Limits(table, at)
    lowest, highest = at == 0, at == len(table.stage) - 1
    this, following = table.above[at], table.above[at + 1]
    wanted.add(this, tail, lowest, 0.0)
    wanted.add(following, 1 - tail, highest, 1.0)
    wanted.add((this + following) / 2, tail, lowest, 0.0)
    wanted.add((this + following) / 2, 1 - tail, highest, 1.0)
    wanted.add(this, 1 - tail, lowest, 0.0)
    wanted.add(this, 0.5, lowest, 0.0)
    wanted.add(np.broadcast_to(table.mean_share, this.shape), seen, (seen == 0) | (seen == 1), seen)
    lower, upper, mid_lower, mid_upper, published_upper, mue, bias_adjusted = wanted.solve()
    late = table.stage[at] == 2
    return StageWiseInference(
        stage=table.stage[at],
        responders=table.responders[at],
        mle=seen,
        umvue=table.unbiased[at],
        mue=mue,
        bias_adjusted=bias_adjusted,
        umvcue=table.conditional[at],
        has_umvcue=late,
        stage_wise=np.column_stack([lower, upper]),
        mid_p=np.column_stack([mid_lower, mid_upper]),
        koyama_chen=np.column_stack([lower, published_upper]),
    )


class _Limits:
    """Equations collected row by row, solved in one call; some outcomes have a known answer instead."""

    def __init__(self, table: OutcomeTable, at: NDArray[np.int64]) -> None:
        self.size = len(at)
        self.shares: list[NDArray[np.float64]] = []
        self.targets: list[NDArray[np.float64]] = []
        self.known: list[NDArray[np.bool_]] = []
        self.answers: list[NDArray[np.float64]] = []
        self.width = table.above.shape[1]

    def add(
        self,
        shares: NDArray[np.float64],
        target: float | NDArray[np.float64],
        known: NDArray[np.bool_],
        answer: float | NDArray[np.float64],
    ) -> None:
        self.shares.append(shares)
        self.targets.append(np.broadcast_to(np.float64(target), (self.size,)))
        self.known.append(known)
        self.answers.append(np.broadcast_to(np.float64(answer), (self.size,)))

    def solve(self) -> list[NDArray[np.float64]]:
        found = np.concatenate(self.answers)
        unknown = ~np.concatenate(self.known)
        found[unknown] = rates_where(np.concatenate(self.shares)[unknown], np.concatenate(self.targets)[unknown])
        return np.split(found, len(self.targets))


def stage_wise_interval(rule: TwoStageRule, outcome: Outcome, level: float = 0.95) -> Interval:
    """Exact equal-tailed interval for the response rate under the stage-wise ordering.

    Lower limit: the rate at which P(this outcome or above) = (1 - level)/2; upper limit: the rate at which
    P(this outcome or below) = (1 - level)/2, that is from the next outcome in the order, so that coverage is
    at least ``level`` at every rate (Jung and Kim 2004, section 3; Clopper and Pearson's construction). The
    lowest outcome has lower limit 0, the highest upper limit 1. Boundary: at level 1 - 2·(attained type I
    error) the lower limit is ≥ p0 exactly when the trial succeeds, and equals p0 at the least successful
    total. ValueError for an outcome in which the rule does not end.
    """
    return _interval(_at_one(rule, outcome, level).stage_wise)


def mid_p_interval(rule: TwoStageRule, outcome: Outcome, level: float = 0.95) -> Interval:
    """Mid-p interval under the stage-wise ordering (recommended by Porcher and Desseaux 2012).

    As the exact interval, with half the probability of the outcome itself: lower limit where P(above) +
    P(this)/2 = (1 - level)/2, upper limit where it is (1 + level)/2. Shorter; it covers ``level`` about, not at
    least. Limits 0 and 1 at the ends of the order. ValueError for an outcome in which the rule does not end.
    """
    return _interval(_at_one(rule, outcome, level).mid_p)


def koyama_chen_interval(rule: TwoStageRule, outcome: Outcome, level: float = 0.95) -> Interval:
    """Interval that inverts the one-sided p-value for both limits, as clinfun and others print it.

    Upper limit: the rate at which P(this outcome or above) = (1 + level)/2. It ignores that counts are
    discrete, is too short, and covers less than ``level``: kept for comparison with other programs only. Both
    limits are 0 at the lowest outcome. ValueError for an outcome in which the rule does not end.
    """
    return _interval(_at_one(rule, outcome, level).koyama_chen)


def unbiased_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """Uniformly minimum variance unbiased estimate of the response rate (Jung and Kim 2004, equation 2).

    x1/n1 after an early stop; after stage two the mean of x1/n1 over the ways to reach the total, that is
    Σ C(n1 - 1, x1 - 1)·C(n2, x - x1) / Σ C(n1, x1)·C(n2, x - x1) over the counts x1 that continue. Summed in
    whole numbers. ValueError for an outcome in which the rule does not end.
    """
    return float(outcome_table(rule).unbiased[_place(rule, outcome)])


def conditional_unbiased_estimate(rule: TwoStageRule, outcome: Outcome) -> float | None:
    """Unbiased estimate among trials that reach stage two (UMVCUE); None after a stop at stage one.

    E(X2/n2 | X, went on) = Σ C(n1, x1)·C(n2 - 1, x - x1 - 1) / Σ C(n1, x1)·C(n2, x - x1) over the counts x1
    that continue (Pepe et al. 2009, Stat Med 28:762-779; Porcher and Desseaux 2012, BMC Med Res Methodol
    12:117), summed in whole numbers. As C(n2 - 1, k - 1) = (k/n2)·C(n2, k), it equals (x - n1·UMVUE)/n2.
    """
    found = _at_one(rule, outcome, 0.95)
    return float(found.umvcue[0]) if found.has_umvcue[0] else None


def median_unbiased_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """The rate at which P(this outcome or above) = 1/2 in stage-wise order (Koyama and Chen 2008, section 3).

    0 at the lowest outcome. ValueError for an outcome in which the rule does not end.
    """
    return float(_at_one(rule, outcome, 0.95).mue[0])


def bias_adjusted_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """The rate at which the plain share of responders is expected to be what was seen (Whitehead 1986).

    0 if there was no responder and 1 if every patient of both stages, or of an efficacy stop, responded.
    ValueError for an outcome in which the rule does not end.
    """
    return float(_at_one(rule, outcome, 0.95).bias_adjusted[0])


def _place(rule: TwoStageRule, outcome: Outcome) -> int:
    check_outcome(rule, outcome)
    return list_outcomes(rule).index(outcome)


def _at_one(rule: TwoStageRule, outcome: Outcome, level: float) -> StageWiseInference:
    return stage_wise_inference(rule, level, [_place(rule, outcome)])


def _interval(limits: NDArray[np.float64]) -> Interval:
    return Interval(float(limits[0, 0]), float(limits[0, 1]))


def _at_or_above(rule: TwoStageRule, outcome: Outcome, rate: float) -> float:
    """P(this outcome or one above it). Among stops the order is that of x1, whichever side they lie on."""
    if outcome.stage == 1:
        return binomial_tail(outcome.responders, rule.n1, rate)
    return upper_tail_stage_two(rule, outcome.responders, rate)

"""What does the outcome of a two-stage trial say about the response rate? p-value, interval and estimates.

All of it follows one ordering of the outcomes, the *stage-wise ordering*: stops for futility come lowest, by
x1; then totals after stage two, by x; then stops for efficacy, by x1 (Jung and Kim 2004, Stat Med 23:881-896;
Koyama and Chen 2008, Stat Med 27:3145-3154; the efficacy stop is put on top as in Armitage's ordering).
Success is an upper part of this ordering, so p ≤ attained type I error exactly when the trial succeeds.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb
from typing import NamedTuple

import numpy as np

from onearm.stats.binomial import (
    Interval,
    binomial_pmf,
    binomial_tail,
    check_level,
    check_rate,
)
from onearm.stats.two_stage import (
    TwoStageRule,
    check_rule,
    continuing_counts,
    upper_tail_stage_two,
)


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
    if outcome not in list_outcomes(rule):
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
    the lowest outcome has p = 1. ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    return _at_or_above(rule, outcome, check_rate(p0))


def stage_wise_interval(rule: TwoStageRule, outcome: Outcome, level: float = 0.95) -> Interval:
    """Exact equal-tailed interval for the response rate under the stage-wise ordering.

    Lower limit: the rate at which P(this outcome or above) = (1 - level)/2; upper limit: the rate at which
    P(this outcome or below) = (1 - level)/2, that is from the next outcome in the order, so that coverage is
    at least ``level`` at every rate (Jung and Kim 2004, section 3; Clopper and Pearson's construction). The
    lowest outcome has lower limit 0, the highest upper limit 1. Boundary: at level 1 - 2·(attained type I
    error) the lower limit is ≥ p0 exactly when the trial succeeds, and equals p0 at the least successful
    total. ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    tail = (1 - check_level(level)) / 2
    order = list_outcomes(rule)
    at = order.index(outcome)
    lower = 0.0 if at == 0 else _rate_where(lambda p: _at_or_above(rule, outcome, p), tail)
    if outcome == order[-1]:
        return Interval(lower, 1.0)
    following = order[at + 1]
    return Interval(lower, _rate_where(lambda p: _at_or_above(rule, following, p), 1 - tail))


def koyama_chen_interval(rule: TwoStageRule, outcome: Outcome, level: float = 0.95) -> Interval:
    """Interval that inverts the one-sided p-value for both limits, as clinfun and others print it.

    Upper limit: the rate at which P(this outcome or above) = (1 + level)/2. It ignores that counts are
    discrete, is too short, and covers less than ``level``: kept for comparison with other programs only. Both
    limits are 0 at the lowest outcome. ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    tail = (1 - check_level(level)) / 2
    if outcome == list_outcomes(rule)[0]:
        return Interval(0.0, 0.0)
    return Interval(
        _rate_where(lambda p: _at_or_above(rule, outcome, p), tail),
        _rate_where(lambda p: _at_or_above(rule, outcome, p), 1 - tail),
    )


def unbiased_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """Uniformly minimum variance unbiased estimate of the response rate (Jung and Kim 2004, equation 2).

    x1/n1 after an early stop; after stage two the mean of x1/n1 over the ways to reach the total, that is
    Σ C(n1 - 1, x1 - 1)·C(n2, x - x1) / Σ C(n1, x1)·C(n2, x - x1) over the counts x1 that continue. Summed in
    whole numbers. ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    if outcome.stage == 1:
        return outcome.responders / rule.n1
    n2 = rule.n - rule.n1
    above = below = 0
    for x1 in continuing_counts(rule).tolist():
        if 0 <= outcome.responders - x1 <= n2:
            ways = comb(rule.n1, x1) * comb(n2, outcome.responders - x1)
            above += x1 * ways
            below += ways
    return float(Fraction(above, rule.n1 * below))


def median_unbiased_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """The rate at which P(this outcome or above) = 1/2 in stage-wise order (Koyama and Chen 2008, section 3).

    0 at the lowest outcome. ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    if outcome == list_outcomes(rule)[0]:
        return 0.0
    return _rate_where(lambda p: _at_or_above(rule, outcome, p), 0.5)


def bias_adjusted_estimate(rule: TwoStageRule, outcome: Outcome) -> float:
    """The rate at which the plain share of responders is expected to be what was seen (Whitehead 1986).

    0 if there was no responder and 1 if every patient of both stages, or of an efficacy stop, responded.
    ValueError for an outcome in which the rule does not end.
    """
    check_outcome(rule, outcome)
    seen = outcome.responders / (rule.n1 if outcome.stage == 1 else rule.n)
    if seen in (0, 1):
        return seen
    return _rate_where(lambda p: _expected_share(rule, p), seen)


def _expected_share(rule: TwoStageRule, rate: float) -> float:
    """Mean of responders over patients at the end of the trial."""
    pmf = binomial_pmf(rule.n1, rate)
    x1 = np.arange(rule.n1 + 1)
    share = x1 / rule.n1
    goes_on = continuing_counts(rule)
    share[goes_on] = (goes_on + (rule.n - rule.n1) * rate) / rule.n
    return float(np.sum(pmf * share))


def _at_or_above(rule: TwoStageRule, outcome: Outcome, rate: float) -> float:
    """P(this outcome or one above it). Among stops the order is that of x1, whichever side they lie on."""
    if outcome.stage == 1:
        return binomial_tail(outcome.responders, rule.n1, rate)
    return upper_tail_stage_two(rule, outcome.responders, rate)


def _rate_where(rising: Callable[[float], float], target: float) -> float:
    """The rate in [0, 1] at which a rising function meets ``target``, halved down to neighbouring floats."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if rising(middle) < target:
            low = middle
        else:
            high = middle

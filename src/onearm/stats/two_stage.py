"""How often does a given rule stop, and succeed, at a given response rate? Exact sums, no simulation.

A rule is written in counts as a protocol prints them: stop for futility if x1 ≤ ``futility_stop``, stop for
efficacy if x1 ≥ ``efficacy_stop``, success at the end if x ≥ ``success``. What to conclude from an outcome
stands in ``onearm.stats.two_stage_inference``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import binomial_pmf, binomial_tail, binomial_tails, check_rate

LIMIT_ROUNDING = 1e-12
"""A limit counts as met within this: equality in decimal numbers, such as .2² ≤ .04, is equality."""


class TwoStageRule(NamedTuple):
    """A two-stage rule in counts of responders; ``n`` is the total of both stages."""

    n1: int
    n: int
    futility_stop: int
    """Stop after stage one if x1 ≤ this."""
    success: int
    """Success after stage two if x ≥ this."""
    efficacy_stop: int | None = None
    """Stop after stage one with success if x1 ≥ this; None: never stop early for efficacy."""


class SingleStageRule(NamedTuple):
    """A single-stage rule: success if x ≥ ``success`` of ``n``."""

    n: int
    success: int


class OperatingCharacteristics(NamedTuple):
    """What a rule does at one response rate."""

    success: float
    """Probability of success, early or at the end."""
    stop_futility: float
    stop_efficacy: float
    expected_size: float
    """Expected number of patients."""


def check_rule(rule: TwoStageRule | SingleStageRule) -> None:
    """Refuse with ValueError a rule whose counts contradict each other.

    Needed: 0 < n1 < n; 0 ≤ futility_stop < n1; futility_stop < success ≤ n; an efficacy stop leaves at least
    one count that continues (futility_stop + 1 < efficacy_stop ≤ n1), from which success can be reached.
    """
    if isinstance(rule, SingleStageRule):
        if not 0 < rule.success <= rule.n:
            raise ValueError(f"success {rule.success} does not lie in 1 … {rule.n}")
        return
    if not 0 < rule.n1 < rule.n:
        raise ValueError(f"stage one takes {rule.n1} of {rule.n} patients")
    if not 0 <= rule.futility_stop < rule.n1:
        raise ValueError(f"futility stop {rule.futility_stop} does not lie in 0 … {rule.n1 - 1}")
    if not rule.futility_stop < rule.success <= rule.n:
        raise ValueError(f"success {rule.success} does not lie in {rule.futility_stop + 1} … {rule.n}")
    if rule.efficacy_stop is None:
        return
    if not rule.futility_stop + 1 < rule.efficacy_stop <= rule.n1:
        raise ValueError(f"efficacy stop {rule.efficacy_stop} not in {rule.futility_stop + 2} … {rule.n1}")
    if rule.efficacy_stop - 1 + rule.n - rule.n1 < rule.success:
        raise ValueError(f"success {rule.success} cannot be reached below the efficacy stop")


def continuing_counts(rule: TwoStageRule) -> NDArray[np.int64]:
    """The stage-one counts after which the trial goes on, in rising order."""
    stop = rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    return np.arange(rule.futility_stop + 1, stop)


def effective_rate(rate: float, not_evaluable: float = 0.0) -> float:
    """Rate of counted responders if a share q of patients is not evaluable, so a failure: p·(1 - q)."""
    return check_rate(rate) * (1 - check_rate(not_evaluable))


def upper_tail_stage_two(rule: TwoStageRule, x: int, rate: float) -> float:
    """P(the trial reaches stage two with a total ≥ ``x``, or has stopped for efficacy).

    Σ b(x1; n1, p) · P(X2 ≥ x - x1) over the counts that continue, plus P(X1 ≥ efficacy_stop)
    (Simon 1989, Control Clin Trials 10:1-10, section 2, written for the upper tail).
    """
    x1 = continuing_counts(rule)
    n2 = rule.n - rule.n1
    needed = np.clip(x - x1, 0, n2 + 1)
    later = float(np.sum(binomial_pmf(rule.n1, rate)[x1] * binomial_tails(n2, rate)[needed]))
    if rule.efficacy_stop is None:
        return later
    return later + binomial_tail(rule.efficacy_stop, rule.n1, rate)


def probability_of_success(rule: TwoStageRule | SingleStageRule, rate: float, not_evaluable: float = 0.0) -> float:
    """Exact probability that the rule ends in success: type I error at p0, power at p1.

    ``not_evaluable`` is the share of patients without a usable response, counted as failures. Success means
    x ≥ ``success`` after the last stage, or x1 ≥ ``efficacy_stop``. ValueError for an impossible rule or
    rate.
    """
    check_rule(rule)
    counted = effective_rate(rate, not_evaluable)
    if isinstance(rule, SingleStageRule):
        return binomial_tail(rule.success, rule.n, counted)
    return upper_tail_stage_two(rule, rule.success, counted)


def operating_characteristics(
    rule: TwoStageRule | SingleStageRule, rate: float, not_evaluable: float = 0.0
) -> OperatingCharacteristics:
    """Exact probabilities of success and of each early stop, and the expected size, at one response rate.

    E(N) = n1 + (n - n1)·(1 - PET), with PET the probability of either early stop (Simon 1989). A single-stage
    rule never stops early. ValueError as for ``probability_of_success``.
    """
    success = probability_of_success(rule, rate, not_evaluable)
    if isinstance(rule, SingleStageRule):
        return OperatingCharacteristics(success, 0.0, 0.0, float(rule.n))
    counted = effective_rate(rate, not_evaluable)
    pmf = binomial_pmf(rule.n1, counted)
    futility = float(pmf[: rule.futility_stop + 1].sum())
    efficacy = 0.0 if rule.efficacy_stop is None else binomial_tail(rule.efficacy_stop, rule.n1, counted)
    size = rule.n1 + (rule.n - rule.n1) * float(pmf[continuing_counts(rule)].sum())
    return OperatingCharacteristics(success, futility, efficacy, size)

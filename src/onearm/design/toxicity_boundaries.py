"""When has a trial seen too much toxicity? Boundaries with their exact false-stop rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onearm.design.monitor import ToxicityBoundary, measure
from onearm.design.monitor_inputs import InputFaults
from onearm.stats.monitoring import (
    SequentialRule,
    find_loosest_level,
    limits_from_scores,
    pocock_scores,
    sequential_characteristics,
    shortest_between,
)
from onearm.stats.monitoring_posterior import posterior_below


def monitor_toxicity(
    acceptable: float,
    n: int,
    false_stop: float = 0.05,
    *,
    looks: Sequence[int] | None = None,
    rates: Sequence[float] = (),
) -> ToxicityBoundary:
    """Pocock-type boundary for continuous toxicity monitoring, with the pointwise level as large as it may be.

    After k patients the trial stops if b_k or more have had the event; b_k is the smallest b with
    P(Bin(k, acceptable) ≥ b) ≤ level. The level is the largest for which P(ever stop | acceptable) ≤
    ``false_stop`` within ``n`` patients, the last look included (Ivanova, Qaqish and Schell 2005, Biometrics
    61:540-545). ``looks``: numbers of patients at which one looks; without, after every patient. ``rates``:
    further rates at which to tell what the boundary does. DesignError, with every fault, for impossible numbers.
    """
    faults = InputFaults()
    _check(faults, acceptable, n, rates)
    faults.rate("false_stop", false_stop)
    seen = faults.looks(looks, n)
    faults.raise_if_any()
    scores = pocock_scores(seen, acceptable)
    rule, levels = _find_level(seen, scores, acceptable, false_stop, n)
    return _boundary("pocock", rule, acceptable, false_stop, shortest_between(*levels), levels, None, rates)


def monitor_toxicity_bayes(
    acceptable: float,
    n: int,
    prior: tuple[float, float],
    *,
    certainty: float | None = None,
    false_stop: float | None = None,
    looks: Sequence[int] | None = None,
    rates: Sequence[float] = (),
) -> ToxicityBoundary:
    """Bayesian toxicity boundary with its real false-stop rate, for a certainty given or searched.

    Stop if P(rate > acceptable | data) > ``certainty`` under the Beta ``prior`` (a, b) (Geller et al. 2003, as the
    R package stoppingrule has it). Give either ``certainty``, or ``false_stop``: then the certainty is the
    smallest for which P(ever stop | acceptable) ≤ ``false_stop`` within ``n`` patients. Equality does not stop.
    ``looks`` and ``rates`` as for ``monitor_toxicity``. DesignError, with every fault, for impossible numbers.
    """
    faults = InputFaults()
    _check(faults, acceptable, n, rates)
    beta = faults.prior("prior", prior)
    if (certainty is None) == (false_stop is None):
        both = "neither" if certainty is None else "both"
        faults.add("certainty or false_stop", both, "exactly one of the two")
    if certainty is not None:
        faults.rate("certainty", certainty)
    if false_stop is not None:
        faults.rate("false_stop", false_stop)
    seen = faults.looks(looks, n)
    faults.raise_if_any()
    assert beta is not None
    scores = [posterior_below(look, acceptable, beta) for look in seen]
    if false_stop is not None:
        rule, (score, next_score) = _find_level(seen, scores, acceptable, false_stop, n)
        levels = (1 - next_score, 1 - score)
        return _boundary("bayes", rule, acceptable, false_stop, shortest_between(*levels), levels, beta, rates)
    assert certainty is not None
    rule = _extend(seen, limits_from_scores(seen, scores, 1 - certainty, strict=True), n)
    return _boundary("bayes", rule, acceptable, None, certainty, None, beta, rates)


def _check(faults: InputFaults, acceptable: float, n: int, rates: Sequence[float]) -> None:
    faults.rate("acceptable", acceptable)
    faults.count("n", n, 1)
    faults.rates("rates", rates)


def _extend(looks: tuple[int, ...], limits: tuple[int | None, ...], n: int) -> SequentialRule:
    """The rule of upper limits; patients after the last look are treated and never stop the trial."""
    if looks[-1] < n:
        looks, limits = (*looks, int(n)), (*limits, None)
    return SequentialRule(looks, (None,) * len(looks), limits)


def _find_level(
    looks: tuple[int, ...], scores: list[NDArray[np.float64]], acceptable: float, false_stop: float, n: int
) -> tuple[SequentialRule, tuple[float, float]]:
    found = find_loosest_level(looks, scores, acceptable, false_stop)
    if found is None:
        smallest = min(float(score[-1]) for score in scores)
        rule = _extend(looks, limits_from_scores(looks, scores, smallest), n)
        least = sum(sequential_characteristics(rule, acceptable).stop_upper)
        faults = InputFaults()
        faults.add("false_stop", false_stop, f"at least {least:.6g}, the smallest that any such boundary has")
        faults.raise_if_any()
        raise AssertionError
    return _extend(looks, found.limits, n), (found.level, 1.0 if found.next_level is None else found.next_level)


def _boundary(
    kind: str,
    rule: SequentialRule,
    acceptable: float,
    false_stop: float | None,
    level: float,
    level_range: tuple[float, float] | None,
    prior: tuple[float, float] | None,
    rates: Sequence[float],
) -> ToxicityBoundary:
    properties = tuple(measure(rule, rate) for rate in (acceptable, *rates))
    return ToxicityBoundary(
        kind=kind,
        acceptable=acceptable,
        n=rule.looks[-1],
        looks=rule.looks,
        stop_if=rule.upper,
        attained=properties[0].stop_high,
        false_stop=false_stop,
        level=level,
        level_range=level_range,
        prior=None if prior is None else (prior[0], prior[1]),
        properties=properties,
    )

"""Which posterior cut-offs give the most power? The Bayesian optimal phase II design for one binary endpoint, exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.design.bop2_result import Bop2Design
from onearm.design.model import DesignError, DesignFault
from onearm.design.monitor import measure
from onearm.design.monitor_inputs import InputFaults
from onearm.stats.monitoring import SequentialRule, sequential_characteristics
from onearm.stats.monitoring_posterior import posterior_above
from onearm.stats.two_stage import LIMIT_ROUNDING

EQUAL_POWER = 1e-10
"""Powers closer than this are equal; then the expected size under p0 decides."""


class _Found(NamedTuple):
    """A pair of the grid that keeps the type I error, and what it does."""

    lambda_: float
    gamma: float
    rule: SequentialRule
    power: float
    size: float


def find_bop2(
    p0: float,
    p1: float,
    alpha: float,
    looks: Sequence[int],
    *,
    prior: tuple[float, float] | None = None,
    lambda_step: float = 0.01,
    gamma_step: float = 0.01,
    gamma_most: float = 1.0,
    rates: Sequence[float] = (),
) -> Bop2Design:
    """The design of Zhou, Lee and Yuan (2017, Stat Med 36:3302-3322) with the most power, exact instead of simulated.

    At each of the ``looks`` (numbers of patients, the last is the end, N): stop for futility if P(rate > ``p0`` | data)
    < lambda·(n/N)^gamma under the Beta ``prior``, by default Beta(p0, 1 - p0): prior mean p0, worth one patient. A
    trial that the last look does not stop is a success. Equality stops nothing; what is equal up to rounding (1e-12)
    counts as equal. Of all lambda = ``lambda_step``, 2·``lambda_step``, … below 1 and gamma = 0, ``gamma_step``, … up
    to ``gamma_most`` with P(success | p0) ≤ ``alpha``, the pair with the highest power at ``p1``; then the smallest
    expected size at ``p0``, then the smallest gamma. Success falls with lambda, so for each gamma only the smallest
    lambda that keeps ``alpha`` matters: nothing of the grid is left out. ``rates``: further rates at which to tell
    what the design does. DesignError, with every fault, for impossible numbers, and if no pair keeps ``alpha``.
    """
    faults = InputFaults()
    if faults.rate("p0", p0) and faults.rate("p1", p1):
        faults.require("p1", p1, p1 > p0, f"more than p0 ({p0})")
    faults.rate("alpha", alpha)
    faults.rates("rates", rates)
    seen = _check_looks(faults, looks)
    for name, step in (("lambda_step", lambda_step), ("gamma_step", gamma_step)):
        if faults.rate(name, step):
            faults.require(name, step, step >= 1e-4, "at least 0.0001")
    number = isinstance(gamma_most, Real) and not isinstance(gamma_most, bool)
    faults.require("gamma_most", repr(gamma_most), number and 0 <= gamma_most <= 10, "a number from 0 to 10")
    beta = None
    if not faults.faults or prior is not None:
        beta = faults.prior("prior", (p0, 1 - p0) if prior is None else prior)
    faults.raise_if_any()
    assert beta is not None
    above = [posterior_above(n, p0, beta) for n in seen]
    lambdas = _grid(lambda_step, 1 - LIMIT_ROUNDING)
    lambdas = lambdas[lambdas > 0]
    found = _search(_Grid(seen, above, p0, p1, alpha), lambdas, _grid(gamma_step, gamma_most + LIMIT_ROUNDING))
    properties = tuple(measure(found.rule, rate) for rate in (p0, p1, *rates))
    return Bop2Design(
        p0=p0,
        p1=p1,
        alpha=alpha,
        n=seen[-1],
        looks=seen,
        futility=found.rule.lower,
        cutoffs=tuple(_cutoff(n, seen[-1], found.lambda_, found.gamma) for n in seen),
        lambda_=found.lambda_,
        gamma=found.gamma,
        prior=(beta.a, beta.b),
        lambda_step=lambda_step,
        gamma_step=gamma_step,
        gamma_most=float(gamma_most),
        type_one_error=properties[0].stop_high,
        power=properties[1].stop_high,
        properties=properties,
    )


def bop2_limits(
    looks: Sequence[int], above: Sequence[NDArray[np.float64]], lambda_: float, gamma: float
) -> tuple[int | None, ...]:
    """At each look the largest count with P(rate > p0 | data) < lambda·(n/N)^gamma; None if no count has it.

    ``above``: those probabilities for each count, one array per look, rising.
    """
    limits: list[int | None] = []
    for n, values in zip(looks, above, strict=True):
        few = int(np.count_nonzero(values < _cutoff(n, looks[-1], lambda_, gamma) * (1 - LIMIT_ROUNDING)))
        limits.append(few - 1 if few else None)
    return tuple(limits)


class _Grid(NamedTuple):
    looks: tuple[int, ...]
    above: list[NDArray[np.float64]]
    p0: float
    p1: float
    alpha: float


def _check_looks(faults: InputFaults, looks: Sequence[int]) -> tuple[int, ...]:
    given = tuple(looks) if isinstance(looks, (tuple, list, range)) else ()
    if not given:
        faults.add("looks", repr(looks), "rising numbers of patients, the last the end of the trial")
        return ()
    return faults.looks(given, given[-1]) if faults.count("looks", given[-1], 1) else ()


def _grid(step: float, most: float) -> NDArray[np.float64]:
    values = np.round(np.arange(int(most / step + LIMIT_ROUNDING) + 1) * step, 12)
    return np.asarray(values[values <= most])


def _cutoff(n: int, last: int, lambda_: float, gamma: float) -> float:
    return float(lambda_ * (n / last) ** gamma)


def _search(grid: _Grid, lambdas: NDArray[np.float64], gammas: NDArray[np.float64]) -> _Found:
    known: dict[tuple[int | None, ...], tuple[float, float, float]] = {}
    best: _Found | None = None
    least = 1.0
    for gamma in gammas.tolist():

        def judge(place: int, gamma: float = gamma) -> tuple[SequentialRule, tuple[float, float, float]]:
            limits = bop2_limits(grid.looks, grid.above, float(lambdas[place]), gamma)
            rule = _rule(grid.looks, limits)
            if limits not in known:
                known[limits] = _judge(rule, grid.p0, grid.p1)
            return rule, known[limits]

        place = _first_that_keeps(len(lambdas), grid.alpha, lambda at: judge(at)[1][0])
        if place == len(lambdas):
            least = min(least, judge(place - 1)[1][0])
            continue
        rule, (_, power, size) = judge(place)
        if (
            best is None
            or power > best.power + EQUAL_POWER
            or (power > best.power - EQUAL_POWER and size < best.size - EQUAL_POWER)
        ):
            best = _Found(float(lambdas[place]), gamma, rule, power, size)
    if best is None or best.power == 0:
        # With alpha below what any pair attains that lets a trial succeed, at most "never succeed" is left.
        attainable = f"at least {least:.6g}, the smallest type I error on this grid"
        expected = attainable if best is None else "more: with these looks every pair that keeps it forbids any success"
        raise DesignError([DesignFault("alpha", str(grid.alpha), expected)])
    return best


def _first_that_keeps(count: int, alpha: float, error: Callable[[int], float]) -> int:
    """The first place of 0 … ``count`` - 1 whose error is ≤ ``alpha``; ``count`` if none is. Errors fall; bisection."""
    low, high = -1, count
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if error(middle) <= alpha * (1 + LIMIT_ROUNDING) else (middle, high)
    return high


def _rule(looks: tuple[int, ...], limits: tuple[int | None, ...]) -> SequentialRule:
    """The limits with success beyond the last one; where that one allows every count or none, no count succeeds."""
    last = limits[-1]
    success = 0 if last is None else last + 1
    upper = (*(None for _ in looks[:-1]), success if success <= looks[-1] else None)
    return SequentialRule(looks, limits, upper)


def _judge(rule: SequentialRule, p0: float, p1: float) -> tuple[float, float, float]:
    """Type I error, power and expected size under p0."""
    null, target = sequential_characteristics(rule, p0), sequential_characteristics(rule, p1)
    return sum(null.stop_upper), sum(target.stop_upper), null.expected_size

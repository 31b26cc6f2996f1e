"""Trial kernels of the interim worksheet: what the open patients can still turn the decision into, and how likely.

Open patients are those whose response is not settled, the planned ones who are not yet registered among them. Each is
taken to respond on its own at one rate: the protocol's p0 or p1 (conditional), or one drawn from a beta distribution
(predictive).
"""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
from numba import float64, int64, njit, void

from onearm.kernels.arrays import Floats
from onearm.kernels.stage import CONTINUE, STOP_EFFICACY, STOP_FUTILITY, stage_one_region

CHANCE_FUTILITY, CHANCE_EFFICACY, CHANCE_CONTINUE, CHANCE_SUCCESS, N_CHANCES = 0, 1, 2, 3, 4
"""Places in the chances: stage one ends in a stop for futility, for efficacy, or goes on; the trial ends in success."""


@njit(float64(int64, int64), nogil=True, cache=True)
def log_ways(n: int, k: int) -> float:
    """Logarithm of the number of ways to choose ``k`` of ``n``."""
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)


@njit(void(int64, float64, float64[::1]), nogil=True, cache=True)
def fill_binomial(n: int, rate: float, out: Floats) -> None:
    """Probabilities of 0 … ``n`` responders of ``n`` at ``rate``."""
    for k in range(n + 1):
        if rate <= 0.0:
            out[k] = 1.0 if k == 0 else 0.0
        elif rate >= 1.0:
            out[k] = 1.0 if k == n else 0.0
        else:
            out[k] = exp(log_ways(n, k) + k * log(rate) + (n - k) * log(1.0 - rate))


@njit(void(int64, int64, int64, int64, int64, int64, float64, float64[::1]), nogil=True, cache=True)
def conditional_chances(
    responders: int,
    undecided: int,
    later: int,
    futility_stop: int,
    efficacy_stop: int,
    success: int,
    rate: float,
    out: Floats,
) -> None:
    """Fill ``out`` (N_CHANCES) with the chances at one response rate, from where the patients stand now.

    ``responders`` of stage one are settled and ``undecided`` are open; ``later`` patients follow if it goes on. Stop
    for futility if x1 ≤ ``futility_stop``, for efficacy if x1 ≥ ``efficacy_stop`` (``NO_BOUNDARY``: never), success if
    x ≥ ``success``. After stage one: all patients of the trial, ``later`` 0 and ``futility_stop`` -1.
    """
    first = np.empty(undecided + 1)
    second = np.empty(later + 1)
    fill_binomial(undecided, rate, first)
    fill_binomial(later, rate, second)
    out[:] = 0.0
    for k in range(undecided + 1):
        region = stage_one_region(responders + k, futility_stop, efficacy_stop)
        if region == STOP_FUTILITY:
            out[CHANCE_FUTILITY] += first[k]
        elif region == STOP_EFFICACY:
            out[CHANCE_EFFICACY] += first[k]
            out[CHANCE_SUCCESS] += first[k]
        elif region == CONTINUE:
            out[CHANCE_CONTINUE] += first[k]
            for m in range(max(0, success - responders - k), later + 1):
                out[CHANCE_SUCCESS] += first[k] * second[m]


@njit(void(int64, int64, int64, int64, int64, int64, float64, float64, float64[::1]), nogil=True, cache=True)
def predictive_chances(
    responders: int,
    undecided: int,
    later: int,
    futility_stop: int,
    efficacy_stop: int,
    success: int,
    a: float,
    b: float,
    out: Floats,
) -> None:
    """As ``conditional_chances``, with the rate drawn from Beta(``a``, ``b``): exact beta-binomial sums.

    ``a`` and ``b`` hold what the settled patients taught. Open and later patients share the one rate, so k of the open
    and m of the later have probability C(u, k)·C(l, m)·B(a + k + m, b + u + l - k - m)/B(a, b).
    """
    total = undecided + later
    base = lgamma(a + b) - lgamma(a) - lgamma(b) - lgamma(a + b + total)
    out[:] = 0.0
    for k in range(undecided + 1):
        region = stage_one_region(responders + k, futility_stop, efficacy_stop)
        for m in range(later + 1):
            ways = log_ways(undecided, k) + log_ways(later, m)
            chance = exp(ways + base + lgamma(a + k + m) + lgamma(b + total - k - m))
            if region == STOP_FUTILITY:
                out[CHANCE_FUTILITY] += chance
            elif region == STOP_EFFICACY:
                out[CHANCE_EFFICACY] += chance
                out[CHANCE_SUCCESS] += chance
            else:
                out[CHANCE_CONTINUE] += chance
                if responders + k + m >= success:
                    out[CHANCE_SUCCESS] += chance

"""Which predictive-probability rule is best for each number of patients? Compiled search, proved per size.

For one number of patients n_max and one count s that means success, the limits depend on theta_L alone, and only
through few distinct sets of limits. A larger theta_L stops more: at every rate the probability of success and the
expected size fall, because each path that still succeeds also succeeded before, and none is longer. So the best
theta_L is the largest that keeps the power, found by bisection; nothing between two values is skipped.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, void
from numpy.typing import NDArray

import onearm._numba_cache  # noqa: F401  # names Numba's cache before anything is compiled
from onearm.stats.two_stage import LIMIT_ROUNDING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1
"""A lower limit that stops nothing."""

N_OUT = 9
OUT_SUCCESS, OUT_THETA, OUT_ABOVE, OUT_UP_TO = 0, 1, 2, 3
OUT_TYPE_ONE, OUT_POWER, OUT_SIZE_P0, OUT_SIZE_P1, OUT_STOP_P0 = 4, 5, 6, 7, 8
"""Entries of a result; success 0: no rule meets both errors. Theta_L above ABOVE, up to UP_TO gives the same rule."""


@njit(void(int64, int64, float64, float64, float64[:, ::1]), nogil=True, cache=True)
def fill_predictive(n_max: int, success: int, a: float, b: float, table: Floats) -> None:
    """Entry [n, x] becomes P(at least ``success`` of ``n_max`` | x of n), by backward recursion over patients."""
    for x in range(n_max + 1):
        table[n_max, x] = 1.0 if x >= success else 0.0
    for n in range(n_max - 1, -1, -1):
        total = a + b + n
        for x in range(min(n, success - 1) + 1):
            table[n, x] = ((a + x) * table[n + 1, x + 1] + (b + n - x) * table[n + 1, x]) / total
        for x in range(success, n + 1):
            table[n, x] = 1.0


@njit(
    void(int64, int64, int64, float64, float64, float64[:, ::1], int64[::1], int64[::1], float64[::1]),
    nogil=True,
    cache=True,
)
def fill_limits(
    n_max: int,
    first: int,
    cohort: int,
    theta_l: float,
    theta_u: float,
    table: Floats,
    lower: Ints,
    upper: Ints,
    edges: Floats,
) -> None:
    """Limits at the early looks: stop if PP < ``theta_l`` or PP > ``theta_u``; elsewhere none.

    ``edges`` becomes the largest PP that stops for futility (0 if none) and the smallest that does not.
    """
    edges[0], edges[1] = 0.0, 1.0
    for n in range(n_max):
        lower[n], upper[n] = NEVER, n + 1
        if n < first or (n - first) % cohort:
            continue
        x = 0
        while x <= n and table[n, x] < theta_l * (1 - LIMIT_ROUNDING):
            x += 1
        lower[n] = x - 1
        if x > 0:
            edges[0] = max(edges[0], table[n, x - 1])
        if x <= n:
            edges[1] = min(edges[1], table[n, x])
        while x <= n and table[n, x] <= theta_u * (1 + LIMIT_ROUNDING):
            x += 1
        upper[n] = x


@njit(
    void(int64, int64, int64[::1], int64[::1], float64, float64[::1], float64[::1]),
    nogil=True,
    cache=True,
)
def follow_paths(
    n_max: int,
    success: int,
    lower: Ints,
    upper: Ints,
    rate: float,
    state: Floats,
    out: Floats,
) -> None:
    """``out`` becomes P(success), expected size and P(stop before ``n_max``) at one rate."""
    for x in range(n_max + 2):
        state[x] = 0.0
    state[0] = 1.0
    low, high = 0, 0
    won = size = stopped = 0.0
    for n in range(1, n_max + 1):
        for x in range(high, low - 1, -1):
            here = state[x]
            state[x + 1] += here * rate
            state[x] = here * (1 - rate)
        high += 1
        if n == n_max:
            break
        ends = 0.0
        while low <= high and low <= lower[n]:
            ends += state[low]
            state[low] = 0.0
            low += 1
        while high >= low and high >= upper[n]:
            ends += state[high]
            won += state[high]
            state[high] = 0.0
            high -= 1
        stopped += ends
        size += n * ends
        if low > high:
            break
    rest = 0.0
    for x in range(low, high + 1):
        rest += state[x]
        if x >= success:
            won += state[x]
    out[0], out[1], out[2] = won, size + n_max * rest, stopped


@njit(
    void(
        int64,
        int64,
        int64,
        int64[::1],
        float64,
        float64,
        float64,
        float64,
        float64,
        float64,
        float64,
        float64[::1],
        float64[:, ::1],
        float64[::1],
    ),
    nogil=True,
    cache=True,
)
def search_size(
    n_max: int,
    first: int,
    cohort: int,
    successes: Ints,
    a: float,
    b: float,
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    theta_u: float,
    grid: Floats,
    table: Floats,
    best: Floats,
) -> None:
    """``best`` becomes the rule of ``n_max`` patients with the smallest expected size under ``p0``.

    Needed: type I error ≤ ``alpha``, power ≥ ``power``. ``successes``: rising counts (1 … ``n_max``), one of which
    means success at the end. ``grid``: rising values of theta_L to choose from; empty: every value from 0 to 1. Of
    equal expected sizes the first (smaller success count) stays.
    """
    lower, upper = np.zeros(n_max + 1, np.int64), np.zeros(n_max + 1, np.int64)
    state, edges, null, target = np.zeros(n_max + 2), np.zeros(2), np.zeros(3), np.zeros(3)
    best[OUT_SUCCESS] = 0.0
    for place in range(successes.size):
        success = successes[place]
        fill_predictive(n_max, success, a, b, table)
        theta = -1.0
        if grid.size:
            bottom, top = -1, grid.size
            while top - bottom > 1:
                middle = (bottom + top) // 2
                fill_limits(n_max, first, cohort, grid[middle], theta_u, table, lower, upper, edges)
                follow_paths(n_max, success, lower, upper, p1, state, target)
                if target[0] >= power:
                    bottom = middle
                else:
                    top = middle
            if bottom >= 0:
                theta = grid[bottom]
        else:
            fill_limits(n_max, first, cohort, 0.0, theta_u, table, lower, upper, edges)
            follow_paths(n_max, success, lower, upper, p1, state, target)
            if target[0] >= power:
                # Every theta ≤ theta keeps the power, every one above limit does not.
                theta, limit = edges[1], theta_u
                while theta < limit * (1 - LIMIT_ROUNDING):
                    middle = (theta + limit) / 2
                    fill_limits(n_max, first, cohort, middle, theta_u, table, lower, upper, edges)
                    follow_paths(n_max, success, lower, upper, p1, state, target)
                    if target[0] >= power:
                        theta = max(middle, edges[1])
                    else:
                        limit = min(middle, edges[0])
                theta = min(theta, theta_u)
        if theta < 0.0:
            continue
        fill_limits(n_max, first, cohort, theta, theta_u, table, lower, upper, edges)
        follow_paths(n_max, success, lower, upper, p0, state, null)
        if null[0] > alpha or (best[OUT_SUCCESS] > 0 and null[1] >= best[OUT_SIZE_P0]):
            continue
        follow_paths(n_max, success, lower, upper, p1, state, target)
        best[OUT_SUCCESS], best[OUT_THETA] = success, theta
        best[OUT_ABOVE], best[OUT_UP_TO] = edges[0], min(edges[1], theta_u)
        best[OUT_TYPE_ONE], best[OUT_POWER] = null[0], target[0]
        best[OUT_SIZE_P0], best[OUT_SIZE_P1], best[OUT_STOP_P0] = null[1], target[1], null[2]

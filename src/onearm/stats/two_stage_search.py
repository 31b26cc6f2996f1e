"""The compiled search for two-stage rules that stop for futility only (Simon 1989, Control Clin Trials 10:1-10).

What is searched: rules "stop if x1 ≤ r1 of n1; success if x > r of n" with type I error ≤ alpha and power ≥ the wanted
one, both within ``LIMIT_ROUNDING`` so that equality in decimal numbers counts as met. For each n the rule with the
smallest expected size at p0; then the highest power; then the smallest n1.

Why so little has to be looked at. Write T(n, x) = P(X ≥ x) for n patients; all T follow from Pascal's recurrence
T(n, x) = p·T(n-1, x-1) + (1-p)·T(n-1, x). The rule's chance of success is T(n, r+1) - L with the loss
L = P(X1 ≤ r1, X > r), a sum of r1 + 1 terms.

1. Power ≤ T1(n1, r1+1), so r1 needs at least n1min(r1) patients; power ≤ T1(n, r+1), so r ≤ rmax(n).
2. For fixed n and r1 the expected size n1 + (n-n1)·T0(n1, r1+1) rises with n1, power and type I error rise with n1
   (the event X1 ≤ r1 shrinks), and both fall with r. So n1 and r climb one staircase from n1min(r1) and the smallest r
   that keeps alpha; the first rule with the power is the best for this r1. One step of n1 changes L by
   p·P(X1 = r1)·T(n-n1-1, r-r1) alone.
3. No test of n observations has more power than Neyman and Pearson's randomised one: smaller n are skipped.
4. The expected size at n1min(r1) bounds that of every rule with this r1 and rises with n. Once it reaches the best one
   found for each r1, nothing larger can be better: the optimum is proved, without any largest n.
"""

from __future__ import annotations

import onearm._numba_cache  # noqa: F401  (chooses the cache before Numba is imported)

from numba import boolean, float64, int64, njit, types  # isort: skip
import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import LIMIT_ROUNDING

Tails = NDArray[np.float64]

TIE = 1e-10
"""Expected sizes closer than this are equal; then the power decides."""

FAST = {"reassoc", "contract"}
_TABLE = float64[:, ::1]


@njit(types.void(_TABLE, int64, float64), cache=True, nogil=True, error_model="numpy")
def fill_row(tails: Tails, n: int, rate: float) -> None:
    """Fill row ``n`` ≥ 1 from the row before; of the entries beyond x = n only the first is set, and read."""
    width = min(n, tails.shape[1])
    fail = 1.0 - rate
    tails[n, 0] = 1.0
    for x in range(1, width):
        tails[n, x] = rate * tails[n - 1, x - 1] + fail * tails[n - 1, x]
    if n < tails.shape[1]:
        tails[n, n] = rate * tails[n - 1, n - 1]
    if n + 1 < tails.shape[1]:
        tails[n, n + 1] = 0.0


@njit(float64(_TABLE, int64, int64, int64, int64), cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def sum_loss(tails: Tails, n1: int, n: int, r1: int, r: int) -> float:
    """P(X1 ≤ r1, X > r): what the futility stop takes from P(X > r)."""
    n2 = n - n1
    total = 0.0
    for x in range(max(0, r + 1 - n2), r1 + 1):
        total += (tails[n1, x] - tails[n1, x + 1]) * tails[n2, r + 1 - x]
    return total


@njit(
    float64(_TABLE, _TABLE, int64, int64, float64),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def bound_power(null: Tails, target: Tails, n: int, k: int, alpha: float) -> float:
    """Power of the most powerful randomised test of ``n`` patients; ``k`` the least count with tail ≤ alpha."""
    null_k = target_k = 0.0
    if k <= n:
        null_k, target_k = null[n, k], target[n, k]
    if k == 0:
        return 1.0
    share = (alpha - null_k) / (null[n, k - 1] - null_k)
    return float(target_k + share * (target[n, k - 1] - target_k))


@njit(
    "UniTuple(float64, 4)(float64[:, ::1], float64[:, ::1], int64, int64, int64, int64, int64, "
    "float64, float64, float64, float64, float64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def climb(
    null: Tails,
    target: Tails,
    n: int,
    r1: int,
    n1: int,
    r: int,
    r_most: int,
    p0: float,
    p1: float,
    limit: float,
    need: float,
    best: float,
) -> tuple[float, float, float, float]:
    """The best rule of ``n`` and ``r1``, as n1, r, expected size and power; n1 is 0 if none is below ``best``.

    ``n1``: the fewest that r1 allows; ``r``: a limit that keeps alpha in a single stage, at most ``r_most``.
    """
    nothing = (0.0, 0.0, 0.0, 0.0)
    if r < r1:
        return nothing
    loss0 = sum_loss(null, n1, n, r1, r)
    if null[n, r + 1] - loss0 > limit:
        return nothing
    while r > r1:
        lower = sum_loss(null, n1, n, r1, r - 1)
        if null[n, r] - lower > limit:
            break
        r -= 1
        loss0 = lower
    loss1 = sum_loss(target, n1, n, r1, r)
    while True:
        power = target[n, r + 1] - loss1
        if power >= need:
            return (float(n1), float(r), n1 + (n - n1) * null[n1, r1 + 1], power)
        if r - r1 <= n - n1 - 1:
            loss0 -= p0 * (null[n1, r1] - null[n1, r1 + 1]) * null[n - n1 - 1, r - r1]
            loss1 -= p1 * (target[n1, r1] - target[n1, r1 + 1]) * target[n - n1 - 1, r - r1]
        n1 += 1
        if n1 >= n or n1 + (n - n1) * null[n1, r1 + 1] > best + TIE:
            return nothing
        while null[n, r + 1] - loss0 > limit:
            r += 1
            if r > r_most:
                return nothing
            loss0 = sum_loss(null, n1, n, r1, r)
            loss1 = sum_loss(target, n1, n, r1, r)


@njit(
    int64(float64, float64, float64, float64, boolean, _TABLE, _TABLE, int64[::1], int64[:, ::1], float64[::1]),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def search_rules(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    every_n: bool,
    null: Tails,
    target: Tails,
    n1_least: NDArray[np.int64],
    rules: NDArray[np.int64],
    sizes: NDArray[np.float64],
) -> int:
    """Fill ``rules`` (n1, r1, r per row n; n1 = 0: none) and ``sizes``; return the n that proves them, or 0.

    ``every_n``: the best rule of each n of the table. Otherwise only rules better than those of every smaller n, until
    nothing larger can be better. ``null``, ``target``, ``n1_least``: room for the tails, shape (n + 1, columns), and
    for n1min, shape (columns,); nothing is allocated here.
    """
    columns = null.shape[1]
    limit, need = alpha + LIMIT_ROUNDING, power - LIMIT_ROUNDING
    null[0, 0] = target[0, 0] = 1.0
    r_most, k, warm = -1, 0, -1
    best = np.inf
    for n in range(1, null.shape[0]):
        rules[n, 0] = 0
        fill_row(null, n, p0)
        fill_row(target, n, p1)
        while r_most + 2 < min(columns, n + 1) and target[n, r_most + 2] >= need:
            r_most += 1
            n1_least[r_most] = n
        while k < min(columns, n + 1) and null[n, k] > limit:
            k += 1
        if r_most < 0 or k > r_most + 2 or bound_power(null, target, n, k, limit) < need:
            continue
        best_power = 0.0
        if every_n:
            best = np.inf
        alive = False
        first, warm_now = warm, warm
        for place in range(-1, r_most + 1):
            r1 = first if place < 0 else place
            if r1 < 0 or place == warm_now:
                continue
            n1 = n1_least[r1]
            if n1 >= n:
                break
            if n1 + (n - n1) * null[n1, r1 + 1] > best + TIE:
                continue
            alive = True
            at, r, size, reached = climb(null, target, n, r1, n1, min(k - 1, r_most), r_most, p0, p1, limit, need, best)
            if at == 0.0:
                continue
            if size < best - TIE or (rules[n, 0] > 0 and reached > best_power + TIE):
                best, best_power, warm = size, reached, r1
                rules[n, 0], rules[n, 1], rules[n, 2], sizes[n] = int(at), r1, int(r), size
        if not every_n and not alive and best < np.inf:
            return n
    return 0

"""The compiled search for two-stage rules that stop for futility and for efficacy (Mander and Thompson 2010).

Rules go on after stage one if r1 < x1 < e1 (Contemp Clin Trials 31:572-578); with x1 ≥ e1 they end in success, and
after stage two success means x > r. Every rule has an efficacy stop: 0 ≤ r1, r1 + 2 ≤ e1 ≤ n1, r ≤ e1 - 2 + n2. Limits
and ties as in ``onearm.stats.two_stage_search``; the expected size counts at p0 (H0) or at p1 (H1).

For fixed n and n1 the expected size n1 + n2·P(r1 < X1 < e1) falls as r1 rises and as e1 falls, at any rate. Bounds:

1. Power ≤ T1(n1, r1+1) caps r1, and type I error ≥ T0(n1, e1) gives the least e1. Both give the least probability of
   going on, hence a bound of the expected size for each n1 that rises with n: once it has reached the best one found
   for every n1, nothing larger can be better, and the optimum is proved.
2. Among tests of n observations that accept where x1 ≤ r1 and reject where x1 ≥ e1, the most powerful at level alpha
   rejects x > r and randomises at x = r (Neyman and Pearson; the likelihood ratio depends on x alone). Its power R
   rises with n and e1 and falls with r1. So R at an e1 beyond every limit caps r1, R at r1 = 0 gives the least e1, and
   as n grows both move one way only.
3. For fixed r1 the first e1 from below that keeps alpha with the wanted power is the best; for fixed r1 and e1 the
   smallest r that keeps alpha has the highest power.
"""

from __future__ import annotations

import onearm._numba_cache  # noqa: F401  (chooses the cache before Numba is imported)

from numba import boolean, float64, int64, njit, types  # isort: skip
import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import LIMIT_ROUNDING
from onearm.stats.two_stage_search import FAST, TIE, Tails, bound_power, fill_row

_TABLE = float64[:, ::1]
_NONE, _UNSEEN = -1, -2


@njit(float64(_TABLE, int64, int64, int64, int64, int64), cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def chance_of_success(tails: Tails, n1: int, n2: int, r1: int, e1: int, r: int) -> float:
    """P(X1 ≥ e1, or r1 < X1 < e1 and X > r) for r ≥ r1."""
    above = min(e1, r + 1)
    total = tails[n1, above]
    for x in range(max(r1 + 1, r + 1 - n2), above):
        total += (tails[n1, x] - tails[n1, x + 1]) * tails[n2, r + 1 - x]
    return float(total)


@njit(int64(_TABLE, int64, int64, int64, int64, int64, float64), cache=True, nogil=True, error_model="numpy")
def least_limit(null: Tails, n1: int, n2: int, r1: int, e1: int, start: int, limit: float) -> int:
    """The smallest r that keeps alpha, looked for from ``start`` on; -1 if none does."""
    most = e1 - 2 + n2
    r = max(r1, min(start, most))
    if chance_of_success(null, n1, n2, r1, e1, r) > limit:
        while r < most:
            r += 1
            if chance_of_success(null, n1, n2, r1, e1, r) <= limit:
                return r
        return _NONE
    while r > r1 and chance_of_success(null, n1, n2, r1, e1, r - 1) <= limit:
        r -= 1
    return r


@njit(float64(_TABLE, _TABLE, int64, int64, int64, int64, int64, float64), cache=True, nogil=True, error_model="numpy")
def bound_power_between(
    null: Tails, target: Tails, n1: int, n2: int, r1: int, e1: int, start: int, limit: float
) -> float:
    """R of the module's text: no rule with these stops has more power; -1 if alpha is spent at stage one."""
    if null[n1, e1] > limit:
        return -1.0
    r = least_limit(null, n1, n2, r1, e1, start, limit)
    if r == _NONE:
        r = e1 - 1 + n2
    power = chance_of_success(target, n1, n2, r1, e1, r)
    if r <= r1:
        return power
    kept = chance_of_success(null, n1, n2, r1, e1, r)
    share = (limit - kept) / (chance_of_success(null, n1, n2, r1, e1, r - 1) - kept)
    return float(power + share * (chance_of_success(target, n1, n2, r1, e1, r - 1) - power))


@njit(float64(_TABLE, int64, int64, int64, int64), cache=True, nogil=True, error_model="numpy")
def lose_stop(tails: Tails, n1: int, n2: int, e1: int, r: int) -> float:
    """P(X1 = e1, X ≤ r): what the chance of success loses when the efficacy stop moves up by one from ``e1``."""
    more = r + 1 - e1
    if more <= 0:
        return 0.0
    missed = 1.0 - tails[n2, more] if more <= n2 else 1.0
    return float((tails[n1, e1] - tails[n1, e1 + 1]) * missed)


@njit(
    "UniTuple(int64, 2)(float64[:, ::1], float64[:, ::1], float64[:, ::1], int64, int64, int64, int64, int64, int64, "
    "float64, float64, float64, boolean)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def find_lowest_stop(
    null: Tails,
    target: Tails,
    counted: Tails,
    n1: int,
    n: int,
    r1: int,
    e1: int,
    e1_most: int,
    start: int,
    limit: float,
    need: float,
    best: float,
    binding: bool,
) -> tuple[int, int]:
    """The first e1 from the given one on, with its r, that meets both limits; (-1, -1) if none is below ``best``.

    Unless ``binding``, the power is needed with the efficacy stop never used.
    """
    n2 = n - n1
    r = _NONE
    kept = lower = power = 0.0
    while e1 <= e1_most and n1 + n2 * (counted[n1, r1 + 1] - counted[n1, e1]) <= best + TIE:
        moved = r == _NONE
        if moved:
            r = least_limit(null, n1, n2, r1, e1, start, limit)
        if r != _NONE:
            if moved:
                kept = chance_of_success(null, n1, n2, r1, e1, r)
                lower = chance_of_success(null, n1, n2, r1, e1, r - 1) if r > r1 else np.inf
            while lower <= limit:
                r, kept, moved = r - 1, lower, True
                lower = chance_of_success(null, n1, n2, r1, e1, r - 1) if r > r1 else np.inf
            if moved:
                power = chance_of_success(target, n1, n2, r1, e1 if binding else n1 + 1, r)
            if power >= need:
                return (e1, r)
            # x1 = e1 is no longer a success at once: it needs r + 1 - e1 more
            kept -= lose_stop(null, n1, n2, e1, r)
            lower -= lose_stop(null, n1, n2, e1, r - 1)
            if binding:
                power -= lose_stop(target, n1, n2, e1, r)
        e1 += 1
    return (_NONE, _NONE)


@njit(
    types.void(_TABLE, _TABLE, int64, int64, int64, float64, float64, int64[:, ::1]),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def tighten_stops(
    null: Tails, target: Tails, n1: int, n: int, k: int, limit: float, need: float, stops: NDArray[np.int64]
) -> None:
    """Step 2 for one n1: the most r1 and the least e1 that ``n`` patients allow, starting from those of a smaller n."""
    n2 = n - n1
    r1, e1 = stops[n1, 2], stops[n1, 3]
    if r1 == _UNSEEN:
        r1, e1 = stops[n1, 0], max(2, stops[n1, 1])
        while r1 >= 0:
            if bound_power_between(null, target, n1, n2, r1, min(n1, max(k, r1 + 2)), k - 1, limit) >= need:
                break
            r1 -= 1
        while e1 <= n1 and bound_power_between(null, target, n1, n2, 0, e1, k - 1, limit) < need:
            e1 += 1
    while r1 < stops[n1, 0]:
        if bound_power_between(null, target, n1, n2, r1 + 1, min(n1, max(k, r1 + 3)), k - 1, limit) < need:
            break
        r1 += 1
    while e1 > max(2, stops[n1, 1]):
        if bound_power_between(null, target, n1, n2, 0, e1 - 1, k - 1, limit) < need:
            break
        e1 -= 1
    stops[n1, 2], stops[n1, 3] = r1, e1


@njit(
    "UniTuple(int64, 3)(float64[:, ::1], float64[:, ::1], float64[:, ::1], int64, int64, int64, "
    "float64, float64, float64, boolean, int64[:, ::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def choose_stops(
    null: Tails,
    target: Tails,
    counted: Tails,
    n1: int,
    n: int,
    k: int,
    limit: float,
    need: float,
    best: float,
    binding: bool,
    stops: NDArray[np.int64],
) -> tuple[int, int, int]:
    """The r1, e1 and r of the smallest expected size at one n1; -1 each if none is below ``best``."""
    chosen = (_NONE, _NONE, _NONE)
    least = max(stops[n1, 3], stops[n1, 1])
    for r1 in range(stops[n1, 2], -1, -1):
        e1 = max(least, r1 + 2)
        if e1 > n1:
            continue
        if e1 == least and n1 + (n - n1) * (counted[n1, r1 + 1] - counted[n1, e1]) > best + TIE:
            break
        most = min(n1, max(k, r1 + 2))
        e1, r = find_lowest_stop(null, target, counted, n1, n, r1, e1, most, k - 1, limit, need, best, binding)
        if e1 == _NONE:
            continue
        size = n1 + (n - n1) * (counted[n1, r1 + 1] - counted[n1, e1])
        if chosen[0] == _NONE or size < best:
            best = size
            chosen = (r1, e1, r)
    return chosen


@njit(float64(_TABLE, int64, int64, int64), cache=True, nogil=True, error_model="numpy")
def least_chance_to_go_on(counted: Tails, n1: int, r1_most: int, e1_least: int) -> float:
    """The least P(r1 < X1 < e1) over r1 ≤ ``r1_most`` and e1 ≥ ``e1_least``; infinite if there are no such stops."""
    if r1_most + 2 <= e1_least:
        return float(counted[n1, r1_most + 1] - counted[n1, e1_least])
    least = np.inf
    for x in range(max(1, e1_least - 1), min(n1 - 1, r1_most + 1) + 1):
        least = min(least, counted[n1, x] - counted[n1, x + 1])
    return least


@njit(
    int64(
        float64,
        float64,
        float64,
        float64,
        boolean,
        boolean,
        _TABLE,
        _TABLE,
        float64[::1],
        int64[:, ::1],
        int64[:, ::1],
        float64[::1],
    ),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def search_stopping_rules(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    at_null: bool,
    binding: bool,
    null: Tails,
    target: Tails,
    going_on: NDArray[np.float64],
    stops: NDArray[np.int64],
    rules: NDArray[np.int64],
    sizes: NDArray[np.float64],
) -> int:
    """Fill ``rules`` (n1, r1, e1, r per row n; n1 = 0: none) and ``sizes``; return the n that proves them, or 0.

    Only rules are kept whose expected size, at p0 if ``at_null`` and else at p1, is below that of every smaller n.
    ``binding``: type I error and power count with the efficacy stop used; otherwise the power is needed with it never
    used, so that both limits hold either way.

    Room, by n or n1: ``null`` and ``target``, shape (n + 1, n + 2), the tails; ``going_on`` the least chance to go on;
    ``stops``, four columns: most r1 and least e1 by themselves, then most r1 and least e1 of step 2.
    """
    limit, need = alpha + LIMIT_ROUNDING, power - LIMIT_ROUNDING
    counted = null if at_null else target
    null[0, 0] = target[0, 0] = 1.0
    r_most, k = -1, 0
    best = np.inf
    for n in range(1, null.shape[0]):
        rules[n, 0] = 0
        fill_row(null, n, p0)
        fill_row(target, n, p1)
        while r_most + 2 <= n and target[n, r_most + 2] >= need:
            r_most += 1
        while k <= n and null[n, k] > limit:
            k += 1
        going_on[n] = np.inf
        if r_most >= 0 and k <= n:
            going_on[n] = least_chance_to_go_on(counted, n, r_most, k)
        stops[n, 0], stops[n, 1], stops[n, 2], stops[n, 3] = min(r_most, n - 2), k, _UNSEEN, n + 1
        if bound_power(null, target, n, k, limit) < need:
            continue
        alive = False
        best_power = 0.0
        for n1 in range(1, n):
            if n1 + (n - n1) * going_on[n1] > best + TIE:
                continue
            alive = True
            tighten_stops(null, target, n1, n, k, limit, need, stops)
            found = choose_stops(null, target, counted, n1, n, k, limit, need, best, binding, stops)
            if found[0] == _NONE:
                continue
            r1, e1, r = found
            size = n1 + (n - n1) * (counted[n1, r1 + 1] - counted[n1, e1])
            reached = chance_of_success(target, n1, n - n1, r1, e1, r)
            if size < best - TIE or (rules[n, 0] > 0 and reached > best_power + TIE):
                best, best_power = size, reached
                rules[n, 0], rules[n, 1], rules[n, 2], rules[n, 3] = n1, r1, e1, r
                sizes[n] = size
        if not alive and best < np.inf:
            return n
    return 0

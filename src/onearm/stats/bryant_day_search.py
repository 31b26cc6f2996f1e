"""The compiled search for two-stage rules that judge response and toxicity together (Bryant and Day 1995).

What is searched: rules "stop if responses ≤ r1 or toxicities ≥ t1 of n1; success if responses > r and toxicities < t
of n". Toxicity is counted as its absence: c1 = n1 - t1 and c = n - t, so that both endpoints read alike. With the two
independent, P(success) = A·B and P(go on) = a·b, where A and a belong to response, B and b to the absence of toxicity.
Index 0 is the unacceptable rate, 1 the acceptable one. Needed: A0·B1 ≤ alpha of response, A1·B0 ≤ alpha of toxicity,
A1·B1 ≥ power, each within ``LIMIT_ROUNDING``. Minimised: n1 + (n - n1)·g, where g is the larger of a0·b1 and a1·b0 (or
their mean); then the highest power; then the smallest n1.

Why so little has to be looked at.

1. A1 ≥ power and B1 ≥ power, each alone; so a1·b1 ≥ A1·B1 ≥ power, and A0 ≤ alpha of response / power, likewise B0.
   A0 and A1 fall with r: the limits r that are left for one r1 are neighbours.
2. No test of n observations has more power than Neyman and Pearson's randomised one, for either endpoint: sizes whose
   two bounds multiply to less than the power are skipped.
3. A rule of one r1 has g ≥ a0·b1 ≥ a0·power/a1 (half of it for the mean): r1 too small for the best size are skipped.
4. Let m(n1) be the least g of any r1 and c1 with a1·b1 ≥ power. Every rule has an expected size of at least
   n1 + (n - n1)·m(n1), and more than n1. The first rises with n. Once it reaches the best size found for every
   smaller n1, and n itself has reached it, nothing larger can be better: the optimum is proved.
"""

from __future__ import annotations

import onearm._numba_cache  # noqa: F401  (chooses the cache before Numba is imported)

from numba import boolean, float64, int64, njit  # isort: skip
import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import LIMIT_ROUNDING
from onearm.stats.two_stage_search import TIE, bound_power, fill_row, sum_loss

Table = NDArray[np.float64]
Counts = NDArray[np.int64]

_TABLE = float64[:, ::1]


@njit(float64(float64, float64, boolean), cache=True, nogil=True)
def share_going_on(bad_response: float, bad_toxicity: float, worst: bool) -> float:
    """The larger of two chances of going on to stage two, or their mean."""
    return max(bad_response, bad_toxicity) if worst else (bad_response + bad_toxicity) / 2


@njit(float64(int64, _TABLE, _TABLE, _TABLE, _TABLE, float64, boolean), cache=True, nogil=True)
def least_share(
    n1: int, null: Table, target: Table, null_free: Table, target_free: Table, need: float, worst: bool
) -> float:
    """m(n1): the least share that goes on, of any two limits that keep a1·b1 ≥ ``need``; 2 if none does.

    ``null``, ``target``: upper tails of responders at the unacceptable and the acceptable rate; ``null_free``,
    ``target_free``: those of patients free of toxicity.
    """
    least = 2.0
    for r1 in range(n1):
        if target[n1, r1 + 1] < need:
            break
        for c1 in range(n1):
            if target[n1, r1 + 1] * target_free[n1, c1 + 1] < need:
                break
            share = share_going_on(
                null[n1, r1 + 1] * target_free[n1, c1 + 1], target[n1, r1 + 1] * null_free[n1, c1 + 1], worst
            )
            least = min(least, share)
    return least


@njit(
    boolean(int64, _TABLE, _TABLE, _TABLE, _TABLE, float64, float64, float64),
    cache=True,
    nogil=True,
)
def may_have_power(
    n: int,
    null: Table,
    target: Table,
    null_free: Table,
    target_free: Table,
    alpha_response: float,
    alpha_toxicity: float,
    need: float,
) -> bool:
    """Whether ``n`` observations may keep all three limits, by the most powerful randomised test of each endpoint.

    A1 ≤ most of response, so B1 ≥ need / most and A0 ≤ alpha / B1 bounds A1 anew; likewise B1.
    """
    most, most_free = 1.0, 1.0
    for _ in range(4):
        size, size_free = min(1.0, alpha_response * most / need), min(1.0, alpha_toxicity * most_free / need)
        k = k_free = 0
        while null[n, k] > size:
            k += 1
        while null_free[n, k_free] > size_free:
            k_free += 1
        most = min(most, bound_power(null, target, n, k, size))
        most_free = min(most_free, bound_power(null_free, target_free, n, k_free, size_free))
        if most * most_free < need - TIE:
            return False
    return True


@njit(
    int64(int64, int64, _TABLE, _TABLE, float64, float64, float64, _TABLE, _TABLE, int64[:, ::1]),
    cache=True,
    nogil=True,
)
def list_limits(
    n1: int,
    n: int,
    null: Table,
    target: Table,
    limit: float,
    need: float,
    most_share: float,
    bad: Table,
    good: Table,
    ends: Counts,
) -> int:
    """Fill, for each limit of stage one, the final limits that may do; return how many limits of stage one there are.

    One endpoint alone: ``bad`` and ``good`` [limit of stage one, final limit] become its chance of success at the
    unacceptable and the acceptable rate; ``ends`` [limit of stage one] the first and the last final limit with
    ``bad`` ≤ ``limit`` and ``good`` ≥ ``need`` (last < first: none, as where a0·need/a1 exceeds ``most_share``).
    """
    found, last = 0, n - 1
    for first in range(n1):
        if target[n1, first + 1] < need:
            break
        found += 1
        ends[first, 0], ends[first, 1] = first, first - 1
        if null[n1, first + 1] * need > most_share * target[n1, first + 1]:
            continue
        while last >= first and target[n, last + 1] < need:
            last -= 1
        for final in range(last, first - 1, -1):
            chance = null[n, final + 1] - sum_loss(null, n1, n, first, final)
            if chance > limit:
                break
            bad[first, final] = chance
            good[first, final] = target[n, final + 1] - sum_loss(target, n1, n, first, final)
            if good[first, final] < need:
                continue
            if ends[first, 1] < ends[first, 0]:
                ends[first, 1] = final
            ends[first, 0] = final
    return found


@njit(
    "UniTuple(int64, 2)(int64, int64, float64[:, ::1], float64[:, ::1], int64[:, ::1], float64[:, ::1], "
    "float64[:, ::1], int64[:, ::1], float64, float64, float64)",
    cache=True,
    nogil=True,
)
def choose_final_limits(
    r1: int,
    c1: int,
    bad: Table,
    good: Table,
    ends: Counts,
    bad_free: Table,
    good_free: Table,
    ends_free: Counts,
    alpha_response: float,
    alpha_toxicity: float,
    need: float,
) -> tuple[int, int]:
    """The final limits r and c with the highest power for these of stage one; (-1, -1) if none meets all three."""
    highest, chosen = need, (-1, -1)
    for r in range(ends[r1, 0], ends[r1, 1] + 1):
        for c in range(ends_free[c1, 0], ends_free[c1, 1] + 1):
            power = good[r1, r] * good_free[c1, c]
            if power < highest or (power == highest and chosen[0] >= 0):
                continue
            if bad[r1, r] * good_free[c1, c] <= alpha_response and good[r1, r] * bad_free[c1, c] <= alpha_toxicity:
                highest, chosen = power, (r, c)
    return chosen


@njit(
    int64(
        float64[::1],
        float64[::1],
        boolean,
        _TABLE,
        _TABLE,
        _TABLE,
        _TABLE,
        float64[::1],
        float64[:, :, ::1],
        int64[:, :, ::1],
        int64[:, ::1],
        float64[::1],
    ),
    cache=True,
    nogil=True,
)
def search_pairs(
    rates: Table,
    errors: Table,
    worst: bool,
    null: Table,
    target: Table,
    null_free: Table,
    target_free: Table,
    least: Table,
    chances: Table,
    ends: Counts,
    rules: Counts,
    sizes: Table,
) -> int:
    """Fill ``rules`` (n1, r1, c1, r, c per row n; n1 = 0: none) and ``sizes``; return the n that proves them, or 0.

    Only rules better than those of every smaller n are kept. ``rates``: unacceptable and acceptable response rate,
    then the same of staying free of toxicity; ``errors``: alpha of response, alpha of toxicity, power. The rest is
    room, nothing large is allocated here: four tables of tails, shape (size + 1, size + 2); ``least`` (size + 1,);
    ``chances`` (4, size + 1, size + 1); ``ends`` (2, size + 1, 2).
    """
    alpha_response, alpha_toxicity = errors[0] + LIMIT_ROUNDING, errors[1] + LIMIT_ROUNDING
    need = errors[2] - LIMIT_ROUNDING
    tables = (null, target, null_free, target_free)
    for table in tables:
        table[0, 0], table[0, 1] = 1.0, 0.0
    best, best_power = np.inf, 0.0
    for n in range(1, null.shape[0]):
        rules[n, 0] = 0
        for which in range(4):
            fill_row(tables[which], n, rates[which])
        alive = n < best
        best_power = 0.0
        least[n] = least_share(n, null, target, null_free, target_free, need, worst)
        if not may_have_power(n, null, target, null_free, target_free, alpha_response, alpha_toxicity, need):
            continue
        for n1 in range(1, n):
            if n1 + (n - n1) * least[n1] > best + TIE:
                continue
            alive = True
            most_share = (best + TIE - n1) / (n - n1) * (1.0 if worst else 2.0) + TIE
            of_response = list_limits(
                n1, n, null, target, alpha_response / need, need, most_share, chances[0], chances[1], ends[0]
            )
            of_toxicity = list_limits(
                n1,
                n,
                null_free,
                target_free,
                alpha_toxicity / need,
                need,
                most_share,
                chances[2],
                chances[3],
                ends[1],
            )
            for r1 in range(of_response):
                for c1 in range(of_toxicity):
                    share = share_going_on(
                        null[n1, r1 + 1] * target_free[n1, c1 + 1], target[n1, r1 + 1] * null_free[n1, c1 + 1], worst
                    )
                    size = n1 + (n - n1) * share
                    if size > best + TIE:
                        continue
                    r, c = choose_final_limits(
                        r1,
                        c1,
                        chances[0],
                        chances[1],
                        ends[0],
                        chances[2],
                        chances[3],
                        ends[1],
                        alpha_response,
                        alpha_toxicity,
                        need,
                    )
                    if r < 0:
                        continue
                    power = chances[1, r1, r] * chances[3, c1, c]
                    if size < best - TIE or (rules[n, 0] > 0 and power > best_power + TIE):
                        best, best_power, sizes[n] = size, power, size
                        rules[n, 0], rules[n, 1], rules[n, 2], rules[n, 3], rules[n, 4] = n1, r1, c1, r, c
        if not alive:
            return n
    return 0

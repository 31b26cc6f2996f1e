"""The compiled search for three-stage rules that stop for futility only (Chen 1997, Stat Med 16:2701-2711).

What is searched: rules "stop if X(n1) ≤ r1; stop if X(n2) ≤ r2; success if X(n) > r", each n counting all patients so
far, with 0 ≤ r1 < r2 < r < n, r1 < n1 and r2 < n2, so that every stage can end the trial. Limits are met within
``LIMIT_ROUNDING``. For each n the rule with the smallest expected size at p0; then the highest power; then the smallest
n1, r1, n2 and r2.

Call (n1, r1, n2, r2) a head. With u = P0(X(n1) > r1) and g = P0(X(n1) > r1, X(n2) > r2) its expected size is
n1 + (n2-n1)·u + (n-n2)·g whatever r is. Why this can be searched to the end:

1. Power ≤ P1(X(n1) > r1) and ≤ P1(X(n1) > r1, X(n2) > r2): these cap r1 and r2. No test of n observations has more
   power than Neyman and Pearson's randomised one: smaller n are skipped.
2. For fixed n1, r1, n2 and n the expected size, the type I error and the power fall as r2 rises, and both
   fall as r rises. So for each r the largest r2 with the power is the only one to look at, and the
   largest over r wins. One step of r2 changes a chance of success by P(X(n1) > r1, X(n2) = r2)·T(n-n2, r+1-r2) alone.
3. The size of a head rises with n, and n1 + (n2-n1)·u, which it exceeds, rises with n1 and n2, while the best size of
   up to n patients falls with n. Where they cross, nothing larger can be better. The search ends when every head has
   been left behind in this way; that proves the optimum without any largest n.
4. "Stop if x1 ≤ r1 of n1; success if x > r of n" becomes a three-stage rule with the same decisions and a smaller size
   by stopping at n - 1 patients with r - 1 or fewer, who cannot succeed any more. So the sizes of the best two-stage
   rules bound those of the best three-stage ones from the start.
"""

from __future__ import annotations

import onearm._numba_cache  # noqa: F401  (chooses the cache before Numba is imported)

from numba import float64, int64, njit, types  # isort: skip
import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import LIMIT_ROUNDING
from onearm.stats.two_stage_search import FAST, TIE, Tails, bound_power, fill_row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TABLE = float64[:, ::1]


@njit(types.void(float64[::1], int64, int64, float64), cache=True, nogil=True, error_model="numpy")
def add_patient(going_on: Floats, r1: int, n2: int, rate: float) -> None:
    """``going_on[x]``, P(X(n1) > r1, X ≥ x) for x > r1, moves from n2 - 1 to ``n2`` patients, and up to x = n2 + 1."""
    going_on[n2 + 1] = 0.0
    fail = 1.0 - rate
    for x in range(n2, r1 + 1, -1):
        going_on[x] = rate * going_on[x - 1] + fail * going_on[x]


@njit(
    float64(_TABLE, float64[::1], int64, int64, int64, int64),
    cache=True,
    nogil=True,
    error_model="numpy",
    fastmath=FAST,
)
def chance_of_success(tails: Tails, going_on: Floats, n2: int, n: int, r2: int, r: int) -> float:
    """P(the head goes on, X > r) for r ≥ r2, from the tails of the counts with which it goes on."""
    n3 = n - n2
    total = going_on[min(r, n2) + 1]
    for x in range(max(r2 + 1, r + 1 - n3), min(r, n2) + 1):
        total += (going_on[x] - going_on[x + 1]) * tails[n3, r + 1 - x]
    return float(total)


@njit(
    "Tuple((int64, int64, float64))(float64[:, ::1], float64[:, ::1], float64[::1], float64[::1], int64, int64, "
    "int64, int64, int64, float64, float64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def choose_limits(
    null: Tails,
    target: Tails,
    null_on: Floats,
    target_on: Floats,
    n2: int,
    n: int,
    least: int,
    most: int,
    k: int,
    limit: float,
    need: float,
) -> tuple[int, int, float]:
    """The largest r2 of ``least`` … ``most`` with some r that meets both limits, its smallest r and power; -1 if none.

    ``k``: the least count of one stage with tail ≤ alpha; the smallest r that keeps alpha is below it, or r2 + 1.
    """
    chosen, chosen_r, chosen_power = -1, -1, 0.0
    n3 = n - n2
    for r in range(max(k - 1, most + 1), least, -1):
        r2 = min(most, r - 1)
        if r2 < chosen:
            break
        kept = chance_of_success(null, null_on, n2, n, r2, r)
        if kept > limit:
            break
        reached = chance_of_success(target, target_on, n2, n, r2, r)
        while reached < need and r2 > least and kept <= limit:
            missing = r + 1 - r2
            if missing <= n3:
                kept += (null_on[r2] - null_on[r2 + 1]) * null[n3, missing]
                reached += (target_on[r2] - target_on[r2 + 1]) * target[n3, missing]
            r2 -= 1
        if reached >= need and kept <= limit and r2 >= chosen:
            chosen, chosen_r, chosen_power = r2, r, reached
    return chosen, chosen_r, chosen_power


@njit(
    "UniTuple(int64, 2)(float64, float64, float64, float64, float64[:, ::1], float64[:, ::1], int64[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def fill_tables(
    p0: float, p1: float, limit: float, need: float, null: Tails, target: Tails, k: Ints
) -> tuple[int, int]:
    """Fill the tails and, by n, the least count k with tail ≤ alpha; return the first n that may do, and the last."""
    null[0, 0] = target[0, 0] = 1.0
    null[0, 1] = target[0, 1] = 0.0
    first, last = null.shape[0], null.shape[0] - 1
    count = 0
    for n in range(1, null.shape[0]):
        fill_row(null, n, p0)
        fill_row(target, n, p1)
        while count <= n and null[n, count] > limit:
            count += 1
        k[n] = count
        if first > last and count <= n and bound_power(null, target, n, count, limit) >= need:
            first = n
    return first, last


@njit(
    "void(float64[::1], int64[:, ::1], float64[:, ::1], int64, UniTuple(int64, 5), float64, float64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def keep_better(
    front: Floats, rules: Ints, found: Floats, n: int, rule: tuple[int, int, int, int, int], size: float, reached: float
) -> None:
    """Keep a rule of ``n`` patients if it is smaller than the one known, or as small and of higher power."""
    if size < found[n, 0] - TIE or (size <= found[n, 0] + TIE and reached > found[n, 1] + TIE):
        found[n, 0], found[n, 1] = size, reached
        for place in range(5):
            rules[n, place] = rule[place]
        for m in range(n, front.shape[0]):
            front[m] = min(front[m], size)


@njit(
    int64(
        float64,
        float64,
        float64,
        float64,
        float64[::1],
        _TABLE,
        _TABLE,
        int64[::1],
        int64[:, ::1],
        float64[:, ::1],
    ),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def search_three_stages(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    front: Floats,
    null: Tails,
    target: Tails,
    k: Ints,
    rules: Ints,
    found: Floats,
) -> int:
    """Fill ``rules`` (n1, r1, n2, r2, r per row n; n1 = 0: none) and ``found`` (size, power); 1 if they are proved.

    0: the table is too small for the proof, since a rule beyond it might be smaller than the best one found.
    ``front[n]``: a size that some rule of up to n patients has, falling with n, infinite where none is known; it is
    lowered as rules are found. Rules are kept only where they are not above it. Room: ``null``, ``target``, shape
    (n + 1, n + 2), and ``k``, shape (n + 1,).
    """
    limit, need = alpha + LIMIT_ROUNDING, power - LIMIT_ROUNDING
    first, last = fill_tables(p0, p1, limit, need, null, target, k)
    null_on, target_on = np.zeros(last + 3), np.zeros(last + 3)
    rules[:, 0] = 0
    found[:, 0] = np.inf
    if first > last:
        return 0
    beyond = last + 1.0
    for n1 in range(1, last + 1):
        if n1 > front[min(max(n1 + 2, first), last)] + TIE:
            break
        for r1 in range(n1):
            u1, u = target[n1, r1 + 1], null[n1, r1 + 1]
            if u1 < need:
                break
            for x in range(r1 + 1, n1 + 2):
                null_on[x], target_on[x] = null[n1, x], target[n1, x]
            most = r1
            beyond = min(beyond, n1 + (last - n1) * u)
            for n2 in range(n1 + 1, last):
                base = n1 + (n2 - n1) * u
                begin = max(n2 + 1, first)
                if base > front[begin] + TIE:
                    break
                add_patient(null_on, r1, n2, p0)
                add_patient(target_on, r1, n2, p1)
                while most + 1 < n2 and target_on[most + 2] >= need:
                    most += 1
                least, n = r1 + 1, begin
                while n <= last:
                    while least <= most and base + (n - n2) * null_on[least + 1] > front[n] + TIE:
                        least += 1
                    if least > most:
                        break
                    r2, r, reached = choose_limits(
                        null, target, null_on, target_on, n2, n, least, most, k[n], limit, need
                    )
                    if r2 >= 0:
                        size = base + (n - n2) * null_on[r2 + 1]
                        keep_better(front, rules, found, n, (n1, r1, n2, r2, r), size, reached)
                    n += 1
                if n > last:
                    beyond = min(beyond, base + (n - n2) * null_on[most + 1])
    return 1 if beyond >= front[last] - TIE else 0

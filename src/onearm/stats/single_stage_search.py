"""The compiled search for exact single-stage rules (A'Hern 2001, Stat Med 20:859-866)."""

from __future__ import annotations

import onearm._numba_cache  # noqa: F401  (chooses the cache before Numba is imported)

from numba import float64, int64, njit, types  # isort: skip
import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import LIMIT_ROUNDING
from onearm.stats.two_stage_search import Tails, fill_row

_TABLE = float64[:, ::1]


@njit(
    types.void(float64, float64, float64, float64, _TABLE, _TABLE, int64[::1]),
    cache=True,
    nogil=True,
    error_model="numpy",
)
def search_single_stage(
    p0: float, p1: float, alpha: float, power: float, null: Tails, target: Tails, limits: NDArray[np.int64]
) -> None:
    """Fill ``limits[n]`` with the least count x whose P0(X ≥ x) ≤ alpha, or 0 if its P1(X ≥ x) is below the power.

    The least such count has the highest power, so 0 means that no limit of ``n`` patients meets both. ``null``,
    ``target``: room for the tails, shape (n + 1, columns). Limits and rounding as in the two-stage search.
    """
    columns = null.shape[1]
    null[0, 0] = target[0, 0] = 1.0
    k = 0
    for n in range(1, null.shape[0]):
        fill_row(null, n, p0)
        fill_row(target, n, p1)
        while k < min(columns - 1, n + 1) and null[n, k] > alpha + LIMIT_ROUNDING:
            k += 1
        limits[n] = k if k <= n and k < columns - 1 and target[n, k] >= power - LIMIT_ROUNDING else 0

"""Which rule is the best at given numbers of patients? For designs of which a registry states the sizes only."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from onearm.design.search import RatedRule, Setting, rate_rule
from onearm.stats.binomial import binomial_pmf, binomial_tails
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule


def best_rule_at(
    setting: Setting,
    n1: int,
    n: int,
    *,
    efficacy_stop: bool = False,
    futility_stop: int | None = None,
    success: int | None = None,
) -> RatedRule | None:
    """The rule of ``n1`` and ``n`` patients with the smallest expected size at p0 that meets the setting, or None.

    At one n1 and n that is the rule that stops for the most counts, and of its success limits the smallest (the
    highest power). ``futility_stop`` and ``success`` hold a limit fixed that is already known.
    """
    most = _largest_futility_stop(n1, setting.p1, setting.power)
    least = _smallest_efficacy_stop(n1, setting.p0, setting.alpha)
    best: tuple[float, float, TwoStageRule] | None = None
    for stop in range(least, n1 + 1) if efficacy_stop else (None,):
        allowed = _allowed_limits(n1, n, most, stop, futility_stop, success)
        type_one = _success_table(n1, n, setting.p0, most, stop)
        power = _success_table(n1, n, setting.p1, most, stop)
        meets = (type_one <= setting.alpha + LIMIT_ROUNDING) & (power >= setting.power - LIMIT_ROUNDING)
        rows, limits = np.nonzero(meets & allowed)
        if rows.size:
            row, limit = int(rows[-1]), int(limits[rows == rows[-1]][0])
            size = _expected_size(n1, n, setting.p0, row, stop)
            found = (size, -float(power[row, limit]), TwoStageRule(n1, n, row, limit, stop))
            best = found if best is None else min(best, found, key=lambda rated: rated[:2])
    return None if best is None else rate_rule(setting, best[2])


@lru_cache(maxsize=8192)
def _largest_futility_stop(n1: int, p1: float, power: float) -> int:
    """The largest stop that leaves P1(X1 > stop) ≥ power; -1 if there is none."""
    return int(np.count_nonzero(binomial_tails(n1, p1)[1:] >= power - LIMIT_ROUNDING)) - 1


@lru_cache(maxsize=8192)
def _smallest_efficacy_stop(n1: int, p0: float, alpha: float) -> int:
    """The smallest stop with P0(X1 ≥ stop) ≤ alpha; n1 + 1 if there is none."""
    return int(np.argmax(binomial_tails(n1, p0) <= alpha + LIMIT_ROUNDING))


def _expected_size(n1: int, n: int, rate: float, futility_stop: int, efficacy_stop: int | None) -> float:
    goes_on = binomial_pmf(n1, rate)[futility_stop + 1 : efficacy_stop]
    return n1 + (n - n1) * float(goes_on.sum())


def _success_table(n1: int, n: int, rate: float, most: int, stop: int | None) -> NDArray[np.float64]:
    """P(success) by futility stop 0 … ``most`` (rows) and success limit 0 … ``n`` (columns)."""
    above = _stage_two_table(n1, n, rate)
    table: NDArray[np.float64] = above[1 : most + 2]
    if stop is None:
        return table
    with_stop: NDArray[np.float64] = table - above[stop] + binomial_tails(n1, rate)[stop]
    return with_stop


@lru_cache(maxsize=256)
def _stage_two_table(n1: int, n: int, rate: float) -> NDArray[np.float64]:
    """P(X1 ≥ x1, X ≥ limit) for x1 = 0 … n1 + 1 (rows) and limit = 0 … ``n`` (columns)."""
    x1, limit = np.arange(n1 + 1)[:, None], np.arange(n + 1)[None, :]
    later = binomial_tails(n - n1, rate)[np.clip(limit - x1, 0, n - n1 + 1)]
    table = np.zeros((n1 + 2, n + 1))
    table[:-1] = np.cumsum((binomial_pmf(n1, rate)[:, None] * later)[::-1], axis=0)[::-1]
    return table


@lru_cache(maxsize=256)
def _allowed_limits(
    n1: int, n: int, most: int, stop: int | None, futility_stop: int | None, success: int | None
) -> NDArray[np.bool_]:
    """Which pairs of futility stop and success limit make a rule (see ``check_rule`` of the statistics)."""
    row, limit = np.arange(most + 1)[:, None], np.arange(n + 1)[None, :]
    allowed = (limit > row) & (row < n1)
    if stop is not None:
        allowed &= (row + 2 <= stop) & (limit <= stop - 1 + n - n1)
    if futility_stop is not None:
        allowed &= row == futility_stop
    if success is not None:
        allowed &= limit == success
    return allowed

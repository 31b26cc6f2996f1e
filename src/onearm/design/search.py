"""Which two-stage rule is the best for given rates and error limits? An exact search with its proof.

Error limits are met at equality (type I ≤ alpha, power ≥ the stated power). Among rules of one n1 and n the
best has the smallest expected size under p0, then the highest power. *Minimax*: the smallest n, then the
smallest expected size; *optimal*: the smallest expected size over every n (Simon 1989, Control Clin Trials
10:1-10; with an efficacy stop as well, Mander and Thompson 2010, Contemp Clin Trials 31:572-578, under p0).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import binomial_pmf, binomial_tails, check_rate
from onearm.stats.two_stage import TwoStageRule

_ROUNDING = 1e-12
"""Bounds are loosened by this, so that rounding never rejects a rule that a bound would let through."""


class Setting(NamedTuple):
    """What a design is planned for: two rates, the limit of the type I error, and the power."""

    p0: float
    p1: float
    alpha: float
    power: float


class RatedRule(NamedTuple):
    """A rule with what it attains under a setting."""

    rule: TwoStageRule
    type_one_error: float
    power: float
    expected_size_p0: float


class DesignSearch(NamedTuple):
    """The best rules of a setting; None where no rule within the allowed number of patients meets it."""

    optimal: RatedRule | None
    minimax: RatedRule | None
    proved: bool
    """True if no larger trial can be better; False if the allowed number of patients ended the search."""


def search_two_stage(setting: Setting, *, efficacy_stop: bool = False, largest_n: int = 300) -> DesignSearch:
    """The optimal and the minimax two-stage rule of a setting, with the proof that nothing larger is better.

    ``efficacy_stop``: rules that may also stop after stage one with success. The search ends by itself once
    the smallest expected size that any rule of n patients could have, which rises with n, exceeds the best
    one found; ``largest_n`` only guards against a search without end. ValueError for rates and limits that
    are no setting.
    """
    check_setting(setting)
    optimal: RatedRule | None = None
    minimax: RatedRule | None = None
    for n in range(2, largest_n + 1):
        bounds = _list_bounds(setting, n, efficacy_stop)
        if optimal and minimax and bounds[0][0] >= optimal.expected_size_p0:
            return DesignSearch(optimal, minimax, True)
        if not _within_reach(setting, n):
            continue
        limit = optimal.expected_size_p0 if optimal else None
        found = _best_of_size(setting, n, bounds, efficacy_stop, limit if minimax else None)
        minimax = minimax or found
        optimal = _better(optimal, found)
    return DesignSearch(optimal, minimax, False)


def is_minimax(setting: Setting, rated: RatedRule, *, efficacy_stop: bool = False) -> bool:
    """Whether no rule of fewer patients meets the setting and none of as many has a smaller expected size."""
    n = rated.rule.n
    for size in range(n - 1, 1, -1):
        if not _within_reach(setting, size):
            break
        for n1 in _outwards(round(rated.rule.n1 * size / n), size):
            if best_rule_at(setting, n1, size, efficacy_stop=efficacy_stop):
                return False
    return not _beaten_at(setting, n, rated.expected_size_p0, efficacy_stop)


def is_optimal(setting: Setting, rated: RatedRule, *, efficacy_stop: bool = False) -> bool:
    """Whether no rule of any size that meets the setting has a smaller expected size under p0."""
    goal = rated.expected_size_p0
    if _beaten_nearby(setting, rated, efficacy_stop):
        return False
    n = 2
    while True:
        if _within_reach(setting, n):
            if n > rated.rule.n and _list_bounds(setting, n, efficacy_stop)[0][0] >= goal:
                return True
            if _beaten_at(setting, n, goal, efficacy_stop):
                return False
        n += 1


def best_rule_at(
    setting: Setting,
    n1: int,
    n: int,
    *,
    efficacy_stop: bool = False,
    futility_stop: int | None = None,
    success: int | None = None,
) -> RatedRule | None:
    """The rule of ``n1`` and ``n`` patients with the smallest expected size that meets the setting, or None.

    At one n1 and n that is the rule that stops for the most counts, and of its success limits the smallest.
    ``futility_stop`` and ``success`` hold a limit fixed that is already known.
    """
    most = _largest_futility_stop(n1, setting.p1, setting.power)
    least = _smallest_efficacy_stop(n1, setting.p0, setting.alpha)
    best = None
    for stop in range(least, n1 + 1) if efficacy_stop else (None,):
        allowed = _allowed_limits(n1, n, most, stop, futility_stop, success)
        type_one = _success_table(n1, n, setting.p0, most, stop)
        power = _success_table(n1, n, setting.p1, most, stop)
        rows, limits = np.nonzero((type_one <= setting.alpha) & (power >= setting.power) & allowed)
        if rows.size:
            row, limit = int(rows[-1]), int(limits[rows == rows[-1]][0])
            rule = TwoStageRule(n1, n, row, limit, stop)
            size = _expected_size(n1, n, setting.p0, row, stop)
            rated = RatedRule(rule, float(type_one[row, limit]), float(power[row, limit]), size)
            best = _better(best, rated)
    return best


def expected_size_bound(setting: Setting, n1: int, n: int, efficacy_stop: bool = False) -> float | None:
    """An expected size that no rule of ``n1`` and ``n`` patients can undercut; None: there is no such rule.

    Power ≤ P1(X1 > futility_stop) caps the futility stop, and type I ≥ P0(X1 ≥ efficacy_stop) the efficacy
    stop.
    """
    most = _largest_futility_stop(n1, setting.p1, setting.power)
    stop = _smallest_efficacy_stop(n1, setting.p0, setting.alpha) if efficacy_stop else None
    if most < 0 or (stop is not None and stop > n1):
        return None
    return _expected_size(n1, n, setting.p0, most, stop) - _ROUNDING


def check_setting(setting: Setting) -> None:
    """Refuse with ValueError rates and limits that no design is planned for (p1 > p0, power > alpha)."""
    for value in setting:
        check_rate(value)
    if not (0 < setting.p0 < setting.p1 < 1 and 0 < setting.alpha < setting.power < 1):
        raise ValueError(f"no setting of a design: {setting}")


def _best_of_size(
    setting: Setting, n: int, bounds: list[tuple[float, int]], efficacy_stop: bool, limit: float | None
) -> RatedRule | None:
    """The best rule of ``n`` patients over n1; only rules that may fall below ``limit`` are looked at."""
    best = None
    for bound, n1 in bounds:
        if limit is not None and bound >= limit:
            break
        best = _better(best, best_rule_at(setting, n1, n, efficacy_stop=efficacy_stop))
        limit = best.expected_size_p0 if best else limit
    return best


def _beaten_at(setting: Setting, n: int, goal: float, efficacy_stop: bool) -> bool:
    """Whether a rule of ``n`` patients has an expected size below ``goal``."""
    for bound, n1 in _list_bounds(setting, n, efficacy_stop):
        if bound >= goal - _ROUNDING:
            break
        found = best_rule_at(setting, n1, n, efficacy_stop=efficacy_stop)
        if found and found.expected_size_p0 < goal - _ROUNDING:
            return True
    return False


def _beaten_nearby(setting: Setting, rated: RatedRule, efficacy_stop: bool) -> bool:
    """Whether a somewhat smaller rule is better: no proof of the contrary, but the quickest refutation."""
    n1, n = rated.rule.n1, rated.rule.n
    for size, first in ((n - 1, n1 - 1), (n, n1 - 1), (n * 9 // 10, n1 * 9 // 10), (n, n1 * 4 // 5)):
        if not 0 < first < size:
            continue
        found = best_rule_at(setting, first, size, efficacy_stop=efficacy_stop)
        if found and found.expected_size_p0 < rated.expected_size_p0 - _ROUNDING:
            return True
    return False


def _list_bounds(setting: Setting, n: int, efficacy_stop: bool) -> list[tuple[float, int]]:
    """The bound of the expected size with its n1, the smallest first, for every n1 that can have a rule."""
    bounds = ((expected_size_bound(setting, n1, n, efficacy_stop), n1) for n1 in range(1, n))
    return sorted((bound, n1) for bound, n1 in bounds if bound is not None)


def _better(one: RatedRule | None, other: RatedRule | None) -> RatedRule | None:
    if one is None or other is None:
        return other if one is None else one
    rank = (other.expected_size_p0, -other.power) < (one.expected_size_p0, -one.power)
    return other if rank else one


def _outwards(start: int, n: int) -> Iterator[int]:
    """1 … n - 1, the nearest to ``start`` first."""
    return iter(sorted(range(1, n), key=lambda n1: (abs(n1 - start), n1)))


@lru_cache(maxsize=4096)
def _within_reach(setting: Setting, n: int) -> bool:
    """Whether the most powerful test of ``n`` patients (Neyman and Pearson, randomised) has the power.

    A two-stage rule decides on at most ``n`` patients, so it cannot do better.
    """
    null, target = binomial_tails(n, setting.p0), binomial_tails(n, setting.p1)
    limit = int(np.argmax(null <= setting.alpha))
    share = (setting.alpha - null[limit]) / (null[limit - 1] - null[limit])
    best = target[limit] + share * (target[limit - 1] - target[limit])
    return bool(best >= setting.power - _ROUNDING)


@lru_cache(maxsize=8192)
def _largest_futility_stop(n1: int, p1: float, power: float) -> int:
    """The largest stop that leaves P1(X1 > stop) ≥ power; -1 if there is none."""
    return int(np.count_nonzero(binomial_tails(n1, p1)[1:] >= power - _ROUNDING)) - 1


@lru_cache(maxsize=8192)
def _smallest_efficacy_stop(n1: int, p0: float, alpha: float) -> int:
    """The smallest stop with P0(X1 ≥ stop) ≤ alpha; n1 + 1 if there is none."""
    return int(np.argmax(binomial_tails(n1, p0) <= alpha + _ROUNDING))


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

"""How likely is a count of responders, and which response rates agree with it? Exact binomial answers.

Rates are shares in [0, 1]; counts are integers. An upper tail always includes the count itself (≥).
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Interval(NamedTuple):
    """Lower and upper limit of a two-sided interval; None where a limit does not exist."""

    lower: float | None
    upper: float | None


def check_level(level: float) -> float:
    """The level itself, which must lie strictly between 0 and 1; else ValueError."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    return level


def normal_quantile(level: float) -> float:
    """The standard normal quantile z of a two-sided interval: 1.96 for ``level`` 0.95."""
    return NormalDist().inv_cdf((1 + check_level(level)) / 2)


def check_rate(rate: float) -> float:
    """The rate itself, which must lie in [0, 1]; else ValueError."""
    if not 0 <= rate <= 1:
        raise ValueError(f"a rate lies between 0 and 1, not {rate}")
    return float(rate)


def check_count(x: int, n: int) -> None:
    """Refuse with ValueError a count ``x`` that is not one of 0 … ``n``."""
    if not 0 <= x <= n:
        raise ValueError(f"a count of {n} lies between 0 and {n}, not {x}")


@lru_cache(maxsize=512)
def binomial_pmf(n: int, rate: float) -> NDArray[np.float64]:
    """Probabilities of 0 … ``n`` responders among ``n``; shape (n + 1,), read-only.

    Built outwards from the mode by ratios of neighbours and divided by their sum: only positive terms are
    added, so each probability is good to about n units in the last place. ValueError for a rate outside [0,
    1].
    """
    check_rate(rate)
    if n < 0:
        raise ValueError(f"a number of patients is not negative, not {n}")
    pmf = np.zeros(n + 1)
    if rate in (0, 1):
        pmf[n if rate == 1 else 0] = 1.0
    else:
        odds = rate / (1 - rate)
        mode = min(int((n + 1) * rate), n)
        up = np.arange(mode, n)
        down = np.arange(mode, 0, -1)
        pmf[mode] = 1.0
        pmf[mode + 1 :] = np.cumprod((n - up) / (up + 1) * odds)
        pmf[:mode] = np.cumprod(down / (n - down + 1) / odds)[::-1]
        pmf /= pmf.sum()
    pmf.setflags(write=False)
    return pmf


@lru_cache(maxsize=512)
def binomial_tails(n: int, rate: float) -> NDArray[np.float64]:
    """Upper tails P(X ≥ x) for x = 0 … ``n`` + 1; shape (n + 2,), read-only, first 1 and last 0."""
    tails = np.zeros(n + 2)
    tails[: n + 1] = np.cumsum(binomial_pmf(n, rate)[::-1])[::-1]
    tails[0] = 1.0
    tails.setflags(write=False)
    return tails


def binomial_tail(x: int, n: int, p: float) -> float:
    """P(X ≥ ``x``) for ``n`` patients at rate ``p``: the exact one-sided p-value of ``x`` responders.

    ``x`` may lie outside 0 … ``n`` (then 1 or 0).
    """
    return float(binomial_tails(n, p)[min(max(x, 0), n + 1)])


def clopper_pearson(x: int, n: int, level: float = 0.95) -> Interval:
    """Exact equal-tailed interval for a rate after ``x`` responders of ``n`` (Clopper and Pearson 1934).

    Lower limit: P(X ≥ x) = (1 - level)/2, and 0 at x = 0; upper limit: P(X ≤ x) = (1 - level)/2, and 1 at
    x = n. Both limits are None for n = 0. ValueError for a count outside 0 … n or a level outside (0, 1).
    """
    check_count(x, n)
    tail = (1 - check_level(level)) / 2
    if n == 0:
        return Interval(None, None)
    # The root finder of the two-stage intervals: loading SciPy would take an analysis a sixth of its time.
    from onearm.stats.two_stage_order import rates_where

    totals = np.arange(n + 1)
    at_least = np.array([totals >= x, totals >= x + 1], float)[[x > 0, x < n]]
    limits = rates_where(at_least, np.array([tail, 1 - tail])[[x > 0, x < n]]).tolist()
    lower = 0.0 if x == 0 else limits.pop(0)
    return Interval(lower, 1.0 if x == n else limits.pop(0))


def wilson(x: int, n: int, level: float = 0.95) -> Interval:
    """Score interval without continuity correction for ``x`` responders of ``n`` (Wilson 1927).

    The lower limit is exactly 0 at x = 0 and the upper exactly 1 at x = n; both are None for n = 0.
    """
    check_count(x, n)
    z = normal_quantile(level)
    if n == 0:
        return Interval(None, None)
    centre = (x + z * z / 2) / (n + z * z)
    half = z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
    return Interval(0.0 if x == 0 else centre - half, 1.0 if x == n else centre + half)

"""How many patients does Gehan's two-stage plan treat, first to see any response, then to measure the rate?"""

from __future__ import annotations

from math import ceil, log

from onearm.stats.binomial import check_count, check_rate, clopper_pearson
from onearm.stats.two_stage import LIMIT_ROUNDING


def stage_one_size(p1: float, beta: float) -> int:
    """The fewest patients n with P(no response | ``p1``) = (1 - p1)^n ≤ ``beta``.

    Gehan 1961, J Chronic Dis 13:346-353. Met at equality. ValueError for a rate or error that does not lie strictly
    between 0 and 1.
    """
    if not 0 < p1 < 1 or not 0 < beta < 1:
        raise ValueError(f"a rate and an error lie between 0 and 1, not {p1} and {beta}")
    n = max(1, int(log(beta) / log(1 - p1)) - 1)
    while (1 - p1) ** n > beta * (1 + LIMIT_ROUNDING):
        n += 1
    return n


def rate_to_plan_for(x1: int, n1: int, confidence: float | None = 0.75) -> float:
    """The rate from which stage two is sized, after ``x1`` responders of ``n1``.

    Gehan's reading: the upper one-sided confidence limit (Clopper and Pearson: P(X ≤ x1) = 1 - ``confidence``), 75 %
    in his paper; but one half where the limit is larger, since a rate of one half is then not excluded and is the
    hardest to measure. ``confidence`` None: the observed share x1/n1. ValueError for an impossible count, or a
    confidence that is not above one half and below 1.
    """
    check_count(x1, n1)
    if confidence is None:
        return x1 / n1
    upper = clopper_pearson(x1, n1, 2 * confidence - 1).upper
    assert upper is not None
    return min(upper, 0.5)


def stage_two_size(n1: int, rate: float, precision: float) -> int:
    """The fewest further patients n2 with √(rate·(1 - rate)/(n1 + n2)) ≤ ``precision``; 0 if none are needed.

    Met at equality. ValueError for a rate outside [0, 1] or a precision that is not positive.
    """
    check_rate(rate)
    if not precision > 0:
        raise ValueError(f"a standard error is positive, not {precision}")
    return max(0, ceil(rate * (1 - rate) / precision**2 * (1 - LIMIT_ROUNDING)) - n1)

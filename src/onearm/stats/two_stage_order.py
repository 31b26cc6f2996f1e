"""In which order do the outcomes of a two-stage rule stand, and at which rates do their tails meet a level?

If a trial that has stopped had gone on, it would have ended with some total t of ``n``. Given t, how it stopped no
longer depends on the response rate (t is sufficient), so the probability of any set of outcomes is a mean of fixed
shares w(t) over the binomial distribution of t. Every tail, limit and estimate of one rule is solved from these shares
at once; the shares are quotients of whole numbers.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.two_stage import TwoStageRule, continuing_counts

CLOSE = 1e-13
"""A Newton step below this share of the distance to 0 or 1 ends the search; the step itself is still taken."""


class OutcomeTable(NamedTuple):
    """The M outcomes of a rule in stage-wise order, and how likely each is given a total of t of all ``n``."""

    stage: NDArray[np.int64]
    """Shape (M,): 1 or 2."""
    responders: NDArray[np.int64]
    """Shape (M,): responders when the trial ended."""
    above: NDArray[np.float64]
    """Shape (M + 1, n + 1): P(this outcome or one above it | total t); the last row is 0."""
    mean_share: NDArray[np.float64]
    """Shape (n + 1,): mean of responders over patients at the end, given t."""
    unbiased: NDArray[np.float64]
    """Shape (M,): mean of x1/n1 given the outcome (Jung and Kim 2004, equation 2)."""
    conditional: NDArray[np.float64]
    """Shape (M,): mean of x2/n2 given the outcome; 0 after a stop, where it means nothing."""


@lru_cache(maxsize=16)
def outcome_table(rule: TwoStageRule) -> OutcomeTable:
    """The outcomes of a rule that ``check_rule`` accepts; a ``futility_stop`` of -1 stands for none.

    Stops for futility come lowest, by x1; then totals after stage two, by x; then stops for efficacy, by x1.
    """
    n1, n, n2 = rule.n1, rule.n, rule.n - rule.n1
    goes_on = continuing_counts(rule).tolist()
    first, last = goes_on[0], goes_on[-1]
    totals = range(n + 1)
    first_ways = [comb(n1, x1) for x1 in range(n1 + 1)]
    later_ways = [comb(n2, x2) for x2 in range(n2 + 1)]
    all_ways = [comb(n, t) for t in totals]
    ways = [[first_ways[x1] * later_ways[t - x1] if 0 <= t - x1 <= n2 else 0 for t in totals] for x1 in range(n1 + 1)]
    at_least = [[0] * (n + 1)]
    for row in reversed(ways):
        at_least.append([a + b for a, b in zip(at_least[-1], row, strict=True)])
    at_least.reverse()
    shares = np.array([[a / b for a, b in zip(row, all_ways, strict=True)] for row in at_least])
    on = [a - b for a, b in zip(at_least[first], at_least[last + 1], strict=True)]
    on_shares = np.array([a / b for a, b in zip(on, all_ways, strict=True)])
    finals = np.arange(first, last + n2 + 1)
    reached = np.arange(n + 1)[None, :] >= finals[:, None]
    weighted = [sum(x1 * ways[x1][t] for x1 in goes_on) for t in totals]
    stopped = [sum(x1 * ways[x1][t] for x1 in range(n1 + 1)) - weighted[t] for t in totals]
    stops_low, stops_high = np.arange(first), np.arange(last + 1, n1 + 1)
    return OutcomeTable(
        stage=np.concatenate([np.ones_like(stops_low), np.full_like(finals, 2), np.ones_like(stops_high)]),
        responders=np.concatenate([stops_low, finals, stops_high]),
        above=np.vstack(
            [shares[:first], shares[last + 1] + on_shares * reached, shares[last + 1 : n1 + 1], np.zeros((1, n + 1))]
        ),
        mean_share=np.array([stopped[t] / all_ways[t] / n1 for t in totals]) + on_shares * np.arange(n + 1) / n,
        unbiased=np.concatenate(
            [stops_low / n1, [weighted[t] / (n1 * on[t]) for t in finals.tolist()], stops_high / n1]
        ),
        conditional=np.concatenate(
            [
                np.zeros(len(stops_low)),
                [(t * on[t] - weighted[t]) / (n2 * on[t]) for t in finals.tolist()],
                np.zeros(len(stops_high)),
            ]
        ),
    )


def total_probabilities(n: int, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Binomial probabilities of 0 … ``n`` at each rate in (0, 1); shape (rates, n + 1), good to about 1e-13."""
    t = np.arange(n + 1)
    logs = np.multiply.outer(np.log(rates), t) + np.multiply.outer(np.log1p(-rates), n - t)
    logs += _log_ways(n)
    return np.asarray(np.exp(logs, out=logs))


@lru_cache(maxsize=64)
def _log_ways(n: int) -> NDArray[np.float64]:
    return np.array([log(comb(n, t)) for t in range(n + 1)])


def rates_where(shares: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rates at which means of ``shares`` over a binomial total equal ``targets``, all solved together.

    ``shares``: shape (R, n + 1), the mean rising with the rate from below the target at 0 to above it at 1;
    ``targets``: shape (R,). Newton's method inside a bracket that only shrinks; the side of the target that
    lies nearer to 0 is summed, so that no digits cancel.
    """
    count, n = len(targets), shares.shape[1] - 1
    flip = targets > 0.5
    sign = np.where(flip, -1.0, 1.0)
    weights = np.where(flip[:, None], 1 - shares, shares)
    aims = np.where(flip, 1 - targets, targets)
    slopes = np.diff(weights, axis=1) * (n - np.arange(n))
    low, high, rate = np.zeros(count), np.ones(count), np.full(count, 0.5)
    step = np.ones(count)
    open_ = np.arange(count)
    while len(open_):
        at = rate[open_]
        pmf = total_probabilities(n, at)
        excess = np.einsum("ij,ij->i", weights[open_], pmf) - aims[open_]
        slope = np.einsum("ij,ij->i", slopes[open_], pmf[:, :-1]) / (1 - at)
        below = excess * sign[open_] < 0
        low[open_] = np.where(below, at, low[open_])
        high[open_] = np.where(below, high[open_], at)
        # A slope next to nothing sends the step beyond every number: it is not trusted, the middle is taken.
        with np.errstate(over="ignore"):
            newton = at - np.divide(excess, slope, out=np.full(len(at), 2.0), where=slope != 0)
        ends = np.abs(newton - at) <= CLOSE * np.minimum(at, 1 - at)
        middle = (low[open_] + high[open_]) / 2
        trusted = (newton > low[open_]) & (newton < high[open_]) & (np.abs(newton - at) <= step[open_] / 2)
        following = np.where(ends | trusted, newton, middle)
        ends |= following == at
        step[open_] = np.abs(following - at)
        rate[open_] = following
        open_ = open_[~ends]
    return rate

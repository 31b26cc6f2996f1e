"""What do the data so far say of a rate under a Beta prior? Posterior and predictive probabilities, exact.

Priors are Beta(a, b) with a, b > 0; after x events of n patients the posterior is Beta(a + x, b + n - x).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import check_rate


class BetaPrior(NamedTuple):
    """A Beta distribution of a rate; its mean is a/(a + b), its weight a + b patients."""

    a: float
    b: float


def check_prior(prior: BetaPrior) -> None:
    """Refuse with ValueError a prior whose parameters are not both positive and finite."""
    if not all(0 < value < float("inf") for value in prior):
        raise ValueError(f"a Beta prior has two positive parameters, not {prior.a} and {prior.b}")


def posterior_below(n: int, rate: float, prior: BetaPrior) -> NDArray[np.float64]:
    """P(true rate ≤ ``rate`` | x of ``n``) for x = 0 … ``n``; shape (n + 1,), falling with x."""
    from scipy.special import betainc

    check_prior(prior)
    x = np.arange(n + 1)
    return np.asarray(betainc(prior.a + x, prior.b + n - x, check_rate(rate)))


def posterior_above(n: int, rate: float, prior: BetaPrior) -> NDArray[np.float64]:
    """P(true rate > ``rate`` | x of ``n``) for x = 0 … ``n``; shape (n + 1,), rising with x.

    The regularised incomplete beta function, with the two tails swapped so that nothing is subtracted from one.
    """
    from scipy.special import betainc

    check_prior(prior)
    x = np.arange(n + 1)
    return np.asarray(betainc(prior.b + n - x, prior.a + x, 1 - check_rate(rate)))


def predictive_probabilities(n_max: int, success: int, prior: BetaPrior) -> NDArray[np.float64]:
    """Probability that at least ``success`` of ``n_max`` respond in the end, given x of n so far.

    Shape (n_max + 1, n_max + 1), entry [n, x]; entries with x > n are 0 and mean nothing. The beta-binomial
    predictive probability of Lee and Liu (2008, Clin Trials 5:93-106), by backward recursion over the next
    patient: PP(n, x) = (a + x)/(a + b + n)·PP(n + 1, x + 1) + (b + n - x)/(a + b + n)·PP(n + 1, x), with
    PP(n_max, x) = 1 if x ≥ success, else 0.
    """
    check_prior(prior)
    table = np.zeros((n_max + 1, n_max + 1))
    table[n_max, success:] = 1.0
    for n in range(n_max - 1, -1, -1):
        x = np.arange(n + 1)
        after = table[n + 1]
        table[n, : n + 1] = ((prior.a + x) * after[1 : n + 2] + (prior.b + n - x) * after[: n + 1]) / (
            prior.a + prior.b + n
        )
    return table


def difference_above(n: int, x: int, delta: float, prior: BetaPrior, control: BetaPrior) -> float:
    """P(rate > control rate + ``delta`` | ``x`` of ``n``) with a Beta-distributed control rate.

    ∫ P(rate > s + delta | x, n) f(s) ds over the control's density f (Thall and Simon 1994, Biometrics
    50:337-349). This is the one quantity here that is not a finite sum: double-exponential quadrature, which also
    copes with densities that are infinite at 0 or 1, with twice the points until two answers differ by less than
    1e-10 and the density itself integrates to what it must. ValueError for an impossible prior or difference;
    ArithmeticError if 12,800 points do not settle it.
    """
    check_prior(prior)
    check_prior(control)
    if not 0 <= delta < 1:
        raise ValueError(f"a difference of rates lies in 0 … 1, not {delta}")
    posterior = BetaPrior(prior.a + x, prior.b + n - x)
    before = -1.0
    for doublings in range(8):
        now = _integrate_difference(posterior, delta, control, 100 * 2**doublings)
        if now is not None and abs(now - before) < _SETTLED:
            return now
        before = -1.0 if now is None else now
    raise ArithmeticError(f"no settled value of P(rate > control + {delta}) under {posterior} and {control}")


_SETTLED, _WHOLE = 1e-10, 1e-6


def _integrate_difference(posterior: BetaPrior, delta: float, control: BetaPrior, nodes: int) -> float | None:
    """The integral with 2·``nodes`` + 1 points in each part; None if they are too few to see the control's density.

    The parts meet 12 standard deviations from the control's mean. Small arguments are kept as they are, never as
    1 - (1 - small).
    """
    from scipy.special import betainc, betaln

    s, rest, weight = _double_exponential(nodes)
    top = 1 - delta
    seen = value = 0.0
    edges = _part_edges(control, top)
    for low, high in pairwise(edges):
        left, right = low + (high - low) * s, (top - high) + (high - low) * rest
        density = (control.a - 1) * np.log(left) + (control.b - 1) * np.log(right + delta)
        mass = np.exp(density - betaln(*control)) * (high - low) * weight
        above = np.where(
            left + delta < 0.5,
            1 - betainc(posterior.a, posterior.b, left + delta),
            betainc(posterior.b, posterior.a, right),
        )
        seen += float(mass.sum())
        value += float(mass @ above)
    whole = float(betainc(*control, top))
    if whole < _SETTLED:
        return value
    return value * whole / seen if abs(seen / whole - 1) < _WHOLE else None


def _part_edges(control: BetaPrior, top: float) -> list[float]:
    weight = control.a + control.b
    mean = control.a / weight
    reach = 12 * sqrt(mean * (1 - mean) / (weight + 1))
    return [0.0, *(edge for edge in (mean - reach, mean + reach) if 0 < edge < top), top]


@lru_cache(maxsize=8)
def _double_exponential(
    nodes: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Points s of (0, 1), 1 - s without cancellation, and weights (Takahasi and Mori 1974)."""
    reach = 6.1  # here s is 1e-304: a density with a parameter of 0.05 has faded to 1e-15
    t = np.linspace(-reach, reach, 2 * nodes + 1)
    arc = np.pi * np.sinh(t)
    s, rest = 1 / (1 + np.exp(-arc)), 1 / (1 + np.exp(arc))
    return s, rest, (t[1] - t[0]) * np.pi * np.cosh(t) * s * rest

"""The survival curve of times that are known only to lie between two days: Turnbull's estimate.

Written here because SciPy has no maximum-likelihood estimate for interval censoring, and the libraries that have one
bring an automatic differentiator or a second model of survival with them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER_SEEN = int(np.iinfo(np.int64).max)
"""Last day of a time whose event was not seen: right-censored."""
TOLERANCE = 1e-9
"""By how much a share of the log-likelihood's gradient may still exceed 1 (see ``IntervalEstimate.gap``)."""
SAME_SHARE = 1e-6
"""Shares nearer than this are equal: an estimate within ``TOLERANCE`` is no more exact."""
MOST_STEPS = 1_000_000


class IntervalEstimate(NamedTuple):
    """Where the probability lies: in the innermost intervals, of whole days, both ends included.

    How it lies within an interval the data do not say.
    """

    first: Ints
    last: Ints
    """``NEVER_SEEN`` where the curve does not come down."""
    mass: Floats
    gap: float
    """Largest excess of the gradient: the log-likelihood lies within n × gap of its maximum."""

    def share_after(self, day: float) -> tuple[float, float]:
        """Least and largest share without the event after a day; equal but inside an interval."""
        surely = float(self.mass[self.first > day].sum())
        perhaps = float(self.mass[(self.first <= day) & (self.last > day)].sum())
        return surely, min(1.0, surely + perhaps)

    def median(self) -> tuple[int, int] | None:
        """First and last day of the interval within which the curve comes down to one half; None if it does not."""
        after = 1.0 - np.cumsum(self.mass)
        place = int(np.argmax(after <= 0.5 + SAME_SHARE))
        if self.last[place] == NEVER_SEEN:
            return None
        return int(self.first[place]), int(self.last[place])


def estimate_interval_curve(first: ArrayLike, last: ArrayLike) -> IntervalEstimate:
    """The nonparametric maximum-likelihood estimate of times of which each lies on the days ``first`` to ``last``.

    ``first``, ``last``: whole days, one pair a patient, both ends included: equal for a time known to the day;
    (L, R] is L + 1 to R; censored at C is C + 1 to ``NEVER_SEEN``. Turnbull 1976 (J R Stat Soc B 38:290-295): the
    probability lies in the intervals from a first day to the next last day with no other end between; the shares by
    the self-consistent (EM) steps, lengthened by squared extrapolation (Varadhan and Roland 2008, Scand J Stat
    35:335-353) where that raises the likelihood. It stops when the conditions of Gentleman and Geyer 1994 (Biometrika
    81:618-623) hold to ``TOLERANCE``: no interval's gradient exceeds n, so that no other shares are likelier. Raises
    ValueError for no times, a first day after the last one, or no end after ``MOST_STEPS``.
    """
    first, last = np.asarray(first, np.int64), np.asarray(last, np.int64)
    if not first.size or first.shape != last.shape or (first > last).any():
        raise ValueError("give the first and the last day of each time, the first not after the last")
    left, right = innermost_intervals(first, last)
    pairs, counts = np.unique(np.stack([first, last], axis=1), axis=0, return_counts=True)
    likelihood = _Likelihood(
        np.searchsorted(left, pairs[:, 0], "left"),
        np.searchsorted(right, pairs[:, 1], "right"),
        counts / first.size,
    )
    mass, gap = _maximise(likelihood, np.full(left.size, 1.0 / left.size))
    return IntervalEstimate(left, right, mass, gap)


def innermost_intervals(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """First and last day of the only intervals that can hold probability, in order (Turnbull 1976, equation 3.1)."""
    ends = np.concatenate([first, last])
    is_last = np.repeat([False, True], first.size)
    order = np.lexsort((is_last, ends))
    ends, is_last = ends[order], is_last[order]
    place = np.flatnonzero(~is_last[:-1] & is_last[1:])
    return ends[place], ends[place + 1]


class _Likelihood(NamedTuple):
    """Distinct times: each holds the intervals from ``begin`` to before ``end``; ``weight`` is its share of the n."""

    begin: Ints
    end: Ints
    weight: Floats

    def shares(self, mass: Floats) -> Floats:
        """The probability of each distinct time."""
        upto = np.concatenate([[0.0], np.cumsum(mass)])
        return np.asarray(upto[self.end] - upto[self.begin])

    def gradient(self, mass: Floats) -> Floats:
        """The derivative of the mean log-likelihood by each interval's mass; 1 wherever there is mass at the end."""
        part = self.weight / self.shares(mass)
        n = mass.size + 1
        change = np.bincount(self.begin, part, n) - np.bincount(self.end, part, n)
        return np.asarray(np.cumsum(change)[:-1])

    def log(self, mass: Floats) -> float:
        """The mean log-likelihood; minus infinity where a time would be impossible."""
        shares = self.shares(mass)
        return float(self.weight @ np.log(shares)) if (shares > 0).all() else -np.inf


def _maximise(likelihood: _Likelihood, mass: Floats) -> tuple[Floats, float]:
    for _ in range(MOST_STEPS):
        gradient = likelihood.gradient(mass)
        gap = float(gradient.max()) - 1.0
        if gap <= TOLERANCE:
            return mass, max(gap, 0.0)
        once = mass * gradient
        twice = once * likelihood.gradient(once)
        mass = _extrapolate(likelihood, mass, once, twice)
    raise ValueError("the interval-censored estimate did not settle")


def _extrapolate(likelihood: _Likelihood, mass: Floats, once: Floats, twice: Floats) -> Floats:
    """A longer step in the direction of two EM steps if it is a likelier distribution, else those two steps."""
    step = once - mass
    bend = twice - once - step
    size = float(np.linalg.norm(bend))
    length = -float(np.linalg.norm(step)) / size if size > 0 else -1.0
    if length >= -1.0:
        return twice
    longer = mass - 2 * length * step + length * length * bend
    if (longer < 0).any():
        return twice
    longer = longer / longer.sum()
    return longer if likelihood.log(longer) >= likelihood.log(twice) else twice

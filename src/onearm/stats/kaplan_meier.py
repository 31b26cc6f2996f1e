"""Which share of patients is still free of the event at each time? (Kaplan and Meier 1958)

Times are whole days; an event and a censoring on the same day count in this order, so a patient censored on
a day is still at risk for the events of that day (number at risk: time ≥ t). What is read off a curve
(quantiles, landmarks, restricted mean) stands in ``onearm.stats.survival_summaries``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import asin, exp, log, pi, sin, sqrt
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onearm.stats.binomial import Interval, normal_quantile

IntervalType = Literal["log-log", "log", "plain", "logit", "arcsin"]
"""The scale on which the limits of S(t) are symmetric."""


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """A Kaplan-Meier curve: one entry per distinct time, whether of events or of censorings, all read-only.

    Where a mask is False its value does not exist and the arrays hold the emptiest statement instead: 0 for a
    standard error, 0 and 1 for limits.
    """

    time: NDArray[np.int64]
    """Distinct times in days, rising; shape (k,)."""
    n_risk: NDArray[np.int64]
    """Patients with time ≥ t."""
    n_event: NDArray[np.int64]
    n_censor: NDArray[np.int64]
    survival: NDArray[np.float64]
    """S(t), from t on until the next time."""
    std_error: NDArray[np.float64]
    """Greenwood's standard error of S(t)."""
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    has_std_error: NDArray[np.bool_]
    """False where S(t) is 0."""
    has_limits: NDArray[np.bool_]
    """False where S(t) is 0, and at 1 on a scale that has no value there (log-log, logit, arcsin)."""
    interval: IntervalType
    level: float

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.n_risk[0]) if self.n_risk.size else 0

    @property
    def total_events(self) -> int:
        """Number of patients with the event."""
        return int(self.n_event.sum())

    def limits(self, i: int) -> Interval:
        """Confidence limits of S at the ``i``-th time; None where they do not exist."""
        if not self.has_limits[i]:
            return Interval(None, None)
        return Interval(float(self.lower[i]), float(self.upper[i]))


def fill_curve(
    days: NDArray[np.int64],
    event: NDArray[np.bool_],
    time: NDArray[np.int64],
    n_risk: NDArray[np.int64],
    n_event: NDArray[np.int64],
    n_censor: NDArray[np.int64],
    survival: NDArray[np.float64],
    hazard_variance: NDArray[np.float64],
) -> int:
    """Fill the steps of the curve from ``days`` sorted upwards; return how many distinct times there are.

    S(t) = Π (1 - d/n); ``hazard_variance`` = Σ d/(n·(n - d)) (Greenwood 1926), 0 where S(t) is 0, for there
    it does not exist. The outputs hold at least as many entries as ``days``; nothing is allocated here, so
    that a compiled rehearsal may call it as it stands.
    """
    steps = 0
    i = 0
    surviving = 1.0
    variance = 0.0
    while i < days.size:
        at_risk = days.size - i
        events = 0
        j = i
        while j < days.size and days[j] == days[i]:
            if event[j]:
                events += 1
            j += 1
        if events > 0:  # S(t) must not move by a rounding error where nothing happened
            surviving = surviving * (at_risk - events) / at_risk
        if events == at_risk:
            variance = 0.0
        elif events > 0:
            variance += events / (at_risk * (at_risk - events))
        time[steps] = days[i]
        n_risk[steps] = at_risk
        n_event[steps] = events
        n_censor[steps] = j - i - events
        survival[steps] = surviving
        hazard_variance[steps] = variance
        steps += 1
        i = j
    return steps


def estimate_survival_curve(
    time_days: ArrayLike, event: ArrayLike, *, interval: IntervalType = "log-log", level: float = 0.95
) -> KaplanMeier:
    """The Kaplan-Meier curve with Greenwood standard errors and pointwise limits.

    ``time_days``: whole days, shape (n,), none negative. ``event``: true (1) where the event was seen, false
    (0) where the time is censored. ``interval``: log-log (default, as SAS LIFETEST), log (as R survfit),
    plain, logit or arcsin; limits are clipped to [0, 1]. An empty sample gives an empty curve. ValueError
    for other shapes or values.
    """
    days, seen = _check_times(time_days, event)
    if interval not in get_args(IntervalType):
        raise ValueError(f"no such interval type: {interval!r}")
    order = np.argsort(days, kind="stable")
    counts = np.zeros((4, days.size), dtype=np.int64)
    survival, variance = np.zeros(days.size), np.zeros(days.size)
    steps = fill_curve(days[order], seen[order], counts[0], counts[1], counts[2], counts[3], survival, variance)
    return _complete_curve(counts[:, :steps], survival[:steps], variance[:steps], interval, level)


def reverse(curve: KaplanMeier, *, interval: IntervalType | None = None, level: float | None = None) -> KaplanMeier:
    """The reverse Kaplan-Meier curve: censoring is the event, so its median is the median follow-up.

    Schemper and Smith 1996 (Control Clin Trials 17:343-346). Events and censorings of one day change roles
    with their order, as in R: patients with an event that day are still at risk of being censored on it.
    Interval type and level are those of ``curve`` unless given.
    """
    days = np.repeat(curve.time, curve.n_event + curve.n_censor)
    censored = np.concatenate(
        [np.arange(e + c) < c for e, c in zip(curve.n_event, curve.n_censor, strict=True)] or [np.zeros(0, bool)]
    )
    return estimate_survival_curve(
        days,
        censored,
        interval=curve.interval if interval is None else interval,
        level=curve.level if level is None else level,
    )


def exact_survival(curve: KaplanMeier, i: int) -> Fraction:
    """S at the ``i``-th time as an exact fraction: what a comparison with 1/2 needs at equality."""
    above = below = 1
    for at_risk, events in zip(curve.n_risk[: i + 1].tolist(), curve.n_event[: i + 1].tolist(), strict=True):
        if events:
            above *= at_risk - events
            below *= at_risk
    return Fraction(above, below)


def pointwise_limits(survival: float, std_error: float, interval: IntervalType, level: float = 0.95) -> Interval:
    """Limits of one survival probability, symmetric on the given scale, from its standard error.

    Kalbfleisch and Prentice 2002, section 1.4, for log, log-log and logit; the arcsine square root scale as
    in R's ``survfit``. None at S = 0, and at S = 1 on a scale that has no value there (log-log, logit,
    arcsin).
    """
    z = normal_quantile(level)
    s = survival
    if s <= 0 or (s >= 1 and interval not in ("plain", "log")):
        return Interval(None, None)
    relative = std_error / s
    if interval == "plain":
        return Interval(max(s - z * std_error, 0.0), min(s + z * std_error, 1.0))
    if interval == "log":
        return Interval(s * exp(-z * relative), min(s * exp(z * relative), 1.0))
    if interval == "log-log":
        cumulative, half = -log(s), z * relative / -log(s)
        return Interval(exp(-cumulative * exp(half)), exp(-cumulative * exp(-half)))
    if interval == "logit":
        odds, half = (1 - s) / s, z * relative / (1 - s)
        return Interval(1 / (1 + odds * exp(half)), 1 / (1 + odds * exp(-half)))
    angle, half = asin(sqrt(s)), z * relative * sqrt(s / (1 - s)) / 2
    return Interval(sin(max(angle - half, 0.0)) ** 2, sin(min(angle + half, pi / 2)) ** 2)


def _check_times(time_days: ArrayLike, event: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    days, seen = np.asarray(time_days), np.asarray(event)
    if days.size == 0:
        days = days.astype(np.int64)
    if days.ndim != 1 or seen.shape != days.shape:
        raise ValueError(f"times and events are two lists of one length, not {days.shape} and {seen.shape}")
    if days.dtype.kind not in "iu":
        raise ValueError("times are whole days")
    if days.size and int(days.min()) < 0:
        raise ValueError("a time before day 0")
    if not np.isin(seen, (0, 1)).all():
        raise ValueError("an event is 1 (seen) or 0 (censored)")
    return days.astype(np.int64), seen.astype(np.bool_)


def _complete_curve(
    counts: NDArray[np.int64],
    survival: NDArray[np.float64],
    hazard_variance: NDArray[np.float64],
    interval: IntervalType,
    level: float,
) -> KaplanMeier:
    std_error = survival * np.sqrt(hazard_variance)
    both = [pointwise_limits(s, e, interval, level) for s, e in zip(survival.tolist(), std_error.tolist(), strict=True)]
    lower = np.array([0.0 if pair.lower is None else pair.lower for pair in both], dtype=np.float64)
    upper = np.array([1.0 if pair.upper is None else pair.upper for pair in both], dtype=np.float64)
    has_limits = np.array([pair.lower is not None for pair in both], dtype=np.bool_)
    has_std_error = survival > 0
    for array in (counts, survival, std_error, lower, upper, has_std_error, has_limits):
        array.setflags(write=False)
    return KaplanMeier(
        time=counts[0],
        n_risk=counts[1],
        n_event=counts[2],
        n_censor=counts[3],
        survival=survival,
        std_error=std_error,
        lower=lower,
        upper=upper,
        has_std_error=has_std_error,
        has_limits=has_limits,
        interval=interval,
        level=level,
    )

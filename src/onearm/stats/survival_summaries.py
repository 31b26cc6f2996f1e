"""What is read off a Kaplan-Meier curve: quantiles, landmarks, numbers at risk and the restricted mean.

Two programs disagree on quantiles and landmarks by convention, so each rule here carries its name.
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.kaplan_meier import KaplanMeier, exact_survival

QuantileRule = Literal["sas", "r"]
Beyond = Literal["not estimable", "carry"]

_NEAR = 1e-9
"""Closer than this to the level, S is compared as an exact fraction: its rounding error is far smaller."""


class Quantile(NamedTuple):
    """The time by which a share of patients has had the event, in days; None: not estimable."""

    estimate: float | None
    lower: float | None
    upper: float | None


class Landmark(NamedTuple):
    """The share without the event at a time; None: not estimable."""

    survival: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    n_risk: int


class RestrictedMean(NamedTuple):
    """Mean time without the event up to a horizon, in days, and its standard error."""

    mean: float
    std_error: float


def quantile(curve: KaplanMeier, prob: float | Fraction = 0.5, rule: QuantileRule = "sas") -> Quantile:
    """The time by which a share ``prob`` of patients has had the event: the median at 0.5.

    The first event time with S(t) < 1 - prob. Where S(t) equals 1 - prob on an interval, the middle between
    the event time that starts it and the event time that ends it; if no event ends it, rule "sas" gives None
    (SAS LIFETEST) and rule "r" the middle to the last time (R ``survfit``). The comparison is exact: a float
    ``prob`` is taken at its shortest decimal form. Limits: Brookmeyer and Crowley 1982 (Biometrics
    38:29-41), the times at which the pointwise limits of the curve cross the same level; None where they
    never do. ValueError if ``prob`` is not strictly between 0 and 1.
    """
    share = prob if isinstance(prob, Fraction) else Fraction(repr(float(prob)))
    if not 0 < share < 1:
        raise ValueError(f"a share of patients lies between 0 and 1, not {prob}")
    if rule not in ("sas", "r"):
        raise ValueError(f"no such quantile rule: {rule!r}")
    goal = 1 - share
    exact = np.array([_compare(curve, i, goal) for i in range(curve.time.size)], dtype=np.int64)
    return Quantile(
        _crossing(curve, exact, rule),
        _crossing(curve, _sides(curve, curve.lower, goal), rule),
        _crossing(curve, _sides(curve, curve.upper, goal), rule),
    )


def landmark(curve: KaplanMeier, time: float, beyond: Beyond = "not estimable") -> Landmark:
    """S at ``time`` (days), its standard error and limits, and the number at risk (time ≥ ``time``).

    Beyond the last time the curve is not estimable if it ended on a censoring (None; SAS), unless
    ``beyond`` is "carry", which repeats the last value (R, ``extend=TRUE``); a curve that has come down to 0
    stays there. Before the first time S is 1. Limits exist under the same conditions as on the curve.
    ValueError for a negative time or another ``beyond``.
    """
    if time < 0:
        raise ValueError(f"a landmark lies at or after day 0, not at {time}")
    if beyond not in ("not estimable", "carry"):
        raise ValueError(f"no such rule beyond the last time: {beyond!r}")
    at_risk = number_at_risk(curve, time)
    i = int(np.searchsorted(curve.time, time, side="right")) - 1
    past_the_end = curve.time.size == 0 or (time > curve.time[-1] and curve.survival[-1] > 0)
    if past_the_end and (beyond == "not estimable" or curve.time.size == 0):
        return Landmark(None, None, None, None, at_risk)
    if i < 0:
        sure = 1.0 if curve.interval in ("plain", "log") else None
        return Landmark(1.0, 0.0, sure, sure, at_risk)
    std_error = float(curve.std_error[i]) if curve.has_std_error[i] else None
    return Landmark(float(curve.survival[i]), std_error, *curve.limits(i), at_risk)


def number_at_risk(curve: KaplanMeier, time: float) -> int:
    """Patients with a time ≥ ``time`` (days): those still observed just before it, as R and SAS count."""
    i = int(np.searchsorted(curve.time, time, side="left"))
    return int(curve.n_risk[i]) if i < curve.time.size else 0


def restricted_mean(curve: KaplanMeier, horizon: float) -> RestrictedMean | None:
    """Area under the curve up to ``horizon`` (days); None if the curve is not known that far.

    Variance Σ A(t)²·d/(n·(n - d)) over the event times before the horizon, with A(t) the area from t to the
    horizon (Klein and Moeschberger 2003, equation 4.5.2); a step to 0 has no area behind it and adds
    nothing. ValueError unless the horizon is positive.
    """
    if horizon <= 0:
        raise ValueError(f"a horizon lies after day 0, not at {horizon}")
    if landmark(curve, horizon).survival is None:
        return None
    inside = curve.time < horizon
    edges = np.concatenate([[0.0], curve.time[inside], [float(horizon)]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    areas = np.diff(edges) * heights
    ahead = np.cumsum(areas[::-1])[::-1][1:]
    n, d = curve.n_risk[inside], curve.n_event[inside]
    left = np.maximum(n - d, 1)
    return RestrictedMean(float(areas.sum()), sqrt(float(np.sum(ahead**2 * d / (n * left)))))


def _compare(curve: KaplanMeier, i: int, goal: Fraction) -> int:
    """The sign of S - goal at the ``i``-th time, decided exactly."""
    difference = float(curve.survival[i]) - float(goal)
    if abs(difference) > _NEAR:
        return 1 if difference > 0 else -1
    value = exact_survival(curve, i)
    return (value > goal) - (value < goal)


def _sides(curve: KaplanMeier, limit: NDArray[np.float64], goal: Fraction) -> NDArray[np.int64]:
    """The sign of limit - goal; a limit that does not exist has not crossed."""
    signs = np.sign(limit - float(goal)).astype(np.int64)
    return np.where(curve.has_limits, signs, np.int64(1))


def _crossing(curve: KaplanMeier, signs: NDArray[np.int64], rule: QuantileRule) -> float | None:
    """The first time below the level, or the middle of the stretch that lies on it."""
    reached = np.flatnonzero(signs <= 0)
    if reached.size == 0:
        return None
    first = int(reached[0])
    start = int(curve.time[first])
    if signs[first] < 0:
        return float(start)
    below = np.flatnonzero(signs < 0)
    if below.size:
        return (start + int(curve.time[below[0]])) / 2
    return None if rule == "sas" else (start + int(curve.time[-1])) / 2

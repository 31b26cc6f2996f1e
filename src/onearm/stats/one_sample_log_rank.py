"""Do patients of one arm have fewer events than a stated reference foretells? The one-sample log-rank test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import erfc, inf, isfinite, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onearm.stats.binomial import Interval, check_level


class SurvivalReference(NamedTuple):
    """A reference by its cumulative hazard at some times, with a constant hazard between two of them.

    ``end``: until when it says something; what happens later is not counted. ``inf``: for ever, with the last hazard.
    """

    times: tuple[float, ...]
    cumulative_hazards: tuple[float, ...]
    end: float


class OneSampleLogRank(NamedTuple):
    """Observed against expected events, and what follows from them. All tests are one-sided: fewer events."""

    observed: int
    expected: float
    z: float | None
    """(O - E)/√E; negative if there are fewer events than expected. None if none is expected."""
    p_value: float | None
    """Φ(z)."""
    z_wu: float | None
    """(O - E)/√((O + E)/2), Wu's variance."""
    p_value_wu: float | None
    poisson_p_value: float | None
    """P(Poisson(E) ≤ O)."""
    ratio: float | None
    """O/E: the standardised ratio (SMR); None if none is expected."""
    ratio_interval: Interval
    """Exact two-sided Poisson limits of O, divided by E."""


def exponential_reference(time: float, survival: float = 0.5) -> SurvivalReference:
    """A constant hazard with S(``time``) = ``survival``; by default ``time`` is the median.

    ValueError unless the time is positive and the share lies strictly between 0 and 1.
    """
    _check_point(time, survival)
    return SurvivalReference((float(time),), (-log(survival),), inf)


def piecewise_reference(points: Sequence[tuple[float, float]]) -> SurvivalReference:
    """A reference curve through ``points`` (time, share without the event), with a constant hazard between them.

    It starts at S(0) = 1 and says nothing beyond its last time. ValueError unless times rise from above 0 and shares
    fall or stay, each above 0 and at most 1, the last below 1.
    """
    if not points:
        raise ValueError("a reference curve has at least one point")
    for time, survival in points[:-1]:
        _check_point(time, survival, most=True)
    _check_point(*points[-1])
    for (earlier, more), (later, less) in pairwise(points):
        if later <= earlier or less > more:
            raise ValueError(f"times rise and shares fall, not {earlier}: {more} before {later}: {less}")
    times, shares = zip(*points, strict=True)
    return SurvivalReference(tuple(map(float, times)), tuple(-log(share) + 0.0 for share in shares), float(times[-1]))


def cumulative_hazard(reference: SurvivalReference, times: ArrayLike) -> NDArray[np.float64]:
    """The expected number of events of one patient who is followed for each of ``times``; beyond the end as at it."""
    knots = np.array((0.0, *reference.times))
    hazards = np.array((0.0, *reference.cumulative_hazards))
    at = np.minimum(np.asarray(times, dtype=np.float64), reference.end)
    last = (hazards[-1] - hazards[-2]) / (knots[-1] - knots[-2])
    return np.asarray(np.interp(at, knots, hazards) + np.maximum(at - knots[-1], 0.0) * last)


def one_sample_log_rank(
    times: ArrayLike, events: ArrayLike, reference: SurvivalReference, level: float = 0.95
) -> OneSampleLogRank:
    """Observed and expected events of one arm against a reference curve, with the one-sample log-rank test.

    E = Σ Λ0(time of each patient), whether the event was seen or not. z = (O - E)/√E (Breslow 1975, Int Stat Rev
    43:45-57; Finkelstein, Muzikansky and Schoenfeld 2003, J Natl Cancer Inst 95:1434-1439), where E estimates the
    variance under the reference; it is the one to report, and conservative in small trials. ``z_wu`` takes the mean of
    O and E instead (Wu 2014, J Biomet Biostat 5:210). One-sided: small p-values mean fewer events than expected.
    ``ratio_interval``: exact Poisson limits, P(X ≥ O) and P(X ≤ O) both (1 - level)/2 (Garwood 1936), over E. An event
    at the very end of the reference counts; later ones, and later time, do not. ``times``: not negative, in the unit
    of the reference; ``events``: true where the event was seen; shapes (n,). ValueError for anything else.
    """
    at, seen = np.asarray(times, dtype=np.float64), np.asarray(events)
    if at.ndim != 1 or at.shape != seen.shape or seen.dtype != np.bool_:
        raise ValueError("times and events are of equal length, and events are true or false")
    if not (np.isfinite(at).all() and (at >= 0).all()):
        raise ValueError("times are finite and not negative")
    tail = (1 - check_level(level)) / 2
    observed = int((seen & (at <= reference.end)).sum())
    expected = float(cumulative_hazard(reference, at).sum())
    if expected == 0:
        return OneSampleLogRank(observed, 0.0, None, None, None, None, None, None, Interval(None, None))
    from scipy.special import gammaincc, gammainccinv, gammaincinv

    z, z_wu = ((observed - expected) / sqrt(variance) for variance in (expected, (observed + expected) / 2))
    lower = float(gammaincinv(observed, tail)) if observed else 0.0
    return OneSampleLogRank(
        observed=observed,
        expected=expected,
        z=z,
        p_value=_normal_tail(z),
        z_wu=z_wu,
        p_value_wu=_normal_tail(z_wu),
        poisson_p_value=float(gammaincc(observed + 1, expected)),
        ratio=observed / expected,
        ratio_interval=Interval(lower / expected, float(gammainccinv(observed + 1, tail)) / expected),
    )


def _normal_tail(z: float) -> float:
    """Φ(z), exact in the far tail too."""
    return erfc(-z / sqrt(2)) / 2


def _check_point(time: float, survival: float, *, most: bool = False) -> None:
    if not (isfinite(time) and time > 0):
        raise ValueError(f"a time of a reference is positive, not {time}")
    if not (0 < survival < 1 or (most and survival == 1)):
        raise ValueError(f"a share without the event lies between 0 and 1, not {survival}")

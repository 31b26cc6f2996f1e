"""Progression-free survival as it is seen: the progression lies between two scans, not on the day of the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from onearm.estimates.results import AnalysisSet, Estimate
from onearm.estimates.survival import rows_of_curve
from onearm.protocol import Protocol
from onearm.stats.turnbull import NEVER_SEEN, IntervalEstimate, estimate_interval_curve

INTERVAL_CURVES = {"pfs": "PFS"}
"""ADTTE parameter of each curve that is also estimated with the progression between two scans."""
SEEN_AT_SCANS = "progression"
"""EVNTDESC of the event that is seen at a scan; all others are known to the day."""


@dataclass(frozen=True, slots=True)
class IntervalStep:
    """An interval of days (both included) in which a share of the patients has the event."""

    first: int
    last: int | None
    """None where the curve does not come down."""
    mass: float


@dataclass(frozen=True, slots=True)
class IntervalLandmark:
    """The share without the event at a landmark of the Kaplan-Meier curve: between two bounds inside an interval."""

    id: str
    at_day: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class IntervalCurve:
    """Turnbull's estimate beside the Kaplan-Meier curve of the same id and patients. Days count as in that curve."""

    id: str
    paramcd: str
    n: int
    n_between: int
    """Events between two scans."""
    n_exact: int
    """Events known to the day (deaths and what else is no finding of a scan)."""
    median_days: tuple[int, int] | None
    """First and last day of the interval that holds the median; None where it is not reached."""
    landmarks: tuple[IntervalLandmark, ...]
    steps: tuple[IntervalStep, ...]
    gap: float
    """The log-likelihood lies within n × gap of its maximum."""
    method: str = "turnbull"


def estimate_interval_curves(
    protocol: Protocol, adtte: pl.DataFrame, sets: Mapping[str, AnalysisSet], estimates: tuple[Estimate, ...]
) -> dict[str, IntervalCurve]:
    """The curves that end at progression, with the progression after ``FREEDT`` and not after ``ADT``.

    ``estimates``: those of Kaplan-Meier, whose landmarks are read off here too. Patients without the event are censored
    as there.
    """
    curves = {}
    for curve_id, paramcd in INTERVAL_CURVES.items():
        rows, _ = rows_of_curve(protocol, adtte, sets, curve_id, paramcd)
        if rows.is_empty():
            continue
        first, last = days_of_events(rows)
        fitted = estimate_interval_curve(first, last)
        is_event = (rows["CNSR"] == 0).to_numpy()
        between = int((is_event & (first < last)).sum())
        landmarks = [e for e in estimates if e.kind == "landmark" and e.id.startswith(f"{curve_id}.landmark.")]
        curves[curve_id] = IntervalCurve(
            id=curve_id,
            paramcd=paramcd,
            n=rows.height,
            n_between=between,
            n_exact=int(is_event.sum()) - between,
            median_days=fitted.median(),
            landmarks=tuple(_landmark(fitted, estimate) for estimate in landmarks),
            steps=_steps(fitted),
            gap=fitted.gap,
        )
    return curves


def days_of_events(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """First and last day on which each patient's event may lie, counted as ``AVAL`` is."""
    day = rows["AVAL"].to_numpy()
    free = day - (rows["ADT"] - rows["FREEDT"]).dt.total_days().fill_null(0).to_numpy()
    is_event = (rows["CNSR"] == 0).to_numpy()
    at_scan = is_event & (rows["EVNTDESC"] == SEEN_AT_SCANS).to_numpy()
    first = np.where(at_scan, np.minimum(free + 1, day), np.where(is_event, day, day + 1))
    return first.astype(np.int64), np.where(is_event, day, NEVER_SEEN).astype(np.int64)


def _landmark(fitted: IntervalEstimate, estimate: Estimate) -> IntervalLandmark:
    day = estimate.at_day or 0
    lower, upper = fitted.share_after(day)
    return IntervalLandmark(estimate.id, day, lower, upper)


def _steps(fitted: IntervalEstimate) -> tuple[IntervalStep, ...]:
    """The intervals with a share that is more than what the tolerance leaves."""
    return tuple(
        IntervalStep(int(first), None if last == NEVER_SEEN else int(last), float(mass))
        for first, last, mass in zip(fitted.first, fitted.last, fitted.mass, strict=True)
        if mass > LEAST_MASS
    )


LEAST_MASS = 1e-6

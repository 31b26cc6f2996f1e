"""Time to event from a landmark on, by whether a response had been seen by then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from onearm.derive import Derived
from onearm.derive.days import day_number
from onearm.estimates.first_response import first_response_days
from onearm.protocol import Protocol
from onearm.protocol.analyses import ResponseLandmark
from onearm.stats.kaplan_meier import estimate_survival_curve
from onearm.stats.survival_summaries import quantile
from onearm.units import DAYS_A_MONTH


@dataclass(frozen=True, slots=True)
class LandmarkGroup:
    """Patients without the event at the landmark, from then on. Times in months from the landmark."""

    name: Literal["responders", "non_responders"]
    subjects: tuple[str, ...]
    events: tuple[str, ...]
    median: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class LandmarkAnalysis:
    """One landmark: who had left before it, and the two groups after it."""

    endpoint: str
    day: int
    """Time from the start of the endpoint, as its times are counted."""
    left_with_event: tuple[str, ...]
    left_censored: tuple[str, ...]
    groups: tuple[LandmarkGroup, ...]
    reason: str = ""
    """Code ``not_derived`` where the endpoint is open, or which visits count for a response."""


def analyse_landmarks(protocol: Protocol, derived: Derived) -> tuple[LandmarkAnalysis, ...]:
    """Each declared landmark analysis (Anderson, Cain and Gelber 1983).

    A responder is who had a CR or PR at a scan up to the landmark that counts for the best response; whether a later
    scan confirmed it is not used, since that was not known then. A patient whose time ends at or before the landmark
    leaves. No test and no ratio is made.
    """
    first = first_response_days(derived)
    return tuple(_analyse(protocol, derived, declared, first) for declared in protocol.analyses.response_landmarks)


def _analyse(
    protocol: Protocol, derived: Derived, declared: ResponseLandmark, first: dict[str, int] | None
) -> LandmarkAnalysis:
    rows = derived.adtte.filter(pl.col("PARAMCD") == declared.endpoint.upper())
    day = declared.at.days if declared.at.days is not None else int((declared.at.months or 0) * DAYS_A_MONTH)
    if not rows.height or first is None:
        return LandmarkAnalysis(declared.endpoint, day, (), (), (), "not_derived")
    options = protocol.response_options
    counted = 1 if options is None or options.count_start_day == "yes" else 0
    left: dict[bool, list[str]] = {True: [], False: []}
    after: dict[bool, list[tuple[str, int, bool]]] = {True: [], False: []}
    for subject, start, time, censored in rows.select("USUBJID", "STARTDT", "AVAL", "CNSR").iter_rows():
        if time is None or time <= day:
            left[censored == 0].append(subject)
            continue
        seen = first.get(subject)
        responds = seen is not None and seen - day_number(start) + counted <= day
        after[responds].append((subject, time - day, censored == 0))
    groups = tuple(
        _group(protocol, name, after[responds]) for name, responds in (("responders", True), ("non_responders", False))
    )
    return LandmarkAnalysis(declared.endpoint, day, tuple(left[True]), tuple(left[False]), groups)


def _group(protocol: Protocol, name: str, rows: list[tuple[str, int, bool]]) -> LandmarkGroup:
    group = LandmarkGroup(
        name,  # type: ignore[arg-type]
        tuple(subject for subject, _, _ in rows),
        tuple(subject for subject, _, event in rows if event),
    )
    if not rows:
        return group
    conventions = protocol.conventions
    fitted = estimate_survival_curve(
        np.array([time for _, time, _ in rows]),
        np.array([event for _, _, event in rows]),
        interval=conventions.survival_interval,
        level=float(conventions.level),
    )
    found = quantile(fitted, 0.5, conventions.median_rule)
    months = [None if v is None else v / DAYS_A_MONTH for v in (found.estimate, found.lower, found.upper)]
    return replace(group, median=months[0], lower=months[1], upper=months[2])

"""What an analysis says: estimates, curves, analysis sets. Values and codes; the words are put in by the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SetName = Literal["registered", "treated", "eligible", "evaluable"]
Role = Literal["primary", "ordered", "descriptive", "supporting"]
"""``supporting``: shown beside an endpoint that the protocol names, in another set or reading."""
SET_NAMES: tuple[SetName, ...] = ("registered", "treated", "eligible", "evaluable")


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """Who is in an analysis set, and why each other subject is not."""

    name: SetName
    members: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]
    """(subject, reason code) of every subject in DM who is not a member."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of the analysis, with its interval, method and the patients it rests on.

    ``value``, ``lower`` and ``upper`` are None where they do not exist (not reached, not estimable). A proportion is a
    share of 1, a time is in months of 30.4375 days, with ``value_days`` beside it.
    """

    id: str
    kind: Literal["proportion", "median", "landmark"]
    value: float | None
    lower: float | None
    upper: float | None
    level: float
    method: str
    """Code of the interval's method, such as ``clopper-pearson``."""
    n: int
    """Patients in the denominator (at risk at the start, for a time)."""
    x: int
    """Patients who count: responders, or events."""
    population: str
    """Name of the analysis set, ``responders`` for a duration of response, or ``controlled`` for one of control."""
    unit: Literal["proportion", "months"]
    estimator: Literal["observed", "umvue"] = "observed"
    """How ``value`` follows from the counts: what was seen, or the unbiased estimate of a two-stage design."""
    value_days: float | None = None
    lower_days: float | None = None
    upper_days: float | None = None
    at_day: int | None = None
    """Day of a landmark (time from the start, start day included as the protocol counts it)."""
    at_risk: int | None = None
    """Patients at risk at a landmark (time ≥ day)."""
    subjects: tuple[str, ...] = ()
    """The patients behind ``x``."""
    denominator: tuple[str, ...] = ()
    """The patients behind ``n``."""
    role: Role = "supporting"
    p_value: float | None = None
    """Only for the primary endpoint of a tested design, or a secondary one whose test the protocol declares."""
    null_value: float | None = None
    expected_events: float | None = None
    """Of a time to event tested against a reference curve: the events that it foretells for these patients."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A step of a survival curve. Time in days."""

    time: float
    at_risk: int
    events: int
    censored: int
    survival: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve with the patients behind it. ``id`` as in the estimates: ``pfs``, ``pfs.fda``, ``os``,
    ``dor``, ``followup``.
    """

    id: str
    paramcd: str
    n: int
    n_events: int
    interval: str
    level: float
    points: tuple[CurvePoint, ...]
    times: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    """Days and event flag by subject."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not computed, and which open places of the protocol (dotted paths) it needs."""

    id: str
    missing: tuple[str, ...]
    reason: str = "unstated"
    """Code: ``unstated`` (the protocol leaves it open)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The data cut of an analysis."""

    day: dt.date
    given: bool
    """Whether it was asked for; otherwise it is the last date in the records."""

"""Cycles, cumulative dose, dose intensity, delays and reductions of one drug in one patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from onearm.dosing.cycles import Cycle
from onearm.units import round_half_away


@dataclass(frozen=True, slots=True)
class DrugCycle:
    """One drug in one cycle in which anything of its component was given; doses in 0.01 mg."""

    cycle: int
    start: dt.date
    planned: int | None
    """At the starting level, over the days of the cycle that were planned."""
    planned_at_level: int | None
    given: int | None
    delay: int | None
    is_reduced: bool


class DrugSummary(NamedTuple):
    """One drug in one patient; doses in 0.01 mg, intensities in 0.01 mg a week, None where something is not known."""

    subject: str
    component: str
    drug_index: int
    cycles: int
    """Cycles in which anything of the component was given."""
    first: dt.date
    last: dt.date
    """First day of the first and of the last cycle."""
    planned: int | None
    given: int | None
    actual_days: int | None
    """First day of the first cycle to the first day of the last one, plus one interval."""
    planned_days: int | None
    intensity: int | None
    planned_intensity: int | None
    relative: Fraction | None
    """Relative dose intensity, exact; 1 is as planned."""
    delayed: int | None
    """Cycles that began after the day on which they were due."""
    delay_days: int | None
    """Days late, summed over those cycles."""
    longest_delay: int | None
    reduced: int
    """Cycles with a dose below the starting level."""
    held: int
    """Cycles in which nothing was given."""


def summarise(
    subject: str,
    component: str,
    drug: int,
    own: Sequence[DrugCycle],
    cycles: Sequence[Cycle],
    every: int | None,
) -> DrugSummary:
    """The summary of one drug's administered cycles (``own``), beside all ``cycles`` of its component."""
    begun = [cycle for cycle in cycles if cycle.number is not None]
    first, last = begun[0].start, begun[-1].start
    planned, given = _sum([one.planned for one in own]), _sum([one.given for one in own])
    actual_days = None if every is None else (last - first).days + every
    planned_days = None if every is None else len(begun) * every
    late = None if every is None else [cycle.delay for cycle in begun if cycle.delay is not None and cycle.delay > 0]
    return DrugSummary(
        subject=subject,
        component=component,
        drug_index=drug,
        cycles=len(begun),
        first=first,
        last=last,
        planned=planned,
        given=given,
        actual_days=actual_days,
        planned_days=planned_days,
        intensity=_weekly(given, actual_days),
        planned_intensity=_weekly(planned, planned_days),
        relative=relative_intensity(given, actual_days, planned, planned_days),
        delayed=None if late is None else len(late),
        delay_days=None if late is None else sum(late),
        longest_delay=None if late is None else max(late, default=0),
        reduced=sum(one.is_reduced for one in own),
        held=len(cycles) - len(begun),
    )


def relative_intensity(
    given: int | None, actual_days: int | None, planned: int | None, planned_days: int | None
) -> Fraction | None:
    """(given / actual time) / (planned / planned time), exact; None where anything is not known or nothing planned."""
    if given is None or planned is None or actual_days is None or planned_days is None or 0 in (planned, actual_days):
        return None
    return Fraction(given * planned_days, planned * actual_days)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _weekly(dose: int | None, days: int | None) -> int | None:
    return None if dose is None or not days else int(round_half_away(Fraction(7 * dose, days)))

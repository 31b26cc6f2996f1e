"""On which days is a component given? Each on its own clock: a delay moves what follows of that component alone."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import NamedTuple

from onearm.protocol.base import Duration
from onearm.protocol.parts import Component, Treatment

ONE_DAY = dt.timedelta(days=1)


class PlannedCycle(NamedTuple):
    """One planned cycle: its number, its first day, the last day on which it gives anything."""

    cycle: int
    first: dt.date
    last: dt.date


def interval_days(component: Component) -> int | None:
    """Days from one cycle to the next; None where the protocol leaves it open or says it in calendar months."""
    return component.every.days if component.every is not None else None


def days_given(component: Component) -> int:
    """Days of a cycle on which the component is given: 21 of a tablet on days 1-21, 1 of an infusion."""
    return component.days_on[1] - component.days_on[0] + 1 if component.days_on is not None else 1


def cycle_span(component: Component) -> int | None:
    """Days from a cycle's first day within which what is given belongs to it: to the last day of giving, and at least
    half the interval. None without an interval.

    A drug given a day late, or an infusion that was interrupted and resumed, so stays in its cycle; tablets that are
    taken up again in the rest begin the next one.
    """
    every = interval_days(component)
    if every is None:
        return None
    return max(component.days_on[1] if component.days_on is not None else 1, (every + 1) // 2)


def next_due(component: Component, last_start: dt.date) -> dt.date | None:
    """First day of the cycle after the one that began on ``last_start``; None without an interval."""
    every = interval_days(component)
    return None if every is None else last_start + dt.timedelta(days=every)


def last_permitted_day(treatment: Treatment, first_dose: dt.date) -> dt.date | None:
    """The last day on which ``max_duration`` permits a dose: that long after the first dose of any component, by the
    calendar, that day included; None where there is no maximum.
    """
    return None if treatment.max_duration is None else _later(first_dose, treatment.max_duration)


def plan_administrations(
    component: Component, first: dt.date, until: dt.date, *, given: int = 0
) -> tuple[PlannedCycle, ...]:
    """The cycles from ``first`` on that begin up to ``until`` (included), after ``given`` that count already.

    Empty where the interval is open or the cap is reached. Days count from the cycle's first day, which is day 1.
    """
    every = interval_days(component)
    if every is None:
        return ()
    start, end = component.days_on if component.days_on is not None else (1, 1)
    planned = []
    cycle, day = given + 1, first
    while day <= until and (component.max_cycles is None or cycle <= component.max_cycles):
        planned.append(PlannedCycle(cycle, day + (start - 1) * ONE_DAY, day + (end - 1) * ONE_DAY))
        cycle, day = cycle + 1, day + every * ONE_DAY
    return tuple(planned)


def _later(day: dt.date, duration: Duration) -> dt.date:
    """The day a duration later; a day that the month lacks is its last."""
    if duration.days is not None:
        return day + duration.days * ONE_DAY
    month = day.month - 1 + (duration.months or 0)
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

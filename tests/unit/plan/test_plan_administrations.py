"""Cycles of each component on its own clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onearm.plan.administrations import cycle_span, last_permitted_day, next_due, plan_administrations
from onearm.protocol.base import Duration
from onearm.protocol.parts import Component, Treatment

FIRST = dt.date(2025, 1, 6)


def component(every: str | None, **more: Any) -> Component:
    return Component(id="drug", name="Drug", kind="drug", every=None if every is None else Duration(every), **more)


def test_tablets_of_days_1_to_21_run_on_a_clock_of_28_days() -> None:
    planned = plan_administrations(component("4 weeks", days_on=(1, 21)), FIRST, FIRST + dt.timedelta(days=60))
    assert [(one.cycle, (one.first - FIRST).days, (one.last - FIRST).days) for one in planned] == [
        (1, 0, 20), (2, 28, 48), (3, 56, 76),
    ]  # fmt: skip


def test_clocks_of_21_and_28_days_meet_every_84_days() -> None:
    until = FIRST + dt.timedelta(days=167)
    infusions = {one.first for one in plan_administrations(component("3 weeks"), FIRST, until)}
    tablets = {one.first for one in plan_administrations(component("4 weeks", days_on=(1, 21)), FIRST, until)}
    assert sorted(infusions & tablets) == [FIRST, FIRST + dt.timedelta(days=84)]


@given(st.integers(1, 12), st.integers(0, 12), st.integers(0, 400))
def test_the_cap_counts_what_was_given(cap: int, given_before: int, days: int) -> None:
    infusion = component("3 weeks", max_cycles=cap)
    planned = plan_administrations(infusion, FIRST, FIRST + dt.timedelta(days=days), given=given_before)
    assert len(planned) == max(0, min(days // 21 + 1, cap - given_before))
    assert all(one.cycle <= cap for one in planned)


def test_the_next_cycle_counts_from_the_start_of_the_last_one() -> None:
    assert next_due(component("3 weeks"), FIRST) == FIRST + dt.timedelta(days=21)
    assert next_due(component(None), FIRST) is None
    assert plan_administrations(component(None), FIRST, FIRST) == ()


def test_a_cycle_holds_its_days_of_giving_and_at_least_half_the_interval() -> None:
    assert cycle_span(component("3 weeks")) == 11
    assert cycle_span(component("4 weeks", days_on=(1, 21))) == 21
    assert cycle_span(component(None)) is None


def test_the_maximum_ends_by_the_calendar() -> None:
    def limit(first: dt.date, longest: str | None) -> dt.date | None:
        duration = None if longest is None else Duration(longest)
        return last_permitted_day(Treatment(components=(component(None),), max_duration=duration), first)

    assert limit(dt.date(2024, 2, 29), "24 months") == dt.date(2026, 2, 28)
    assert limit(dt.date(2025, 8, 31), "6 months") == dt.date(2026, 2, 28)
    assert limit(dt.date(2025, 1, 6), "2 weeks") == dt.date(2025, 1, 20)
    assert limit(dt.date(2025, 1, 6), None) is None

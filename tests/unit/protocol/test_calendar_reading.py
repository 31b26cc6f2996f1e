"""Which calendars can be read in several ways, judged phase after phase, by the one rule that planning steps by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.errors import RefusedError
from onearm.plan import planned_scan_days
from onearm.protocol.calendar_reading import last_scan_day, needs_reading
from onearm.protocol.parts import ScanCalendar

Phases = list[tuple[int, int | None]]


def calendar(phases: Phases, reading: str | None = None) -> ScanCalendar:
    written = [
        {"every": f"{every} weeks", **({} if until is None else {"until": f"{until} weeks"})} for every, until in phases
    ]
    return ScanCalendar.model_validate({"phases": tuple(written), "reading": reading})


@pytest.mark.parametrize(
    "phases, several",
    [
        ([(9, 48), (12, None)], True),
        ([(9, 45), (12, None)], False),
        ([(6, 12), (9, 30), (12, None)], False),  # 30 is no multiple of 9, yet a scan: 12 + 2 × 9
        ([(8, 24), (9, 45), (12, None)], True),  # 45 is a multiple of 9, yet no scan: 24 + 2 × 9 = 42
        ([(8, None)], False),
        ([(9, 20)], False),  # nothing follows the last phase
        ([(6, 24), (8, 48), (12, 100)], False),
    ],
)
def test_a_calendar_is_open_when_a_phase_does_not_end_on_its_own_scan(phases: Phases, several: bool) -> None:
    assert needs_reading(calendar(phases)) is several


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 15)), min_size=1, max_size=4), st.integers(1, 12))
def test_planning_refuses_exactly_the_calendars_that_are_open(pairs: list[tuple[int, int]], last: int) -> None:
    ends = [sum(length for _, length in pairs[: place + 1]) for place in range(len(pairs))]
    phases: Phases = [(every, end) for (every, _), end in zip(pairs, ends, strict=True)]
    made = calendar([*phases, (last, None)])
    try:
        planned_scan_days(made, 5000)
        refused = False
    except RefusedError as error:
        assert [finding.code for finding in error.findings] == ["D002"]
        refused = True
    assert needs_reading(made) is refused


@given(st.integers(0, 500), st.integers(1, 100), st.integers(0, 1000))
def test_the_last_scan_of_a_phase_is_the_last_step_within_it(start: int, step: int, end: int) -> None:
    day = start
    while day + step <= end:
        day += step
    assert last_scan_day(start, step, end) == day


def test_a_phase_that_the_one_before_ran_past_has_no_scan() -> None:
    made = calendar([(9, 10), (1, 12), (12, None)], "first_interval_past_change")
    assert planned_scan_days(made, 50 * 7) == [7 * week for week in (9, 18, 30, 42)]

"""Times to deterioration worked by hand, switch by switch."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from tte_qol_oracle import Ending, Form, Switches, end_of_time, find_form

PLAIN = Switches("baseline", "first", "none", None, "event", "exclude")
TEN = F(10)
DIP: list[Form] = [(21, F(60)), (42, F(80)), (63, None), (84, F(70)), (105, F(65))]


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({}, 21),
        ({"pattern": "definitive"}, 105),
        ({"confirmation": "next_form", "last_form": "counts"}, 105),
        ({"confirmation": "next_form", "last_form": "does_not_count"}, None),
        ({"reference": "best"}, 21),
        ({"reference": "best", "pattern": "definitive"}, 84),
        ({"reference": "best", "confirmation": "next_form", "last_form": "does_not_count"}, 84),
    ],
)
def test_a_dip_and_a_slow_loss(changed: dict[str, str], day: int | None) -> None:
    found = find_form(F(75), DIP, replace(PLAIN, **changed), TEN)  # type: ignore[arg-type]
    assert (None if found is None else found[0]) == day


def test_exactly_the_threshold_is_worse() -> None:
    assert find_form(F(75), [(9, F(65))], PLAIN, TEN) == (9, 65)
    assert find_form(F(75), [(9, F(65) + F(1, 10**9))], PLAIN, TEN) is None


def test_deaths_and_ends() -> None:
    fine: list[Form] = [(21, F(75)), (42, None)]
    ends = {d: end_of_time(F(75), fine, 60, replace(PLAIN, death=d), TEN) for d in ("event", "competing", "censored")}
    assert ends == {"event": Ending(60, "death"), "competing": Ending(60, "competing"), "censored": Ending(21, "none")}
    assert end_of_time(F(75), [], None, PLAIN, TEN) == Ending(0, "none")


def test_no_baseline() -> None:
    assert end_of_time(None, DIP, 60, PLAIN, TEN) is None
    assert end_of_time(None, DIP, 60, replace(PLAIN, no_baseline="event_at_start"), TEN) == Ending(0, "deterioration")

"""Random numbers: keyed, independent of each other, distributed as they say."""

from __future__ import annotations

import math
import statistics

import pytest

from onearm.rehearse.draws import Draws

N = 20_000
KNOWN = [3575627709, 829143593, 327332683]


def test_a_stream_depends_on_seed_patient_and_purpose_alone() -> None:
    again = [Draws(5, 3, "scans").uniform() for _ in range(2)]
    assert again[0] == again[1]
    others = {Draws(*key).uniform() for key in ((5, 3, "scans"), (6, 3, "scans"), (5, 4, "scans"), (5, 3, "doses"))}
    assert len(others) == 4


def test_the_bits_of_a_stream_never_change() -> None:
    draws = Draws(1, 1, "known")
    assert [math.floor(draws.uniform() * 2**32) for _ in range(3)] == KNOWN


def test_normals_have_their_mean_and_spread() -> None:
    draws = Draws(2, 1, "normal")
    values = [draws.normal(10, 3) for _ in range(N)]
    assert abs(statistics.fmean(values) - 10) < 4 * 3 / math.sqrt(N)
    assert abs(statistics.pstdev(values) - 3) < 4 * 3 / math.sqrt(2 * N)


def test_waiting_times_have_the_mean_of_their_rate() -> None:
    draws = Draws(3, 1, "exponential")
    values = [draws.exponential(0.05) for _ in range(N)]
    assert abs(statistics.fmean(values) - 20) < 4 * 20 / math.sqrt(N)
    assert Draws(3, 1, "never").exponential(0) == math.inf


def test_lognormals_have_their_median() -> None:
    draws = Draws(4, 1, "lognormal")
    below = sum(draws.lognormal(112, 0.35) < 112 for _ in range(N))
    assert abs(below - N / 2) < 4 * math.sqrt(N / 4)


def test_whole_numbers_reach_both_ends_and_stay_inside() -> None:
    draws = Draws(5, 1, "whole")
    assert {draws.whole(-1, 2) for _ in range(500)} == {-1, 0, 1, 2}


@pytest.mark.parametrize("probability", [0.02, 0.3, 0.9])
def test_chances_come_as_often_as_they_say(probability: float) -> None:
    draws = Draws(6, 1, "chance")
    seen = sum(draws.chance(probability) for _ in range(N))
    assert abs(seen - N * probability) < 4 * math.sqrt(N * probability * (1 - probability))


def test_choices_come_by_weight() -> None:
    draws = Draws(7, 1, "choice")
    seen = sum(draws.one_of(("a", 1), ("b", 3)) == "b" for _ in range(N))
    assert abs(seen - 0.75 * N) < 4 * math.sqrt(N * 0.1875)

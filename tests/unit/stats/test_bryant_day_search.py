"""The compiled parts of the search on two endpoints, against sums that are made another way."""

import numpy as np
import pytest

from onearm.stats.bryant_day_search import choose_final_limits, least_share, list_limits, may_have_power, share_going_on
from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_search import fill_row

N = 30


def fill_tails(rate):
    tails = np.full((N + 1, N + 2), np.nan)
    tails[0, :2] = 1.0, 0.0
    for n in range(1, N + 1):
        fill_row(tails, n, rate)
    return tails


NULL, TARGET = fill_tails(0.3), fill_tails(0.5)
NULL_FREE, TARGET_FREE = fill_tails(0.6), fill_tails(0.8)


def test_larger_or_mean():
    assert share_going_on(0.2, 0.4, True) == 0.4
    assert share_going_on(0.4, 0.2, True) == 0.4
    assert share_going_on(0.2, 0.4, False) == pytest.approx(0.3)


def test_the_limits_listed_are_all_that_may_do():
    n1, limit, need = 12, 0.25, 0.7
    bad, good, ends = np.empty((N + 1, N + 1)), np.empty((N + 1, N + 1)), np.empty((N + 1, 2), np.int64)
    found = list_limits(n1, N, NULL, TARGET, limit, need, np.inf, bad, good, ends)
    assert found == sum(TARGET[n1, r1 + 1] >= need for r1 in range(n1)) > 3
    for r1 in range(found):
        chances = {
            r: [probability_of_success(TwoStageRule(n1, N, r1, r + 1), rate) for rate in (0.3, 0.5)]
            for r in range(r1, N)
        }
        expected = [r for r, (null, target) in chances.items() if null <= limit and target >= need]
        assert list(range(ends[r1, 0], ends[r1, 1] + 1)) == expected
        for r in expected:
            assert (bad[r1, r], good[r1, r]) == pytest.approx(tuple(chances[r]), abs=1e-13)


@pytest.mark.parametrize("worst", [True, False])
def test_the_least_share_is_that_of_all_pairs(worst):
    for n1 in (3, 9, 17):
        shares = [
            share_going_on(
                NULL[n1, r1 + 1] * TARGET_FREE[n1, c1 + 1], TARGET[n1, r1 + 1] * NULL_FREE[n1, c1 + 1], worst
            )
            for r1 in range(n1)
            for c1 in range(n1)
            if TARGET[n1, r1 + 1] * TARGET_FREE[n1, c1 + 1] >= 0.6
        ]
        assert least_share(n1, NULL, TARGET, NULL_FREE, TARGET_FREE, 0.6, worst) == min(shares, default=2.0)
    assert least_share(3, NULL, TARGET, NULL_FREE, TARGET_FREE, 0.99, worst) == 2.0


def test_the_most_powerful_pair_of_final_limits_is_chosen():
    def choose(alpha_response, alpha_toxicity, need):
        bad, good = np.array([[0.3, 0.1]]), np.array([[0.95, 0.85]])
        ends = np.array([[0, 1]])
        return choose_final_limits(0, 0, bad, good, ends, bad, good, ends, alpha_response, alpha_toxicity, need)

    assert choose(1.0, 1.0, 0.5) == (0, 0)
    assert choose(0.2, 0.3, 0.5) == (1, 0)
    assert choose(0.3, 0.2, 0.5) == (0, 1)
    assert choose(0.2, 0.2, 0.5) == (1, 1)
    # Each limit counts as met at equality, and is broken just beyond it.
    assert choose(0.1 * 0.85, 0.85 * 0.1, 0.85 * 0.85) == (1, 1)
    assert choose(0.1 * 0.85 - 1e-15, 0.85 * 0.1, 0.85 * 0.85) == (-1, -1)
    assert choose(0.1 * 0.85, 0.85 * 0.1, 0.85 * 0.85 + 1e-15) == (-1, -1)


def test_too_few_observations_are_known_beforehand():
    asked = (NULL, TARGET, NULL_FREE, TARGET_FREE)
    # The published design of 33 patients keeps .15, .15 and .85; no rule of 25 does, and the bound knows it.
    may = [may_have_power(n, *asked, 0.15, 0.15, 0.85) for n in range(1, N + 1)]
    assert not any(may[:20]) and may == sorted(may)
    assert may_have_power(N, *asked, 0.25, 0.25, 0.7) and not may_have_power(N, *asked, 0.01, 0.25, 0.7)


def test_limits_that_let_too_many_go_on_are_passed_over():
    bad, good, ends = np.empty((N + 1, N + 1)), np.empty((N + 1, N + 1)), np.empty((N + 1, 2), np.int64)
    found = list_limits(12, N, NULL, TARGET, 0.25, 0.7, 0.5, bad, good, ends)
    shares = [NULL[12, r1 + 1] * 0.7 / TARGET[12, r1 + 1] for r1 in range(found)]
    assert [bool(ends[r1, 1] < ends[r1, 0]) for r1 in range(found)] == [share > 0.5 for share in shares]
    assert any(share > 0.5 for share in shares) and any(share <= 0.5 for share in shares)

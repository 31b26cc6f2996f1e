"""The compiled parts of the searches, against the statistics that are summed another way."""

import itertools
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from onearm.stats.binomial import binomial_tails
from onearm.stats.single_stage_search import search_single_stage
from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_search import bound_power, fill_row, search_rules, sum_loss
from onearm.stats.two_stage_search_stops import bound_power_between, chance_of_success, least_limit

N = 40


def fill_tails(rate, columns=N + 2):
    tails = np.full((N + 1, columns), np.nan)
    tails[0, 0] = 1.0
    for n in range(1, N + 1):
        fill_row(tails, n, rate)
    return tails


NULL, TARGET = fill_tails(0.3), fill_tails(0.5)


@pytest.mark.parametrize("columns", [N + 2, 15])
def test_rows_are_binomial_tails(columns):
    tails = fill_tails(0.3, columns)
    for n in range(1, N + 1):
        width = min(n + 2, columns)
        assert tails[n, :width] == pytest.approx(binomial_tails(n, 0.3)[:width], abs=1e-14)


def test_the_loss_and_the_chance_of_success_are_those_of_the_rule():
    for n1, r1, r in itertools.product((5, 18, 30), (0, 3, 7), (8, 14, 20)):
        if r1 >= n1:
            continue
        exact = probability_of_success(TwoStageRule(n1, N, r1, r + 1), 0.3)
        assert NULL[N, r + 1] - sum_loss(NULL, n1, N, r1, r) == pytest.approx(exact, abs=1e-13)
        assert chance_of_success(NULL, n1, N - n1, r1, n1 + 1, r) == pytest.approx(exact, abs=1e-13)
        for e1 in range(r1 + 2, n1 + 1):
            if r + 1 <= e1 - 1 + N - n1:
                exact = probability_of_success(TwoStageRule(n1, N, r1, r + 1, e1), 0.3)
                assert chance_of_success(NULL, n1, N - n1, r1, e1, r) == pytest.approx(exact, abs=1e-13)


@pytest.mark.parametrize("start", [0, 12, 30])
def test_the_least_limit_is_the_same_from_wherever_it_is_looked_for(start):
    for n1, r1, e1 in ((15, 3, 10), (15, 3, 8), (27, 8, 14), (27, 8, 11)):
        kept = [r for r in range(r1, e1 - 1 + N - n1) if chance_of_success(NULL, n1, N - n1, r1, e1, r) <= 0.05]
        assert least_limit(NULL, n1, N - n1, r1, e1, start, 0.05) == (kept[0] if kept else -1)


def test_no_rule_has_more_power_than_its_bounds():
    k = int(np.argmax(binomial_tails(N, 0.3) <= 0.05))
    most = bound_power(NULL, TARGET, N, k, 0.05)
    seen = 0
    for n1, r1 in itertools.product((10, 20, 27), (1, 4, 8)):
        for e1 in range(r1 + 2, n1 + 1):
            bound = bound_power_between(NULL, TARGET, n1, N - n1, r1, e1, k - 1, 0.05)
            r = least_limit(NULL, n1, N - n1, r1, e1, k - 1, 0.05)
            if r == -1:
                continue
            seen += 1
            assert chance_of_success(TARGET, n1, N - n1, r1, e1, r) <= bound + 1e-13 <= most + 2e-13
    assert seen > 50


def test_the_bound_of_a_pair_of_stops_moves_one_way():
    """Step 2 of the search rests on it: R rises with n and e1 and falls with r1."""
    for n1, r1, e1 in itertools.product((10, 20), (1, 4), (7, 9)):
        here = bound_power_between(NULL, TARGET, n1, 10, r1, e1, 8, 0.05)
        assert bound_power_between(NULL, TARGET, n1, 11, r1, e1, 8, 0.05) >= here - 1e-13
        assert bound_power_between(NULL, TARGET, n1, 10, r1, e1 + 1, 8, 0.05) >= here - 1e-13
        assert bound_power_between(NULL, TARGET, n1, 10, r1 + 1, e1, 8, 0.05) <= here + 1e-13


def test_a_search_that_ends_before_its_proof_says_so():
    for size, end in ((33, 0), (43, 0), (60, 44)):
        rules = np.zeros((size + 1, 3), np.int64)
        room = np.empty((size + 1, size + 2)), np.empty((size + 1, size + 2)), np.empty(size + 2, np.int64)
        assert search_rules(0.2, 0.4, 0.05, 0.8, False, *room, rules, np.empty(size + 1)) == end
        assert rules[33].tolist() == [18, 4, 10]


def test_single_stage_limits_keep_alpha_and_reach_the_power():
    limits = np.zeros(61, np.int64)
    search_single_stage(0.2, 0.4, 0.05, 0.8, np.empty((61, 40)), np.empty((61, 40)), limits)
    for n in range(1, 61):
        null, target = binomial_tails(n, 0.2), binomial_tails(n, 0.4)
        least = int(np.argmax(null <= 0.05))
        assert limits[n] == (least if least <= n and target[least] >= 0.8 else 0)
    assert np.count_nonzero(limits)


PLAIN = """
import json
from onearm.design.search import Setting, list_undominated, search_every_size, search_single_stage
setting = Setting(0.3, 0.55, 0.1, 0.85)
print(json.dumps([
    list_undominated(setting),
    list_undominated(setting, efficacy_stop=True),
    list_undominated(setting, efficacy_stop=True, under_p1=True),
    list_undominated(setting, efficacy_stop=True, binding=False),
    search_single_stage(setting),
    search_every_size(setting, 40).r.tolist(),
]))
"""


def test_plain_python_finds_the_same_rules_as_the_compiled_search():
    told = []
    for plain in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", PLAIN],
            env={**os.environ, "NUMBA_DISABLE_JIT": plain},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(json.loads(done.stdout))
    assert told[0] == told[1]
    assert all(part for part in told[0])

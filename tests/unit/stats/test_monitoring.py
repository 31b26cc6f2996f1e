import subprocess
import sys

import numpy as np
import pytest

from onearm.stats.monitoring import (
    SequentialRule,
    check_sequential_rule,
    find_loosest_level,
    limits_from_scores,
    pocock_scores,
    sequential_characteristics,
    shortest_between,
)
from onearm.stats.monitoring_posterior import (
    BetaPrior,
    check_prior,
    difference_above,
    posterior_above,
    posterior_below,
)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (SequentialRule((), (), ()), "at least one look"),
        (SequentialRule((3, 5), (None,), (1, 2)), "one entry of each limit"),
        (SequentialRule((0, 5), (None, None), (None, 2)), "looks rise"),
        (SequentialRule((5, 5), (None, None), (None, 2)), "looks rise"),
        (SequentialRule((5,), (6,), (None,)), "lower limit 6"),
        (SequentialRule((5,), (None,), (6,)), "upper limit 6"),
        (SequentialRule((5,), (2,), (2,)), "overlap"),
    ],
)
def test_an_impossible_rule_is_refused(rule, words):
    with pytest.raises(ValueError, match=words):
        check_sequential_rule(rule)
    with pytest.raises(ValueError, match=words):
        sequential_characteristics(rule, 0.5)


def test_by_hand():
    # Stop if the first patient has it, or both of the first two fail; of three at most.
    rule = SequentialRule((1, 2, 3), (None, 0, None), (1, None, 1))
    found = sequential_characteristics(rule, 0.25)
    assert found.stop_upper == (0.25, 0.0, 0.75 * 0.25)
    assert found.stop_lower == (0.0, 0.75 * 0.75, 0.0)
    assert found.expected_size == 0.25 + 2 * 0.5625 + 3 * 0.1875
    # Two patients seen once events ≥ 1 at three: exactly one event, plus a second with probability 1/4.
    assert found.expected_events == 0.25 + 0.1875 * 1.25


def test_rates_0_and_1():
    rule = SequentialRule((2, 4), (0, 1), (2, None))
    assert sequential_characteristics(rule, 0).stop_lower == (1.0, 0.0)
    assert sequential_characteristics(rule, 1).stop_upper == (1.0, 0.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        sequential_characteristics(rule, 1.5)


def test_equal_levels_stay_equal():
    # At a rate of a half, P(Bin(1) ≥ 1) = P(Bin(3) ≥ 2) = 1/2, whatever the rounding.
    scores = pocock_scores((1, 3), 0.5)
    assert limits_from_scores((1, 3), scores, 0.5 * (1 - 1e-15)) == (1, 2)
    assert limits_from_scores((1, 3), scores, 0.5, strict=True) == (None, 3)
    assert limits_from_scores((1, 3), scores, 0.5 * (1 + 1e-15), strict=True) == (None, 3)
    found = find_loosest_level((1, 3), scores, 0.5, 0.75)
    assert (found.limits, found.level) == ((1, 2), 0.5)


def test_no_level_is_small_enough():
    assert find_loosest_level((1,), pocock_scores((1,), 0.5), 0.5, 0.4) is None
    assert find_loosest_level((1,), pocock_scores((1,), 0.5), 0.5, 0.5).limits == (1,)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0272, 0.04, 0.03),
        (0.2, 0.3, 0.29),
        (0, 1, 0.9),
        (0.1234567, 0.1234569, 0.1234568),
        (0.96308, 0.96319, 0.9631),
    ],
)
def test_shortest_between(low, high, expected):
    assert shortest_between(low, high) == expected


def test_posterior_of_a_uniform_prior():
    # Beta(1, 1) and one success of one: density 2p, so P(p ≤ t) = t².
    prior = BetaPrior(1, 1)
    assert posterior_below(1, 0.3, prior).tolist() == pytest.approx([1 - 0.49, 0.09])
    assert posterior_above(1, 0.3, prior).tolist() == pytest.approx([0.49, 0.91])
    with pytest.raises(ValueError, match="two positive"):
        check_prior(BetaPrior(0, 1))


def test_difference_above_refuses_and_copes_with_any_weight_of_the_control():
    uniform = BetaPrior(1, 1)
    assert difference_above(0, 0, 0.25, uniform, uniform) == pytest.approx(0.75**2 / 2, abs=1e-12)
    with pytest.raises(ValueError, match="difference"):
        difference_above(0, 0, 1.0, uniform, uniform)
    for weight in (1e2, 1e4, 1e6):
        value = difference_above(1, 1, 0, uniform, BetaPrior(0.3 * weight, 0.7 * weight))
        # E(1 - s²) of the control, exactly.
        assert value == pytest.approx(1 - (0.3**2 + 0.3 * 0.7 / (weight + 1)), abs=1e-10)


def test_the_statistics_load_no_compiler():
    code = "import sys, onearm.stats.monitoring, onearm.stats.monitoring_posterior; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_compiled_search_knows_when_nothing_meets_the_errors():
    from onearm.stats.monitoring_search import N_OUT, OUT_SUCCESS, search_size

    best, table = np.ones(N_OUT), np.zeros((6, 6))
    search_size(5, 2, 1, np.arange(1, 6), 1.0, 1.0, 0.2, 0.4, 0.05, 0.9, 1.0, np.zeros(0), table, best)
    assert best[OUT_SUCCESS] == 0

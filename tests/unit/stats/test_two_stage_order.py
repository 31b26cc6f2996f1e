from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy.special import betaincinv

from onearm.stats.two_stage import TwoStageRule
from onearm.stats.two_stage_inference import list_outcomes, stage_wise_p_value
from onearm.stats.two_stage_order import outcome_table, rates_where, total_probabilities

RULES = (
    TwoStageRule(3, 5, 0, 3),
    TwoStageRule(3, 7, 1, 4, 3),
    TwoStageRule(10, 29, 1, 6),
    TwoStageRule(27, 36, 8, 16, 14),
)


@pytest.mark.parametrize("rule", RULES)
def test_outcomes_stand_in_the_order_of_the_list(rule):
    table = outcome_table(rule)
    assert list(zip(table.stage.tolist(), table.responders.tolist(), strict=True)) == list_outcomes(rule)


@pytest.mark.parametrize("rule", RULES)
def test_tails_from_shares_are_the_p_values(rule):
    table = outcome_table(rule)
    rates = np.array([0.001, 0.1, 0.3, 0.77, 0.999])
    tails = total_probabilities(rule.n, rates) @ table.above.T
    for column, outcome in enumerate(list_outcomes(rule)):
        for row, rate in enumerate(rates.tolist()):
            assert tails[row, column] == pytest.approx(stage_wise_p_value(rule, outcome, rate), rel=1e-11)
    assert not table.above[-1].any()


def test_shares_by_hand():
    # 1 + 1 patients, stop at 0: of the two orders of one responder in two patients one goes on.
    table = outcome_table(TwoStageRule(1, 2, 0, 1))
    assert table.above.tolist() == [[1, 1, 1], [0, 0.5, 1], [0, 0, 1], [0, 0, 0]]
    assert table.mean_share.tolist() == [0, 0.25, 1]
    assert table.unbiased.tolist() == [0, 1, 1]


def test_without_a_futility_stop_every_total_is_an_outcome():
    table = outcome_table(TwoStageRule(3, 5, -1, 3))
    assert table.responders.tolist() == [0, 1, 2, 3, 4, 5]
    assert np.array_equal(table.above[:-1], np.triu(np.ones((6, 6))))


@pytest.mark.parametrize("target", [1e-9, 0.005, 0.025, 0.5, 0.975, 0.995, 1 - 1e-6])
def test_roots_of_plain_tails_are_beta_quantiles(target):
    n = 40
    shares = np.triu(np.ones((n + 1, n + 1)))[1:]
    found = rates_where(shares, np.full(n, target))
    x = np.arange(1, n + 1)
    assert found == pytest.approx(betaincinv(x, n - x + 1, target), rel=2e-13, abs=1e-15)


def test_roots_of_a_step():
    n = 3
    shares = np.array([[0, 0, 0, 1.0], [0, 1.0, 1.0, 1.0]])
    found = rates_where(shares, np.array([0.125, 0.125]))
    assert found == pytest.approx([0.5, 1 - (7 / 8) ** (1 / n)], abs=1e-15)


def test_total_probabilities_in_fractions():
    rate = Fraction(3, 7)
    exact = [float(comb(50, t) * rate**t * (1 - rate) ** (50 - t)) for t in range(51)]
    assert total_probabilities(50, np.array([3 / 7]))[0] == pytest.approx(exact, rel=1e-12)


def test_conditional_mean_by_hand():
    # 2 + 2 patients, stop at 0. Total 1: x2 = 0. Total 2: 4 ways with x2 = 1, 1 with 0. Total 3: 2 with 2, 2 with 1.
    table = outcome_table(TwoStageRule(2, 4, 0, 2))
    assert table.responders.tolist() == [0, 1, 2, 3, 4]
    assert table.conditional.tolist() == [0, 0, 0.4, 0.75, 1]

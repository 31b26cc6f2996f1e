"""BOP2 boundaries as R's BOP2FE prints them, and what a search over the same grid finds.

README of BOP2FE (Xu et al. 2025, whose futility rule is that of Zhou, Lee and Yuan 2017): p0 .2, looks at 10, 15, … 40,
prior Beta(.2, .8). For lambda .9 and .909, both with gamma 1, it prints the futility limits 1, 2, 3, 5, 7, 9, 11.
Its operating characteristics are simulated and include efficacy stops, so they are not compared.
"""

from __future__ import annotations

import pytest

from onearm.design import find_bop2
from onearm.design.bop2 import bop2_limits
from onearm.stats.monitoring_posterior import BetaPrior, posterior_above

LOOKS = (10, 15, 20, 25, 30, 35, 40)


@pytest.mark.parametrize("lambda_", [0.9, 0.909])
def test_printed_limits(lambda_):
    above = [posterior_above(n, 0.2, BetaPrior(0.2, 0.8)) for n in LOOKS]
    assert bop2_limits(LOOKS, above, lambda_, 1.0) == (1, 2, 3, 5, 7, 9, 11)


def test_the_pair_of_the_printed_grid():
    # Their grid, by .1 each, and type I error .1: without efficacy stops .9 and 1 is also what keeps .1 there.
    found = find_bop2(0.2, 0.4, 0.1, LOOKS, lambda_step=0.1, gamma_step=0.1)
    assert (found.lambda_, found.futility[-1]) == (0.9, 11)
    assert found.type_one_error <= 0.1

"""The BOP2 search against every pair of its grid in fractions: posteriors of whole-number priors are finite sums."""

from __future__ import annotations

from fractions import Fraction as F
from math import comb

import pytest

from onearm.design import find_bop2


def posterior_above(n, x, p0, a, b):
    """P(rate > p0) under Beta(a + x, b + n - x) of whole numbers: P(Bin(a + b + n - 1, p0) ≤ a + x - 1)."""
    m = a + b + n - 1
    return sum(comb(m, k) * p0**k * (1 - p0) ** (m - k) for k in range(a + x))


def follow(looks, limits, rate):
    """P(success) and expected size, path by path."""
    state, seen, size = {0: F(1)}, 0, F(0)
    for n, limit in zip(looks, limits, strict=True):
        for _ in range(n - seen):
            later = {}
            for x, value in state.items():
                later[x] = later.get(x, 0) + value * (1 - rate)
                later[x + 1] = later.get(x + 1, 0) + value * rate
            state = later
        seen = n
        size += n * sum(value for x, value in state.items() if x <= limit or n == looks[-1])
        state = {x: value for x, value in state.items() if x > limit}
    return sum(state.values()), size


def best_pair(looks, p0, p1, alpha, a, b, lambdas, gammas):
    last = looks[-1]
    above = {n: [posterior_above(n, x, p0, a, b) for x in range(n + 1)] for n in looks}
    best = None
    for gamma in gammas:  # whole numbers, so that the cut-off is a fraction
        for lambda_ in lambdas:
            limits = tuple(sum(v < lambda_ * F(n, last) ** gamma for v in above[n]) - 1 for n in looks)
            error, size = follow(looks, limits, p0)
            if error <= alpha:
                power = follow(looks, limits, p1)[0]
                key = (-power, size, gamma, lambda_)
                if best is None or key < best[0]:
                    best = (key, limits, error)
    return best


@pytest.mark.parametrize(
    ("looks", "p0", "p1", "alpha", "prior"),
    [
        ((6, 12, 18), F(2, 10), F(5, 10), F(1, 10), (1, 1)),
        ((5, 10, 15, 20), F(1, 10), F(3, 10), F(1, 10), (1, 4)),
        ((8, 16), F(3, 10), F(6, 10), F(5, 100), (1, 2)),
        ((4, 9, 15), F(5, 10), F(8, 10), F(2, 10), (2, 2)),
    ],
)
def test_no_pair_of_the_grid_is_better(looks, p0, p1, alpha, prior):
    lambdas = [F(k, 50) for k in range(1, 50)]
    (negative, size, _, lambda_), limits, error = best_pair(looks, p0, p1, alpha, *prior, lambdas, (0, 1, 2, 3))
    # A step lies below 1, so the engine is asked for halves as well; one of them may have still more power.
    found = find_bop2(
        float(p0), float(p1), float(alpha), looks, prior=prior, lambda_step=0.02, gamma_step=0.5, gamma_most=3
    )
    assert found.power >= float(-negative) - 1e-12
    only = tuple(-1 if limit is None else limit for limit in found.futility)
    assert follow(looks, only, p0) == (
        pytest.approx(found.type_one_error),
        pytest.approx(found.properties[0].expected_size),
    )
    assert follow(looks, only, p1)[0] == pytest.approx(found.power)
    if found.gamma in (0, 1, 2, 3):
        assert (only, found.power) == (limits, pytest.approx(float(-negative)))
        assert found.properties[0].expected_size == pytest.approx(float(size))
        assert found.lambda_ == pytest.approx(float(lambda_)) and error <= alpha
    else:
        assert (found.power, -found.properties[0].expected_size) > (float(-negative) - 1e-9, -float(size) - 1e-9)

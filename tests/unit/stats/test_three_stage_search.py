"""The pieces of the three-stage search: the limits it chooses for a head, and when its table is large enough."""

from math import comb

import numpy as np
import pytest

from onearm.stats.three_stage_search import add_patient, choose_limits, fill_tables, search_three_stages

P0, P1 = 0.2, 0.45
LARGEST = 14


def room(size):
    return np.empty((size + 1, size + 2)), np.empty((size + 1, size + 2)), np.zeros(size + 1, np.int64)


def pmf(n, p):
    return [comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]


def succeed(rule, p):
    """P(success) of (n1, r1, n2, r2, n, r), summed over the three counts of responders."""
    n1, r1, n2, r2, n, r = rule
    first, second, third = pmf(n1, p), pmf(n2 - n1, p), pmf(n - n2, p)
    return sum(
        a * b * sum(third[max(r + 1 - x - y, 0) :])
        for x, a in enumerate(first)
        for y, b in enumerate(second)
        if x > r1 and x + y > r2
    )


@pytest.mark.parametrize(("alpha", "power"), [(0.05, 0.3), (0.1, 0.6), (0.3, 0.2), (0.5, 0.5)])
def test_the_limits_of_a_head_are_those_that_trying_all_finds(alpha, power):
    null, target, k = room(LARGEST)
    fill_tables(P0, P1, alpha, power, null, target, k)
    found = 0
    for n1, r1 in ((1, 0), (3, 0), (4, 1), (6, 2)):
        null_on, target_on = np.zeros(LARGEST + 3), np.zeros(LARGEST + 3)
        null_on[r1 + 1 : n1 + 2], target_on[r1 + 1 : n1 + 2] = null[n1, r1 + 1 : n1 + 2], target[n1, r1 + 1 : n1 + 2]
        for n2 in range(n1 + 1, LARGEST):
            add_patient(null_on, r1, n2, P0)
            add_patient(target_on, r1, n2, P1)
            going_on = [r2 for r2 in range(r1 + 1, n2) if target_on[r2 + 1] >= power]
            for n in range(n2 + 1, LARGEST + 1) if going_on else ():
                limits = choose_limits(
                    null, target, null_on, target_on, n2, n, r1 + 1, going_on[-1], k[n], alpha, power
                )
                fits = [
                    (r2, -r)
                    for r2 in range(r1 + 1, n2)
                    for r in range(r2 + 1, n)
                    if succeed((n1, r1, n2, r2, n, r), P0) <= alpha and succeed((n1, r1, n2, r2, n, r), P1) >= power
                ]
                if not fits:
                    assert limits[0] == -1
                    continue
                found += 1
                assert (limits[0], -limits[1]) == max(fits)
                assert limits[2] == pytest.approx(succeed((n1, r1, n2, limits[0], n, limits[1]), P1), rel=1e-12)
    assert found > 20


def test_a_table_that_is_too_small_proves_nothing():
    proved = []
    for size in (10, 33, 38, 45, 60, 80, 120):
        rules, found = np.zeros((size + 1, 5), np.int64), np.zeros((size + 1, 2))
        null, target, k = room(size)
        front = np.full(size + 1, np.inf)
        if search_three_stages(0.2, 0.4, 0.05, 0.8, front, null, target, k, rules, found):
            proved.append((size, rules[38].tolist(), float(front[-1])))
    sizes, optimal, least = zip(*proved, strict=True)
    assert sizes[0] > 38 and sizes[-1] == 120
    assert set(map(tuple, optimal)) == {(8, 1, 22, 5, 11)}
    assert set(least) == {least[0]}

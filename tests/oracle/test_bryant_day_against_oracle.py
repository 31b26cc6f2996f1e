"""Designs on response and toxicity against every rule in fractions; dependence against the multinomial."""

from __future__ import annotations

from fractions import Fraction as F
from random import Random

import numpy as np
import pytest
from bryant_day_oracle import follow_pairs, frontier

from onearm.design.bryant_day import _search, find_bryant_day
from onearm.stats.joint_outcomes import JointRule, joint_characteristics

SETTINGS = [
    # p0, p1, acceptable, unacceptable toxicity, alpha of response, alpha of toxicity, power
    (F(1, 10), F(6, 10), F(1, 10), F(6, 10), F(1, 10), F(1, 10), F(8, 10)),
    (F(2, 10), F(7, 10), F(1, 10), F(7, 10), F(2, 10), F(5, 100), F(7, 10)),
    (F(3, 10), F(8, 10), F(2, 10), F(6, 10), F(15, 100), F(25, 100), F(6, 10)),
    (F(5, 100), F(5, 10), F(5, 100), F(5, 10), F(1, 10), F(2, 10), F(75, 100)),
]
LARGEST = 14


@pytest.mark.parametrize("worst", [True, False])
@pytest.mark.parametrize("setting", SETTINGS)
def test_every_undominated_rule_is_the_best_of_all(setting, worst):
    expected = frontier(LARGEST, *setting, worst)
    assert expected
    p0, p1, acceptable, unacceptable, *errors = map(float, setting)
    end, found = _search((p0, p1, 1 - unacceptable, 1 - acceptable), tuple(errors), worst)
    # Sizes beyond those enumerated may still be better; none of those enumerated may be missing or another.
    listed = {rule.n: (rule, size) for rule, size in found if rule.n <= LARGEST}
    assert listed.keys() == expected.keys()
    for n, ((size, _, _), rules) in expected.items():
        rule, searched = listed[n]
        assert (rule.n1, rule.r1, rule.t1, rule.r, rule.t) in rules
        assert searched == pytest.approx(float(size), abs=1e-10)
    assert end > max(listed)


def test_the_proof_is_no_early_end():
    # Enumerated well beyond the size at which the search ended: nothing there is better.
    setting = (F(5, 100), F(8, 10), F(5, 100), F(7, 10), F(1, 10), F(1, 10), F(7, 10))
    table = find_bryant_day(*map(float, setting))
    assert table.proved_at <= LARGEST
    best = list(frontier(LARGEST + 2, *setting, True).items())[-1]
    optimal = table.designs[0]
    assert (best[0], best[1][0][0]) == (optimal.n, pytest.approx(optimal.n1 + 0.0 + _beyond(optimal)))


def _beyond(design):
    return max(design.independent.en_response, design.independent.en_toxicity) - design.n1


def test_dependence_equals_the_multinomial_distribution():
    random = Random(20)
    seen = 0
    for _ in range(60):
        parts = [random.randint(1, 9) for _ in range(4)]
        cells = [F(part, sum(parts)) for part in parts]
        ratio = cells[0] * cells[3] / (cells[1] * cells[2])
        n1 = random.randint(1, 7)
        n = n1 + random.randint(1, 6)
        r1, t1 = random.randint(0, n1 - 1), random.randint(1, n1)
        r, t = random.randint(r1, n - 1), random.randint(1, t1 + n - n1)
        expected = follow_pairs(n1, n, r1, t1, r, t, cells)
        found = joint_characteristics(
            JointRule(n1, n, r1, t1, r, t), float(cells[0] + cells[1]), float(cells[0] + cells[2]), float(ratio)
        )
        assert np.array(found) == pytest.approx(np.array([float(value) for value in expected]), abs=1e-12)
        seen += 0 < expected[0] < 1
    assert seen > 40

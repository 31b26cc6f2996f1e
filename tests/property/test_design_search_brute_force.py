"""The searches against every rule there is, in exact fractions: no table, bound or rounding is shared with them."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import comb
from random import Random

import pytest

from onearm.design.search import Setting, list_undominated, search_every_size

FIXED = (
    Setting(0.10, 0.40, 0.10, 0.80),
    Setting(0.50, 0.80, 0.05, 0.80),
    Setting(0.70, 0.95, 0.10, 0.90),
    Setting(0.20, 0.45, 0.15, 0.40),
    Setting(0.20, 0.90, 0.04, 0.81),  # type I error .2² and power .9² are met at equality
    Setting(0.01, 0.99, 0.05, 0.80),  # one patient is almost enough
    Setting(0.50, 0.90, 0.50, 0.60),
    Setting(0.20, 0.50, 0.20, 0.30),
    Setting(0.30, 0.90, 0.001, 0.80),
)


def draw_settings(count, seed):
    rng = Random(seed)
    for _ in range(count):
        p0 = rng.randrange(5, 65) / 100
        p1 = round(p0 + rng.randrange(28, 36) / 100, 2)
        yield Setting(p0, min(p1, 0.98), rng.choice((0.05, 0.1, 0.2)), rng.choice((0.7, 0.8)))


SETTINGS = (*FIXED, *draw_settings(5, 31))


def pmf(n, p):
    return [comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]


def tails(values):
    """P(X ≥ x) for x = 0 … n + 1."""
    return [*list(accumulate(reversed(values)))[::-1], Fraction(0)]


def best_rules(setting, n, efficacy_stop, binding=True):
    """The best (expected size, -power, n1, r1, e1, r) under p0 and under p1 over every rule of n patients, or None."""
    p0, p1, alpha, power = (Fraction(str(value)) for value in setting)
    best = [None, None]
    for n1 in range(1, n):
        n2 = n - n1
        first = [pmf(n1, p) for p in (p0, p1)]
        stage_one = [tails(values) for values in first]
        stage_two = [tails(pmf(n2, p)) for p in (p0, p1)]
        for r in range(n):
            # P(X1 ≥ x, X > r) by x
            joint = [
                tails([b * t[min(max(r + 1 - x, 0), n2 + 1)] for x, b in enumerate(bs)])
                for bs, t in zip(first, stage_two, strict=True)
            ]
            for r1 in range(min(n1 - 1, r) + 1):
                for e1 in range(r1 + 2, n1 + 1) if efficacy_stop else (n1 + 1,):
                    if efficacy_stop and r > e1 - 2 + n2:
                        continue
                    null = joint[0][r1 + 1] - joint[0][e1] + stage_one[0][e1]
                    target = joint[1][r1 + 1] - joint[1][e1] + stage_one[1][e1]
                    needed = target if binding else joint[1][r1 + 1]
                    if null > alpha or needed < power:
                        continue
                    for i in (0, 1):
                        size = n1 + n2 * (stage_one[i][r1 + 1] - stage_one[i][e1])
                        found = (size, -target, n1, r1, e1, r)
                        if best[i] is None or found < best[i]:
                            best[i] = found
    return best


def undominated(setting, largest, under_p1, binding=True):
    least, listed = None, []
    for n in range(2, largest + 1):
        found = best_rules(setting, n, True, binding)[under_p1]
        if found and (least is None or found[0] < least):
            least = found[0]
            _, _, n1, r1, e1, r = found
            listed.append((n1, n, r1, r + 1, e1))
    return listed


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_best_futility_only_rule_of_every_n(setting):
    table = search_every_size(setting, 17)
    found = 0
    for n in range(2, 18):
        best = best_rules(setting, n, efficacy_stop=False)[0]
        if best is None:
            assert table.n1[n] == 0
            continue
        found += 1
        size, _, n1, r1, _, r = best
        assert (table.n1[n], table.r1[n], table.r[n]) == (n1, r1, r)
        assert table.expected_size_p0[n] == pytest.approx(float(size), abs=1e-11)
    assert found


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("under_p1", [False, True])
def test_the_undominated_rules_with_an_efficacy_stop(setting, under_p1):
    rules = list_undominated(setting, efficacy_stop=True, under_p1=under_p1)
    expected = undominated(setting, 13, under_p1)
    assert rules
    assert [tuple(rule) for rule in rules if rule.n <= 13] == expected


@pytest.mark.parametrize("setting", FIXED[:2], ids=str)
def test_a_stop_that_is_not_binding(setting):
    rules = list_undominated(setting, efficacy_stop=True, binding=False)
    expected = undominated(setting, 14 if setting.p0 < 0.4 else 17, False, binding=False)
    assert expected
    assert [tuple(rule) for rule in rules if rule.n <= (14 if setting.p0 < 0.4 else 17)] == expected


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_nothing_beyond_the_proof_is_better(setting):
    """The proof against a plain look: up to twice the optimal n, every size's best rule is no better."""
    optimal = list_undominated(setting)[-1]
    table = search_every_size(setting, max(3 * optimal.n, 40))
    sizes = table.expected_size_p0[table.n1 > 0]
    least = table.expected_size_p0[optimal.n]
    assert sizes.min() == least
    assert (table.n1[optimal.n], table.r1[optimal.n], table.r[optimal.n] + 1) == (
        optimal.n1,
        optimal.futility_stop,
        optimal.success,
    )

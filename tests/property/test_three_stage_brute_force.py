"""The three-stage search against every rule there is, in whole numbers: no table, bound or rounding is shared."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from random import Random

import pytest

from onearm.design.search import Setting, list_undominated, rate_rule
from onearm.design.three_stages import find_three_stage, search_three_stage

LARGEST = 10
SETTINGS = (
    Setting(0.10, 0.60, 0.10, 0.80),
    Setting(0.20, 0.90, 0.04, 0.81),  # type I error .2² and power .9² are met at equality
    Setting(0.01, 0.99, 0.05, 0.80),
    Setting(0.50, 0.90, 0.50, 0.60),
    Setting(0.20, 0.50, 0.20, 0.30),  # so little power that stage two may ask for more than alpha does
    Setting(0.30, 0.90, 0.001, 0.80),
    Setting(0.40, 0.80, 0.10, 0.45),
    Setting(0.26, 0.56, 0.10, 0.60),
    Setting(0.15, 0.45, 0.10, 0.45),  # going on after one response of one has exactly the power
)


def weights(n, p):
    """P(X = x) as whole numbers over d**n with p = c/d."""
    yes, no = p.numerator, p.denominator - p.numerator
    return [comb(n, x) * yes**x * no ** (n - x) for x in range(n + 1)]


def best_rule(setting, n):
    """(expected size, -power, n1, r1, n2, r2, r) of the best rule of n patients, or None."""
    p0, p1, alpha, power = (Fraction(str(value)) for value in setting)
    rates, best = (p0, p1), None
    scale = [p.denominator**n for p in rates]
    most, least = alpha * scale[0], power * scale[1]
    pmf = {(m, i): weights(m, p) for m in range(1, n) for i, p in enumerate(rates)}
    tail = {(m, i): [sum(pmf[m, i][x:]) for x in range(m + 2)] for m, i in pmf}
    for n1 in range(1, n - 1):
        for n2 in range(n1 + 1, n):
            n3 = n - n2
            for r1 in range(n1):
                on = [
                    [
                        sum(
                            pmf[n1, i][x1] * pmf[n2 - n1, i][x - x1]
                            for x1 in range(max(r1 + 1, x - n2 + n1), min(n1, x) + 1)
                        )
                        for x in range(n2 + 1)
                    ]
                    for i in (0, 1)
                ]
                first = Fraction(tail[n1, 0][r1 + 1], p0.denominator**n1)
                for r2 in range(r1 + 1, n2):
                    second = Fraction(sum(on[0][r2 + 1 :]), p0.denominator**n2)
                    size = n1 + (n2 - n1) * first + n3 * second
                    if best is not None and size > best[0]:
                        continue
                    for r in range(r2 + 1, n):
                        null, target = (
                            sum(on[i][x] * tail[n3, i][min(max(r + 1 - x, 0), n3 + 1)] for x in range(r2 + 1, n2 + 1))
                            for i in (0, 1)
                        )
                        if target < least:
                            break
                        if null <= most:
                            found = (size, -Fraction(target, scale[1]), n1, r1, n2, r2, r)
                            best = found if best is None else min(best, found)
                            break
    return best


def list_by_force(setting, largest):
    """Every rule of up to so many patients that is smaller than each of fewer."""
    size, kept = None, []
    for n in range(3, largest + 1):
        best = best_rule(setting, n)
        if best is not None and (size is None or best[0] < size):
            size = best[0]
            kept.append((n, *best))
    return kept


def draw_settings(count, seed):
    rng = Random(seed)
    for _ in range(count):
        p0 = rng.randrange(5, 55) / 100
        p1 = min(round(p0 + rng.randrange(38, 50) / 100, 2), 0.97)
        yield Setting(p0, p1, rng.choice((0.02, 0.1, 0.2)), rng.choice((0.4, 0.7, 0.8)))


@pytest.mark.parametrize("setting", [*SETTINGS, *draw_settings(4, 7)])
def test_the_search_finds_what_trying_every_rule_finds(setting):
    found = [pair for pair in search_three_stage(setting) if pair[0].looks[-1] <= LARGEST]
    wanted = list_by_force(setting, LARGEST)
    assert wanted, "no rule of so few patients: this would test nothing"
    assert [(*rule.looks, *rule.lower) for rule, _ in found] == [
        (n1, n2, n, r1, r2, r) for n, _, _, n1, r1, n2, r2, r in wanted
    ]
    for (_, null), (_, size, *_) in zip(found, wanted, strict=True):
        assert null.expected_size == pytest.approx(float(size), rel=1e-12)


@pytest.mark.parametrize("power", [0.8, 0.9])
@pytest.mark.parametrize("p0", [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
def test_a_third_stage_saves_patients_and_never_needs_more(p0, power):
    setting = Setting(p0, round(p0 + 0.2, 2), 0.05, power)
    two, three = list_undominated(setting), search_three_stage(setting)
    assert three[0][0].looks[-1] <= two[0].n
    assert three[-1][1].expected_size < rate_rule(setting, two[-1]).expected_size_p0
    sizes = [(rule.looks[-1], null.expected_size) for rule, null in three]
    assert sizes == sorted(sizes) and [size for _, size in sizes] == sorted((s for _, s in sizes), reverse=True)


def test_the_saving_that_chen_reports():
    # Chen 1997, abstract: three stages need on average 10 per cent less than two.
    savings = []
    for tenths in range(1, 8):
        for alpha, power in ((0.1, 0.9), (0.05, 0.8), (0.05, 0.9)):
            for step in (0.15, 0.2):
                table = find_three_stage(tenths / 10, round(tenths / 10 + step, 2), alpha, power)
                savings.append(1 - table.designs[0].en0 / table.two_stage_en0)
    assert sum(savings) / len(savings) == pytest.approx(0.10, abs=0.015)

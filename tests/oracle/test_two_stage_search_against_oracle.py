"""The proved searches against every rule of small trials: rates and error limits drawn at random.

The search knows no largest n, brute force has one. Compared is what both can see: for each n up to that size the best
rule, where it beats every smaller n; and a proved optimum beyond that size must be better than all that was tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from random import Random

import pytest
from two_stage_oracle import Rule, properties
from two_stage_oracle_search import Design, admissible, all_rules, feasible, single_stage

from onearm.design.best_designs import find
from onearm.design.search import Setting, search_every_size, search_single_stage, search_two_stage

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
LARGEST, LARGEST_WITH_STOP = (26, 18) if LONG else (18, 14)
SEEDS = range(16 if LONG else 6)

Limits = tuple[Fraction, Fraction, Fraction, Fraction]


def draw(seed: int, nearest: int = 6) -> Limits:
    """Rates on the 5 % grid, ``nearest`` steps apart or more so that small trials do, and one of the usual limits."""
    random = Random(seed)
    p0 = Fraction(random.randint(1, 10), 20)
    p1 = p0 + Fraction(random.randint(nearest, nearest + 3), 20)
    return (
        p0,
        min(p1, Fraction(19, 20)),
        Fraction(random.choice((25, 50, 100)), 1000),
        Fraction(random.choice((80, 85, 90)), 100),
    )


def setting(limits: Limits) -> Setting:
    return Setting(*(float(value) for value in limits))


@lru_cache(maxsize=32)
def every_feasible(limits: Limits, largest: int, *, efficacy_stop: bool = False) -> list[Design]:
    return [d for d in feasible(*limits, largest, efficacy_stop=efficacy_stop) if d.rule.reaches_success]


def frontier(designs: list[Design], size: Callable[[Design], Fraction]) -> list[Rule]:
    """For each n the rule of the smallest size (then power, then n1), where it beats the sizes of every smaller n."""
    best: dict[int, Design] = {}
    for design in designs:
        n, key = design.rule.n, (size(design), -design.power, design.rule.n1)
        held = best.get(n)
        if held is None or key < (size(held), -held.power, held.rule.n1):
            best[n] = design
    kept: list[Design] = []
    for _, design in sorted(best.items()):
        if not kept or size(design) < size(kept[-1]):
            kept.append(design)
    return [design.rule for design in kept]


def found_rules(limits: Limits, largest: int, **options: bool) -> list[Rule]:
    rules = [rated.rule for rated in search_two_stage(setting(limits), **options)]
    return [
        Rule(int(rule.n1), int(rule.futility_stop), rule.efficacy_stop, int(rule.n), int(rule.success) - 1)
        for rule in rules
        if rule.n <= largest
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_futility_only(seed: int) -> None:
    limits = draw(seed)
    tried = every_feasible(limits, LARGEST)
    assert found_rules(limits, LARGEST) == frontier(tried, lambda d: d.en0)
    optimal = search_two_stage(setting(limits))[-1]
    if tried and optimal.rule.n > LARGEST:
        assert optimal.expected_size_p0 < min(design.en0 for design in tried)


@pytest.mark.parametrize("seed", SEEDS)
def test_best_rule_of_every_size(seed: int) -> None:
    limits = draw(seed)
    table = search_every_size(setting(limits), LARGEST)
    tried = every_feasible(limits, LARGEST)
    for n in range(2, LARGEST + 1):
        of_this_size = [design for design in tried if design.rule.n == n]
        if not of_this_size:
            assert table.n1[n] == 0
            continue
        rule = frontier(of_this_size, lambda d: d.en0)[0]
        assert (table.n1[n], table.r1[n], table.r[n]) == (rule.n1, rule.r1, rule.r)
        assert abs(table.expected_size_p0[n] - float(properties(rule, limits[0]).expected_n)) < 1e-9


def test_admissible_designs_and_their_weights() -> None:
    """Where the proved optimum is small enough, so that brute force sees the whole hull."""
    compared = 0
    for seed in range(2 * len(SEEDS)):
        limits = draw(seed)
        if search_two_stage(setting(limits))[-1].rule.n > LARGEST:
            continue
        hull = admissible(every_feasible(limits, LARGEST))
        rows = {row.type: row for row in find(*setting(limits)).designs if row.type != "admissible"}
        between = [row for row in find(*setting(limits)).designs if row.type == "admissible"]
        shown = [rows["minimax"], *between, *([rows["optimal"]] if len(hull) > 1 else [])]
        assert rows["optimal"].en0 == pytest.approx(float(hull[-1][0].en0), abs=1e-9)
        assert [(row.n1, row.r1, row.e1, row.n, row.r) for row in shown] == [tuple(d.rule) for d, _, _ in hull]
        for row, (design, low, high) in zip(shown, hull, strict=True):
            assert row.weights == pytest.approx((float(low), float(high)), abs=1e-9)
            exact = [float(value) for value in (design.alpha, design.power, design.en0, design.en1)]
            assert [row.alpha, row.power, row.en0, row.en1] == pytest.approx(exact, abs=1e-10)
        compared += 1
    assert compared >= len(SEEDS) // 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("under_p1", [False, True])
def test_with_an_efficacy_stop(seed: int, under_p1: bool) -> None:
    limits = draw(seed, 8)
    tried = every_feasible(limits, LARGEST_WITH_STOP, efficacy_stop=True)
    expected = frontier(tried, lambda d: d.en1 if under_p1 else d.en0)
    assert found_rules(limits, LARGEST_WITH_STOP, efficacy_stop=True, under_p1=under_p1) == expected


def test_most_of_the_draws_have_designs_that_small() -> None:
    """Otherwise the comparisons would compare nothing."""
    futility_only = [len(found_rules(draw(seed), LARGEST)) for seed in SEEDS]
    stopping = [len(found_rules(draw(seed, 8), LARGEST_WITH_STOP, efficacy_stop=True)) for seed in SEEDS]
    assert sum(count > 0 for count in futility_only) > 0.8 * len(SEEDS)
    assert sum(count > 0 for count in stopping) > 0.6 * len(SEEDS)
    assert max(futility_only) >= 3
    assert max(stopping) >= 2


@pytest.mark.parametrize("seed", SEEDS)
def test_with_an_efficacy_stop_that_need_not_be_used(seed: int) -> None:
    """Both error limits hold with the stop and without it; the expected size is that with the stop."""
    limits = draw(seed, 8)
    p0, p1, alpha, power = limits
    tried = []
    for rule in all_rules(LARGEST_WITH_STOP, efficacy_stop=True):
        if not rule.reaches_success:
            continue
        used, never = properties(rule, p1), properties(rule._replace(e1=None), p1)
        if min(used.success, never.success) < power:
            continue
        null, null_never = properties(rule, p0), properties(rule._replace(e1=None), p0)
        if max(null.success, null_never.success) <= alpha:
            tried.append(Design(rule, null.success, used.success, null.expected_n, used.expected_n))
    found = found_rules(limits, LARGEST_WITH_STOP, efficacy_stop=True, binding=False)
    assert found == frontier(tried, lambda d: d.en0)


@pytest.mark.parametrize("seed", SEEDS)
def test_single_stage(seed: int) -> None:
    limits = draw(seed)
    rule, _ = search_single_stage(setting(limits))
    assert (rule.n, rule.success - 1) == single_stage(*limits)

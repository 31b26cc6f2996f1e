"""The best two-stage designs by trying every rule; exact arithmetic, nothing of the product imported.

The search is up to a largest n that the caller names: brute force proves nothing beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import NamedTuple

from two_stage_oracle import Rule, at_least, properties


class Design(NamedTuple):
    rule: Rule
    alpha: Fraction
    power: Fraction
    en0: Fraction
    en1: Fraction


def all_rules(largest_n: int, *, smallest_n: int = 2, efficacy_stop: bool = False) -> Iterator[Rule]:
    """Every futility-only rule (or every rule with an efficacy stop) that can both stop and go on.

    r runs from r1 (any trial that goes on succeeds) to n - 1.
    """
    for n in range(smallest_n, largest_n + 1):
        for n1 in range(1, n):
            for r1 in range(n1):
                for e1 in range(r1 + 2, n1 + 1) if efficacy_stop else (None,):
                    for r in range(r1, n):
                        yield Rule(n1, r1, e1, n, r)


def random_rules(count: int, seed: int) -> list[Rule]:
    """Rules with n <= 40, every second one with an efficacy stop."""
    random = Random(seed)
    found: list[Rule] = []
    while len(found) < count:
        n = random.randint(3, 40)
        n1 = random.randint(1, n - 1)
        r1 = random.randint(0, n1 - 1)
        e1 = None
        if len(found) % 2:
            if r1 + 2 > n1:
                continue
            e1 = random.randint(r1 + 2, n1)
        top = n - 1 if e1 is None else e1 - 2 + n - n1
        if top >= r1:
            found.append(Rule(n1, r1, e1, n, random.randint(r1, top)))
    return found


def feasible(
    p0: Fraction, p1: Fraction, alpha: Fraction, power: Fraction, largest_n: int, *, efficacy_stop: bool = False
) -> list[Design]:
    """Every rule with type I error <= ``alpha`` and power >= ``power``."""
    found = []
    for rule in all_rules(largest_n, efficacy_stop=efficacy_stop):
        under_1 = properties(rule, p1)
        if under_1.success >= power:
            under_0 = properties(rule, p0)
            if under_0.success <= alpha:
                found.append(Design(rule, under_0.success, under_1.success, under_0.expected_n, under_1.expected_n))
    return found


def best(designs: list[Design], by: str) -> Design:
    """``by``: optimal (smallest EN0), minimax (smallest n, then EN0), H1-optimal, H1-minimax (the same with EN1).

    Reading: ties go to the higher power, then to the smaller n1.
    """
    keys = {
        "optimal": lambda d: (d.en0, -d.power, d.rule.n1),
        "minimax": lambda d: (d.rule.n, d.en0, -d.power, d.rule.n1),
        "H1-optimal": lambda d: (d.en1, -d.power, d.rule.n1),
        "H1-minimax": lambda d: (d.rule.n, d.en1, -d.power, d.rule.n1),
    }
    return min(designs, key=keys[by])


def admissible(designs: list[Design]) -> list[tuple[Design, Fraction, Fraction]]:
    """The designs that minimise q * n + (1 - q) * EN0 for some range of q in 0..1, with that range (Jung 2004).

    Straight from the definition: each rival leaves a half-line of q; no hull is drawn. A design that wins at one
    single q only is not listed.
    """
    by_n: dict[int, Design] = {}
    for design in designs:
        n = design.rule.n
        if n not in by_n or best([design, by_n[n]], "optimal") == design:
            by_n[n] = design
    chosen = []
    for n, design in sorted(by_n.items()):
        low, high = Fraction(0), Fraction(1)
        for m, rival in by_n.items():
            # q * (n - m) <= (1 - q) * (rival.en0 - design.en0)
            size, gain = n - m, rival.en0 - design.en0
            slope = size + gain
            if slope > 0:
                high = min(high, gain / slope)
            elif slope < 0:
                low = max(low, gain / slope)
            elif gain < 0:
                high = Fraction(-1)
        if low < high:
            chosen.append((design, low, high))
    return chosen


def single_stage(p0: Fraction, p1: Fraction, alpha: Fraction, power: Fraction) -> tuple[int, int]:
    """The smallest n with some r: success if responses > r, type I error <= alpha, power >= ``power``."""
    n = 1
    while True:
        for r in range(n):
            if at_least(n, r + 1, p0) <= alpha:
                if at_least(n, r + 1, p1) >= power:
                    return n, r
                break
        n += 1

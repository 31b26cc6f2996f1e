"""Is a rate that somebody else found the root of an exact tail? Whole numbers only, nothing of the product imported.

Instead of searching for the root again, the exact value is taken a hair below and a hair above the claimed rate: it
must lie on either side of the target. With rates k / 2**36 everything is a whole number over 2**(36 n).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import comb

from two_stage_oracle import Rule, outcomes, outcomes_without_decision

BITS = 36
WITHIN = 1 << 6  # 2**-30, just below 1e-9


@lru_cache(maxsize=256)
def sequences_at_or_above(n1: int, r1: int, e1: int | None, n: int) -> tuple[tuple[int, ...], ...]:
    """Row i, column t: how many of the sequences of n answers with t responses end in outcome i or above it.

    A trial that stopped is continued in thought to n patients; the last row, above every outcome, is zero.
    """
    rows = [(0,) * (n + 1)]
    for stage, x, size, ways in reversed(outcomes_without_decision(n1, r1, e1, n)):
        left = n - size
        own = [ways * comb(left, t - x) if 0 <= t - x <= left else 0 for t in range(n + 1)]
        rows.append(tuple(a + b for a, b in zip(rows[-1], own, strict=True)))
        assert stage in (1, 2)
    return tuple(reversed(rows))


@lru_cache(maxsize=256)
def summed_mle(n1: int, r1: int, e1: int | None, n: int) -> tuple[int, ...]:
    """Column t: n1 * n times the sum, over the sequences with t responses, of responses over patients at the end."""
    sums = [0] * (n + 1)
    for _, x, size, ways in outcomes_without_decision(n1, r1, e1, n):
        left, value = n - size, x * (n1 * n // size)
        for more in range(left + 1):
            sums[x + more] += ways * comb(left, more) * value
    return tuple(sums)


def at_rate(coefficients: tuple[int, ...], numerator: int) -> int:
    """The sum of c_t a**t q**(n - t), with a = ``numerator`` and q = 2**36 - a."""
    no = (1 << BITS) - numerator
    total, power = 0, 1
    for coefficient in coefficients:
        total = total * no + coefficient * power
        power *= numerator
    return total


@lru_cache(maxsize=64)
def is_root(coefficients: tuple[int, ...], target: Fraction, claimed: float) -> bool:
    """Whether the rising polynomial crosses ``target`` within 1e-9 of ``claimed``; at 0 or 1 one side is enough."""
    if not 0.0 <= claimed <= 1.0:
        return False
    whole = 1 << BITS
    at = round(Fraction(claimed) * whole)
    scaled = target.numerator * whole ** (len(coefficients) - 1)
    below, above = at - WITHIN, at + WITHIN
    return (below <= 0 or at_rate(coefficients, below) * target.denominator <= scaled) and (
        above >= whole or at_rate(coefficients, above) * target.denominator >= scaled
    )


class Claims:
    """Which roots are right for one rule: each method takes the index of the outcome and the rate that was claimed."""

    def __init__(self, rule: Rule) -> None:
        shape = (rule.n1, rule.r1, rule.e1, rule.n)
        self.rows = sequences_at_or_above(*shape)
        self.mle = summed_mle(*shape)
        self.scale = rule.n1 * rule.n
        self.outcomes = outcomes(rule)

    def median_unbiased(self, index: int, claimed: float) -> bool:
        return claimed == 0 if index == 0 else is_root(self.rows[index], Fraction(1, 2), claimed)

    def bias_adjusted(self, index: int, claimed: float) -> bool:
        seen = self.outcomes[index]
        return is_root(self.mle, Fraction(seen.responses * self.scale, seen.patients), claimed)

    def stage_wise(self, index: int, level: Fraction, claimed: tuple[float, float]) -> bool:
        side = (1 - level) / 2
        return is_root(self.rows[index], side, claimed[0]) and is_root(self.rows[index + 1], 1 - side, claimed[1])

    def mid_p(self, index: int, level: Fraction, claimed: tuple[float, float]) -> bool:
        side = (1 - level) / 2
        twice = tuple(a + b for a, b in zip(self.rows[index], self.rows[index + 1], strict=True))
        return is_root(twice, 2 * side, claimed[0]) and is_root(twice, 2 * (1 - side), claimed[1])

    def koyama_chen(self, index: int, level: Fraction, claimed: tuple[float, float]) -> bool:
        side = (1 - level) / 2
        return is_root(self.rows[index], side, claimed[0]) and is_root(self.rows[index], 1 - side, claimed[1])

    def naive(self, index: int, level: Fraction, claimed: tuple[float, float]) -> bool:
        """Clopper and Pearson: the tails of one binomial count."""
        seen = self.outcomes[index]
        return is_naive(seen.responses, seen.patients, (1 - level) / 2, claimed)


@lru_cache(maxsize=4096)
def is_naive(responses: int, size: int, side: Fraction, claimed: tuple[float, float]) -> bool:
    lower = tuple(comb(size, x) if x >= responses else 0 for x in range(size + 1))
    upper = tuple(comb(size, x) if x > responses else 0 for x in range(size + 1))
    return is_root(lower, side, claimed[0]) and is_root(upper, 1 - side, claimed[1])

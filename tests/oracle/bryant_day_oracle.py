"""Two-stage rules on response and toxicity by brute force, in fractions; imports nothing of what it judges."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import comb


@cache
def chance(n, x, rate):
    return comb(n, x) * rate**x * (1 - rate) ** (n - x)


@cache
def one_endpoint(n1, n, first, final, rate):
    """P(more than ``first`` of n1), and P(that, and more than ``final`` of n)."""
    on = [x for x in range(n1 + 1) if x > first]
    going_on = sum(chance(n1, x, rate) for x in on)
    success = sum(chance(n1, x, rate) * chance(n - n1, y, rate) for x in on for y in range(n - n1 + 1) if x + y > final)
    return going_on, success


def best_of_size(n, p0, p1, acceptable, unacceptable, alpha_response, alpha_toxicity, power, worst):
    """(expected size, -power, n1) and the rules (n1, r1, t1, r, t) that share it; None if no rule meets the limits."""
    best, rules = None, []
    free0, free1 = 1 - unacceptable, 1 - acceptable
    for n1 in range(1, n):
        limits = [(first, final) for first in range(n1) for final in range(first, n)]
        response = [(f, s, *one_endpoint(n1, n, f, s, p0), *one_endpoint(n1, n, f, s, p1)) for f, s in limits]
        free = [(f, s, *one_endpoint(n1, n, f, s, free0), *one_endpoint(n1, n, f, s, free1)) for f, s in limits]
        response = [row for row in response if row[5] >= power]
        free = [row for row in free if row[5] >= power]
        for r1, r, on0, ok0, on1, ok1 in response:
            for c1, c, free_on0, free_ok0, free_on1, free_ok1 in free:
                if ok0 * free_ok1 > alpha_response or ok1 * free_ok0 > alpha_toxicity or ok1 * free_ok1 < power:
                    continue
                shares = (on0 * free_on1, on1 * free_on0)
                share = max(shares) if worst else sum(shares) / 2
                key = (n1 + (n - n1) * share, -ok1 * free_ok1, n1)
                if best is None or key < best:
                    best, rules = key, []
                if key == best:
                    rules.append((n1, r1, n1 - c1, r, n - c))
    return None if best is None else (best, rules)


def frontier(largest, *setting):
    """By n, the rules whose expected size is below that of every smaller n."""
    kept, least = {}, None
    for n in range(2, largest + 1):
        found = best_of_size(n, *setting)
        if found is not None and (least is None or found[0][0] < least):
            least = found[0][0]
            kept[n] = found
    return kept


def follow_pairs(n1, n, r1, t1, r, t, cells):
    """P(success), P(stop early), P(too few), P(too toxic), expected size; ``cells``: both, response, toxicity, none."""
    one = stage(n1, cells)
    two = stage(n - n1, cells)
    few = sum(value for (x, _), value in one.items() if x <= r1)
    toxic = sum(value for (_, y), value in one.items() if y >= t1)
    on = {pair: value for pair, value in one.items() if pair[0] > r1 and pair[1] < t1}
    success = sum(
        value * after for (x, y), value in on.items() for (u, v), after in two.items() if x + u > r and y + v < t
    )
    going_on = sum(on.values())
    return success, 1 - going_on, few, toxic, n1 + (n - n1) * going_on


def stage(n, cells):
    """P(x responses, y toxicities) among n, by the multinomial distribution."""
    found = {}
    both, response, toxicity, none = cells
    for a in range(n + 1):
        for b in range(n - a + 1):
            for c in range(n - a - b + 1):
                d = n - a - b - c
                ways = comb(n, a) * comb(n - a, b) * comb(n - a - b, c)
                value = ways * both**a * response**b * toxicity**c * none**d
                found[a + b, a + c] = found.get((a + b, a + c), Fraction(0)) + value
    return found

"""Plain restatements of the statistics in fractions and brute force. Imports nothing of onearm."""

from fractions import Fraction
from itertools import product
from math import comb


def pmf(n, p):
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def walk(n1, n, futility_stop, success, efficacy_stop, p):
    """Every pair of stage-wise counts with its probability, how the trial ends, and whether it succeeds."""
    first, second = pmf(n1, p), pmf(n - n1, p)
    for x1 in range(n1 + 1):
        if x1 <= futility_stop:
            yield (1, x1), first[x1], False
        elif efficacy_stop is not None and x1 >= efficacy_stop:
            yield (1, x1), first[x1], True
        else:
            for x2 in range(n - n1 + 1):
                yield (2, x1 + x2), first[x1] * second[x2], x1 + x2 >= success


def success_probability(rule, p):
    return sum(prob for _, prob, success in walk(*rule, p) if success)


def distribution(rule, p):
    """Probability of each final outcome (stage, responders)."""
    found = {}
    for outcome, prob, _ in walk(*rule, p):
        found[outcome] = found.get(outcome, Fraction(0)) + prob
    return found


def expected_size(rule, p):
    n1, n = rule[:2]
    return sum(prob * (n1 if stage == 1 else n) for (stage, _), prob in distribution(rule, p).items())


def rank(rule, outcome):
    """Place in the stage-wise order: futility stops, totals after stage two, efficacy stops."""
    stage, x = outcome
    if stage == 2:
        return (1, x)
    return (0, x) if x <= rule[2] else (2, x)


def p_value(rule, outcome, p):
    seen = rank(rule, outcome)
    return sum(prob for other, prob in distribution(rule, p).items() if rank(rule, other) >= seen)


def first_responses(n1, n, rule):
    """The first patient's response in every sequence of responses, by how that sequence ends."""
    ends = {}
    for bits in product((0, 1), repeat=n):
        x1 = sum(bits[:n1])
        stopped = x1 <= rule[2] or (rule[4] is not None and x1 >= rule[4])
        end = (1, x1) if stopped else (2, sum(bits))
        ends.setdefault(end, []).append(bits[0])
    return ends


def first_patient_mean(rule, outcome):
    """E(first patient responds | outcome): by Rao and Blackwell the best unbiased estimate."""
    bits = first_responses(rule[0], rule[1], rule)[outcome]
    return Fraction(sum(bits), len(bits))


def survival_at(times, events, t):
    """The product limit S(t) with its Greenwood sum, by definition; the sum is None at S = 0."""
    s, total = Fraction(1), Fraction(0)
    for u in sorted({time for time, event in zip(times, events, strict=True) if event and time <= t}):
        n = sum(1 for time in times if time >= u)
        d = sum(1 for time, event in zip(times, events, strict=True) if time == u and event)
        s *= Fraction(n - d, n)
        total = None if n == d or total is None else total + Fraction(d, n * (n - d))
    return s, total


def quantile(times, events, prob, rule):
    """First event time with S below the level; the middle of the stretch on the level; None if never."""
    level = 1 - prob
    drops = sorted({time for time, event in zip(times, events, strict=True) if event})
    on_level = [u for u in drops if survival_at(times, events, u)[0] == level]
    below = [u for u in drops if survival_at(times, events, u)[0] < level]
    if not on_level:
        return Fraction(below[0]) if below else None
    if below:
        return Fraction(on_level[0] + below[0], 2)
    return Fraction(on_level[0] + max(times), 2) if rule == "r" else None

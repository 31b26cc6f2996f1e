"""Plain restatements of the monitoring rules: every path, in fractions. Imports nothing of onearm."""

from fractions import Fraction
from itertools import product
from math import comb, factorial


def walk_paths(looks, lower, upper, rate):
    """Every sequence of outcomes: where it stops, its events there, how, and its probability."""
    n = looks[-1]
    for path in product((0, 1), repeat=n):
        events = sum(path)
        probability = rate**events * (1 - rate) ** (n - events)
        for place, look in enumerate(looks):
            seen = sum(path[:look])
            if lower[place] is not None and seen <= lower[place]:
                yield place, look, seen, "low", probability
                break
            if upper[place] is not None and seen >= upper[place]:
                yield place, look, seen, "high", probability
                break
        else:
            yield len(looks) - 1, n, events, "end", probability


def characteristics(looks, lower, upper, rate):
    """Stop probabilities per look (low, high), expected size, expected events."""
    low, high = [Fraction(0)] * len(looks), [Fraction(0)] * len(looks)
    size = events = Fraction(0)
    for place, patients, seen, how, probability in walk_paths(looks, lower, upper, rate):
        size += patients * probability
        events += seen * probability
        if how == "low":
            low[place] += probability
        if how == "high":
            high[place] += probability
    return low, high, size, events


def tail(x, n, rate):
    return sum((comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(x, n + 1)), Fraction(0))


def recurse(looks, lower, upper, rate):
    """P(stop high) and expected size by adding over counts in fractions, for sizes that have too many paths."""
    here, high, size, seen = {0: Fraction(1)}, Fraction(0), Fraction(0), 0
    for place, look in enumerate(looks):
        step = look - seen
        after = {}
        for x, probability in here.items():
            for k in range(step + 1):
                share = comb(step, k) * rate**k * (1 - rate) ** (step - k)
                after[x + k] = after.get(x + k, Fraction(0)) + probability * share
        here, seen = {}, look
        for x, probability in after.items():
            stops_low = lower[place] is not None and x <= lower[place]
            stops_high = upper[place] is not None and x >= upper[place]
            if stops_high:
                high += probability
            if stops_low or stops_high:
                size += look * probability
            else:
                here[x] = probability
    return high, size + seen * sum(here.values())


def pocock(looks, rate, limit):
    """The rule with the largest pointwise level whose P(ever stop) is within the limit: every level is tried."""
    best = None
    for level in sorted({tail(x, n, rate) for n in looks for x in range(n + 1)}):
        upper = [next((x for x in range(n + 1) if tail(x, n, rate) <= level), None) for n in looks]
        ever = recurse(looks, [None] * len(looks), upper, rate)[0]
        if ever <= limit:
            best = tuple(upper), level, ever
    return best


def predictive(n, x, n_max, success, a, b):
    """P(at least ``success`` of ``n_max``) after x of n, summed over the future patients (a, b whole)."""

    def beta(p, q):
        return Fraction(factorial(p - 1) * factorial(q - 1), factorial(p + q - 1))

    m = n_max - n
    return sum(
        (
            comb(m, k) * beta(a + x + k, b + n - x + m - k) / beta(a + x, b + n - x)
            for k in range(max(0, success - x), m + 1)
        ),
        Fraction(0),
    )


def best_predictive(n_max, first, a, b, p0, p1, alpha, power):
    """Smallest expected size under p0 over every success count and every theta_L, all of them tried."""
    looks = [*range(first, n_max), n_max]
    best = None
    for success in range(1, n_max + 1):
        table = {(n, x): predictive(n, x, n_max, success, a, b) for n in range(first, n_max) for x in range(n + 1)}
        for theta in sorted({Fraction(0), Fraction(1), *table.values()}):
            lower = [max((x for x in range(n + 1) if table[n, x] < theta), default=None) for n in range(first, n_max)]
            limits = [*lower, success - 1], [None] * len(lower) + [success]
            reached, size = recurse(looks, *limits, p0)
            if reached > alpha or recurse(looks, *limits, p1)[0] < power:
                continue
            if best is None or size < best[0]:
                best = size, success, tuple(lower)
    return best


def multiply(p, q):
    found = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, u in enumerate(p):
        for j, v in enumerate(q):
            found[i + j] += u * v
    return found


def power_of(p, k):
    found = [Fraction(1)]
    for _ in range(k):
        found = multiply(found, p)
    return found


def difference(a, b, c, d, delta):
    """P(Beta(a, b) > Beta(c, d) + delta) for whole parameters: both densities are polynomials."""
    m = a + b - 1
    above = [Fraction(0)] * (m + 1)
    for j in range(a):
        term = multiply(power_of([delta, Fraction(1)], j), power_of([1 - delta, Fraction(-1)], m - j))
        for i, value in enumerate(term):
            above[i] += comb(m, j) * value
    density = multiply(power_of([Fraction(0), Fraction(1)], c - 1), power_of([Fraction(1), Fraction(-1)], d - 1))
    scale = Fraction(factorial(c - 1) * factorial(d - 1), factorial(c + d - 1))
    top = 1 - delta
    return sum(v * top ** (i + 1) / (i + 1) for i, v in enumerate(multiply(density, above))) / scale

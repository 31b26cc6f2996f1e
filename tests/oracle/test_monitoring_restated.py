import random
from fractions import Fraction

import monitoring_oracle as oracle
import pytest

from onearm.design.predictive_search import find_predictive_probability
from onearm.design.response_boundaries import posterior_boundaries, predictive_probability
from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes
from onearm.stats.monitoring import SequentialRule, sequential_characteristics
from onearm.stats.monitoring_posterior import BetaPrior, difference_above, predictive_probabilities


def random_rule(seed):
    draw = random.Random(seed)
    n = draw.randint(1, 9)
    looks = sorted({n, *draw.sample(range(1, n + 1), draw.randint(0, n))})
    lower, upper = [], []
    for look in looks:
        low, high = sorted(draw.sample(range(-1, look + 2), 2))
        lower.append(low if low >= 0 and draw.random() < 0.7 else None)
        upper.append(high if high <= look and draw.random() < 0.7 else None)
    return tuple(looks), tuple(lower), tuple(upper)


@pytest.mark.parametrize("seed", range(40))
def test_characteristics(seed):
    rule = random_rule(seed)
    for rate in (Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(9, 10), Fraction(1)):
        low, high, size, events = oracle.characteristics(*rule, rate)
        found = sequential_characteristics(SequentialRule(*rule), float(rate))
        assert found.stop_lower == pytest.approx([float(p) for p in low], abs=1e-14)
        assert found.stop_upper == pytest.approx([float(p) for p in high], abs=1e-14)
        assert found.expected_size == pytest.approx(float(size), rel=1e-13)
        assert found.expected_events == pytest.approx(float(events), rel=1e-13, abs=1e-14)


@pytest.mark.parametrize(
    ("looks", "rate", "limit"),
    [
        (range(1, 9), Fraction(1, 5), Fraction(1, 10)),
        (range(1, 9), Fraction(1, 2), Fraction(1, 8)),  # a half: many levels are equal
        (range(2, 8), Fraction(1, 3), Fraction(1, 20)),
        ((4, 8, 12), Fraction(1, 4), Fraction(1, 10)),
        ((1,), Fraction(1, 2), Fraction(1, 2)),  # attained exactly
    ],
)
def test_pocock(looks, rate, limit):
    upper, level, ever = oracle.pocock(tuple(looks), rate, limit)
    found = monitor_toxicity(float(rate), max(looks), float(limit), looks=list(looks))
    assert found.stop_if == upper
    assert found.attained == pytest.approx(float(ever), rel=1e-12)
    assert found.level_range[0] == pytest.approx(float(level), rel=1e-12)


def test_bayesian_toxicity():
    # Beta(1, 1): P(rate > t | x of n) = P(Bin(n + 1, t) ≤ x).
    certainty, rate = Fraction(9, 10), Fraction(3, 10)
    found = monitor_toxicity_bayes(float(rate), 12, (1, 1), certainty=float(certainty))
    upper = [
        next((x for x in range(n + 1) if 1 - oracle.tail(x + 1, n + 1, rate) > certainty), None) for n in range(1, 13)
    ]
    assert list(found.stop_if) == upper
    ever, size = oracle.recurse(range(1, 13), [None] * 12, upper, rate)
    assert found.attained == pytest.approx(float(ever), rel=1e-12)
    assert found.properties[0].expected_size == pytest.approx(float(size), rel=1e-12)


@pytest.mark.parametrize(("n_max", "success", "a", "b"), [(1, 1, 1, 1), (12, 5, 1, 3), (15, 2, 4, 1), (20, 20, 2, 2)])
def test_predictive_probabilities(n_max, success, a, b):
    table = predictive_probabilities(n_max, success, BetaPrior(a, b))
    for n in range(n_max + 1):
        for x in range(n + 1):
            exact = float(oracle.predictive(n, x, n_max, success, a, b))
            assert table[n, x] == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("n_max", "p0", "p1", "alpha", "power", "prior"),
    [
        (9, Fraction(1, 5), Fraction(3, 5), Fraction(1, 10), Fraction(4, 5), (1, 1)),
        (11, Fraction(1, 10), Fraction(1, 2), Fraction(1, 20), Fraction(4, 5), (1, 4)),
        (12, Fraction(2, 5), Fraction(3, 4), Fraction(1, 10), Fraction(4, 5), (2, 1)),
        (6, Fraction(1, 5), Fraction(2, 5), Fraction(1, 10), Fraction(4, 5), (1, 1)),  # no design exists
    ],
)
def test_predictive_search(n_max, p0, p1, alpha, power, prior):
    best = oracle.best_predictive(n_max, 3, *prior, p0, p1, alpha, power)
    rates = float(p0), float(p1), float(alpha), float(power)
    search = find_predictive_probability(*rates, prior, n_from=n_max, n_to=n_max, first=3)
    if best is None:
        assert search.designs == ()
        return
    (found,) = search.designs
    size, success, lower = best
    assert found.success == success
    assert found.en0 == pytest.approx(float(size), rel=1e-12)
    again = search.boundary(found)
    assert again.futility == (*lower, success - 1)
    assert again == predictive_probability(
        rates[0], rates[1], n_max, prior, theta_l=found.theta_l, theta_t=found.theta_t, first=3
    )


@pytest.mark.parametrize(
    ("a", "b", "c", "d", "delta"),
    [(3, 4, 5, 9, 0), (6, 10, 15, 35, 0.125), (1, 1, 1, 1, 0.25), (2, 20, 10, 1, 0.125), (1, 30, 8, 42, 0.0625)],
)
def test_difference_of_rates(a, b, c, d, delta):
    exact = float(oracle.difference(a, b, c, d, Fraction(delta)))
    assert difference_above(0, 0, delta, BetaPrior(a, b), BetaPrior(c, d)) == pytest.approx(exact, abs=1e-12)


def test_posterior_boundaries_with_a_distributed_control():
    found = posterior_boundaries(
        0.3, 0.5, 14, (1, 1), control=(6, 14), futility=0.1, efficacy=0.9, delta=0.125, looks=[4, 9, 14]
    )
    for look, low, high in zip(found.looks, found.futility, found.efficacy, strict=True):
        few = [x for x in range(look + 1) if oracle.difference(1 + x, 1 + look - x, 6, 14, Fraction(1, 8)) <= 0.1]
        enough = [x for x in range(look + 1) if oracle.difference(1 + x, 1 + look - x, 6, 14, Fraction(0)) >= 0.9]
        assert low == max(few, default=None)
        assert high == min(enough, default=None)
    reached, size = oracle.recurse(found.looks, found.futility, found.efficacy, Fraction(3, 10))
    assert found.type_one_error == pytest.approx(float(reached), rel=1e-12)
    assert found.properties[0].expected_size == pytest.approx(float(size), rel=1e-12)

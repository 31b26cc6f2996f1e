"""The one-sample log-rank test restated patient by patient, with the Poisson sums in fractions; and its behaviour."""

from __future__ import annotations

from fractions import Fraction
from math import erf, exp, log, sqrt
from random import Random

import pytest

from onearm.stats.one_sample_log_rank import one_sample_log_rank, piecewise_reference


def expected_of(time, points):
    """Hazard of each interval times the time spent in it; no time beyond the last point."""
    total, start, share = 0.0, 0.0, 1.0
    for end, after in points:
        spent = max(0.0, min(time, end) - start)
        total += spent * (log(share) - log(after)) / (end - start)
        start, share = end, after
    return total


def poisson_at_most(count, mean):
    """P(X ≤ count) from the series of 1/e^mean in fractions."""
    mean = Fraction(mean)
    term = total = Fraction(1)
    for k in range(1, count + 1):
        term = term * mean / k
        total += term
    return float(total) * exp(-float(mean))


def test_restated():
    random = Random(7)
    for _ in range(40):
        shares = sorted((random.uniform(0.05, 1) for _ in range(random.randint(1, 5))), reverse=True)
        times = sorted(random.uniform(0.5, 40) for _ in shares)
        points = list(zip(times, shares, strict=True))
        at = [random.uniform(0, 60) for _ in range(random.randint(1, 30))]
        seen = [random.random() < 0.6 for _ in at]
        found = one_sample_log_rank(at, seen, piecewise_reference(points), 0.9)
        observed = sum(event and time <= times[-1] for time, event in zip(at, seen, strict=True))
        expected = sum(expected_of(time, points) for time in at)
        assert found.observed == observed
        assert found.expected == pytest.approx(expected, rel=1e-12)
        for z, p_value, variance in (
            (found.z, found.p_value, expected),
            (found.z_wu, found.p_value_wu, (observed + expected) / 2),
        ):
            assert z == pytest.approx((observed - expected) / sqrt(variance), rel=1e-9)
            assert p_value == pytest.approx((1 + erf(z / sqrt(2))) / 2, abs=1e-12)
        assert found.poisson_p_value == pytest.approx(poisson_at_most(observed, expected), rel=1e-9)
        assert found.ratio == pytest.approx(observed / expected)
        lower, upper = (limit * expected for limit in found.ratio_interval)
        assert poisson_at_most(observed, upper) == pytest.approx(0.05, rel=1e-8)
        if observed:
            assert 1 - poisson_at_most(observed - 1, lower) == pytest.approx(0.05, rel=1e-8)
        else:
            assert lower == 0

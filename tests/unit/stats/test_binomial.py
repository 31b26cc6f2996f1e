import numpy as np
import pytest

from onearm.stats.binomial import (
    Interval,
    binomial_pmf,
    binomial_tail,
    binomial_tails,
    clopper_pearson,
    normal_quantile,
    wilson,
)


def test_no_patients_have_no_limits():
    assert clopper_pearson(0, 0) == Interval(None, None)
    assert wilson(0, 0) == Interval(None, None)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
@pytest.mark.parametrize("n", [1, 7, 36, 250])
def test_the_ends_are_exact(interval, n):
    assert interval(0, n).lower == 0.0
    assert interval(n, n).upper == 1.0


def test_none_and_all_of_36():
    assert round(clopper_pearson(0, 36).upper, 3) == 0.097
    assert round(clopper_pearson(36, 36).lower, 3) == 0.903


def test_a_tail_includes_its_count():
    assert binomial_tail(2, 2, 0.5) == 0.25
    assert binomial_tail(0, 2, 0.5) == 1.0
    assert binomial_tail(-3, 2, 0.5) == 1.0
    assert binomial_tail(3, 2, 0.5) == 0.0
    assert binomial_tails(2, 0.5).tolist() == [1.0, 0.75, 0.25, 0.0]


@pytest.mark.parametrize(("rate", "where"), [(0.0, 0), (1.0, 4)])
def test_sure_rates(rate, where):
    assert binomial_pmf(4, rate).tolist() == [float(k == where) for k in range(5)]


def test_extreme_rates_keep_a_sum_of_one():
    for rate in (1e-300, 1e-9, 1 - 1e-12):
        assert binomial_pmf(1000, rate).sum() == pytest.approx(1, abs=1e-14)


def test_shared_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        binomial_pmf(5, 0.3)[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        binomial_tails(5, 0.3)[0] = 0.0


@pytest.mark.parametrize("call", [lambda: binomial_tail(1, 2, 1.2), lambda: binomial_pmf(-1, 0.2)])
def test_impossible_inputs_are_refused(call):
    with pytest.raises(ValueError, match="not"):
        call()


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_impossible_counts_and_levels_are_refused(interval):
    for x, n, level in ((3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0), (1, 2, 0.0)):
        with pytest.raises(ValueError, match="lies between"):
            interval(x, n, level)


def test_normal_quantile():
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, abs=1e-15)


def test_limits_rise_with_the_count():
    limits = np.array([clopper_pearson(x, 20) for x in range(21)])
    assert (np.diff(limits, axis=0) > 0).all()


@pytest.mark.parametrize("x", [87, 92, 777, 1457, 1464])
def test_limits_of_many_patients_solve_their_equation(x):
    """On the way to some of these a Newton step overflows: the middle of the bracket is taken, and nobody is warned."""
    n, interval = 1554, clopper_pearson(x, 1554)
    assert binomial_tails(n, interval.lower)[x] == pytest.approx(0.025, rel=1e-9)
    assert 1 - binomial_tails(n, interval.upper)[x + 1] == pytest.approx(0.025, rel=1e-9)

from fractions import Fraction

import numpy as np
import pytest

from onearm.stats.kaplan_meier import (
    estimate_survival_curve,
    exact_survival,
    fill_curve,
    pointwise_limits,
    reverse,
)

TYPES = ("log-log", "log", "plain", "logit", "arcsin")


def test_events_come_before_censorings_of_the_same_day():
    curve = estimate_survival_curve([3, 3, 5], [0, 1, 1])
    assert curve.time.tolist() == [3, 5]
    assert curve.n_risk.tolist() == [3, 1]
    assert curve.n_event.tolist() == [1, 1]
    assert curve.n_censor.tolist() == [1, 0]
    assert curve.survival.tolist() == [2 / 3, 0.0]
    assert (curve.n, curve.total_events) == (3, 2)


def test_nothing_exists_at_zero():
    curve = estimate_survival_curve([5], [1])
    assert curve.has_std_error.tolist() == [False]
    assert curve.limits(0) == (None, None)


@pytest.mark.parametrize(
    ("interval", "limits"), [(t, (1.0, 1.0) if t in ("log", "plain") else (None, None)) for t in TYPES]
)
def test_limits_before_the_first_event(interval, limits):
    curve = estimate_survival_curve([1, 2, 3], [0, 0, 1], interval=interval)
    assert curve.limits(1) == limits
    assert curve.has_std_error[1]
    assert curve.std_error[1] == 0


@pytest.mark.parametrize("interval", TYPES)
def test_arrays_hold_no_nan_and_cannot_be_changed(interval):
    curve = estimate_survival_curve([1, 2, 2, 4], [0, 1, 0, 1], interval=interval)
    for name in ("survival", "std_error", "lower", "upper"):
        array = getattr(curve, name)
        assert np.isfinite(array).all()
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        curve.time[0] = 9
    missing = ~curve.has_limits
    assert (curve.lower[missing] == 0).all()
    assert (curve.upper[missing] == 1).all()


def test_an_empty_sample_is_an_empty_curve():
    curve = estimate_survival_curve([], [])
    assert curve.time.size == 0
    assert curve.n == 0
    assert reverse(curve).time.size == 0


def test_exact_survival():
    curve = estimate_survival_curve(range(1, 9), [1, 1, 1, 1, 0, 0, 1, 0])
    assert [exact_survival(curve, i) for i in (0, 3, 5, 6)] == [
        Fraction(7, 8),
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(1, 4),
    ]


def test_reverse_swaps_events_and_censorings():
    curve = estimate_survival_curve([2, 2, 3, 7], [1, 0, 0, 1], interval="plain", level=0.9)
    swapped = reverse(curve)
    assert swapped.n_event.tolist() == curve.n_censor.tolist()
    assert swapped.n_censor.tolist() == curve.n_event.tolist()
    assert (swapped.interval, swapped.level) == ("plain", 0.9)
    again = reverse(swapped, interval="log", level=0.8)
    assert again.survival.tolist() == curve.survival.tolist()
    assert (again.interval, again.level) == ("log", 0.8)


def test_the_core_fills_arrays_of_the_caller_and_returns_the_steps():
    days = np.array([1, 1, 4], dtype=np.int64)
    event = np.array([True, True, False])
    counts = [np.full(3, 99, dtype=np.int64) for _ in range(4)]
    survival, variance = np.full(3, 9.0), np.full(3, 9.0)
    steps = fill_curve(days, event, *counts, survival, variance)
    assert steps == 2
    assert [c[:2].tolist() for c in counts] == [[1, 4], [3, 1], [2, 0], [0, 1]]
    assert survival[:2].tolist() == [1 / 3, 1 / 3]
    assert variance[:2].tolist() == [2 / 3, 2 / 3]
    assert survival[2] == 9.0


def test_the_core_compiles_as_it_stands():
    from numba import njit

    compiled = njit(fill_curve)
    rng = np.random.default_rng(20240301)
    for n in (1, 5, 40):
        days = np.sort(rng.integers(0, 12, n))
        event = rng.random(n) < 0.6
        plain, fast = ([np.zeros(n, dtype=np.int64) for _ in range(4)] + [np.zeros(n), np.zeros(n)] for _ in "ab")
        assert fill_curve(days, event, *plain) == compiled(days, event, *fast)
        for a, b in zip(plain, fast, strict=True):
            assert a.tolist() == b.tolist()


@pytest.mark.parametrize(
    ("time", "event", "options", "word"),
    [
        ([1.5], [1], {}, "whole days"),
        ([-1], [1], {}, "before day 0"),
        ([1, 2], [1], {}, "one length"),
        ([[1]], [[1]], {}, "one length"),
        ([1], [2], {}, "seen"),
        ([1], [1], {"interval": "normal"}, "interval type"),
        ([1], [1], {"level": 95}, "level"),
    ],
)
def test_other_inputs_are_refused(time, event, options, word):
    with pytest.raises(ValueError, match=word):
        estimate_survival_curve(time, event, **options)


def test_limits_are_clipped():
    assert pointwise_limits(0.1, 0.2, "plain") == (0.0, pytest.approx(0.1 + 0.2 * 1.959963984540054))
    assert pointwise_limits(0.9, 0.2, "log").upper == 1.0
    assert pointwise_limits(0.05, 0.2, "arcsin").lower == 0.0
    assert pointwise_limits(0.95, 0.2, "arcsin").upper == 1.0

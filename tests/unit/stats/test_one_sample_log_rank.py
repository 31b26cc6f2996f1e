import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.stats.binomial import Interval
from onearm.stats.one_sample_log_rank import (
    cumulative_hazard,
    exponential_reference,
    one_sample_log_rank,
    piecewise_reference,
)

times = st.lists(st.floats(0, 100), min_size=1, max_size=30)


def test_by_hand():
    # Median 10: ln 2 / 10 a month. Two patients over 10 and 30 months: E = 4 ln 2 = 2.77; one event.
    found = one_sample_log_rank([10, 30], [True, False], exponential_reference(10))
    assert (found.observed, found.expected) == (1, pytest.approx(4 * math.log(2)))
    assert found.z == pytest.approx((1 - 4 * math.log(2)) / math.sqrt(4 * math.log(2)))
    assert found.p_value < 0.5 < one_sample_log_rank([10, 1], [True, True], exponential_reference(10)).p_value
    assert found.poisson_p_value == pytest.approx((1 + 4 * math.log(2)) / 16)


def test_cumulative_hazard_of_each_reference():
    median = cumulative_hazard(exponential_reference(6), [0, 3, 6, 60])
    assert median == pytest.approx(np.log(2) * np.array([0, 0.5, 1, 10]))
    assert cumulative_hazard(exponential_reference(12, 0.25), [6]) == pytest.approx([math.log(2)])
    curve = piecewise_reference([(6, 1.0), (12, 0.5), (24, 0.5), (36, 0.25)])
    expected = np.log(2) * np.array([0, 0, 0.5, 1, 1, 1.5, 2, 2])
    assert cumulative_hazard(curve, [0, 6, 9, 12, 24, 30, 36, 99]) == pytest.approx(expected)


def test_what_lies_beyond_the_curve_is_not_counted():
    curve = piecewise_reference([(12, 0.5)])
    at_the_end = one_sample_log_rank([12.0, 5.0], [True, False], curve)
    beyond = one_sample_log_rank([np.nextafter(12.0, 13), 5.0], [True, False], curve)
    assert (at_the_end.observed, beyond.observed) == (1, 0)
    assert beyond.expected == pytest.approx(at_the_end.expected)


def test_nothing_expected_gives_no_test():
    found = one_sample_log_rank([0.0, 0.0], [False, True], exponential_reference(10))
    assert (found.observed, found.expected) == (1, 0)
    rest = (found.z, found.p_value, found.z_wu, found.p_value_wu, found.poisson_p_value, found.ratio)
    assert rest == (None,) * 6 and found.ratio_interval == Interval(None, None)
    assert one_sample_log_rank([], np.zeros(0, bool), exponential_reference(10)).expected == 0


@pytest.mark.parametrize("time", [0, -1, math.inf, math.nan])
def test_impossible_times_of_a_reference_are_refused(time):
    with pytest.raises(ValueError, match="time of a reference"):
        exponential_reference(time)
    with pytest.raises(ValueError, match="time of a reference"):
        piecewise_reference([(time, 0.5)])


@pytest.mark.parametrize("points", [[(6, 0)], [(6, 1.0)], [(6, 1.2), (12, 0.5)], [(6, 0.5), (12, 1.0)]])
def test_impossible_shares_are_refused(points):
    with pytest.raises(ValueError, match="share without the event"):
        piecewise_reference(points)


def test_impossible_curves_and_times_are_refused():
    for points in ([(6, 0.5), (6, 0.4)], [(12, 0.5), (6, 0.4)], [(6, 0.5), (12, 0.6)]):
        with pytest.raises(ValueError, match="times rise and shares fall"):
            piecewise_reference(points)
    with pytest.raises(ValueError, match="at least one point"):
        piecewise_reference([])
    reference = exponential_reference(6)
    for at, seen in (([1, 2], [True]), ([1], [1]), ([[1]], [[True]])):
        with pytest.raises(ValueError, match="equal length"):
            one_sample_log_rank(at, seen, reference)
    for at in ([-1.0], [math.nan], [math.inf]):
        with pytest.raises(ValueError, match="finite and not negative"):
            one_sample_log_rank(at, [True], reference)
    with pytest.raises(ValueError, match="confidence level"):
        one_sample_log_rank([1.0], [True], reference, 1.0)


@given(times, st.floats(0.5, 50), st.data())
def test_fewer_events_give_smaller_p_values(at, median, data):
    if sum(at) < 1e-3:
        return
    events = np.array(data.draw(st.lists(st.booleans(), min_size=len(at), max_size=len(at))))
    found = one_sample_log_rank(at, events, exponential_reference(median))
    assert found.expected == pytest.approx(math.log(2) * sum(at) / median)
    lower, upper = found.ratio_interval
    assert lower <= found.ratio <= upper
    assert (found.p_value < 0.5) == (found.p_value_wu < 0.5) == (found.observed < found.expected)
    if not events.all():
        more = events.copy()
        more[int(np.flatnonzero(~events)[0])] = True
        other = one_sample_log_rank(at, more, exponential_reference(median))
        assert other.expected == found.expected
        assert other.z > found.z and other.z_wu > found.z_wu
        assert other.p_value >= found.p_value and other.p_value_wu >= found.p_value_wu
        assert other.poisson_p_value >= found.poisson_p_value
    # The unit of time does not matter.
    scaled = one_sample_log_rank(np.array(at) * 30.4375, events, exponential_reference(median * 30.4375))
    assert scaled.z == pytest.approx(found.z, abs=1e-9)


def test_a_constant_hazard_is_the_same_curve_however_it_is_written():
    at, seen = [1.0, 4.0, 11.0], [True, False, True]
    written = one_sample_log_rank(at, seen, piecewise_reference([(4, 2**-0.4), (8, 2**-0.8), (12, 2**-1.2)]))
    assert written.expected == pytest.approx(one_sample_log_rank(at, seen, exponential_reference(10)).expected)


def test_no_compiler_is_loaded():
    code = "import sys, onearm.stats.one_sample_log_rank; print('numba' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]

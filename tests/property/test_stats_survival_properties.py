import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.stats.kaplan_meier import estimate_survival_curve, reverse
from onearm.stats.survival_summaries import landmark, number_at_risk, quantile

SAMPLE = st.lists(st.tuples(st.integers(0, 25), st.booleans()), min_size=1, max_size=40)
KIND = st.sampled_from(["log-log", "log", "plain", "logit", "arcsin"])
QUICK = settings(max_examples=150, deadline=None, derandomize=True)


def split(sample):
    return [time for time, _ in sample], [event for _, event in sample]


@QUICK
@given(SAMPLE, KIND)
def test_the_curve_is_a_curve(sample, kind):
    curve = estimate_survival_curve(*split(sample), interval=kind)
    assert (np.diff(curve.survival) <= 0).all()
    assert (np.diff(curve.time) > 0).all()
    assert (curve.n_event + curve.n_censor).sum() == curve.n == len(sample)
    for i, s in enumerate(curve.survival.tolist()):
        limits = curve.limits(i)
        if limits.lower is not None:
            assert 0 <= limits.lower <= s + 1e-12
            assert s - 1e-12 <= limits.upper <= 1


@QUICK
@given(SAMPLE, st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter(sample, rng):
    shuffled = list(sample)
    rng.shuffle(shuffled)
    one, other = estimate_survival_curve(*split(sample)), estimate_survival_curve(*split(shuffled))
    assert one.survival.tolist() == other.survival.tolist()
    assert quantile(one) == quantile(other)


@QUICK
@given(SAMPLE, st.integers(1, 1000))
def test_later_starts_shift_the_quantiles(sample, shift):
    times, events = split(sample)
    near = quantile(estimate_survival_curve(times, events))
    far = quantile(estimate_survival_curve([t + shift for t in times], events))
    assert far == tuple(None if value is None else value + shift for value in near)


@QUICK
@given(st.lists(st.integers(0, 25), min_size=1, max_size=40))
def test_without_censoring_it_is_the_share_still_free(times):
    curve = estimate_survival_curve(times, [True] * len(times))
    for t in range(-0, 27):
        free = sum(1 for time in times if time > t) / len(times)
        assert landmark(curve, t).survival == pytest.approx(free, abs=1e-12)
        assert number_at_risk(curve, t) == sum(1 for time in times if time >= t)


@QUICK
@given(SAMPLE)
def test_the_two_quantile_rules_differ_only_at_a_flat_end(sample):
    curve = estimate_survival_curve(*split(sample))
    sas, r = quantile(curve, 0.5, "sas").estimate, quantile(curve, 0.5, "r").estimate
    if sas is not None:
        assert sas == r
    elif r is not None:
        assert curve.survival[-1] == pytest.approx(0.5, abs=1e-12)


@QUICK
@given(SAMPLE)
def test_reversing_twice_changes_nothing(sample):
    curve = estimate_survival_curve(*split(sample))
    again = reverse(reverse(curve))
    assert again.survival.tolist() == curve.survival.tolist()
    assert again.n_event.tolist() == curve.n_event.tolist()

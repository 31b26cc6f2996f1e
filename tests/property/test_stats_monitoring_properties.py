from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.stats.monitoring import (
    SequentialRule,
    find_loosest_level,
    limits_from_scores,
    pocock_scores,
    sequential_characteristics,
    shortest_between,
)
from onearm.stats.monitoring_posterior import (
    BetaPrior,
    difference_above,
    posterior_above,
    posterior_below,
    predictive_probabilities,
)
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

RATES = st.floats(0, 1)
PRIORS = st.builds(BetaPrior, st.floats(0.05, 20), st.floats(0.05, 20))


@st.composite
def rules(draw):
    looks = tuple(sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=8))))
    lower, upper = [], []
    for look in looks:
        low, high = draw(st.tuples(st.integers(-1, look), st.integers(0, look + 1)).filter(lambda p: p[0] < p[1]))
        lower.append(low if low >= 0 else None)
        upper.append(high if high <= look else None)
    return SequentialRule(looks, tuple(lower), tuple(upper))


@given(rules(), RATES)
def test_a_trial_stops_at_most_once(rule, rate):
    found = sequential_characteristics(rule, rate)
    assert min(*found.stop_lower, *found.stop_upper) >= 0
    assert sum(found.stop_lower) + sum(found.stop_upper) <= 1 + 1e-12
    assert rule.looks[0] * (1 - 1e-12) <= found.expected_size <= rule.looks[-1] * (1 + 1e-12)
    # Wald: the expected number of events is the rate times the expected number of patients.
    assert found.expected_events == pytest.approx(rate * found.expected_size, rel=1e-12, abs=1e-300)


@given(rules(), RATES, RATES)
def test_more_events_stop_more_at_the_upper_limit(rule, one, other):
    low, high = sorted((one, other))
    at_low, at_high = (sum(sequential_characteristics(rule, rate).stop_upper) for rate in (low, high))
    assert at_low <= at_high + 1e-12


@given(rules(), RATES)
def test_failures_count_as_events_count(rule, rate):
    turned = SequentialRule(
        rule.looks,
        tuple(None if high is None else look - high for look, high in zip(rule.looks, rule.upper, strict=True)),
        tuple(None if low is None else look - low for look, low in zip(rule.looks, rule.lower, strict=True)),
    )
    found, mirrored = sequential_characteristics(rule, rate), sequential_characteristics(turned, 1 - rate)
    assert found.stop_lower == pytest.approx(mirrored.stop_upper, rel=1e-9, abs=1e-12)
    assert found.expected_size == pytest.approx(mirrored.expected_size, rel=1e-9)


@pytest.mark.parametrize("rule", [TwoStageRule(13, 43, 3, 13), TwoStageRule(27, 36, 8, 16, 14)])
@pytest.mark.parametrize("rate", [0.0, 0.2, 0.35, 1.0])
def test_two_stages_are_two_looks(rule, rate):
    expected = operating_characteristics(rule, rate)
    two_looks = SequentialRule(
        (rule.n1, rule.n), (rule.futility_stop, rule.success - 1), (rule.efficacy_stop, rule.success)
    )
    found = sequential_characteristics(two_looks, rate)
    assert found.stop_lower[0] == pytest.approx(expected.stop_futility, abs=1e-13)
    assert found.stop_upper[0] == pytest.approx(expected.stop_efficacy, abs=1e-13)
    assert sum(found.stop_upper) == pytest.approx(expected.success, abs=1e-13)
    assert found.expected_size == pytest.approx(expected.expected_size, rel=1e-13)


@given(st.sets(st.integers(1, 40), min_size=1, max_size=10), st.floats(0.02, 0.95), st.floats(0.01, 0.9))
def test_the_loosest_level_is_within_the_limit_and_the_next_is_not(looks, rate, limit):
    looks = tuple(sorted(looks))
    scores = pocock_scores(looks, rate)
    none = (None,) * len(looks)

    def ever(level):
        rule = SequentialRule(looks, none, limits_from_scores(looks, scores, level))
        return sum(sequential_characteristics(rule, rate).stop_upper)

    found = find_loosest_level(looks, scores, rate, limit)
    if found is None:
        assert ever(min(float(score[-1]) for score in scores)) > limit
        return
    assert ever(found.level) <= limit * (1 + 1e-12)
    assert ever(found.next_level) > limit
    assert limits_from_scores(looks, scores, shortest_between(found.level, found.next_level)) == found.limits


@given(st.floats(0, 1), st.floats(0, 1))
def test_shortest_between_lies_between(one, other):
    low, high = sorted((one, other))
    if high - low > 1e-15:
        assert low < shortest_between(low, high) < high


@given(st.integers(0, 60), st.floats(0.01, 0.99), PRIORS)
def test_posterior_tails_are_complements_and_move_with_the_count(n, rate, prior):
    below, above = posterior_below(n, rate, prior), posterior_above(n, rate, prior)
    assert (below + above).tolist() == pytest.approx([1] * (n + 1), abs=1e-12)
    assert all(later <= earlier + 1e-15 for earlier, later in pairwise(below))


@given(st.integers(1, 40), st.data(), PRIORS)
def test_predictive_probability_rises_with_responders_and_falls_with_failures(n_max, data, prior):
    success = data.draw(st.integers(1, n_max))
    table = predictive_probabilities(n_max, success, prior)
    for n in range(n_max):
        for x in range(n + 1):
            assert table[n + 1, x] <= table[n, x] + 1e-15 <= table[n + 1, x + 1] + 2e-15
            if x >= success:
                assert table[n, x] == pytest.approx(1, abs=1e-12)
            if x + n_max - n < success:
                assert table[n, x] == 0


@given(PRIORS, PRIORS)
def test_either_rate_is_the_larger(one, other):
    assert difference_above(0, 0, 0, one, other) + difference_above(0, 0, 0, other, one) == pytest.approx(1, abs=1e-9)


@given(st.integers(0, 40), st.floats(0.02, 0.4), st.floats(0, 0.4))
def test_a_certain_control_is_a_fixed_one(n, rate, delta):
    x, weight = n // 3, 1e6
    control = BetaPrior(rate * weight, (1 - rate) * weight)
    fixed = float(posterior_above(n, rate + delta, BetaPrior(0.5, 1.5))[x])
    assert difference_above(n, x, delta, BetaPrior(0.5, 1.5), control) == pytest.approx(fixed, abs=2e-3)

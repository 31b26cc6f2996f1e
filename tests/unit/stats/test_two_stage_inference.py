import pytest

from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_inference import (
    Outcome,
    bias_adjusted_estimate,
    is_success,
    koyama_chen_interval,
    list_outcomes,
    median_unbiased_estimate,
    stage_wise_interval,
    stage_wise_p_value,
    unbiased_estimate,
)

SIMON = TwoStageRule(13, 43, 3, 13)
WITH_STOP = TwoStageRule(27, 36, 8, 16, 14)


def test_order_of_outcomes():
    order = list_outcomes(TwoStageRule(3, 5, 0, 3, 3))
    assert order == [(1, 0), (2, 1), (2, 2), (2, 3), (2, 4), (1, 3)]


def test_order_without_efficacy_stop_ends_in_stage_two():
    assert list_outcomes(SIMON)[:5] == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 4)]
    assert list_outcomes(SIMON)[-1] == (2, 43)


def test_worked_example():
    assert round(unbiased_estimate(SIMON, Outcome(2, 13)), 4) == 0.3707
    assert round(unbiased_estimate(SIMON, Outcome(2, 14)), 5) == 0.38219
    assert round(stage_wise_p_value(SIMON, Outcome(2, 13), 0.2), 4) == 0.0496
    assert round(stage_wise_p_value(SIMON, Outcome(2, 14), 0.2), 6) == 0.026785
    assert round(stage_wise_interval(SIMON, Outcome(2, 14), 0.90).lower, 4) == 0.2174
    assert round(stage_wise_interval(SIMON, Outcome(2, 13), 0.90).lower, 4) == 0.2002


def test_the_least_success_has_the_attained_error_as_p_value():
    for rule, p0 in ((SIMON, 0.2), (WITH_STOP, 0.3)):
        p = stage_wise_p_value(rule, Outcome(2, rule.success), p0)
        assert p == probability_of_success(rule, p0)


def test_success_of_early_stops():
    assert not is_success(WITH_STOP, Outcome(1, 8))
    assert is_success(WITH_STOP, Outcome(1, 14))
    assert is_success(WITH_STOP, Outcome(2, 16))
    assert not is_success(WITH_STOP, Outcome(2, 15))


def test_the_ends_of_the_order():
    low, high = list_outcomes(WITH_STOP)[0], list_outcomes(WITH_STOP)[-1]
    assert stage_wise_p_value(WITH_STOP, low, 0.3) == 1.0
    assert stage_wise_interval(WITH_STOP, low).lower == 0.0
    assert stage_wise_interval(WITH_STOP, high).upper == 1.0
    assert koyama_chen_interval(WITH_STOP, low) == (0.0, 0.0)
    assert median_unbiased_estimate(WITH_STOP, low) == 0.0
    assert bias_adjusted_estimate(WITH_STOP, low) == 0.0
    assert bias_adjusted_estimate(WITH_STOP, high) == 1.0


def test_early_stops_are_estimated_by_their_share():
    assert unbiased_estimate(WITH_STOP, Outcome(1, 5)) == 5 / 27
    assert unbiased_estimate(WITH_STOP, Outcome(1, 20)) == 20 / 27


@pytest.mark.parametrize("outcome", [(1, 9), (1, 13), (1, 28), (2, 8), (2, 23), (3, 16), (2, -1)])
@pytest.mark.parametrize(
    "call",
    [
        lambda o: stage_wise_p_value(WITH_STOP, o, 0.3),
        lambda o: stage_wise_interval(WITH_STOP, o),
        lambda o: koyama_chen_interval(WITH_STOP, o),
        lambda o: unbiased_estimate(WITH_STOP, o),
        lambda o: median_unbiased_estimate(WITH_STOP, o),
        lambda o: bias_adjusted_estimate(WITH_STOP, o),
        lambda o: is_success(WITH_STOP, o),
    ],
)
def test_a_trial_cannot_end_here(call, outcome):
    with pytest.raises(ValueError, match="is no end"):
        call(Outcome(*outcome))

import pytest

from onearm.stats.two_stage import (
    SingleStageRule,
    TwoStageRule,
    check_rule,
    continuing_counts,
    operating_characteristics,
    probability_of_success,
)

WITH_STOP = TwoStageRule(27, 36, futility_stop=8, success=16, efficacy_stop=14)


@pytest.mark.parametrize(
    ("rule", "p0", "p1", "type_one", "power"),
    [
        (TwoStageRule(27, 36, 8, 14), 0.25, 0.45, 0.0445, 0.8084),
        (TwoStageRule(27, 36, 7, 12), 0.20, 0.40, 0.0393, 0.8209),
        (WITH_STOP, 0.30, 0.50, 0.0489, 0.8003),
        (WITH_STOP._replace(efficacy_stop=None), 0.30, 0.50, 0.0470, 0.7971),
    ],
)
def test_designs_of_27_and_36(rule, p0, p1, type_one, power):
    assert round(probability_of_success(rule, p0), 4) == type_one
    assert round(probability_of_success(rule, p1), 4) == power


def test_every_trial_ends_somewhere():
    for rate in (0.0, 0.2, 0.5, 1.0):
        oc = operating_characteristics(WITH_STOP, rate)
        going_on = 1 - oc.stop_futility - oc.stop_efficacy
        assert oc.expected_size == pytest.approx(27 + 9 * going_on, abs=1e-12)
        assert oc.success >= oc.stop_efficacy


def test_sure_rates():
    assert operating_characteristics(WITH_STOP, 0.0) == (0.0, 1.0, 0.0, 27.0)
    assert operating_characteristics(WITH_STOP, 1.0) == (1.0, 0.0, 1.0, 27.0)


def test_stop_limit_directly_below_success_leaves_nothing_to_stage_two():
    # One more than the futility limit is enough here, so success is not stopping: 1 - PET.
    rule = TwoStageRule(13, 43, futility_stop=3, success=4)
    oc = operating_characteristics(rule, 0.2)
    assert oc.success == pytest.approx(1 - oc.stop_futility, abs=1e-15)
    assert round(oc.success, 5) == 0.25268


def test_not_evaluable_patients_are_failures():
    assert probability_of_success(WITH_STOP, 0.5, 0.1) == probability_of_success(WITH_STOP, 0.45)
    single = SingleStageRule(10, 3)
    assert probability_of_success(single, 0.5, 0.2) == probability_of_success(single, 0.4)


def test_single_stage():
    assert operating_characteristics(SingleStageRule(2, 2), 0.5) == (0.25, 0.0, 0.0, 2.0)


def test_continuing_counts():
    assert continuing_counts(WITH_STOP).tolist() == [9, 10, 11, 12, 13]
    assert continuing_counts(TwoStageRule(3, 5, 1, 3)).tolist() == [2, 3]


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (TwoStageRule(0, 5, 0, 1), "stage one"),
        (TwoStageRule(5, 5, 0, 1), "stage one"),
        (TwoStageRule(3, 5, -1, 2), "futility stop"),
        (TwoStageRule(3, 5, 3, 4), "futility stop"),
        (TwoStageRule(3, 5, 1, 1), "success"),
        (TwoStageRule(3, 5, 1, 6), "success"),
        (TwoStageRule(3, 5, 1, 3, 2), "efficacy stop"),
        (TwoStageRule(3, 5, 0, 3, 4), "efficacy stop"),
        (TwoStageRule(10, 12, 0, 9, 5), "cannot be reached"),
        (SingleStageRule(5, 0), "success"),
        (SingleStageRule(5, 6), "success"),
    ],
)
def test_contradictions_are_refused(rule, word):
    with pytest.raises(ValueError, match=word):
        check_rule(rule)
    with pytest.raises(ValueError, match=word):
        probability_of_success(rule, 0.3)


@pytest.mark.parametrize(("rate", "share"), [(-0.1, 0.0), (1.1, 0.0), (0.5, 1.5)])
def test_impossible_rates_are_refused(rate, share):
    with pytest.raises(ValueError, match="rate"):
        probability_of_success(WITH_STOP, rate, share)

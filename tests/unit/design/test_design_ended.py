import pytest

from onearm.design.ended import find_end
from onearm.design.model import DesignError
from onearm.stats.two_stage import TwoStageRule
from onearm.stats.two_stage_inference import list_outcomes

FUTILITY = TwoStageRule(27, 36, 8, 14)
BOTH = TwoStageRule(27, 36, 8, 16, 14)


def end(rule, *given, **sizes):
    found = find_end(rule, *given, **sizes)
    return found.stage, found.responses, found.n_actual, found.stage1_responses, found.path


def test_every_planned_end_is_found_from_its_size():
    for rule in (FUTILITY, BOTH, TwoStageRule(13, 43, 3, 13), TwoStageRule(10, 29, 1, 6)):
        for stage, x in list_outcomes(rule):
            found = find_end(rule, x, n_actual=rule.n1 if stage == 1 else rule.n)
            assert (found.stage, found.responses, found.path) == (stage, x, "as planned")


def test_without_a_size_every_unambiguous_end_is_found():
    for rule in (FUTILITY, BOTH):
        listed = list_outcomes(rule)
        for stage, x in listed:
            if sum(other == x for _, other in listed) == 1:
                assert end(rule, x)[:2] == (stage, x)
            else:
                with pytest.raises(DesignError, match="n_actual") as refused:
                    find_end(rule, x)
                assert "27 if the trial stopped for efficacy" in str(refused.value)


def test_responses_of_stage_one_settle_it():
    assert end(BOTH, 15, stage1_responses=15) == (1, 15, 27, 15, "as planned")
    assert end(BOTH, 15, stage1_responses=12) == (2, 15, 36, 12, "as planned")
    assert end(FUTILITY, 5, stage1_responses=5) == (1, 5, 27, 5, "as planned")


def test_other_sizes():
    assert end(FUTILITY, 15, stage1_responses=10, n_actual=38) == (2, 15, 38, 10, "second stage changed")
    assert end(FUTILITY, 12, n_actual=27) == (1, 12, 27, 12, "stopped early")
    found = find_end(FUTILITY, 15, stage1_n=29)
    assert (found.rule.n1, found.rule.n, found.path) == (29, 36, "as planned")
    assert end(FUTILITY, 15, stage1_n=29, stage1_responses=11, n_actual=38)[4] == "second stage changed"


def test_against_the_rule():
    assert end(FUTILITY, 12, stage1_responses=8, n_actual=36) == (2, 12, 36, 8, "past futility")
    # 8 of 36 in the end: there cannot have been nine of 27.
    assert end(FUTILITY, 8, n_actual=36) == (2, 8, 36, None, "past futility")
    assert end(BOTH, 18, stage1_responses=14, n_actual=36) == (2, 18, 36, 14, "past efficacy")
    # 23 of 36 in the end: at most nine of them came after stage one.
    assert end(BOTH, 23, n_actual=36) == (2, 23, 36, None, "past efficacy")
    assert end(FUTILITY, 10, stage1_responses=8, n_actual=30)[4] == "past futility"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"responses": 37}, "responses"),
        ({"responses": -1}, "responses"),
        ({"responses": 3.0}, "responses"),
        ({"responses": 30}, "responses"),
        ({"responses": 28, "n_actual": 27}, "responses"),
        ({"responses": 12, "n_actual": 26}, "n_actual"),
        ({"responses": 12, "n_actual": 38}, "stage1_responses"),
        ({"responses": 12, "stage1_responses": 13}, "stage1_responses"),
        ({"responses": 28, "stage1_responses": 28, "n_actual": 36}, "stage1_responses"),
        ({"responses": 20, "stage1_responses": 10}, "responses"),
        ({"responses": 12, "stage1_responses": 8}, "n_actual"),
        ({"responses": 12, "stage1_n": 36}, "stage1_n"),
        ({"responses": 12, "stage1_n": 13}, "stage1_n"),
        ({"responses": 12, "stage1_n": True}, "stage1_n"),
        ({"responses": 12, "stage1_n": 34}, "stage1_n"),
    ],
)
def test_what_cannot_be_is_refused(given, field):
    with pytest.raises(DesignError) as refused:
        find_end(BOTH, **given)
    assert field in [fault.field for fault in refused.value.faults]


def test_stage_one_so_long_that_success_is_out_of_reach():
    with pytest.raises(DesignError, match="at most 32, so that success can still be reached"):
        find_end(TwoStageRule(20, 34, 3, 12, 11), 8, stage1_n=33)

import pytest

from onearm.design.departures import not_evaluable_policies, success_without_futility_stop, without_stops
from onearm.design.model import DesignError
from onearm.stats.binomial import binomial_pmf, binomial_tail
from onearm.stats.two_stage import TwoStageRule, probability_of_success

FUTILITY = (27, 8, 36, 13)
BOTH = (27, 8, 36, 15, 14)


def test_policies():
    found = not_evaluable_policies(*FUTILITY, p0=0.25, p1=0.45, responses=13, not_evaluable=2, stage1_not_evaluable=1)
    failures, left_out, replaced = found.rows
    assert (failures.n1, failures.n, failures.decision) == (27, 36, "no success")
    assert failures.power == probability_of_success(TwoStageRule(27, 36, 8, 14), 0.45, 2 / 36)
    assert (left_out.n1, left_out.n) == (26, 34)
    assert left_out.type_one_error == probability_of_success(TwoStageRule(26, 34, 8, 14), 0.25)
    assert (replaced.n1, replaced.n) == (27, 36)
    assert replaced.decision == "open: success if 1 or more of 2 replacements respond"
    assert replaced.type_one_error == probability_of_success(TwoStageRule(27, 36, 8, 14), 0.25)
    assert str(found).startswith("2 patients not evaluable\n")


@pytest.mark.parametrize(("responses", "decision"), [(11, "no success"), (14, "success")])
def test_replacements_that_cannot_matter(responses, decision):
    found = not_evaluable_policies(*FUTILITY, p0=0.25, responses=responses, not_evaluable=2)
    assert {row.decision for row in found.rows} == {decision}
    assert all(row.power is None for row in found.rows)


def test_left_out_patients_may_leave_no_rule():
    found = not_evaluable_policies(3, 2, 6, 3, p0=0.2, responses=3, not_evaluable=2, stage1_not_evaluable=1)
    assert [row.policy for row in found.rows] == ["counted as failures", "replaced"]


def decisions(*given, **counts):
    return [row.decision for row in not_evaluable_policies(*given, p0=0.25, **counts).rows]


def test_after_a_stop_for_futility_stage_one_is_judged():
    # 7 of 27 with 2 not evaluable: before, judged as if 7 of 36 had been seen, "open: 7 or more of 2".
    open_ = "open: goes on if 2 or more of 2 replacements respond"
    assert decisions(*FUTILITY, responses=7, not_evaluable=2) == ["no success", "no success", open_]
    assert decisions(*FUTILITY, responses=6, not_evaluable=2, stage1_not_evaluable=2) == ["no success"] * 3
    found = not_evaluable_policies(*FUTILITY, p0=0.25, responses=7, not_evaluable=2)
    assert [(row.n1, row.n) for row in found.rows] == [(27, 36), (25, 34), (27, 36)]
    assert found.rows[0].type_one_error == probability_of_success(TwoStageRule(27, 36, 8, 14), 0.25, 2 / 27)
    both = decisions(*BOTH, responses=8, not_evaluable=6, n_actual=27)
    assert both[-1] == "open: goes on if 1 or more of 6 replacements respond, success if 6 or more do"


def test_after_a_stop_for_efficacy_it_is_a_success_under_each():
    # Before: "no success" beside a decision that said success.
    assert decisions(*BOTH, responses=15, not_evaluable=2, n_actual=27) == ["success"] * 3


def test_replacements_of_stage_one_may_reach_the_efficacy_stop():
    known = decisions(*BOTH, responses=13, not_evaluable=2, stage1_not_evaluable=2, stage1_responses=12, n_actual=36)
    assert known[-1] == "open: success if those of stage one bring it to 14 of 27"
    either = decisions(*BOTH, responses=14, not_evaluable=2, stage1_not_evaluable=2, stage1_responses=13, n_actual=36)
    assert either[-1] == (
        "open: success if 2 or more of 2 replacements respond, or if those of stage one bring it to 14 of 27"
    )
    far = decisions(*BOTH, responses=13, not_evaluable=2, stage1_not_evaluable=2, stage1_responses=11, n_actual=36)
    assert far[-1] == "no success"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"responses": 12, "n_actual": 27}, "it ended after stage one although the rule goes on"),
        ({"responses": 14, "stage1_responses": 8, "n_actual": 36}, "it went on past its futility stop"),
        ({"responses": 15, "stage1_responses": 10, "n_actual": 38}, "stage two had another size"),
        ({"responses": 15, "stage1_n": 29}, "stage one was judged on 29 instead of 27 patients"),
        ({"responses": 14, "stage1_responses": 14, "n_actual": 36, "e1": 14, "r": 15}, "past its efficacy stop"),
    ],
)
def test_what_the_policies_cannot_judge_is_refused_with_the_reason(given, reason):
    counts = dict(zip(("n1", "r1", "n", "r"), FUTILITY, strict=True)) | given
    with pytest.raises(DesignError, match=reason):
        not_evaluable_policies(**counts, p0=0.25, not_evaluable=2)


def test_all_lost_patients_of_a_trial_that_ended_after_stage_one_are_of_stage_one():
    with pytest.raises(DesignError, match="stage1_not_evaluable is 1, expected 2: the trial ended after stage one"):
        not_evaluable_policies(*FUTILITY, p0=0.25, responses=7, not_evaluable=2, stage1_not_evaluable=1)


def test_stops_not_followed_with_patients_not_evaluable():
    found = without_stops(*BOTH, p=(0.3, 0.5), not_evaluable=0.1)
    plain = without_stops(*BOTH, p=(0.3 * 0.9, 0.5 * 0.9))
    assert [row.p for row in found.rows] == [0.3] * 5 + [0.5] * 5
    assert [row.success for row in found.rows] == [row.success for row in plain.rows]
    assert [row.expected_size for row in found.rows] == [row.expected_size for row in plain.rows]
    assert "10 % not evaluable" in str(found).splitlines()[0]


@pytest.mark.parametrize(
    "given", [{"not_evaluable": 36}, {"not_evaluable": 1, "stage1_not_evaluable": 2}, {"not_evaluable": 30}]
)
def test_impossible_counts(given):
    with pytest.raises(DesignError):
        not_evaluable_policies(*FUTILITY, p0=0.25, responses=13, **given)


def test_stops_not_followed():
    rows = {(row.followed, row.p): row for row in without_stops(*BOTH, p=(0.3, 0.5)).rows}
    assert len(rows) == 10
    assert round(rows["the rule as planned", 0.3].success, 4) == 0.0489
    assert round(rows["no efficacy stop", 0.3].success, 4) == 0.0470
    assert rows["no stop at all", 0.3].success == pytest.approx(binomial_tail(16, 36, 0.3))
    assert rows["always ends after stage one", 0.5].success == pytest.approx(0.5)
    by_count = sum(binomial_pmf(27, 0.3)[x1] * (1 if x1 >= 14 else binomial_tail(16 - x1, 9, 0.3)) for x1 in range(28))
    assert rows["no futility stop", 0.3].success == pytest.approx(by_count, rel=1e-12)
    went_on = 36 - 9 * binomial_tail(14, 27, 0.3)
    assert rows["no futility stop", 0.3].expected_size == pytest.approx(went_on, rel=1e-12)


def test_without_an_efficacy_stop():
    rows = {row.followed: row for row in without_stops(*FUTILITY, p=0.25).rows}
    assert set(rows) == {"the rule as planned", "no futility stop", "always ends after stage one"}
    assert rows["no futility stop"].success == binomial_tail(14, 36, 0.25)
    assert rows["always ends after stage one"].success == 0
    assert success_without_futility_stop(TwoStageRule(27, 36, 8, 14), 0.25) == binomial_tail(14, 36, 0.25)


def test_every_fault_at_once():
    with pytest.raises(DesignError) as refused:
        without_stops(27, 27, 36, 13, p=2)
    assert [fault.field for fault in refused.value.faults] == ["r1", "r", "p"]

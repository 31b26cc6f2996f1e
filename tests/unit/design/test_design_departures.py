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
    found = not_evaluable_policies(3, 2, 5, 3, p0=0.2, responses=2, not_evaluable=2, stage1_not_evaluable=1)
    assert [row.policy for row in found.rows] == ["counted as failures", "replaced"]


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

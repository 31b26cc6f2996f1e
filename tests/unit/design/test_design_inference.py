import pytest

from onearm.design.inference import infer, infer_all
from onearm.design.model import DesignError
from onearm.design.sentences import NO_EXACT_P_VALUE
from onearm.stats.binomial import binomial_tail, clopper_pearson
from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_inference import (
    Outcome,
    list_outcomes,
    median_unbiased_estimate,
    mid_p_interval,
    stage_wise_interval,
    stage_wise_p_value,
)

SIMON = (13, 3, 43, 12)
FUTILITY = (27, 8, 36, 13)
BOTH = (27, 8, 36, 15, 14)


def test_worked_example():
    found = infer(*SIMON, p0=0.2, responses=14, level=0.9)
    assert (found.stage, found.success, found.path, found.n_actual) == (2, True, "as planned", 43)
    assert round(found.estimates.umvue, 5) == 0.38219
    assert round(found.p_value, 6) == 0.026785
    assert round(found.intervals.stagewise[0], 4) == 0.2174
    assert found.intervals.koyama_chen[0] == found.intervals.stagewise[0]
    assert found.intervals.koyama_chen[1] < found.intervals.stagewise[1]
    assert found.estimates.mle == 14 / 43
    assert found.estimates.umvcue == pytest.approx((14 - 13 * found.estimates.umvue) / 30)
    assert found.intervals.naive == pytest.approx(clopper_pearson(14, 43, 0.9))
    assert found.ordering.startswith("stage-wise")


def test_after_stage_one_there_is_no_conditional_estimate():
    found = infer(*SIMON, p0=0.2, responses=2)
    assert found.estimates.umvcue is None
    assert (found.stage, found.success) == (1, False)
    assert found.intervals.naive == pytest.approx(clopper_pearson(2, 13))


@pytest.mark.parametrize(("rule", "p0"), [(SIMON, 0.2), (FUTILITY, 0.25), (BOTH, 0.3), ((9, 0, 17, 2), 0.05)])
def test_all_outcomes_are_what_each_says(rule, p0):
    table = infer_all(*rule, p0=p0)
    plan = TwoStageRule(rule[0], rule[2], rule[1], rule[3] + 1, rule[4] if len(rule) > 4 else None)
    assert [(row.stage, row.responses) for row in table.rows] == list_outcomes(plan)
    for row in table.rows:
        one = infer(*rule, p0=p0, responses=row.responses, n_actual=plan.n1 if row.stage == 1 else plan.n)
        assert (one.stage, one.success, one.p_value) == (row.stage, row.success, row.p_value)
        assert (row.p_value <= table.type_one_error) == row.success
        for left, right in ((one.estimates, row.estimates), (one.intervals, row.intervals)):
            for name in left.__slots__:
                expected = getattr(right, name)
                assert getattr(left, name) == (None if expected is None else pytest.approx(expected, abs=1e-13))
    assert str(table).count("\n") == len(table.rows) + 1
    assert table._repr_html_().count("<tr>") == len(table.rows) + 1
    assert len(table.as_dict()["rows"]) == len(table.rows)


def test_the_ordering_with_an_efficacy_stop_is_named():
    found = infer(*BOTH, p0=0.3, responses=14, n_actual=27)
    assert found.ordering.endswith("then stops for efficacy by x1")
    assert found.success
    assert found.p_value < infer(*BOTH, p0=0.3, responses=20, n_actual=36).p_value


def test_nominal_alpha():
    agrees = infer(*SIMON, p0=0.2, responses=13, alpha=0.05)
    assert "same decision for every outcome" in agrees.warnings[-1]
    # 12 of 43: p = .0869 ≤ .1, and yet no success.
    contrary = infer(*SIMON, p0=0.2, responses=12, alpha=0.1)
    assert not contrary.success
    assert contrary.type_one_error < contrary.p_value <= 0.1
    assert contrary.warnings[-1] == (
        "Do not compare p with the nominal 0.1: it contradicts the rule at 12 (stage 2) responders."
    )
    strict = infer(*SIMON, p0=0.2, responses=13, alpha=0.04)
    assert strict.success
    assert "contradicts the rule at 13 (stage 2)" in strict.warnings[-1]


def test_a_second_stage_of_another_size():
    found = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=10, n_actual=38)
    assert (found.path, found.success) == ("second stage changed", True)
    assert found.conditional_error.success == 15
    assert found.p_value <= found.type_one_error
    assert "nothing to do with the data" in found.warnings[0]
    less = infer(*FUTILITY, p0=0.25, responses=14, stage1_responses=10, n_actual=38)
    assert not less.success
    assert less.p_value > less.type_one_error
    assert found.estimates.umvcue is not None
    assert found.estimates.bias_adjusted == infer(27, 8, 38, 13, p0=0.25, responses=15).estimates.bias_adjusted
    assert found.intervals.naive == pytest.approx(clopper_pearson(15, 38))


def test_changed_because_of_the_data():
    found = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=10, n_actual=38, size_changed_by_data=True)
    assert found.p_value is None
    assert found.ordering is None
    assert (found.intervals.stagewise, found.intervals.midp, found.intervals.koyama_chen) == (None, None, None)
    assert found.estimates.umvue is None
    assert found.estimates.mle == 15 / 38
    assert found.success  # by the conditional error, which needs no reason
    assert found.warnings[0] == NO_EXACT_P_VALUE
    assert "none" in str(found)
    with pytest.raises(DesignError, match="size_changed_by_data"):
        infer(*FUTILITY, p0=0.25, responses=15, size_changed_by_data=True)


def test_stage_one_of_another_size():
    found = infer(*FUTILITY, p0=0.25, responses=15, stage1_n=29)
    assert found.type_one_error == probability_of_success(TwoStageRule(29, 36, 8, 14), 0.25)
    assert found.p_value == pytest.approx(infer(29, 8, 36, 13, p0=0.25, responses=15).p_value)
    assert "29 instead of 27" in found.warnings[0]
    assert found.conditional_error is None
    # 12 of 29: at least 10 of the first 27, so these went on, and two of 29 belong to stage two.
    known = infer(*FUTILITY, p0=0.25, responses=15, stage1_n=29, stage1_responses=12)
    assert known.conditional_error.success == 14
    assert known.success
    unknown = infer(*FUTILITY, p0=0.25, responses=15, stage1_n=29, stage1_responses=10)
    assert unknown.conditional_error is None
    # Judged two patients early, 9 of 25: the plan would succeed with .1071 only.
    short = infer(*FUTILITY, p0=0.25, responses=13, stage1_n=25, stage1_responses=9)
    assert short.conditional_error.responders == 9
    assert not short.success
    lost = infer(*FUTILITY, p0=0.25, responses=16, stage1_n=29, n_actual=40, stage1_responses=10)
    assert lost.success is None
    assert "no decision by the rule" in str(lost)


def test_ended_although_it_goes_on():
    found = infer(*FUTILITY, p0=0.25, responses=12, n_actual=27)
    assert (found.path, found.success, found.stage) == ("stopped early", False, 1)
    # All that went on with success in reach are as good: the p-value is P(going on).
    assert found.p_value == pytest.approx(binomial_tail(9, 27, 0.25))
    enough = infer(*FUTILITY, p0=0.25, responses=14, n_actual=27)
    assert enough.success
    assert enough.p_value == pytest.approx(binomial_tail(14, 27, 0.25))
    assert enough.p_value <= enough.type_one_error


def test_past_futility():
    found = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=8, n_actual=36)
    assert found.success is False
    assert found.p_value == pytest.approx(binomial_tail(15, 36, 0.25))
    assert found.intervals.stagewise == pytest.approx(clopper_pearson(15, 36))
    assert "0.0461 instead of 0.0445" in found.warnings[0]
    kept = infer(*BOTH, p0=0.3, responses=15, stage1_responses=8, n_actual=36)
    assert kept.p_value > binomial_tail(15, 36, 0.3)  # stops for efficacy stay above every total
    longer = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=8, n_actual=40)
    assert longer.p_value == pytest.approx(binomial_tail(15, 40, 0.25))


def test_past_efficacy():
    found = infer(*BOTH, p0=0.3, responses=14, stage1_responses=14, n_actual=36)
    assert found.success is True
    rule = TwoStageRule(27, 36, 8, 16)
    assert found.p_value == pytest.approx(stage_wise_p_value(rule, Outcome(2, 14), 0.3))
    assert found.intervals.stagewise == pytest.approx(stage_wise_interval(rule, Outcome(2, 14)))
    assert "0.0470" in found.warnings[0]


def test_functions_of_one_outcome_agree():
    rule = TwoStageRule(27, 36, 8, 16, 14)
    for outcome in list_outcomes(rule)[::7]:
        found = infer(*BOTH, p0=0.3, responses=outcome.responders, n_actual=27 if outcome.stage == 1 else 36)
        assert found.intervals.midp == pytest.approx(mid_p_interval(rule, outcome), abs=1e-13)
        assert found.estimates.mue == pytest.approx(median_unbiased_estimate(rule, outcome), abs=1e-13)


def test_it_shows_itself():
    found = infer(*SIMON, p0=0.2, responses=13)
    text = str(found)
    assert text.splitlines()[0] == "Rule: stop if 3 or fewer of 13 respond; success if 13 or more of 43 do."
    assert "13 of 43 responded; ended after stage 2, as planned: success." in text
    assert "0.3707" in text
    assert "naive Clopper-Pearson (ignores the design)" in text
    assert "under-covers" in text
    assert found._repr_html_().count("<tr>") == 12
    content = found.as_dict()
    assert set(content["estimates"]) == {"mle", "umvue", "mue", "bias_adjusted", "umvcue"}
    assert set(content["intervals"]) == {"stagewise", "midp", "koyama_chen", "naive"}


def test_every_fault_at_once():
    with pytest.raises(DesignError) as refused:
        infer(13, 13, 43, 43, p0=0, responses=1, level=1.0, alpha=2)
    assert [fault.field for fault in refused.value.faults] == ["r1", "r", "p0", "level", "alpha"]

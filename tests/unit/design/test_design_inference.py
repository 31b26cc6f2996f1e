import json

import numpy as np
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


def test_stage_one_of_another_size_is_not_judged_by_the_boundaries_of_the_plan():
    # 13 of 43 with stage one on 25: the rule would attain .0732; before, this was a success at alpha .05.
    for x1 in (None, 6, 8, 10):
        found = infer(*SIMON, p0=0.2, responses=13, stage1_n=25, stage1_responses=x1, alpha=0.05)
        assert found.success is None
        assert found.p_value == pytest.approx(found.type_one_error)
        assert found.type_one_error > 0.07
        assert "The rule attains 0.0732, more than the nominal 0.05." in found.warnings
        assert found.warnings[-1].startswith("p is above the nominal 0.05, but that decides nothing")
        assert any(said.startswith("No decision follows from these counts") for said in found.warnings)
        assert "but for stage one, judged on 25 instead of 13: no decision by the rule." in str(found)
    known = infer(*SIMON, p0=0.2, responses=17, stage1_n=25, stage1_responses=16, alpha=0.05)
    assert known.success is True
    assert not any("No decision" in said for said in known.warnings)


def test_nominal_alpha_where_sizes_differ():
    changed = {"p0": 0.25, "stage1_responses": 10, "n_actual": 38}
    same = infer(*FUTILITY, responses=15, **changed, alpha=0.05)
    assert same.warnings[-1] == (
        "Comparing p with the nominal 0.05 gives the same decision for every total after 10 of 27."
    )
    # Each total that p ≤ alpha would judge otherwise than the boundary of 15.
    wide = infer(*FUTILITY, responses=15, **changed, alpha=0.2)
    contrary = [x for x in range(10, 22) if infer(*FUTILITY, responses=x, **changed).p_value <= 0.2 and x < 15]
    assert contrary
    counts = ", ".join(map(str, contrary))
    assert wide.warnings[-1] == (
        f"Do not compare p with the nominal 0.2: it contradicts the rule at {counts} (after 10 of 27) responders."
    )
    strict = infer(*FUTILITY, responses=15, **changed, alpha=0.04)
    assert "The rule attains 0.0445, more than the nominal 0.04." in strict.warnings
    past = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=8, n_actual=36, alpha=0.05)
    assert past.p_value <= 0.05
    assert past.warnings[-1] == (
        "Do not compare p with the nominal 0.05: p is at most it, and yet the decision is no success."
    )


@pytest.mark.parametrize(("alpha", "responses"), [(0.01, 13), (0.0445, 14), (0.06, 13), (0.5, 30)])
def test_with_alpha_there_is_always_a_word_about_it(alpha, responses):
    ends = ({}, {"stage1_n": 29}, {"stage1_responses": 10, "n_actual": 38}, {"stage1_responses": 4, "n_actual": 36})
    for end in ends[:3] if responses > 13 else ends:
        found = infer(*FUTILITY, p0=0.25, responses=min(responses, 21), alpha=alpha, **end)
        assert f"nominal {alpha:g}" in found.warnings[-1]
        assert ("more than the nominal" in " ".join(found.warnings)) == (found.type_one_error > alpha)


def test_where_success_was_certain_the_order_is_named():
    certain = infer(*FUTILITY, p0=0.25, responses=38, stage1_responses=27, n_actual=38)
    assert certain.intervals.stagewise == pytest.approx(clopper_pearson(38, 38))
    assert certain.estimates.mue == pytest.approx(0.5 ** (1 / 38))
    assert certain.ordering.endswith("where success was certain after stage one, by the total, then by x1")
    none = infer(*FUTILITY, p0=0.25, responses=20, n_actual=27)
    assert none.ordering == "by x1: there was no second stage, and success was certain after stage one"
    assert none.intervals.stagewise == pytest.approx(clopper_pearson(20, 27))
    lost = infer(10, 3, 14, 11, p0=0.3, responses=12, stage1_responses=4, n_actual=18)
    assert "out of reach" in lost.ordering
    assert infer(*FUTILITY, p0=0.25, responses=12, n_actual=27).ordering.startswith("Koyama and Chen 2008")


def test_changed_by_the_data_and_against_the_rule():
    for rule, end in ((FUTILITY, (15, 8, 38)), (BOTH, (16, 14, 38)), (BOTH, (13, 13, 27))):
        responses, x1, n_actual = end
        given = {"p0": 0.3, "responses": responses, "stage1_responses": x1, "n_actual": n_actual}
        assert any("p-value" in said for said in infer(*rule, **given).warnings)
        found = infer(*rule, **given, size_changed_by_data=True)
        assert found.p_value is None
        assert not any("p-value and intervals are" in said or "The p-value" in said for said in found.warnings)


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ((27, 8, 3000, 13), {}, "n is 3000, expected at most 1000 patients"),
        (FUTILITY, {"stage1_responses": 10, "n_actual": 2_000_000}, "n_actual is 2000000, expected 1 to 1000"),
    ],
)
def test_more_patients_than_any_such_trial_has(rule, given, expected):
    with pytest.raises(DesignError, match=expected):
        infer(*rule, p0=0.25, responses=30, **given)
    with pytest.raises(DesignError, match="at most 1000 patients"):
        infer_all(27, 8, 1001, 13, p0=0.25)


def test_counts_and_rates_of_numpy_are_plain_afterwards():
    plain = infer(*FUTILITY, p0=0.25, responses=15, stage1_responses=10, n_actual=38, alpha=0.05)
    found = infer(
        *map(np.int64, FUTILITY),
        p0=np.float64(0.25),
        responses=np.int64(15),
        stage1_responses=np.int32(10),
        n_actual=np.uint8(38),
        level=np.float64(0.95),
        alpha=np.float64(0.05),
        size_changed_by_data=np.bool_(False),
    )
    assert found == plain
    assert json.dumps(found.as_dict()) == json.dumps(plain.as_dict())
    table = infer_all(*map(np.int64, BOTH), p0=np.float64(0.3))
    assert json.dumps(table.as_dict()) == json.dumps(infer_all(*BOTH, p0=0.3).as_dict())
    with pytest.raises(DesignError, match="responses is True"):
        infer(*FUTILITY, p0=0.25, responses=True)


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

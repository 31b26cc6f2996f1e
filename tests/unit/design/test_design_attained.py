import json

import numpy as np
import pytest

from onearm.design.attained import conditional_boundaries, rechoose_boundaries
from onearm.design.model import DesignError
from onearm.stats.two_stage import TwoStageRule, operating_characteristics, probability_of_success


def test_conditional_boundaries():
    found = conditional_boundaries(27, 8, 36, 13, p0=0.25, n_actual=38)
    by_count = {state.responders: state.success for state in found.states}
    assert (by_count[9], by_count[13], by_count[14], by_count[20]) == (15, 15, 14, 20)
    assert found.type_one_error <= found.planned_type_one_error
    text = str(found)
    assert text.splitlines()[0].endswith("type I error 0.0336 (plan: 0.0445)")
    assert text.splitlines()[-1].split() == ["≥", "14", "1.0000", "≥", "14", "1.0000"]
    assert "<table>" in found._repr_html_()
    assert found.as_dict()["n_actual"] == 38


def test_by_order_of_enrolment():
    # 29 seen, of which 27 are stage one: the boundary of the plan stays, whatever the 28th and 29th did.
    found = conditional_boundaries(27, 8, 36, 13, p0=0.25, n_actual=36, at=29)
    assert {state.success for state in found.states if state.responders < 14} == {14}
    assert found.type_one_error == pytest.approx(found.planned_type_one_error, rel=1e-12)


@pytest.mark.parametrize(
    "given", [{"n_actual": 26}, {"n_actual": 36, "at": 37}, {"n_actual": 36.0}, {"n_actual": 36, "at": 0}]
)
def test_impossible_sizes(given):
    with pytest.raises(DesignError):
        conditional_boundaries(27, 8, 36, 13, p0=0.25, **given)


@pytest.mark.parametrize(("n1", "n", "e1"), [(29, 38, None), (25, 33, None), (9, 15, None), (29, 38, 15)])
def test_rechosen_boundaries_are_the_best(n1, n, e1):
    p0, p1, alpha = 0.25, 0.5, 0.05
    best = rechoose_boundaries(n1, n, p0=p0, p1=p1, alpha=alpha, e1=e1).rules[0]
    powers = {}
    for r1 in range(n1 if e1 is None else e1 - 1):
        for r in range(r1, n if e1 is None else e1 - 1 + n - n1):
            rule = TwoStageRule(n1, n, r1, r + 1, e1)
            if probability_of_success(rule, p0) <= alpha:
                powers[r1, r] = probability_of_success(rule, p1)
    assert best.power == pytest.approx(max(powers.values()), rel=1e-12)
    rule = TwoStageRule(n1, n, best.r1, best.r + 1, e1)
    assert best.type_one_error == probability_of_success(rule, p0) <= alpha
    assert best.en0 == operating_characteristics(rule, p0).expected_size


def test_alternatives_keep_the_power_and_need_fewer_patients():
    found = rechoose_boundaries(27, 38, p0=0.25, p1=0.45, alpha=0.05, power=0.79)
    sizes = [rule.en0 for rule in found.rules]
    assert len(sizes) > 1
    assert sizes == sorted(sizes, reverse=True)
    assert all(rule.power >= 0.79 for rule in found.rules)
    assert len(rechoose_boundaries(27, 38, p0=0.25, p1=0.45, alpha=0.05).rules) == 1
    assert "do not depend on the data" in str(found)


def test_impossible_settings():
    with pytest.raises(DesignError) as refused:
        rechoose_boundaries(38, 38, p0=0.3, p1=1.3, alpha=0)
    assert [fault.field for fault in refused.value.faults] == ["n1", "p1", "alpha"]
    with pytest.raises(DesignError, match="more than p0"):
        rechoose_boundaries(10, 20, p0=0.3, p1=0.2, alpha=0.05)
    with pytest.raises(DesignError, match="some boundary"):
        rechoose_boundaries(1, 2, p0=0.9, p1=0.95, alpha=0.01)


def test_equality_of_decimal_numbers_is_equality():
    # .2² = .04: before, no boundary was found at alpha .04.
    assert rechoose_boundaries(1, 2, p0=0.2, p1=0.6, alpha=0.04).rules[0].r == 1
    with pytest.raises(DesignError, match="some boundary"):
        rechoose_boundaries(1, 2, p0=0.2, p1=0.6, alpha=0.0399)


def test_numpy_counts_and_sizes_beyond_any_trial():
    found = conditional_boundaries(*map(np.int64, (27, 8, 36, 13)), p0=np.float64(0.25), n_actual=np.int64(38))
    assert json.loads(json.dumps(found.as_dict())) == json.loads(
        json.dumps(conditional_boundaries(27, 8, 36, 13, p0=0.25, n_actual=38).as_dict())
    )
    best = rechoose_boundaries(np.int64(27), np.int64(38), p0=np.float64(0.25), p1=0.45, alpha=0.05, e1=np.int64(15))
    assert json.dumps(best.as_dict())
    with pytest.raises(DesignError, match="n_actual is 1001, expected 1 to 1000"):
        conditional_boundaries(27, 8, 36, 13, p0=0.25, n_actual=1001)
    with pytest.raises(DesignError, match="n is 1001, expected 2 to 1000"):
        rechoose_boundaries(27, 1001, p0=0.25, p1=0.45, alpha=0.05)

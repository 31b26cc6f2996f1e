import json

import pytest

from onearm.design import DesignError, operating_characteristics, stochastic_curtailment

PLAN = (13, 3, 43, 12)
USUAL = stochastic_curtailment(*PLAN, p=(0.2, 0.4), below=0.1, p1=0.4)


def test_the_error_rates_and_sizes():
    planned = operating_characteristics(*PLAN, p=(0.2, 0.4)).rows
    for row, plan in zip(USUAL.rows, planned, strict=True):
        assert row.planned_success == pytest.approx(plan.success, rel=1e-12)
        assert row.planned_expected_size == pytest.approx(plan.expected_size, rel=1e-12)
        assert row.success <= plan.success and row.expected_size < plan.expected_size
        assert row.stop_efficacy == 0
        assert row.median_size <= plan.median_size
    assert USUAL.rows[1].planned_success - USUAL.rows[1].success < 0.1


def test_the_limits_in_words_and_in_counts():
    limits = dict(zip(USUAL.looks, USUAL.futility, strict=True))
    assert limits[13] == 3 and limits[43] == 12
    assert "stop for futility if 3 or fewer of the first 13 respond" in USUAL.words()
    assert not any("success" in phrase for phrase in USUAL.words())
    told = [limit for limit in USUAL.futility if limit is not None]
    assert told == sorted(set(told))


def test_an_efficacy_stop_of_the_rule_stays():
    found = stochastic_curtailment(27, 8, 36, 15, 14, p=0.5, below=0.05, prior=(0.5, 0.5), looks=(10, 20))
    assert found.looks == (10, 20, 27, 36)
    assert found.efficacy == (None, None, 14, 16)
    assert "stop with success if 14 or more of the first 27 respond" in found.words()
    assert found.p1 is None and found.prior == (0.5, 0.5)


def test_it_shows_itself():
    assert str(USUAL).splitlines()[0] == "stop if 3 or fewer of 13 respond; success if 13 or more of 43 do"
    assert "conditional power at 0.4 is below 0.1 or nil" in str(USUAL)
    assert "<table>" in USUAL._repr_html_() and "<li>stop for futility" in USUAL._repr_html_()
    both = stochastic_curtailment(*PLAN, p=0.2, below=0, above=0.9, prior=(1, 1), counting_stops=True)
    assert "Beta(1, 1)" in str(both) and "above 0.9 or certain, later stops counted" in str(both)
    assert json.loads(json.dumps(both.as_dict()))["rows"][0]["p"] == 0.2


def test_impossible_input_is_refused_with_every_fault():
    for inputs, fields in (
        ({"p": 1.2, "below": 0.5, "above": 0.5, "p1": 0.4}, ["p", "below"]),
        ({"p": (), "below": True, "p1": 0.4}, ["p", "below"]),
        ({"p": 0.2, "below": 0.1}, ["p1"]),
        ({"p": 0.2, "below": 0.1, "p1": 0.4, "prior": (1, 1)}, ["p1"]),
        ({"p": 0.2, "below": 0.1, "prior": (0, 1)}, ["prior"]),
        ({"p": 0.2, "below": 0.1, "p1": 1}, ["p1"]),
        ({"p": 0.2, "below": 0.1, "p1": 0.4, "looks": (20, 10)}, ["looks"]),
        ({"p": 0.2, "below": 1.0, "p1": 0.4}, ["below"]),
    ):
        with pytest.raises(DesignError) as problem:
            stochastic_curtailment(*PLAN, **inputs)
        assert [fault.field for fault in problem.value.faults] == fields
    with pytest.raises(DesignError, match="r1 is 13"):
        stochastic_curtailment(13, 13, 43, 12, p=0.2, below=0.1, p1=0.4, looks=(1, 99))

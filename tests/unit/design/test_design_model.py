from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from onearm.design import DesignError, SingleStageDesign, TwoStageDesign
from onearm.stats.two_stage import SingleStageRule, TwoStageRule

PLANNED = {"p0": 0.3, "p1": 0.5, "alpha": 0.05, "power": 0.8}
TWO = TwoStageDesign(n1=27, n=36, futility_stop=8, success=16, efficacy_stop=14, **PLANNED)
ONE = SingleStageDesign(n=36, success=16, **PLANNED)


def test_rules():
    assert TWO.rule == TwoStageRule(27, 36, 8, 16, 14)
    assert ONE.rule == SingleStageRule(36, 16)


def test_a_design_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        TWO.n = 40
    assert hash(TWO) == hash(replace(TWO))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"n1": 36}, ["n1"]),
        ({"n1": 0}, ["n1", "futility_stop", "efficacy_stop"]),
        ({"futility_stop": -1}, ["futility_stop"]),
        ({"futility_stop": 27}, ["futility_stop", "success", "efficacy_stop"]),
        ({"success": 8}, ["success"]),
        ({"success": 37}, ["success"]),
        ({"success": 23}, ["success"]),
        ({"efficacy_stop": 9}, ["efficacy_stop"]),
        ({"efficacy_stop": 28}, ["efficacy_stop"]),
        ({"n1": 27.0}, ["n1"]),
        ({"success": True}, ["success"]),
        ({"efficacy_stop": "14"}, ["efficacy_stop"]),
        ({"p0": 0.5}, ["p1"]),
        ({"p0": 0.0, "p1": 1.0, "alpha": 5, "power": -1}, ["p0", "p1", "alpha", "power"]),
        ({"p0": "30%"}, ["p0"]),
        ({"alpha": 0.8}, ["power"]),
        ({"n": 20, "p0": 0.6}, ["n1", "p1"]),
    ],
)
def test_every_fault_is_told_at_once(changes, fields):
    with pytest.raises(DesignError) as caught:
        replace(TWO, **changes)
    assert [fault.field for fault in caught.value.faults] == fields
    assert isinstance(caught.value, ValueError)
    for fault in caught.value.faults:
        assert f"{fault.field} is {fault.found}, expected {fault.expected}" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"n": 0}, ["n", "success"]),
        ({"success": 0}, ["success"]),
        ({"success": 37}, ["success"]),
        ({"n": "36", "p1": 0.2}, ["n", "p1"]),
    ],
)
def test_faults_of_a_single_stage(changes, fields):
    with pytest.raises(DesignError) as caught:
        replace(ONE, **changes)
    assert [fault.field for fault in caught.value.faults] == fields


def test_success_may_stand_directly_above_the_futility_stop():
    assert replace(TWO, success=9, efficacy_stop=None).rule.success == 9
    assert replace(TWO, success=22).rule.success == 22


def test_numbers_of_numpy_are_plain_afterwards():
    held = replace(TWO, n1=np.int64(TWO.n1), success=np.int32(TWO.success), p0=np.float64(TWO.p0))
    assert held == TWO
    assert {type(held.n1), type(held.success)} == {int}
    assert type(held.p0) is float
    assert type(replace(ONE, n=np.int64(ONE.n)).n) is int
    with pytest.raises(DesignError, match="n1 is True"):
        replace(TWO, n1=True)

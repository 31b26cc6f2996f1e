from dataclasses import replace

from onearm.design import SingleStageDesign, TwoStageDesign
from onearm.design.words import (
    describe_efficacy_stop,
    describe_futility_stop,
    describe_inputs,
    describe_limits,
    describe_success,
)

DESIGN = TwoStageDesign(
    n1=27, n=36, futility_stop=8, success=16, efficacy_stop=14, p0=0.3, p1=0.5, alpha=0.025, power=0.8
)


def test_limits():
    assert describe_futility_stop(DESIGN) == "stop for futility if ≤ 8 of 27 respond"
    assert describe_efficacy_stop(DESIGN) == "stop for efficacy if ≥ 14 of 27 respond"
    assert describe_success(DESIGN) == "success if ≥ 16 of 36 respond"
    assert describe_limits(DESIGN) == (
        "stop for futility if ≤ 8 of 27 respond",
        "stop for efficacy if ≥ 14 of 27 respond",
        "success if ≥ 16 of 36 respond",
    )


def test_what_does_not_exist_has_no_words():
    without = replace(DESIGN, efficacy_stop=None)
    assert describe_efficacy_stop(without) is None
    assert len(describe_limits(without)) == 2
    single = SingleStageDesign(n=10, success=3, p0=0.1, p1=0.3, alpha=0.1, power=0.6)
    assert describe_limits(single) == ("success if ≥ 3 of 10 respond",)


def test_inputs():
    assert describe_inputs(DESIGN) == "p0 30 %, p1 50 %, alpha 2.5 %, power 80 %"

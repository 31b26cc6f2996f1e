"""A design that does not keep its error rates is told which ones near it do."""

from __future__ import annotations

import re

from onearm.design import SingleStageDesign, TwoStageDesign
from onearm.design.nearest import describe_nearest
from onearm.stats.two_stage import TwoStageRule, probability_of_success


def test_the_declared_sizes_come_first_and_every_design_keeps_both_errors() -> None:
    design = TwoStageDesign(n1=13, n=43, futility_stop=3, success=12, p0=0.2, p1=0.4, alpha=0.05, power=0.8)
    words = describe_nearest(design)
    parts = words.split(" – ")
    assert [part.split(":")[0] for part in parts] == ["at the declared sizes", "optimal", "minimax"]
    for part in parts:
        r1, n1, r, n = (int(number) for number in re.findall(r"\d+", part.split(":", 1)[1]))
        rule = TwoStageRule(n1, n, r1, r)
        assert probability_of_success(rule, 0.2) <= 0.05
        assert probability_of_success(rule, 0.4) >= 0.8
    assert "stop if 3 or fewer of 13 respond; success if 13 or more of 43 do" in parts[0]


def test_sizes_at_which_nothing_keeps_both_say_so() -> None:
    design = TwoStageDesign(n1=5, n=12, futility_stop=1, success=4, p0=0.2, p1=0.4, alpha=0.05, power=0.8)
    assert describe_nearest(design).startswith("at the declared sizes there is none")


def test_one_stage() -> None:
    design = SingleStageDesign(n=30, success=10, p0=0.2, p1=0.4, alpha=0.05, power=0.8)
    # A'Hern 2001, Table 1: .20 against .40, alpha .05, power .80 needs 12 of 35.
    assert describe_nearest(design) == "single-stage: success if 12 or more of 35 respond"


def test_a_stop_that_does_not_bind_keeps_both_errors_either_way() -> None:
    design = TwoStageDesign(
        n1=27, n=36, futility_stop=8, success=16, efficacy_stop=14, p0=0.3, p1=0.5, alpha=0.05, power=0.8
    )
    words = describe_nearest(design, binding=False)
    assert [part.split(":")[0] for part in words.split(" – ")] == ["H0-optimal", "H0-minimax"]
    for part in words.split(" – "):
        r1, n1, e1, _, r, n = (int(number) for number in re.findall(r"\d+", part.split(":", 1)[1]))
        for stop in (e1, None):
            rule = TwoStageRule(n1, n, r1, r, stop)
            assert probability_of_success(rule, 0.3) <= 0.05 + 1e-12
            assert probability_of_success(rule, 0.5) >= 0.8 - 1e-12

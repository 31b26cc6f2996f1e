import subprocess
import sys

import pytest

from onearm.stats.joint_outcomes import JointRule, check_joint_rule, joint_characteristics, share_with_both


def test_by_hand():
    # One patient, who must respond without toxicity; then another one who must do so too.
    rule = JointRule(n1=1, n=2, r1=0, t1=1, r=1, t=1)
    found = joint_characteristics(rule, 0.5, 0.5)
    assert found.success == pytest.approx(1 / 16)
    assert (found.stop_early, found.stop_few_responses, found.stop_toxicity) == pytest.approx((0.75, 0.5, 0.5))
    assert found.expected_size == pytest.approx(1.25)
    # Whoever responds has toxicity, nearly always: hardly anybody goes on.
    assert joint_characteristics(rule, 0.5, 0.5, 1e12).success == pytest.approx(0, abs=1e-6)
    # Nobody who responds has toxicity: every responder goes on.
    assert joint_characteristics(rule, 0.5, 0.5, 1e-12).success == pytest.approx(0.25, abs=1e-5)


def test_limits_count_as_they_say():
    # r1 and r themselves stop and fail, t1 and t themselves stop and fail.
    rule = JointRule(n1=2, n=3, r1=1, t1=2, r=2, t=2)
    certain = joint_characteristics(rule, 1, 0)
    assert (certain.success, certain.stop_early) == (1, 0)
    assert joint_characteristics(rule._replace(r=1), 1, 0).success == 1
    assert joint_characteristics(rule, 0, 0).stop_few_responses == 1
    assert joint_characteristics(rule, 1, 1).stop_toxicity == 1
    # Of three patients each with toxicity .5: at most one of two to go on, at most one of three to succeed.
    assert joint_characteristics(rule, 1, 0.5).stop_toxicity == pytest.approx(0.25)
    assert joint_characteristics(rule, 1, 0.5).success == pytest.approx(0.5)


@pytest.mark.parametrize(
    "rule",
    [
        JointRule(0, 2, 0, 1, 1, 1),
        JointRule(2, 2, 0, 1, 1, 1),
        JointRule(2, 4, 2, 1, 3, 1),
        JointRule(2, 4, -1, 1, 3, 1),
        JointRule(2, 4, 0, 3, 3, 1),
        JointRule(2, 4, 0, 0, 3, 1),
        JointRule(2, 4, 1, 1, 0, 1),
        JointRule(2, 4, 1, 1, 4, 1),
        JointRule(2, 4, 1, 1, 3, 4),
        JointRule(2, 4, 1, 1, 3, 0),
    ],
)
def test_an_impossible_rule_is_refused(rule):
    with pytest.raises(ValueError, match="stage one"):
        check_joint_rule(rule)


def test_impossible_rates_and_ratios_are_refused():
    for ratio in (0, -1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="odds ratio"):
            share_with_both(0.5, 0.5, ratio)
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_with_both(1.5, 0.5, 1)
    assert share_with_both(0, 0.5, 3) == 0
    assert share_with_both(1, 0.25, 3) == pytest.approx(0.25)


def test_no_compiler_is_loaded():
    code = "import sys, onearm.stats.joint_outcomes, onearm.design.bryant_day; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

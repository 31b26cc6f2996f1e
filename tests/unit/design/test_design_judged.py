"""A decision on other sizes than planned keeps the type I error of the plan, by adding up every trial there can be."""

import pytest

from onearm.design.ended import find_end
from onearm.design.judged import judge
from onearm.stats.binomial import binomial_pmf
from onearm.stats.two_stage import TwoStageRule, probability_of_success

RULES = (
    (TwoStageRule(13, 43, 3, 13), 0.2),
    (TwoStageRule(10, 29, 1, 6), 0.1),
    (TwoStageRule(27, 36, 8, 16, 14), 0.3),
    (TwoStageRule(12, 20, 2, 6, 10), 0.25),
    (TwoStageRule(6, 9, 2, 3), 0.3),
)


def attained_sizes(rule):
    low = max(rule.futility_stop + 1, rule.efficacy_stop or 0)
    high = rule.n - 1
    if rule.efficacy_stop is not None:
        high = min(high, rule.efficacy_stop - 1 + rule.n - rule.success)
    return [n1 for n1 in range(low, high + 1) if n1 != rule.n1]


def every_trial(rule, stage1_n, n_actual, p0):
    """Each trial that follows the stops at its attained sizes, with its probability: x1, x, patients, chance."""
    never = stage1_n + 1 if rule.efficacy_stop is None else rule.efficacy_stop
    for x1, chance in enumerate(binomial_pmf(stage1_n, p0)):
        if x1 <= rule.futility_stop or x1 >= never:
            yield x1, x1, stage1_n, chance
            continue
        for x2, later in enumerate(binomial_pmf(n_actual - stage1_n, p0)):
            yield x1, x1 + x2, n_actual, chance * later


@pytest.mark.parametrize(("rule", "p0"), RULES)
@pytest.mark.parametrize("more", [-1, 0, 3])
def test_stage_one_of_any_size_keeps_the_type_one_error(rule, p0, more):
    decided = 0
    for stage1_n in attained_sizes(rule):
        n_actual, error = max(rule.n + more, stage1_n + 1), 0.0
        for x1, x, patients, chance in every_trial(rule, stage1_n, n_actual, p0):
            success = judge(rule, find_end(rule, x, stage1_n, x1, patients), p0).success
            error += chance * (success is True)
            decided += success is not None
        assert error <= probability_of_success(rule, p0) + 1e-12, stage1_n
    assert decided


@pytest.mark.parametrize(("rule", "p0"), RULES)
def test_without_the_count_of_stage_one_it_is_decided_where_every_count_agrees(rule, p0):
    for stage1_n in attained_sizes(rule):
        last = stage1_n if rule.efficacy_stop is None else rule.efficacy_stop - 1
        for x in range(rule.futility_stop + 1, last + rule.n - stage1_n + 1):
            alone = judge(rule, find_end(rule, x, stage1_n, None, rule.n), p0)
            counts = range(
                max(rule.futility_stop + 1, x - (rule.n - stage1_n)),
                min(x, stage1_n, (rule.efficacy_stop or stage1_n + 1) - 1) + 1,
            )
            each = {judge(rule, find_end(rule, x, stage1_n, x1, rule.n), p0).success for x1 in counts}
            assert alone.success == (each.pop() if len(each) == 1 else None), (stage1_n, x)
            assert alone.kept is None or len(counts) == 1


def test_the_first_patients_may_have_stopped_the_plan():
    rule = TwoStageRule(13, 43, 3, 13)
    # 13 of 25: the first 13 had at least one responder, at most 13, so they may have stopped or gone on.
    assert judge(rule, find_end(rule, 20, 25, 13), 0.2).success is None
    # 16 of 25: at least four of the first 13, so they went on.
    assert judge(rule, find_end(rule, 20, 25, 16), 0.2).success is True
    # 3 of 25 stop at any size; 12 in the end are too few at any count.
    assert judge(rule, find_end(rule, 3, 25, None), 0.2).success is False
    assert judge(rule, find_end(rule, 12, 25, None), 0.2).success is False


def test_past_an_efficacy_stop_only_if_the_planned_stage_one_had_it_too():
    rule = TwoStageRule(27, 36, 8, 16, 14)
    assert judge(rule, find_end(rule, 14, None, 14, 36), 0.3).success is True
    assert judge(rule, find_end(rule, 15, 29, 14, 36), 0.3).success is None
    assert judge(rule, find_end(rule, 16, 29, 16, 36), 0.3).success is True
    assert judge(rule, find_end(rule, 14, 25, 14, 36), 0.3).success is True
    assert judge(rule, find_end(rule, 15, 29, 8, 36), 0.3).success is False

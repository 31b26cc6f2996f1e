import pytest

from onearm.design import DesignError
from onearm.design.given_sizes import best_rule_at
from onearm.design.search import (
    Setting,
    list_undominated,
    search_every_size,
    search_single_stage,
    search_two_stage,
)
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics

USUAL = Setting(0.2, 0.4, 0.05, 0.8)


@pytest.mark.parametrize("efficacy_stop", [False, True])
@pytest.mark.parametrize("under_p1", [False, True])
def test_undominated_rules_fall_in_size_and_meet_both_limits(efficacy_stop, under_p1):
    rated = search_two_stage(USUAL, efficacy_stop=efficacy_stop, under_p1=under_p1)
    sizes = [(r.expected_size_p1 if under_p1 and efficacy_stop else r.expected_size_p0) for r in rated]
    assert sizes == sorted(sizes, reverse=True)
    assert [r.rule.n for r in rated] == sorted({r.rule.n for r in rated})
    for one in rated:
        null = operating_characteristics(one.rule, 0.2)
        assert one.type_one_error == null.success <= 0.05
        assert one.power == operating_characteristics(one.rule, 0.4).success >= 0.8
        assert one.stop_early_p0 == null.stop_futility + null.stop_efficacy
        assert (one.rule.efficacy_stop is not None) == efficacy_stop


def test_every_size_holds_the_undominated_rules_and_the_worse_ones_between():
    table = search_every_size(USUAL, 60)
    by_n = {rule.n: rule for rule in list_undominated(USUAL)}
    assert (table.n1[:33] == 0).all()
    for n in range(33, 61):
        if table.n1[n]:
            rule = TwoStageRule(int(table.n1[n]), n, int(table.r1[n]), int(table.r[n]) + 1)
            if n in by_n:
                assert by_n[n] == rule
            size = operating_characteristics(rule, 0.2).expected_size
            assert table.expected_size_p0[n] == pytest.approx(size, abs=1e-10)
    assert table.expected_size_p0[60] > table.expected_size_p0[43]


def test_known_proved_optima_at_close_rates():
    assert list_undominated(Setting(0.5, 0.6, 0.05, 0.9))[-1] == TwoStageRule(104, 233, 54, 129)
    close = list_undominated(Setting(0.5, 0.55, 0.05, 0.9))
    assert (close[0].n, close[-1].n) == (853, 996)


def test_limits_are_met_at_equality():
    """At n = 2 both must respond: type I error .2² and power .9², neither a round binary number."""
    equal = Setting(0.2, 0.9, 0.04, 0.81)
    assert search_single_stage(equal)[0] == SingleStageRule(2, 2)
    assert list_undominated(equal)[0] == TwoStageRule(1, 2, 0, 2)
    assert search_single_stage(Setting(0.2, 0.9, 0.0399, 0.81))[0].n > 2
    assert search_single_stage(Setting(0.2, 0.9, 0.04, 0.8101))[0].n > 2


def test_a_single_stage_may_fail_again_at_a_larger_size():
    rule, fails = search_single_stage(USUAL)
    assert rule == SingleStageRule(35, 12)
    assert fails == (37,)
    for n in range(2, 66):
        met = any(
            operating_characteristics(SingleStageRule(n, x), 0.2).success <= 0.05
            and operating_characteristics(SingleStageRule(n, x), 0.4).success >= 0.8
            for x in range(1, n + 1)
        )
        assert met == (n >= 35 and n != 37)


def test_the_best_rule_at_given_sizes_is_the_one_of_the_search():
    for stop in (False, True):
        for rated in search_two_stage(USUAL, efficacy_stop=stop):
            assert best_rule_at(USUAL, rated.rule.n1, rated.rule.n, efficacy_stop=stop) == rated
    setting = Setting(0.25, 0.45, 0.05, 0.80)
    assert best_rule_at(setting, 27, 36).rule == TwoStageRule(27, 36, 8, 14)
    assert best_rule_at(setting, 27, 36, futility_stop=6).rule == TwoStageRule(27, 36, 6, 14)
    assert best_rule_at(setting, 27, 36, futility_stop=9) is None
    assert best_rule_at(setting, 27, 36, success=15) is None


@pytest.mark.parametrize(
    ("setting", "fields"),
    [
        (Setting(0.4, 0.4, 0.05, 0.8), ["p1"]),
        (Setting(0.0, 0.4, 0.05, 0.8), ["p0"]),
        (Setting(0.2, 0.4, 0.8, 0.8), ["power"]),
        (Setting(0.5, 0.4, 1.2, True), ["alpha", "power", "p1"]),
        (Setting(0.5, 0.501, 0.05, 0.9), ["p1"]),
    ],
)
def test_impossible_settings_are_refused_with_every_fault(setting, fields):
    for search in (list_undominated, search_single_stage):
        with pytest.raises(DesignError) as error:
            search(setting)
        assert [fault.field for fault in error.value.faults] == fields

import itertools

import pytest

from onearm.design.search import (
    Setting,
    best_rule_at,
    expected_size_bound,
    is_minimax,
    is_optimal,
    search_two_stage,
)
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

SETTINGS = (
    Setting(0.10, 0.40, 0.10, 0.80),
    Setting(0.30, 0.60, 0.10, 0.80),
    Setting(0.50, 0.80, 0.05, 0.80),
    Setting(0.70, 0.95, 0.10, 0.90),
)


def every_rule(n1, n, efficacy_stop):
    """Every rule of n1 and n, by the definition alone."""
    for low, success in itertools.product(range(n1), range(1, n + 1)):
        if success <= low:
            continue
        if not efficacy_stop:
            yield TwoStageRule(n1, n, low, success)
            continue
        for stop in range(low + 2, n1 + 1):
            if stop - 1 + n - n1 >= success:
                yield TwoStageRule(n1, n, low, success, stop)


def meeting(setting, n, efficacy_stop):
    """Expected size and negative power of every rule of n patients that meets the setting."""
    for n1 in range(1, n):
        for rule in every_rule(n1, n, efficacy_stop):
            null = operating_characteristics(rule, setting.p0)
            if null.success > setting.alpha:
                continue
            power = operating_characteristics(rule, setting.p1).success
            if power >= setting.power:
                yield null.expected_size, -power, rule


@pytest.mark.parametrize("efficacy_stop", [False, True])
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_search_agrees_with_trying_everything(setting, efficacy_stop):
    found = search_two_stage(setting, efficacy_stop=efficacy_stop)
    assert found.proved
    tried = {n: min(meeting(setting, n, efficacy_stop), default=None) for n in range(2, found.optimal.rule.n + 2)}
    sizes = {n: best for n, best in tried.items() if best}
    assert min(sizes) == found.minimax.rule.n
    assert sizes[min(sizes)][0] == pytest.approx(found.minimax.expected_size_p0, abs=1e-12)
    assert min(sizes.values())[0] == pytest.approx(found.optimal.expected_size_p0, abs=1e-12)


def test_the_best_rule_is_rated_as_the_statistics_rate_it():
    for stop in (False, True):
        rated = best_rule_at(Setting(0.3, 0.5, 0.05, 0.8), 27, 36, efficacy_stop=stop)
        if rated is None:
            assert not stop
            continue
        null = operating_characteristics(rated.rule, 0.3)
        assert rated.type_one_error == pytest.approx(null.success, abs=1e-14)
        assert rated.expected_size_p0 == pytest.approx(null.expected_size, abs=1e-12)


def test_the_class_tests_agree_with_the_search():
    setting = Setting(0.2, 0.4, 0.05, 0.8)
    found = search_two_stage(setting)
    assert is_optimal(setting, found.optimal)
    assert is_minimax(setting, found.minimax)
    assert not is_optimal(setting, found.minimax)
    assert not is_minimax(setting, found.optimal)
    assert not is_minimax(setting, best_rule_at(setting, 19, found.minimax.rule.n))


@pytest.mark.parametrize("efficacy_stop", [False, True])
@pytest.mark.parametrize("setting", SETTINGS)
def test_only_the_best_is_called_the_best(setting, efficacy_stop):
    found = search_two_stage(setting, efficacy_stop=efficacy_stop)
    for n in range(2, 24):
        for n1 in range(1, n):
            rated = best_rule_at(setting, n1, n, efficacy_stop=efficacy_stop)
            if rated is None:
                continue
            best = found.optimal.expected_size_p0 > rated.expected_size_p0 - 1e-9
            assert is_optimal(setting, rated, efficacy_stop=efficacy_stop) == best
            least = found.minimax.expected_size_p0 > rated.expected_size_p0 - 1e-9
            as_few = n == found.minimax.rule.n
            assert is_minimax(setting, rated, efficacy_stop=efficacy_stop) == (as_few and least)


def test_no_rule_undercuts_its_bound():
    setting = Setting(0.2, 0.4, 0.05, 0.8)
    for n1, n, stop in itertools.product(range(1, 40, 3), (40, 43), (False, True)):
        rated = best_rule_at(setting, n1, n, efficacy_stop=stop)
        bound = expected_size_bound(setting, n1, n, stop)
        if rated:
            assert bound is not None
            assert bound <= rated.expected_size_p0


def test_known_limits_are_kept():
    setting = Setting(0.25, 0.45, 0.05, 0.80)
    assert best_rule_at(setting, 27, 36).rule == TwoStageRule(27, 36, 8, 14)
    assert best_rule_at(setting, 27, 36, futility_stop=6).rule == TwoStageRule(27, 36, 6, 14)
    assert best_rule_at(setting, 27, 36, futility_stop=9) is None
    assert best_rule_at(setting, 27, 36, success=15) is None


def test_a_search_cut_short_is_not_proved():
    found = search_two_stage(Setting(0.2, 0.4, 0.05, 0.8), largest_n=34)
    assert not found.proved
    assert found.minimax.rule.n == 33
    assert search_two_stage(Setting(0.2, 0.4, 0.05, 0.8), largest_n=20) == (None, None, False)


@pytest.mark.parametrize(
    "setting",
    [Setting(0.4, 0.4, 0.05, 0.8), Setting(0.0, 0.4, 0.05, 0.8), Setting(0.2, 0.4, 0.8, 0.8)],
)
def test_impossible_settings_are_refused(setting):
    with pytest.raises(ValueError, match="setting"):
        search_two_stage(setting)

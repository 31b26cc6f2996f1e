"""How many patients does a trial of one stage need? The exact answer, and what its neighbours do."""

from __future__ import annotations

from dataclasses import dataclass

from onearm.design.search import Setting, check_setting, search_single_stage
from onearm.stats.two_stage import SingleStageRule, operating_characteristics


@dataclass(frozen=True, slots=True)
class SingleStageResult:
    """The smallest single-stage rule that meets both limits (A'Hern 2001, Stat Med 20:859-866)."""

    rule: SingleStageRule
    type_one_error: float
    power: float
    larger_that_fail: tuple[int, ...]
    """Numbers of patients, up to 30 more, with which no rule meets both: the exact error rates move in saw-teeth."""


def find_single_stage(p0: float, p1: float, alpha: float, power: float) -> SingleStageResult:
    """The fewest patients with some r that meets both limits at equality, success being responses > r.

    Of the limits that keep alpha at this n the least is taken: it has the highest power. DesignError, with every
    fault, for rates and limits that no design is planned for.
    """
    setting = check_setting(Setting(p0, p1, alpha, power))
    rule, fails = search_single_stage(setting)
    null, target = (operating_characteristics(rule, rate) for rate in (setting.p0, setting.p1))
    return SingleStageResult(rule, null.success, target.success, fails)

"""What if patients cannot be evaluated, or a stop is not followed? Decisions and exact error rates, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from onearm.design.given import count_faults, in_words, raise_if_any, rate_faults, rule_faults, rule_of
from onearm.design.shown import Shown
from onearm.stats.binomial import binomial_pmf, binomial_tail
from onearm.stats.two_stage import SingleStageRule, TwoStageRule, operating_characteristics, probability_of_success
from onearm.units import round_half_away


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One way to treat patients who cannot be evaluated."""

    policy: str
    n1: int
    n: int
    decision: str
    type_one_error: float
    power: float | None


@dataclass(frozen=True, slots=True)
class PolicyTable(Shown):
    """The same trial under each policy for patients who cannot be evaluated."""

    not_evaluable: int
    rows: tuple[PolicyRow, ...]

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        patients = "1 patient" if self.not_evaluable == 1 else f"{self.not_evaluable} patients"
        head = ("policy", "n1", "n", "final decision", "type I error", "power")
        rows = [
            [
                row.policy,
                str(row.n1),
                str(row.n),
                row.decision,
                in_words(row.type_one_error),
                "–" if row.power is None else in_words(row.power),
            ]
            for row in self.rows
        ]
        return f"{patients} not evaluable", head, rows


def not_evaluable_policies(
    n1: int,
    r1: int,
    n: int,
    r: int,
    e1: int | None = None,
    *,
    p0: float,
    p1: float | None = None,
    responses: int,
    not_evaluable: int,
    stage1_not_evaluable: int = 0,
) -> PolicyTable:
    """Sizes, final decision and exact error rates if ``not_evaluable`` of the ``n`` patients have no usable response.

    ``responses``: of the evaluable among the n enrolled; ``stage1_not_evaluable``: how many of them are of stage one.
    Counted as failures: sizes as planned, and each patient is evaluable with the share observed. Left out: the
    declared boundaries with fewer patients. Replaced: sizes as planned once the replacements are seen; until then the
    decision may be open. DesignError, with every fault, for impossible input.
    """
    faults = rule_faults(n1, r1, n, r, e1) + rate_faults("p0", p0)
    faults += rate_faults("p1", p1) if p1 is not None else []
    raise_if_any(faults)
    faults = count_faults("stage1_not_evaluable", stage1_not_evaluable, 0, n1)
    faults += count_faults("not_evaluable", not_evaluable, max(0, stage1_not_evaluable), n - 1)
    raise_if_any(faults or count_faults("responses", responses, 0, n - not_evaluable))
    rule = rule_of(n1, r1, n, r, e1)
    least = stage1_not_evaluable + max(rule.futility_stop + 1, rule.efficacy_stop or 0)
    share = not_evaluable / n
    rows = [_policy("counted as failures", rule, responses >= rule.success, p0, p1, share)]
    fewer = rule._replace(n1=n1 - stage1_not_evaluable, n=n - not_evaluable)
    reach = fewer.n if e1 is None else e1 - 1 + fewer.n - fewer.n1
    if n1 >= least and fewer.n1 < fewer.n and rule.success <= reach:
        rows.append(_policy("left out, boundaries as declared", fewer, responses >= rule.success, p0, p1, 0.0))
    decided = responses >= rule.success or responses + not_evaluable < rule.success
    replaced = _policy("replaced", rule, responses >= rule.success, p0, p1, 0.0)
    if not decided:
        needed = rule.success - responses
        words = f"open: success if {needed} or more of {not_evaluable} replacements respond"
        replaced = PolicyRow(replaced.policy, n1, n, words, replaced.type_one_error, replaced.power)
    return PolicyTable(not_evaluable, (*rows, replaced))


def _policy(name: str, rule: TwoStageRule, success: bool, p0: float, p1: float | None, share: float) -> PolicyRow:
    power = None if p1 is None else probability_of_success(rule, p1, share)
    error = probability_of_success(rule, p0, share)
    return PolicyRow(name, rule.n1, rule.n, "success" if success else "no success", error, power)


@dataclass(frozen=True, slots=True)
class StopsNotFollowedRow:
    """P(success) and expected size at one rate if some stops are not followed."""

    followed: str
    p: float
    success: float
    expected_size: float


@dataclass(frozen=True, slots=True)
class StopsNotFollowed(Shown):
    """What the rule does when its stops are not followed, whatever the count."""

    rows: tuple[StopsNotFollowedRow, ...]

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        head = ("what is followed", "rate", "success", "expected n")
        rows = [
            [row.followed, f"{row.p:g}", in_words(row.success), str(round_half_away(row.expected_size, 2))]
            for row in self.rows
        ]
        return "If a stop is not followed, whatever the count", head, rows


def without_stops(
    n1: int, r1: int, n: int, r: int, e1: int | None = None, *, p: float | Iterable[float]
) -> StopsNotFollowed:
    """Exact P(success) if the trial is known to go on past a stop, or to end after stage one although it could go on.

    Past futility: success if > r of all, or an efficacy stop. Past efficacy: success if > r in the end.
    Neither: one stage of ``n``. Never going on: success only by an efficacy stop. Each assumes that the stop would
    have been passed over whatever the count. DesignError, with every fault, for impossible input.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = rule_faults(n1, r1, n, r, e1)
    for rate in rates:
        faults += rate_faults("p", rate, ends=True)
    raise_if_any(faults)
    rule = rule_of(n1, r1, n, r, e1)
    rows = [row for rate in rates for row in _stop_rows(rule, float(rate))]
    return StopsNotFollowed(tuple(rows))


def _stop_rows(rule: TwoStageRule, rate: float) -> list[StopsNotFollowedRow]:
    plan = operating_characteristics(rule, rate)
    single = probability_of_success(SingleStageRule(rule.n, rule.success), rate)
    rows = [StopsNotFollowedRow("the rule as planned", rate, plan.success, plan.expected_size)]
    if rule.efficacy_stop is None:
        rows.append(StopsNotFollowedRow("no futility stop", rate, single, float(rule.n)))
        rows.append(StopsNotFollowedRow("always ends after stage one", rate, 0.0, float(rule.n1)))
        return rows
    without = operating_characteristics(rule._replace(efficacy_stop=None), rate)
    past = success_without_futility_stop(rule, rate)
    size = rule.n - (rule.n - rule.n1) * plan.stop_efficacy
    return [
        *rows,
        StopsNotFollowedRow("no futility stop", rate, past, size),
        StopsNotFollowedRow("no efficacy stop", rate, without.success, without.expected_size),
        StopsNotFollowedRow("no stop at all", rate, single, float(rule.n)),
        StopsNotFollowedRow("always ends after stage one", rate, plan.stop_efficacy, float(rule.n1)),
    ]


def success_without_futility_stop(rule: TwoStageRule, rate: float) -> float:
    """P(success) if the futility stop is passed over whatever the count, the efficacy stop kept."""
    if rule.efficacy_stop is None:
        return binomial_tail(rule.success, rule.n, rate)
    return probability_of_success(rule, rate) + _saved_by_going_on(rule, rate)


def _saved_by_going_on(rule: TwoStageRule, rate: float) -> float:
    """P(x1 ≤ futility stop, yet x ≥ success in the end)."""
    stopped = np.arange(rule.futility_stop + 1)
    n2 = rule.n - rule.n1
    tails = np.array([binomial_tail(rule.success - x1, n2, rate) for x1 in stopped.tolist()])
    return float(np.sum(binomial_pmf(rule.n1, rate)[stopped] * tails))

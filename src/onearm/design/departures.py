"""What if patients cannot be evaluated, or a stop is not followed? Decisions and exact error rates, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from onearm.design.ended import Ended, find_end
from onearm.design.given import MOST_INFERRED, count_faults, in_words, raise_if_any, rate_faults, rule_faults, rule_of
from onearm.design.model import DesignFault
from onearm.design.shown import Shown
from onearm.stats.binomial import binomial_pmf, binomial_tail
from onearm.stats.two_stage import (
    SingleStageRule,
    TwoStageRule,
    effective_rate,
    operating_characteristics,
    probability_of_success,
)
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
    stage1_n: int | None = None,
    stage1_responses: int | None = None,
    n_actual: int | None = None,
) -> PolicyTable:
    """Sizes, decision and exact error rates if ``not_evaluable`` of the enrolled patients have no usable response.

    ``responses``: of the evaluable among those enrolled; ``stage1_not_evaluable``: how many of them are of stage one
    (all, if the trial ended after it). ``stage1_n``, ``stage1_responses``, ``n_actual``: as for ``infer``; they tell
    after which stage the trial ended, and so which limit is judged. Counted as failures: sizes as planned, and each
    patient is evaluable with the share observed. Left out: the declared boundaries with fewer patients. Replaced: sizes
    as planned once the replacements are seen; until then the decision may be open. DesignError, with every fault, for
    impossible input, and for a trial that did not end as its rule and sizes say: these policies do not judge it.
    """
    faults = rule_faults(n1, r1, n, r, e1, most=MOST_INFERRED) + rate_faults("p0", p0)
    faults += rate_faults("p1", p1) if p1 is not None else []
    raise_if_any(faults)
    rule = rule_of(n1, r1, n, r, e1)
    end = find_end(rule, responses, stage1_n, stage1_responses, n_actual)
    lost, early = _check_lost(rule, end, not_evaluable, stage1_not_evaluable)
    success = end.responses >= (rule.success if end.stage == 2 else rule.efficacy_stop or rule.n1 + 1)
    rows = [_policy("counted as failures", rule, success, p0, p1, lost / end.n_actual)]
    fewer = rule._replace(n1=rule.n1 - early, n=rule.n - lost)
    reach = fewer.n if rule.efficacy_stop is None else rule.efficacy_stop - 1 + fewer.n - fewer.n1
    if max(rule.futility_stop + 1, rule.efficacy_stop or 0) <= fewer.n1 < fewer.n and rule.success <= reach:
        rows.append(_policy("left out, boundaries as declared", fewer, success, p0, p1, 0.0))
    replaced = _policy("replaced", rule, success, p0, p1, 0.0)
    waits = None if success else _what_replacements_can_do(rule, end, lost, early)
    return PolicyTable(lost, (*rows, replaced if waits is None else replace(replaced, decision=waits)))


def _check_lost(rule: TwoStageRule, end: Ended, not_evaluable: int, early: int) -> tuple[int, int]:
    """The patients without a usable response, and those of them in stage one; DesignError if they do not fit."""
    enrolled = rule.n1 if end.stage == 1 else rule.n
    how = None if end.path == "as planned" else _OTHER_ENDS[end.path]
    if how is None and end.rule.n1 != rule.n1:
        how = f"stage one was judged on {end.rule.n1} instead of {rule.n1} patients"
    if how is not None:
        expected = f"nothing: the policies judge a trial that ended as its rule and sizes say, and here {how}"
        raise_if_any([DesignFault("not_evaluable", str(not_evaluable), expected)])
    faults = count_faults("stage1_not_evaluable", early, 0, rule.n1)
    faults += count_faults("not_evaluable", not_evaluable, 0 if faults else int(early), enrolled - 1)
    raise_if_any(faults or count_faults("responses", end.responses, 0, enrolled - int(not_evaluable)))
    if end.stage == 2:
        if end.stage1_responses is not None:
            raise_if_any(count_faults("stage1_responses", end.stage1_responses, 0, rule.n1 - int(early)))
        return int(not_evaluable), int(early)
    if early not in (0, not_evaluable):
        expected = f"{not_evaluable}: the trial ended after stage one, so all of them are of stage one"
        raise_if_any([DesignFault("stage1_not_evaluable", str(early), expected)])
    return int(not_evaluable), int(not_evaluable)


_OTHER_ENDS = {
    "second stage changed": "stage two had another size",
    "stopped early": "it ended after stage one although the rule goes on",
    "past futility": "it went on past its futility stop",
    "past efficacy": "it went on past its efficacy stop",
}


def _what_replacements_can_do(rule: TwoStageRule, end: Ended, lost: int, early: int) -> str | None:
    """What waits for the replacements of a trial that is no success yet; None if they cannot change that."""
    stop = rule.efficacy_stop
    if end.stage == 1:
        on = rule.futility_stop + 1 - end.responses
        if on > lost:
            return None
        words = f"open: goes on if {on} or more of {lost} replacements respond"
        enough = None if stop is None else stop - end.responses
        return words if enough is None or enough > lost else f"{words}, success if {enough} or more do"
    needed = rule.success - end.responses
    said = [f"{needed} or more of {lost} replacements respond"] if needed <= lost else []
    if stop is not None:
        most = min(stop - 1, end.responses) if end.stage1_responses is None else end.stage1_responses
        said += [f"those of stage one bring it to {stop} of {rule.n1}"] if 0 < stop - most <= early else []
    return f"open: success if {', or if '.join(said)}" if said else None


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

    not_evaluable: float
    """Share of patients without a usable response, counted as failures."""
    rows: tuple[StopsNotFollowedRow, ...]

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        head = ("what is followed", "rate", "success", "expected n")
        rows = [
            [row.followed, f"{row.p:g}", in_words(row.success), str(round_half_away(row.expected_size, 2))]
            for row in self.rows
        ]
        share = f" ({100 * self.not_evaluable:g} % not evaluable, counted as failures)" if self.not_evaluable else ""
        return f"If a stop is not followed, whatever the count{share}", head, rows


def without_stops(
    n1: int,
    r1: int,
    n: int,
    r: int,
    e1: int | None = None,
    *,
    p: float | Iterable[float],
    not_evaluable: float = 0.0,
) -> StopsNotFollowed:
    """Exact P(success) if the trial is known to go on past a stop, or to end after stage one although it could go on.

    Past futility: success if > r of all, or an efficacy stop. Past efficacy: success if > r in the end.
    Neither: one stage of ``n``. Never going on: success only by an efficacy stop. Each assumes that the stop would
    have been passed over whatever the count. ``not_evaluable``: share of patients without a usable response, counted as
    failures. DesignError, with every fault, for impossible input.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = rule_faults(n1, r1, n, r, e1)
    for rate in rates:
        faults += rate_faults("p", rate, ends=True)
    raise_if_any(faults + rate_faults("not_evaluable", not_evaluable, ends=True))
    rule = rule_of(n1, r1, n, r, e1)
    rows = [
        StopsNotFollowedRow(followed, float(rate), success, size)
        for rate in rates
        for followed, success, size in _stop_rows(rule, effective_rate(float(rate), float(not_evaluable)))
    ]
    return StopsNotFollowed(float(not_evaluable), tuple(rows))


def _stop_rows(rule: TwoStageRule, rate: float) -> list[tuple[str, float, float]]:
    """What is followed, P(success) and expected size at the rate of counted responders."""
    plan = operating_characteristics(rule, rate)
    single = probability_of_success(SingleStageRule(rule.n, rule.success), rate)
    rows = [("the rule as planned", plan.success, plan.expected_size)]
    if rule.efficacy_stop is None:
        rows.append(("no futility stop", single, float(rule.n)))
        rows.append(("always ends after stage one", 0.0, float(rule.n1)))
        return rows
    without = operating_characteristics(rule._replace(efficacy_stop=None), rate)
    past = success_without_futility_stop(rule, rate)
    size = rule.n - (rule.n - rule.n1) * plan.stop_efficacy
    return [
        *rows,
        ("no futility stop", past, size),
        ("no efficacy stop", without.success, without.expected_size),
        ("no stop at all", single, float(rule.n)),
        ("always ends after stage one", plan.stop_efficacy, float(rule.n1)),
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

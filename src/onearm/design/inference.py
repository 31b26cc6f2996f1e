"""What may be said about the response rate after a two-stage trial? Estimates, p-value and intervals of its design."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from onearm.design.ended import Ended, find_end
from onearm.design.given import MOST_INFERRED, raise_if_any, rate_faults, rule_faults, rule_of
from onearm.design.inference_results import Estimates, Inference, Intervals, Limits, OutcomeRow, OutcomeRows
from onearm.design.judged import judge
from onearm.design.model import DesignFault
from onearm.design.sentences import NO_EXACT_P_VALUE, warnings_about
from onearm.stats.binomial import clopper_pearson
from onearm.stats.changed_second_stage import changed_inference
from onearm.stats.two_stage import TwoStageRule, probability_of_success, upper_tail_stage_two
from onearm.stats.two_stage_inference import (
    Outcome,
    StageWiseInference,
    is_success,
    list_outcomes,
    stage_wise_inference,
    stage_wise_p_value,
)
from onearm.stats.two_stage_order import outcome_table

ORDERING = "stage-wise: stops for futility by x1, then totals after stage two by x"
ORDERING_EFFICACY = ORDERING + ", then stops for efficacy by x1"
ORDERING_CHANGED = "Koyama and Chen 2008 for a second stage of another size"
ORDERING_TIED = ORDERING_CHANGED + "; where success was {state} after stage one, by the total, then by x1"
ORDERING_NO_SECOND_STAGE = "by x1: there was no second stage, and success was {state} after stage one"


def infer(
    n1: int,
    r1: int,
    n: int,
    r: int,
    e1: int | None = None,
    *,
    p0: float,
    responses: int,
    stage1_n: int | None = None,
    stage1_responses: int | None = None,
    n_actual: int | None = None,
    level: float = 0.95,
    alpha: float | None = None,
    size_changed_by_data: bool = False,
) -> Inference:
    """Estimates, p-value and intervals that honour the design, after ``responses`` of all patients responded.

    Stop if responses ≤ ``r1`` of ``n1``, stop for efficacy if ≥ ``e1``, success if > ``r`` of ``n``. How the trial
    ended follows from the counts; where two ends are possible, ``n_actual`` (patients in all) is asked for.
    ``stage1_n``: attained size of stage one, if it was judged at another size than ``n1``. ``stage1_responses``: its
    responders, needed when stage two had another size. ``alpha``: nominal level to compare with the attained one.
    ``size_changed_by_data``: the size was changed because of what was seen, so there is no exact p-value.

    Under the plan p ≤ attained type I error exactly at success. A trial that went on past the futility stop is no
    success, whatever its total; one that went on past the efficacy stop, which is binding here, is one. With another
    second stage the conditional error of the plan decides; with stage one judged at another size success is None,
    unless the conditional error of the plan decides it for every state that agrees with the counts. DesignError, with
    every fault, for impossible or ambiguous input, and for more than 1,000 patients.
    """
    faults = rule_faults(n1, r1, n, r, e1, most=MOST_INFERRED) + rate_faults("p0", p0) + rate_faults("level", level)
    faults += rate_faults("alpha", alpha) if alpha is not None else []
    raise_if_any(faults)
    p0, level, alpha = float(p0), float(level), None if alpha is None else float(alpha)
    plan = rule_of(n1, r1, n, r, e1)
    end = find_end(plan, responses, stage1_n, stage1_responses, n_actual)
    by_data = bool(size_changed_by_data)
    if by_data and end.path == "as planned" and end.rule.n1 == plan.n1:
        expected = "a trial whose size differs from the plan; give n_actual or stage1_n"
        raise_if_any([DesignFault("size_changed_by_data", "True", expected)])
    return _infer(plan, end, p0, level, alpha, by_data)


def _infer(plan: TwoStageRule, end: Ended, p0: float, level: float, alpha: float | None, by_data: bool) -> Inference:
    """What a trial that ended so says, and which sentences must stand beside it."""
    judged, said = judge(plan, end, p0), _conclude(end, p0, level, by_data)
    return Inference(
        n1=plan.n1,
        r1=plan.futility_stop,
        n=plan.n,
        r=plan.success - 1,
        e1=plan.efficacy_stop,
        p0=p0,
        level=level,
        responses=end.responses,
        stage1_n=end.rule.n1,
        stage1_responses=end.stage1_responses,
        n_actual=end.n_actual,
        stage=end.stage,
        path=end.path,
        success=judged.success,
        estimates=said.estimates,
        p_value=said.p_value,
        intervals=said.intervals,
        ordering=said.ordering,
        type_one_error=probability_of_success(end.rule, p0),
        planned_type_one_error=probability_of_success(plan, p0),
        alpha=alpha,
        conditional_error=judged.kept,
        warnings=(
            *([NO_EXACT_P_VALUE] if by_data else []),
            *warnings_about(plan, end, p0, alpha, judged, said.p_value, by_data=by_data),
        ),
    )


class _Concluded(NamedTuple):
    """What an end says about the response rate."""

    estimates: Estimates
    p_value: float | None
    intervals: Intervals
    ordering: str | None


def _conclude(end: Ended, p0: float, level: float, by_data: bool) -> _Concluded:
    """Estimates, p-value and intervals by the path on which the trial ended."""
    naive = _pair(clopper_pearson(end.responses, end.n_actual, level))
    if by_data:
        plain = Estimates(end.responses / end.n_actual, None, None, None, None)
        return _Concluded(plain, None, Intervals(None, None, None, naive), None)
    if end.path in ("second stage changed", "stopped early"):
        return _conclude_changed(end, p0, level, naive)
    rule = end.rule
    if end.path == "past futility":
        rule = rule._replace(futility_stop=-1, n=end.n_actual)
    elif end.path == "past efficacy":
        rule = rule._replace(efficacy_stop=None, n=end.n_actual)
    table = outcome_table(rule)
    at = int(np.flatnonzero((table.stage == end.stage) & (table.responders == end.responses))[0])
    found = stage_wise_inference(rule, level, [at])
    if rule is end.rule:
        p_value = stage_wise_p_value(rule, Outcome(end.stage, end.responses), p0)
    else:
        p_value = upper_tail_stage_two(rule, end.responses, p0)
    ordering = ORDERING if rule.efficacy_stop is None else ORDERING_EFFICACY
    return _Concluded(_estimates(found, 0), p_value, _intervals(found, 0, naive), ordering)


def _conclude_changed(end: Ended, p0: float, level: float, naive: Limits) -> _Concluded:
    """A second stage of another size, or none although the rule goes on (then a second stage of no patient)."""
    x1 = end.stage1_responses
    assert x1 is not None
    m2 = end.n_actual - end.rule.n1
    found = changed_inference(end.rule, x1, end.responses - x1, m2, p0, level)
    estimates = Estimates(end.responses / end.n_actual, None, found.mue, None, None)
    if m2 > 0:
        # Unbiased at each size of stage two, so also if the size came about without regard to the data.
        attained = end.rule._replace(n=end.n_actual)
        table = outcome_table(attained)
        at = int(np.flatnonzero((table.stage == 2) & (table.responders == end.responses))[0])
        plain = _estimates(stage_wise_inference(attained, level, [at]), 0)
        estimates = Estimates(plain.mle, plain.umvue, found.mue, plain.bias_adjusted, plain.umvcue)
    intervals = Intervals(
        stagewise=_pair(found.stage_wise), midp=_pair(found.mid_p), koyama_chen=_pair(found.koyama_chen), naive=naive
    )
    return _Concluded(estimates, found.p_value, intervals, _order_changed(end.rule, x1, m2))


def _order_changed(rule: TwoStageRule, x1: int, m2: int) -> str:
    """The ordering in words; it is another one where success was certain, or out of reach, after stage one."""
    if x1 >= rule.success:
        state = "certain"
    elif x1 + rule.n - rule.n1 < rule.success:
        state = "out of reach"
    else:
        return ORDERING_CHANGED
    return (ORDERING_TIED if m2 else ORDERING_NO_SECOND_STAGE).format(state=state)


def _pair(limits: tuple[float | None, float | None]) -> Limits:
    lower, upper = limits
    assert lower is not None and upper is not None
    return lower, upper


def _estimates(found: StageWiseInference, i: int) -> Estimates:
    return Estimates(
        mle=float(found.mle[i]),
        umvue=float(found.umvue[i]),
        mue=float(found.mue[i]),
        bias_adjusted=float(found.bias_adjusted[i]),
        umvcue=float(found.umvcue[i]) if found.has_umvcue[i] else None,
    )


def _intervals(found: StageWiseInference, i: int, naive: Limits) -> Intervals:
    def limits(pairs: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Limits:
        return float(pairs[i, 0]), float(pairs[i, 1])

    return Intervals(limits(found.stage_wise), limits(found.mid_p), limits(found.koyama_chen), naive)


def infer_all(
    n1: int, r1: int, n: int, r: int, e1: int | None = None, *, p0: float, level: float = 0.95
) -> OutcomeRows:
    """What each possible outcome of a design would say, all solved together (some milliseconds).

    As ``infer`` on the planned path. DesignError, with every fault, for impossible input or more than 1,000 patients.
    """
    faults = rule_faults(n1, r1, n, r, e1, most=MOST_INFERRED) + rate_faults("p0", p0) + rate_faults("level", level)
    raise_if_any(faults)
    p0, level = float(p0), float(level)
    rule = rule_of(n1, r1, n, r, e1)
    found = stage_wise_inference(rule, level)
    error = probability_of_success(rule, p0)
    rows = []
    for i, outcome in enumerate(list_outcomes(rule)):
        naive = _pair(clopper_pearson(outcome.responders, rule.n1 if outcome.stage == 1 else rule.n, level))
        p_value = stage_wise_p_value(rule, outcome, p0)
        success = is_success(rule, outcome)
        rows.append(OutcomeRow(*outcome, success, p_value, _estimates(found, i), _intervals(found, i, naive)))
    return OutcomeRows(
        rule.n1, rule.futility_stop, rule.n, rule.success - 1, rule.efficacy_stop, p0, level, error, tuple(rows)
    )

"""Which sentences must stand beside a p-value, so that nobody reads more into it than its design allows?"""

from __future__ import annotations

from onearm.design.departures import success_without_futility_stop
from onearm.design.ended import Ended
from onearm.design.given import in_words
from onearm.design.judged import Judged
from onearm.stats.changed_second_stage import changed_p_value
from onearm.stats.conditional_error import StateBoundary
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule, probability_of_success
from onearm.stats.two_stage_inference import is_success, list_outcomes, stage_wise_p_value

NO_EXACT_P_VALUE = (
    "The number of patients was changed because of the data: no exact p-value or interval exists for such a trial. "
    "The conditional-error boundary still keeps the type I error of the plan."
)


def warnings_about(
    plan: TwoStageRule,
    end: Ended,
    p0: float,
    alpha: float | None,
    judged: Judged,
    p_value: float | None,
    *,
    by_data: bool,
) -> list[str]:
    """What a reader must know about this end, most important first; each a sentence."""
    said = []
    if end.rule.n1 != plan.n1:
        said.append(_stage_one_changed(plan, end, p0))
        if judged.success is None:
            said.append(_left_open(plan, end))
    if end.path == "second stage changed" and not by_data:
        said.append(
            f"{end.n_actual} instead of {end.rule.n} patients: the p-value and intervals hold only if the size "
            "changed for reasons that have nothing to do with the data. If it changed because of them, no exact "
            "p-value exists (say so with size_changed_by_data)."
        )
    elif end.path not in ("as planned", "second stage changed"):
        said.append(_against(plan, end, p0, by_data))
    if judged.kept is not None:
        said.append(_kept(end, judged.kept))
        if not by_data and end.rule.n1 == plan.n1:
            said.append(f"Success by this boundary is the same as p ≤ {in_words(probability_of_success(plan, p0))}.")
    if end.path == "as planned" and end.rule.n1 == plan.n1:
        said.append(
            f"Success exactly when p ≤ {in_words(probability_of_success(plan, p0))}, the type I error that "
            "this rule attains."
        )
    if alpha is not None:
        said += _nominal(plan, end, p0, alpha, judged.success, p_value)
    return said


def _stage_one_changed(plan: TwoStageRule, end: Ended, p0: float) -> str:
    error, planned = probability_of_success(end.rule, p0), probability_of_success(plan, p0)
    return (
        f"Stage one was judged on {end.rule.n1} instead of {plan.n1} patients: with the same boundaries the rule "
        f"attains a type I error of {in_words(error)} (plan: {in_words(planned)}), if the size has nothing to do with "
        f"the data. If it can be judged on the first {plan.n1} patients by order of enrolment, leave stage1_n out: "
        "then the design is the planned one."
    )


def _left_open(plan: TwoStageRule, end: Ended) -> str:
    asked = [
        *(["of stage one (stage1_responses)"] if end.stage1_responses is None else []),
        *([f"of the first {plan.n1} patients"] if end.rule.n1 > plan.n1 else []),
    ]
    return (
        "No decision follows from these counts: the boundary that keeps the type I error of the plan depends on "
        f"the responses {' and '.join(asked)}."
    )


def _against(plan: TwoStageRule, end: Ended, p0: float, by_data: bool) -> str:
    rule = end.rule
    of_which = "" if by_data else "; p-value and intervals are those of the design without that stop"
    if end.path == "stopped early":
        how = (
            " The p-value takes stage two as one of no patients, for reasons that have nothing to do with the data; "
            "if it ended because of them, no exact p-value exists."
        )
        how = "" if by_data else how
        return f"The trial ended after stage one although {end.responses} of {rule.n1} go on by the rule.{how}"
    if end.path == "past futility":
        error, planned = success_without_futility_stop(rule, p0), probability_of_success(rule, p0)
        return (
            "The trial went on although the rule stops it for futility: by the rule it is no success. Had the stop "
            f"been passed over whatever the count, the type I error would be {in_words(error)} instead of "
            f"{in_words(planned)}{of_which}."
        )
    without = probability_of_success(rule._replace(efficacy_stop=None), p0)
    by_rule = (
        " by the rule it is a success, and counting it so keeps the type I error."
        if rule.n1 == plan.n1
        else f" it is a success only if the first {plan.n1} patients stop it too."
    )
    return (
        f"The trial went on although the rule stops it for efficacy:{by_rule} Had the stop never been used, success "
        f"from {rule.success} on would have a type I error of {in_words(without)}{of_which}."
    )


def _kept(end: Ended, kept: StateBoundary) -> str:
    if kept.success is None:
        what = f"no total of {end.n_actual} counts as success"
    elif kept.conditional_error == 1:
        what = "success was certain already"
    else:
        what = f"success from {kept.success} of {end.n_actual} on"
    return (
        f"To keep the type I error of the plan whatever the reason for the change: after {kept.responders} of "
        f"{end.rule.n1}, {what} (conditional error {in_words(kept.conditional_error)})."
    )


def _nominal(
    plan: TwoStageRule, end: Ended, p0: float, alpha: float, success: bool | None, p_value: float | None
) -> list[str]:
    """How p and the decision relate to the nominal level; it need not be the attained one."""
    said = []
    attained = probability_of_success(end.rule, p0)
    if attained > alpha + LIMIT_ROUNDING:
        said.append(f"The rule attains {in_words(attained)}, more than the nominal {alpha:g}.")
    if p_value is None:
        return said
    if end.rule.n1 != plan.n1 or end.path not in ("as planned", "second stage changed"):
        return [*said, _nominal_here(alpha, success, p_value)]
    counts, every = _list_contrary(end, p0, alpha)
    if counts:
        return [*said, f"Do not compare p with the nominal {alpha:g}: it contradicts the rule at {counts} responders."]
    return [*said, f"Comparing p with the nominal {alpha:g} gives the same decision for every {every}."]


def _nominal_here(alpha: float, success: bool | None, p_value: float) -> str:
    """About this one outcome, where the trial did not end as its rule says."""
    side = "at most" if p_value <= alpha else "above"
    if success is None:
        return f"p is {side} the nominal {alpha:g}, but that decides nothing: there is no decision by the rule."
    if success == (p_value <= alpha):
        return f"Comparing p with the nominal {alpha:g} gives the same decision here."
    decision = "success" if success else "no success"
    return f"Do not compare p with the nominal {alpha:g}: p is {side} it, and yet the decision is {decision}."


def _list_contrary(end: Ended, p0: float, alpha: float) -> tuple[str, str]:
    """The outcomes that p ≤ alpha would judge otherwise than the rule does, and what was looked at."""
    rule, x1 = end.rule, end.stage1_responses
    if end.path == "second stage changed":
        assert x1 is not None
        attained, m2 = probability_of_success(rule, p0), end.n_actual - rule.n1
        tails = [changed_p_value(rule, x1, x2, m2, p0) for x2 in range(m2 + 1)]
        totals = [str(x1 + x2) for x2, p in enumerate(tails) if (p <= attained) != (p <= alpha)]
        after = f"after {x1} of {rule.n1}"
        return (f"{', '.join(totals)} ({after})" if totals else ""), f"total {after}"
    contrary = [
        outcome
        for outcome in list_outcomes(rule)
        if is_success(rule, outcome) != (stage_wise_p_value(rule, outcome, p0) <= alpha)
    ]
    return ", ".join(f"{outcome.responders} (stage {outcome.stage})" for outcome in contrary), "outcome"

"""Which sentences must stand beside a p-value, so that nobody reads more into it than its design allows?"""

from __future__ import annotations

from onearm.design.departures import success_without_futility_stop
from onearm.design.ended import Ended
from onearm.design.given import in_words
from onearm.stats.conditional_error import StateBoundary
from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_inference import is_success, list_outcomes, stage_wise_p_value

NO_EXACT_P_VALUE = (
    "The number of patients was changed because of the data: no exact p-value or interval exists for such a trial. "
    "The conditional-error boundary still keeps the type I error of the plan."
)


def warnings_about(
    plan: TwoStageRule, end: Ended, p0: float, alpha: float | None, kept: StateBoundary | None, *, by_data: bool
) -> list[str]:
    """What a reader must know about this end, most important first; each a sentence."""
    said = []
    if end.rule.n1 != plan.n1:
        said.append(_stage_one_changed(plan, end, p0))
    if end.path == "second stage changed" and not by_data:
        said.append(
            f"{end.n_actual} instead of {end.rule.n} patients: the p-value and intervals hold only if the size "
            "changed for reasons that have nothing to do with the data. If it changed because of them, no exact "
            "p-value exists (say so with size_changed_by_data)."
        )
    elif end.path not in ("as planned", "second stage changed"):
        said.append(_against(end, p0))
    if kept is not None:
        said.append(_kept(end, kept))
        if not by_data and end.rule.n1 == plan.n1:
            said.append(f"Success by this boundary is the same as p ≤ {in_words(probability_of_success(plan, p0))}.")
    if end.path == "as planned" and end.rule.n1 == plan.n1:
        said += _levels(end.rule, p0, alpha)
    return said


def _stage_one_changed(plan: TwoStageRule, end: Ended, p0: float) -> str:
    error, planned = probability_of_success(end.rule, p0), probability_of_success(plan, p0)
    return (
        f"Stage one was judged on {end.rule.n1} instead of {plan.n1} patients: with the same boundaries the rule "
        f"attains a type I error of {in_words(error)} (plan: {in_words(planned)}), if the size has nothing to do with "
        f"the data. If it can be judged on the first {plan.n1} patients by order of enrolment, leave stage1_n out: "
        "then the design is the planned one."
    )


def _against(end: Ended, p0: float) -> str:
    rule = end.rule
    if end.path == "stopped early":
        return (
            f"The trial ended after stage one although {end.responses} of {rule.n1} go on by the rule. The p-value "
            "takes stage two as one of no patients, for reasons that have nothing to do with the data; if it "
            "ended because of them, no exact p-value exists."
        )
    if end.path == "past futility":
        error, planned = success_without_futility_stop(rule, p0), probability_of_success(rule, p0)
        return (
            "The trial went on although the rule stops it for futility: by the rule it is no success. Had the stop "
            f"been passed over whatever the count, the type I error would be {in_words(error)} instead of "
            f"{in_words(planned)}; p-value and intervals are those of the design without that stop."
        )
    without = probability_of_success(rule._replace(efficacy_stop=None), p0)
    return (
        "The trial went on although the rule stops it for efficacy: by the rule it is a success, and counting it so "
        f"keeps the type I error. Had the stop never been used, success from {rule.success} on would have a type I "
        f"error of {in_words(without)}; p-value and intervals are those of the design without that stop."
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


def _levels(rule: TwoStageRule, p0: float, alpha: float | None) -> list[str]:
    """How the p-value relates to the attained and to the nominal level."""
    attained = probability_of_success(rule, p0)
    said = [f"Success exactly when p ≤ {in_words(attained)}, the type I error that this rule attains."]
    if alpha is None:
        return said
    contrary = [
        outcome
        for outcome in list_outcomes(rule)
        if is_success(rule, outcome) != (stage_wise_p_value(rule, outcome, p0) <= alpha)
    ]
    if not contrary:
        return [f"{said[0]} Comparing p with the nominal {alpha:g} gives the same decision for every outcome."]
    counts = ", ".join(f"{outcome.responders} (stage {outcome.stage})" for outcome in contrary)
    return [
        *said,
        f"Do not compare p with the nominal {alpha:g}: it contradicts the rule at {counts} responders.",
    ]

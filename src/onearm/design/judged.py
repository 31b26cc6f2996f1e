"""Was a trial a success? By its plan; where it ran otherwise, only by what keeps the type I error of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from onearm.design.ended import Ended
from onearm.stats.conditional_error import StateBoundary, boundary_after
from onearm.stats.two_stage import TwoStageRule, continuing_counts


class Judged(NamedTuple):
    """The decision, and the boundary that it follows from."""

    success: bool | None
    """None where the counts leave it open."""
    kept: StateBoundary | None
    """The boundary that keeps the plan's type I error; None as planned, past a stop, or where the counts leave the
    state open."""


def judge(plan: TwoStageRule, end: Ended, p0: float) -> Judged:
    """The decision about a trial of which only these counts are known.

    Went on past the futility stop: no success. Stage one as planned: by the rule; past a binding efficacy stop success;
    with another second stage by the conditional error (Englert and Kieser 2012). Stage one judged on another size: the
    first n1 patients by order of enrolment belong to stage one of the plan; if every state that agrees with the counts
    leads to the same decision by the conditional error of the plan, it is that one, else None.
    """
    if end.path == "past futility":
        return Judged(False, None)
    if end.rule.n1 == plan.n1:
        if end.path == "past efficacy":
            return Judged(True, None)
        if end.path == "as planned":
            return Judged(_by_the_rule(plan, end), None)
    decisions, boundaries = set(), set()
    for x1 in _stage_one_counts(end):
        for first in _first_counts(plan, end, x1):
            kept = _boundary(plan, end, p0, x1, first)
            boundaries.add(kept)
            decisions.add(first >= _efficacy(plan) if kept is None else _meets(end, kept))
    known = end.stage1_responses is not None and end.path != "past efficacy" and len(boundaries) == 1
    return Judged(decisions.pop() if len(decisions) == 1 else None, boundaries.pop() if known else None)


def _by_the_rule(plan: TwoStageRule, end: Ended) -> bool:
    return end.responses >= (plan.success if end.stage == 2 else _efficacy(plan))


def _efficacy(rule: TwoStageRule) -> int:
    """The least count that stops for efficacy; one more than can respond if none does."""
    return rule.n1 + 1 if rule.efficacy_stop is None else rule.efficacy_stop


def _stage_one_counts(end: Ended) -> Iterator[int]:
    """The responders of the attained stage one that agree with the end."""
    if end.stage1_responses is not None:
        yield end.stage1_responses
        return
    n1, goes_on = end.rule.n1, continuing_counts(end.rule)
    for x1 in range(max(0, end.responses - (end.n_actual - n1)), min(n1, end.responses) + 1):
        if x1 in goes_on if end.path != "past efficacy" else x1 > goes_on[-1]:
            yield x1


def _first_counts(plan: TwoStageRule, end: Ended, x1: int) -> set[int]:
    """The least and the most responders among the first n1 patients of the plan; the decision rises with them.

    Stage one judged early has no such count yet: ``x1`` stands for itself.
    """
    extra = end.rule.n1 - plan.n1
    return {x1} if extra <= 0 else {max(0, x1 - extra), min(plan.n1, x1)}


def _boundary(plan: TwoStageRule, end: Ended, p0: float, x1: int, first: int) -> StateBoundary | None:
    """By the conditional error of the state; None where the plan has stopped already."""
    judged_late = end.rule.n1 > plan.n1
    if judged_late and not plan.futility_stop < first < _efficacy(plan):
        return None
    return boundary_after(plan, p0, end.rule.n1, x1, end.n_actual - end.rule.n1)


def _meets(end: Ended, kept: StateBoundary) -> bool:
    return kept.success is not None and end.responses >= kept.success

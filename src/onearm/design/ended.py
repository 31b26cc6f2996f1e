"""How did a two-stage trial end, by its counts alone: as planned, with another size, or against its rule?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from onearm.design.given import MOST_INFERRED, count_faults, raise_if_any
from onearm.design.model import DesignFault
from onearm.stats.two_stage import TwoStageRule, continuing_counts

Path = Literal["as planned", "second stage changed", "stopped early", "past futility", "past efficacy"]


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a trial. ``rule`` has the attained stage one as its n1 and the planned total as its n."""

    rule: TwoStageRule
    stage: int
    responses: int
    n_actual: int
    """Patients in all."""
    stage1_responses: int | None
    """Responders of stage one; None where they were not given and the end does not tell."""
    path: Path
    """``stopped early``: after stage one although the rule goes on. ``past …``: went on although it stops."""


def find_end(
    rule: TwoStageRule,
    responses: int,
    stage1_n: int | None = None,
    stage1_responses: int | None = None,
    n_actual: int | None = None,
) -> Ended:
    """The end that these counts describe, at most 1,000 patients.

    DesignError where they contradict each other or leave it open.
    """
    _check_counts(responses, stage1_n, stage1_responses, n_actual)
    responses, stage1_responses, n_actual = int(responses), _plain(stage1_responses), _plain(n_actual)
    attained = _with_stage_one(rule, _plain(stage1_n))
    raise_if_any(_contradictions(attained, responses, stage1_responses, n_actual))
    if n_actual is None:
        if stage1_responses is None:
            return _planned_end(attained, responses)
        n_actual = _planned_size(attained, responses, stage1_responses)
        raise_if_any(_contradictions(attained, responses, stage1_responses, n_actual))
    if n_actual == attained.n1:
        path: Path = "stopped early" if _goes_on(attained, responses) else "as planned"
        return Ended(attained, 1, responses, n_actual, responses, path)
    return Ended(
        attained, 2, responses, n_actual, stage1_responses, _path_on(attained, responses, stage1_responses, n_actual)
    )


def _check_counts(responses: int, stage1_n: int | None, stage1_responses: int | None, n_actual: int | None) -> None:
    faults = count_faults("responses", responses, 0)
    faults += count_faults("stage1_n", stage1_n, 1) if stage1_n is not None else []
    faults += count_faults("stage1_responses", stage1_responses, 0) if stage1_responses is not None else []
    faults += count_faults("n_actual", n_actual, 1, MOST_INFERRED) if n_actual is not None else []
    raise_if_any(faults)


def _plain(count: int | None) -> int | None:
    """The count as Python's own whole number, whatever kind of whole number it was given as."""
    return None if count is None else int(count)


def _planned_size(rule: TwoStageRule, responses: int, stage1_responses: int) -> int:
    """How many patients there were if the trial followed its rule after so many responses of stage one."""
    if _goes_on(rule, stage1_responses):
        return rule.n
    if responses != stage1_responses:
        expected = (
            f"how many patients there were in all: with {stage1_responses} of {rule.n1} the rule stops, "
            f"yet {responses} responded in the end"
        )
        raise_if_any([DesignFault("n_actual", "not given", expected)])
    return rule.n1


def _with_stage_one(rule: TwoStageRule, stage1_n: int | None) -> TwoStageRule:
    """The rule with the attained number of patients in stage one."""
    if stage1_n is None:
        return rule
    least = max(rule.futility_stop + 1, rule.efficacy_stop or 0)
    raise_if_any(count_faults("stage1_n", stage1_n, least, rule.n - 1))
    attained = rule._replace(n1=stage1_n)
    if rule.efficacy_stop is not None and rule.efficacy_stop - 1 + rule.n - stage1_n < rule.success:
        most = rule.efficacy_stop - 1 + rule.n - rule.success
        raise_if_any([DesignFault("stage1_n", str(stage1_n), f"at most {most}, so that success can still be reached")])
    return attained


def _contradictions(
    rule: TwoStageRule, responses: int, stage1_responses: int | None, n_actual: int | None
) -> list[DesignFault]:
    faults: list[DesignFault] = []
    n1 = rule.n1
    if n_actual is not None and n_actual < n1:
        expected = f"at least {n1}, the patients of stage one; if stage one itself ended short, give stage1_n"
        faults.append(DesignFault("n_actual", str(n_actual), expected))
    most = max(n_actual if n_actual is not None else rule.n, n1)
    if responses > most:
        hint = "" if n_actual is not None else "; if more patients were enrolled, give n_actual"
        faults.append(DesignFault("responses", str(responses), f"at most {most}, one for each patient{hint}"))
    if stage1_responses is not None:
        if stage1_responses > min(n1, responses):
            expected = f"at most {min(n1, responses)}: no more than patients of stage one, or responses in all"
            faults.append(DesignFault("stage1_responses", str(stage1_responses), expected))
        elif n_actual is not None and n_actual >= n1 and responses - stage1_responses > n_actual - n1:
            expected = f"at most {stage1_responses + n_actual - n1}: {n_actual - n1} patients came after stage one"
            faults.append(DesignFault("responses", str(responses), expected))
    return faults


def _planned_end(rule: TwoStageRule, responses: int) -> Ended:
    """Without sizes the trial ended as planned; two ends with the same count are not told apart by guessing."""
    on = continuing_counts(rule)
    first, last = int(on[0]), int(on[-1])
    stage_two = first <= responses <= last + rule.n - rule.n1
    stage_one = responses < first or last < responses <= rule.n1
    if stage_one and stage_two:
        expected = (
            f"{rule.n1} if the trial stopped for efficacy after stage one, {rule.n} if it went on: "
            f"{responses} responses can be either"
        )
        raise_if_any([DesignFault("n_actual", "not given", expected)])
    if not stage_one and not stage_two:
        expected = f"at most {last + rule.n - rule.n1}, or n_actual if the trial went on past its efficacy stop"
        raise_if_any([DesignFault("responses", str(responses), expected)])
    if stage_one:
        return Ended(rule, 1, responses, rule.n1, responses, "as planned")
    return Ended(rule, 2, responses, rule.n, None, "as planned")


def _path_on(rule: TwoStageRule, responses: int, stage1_responses: int | None, n_actual: int) -> Path:
    on = continuing_counts(rule)
    least = responses - (n_actual - rule.n1) if stage1_responses is None else stage1_responses
    most = responses if stage1_responses is None else stage1_responses
    if most < on[0]:
        return "past futility"
    if least > on[-1]:
        return "past efficacy"
    if n_actual == rule.n:
        return "as planned"
    if stage1_responses is None:
        expected = (
            f"the responses of stage one: {n_actual} instead of {rule.n} patients were enrolled, and how to judge "
            "a second stage of another size depends on them"
        )
        raise_if_any([DesignFault("stage1_responses", "not given", expected)])
    return "second stage changed"


def _goes_on(rule: TwoStageRule, stage1_responses: int) -> bool:
    on = continuing_counts(rule)
    return bool(on[0] <= stage1_responses <= on[-1])

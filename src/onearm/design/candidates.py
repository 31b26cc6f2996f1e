"""Which conventional designs fit what is known of a trial? Hypotheses to ask about, never an answer.

A registry often states the numbers of patients and no limits. A decision needs the limits; this list only
says which customary inputs would have led to these numbers, and what is still to be found out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from onearm.design.given_sizes import best_rule_at
from onearm.design.model import TwoStageDesign
from onearm.design.search import RatedRule, Setting, check_setting, list_undominated
from onearm.stats.two_stage import TwoStageRule

CandidateClass = Literal["simon_optimal", "simon_minimax", "efficacy_stop_optimal", "efficacy_stop_minimax", "feasible"]
"""Best of the futility-only rules, best of those that may also stop for efficacy, or merely feasible."""

_CLASSES: tuple[CandidateClass, ...] = (
    "simon_optimal",
    "simon_minimax",
    "efficacy_stop_optimal",
    "efficacy_stop_minimax",
    "feasible",
)
_P0_PERCENT = range(5, 61, 5)
_DIFFERENCE_PERCENT = (15, 20, 25)
_ALPHAS = (0.025, 0.05, 0.10)
_POWERS = (0.80, 0.90)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One design that fits, the classes in which it is the best, and what it attains."""

    design: TwoStageDesign
    """Limits of the candidate, with the planned rates and errors that would lead to it."""
    classes: tuple[CandidateClass, ...]
    type_one_error: float
    power: float
    expected_size_p0: float


@dataclass(frozen=True, slots=True)
class CandidateReport:
    """Every candidate found. None of them is proof of what the trial planned."""

    n1: int
    n: int
    candidates: tuple[Candidate, ...]
    """Best of a class first; then by p0, p1, alpha and power."""
    settings_tried: int
    settings_met: int
    """In how many of the settings some futility-only rule of these numbers of patients meets both errors."""
    unidentified: tuple[str, ...]
    """Fields of the design that nobody stated: they stay unknown however short the list is."""


def list_candidates(
    n1: int,
    n: int,
    *,
    p0: float | None = None,
    p1: float | None = None,
    alpha: float | None = None,
    power: float | None = None,
    futility_stop: int | None = None,
    success: int | None = None,
) -> CandidateReport:
    """List the designs of ``n1`` and ``n`` patients that customary inputs, or the stated ones, would lead to.

    What is not stated runs over a grid: p0 5 to 60 % by 5, p1 - p0 of 15, 20 and 25 points, alpha 0.025,
    0.05 and 0.10, power 0.80 and 0.90. Per setting: the futility-only rule with the smallest expected size
    under p0 that meets both errors, marked as optimal or minimax where a proof shows it; and the rule that
    may also stop for efficacy, where it is optimal or minimax among those. Stated limits must be those of
    the rule. ValueError for numbers of patients, rates or limits that belong to no design.
    """
    _check_known(n1, n, futility_stop, success)
    settings = list(_list_settings(p0, p1, alpha, power))
    found: list[Candidate] = []
    met = 0
    for setting in settings:
        futility_only = best_rule_at(setting, n1, n, futility_stop=futility_stop, success=success)
        met += futility_only is not None
        if futility_only:
            found.append(_rate_futility_only(setting, futility_only))
        found.extend(_rate_with_efficacy_stop(setting, n1, n, futility_stop, success))
    found.sort(key=_rank)
    stated = {
        "p0": p0,
        "p1": p1,
        "alpha": alpha,
        "power": power,
        "futility_stop": futility_stop,
        "efficacy_stop": None,
        "success": success,
    }
    unidentified = tuple(field for field, value in stated.items() if value is None)
    return CandidateReport(n1, n, tuple(found), len(settings), met, unidentified)


def _check_known(n1: int, n: int, futility_stop: int | None, success: int | None) -> None:
    if not 0 < n1 < n:
        raise ValueError(f"stage one takes {n1} of {n} patients")
    if futility_stop is not None and not 0 <= futility_stop < n1:
        raise ValueError(f"futility stop {futility_stop} does not lie in 0 … {n1 - 1}")
    low = 0 if futility_stop is None else futility_stop
    if success is not None and not low < success <= n:
        raise ValueError(f"success {success} does not lie in {low + 1} … {n}")


def _list_settings(p0: float | None, p1: float | None, alpha: float | None, power: float | None) -> Iterator[Setting]:
    """The settings of the grid that agree with what is stated; ValueError if the stated rates cannot."""
    for low, high in _list_rates(p0, p1):
        for error, wanted in product(_ALPHAS if alpha is None else (alpha,), _POWERS if power is None else (power,)):
            setting = Setting(low, high, error, wanted)
            check_setting(setting)
            yield setting


def _list_rates(p0: float | None, p1: float | None) -> list[tuple[float, float]]:
    if p0 is not None and p1 is not None:
        return [(p0, p1)]
    if p0 is not None:
        return [(p0, high) for d in _DIFFERENCE_PERCENT if (high := round(p0 + d / 100, 6)) < 1]
    if p1 is not None:
        return [(low, p1) for d in _DIFFERENCE_PERCENT if (low := round(p1 - d / 100, 6)) > 0]
    return [(low / 100, (low + d) / 100) for low in _P0_PERCENT for d in _DIFFERENCE_PERCENT]


def _rate_futility_only(setting: Setting, rated: RatedRule) -> Candidate:
    classes: list[CandidateClass] = []
    undominated = list_undominated(setting)
    if _is_as_good(rated, undominated[-1]):
        classes.append("simon_optimal")
    if _is_as_good(rated, undominated[0]):
        classes.append("simon_minimax")
    return _candidate(setting, rated, tuple(classes) or ("feasible",))


def _rate_with_efficacy_stop(
    setting: Setting, n1: int, n: int, futility_stop: int | None, success: int | None
) -> list[Candidate]:
    rated = best_rule_at(setting, n1, n, efficacy_stop=True, futility_stop=futility_stop, success=success)
    if rated is None:
        return []
    classes: list[CandidateClass] = []
    undominated = list_undominated(setting, efficacy_stop=True)
    if _is_as_good(rated, undominated[-1]):
        classes.append("efficacy_stop_optimal")
    if _is_as_good(rated, undominated[0]):
        classes.append("efficacy_stop_minimax")
    return [_candidate(setting, rated, tuple(classes))] if classes else []


def _is_as_good(rated: RatedRule, best: TwoStageRule) -> bool:
    """Whether the rule has the expected size of the best one: the limit of success does not enter it."""
    return rated.rule._replace(success=best.success) == best


def _candidate(setting: Setting, rated: RatedRule, classes: tuple[CandidateClass, ...]) -> Candidate:
    rule = rated.rule
    design = TwoStageDesign(
        n1=rule.n1,
        n=rule.n,
        futility_stop=rule.futility_stop,
        success=rule.success,
        efficacy_stop=rule.efficacy_stop,
        p0=setting.p0,
        p1=setting.p1,
        alpha=setting.alpha,
        power=setting.power,
    )
    return Candidate(design, classes, rated.type_one_error, rated.power, rated.expected_size_p0)


def _rank(candidate: Candidate) -> tuple[int, float, float, float, float]:
    design = candidate.design
    best = min(_CLASSES.index(name) for name in candidate.classes)
    return best, design.p0, design.p1, design.alpha, design.power

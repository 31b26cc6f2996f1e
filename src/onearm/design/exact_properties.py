"""What does a design do? Its exact error rates, early stops and expected sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from onearm.design.model import SingleStageDesign, TwoStageDesign
from onearm.stats.two_stage import (
    LIMIT_ROUNDING,
    SingleStageRule,
    TwoStageRule,
    operating_characteristics,
    probability_of_success,
)

NOT_EVALUABLE_PERCENT = (0, 5, 10, 15)


class NotEvaluablePower(NamedTuple):
    """Power at p1 if this share of patients (in percent) is not evaluable and counts as failures."""

    percent: int
    power: float


@dataclass(frozen=True, slots=True)
class DesignProperties:
    """Exact properties of one rule: under p0 (ending ``_p0``) and under p1 (``_p1``)."""

    type_one_error: float
    power: float
    meets_alpha: bool
    """Attained type I error ≤ planned alpha."""
    meets_power: bool
    """Attained power ≥ planned power."""
    stop_futility_p0: float
    stop_futility_p1: float
    stop_efficacy_p0: float
    stop_efficacy_p1: float
    stop_early_p0: float
    """Probability of either early stop (PET)."""
    stop_early_p1: float
    expected_size_p0: float
    expected_size_p1: float
    power_not_evaluable: tuple[NotEvaluablePower, ...]
    without_efficacy_stop: DesignProperties | None
    """What the rule does if its efficacy stop is not binding and never used; None without such a stop."""


def properties(design: TwoStageDesign | SingleStageDesign) -> DesignProperties:
    """The exact properties of a design, with its efficacy stop binding and, if it has one, never used.

    Sums of binomial probabilities (Simon 1989); the limits count as met at equality (≤ alpha, ≥ power).
    """
    without = None
    if isinstance(design, TwoStageDesign) and design.efficacy_stop is not None:
        without = _properties_of(design.rule._replace(efficacy_stop=None), design, None)
    return _properties_of(design.rule, design, without)


def _properties_of(
    rule: TwoStageRule | SingleStageRule,
    design: TwoStageDesign | SingleStageDesign,
    without: DesignProperties | None,
) -> DesignProperties:
    null = operating_characteristics(rule, design.p0)
    target = operating_characteristics(rule, design.p1)
    powers = tuple(
        NotEvaluablePower(share, probability_of_success(rule, design.p1, share / 100))
        for share in NOT_EVALUABLE_PERCENT
    )
    return DesignProperties(
        type_one_error=null.success,
        power=target.success,
        meets_alpha=null.success <= design.alpha + LIMIT_ROUNDING,
        meets_power=target.success >= design.power - LIMIT_ROUNDING,
        stop_futility_p0=null.stop_futility,
        stop_futility_p1=target.stop_futility,
        stop_efficacy_p0=null.stop_efficacy,
        stop_efficacy_p1=target.stop_efficacy,
        stop_early_p0=null.stop_futility + null.stop_efficacy,
        stop_early_p1=target.stop_futility + target.stop_efficacy,
        expected_size_p0=null.expected_size,
        expected_size_p1=target.expected_size,
        power_not_evaluable=powers,
        without_efficacy_stop=without,
    )

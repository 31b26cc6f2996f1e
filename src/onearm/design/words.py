"""Short English phrases of a design and of its limits."""

from __future__ import annotations

from onearm.design.given import percent_words
from onearm.design.model import SingleStageDesign, TwoStageDesign


def describe_futility_stop(design: TwoStageDesign) -> str:
    """The futility limit, as in: stop for futility if ≤ 8 of 27 respond."""
    return f"stop for futility if ≤ {design.futility_stop} of {design.n1} respond"


def describe_efficacy_stop(design: TwoStageDesign) -> str | None:
    """The efficacy limit, as in: stop for efficacy if ≥ 14 of 27 respond; None if there is none."""
    if design.efficacy_stop is None:
        return None
    return f"stop for efficacy if ≥ {design.efficacy_stop} of {design.n1} respond"


def describe_success(design: TwoStageDesign | SingleStageDesign) -> str:
    """The final limit, as in: success if ≥ 16 of 36 respond."""
    return f"success if ≥ {design.success} of {design.n} respond"


def describe_inputs(design: TwoStageDesign | SingleStageDesign) -> str:
    """What the design was planned for, as in: p0 30 %, p1 50 %, alpha 5 %, power 80 %."""
    named = (("p0", design.p0), ("p1", design.p1), ("alpha", design.alpha), ("power", design.power))
    return ", ".join(f"{name} {percent_words(value)}" for name, value in named)


def describe_limits(design: TwoStageDesign | SingleStageDesign) -> tuple[str, ...]:
    """Every limit of the design, one phrase each, in the order in which a trial meets them."""
    if isinstance(design, SingleStageDesign):
        return (describe_success(design),)
    phrases = (describe_futility_stop(design), describe_efficacy_stop(design), describe_success(design))
    return tuple(phrase for phrase in phrases if phrase is not None)

"""Short English phrases of a design and of the candidates for one."""

from __future__ import annotations

from onearm.design.candidates import CandidateClass, CandidateReport
from onearm.design.given import percent_words
from onearm.design.model import SingleStageDesign, TwoStageDesign

_CLASS_WORDS: dict[CandidateClass, str] = {
    "simon_optimal": "Simon optimal: no futility-only design has a smaller expected size under p0",
    "simon_minimax": "Simon minimax: no futility-only design needs fewer patients",
    "efficacy_stop_optimal": "optimal with an efficacy stop: none has a smaller expected size under p0",
    "efficacy_stop_minimax": "minimax with an efficacy stop: no such design needs fewer patients",
    "feasible": "merely feasible: meets both errors, but is the best in no class",
}

_FIELD_WORDS = {
    "p0": "the rate not worth pursuing (p0)",
    "p1": "the rate worth pursuing (p1)",
    "alpha": "the type I error (alpha)",
    "power": "the power",
    "futility_stop": "the futility limit of stage one",
    "efficacy_stop": "whether and where stage one stops for efficacy",
    "success": "the success limit of the last stage",
}


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


def describe_class(name: CandidateClass) -> str:
    """What it means that a candidate belongs to this class."""
    return _CLASS_WORDS[name]


def describe_unidentified(report: CandidateReport) -> str:
    """What nobody stated, and that no candidate proves it."""
    if not report.unidentified:
        return "everything is stated; the candidates only compare it with customary designs"
    missing = ", ".join(_FIELD_WORDS[field] for field in report.unidentified)
    return f"not stated: {missing}; a candidate is a hypothesis, none is proof of what was planned"

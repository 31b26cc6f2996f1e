"""The interim worksheet: what the open patients can still turn the decision into, and how likely each end is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from onearm.decide.results import ActionName, Decision
from onearm.kernels.stage import NO_BOUNDARY, Action, decide_final, stage_one_region
from onearm.protocol import Protocol

PRIOR = (1.0, 1.0)
"""Beta prior of the predictive chances: every response rate is equally likely before the first patient."""

_STAGE_ONE: dict[Action, ActionName] = {
    Action.CONTINUE: "continue",
    Action.STOP_FUTILITY: "stop_futility",
    Action.STOP_EFFICACY: "stop_efficacy",
}


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely each end is, if every open and later patient responds at one rate."""

    at: Literal["p0", "p1", "predictive"]
    rate: float | None
    """The rate; None for the predictive chances, which are drawn from what the settled patients taught."""
    stop_futility: float
    stop_efficacy: float
    goes_on: float
    success: float
    """Conditional (or predictive) power: success at stage one or at the end."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One decision worked out: the cases it lies between, and the chances of each end."""

    decision: Decision
    responders_least: int
    """Responders if no open patient responds: the worst case."""
    responders_most: int
    """Responders if every open patient responds: the best case."""
    possible: tuple[ActionName, ...]
    """Every action that some completion of the open patients leads to, from the worst case to the best."""
    chances: tuple[Chances, ...]
    """Conditional at p0 and p1 where the protocol states them, then predictive; empty once nothing is open."""

    @property
    def determined(self) -> bool:
        """Whether every completion leads to the same action."""
        return len(self.possible) == 1


def build_worksheet(protocol: Protocol, decision: Decision) -> Worksheet | None:
    """The worksheet of the decision that is due; None while the rule is open, or after a stop that was recorded.

    Open patients are the pending, the not yet assessed and the planned ones who are not yet registered; patients who
    are not evaluable count as failures, in the rule and in what the settled patients teach.
    """
    counts, design = decision.counts, protocol.design
    if counts is None or decision.action == "refused" or decision.stage == "none" or design.success is None:
        return None
    if decision.recorded is not None and decision.stage == "one":
        return None
    futility, efficacy, later = -1, NO_BOUNDARY, 0
    if decision.stage == "one":
        assert design.futility_stop is not None and design.n is not None
        futility, later = design.futility_stop, design.n - counts.planned
        efficacy = NO_BOUNDARY if design.efficacy_stop is None else design.efficacy_stop
    if decision.passed_stop is not None:
        return Worksheet(decision, counts.responders, counts.responders + counts.undecided, (decision.action,), ())
    most = counts.responders + counts.undecided
    possible = tuple(
        dict.fromkeys(
            _action(decision.stage, x, futility, efficacy, design.success) for x in range(counts.responders, most + 1)
        )
    )
    settled = decision.stage == "final" and not counts.undecided
    chances = () if settled else _all_chances(protocol, decision, later, (futility, efficacy, design.success))
    return Worksheet(decision, counts.responders, most, possible, chances)


def _action(stage: str, responders: int, futility: int, efficacy: int, success: int) -> ActionName:
    if stage == "one":
        return _STAGE_ONE[Action(stage_one_region(responders, futility, efficacy))]
    return "success" if decide_final(responders, 0, success) == Action.SUCCESS else "failure"


def _all_chances(
    protocol: Protocol, decision: Decision, later: int, limits: tuple[int, int, int]
) -> tuple[Chances, ...]:
    counts, design = decision.counts, protocol.design
    assert counts is not None
    # Loaded here: an analysis that shows no worksheet does not wait for these kernels.
    from onearm.kernels.worksheet import (
        CHANCE_CONTINUE,
        CHANCE_EFFICACY,
        CHANCE_FUTILITY,
        CHANCE_SUCCESS,
        N_CHANCES,
        conditional_chances,
        predictive_chances,
    )

    out = np.zeros(N_CHANCES)

    def read(at: Literal["p0", "p1", "predictive"], rate: float | None) -> Chances:
        futility, efficacy = float(out[CHANCE_FUTILITY]), float(out[CHANCE_EFFICACY])
        return Chances(at, rate, futility, efficacy, float(out[CHANCE_CONTINUE]), float(out[CHANCE_SUCCESS]))

    found = []
    named: tuple[tuple[Literal["p0", "p1"], object], ...] = (("p0", design.p0), ("p1", design.p1))
    for at, stated in named:
        if stated is not None:
            rate = float(str(stated))
            conditional_chances(counts.responders, counts.undecided, later, *limits, rate, out)
            found.append(read(at, rate))
    failures = counts.not_evaluable + counts.non_responders
    a, b = PRIOR[0] + counts.responders, PRIOR[1] + failures
    predictive_chances(counts.responders, counts.undecided, later, *limits, a, b, out)
    return (*found, read("predictive", None))

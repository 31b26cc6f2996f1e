"""How a trial that has ended departed from its plan."""

from __future__ import annotations

from onearm.decide import Decision
from onearm.design import SingleStageDesign, TwoStageDesign

ENDS = ("success", "failure", "stop_futility", "stop_efficacy")


def departure_of(decision: Decision, design: TwoStageDesign | SingleStageDesign | None) -> str | None:
    """How a trial that has ended departed from its plan, so that no exact p-value is given; None if it did not."""
    recorded = decision.recorded
    if decision.action not in ENDS or recorded is None or not isinstance(design, TwoStageDesign):
        return None
    if recorded.against_boundary:
        return "the interim was decided against the boundary"
    if recorded.n1 != design.n1:
        return f"stage one was judged on {recorded.n1} instead of {design.n1} patients"
    if decision.stage == "one" and decision.counts is not None and recorded.x1 != decision.counts.responders:
        return f"the records now show {decision.counts.responders} instead of the {recorded.x1} responders decided on"
    return None

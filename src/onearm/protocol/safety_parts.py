"""The part of a protocol about harm."""

from __future__ import annotations

from onearm.protocol.base import Part
from onearm.protocol.event_parts import EventRules, InterestGroup, StoppingRule


class SafetyPlan(Part):
    """How harm is described and when it is too much."""

    events: EventRules | None = None
    """Adverse events are analysed where this is there."""
    special_interest: tuple[InterestGroup, ...] = ()
    stopping: tuple[StoppingRule, ...] = ()


def safety_plan(plan: SafetyPlan | None) -> SafetyPlan:
    """The plan, or one that asks for nothing where the protocol has none."""
    return SafetyPlan() if plan is None else plan

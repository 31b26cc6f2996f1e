"""The part of a protocol about harm."""

from __future__ import annotations

from typing import Literal

from onearm.protocol.base import Part
from onearm.protocol.event_parts import EventRules, InterestGroup, StoppingRule


class SafetyPlan(Part):
    """How harm is graded and described, and when it is too much. Nothing is graded while the version is open."""

    ctcae: Literal["5.0", "6.0"] | None = None
    """The version of CTCAE by which everything is graded for the whole trial: the limits differ between versions."""
    events: EventRules | None = None
    """Adverse events are analysed where this is there."""
    special_interest: tuple[InterestGroup, ...] = ()
    stopping: tuple[StoppingRule, ...] = ()


def safety_plan(plan: SafetyPlan | None) -> SafetyPlan:
    """The plan, or one that asks for nothing where the protocol has none."""
    return SafetyPlan() if plan is None else plan

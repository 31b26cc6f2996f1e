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
"""How safety is judged: which version of CTCAE grades laboratory values and adverse events."""

from __future__ import annotations

from typing import Literal

from onearm.protocol.base import Part


class SafetyPlan(Part):
    """What the protocol fixes about safety. Nothing is graded while the version is open."""

    ctcae: Literal["5.0", "6.0"] | None = None
    """The version of CTCAE by which everything is graded for the whole trial: the limits differ between versions."""

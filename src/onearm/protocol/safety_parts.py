"""How safety is judged: which version of CTCAE grades laboratory values and adverse events."""

from __future__ import annotations

from typing import Literal

from onearm.protocol.base import Part


class SafetyPlan(Part):
    """What the protocol fixes about safety. Nothing is graded while the version is open."""

    ctcae: Literal["5.0", "6.0"] | None = None
    """The version of CTCAE by which everything is graded for the whole trial: the limits differ between versions."""

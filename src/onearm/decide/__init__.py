"""Derived tables → decision: where each patient stands, and what the counts decide by the protocol's rule."""

from __future__ import annotations

from onearm.decide.results import Counts, Decision, Member
from onearm.decide.stages import counting_unit, decide, find_interim

__all__ = ["Counts", "Decision", "Member", "counting_unit", "decide", "find_interim"]

"""Derived tables → decision: where each patient stands, and what the counts decide by the protocol's rule."""

from __future__ import annotations

from onearm.decide.results import Counts, Decision, Member
from onearm.decide.stages import counting_unit, decide, decide_stage_one_now, find_interim
from onearm.decide.worksheet import Chances, Worksheet, build_worksheet

__all__ = [
    "Chances",
    "Counts",
    "Decision",
    "Member",
    "Worksheet",
    "build_worksheet",
    "counting_unit",
    "decide",
    "decide_stage_one_now",
    "find_interim",
]

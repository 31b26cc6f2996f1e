"""Adverse events and laboratory grades: what happened, how bad, related to what, and whether the trial must stop."""

from __future__ import annotations

from onearm.safety.safety_result import SafetyResult, derive_safety

__all__ = ["SafetyResult", "derive_safety"]

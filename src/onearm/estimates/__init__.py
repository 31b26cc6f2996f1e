"""Derived tables → estimates: who is analysed, which share responds, how long it lasts."""

from __future__ import annotations

from onearm.estimates.results import AnalysisSet, Curve, Cut, Estimate, Refused

__all__ = ["AnalysisSet", "Curve", "Cut", "Estimate", "Refused"]

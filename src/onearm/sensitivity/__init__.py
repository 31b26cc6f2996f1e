"""Protocol and records → what the result would be if the protocol had chosen otherwise."""

from __future__ import annotations

from onearm.sensitivity.policies import Policy, list_policies
from onearm.sensitivity.rerun import Outcome, Row, Sensitivity, vary

__all__ = ["Outcome", "Policy", "Row", "Sensitivity", "list_policies", "vary"]

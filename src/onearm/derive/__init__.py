"""Records → Derived: responses, times to event and analysis sets, each value with the row that decided it."""

from __future__ import annotations

from onearm.derive.assemble import derive
from onearm.derive.derived import Derived, Refusal
from onearm.derive.rules import response_rules

__all__ = ["Derived", "Refusal", "derive", "response_rules"]

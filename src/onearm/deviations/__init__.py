"""How patients went through the trial, and where it departed from its protocol, for a person to confirm."""

from __future__ import annotations

from onearm.deviations.disposition import Disposition, Group, derive_disposition
from onearm.deviations.found import Found, Kind
from onearm.deviations.listing import Deviations, derive_deviations

__all__ = ["Deviations", "Disposition", "Found", "Group", "Kind", "derive_deviations", "derive_disposition"]

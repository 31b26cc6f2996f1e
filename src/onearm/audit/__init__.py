"""Records → faults: the errors most often made in single-arm response trials, looked for in any records."""

from __future__ import annotations

from onearm.audit.examine import CHECKS, Audit, Check, CheckState, audit_records
from onearm.audit.fault import Fault
from onearm.audit.published import published_protocol

__all__ = ["CHECKS", "Audit", "Check", "CheckState", "Fault", "audit_records", "published_protocol"]

"""What the protocol asks of a patient on which day: for now the calendar of the scans."""

from __future__ import annotations

from onearm.plan.calendar import interval_at, planned_scan_days, scan_windows

__all__ = ["interval_at", "planned_scan_days", "scan_windows"]

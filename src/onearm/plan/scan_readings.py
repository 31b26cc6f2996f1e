"""Where do the readings of an unclear scan calendar part?"""

from __future__ import annotations

from onearm.plan.calendar import planned_scan_days
from onearm.protocol.parts import ScanCalendar

READINGS = ("count_on_from_last_scan", "extra_scan_at_change", "first_interval_past_change")


def compare_scan_readings(calendar: ScanCalendar, until_day: int) -> dict[str, list[int]]:
    """Planned days after the anchor up to ``until_day`` under each reading.

    Raises RefusedError (D003) where an interval is given in calendar months.
    """
    return {
        reading: planned_scan_days(calendar.model_copy(update={"reading": reading}), until_day) for reading in READINGS
    }


def first_difference(readings: dict[str, list[int]]) -> int | None:
    """Number (from 1) of the first scan whose planned day is not the same under every reading; None without one."""
    longest = max((len(days) for days in readings.values()), default=0)
    for place in range(longest):
        if len({tuple(days[place : place + 1]) for days in readings.values()}) > 1:
            return place + 1
    return None

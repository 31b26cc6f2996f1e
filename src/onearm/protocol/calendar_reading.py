"""Which scan calendars can be read in several ways? Those with a phase that ends between two of its scans."""

from __future__ import annotations

from onearm.protocol.parts import ScanCalendar


def last_scan_day(start_day: int, interval_days: int, until_day: int) -> int:
    """Day of a phase's last scan, stepping its interval from the last scan before the phase (the anchor is day 0).

    The phase ends with a scan exactly if this is ``until_day``; an earlier day means that its end falls between two
    scans, and that the protocol must say how scans go on. A phase that is over before it begins has no scan of its
    own: then ``start_day`` comes back.
    """
    return start_day + max(0, until_day - start_day) // interval_days * interval_days


def needs_reading(calendar: ScanCalendar) -> bool:
    """Whether some phase but the last ends between two of its scans, so that several calendars fit what is written.

    Phases add up: 9-weekly scans until week 30 fit exactly after 6-weekly ones until week 12, and 9-weekly scans until
    week 45 do not after 8-weekly ones until week 24. Lengths in months, which a check refuses, are not judged.
    """
    day = 0
    for phase in calendar.phases[:-1]:
        every, until = phase.every.days, phase.until.days if phase.until is not None else None
        if every is None or until is None:
            return False
        day = last_scan_day(day, every, until)
        if day < until:
            return True
    return False

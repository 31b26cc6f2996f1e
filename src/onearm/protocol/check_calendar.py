"""Does the scan calendar hold together, and does it fit the response options?"""

from __future__ import annotations

from collections.abc import Iterator

from onearm.errors import Finding, Severity
from onearm.protocol.model import Protocol
from onearm.protocol.parts import ScanCalendar

_PATH = "tumour.calendar"


def check_calendar(protocol: Protocol) -> list[Finding]:
    """Faults and remarks of the calendar; a calendar that several readings fit is a question, not a fault."""
    calendar = protocol.tumour.calendar
    if calendar is None:
        return []
    return [*_phases(protocol, calendar), *_against_options(protocol, calendar)]


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    words = {key: str(value) for key, value in values.items()}
    return Finding(code, protocol.place_of(f"{_PATH}.{path}"), words, severity)


def _phases(protocol: Protocol, calendar: ScanCalendar) -> Iterator[Finding]:
    before = 0
    last = len(calendar.phases) - 1
    for index, phase in enumerate(calendar.phases):
        path = f"phases.{index}"
        for field, length in (("every", phase.every), ("until", phase.until)):
            if length is not None and length.days is None:
                yield _fault(protocol, "P416", f"{path}.{field}", found=length)
        if phase.until is None and index != last:
            yield _fault(protocol, "P412", path, number=index + 1)
        if phase.until is not None and index == last:
            yield _fault(protocol, "P413", f"{path}.until", "warning", found=phase.until)
        if phase.until is None or phase.until.days is None or phase.every.days is None:
            continue
        if phase.until.days <= before:
            yield _fault(protocol, "P411", f"{path}.until", found=phase.until)
        elif phase.until.days - before < phase.every.days:
            yield _fault(protocol, "P417", f"{path}.every", found=phase.every, until=phase.until)
        before = phase.until.days


def _against_options(protocol: Protocol, calendar: ScanCalendar) -> Iterator[Finding]:
    intervals = [phase.every.days for phase in calendar.phases if phase.every.days is not None]
    if not intervals:
        return
    window = calendar.window_days or 0
    if 2 * window >= min(intervals):
        yield _fault(protocol, "P415", "window_days", found=window, interval=min(intervals))
    options = protocol.response_options
    if options is None:
        return
    # Study day n is n - 1 days after the reference day. A scan made early, within its window, must count too.
    minimum = options.sd_min_days - (options.sd_min_counting == "study_day")
    planned = calendar.phases[0].every.days
    if planned is not None and minimum > planned - window:
        days = {"minimum": minimum, "first": planned - window, "planned": planned}
        yield _fault(protocol, "P418", "phases.0.every", "warning", **days)
    if options.confirmation == "required" and options.confirmation_min_days > min(intervals):
        values = {"minimum": options.confirmation_min_days, "interval": min(intervals)}
        yield _fault(protocol, "P419", "phases.0.every", "warning", **values)
    if calendar.anchor != options.reference_date:
        words = {"anchor": calendar.anchor, "reference": options.reference_date}
        yield _fault(protocol, "P420", "anchor", "warning", **words)

"""A patient's calendar as iCalendar (RFC 5545): whole-day events, the same bytes for the same calendar.

The patient is named by the subject number and by nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Event", "write_icalendar"]

_PRODUCT = "-//onearm//calendar//EN"
_LINE_OCTETS = 75
"""RFC 5545, section 3.1: a line is no longer than this, without its end."""


@dataclass(frozen=True, slots=True)
class Event:
    """One whole-day event."""

    key: str
    """Names the event within its calendar, the same at every export."""
    day: dt.date
    title: str
    text: str = ""


def write_icalendar(name: str, events: Iterable[Event], stamp: dt.date, host: str) -> str:
    """The text of one calendar; ``stamp`` (midnight UTC) is every event's DTSTAMP, ``host`` ends every UID.

    Events are transparent: they take nobody's time. Lines end with CR LF and are folded at 75 octets (RFC 5545,
    sections 3.1, 3.3.11, 3.6.1).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        *(line for event in events for line in _event(event, stamp, host)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, stamp: dt.date, host: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(event.key)}@{host}"
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    # The end of a whole-day event is the day after it (section 3.6.1).
    yield f"DTEND;VALUE=DATE:{event.day + dt.timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(event.title)}"
    if event.text:
        yield f"DESCRIPTION:{_escaped(event.text)}"
    yield "CLASS:CONFIDENTIAL"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    r"""A TEXT value: backslash, semicolon and comma behind a backslash, a line end as ``\n``; no control characters."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\r", "\n")):
        text = text.replace(plain, written)
    kept = "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))
    return kept.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, each after the first opening with a blank; no character is cut in two."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8"))
        if size + octets > _LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece += sign
        size += octets
    yield piece

"""iCalendar: what is written is read back by another reader, whatever the words."""

from __future__ import annotations

import datetime as dt

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from onearm.plan.icalendar import Event, write_icalendar

STAMP = dt.date(2026, 3, 1)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200)


def read(text: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar.from_ical(text)
    assert isinstance(calendar, icalendar.Calendar)
    return calendar


def test_an_event_lasts_one_whole_day_and_takes_no_time() -> None:
    text = write_icalendar(
        "T P-1", [Event("P-1-scans-2", dt.date(2026, 3, 5), "P-1: Scan 2", "Window")], STAMP, "t.invalid"
    )
    (event,) = read(text).walk("VEVENT")
    assert event["UID"] == "P-1-scans-2@t.invalid"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2026, 3, 5), dt.date(2026, 3, 6))
    assert event["DTSTAMP"].dt == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    assert (event["TRANSP"], event["CLASS"], event["SUMMARY"]) == ("TRANSPARENT", "CONFIDENTIAL", "P-1: Scan 2")
    assert text == write_icalendar(
        "T P-1", [Event("P-1-scans-2", dt.date(2026, 3, 5), "P-1: Scan 2", "Window")], STAMP, "t.invalid"
    )


@given(TEXTS, TEXTS, st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_every_text_comes_back_and_no_line_is_longer_than_75_octets(title: str, more: str, day: dt.date) -> None:
    body = f"{more}\nsecond line; with, signs \\ and 患者"
    text = write_icalendar("T", [Event("k", day, f"P {title}", body)], STAMP, "t.invalid")
    content = text.encode("utf-8")
    assert content.endswith(b"END:VCALENDAR\r\n") and content.count(b"\n") == content.count(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    for line in content.split(b"\r\n"):
        line.decode("utf-8")  # no character is cut in two
    (event,) = read(text).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"P {title}"
    assert str(event["DESCRIPTION"]) == body
    assert event["DTSTART"].dt == day


def test_control_characters_are_left_out_and_line_ends_become_one() -> None:
    text = write_icalendar("T", [Event("k", STAMP, "a\x00b\x7f", "one\r\ntwo\rthree")], STAMP, "t.invalid")
    (event,) = read(text).walk("VEVENT")
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("ab", "one\ntwo\nthree")

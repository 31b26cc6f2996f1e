"""Words of the report's section on visits and scans."""

from __future__ import annotations

CALENDAR_WORDS: dict[str, str] = {
    "section.calendar": "Visits and scans",
    "table.visits_kept": "Planned visits and scans whose window has passed",
    "table.visits_now": "Due and overdue at the cut",
    "calendar.lead": (
        "Scans count from one day of the patient, and no delay of a dose moves them; visits at cycles follow the doses "
        "of their component. A visit is in its window when a record of it lies there; one record is taken for one "
        "planned visit of a series at most."
    ),
    "calendar.reading": "Reading of the scan calendar in force: {reading}.",
    "calendar.nothing_due": "At the cut no visit and no scan is due.",
    "calendar.refused": "Not planned, because the protocol leaves it open: {names}.",
    "note.visits_kept": (
        "n: patients whose window has passed while they were in the study and the visit was asked for. In the window, "
        "some activity without a record is a part of in the window. Not asked for: the patient had left, or what ends "
        "the visits had come, before the window passed; these are not in n. Unclear: the protocol does not say."
    ),
    "note.visits_now": "The most urgent first: the window that closes next.",
    "col.visit_name": "Visit",
    "col.in_window": "In the window",
    "col.without_record": "some activity without a record",
    "col.outside_window": "Outside the window",
    "col.missed_visit": "Missed",
    "col.not_asked_for": "Not asked for",
    "col.unclear_visit": "Unclear",
    "col.planned_day": "Planned",
    "col.window_from": "Window from",
    "col.window_to": "to",
    "col.visit_status": "Status",
    "visit_status.due": "due",
    "visit_status.overdue": "overdue",
    "visit_reading.count_on_from_last_scan": "go on counting from the last scan of a phase",
    "visit_reading.extra_scan_at_change": "an extra scan where a phase ends",
    "visit_reading.first_interval_past_change": "one more interval past the end of a phase",
}

"""``onearm calendar``: its four ways, what it refuses, and what it writes."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import icalendar
import pytest

from onearm.cli.main import run

from .conftest import OVERLAY, TRIAL, TRIALS, Call

SCHEDULE = TRIALS / "assumptions" / "haic-bev-pdl1-schedule.yaml"
SECOND = TRIALS / "haic-adebrelimab-regorafenib.yaml"
SECOND_SCHEDULE = TRIALS / "assumptions" / "haic-adebrelimab-regorafenib-schedule.yaml"
ASSUMED = ("--assume", OVERLAY, "--assume", SCHEDULE)


def test_what_is_due_at_a_day_and_one_patient_in_full(call: Call, records: Path) -> None:
    code, found, _ = call("calendar", TRIAL, records, *ASSUMED, "--on", "2026-03-01")
    assert code == 0 and found["schema"] == "onearm.calendar/1" and found["simulated"]
    assert found["scans"]["reading"] == "count_on_from_last_scan" and found["scans"]["reading_status"] == "assumed"
    assert sum(found["counts"].values()) == len(found["occasions"])
    assert {entry["status"] for entry in found["now"]} <= {"due", "overdue"}
    assert len(found["now"]) == found["counts"]["due"] + found["counts"]["overdue"]
    subject = found["occasions"][0]["subject"]
    code, one, _ = call("calendar", TRIAL, records, *ASSUMED, "--on", "2026-03-01", "--subject", subject[-3:])
    assert code == 0 and one["occasions"] == [entry for entry in found["occasions"] if entry["subject"] == subject]
    done = [entry for entry in one["occasions"] if entry["status"] == "done"]
    assert done and all(entry["first"] <= entry["done"] <= entry["last"] for entry in done)


def test_without_a_schedule_the_scans_alone_are_listed(call: Call, records: Path) -> None:
    code, found, _ = call("calendar", TRIAL, records, "--assume", OVERLAY)
    assert code == 0 and not found["on_given"]
    assert {entry["series"] for entry in found["occasions"]} == {"scans"}
    assert [finding["code"] for finding in found["findings"] if finding["code"].startswith("K")] == ["K004"]


def test_an_open_reading_is_refused_by_name_with_the_three_beside_each_other(
    call: Call, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conduct = (TRIALS / "assumptions" / "haic-bev-pdl1-conduct.yaml").read_text(encoding="utf-8")
    kept = "".join(line for line in conduct.splitlines(keepends=True) if "calendar.reading" not in line)
    overlay = tmp_path / "conduct.yaml"
    overlay.write_text(kept, encoding="utf-8")
    code, found, _ = call("calendar", TRIAL, records, "--assume", overlay)
    assert code == 1 and found["scans"]["first_difference"] == 6
    assert {name: days[5] // 7 for name, days in found["scans"]["readings"].items()} == {
        "count_on_from_last_scan": 57,
        "extra_scan_at_change": 48,
        "first_interval_past_change": 54,
    }
    assert "D002" in {finding["code"] for finding in found["findings"]}
    assert run(["calendar", str(TRIAL), "--anchor", "2025-03-03"]) == 1
    told = capsys.readouterr().out
    assert "can be read in three ways, which part at scan 6" in told and "9 18 27 36 45 48 60" in told


def test_the_calendar_of_a_first_dose(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = call("calendar", SECOND, "--assume", SECOND_SCHEDULE, "--anchor", "2025-03-03")
    assert code == 0 and found["until"] == "2027-03-03"
    scans = [entry["planned"] for entry in found["occasions"] if entry["series"] == "scans"]
    assert scans[:2] == ["2025-04-28", "2025-06-23"]
    pressure = [entry for entry in found["occasions"] if entry["series"] == "pressure"]
    assert [entry["number"] for entry in pressure] == [1, 2, 3, 4, 5, 6] and pressure[5]["planned"] == "2025-04-14"
    assert [f["code"] for f in found["findings"] if f["severity"] == "error"] == []
    assert run(["calendar", str(SECOND), "--assume", str(SECOND_SCHEDULE), "--anchor", "2025-03-03"]) == 0
    assert "Blood pressure, week 6" in capsys.readouterr().out


def test_icalendar_of_one_patient_and_of_all(records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["calendar", str(TRIAL), str(records), *map(str, ASSUMED), "--on", "2026-03-01"]
    folder = tmp_path / "all"
    assert run([*words, "--ics", str(folder)]) == 0
    files = sorted(folder.iterdir())
    assert run([*words, "--ics", str(tmp_path / "again")]) == 0
    assert [file.read_bytes() for file in files] == [
        file.read_bytes() for file in sorted((tmp_path / "again").iterdir())
    ]
    uids = []
    for file in files:
        calendar = icalendar.Calendar.from_ical(file.read_text(encoding="utf-8"))
        for event in calendar.walk("VEVENT"):
            uids.append(str(event["UID"]))
            assert str(event["SUMMARY"]).startswith(f"{file.stem}: ")
            assert event["DTSTAMP"].dt == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
            assert "SIMULATED" in str(event["DESCRIPTION"])
    assert uids and len(set(uids)) == len(uids)
    one = tmp_path / "one.ics"
    assert run([*words, "--subject", files[0].stem, "--ics", str(one)]) == 0
    assert one.read_bytes() == files[0].read_bytes()
    assert run([*words, "--ics", str(one)]) == 2
    assert run([*words, "--subject", files[0].stem, "--ics", str(folder)]) == 2
    planned = tmp_path / "planned.ics"
    assert run(["calendar", str(TRIAL), *map(str, ASSUMED), "--anchor", "2025-03-03", "--ics", str(planned)]) == 0
    assert "planned: Scan 1" in planned.read_text(encoding="utf-8")


def test_the_schedule_of_activities_as_table_csv_and_page(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, _ = call("calendar", TRIAL, *ASSUMED, "--table")
    assert code == 0
    at = {activity["name"]: activity["at"] for activity in found["activities"]}
    assert at["Child-Pugh score"] == ["screening"] and at["Alpha-fetoprotein"] == ["screening", "scans"]
    file = tmp_path / "schedule.csv"
    assert run(["calendar", str(TRIAL), *map(str, ASSUMED), "--table", "--out", str(file)]) == 0
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["Activity", *(visit["name"] for visit in found["visits"])]
    for row in rows[2:]:
        assert [v["id"] for v, cell in zip(found["visits"], row[1:], strict=True) if cell == "X"] == at[row[0]]
    page = tmp_path / "schedule.html"
    assert run(["calendar", str(TRIAL), *map(str, ASSUMED), "--table", "--out", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "<td>Child-Pugh score</td>" in text and "(unconfirmed)" in text and "http" not in text
    capsys.readouterr()
    assert run(["calendar", str(TRIAL), *map(str, ASSUMED), "--table"]) == 0
    assert "1 day before first dose" in capsys.readouterr().out


def test_the_timeline(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = call("calendar", TRIAL, "--assume", OVERLAY, "--timeline", "--accrual-per-month", "3")
    assert code == 0 and found["months"] == [33, 34]
    assert found["limits"][0]["last_entry"] == ["2025-07-01", "2025-07-31"]
    assert found["required_per_month"]["full_exposure"] == {"pausing": 7.5, "continuing": 3.7}
    assert [accrual["in_time"]["full_exposure"] for accrual in found["accruals"]] == [False, False]
    code, bare, _ = call("calendar", TRIAL, "--timeline")
    assert code == 1 and len(bare["findings"]) == 4
    assert run(["calendar", str(TRIAL), "--assume", str(OVERLAY), "--timeline", "--accrual-per-month", "3"]) == 0
    assert "36 patients cannot enter in time: the longest treatment ends" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--table", "--timeline"],
        ["--table", "--anchor", "2025-03-03"],
        ["--timeline", "--ics", "x.ics"],
        ["--anchor", "2025-03-03", "--subject", "1"],
        ["--anchor", "2025-03-03", "--on", "2025-04-01"],
        ["--anchor", "2025-03-03", "--out", "x.csv"],
        ["--table", "--out", "x.pdf"],
        ["--table", "--accrual-per-month", "3"],
        ["--timeline", "--accrual-per-month", "0"],
        ["--timeline", "--accrual-per-month", "nan"],
        ["--timeline", "--until", "2026-01-01"],
    ],
)
def test_options_that_do_not_go_together_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", str(TRIAL), *words]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_patient_is_a_wrong_call(records: Path) -> None:
    assert run(["calendar", str(TRIAL), str(records), *map(str, ASSUMED), "--subject", "nobody"]) == 2

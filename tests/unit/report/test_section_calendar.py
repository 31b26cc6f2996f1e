"""Visits and scans in the report: counts that add up, the list of what is due, and nothing small for the public."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
OVERLAYS = [TRIALS / "assumptions" / name for name in ("boundaries-futility-25-45.yaml", "haic-bev-pdl1-schedule.yaml")]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    words = ["simulate", str(TRIALS / "haic-bev-pdl1.yaml"), "--assume", str(OVERLAYS[0]), "--seed", "1"]
    assert run([*words, "--out", str(folder)]) == 0
    return folder


def analyse(records: Path, out: Path, overlays: list[Path], audience: str = "team") -> str:
    words = ["analyse", str(TRIALS / "haic-bev-pdl1.yaml"), str(records), "--cutoff", "2026-03-01", "--out", str(out)]
    assumed = [word for overlay in overlays for word in ("--assume", str(overlay))]
    run([*words, *assumed, "--audience", audience])
    return (out / "report.html").read_text(encoding="utf-8")


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_parts_of_each_planned_visit_add_up(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, OVERLAYS)
    assert '<section id="calendar"' in page and "go on counting from the last scan of a phase" in page
    rows = table(tmp_path, "visits_kept")
    assert {"Screening", "HAIC cycle 6 day 1", "Scan 1", "Survival follow-up 1"} <= {row["visit"] for row in rows}
    for row in rows:
        assert int(row["n"]) == int(row["in_window"]) + int(row["outside"]) + int(row["missed"])
        assert int(row["without_record"]) <= int(row["in_window"])
    assert int(rows[0]["n"]) == 35
    now = table(tmp_path, "visits_now")
    assert [row["last"] for row in now] == sorted(row["last"] for row in now) and now
    assert all(row["last"] >= "2026-03-01" and row["status"] in ("due", "overdue") for row in now)


def test_the_public_sees_no_visit_counts(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, OVERLAYS, "public")
    assert '<section id="calendar"' in page
    assert not list((tmp_path / "tables").glob("visits_*"))


def test_without_a_schedule_there_is_no_section(records: Path, tmp_path: Path) -> None:
    assert '<section id="calendar"' not in analyse(records, tmp_path, OVERLAYS[:1])

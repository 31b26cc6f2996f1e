"""Dose modifications advised, in the report: numbers with their denominator, small ones withheld from the public."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
OVERLAYS = [
    part
    for name in ("boundaries-futility-25-45", "haic-bev-pdl1-dose-rules")
    for part in ("--assume", str(TRIALS / "assumptions" / f"{name}.yaml"))
]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dose-rules") / "records"
    assert (
        run(["simulate", str(TRIALS / "haic-bev-pdl1.yaml"), *OVERLAYS[:2], "--seed", "1", "--out", str(folder)]) == 0
    )
    return folder


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def analyse(records: Path, out: Path, *more: str) -> str:
    assert run(["analyse", str(TRIALS / "haic-bev-pdl1.yaml"), str(records), *more, "--out", str(out)]) == 0
    return (out / "report.html").read_text(encoding="utf-8")


def test_the_section_counts_every_treated_patient_once_a_component(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, *OVERLAYS)
    assert '<section id="dose_rules"' in page and "advise nothing" in page
    rows = table(tmp_path, "dose_advice")
    for component in {row["component"] for row in rows}:
        assert sum(int(row["patients"]) for row in rows if row["component"] == component) == 36
    assert {row["n"] for row in rows} == {"36"}
    ended = {row["component"]: int(row["patients"]) for row in rows if row["action"] == "treatment has ended"}
    off = sum(bool(row["reason"] != "ongoing") * int(row["patients"]) for row in table(tmp_path, "disposition")
              if row["part"] == "Treatment")  # fmt: skip
    assert set(ended.values()) == {off}
    rules = table(tmp_path, "dose_rules")
    assert len(rules) == 43 and {row["mark"] for row in rules} == {"confirmed", "unconfirmed: for information"}
    assert table(tmp_path, "dose_course")


def test_the_public_sees_no_patient_and_no_small_number(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, *OVERLAYS, "--audience", "public")
    assert '<section id="dose_rules"' in page
    assert not (tmp_path / "tables" / "dose_course.csv").exists()
    shown = [row["held"] for row in table(tmp_path, "dose_rules")]
    assert not {"1", "2", "3", "4"} & set(shown)


def test_without_rules_there_is_no_section(records: Path, tmp_path: Path) -> None:
    assert '<section id="dose_rules"' not in analyse(records, tmp_path, *OVERLAYS[:2])

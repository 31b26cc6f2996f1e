"""Declared subgroups and landmarks in the report, for the team and for the public."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
OVERLAY = TRIALS / "assumptions" / "boundaries-futility-25-45.yaml"
DECLARED = """
analyses:
  subgroups:
    - {variable: AGE, name: Age, cuts: [60]}
    - {variable: SEX, name: Sex}
    - {variable: NOSUCH}
  response_landmarks:
    - {endpoint: os, at: 20 weeks}
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The first founding trial with declared analyses, and simulated records of it."""
    folder = tmp_path_factory.mktemp("declared")
    protocol = folder / "trial.yaml"
    protocol.write_text((TRIALS / "haic-bev-pdl1.yaml").read_text("utf-8") + DECLARED, encoding="utf-8")
    records = folder / "records"
    assert run(["simulate", str(protocol), "--assume", str(OVERLAY), "--seed", "1", "--out", str(records)]) == 0
    return protocol, records


def analyse(trial: tuple[Path, Path], out: Path, audience: str) -> str:
    protocol, records = trial
    words = ["analyse", str(protocol), str(records), "--assume", str(OVERLAY), "--out", str(out)]
    assert run([*words, "--audience", audience]) == 0
    return (out / "report.html").read_text(encoding="utf-8")


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_subgroups_stand_below_the_overall_rate_and_add_up(trial: tuple[Path, Path], tmp_path: Path) -> None:
    page = analyse(trial, tmp_path, "team")
    assert '<section id="analyses"' in page and "guarantee-time bias" in page
    rows = table(tmp_path, "subgroups")
    assert (rows[0]["variable"], rows[0]["x"], rows[0]["n"]) == ("All patients", "18", "36")
    for name in ("Age", "Sex"):
        own = [row for row in rows if row["variable"] == name]
        assert len(own) == 2
        assert (sum(int(row["x"]) for row in own), sum(int(row["n"]) for row in own)) == (18, 36)
    assert [row["group"] for row in rows if row["variable"] == "Age"] == ["below 60", "60 or more"]
    assert "NOSUCH: the records have no such variable" in page
    assert "p-value" not in page[page.index('id="analyses"') : page.index('id="dates"')].lower()


def test_landmark_groups_and_who_left_make_up_everybody(trial: tuple[Path, Path], tmp_path: Path) -> None:
    analyse(trial, tmp_path, "team")
    rows = table(tmp_path, "response_landmarks")
    assert [row["group"] for row in rows] == [
        "responded by then", "had not responded by then", "left before: event", "left before: censored",
    ]  # fmt: skip
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    survival = next(e for e in results["estimates"] if e["id"] == "os.median")
    assert sum(int(row["n"]) for row in rows) == survival["n"]
    (landmark,) = results["response_landmarks"]
    assert (landmark["endpoint"], landmark["day"]) == ("os", 140)
    assert len(landmark["groups"][0]["subjects"]) == int(rows[0]["n"])
    assert [entry["reason"] for entry in results["subgroups"]] == ["", "", "not_in_records"]


def test_the_public_sees_no_small_group(trial: tuple[Path, Path], tmp_path: Path) -> None:
    analyse(trial, tmp_path, "public")
    for row in table(tmp_path, "subgroups"):
        for key in ("x", "n"):
            assert not row[key].isdigit() or int(row[key]) == 0 or int(row[key]) >= 5
    for row in table(tmp_path, "response_landmarks"):
        assert not row["n"].isdigit() or int(row["n"]) == 0 or int(row["n"]) >= 5

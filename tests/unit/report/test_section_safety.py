"""Adverse events and stopping rules in the report, for the team and for the public."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
BOUNDARIES = TRIALS / "assumptions" / "boundaries-futility-25-45.yaml"
SAFETY = TRIALS / "assumptions" / "haic-bev-pdl1-safety.yaml"
PROTOCOL = TRIALS / "haic-bev-pdl1.yaml"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of both audiences on simulated records of the first founding trial."""
    folder = tmp_path_factory.mktemp("safety")
    records = folder / "records"
    assert run(["simulate", str(PROTOCOL), "--assume", str(BOUNDARIES), "--seed", "1", "--out", str(records)]) == 0
    words = ["analyse", str(PROTOCOL), str(records), "--assume", str(BOUNDARIES), "--assume", str(SAFETY)]
    for audience in ("team", "public"):
        assert run([*words, "--out", str(folder / audience), "--audience", audience]) == 0
    return {audience: folder / audience for audience in ("team", "public")}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_counts_the_same_patients(written: dict[str, Path]) -> None:
    team = written["team"]
    lines = {(row["event"], row["about"]): row for row in table(team, "ae_overview")}
    terms = table(team, "ae_terms")
    assert sum(int(row["events"]) for row in terms) == int(lines["Any", ""]["events"]) > 50
    for row in terms:
        grades = [int(row[f"grade_{grade}"]) for grade in range(1, 6)]
        assert sum(grades) + int(row["ungraded"]) == int(row["patients"])
        assert sum(grades[2:]) == int(row["severe"])
    common = [row["term"] for row in terms if 10 * int(row["patients"]) >= 36]
    assert [row["term"] for row in table(team, "ae_common")] == common
    page = (team / "report.html").read_text("utf-8")
    assert 'id="safety"' in page and 'id="stopping"' in page and (team / "figures" / "events.svg").is_file()
    assert "unconfirmed" in page[page.index('id="safety"') :]


def test_the_boundary_and_its_false_stop_rate_are_printed(written: dict[str, Path]) -> None:
    rates = table(written["team"], "stopping_rates")
    assert (rates[0]["rate"], round(float(rates[0]["ever_stops"]), 3)) == ("0.2", 0.049)
    assert round(float(rates[1]["ever_stops"]), 2) == 0.77
    safety = json.loads((written["team"] / "results.json").read_text("utf-8"))["safety"]
    severe, deaths = safety["stopping"]
    assert severe["bounds"][0] == [3, 3] and severe["bounds"][-1] == [36, 14]
    assert len(severe["patients"]) == safety["treated"] == 36
    assert (deaths["advice"], deaths["crossed"]) == ("pause", None)


def test_the_public_sees_no_small_group_and_no_patient(written: dict[str, Path]) -> None:
    public = written["public"]
    for name in ("ae_overview", "ae_terms", "ae_common", "ae_serious", "ae_interest", "deaths"):
        for row in table(public, name):
            for key in ("patients", "severe"):
                value = row.get(key, "0")
                assert not value.isdigit() or int(value) == 0 or int(value) >= 5, (name, row)
    names = {file.stem for file in (public / "tables").iterdir()}
    assert not names & {"death_list", "ae_doubtful", "stopping_patients"}
    assert not (public / "figures" / "events.svg").exists()


def test_without_rules_there_is_no_section(tmp_path: Path, written: dict[str, Path]) -> None:
    records = written["team"].parent / "records"
    assert run(["analyse", str(PROTOCOL), str(records), "--assume", str(BOUNDARIES), "--out", str(tmp_path)]) == 0
    assert 'id="safety"' not in (tmp_path / "report.html").read_text("utf-8")
    assert "safety" not in json.loads((tmp_path / "results.json").read_text("utf-8"))

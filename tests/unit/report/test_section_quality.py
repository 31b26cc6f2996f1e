"""Quality of life in the report: team and public, and what is left open."""

from __future__ import annotations

import csv
import json
import textwrap
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
ASSUMED = [
    word
    for name in ("boundaries-futility-25-45", "haic-bev-pdl1-quality")
    for word in ("--assume", str(TRIALS / "assumptions" / f"{name}.yaml"))
]
PROTOCOL = str(TRIALS / "haic-bev-pdl1.yaml")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The results of each audience on simulated records of the first trial."""
    folder = tmp_path_factory.mktemp("quality")
    records = folder / "records"
    assert run(["simulate", PROTOCOL, *ASSUMED, "--seed", "1", "--out", str(records)]) == 0
    for audience in ("team", "public"):
        out = folder / audience
        words = ["analyse", PROTOCOL, str(records), *ASSUMED, "--out", str(out), "--audience", audience]
        assert run(words) == 0
    return {audience: folder / audience for audience in ("team", "public")}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_completion_adds_up(results: dict[str, Path]) -> None:
    table = rows(results["team"], "quality_completion")
    assert [(row["instrument"], row["visit"]) for row in table][:2] == [("QLQ-C30", "Baseline"), ("QLQ-C30", "Week 9")]
    for row in table:
        missing = sum(int(part.rsplit(": ", 1)[1]) for part in row["missing"].split("; ") if ": " in part)
        assert int(row["expected"]) == int(row["received"]) + missing
        assert int(row["scored"]) <= int(row["received"])


def test_changes_name_direction_and_mark(results: dict[str, Path]) -> None:
    table = rows(results["team"], "quality_change")
    directions = {row["scale"]: row["higher_is"] for row in table}
    assert directions["Physical functioning"] == "better"
    assert directions["Body image (unconfirmed)"] == "worse"
    assert directions["Summary score (unconfirmed)"] == "better"
    for row in table:
        assert int(row["n"]) == sum(int(row[name]) for name in ("improved", "stable", "worse"))


def test_the_median_of_the_protocol_is_one_of_all_definitions(results: dict[str, Path]) -> None:
    own = rows(results["team"], "quality_deterioration")
    assert [row["scale"] for row in own] == ["Global health status/QoL", "Physical functioning", "Role functioning"]
    everything = rows(results["team"], "quality_definitions")
    # The own one; one switch changed (1 + 1 + 2 + 2 + 1); two of them (19 pairs).
    assert len(everything) == 3 * (1 + 7 + 19)
    for row in own:
        same = ("n", "events", "median", "lower", "upper")
        assert any(row["scale"] == other["scale"] and all(row[k] == other[k] for k in same) for other in everything)


def test_every_time_names_what_ended_it(results: dict[str, Path]) -> None:
    table = rows(results["team"], "quality_times")
    own = rows(results["team"], "quality_deterioration")
    for one in own:
        mine = [row for row in table if row["scale"] == one["scale"]]
        assert len(mine) == int(one["n"])
        assert sum(row["event"] == "yes" for row in mine) == int(one["events"])
    assert {row["reason"] for row in table} <= {"worse", "last form", "no form after the baseline"}


def test_assumed_points_and_marks_reach_the_reader(results: dict[str, Path]) -> None:
    for audience in ("team", "public"):
        page = (results[audience] / "report.html").read_text("utf-8")
        assert "Unconfirmed: Body image" in page
        assert "a convention for every scale" in page
    assert "quality-qlq-c30" in (results["team"] / "report.html").read_text("utf-8")


def test_the_public_sees_no_patient_and_no_small_number(results: dict[str, Path]) -> None:
    folder = results["public"]
    names = {path.stem for path in (folder / "tables").glob("quality_*.csv")}
    assert names == {"quality_completion", "quality_change", "quality_deterioration", "quality_scales"}
    assert not list((folder / "figures").glob("quality-*"))
    for name in ("quality_completion", "quality_change", "quality_deterioration"):
        for row in rows(folder, name):
            for column in ("n", "expected", "received", "scored", "improved", "stable", "worse", "events", "excluded"):
                value = row.get(column, "")
                assert not (value.isdecimal() and 0 < int(value) < 5)


def test_what_is_open_is_said_on_the_page(tmp_path: Path, results: dict[str, Path]) -> None:
    overlay = (TRIALS / "assumptions" / "haic-bev-pdl1-quality.yaml").read_text("utf-8")
    plan = textwrap.dedent(overlay.partition("assume:\n")[2]).replace("death: censored", "death: unstated")
    opened = tmp_path / "trial.yaml"
    opened.write_text(Path(PROTOCOL).read_text("utf-8") + plan, encoding="utf-8")
    records = str(results["team"].parent / "records")
    out = tmp_path / "results"
    assert run(["analyse", str(opened), records, *ASSUMED[:2], "--out", str(out)]) == 0
    page = (out / "report.html").read_text("utf-8")
    assert "The protocol leaves open quality_of_life.deterioration.death" in page
    assert not (out / "tables" / "quality_deterioration.csv").exists()
    codes = {finding["code"] for finding in json.loads((out / "results.json").read_text("utf-8"))["findings"]}
    assert "Q010" in codes


def test_without_a_plan_there_is_no_section(tmp_path: Path, results: dict[str, Path]) -> None:
    records = str(results["team"].parent / "records")
    out = tmp_path / "results"
    assert run(["analyse", PROTOCOL, records, *ASSUMED[:2], "--out", str(out)]) == 0
    assert not list((out / "tables").glob("quality_*.csv"))

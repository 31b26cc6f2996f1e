"""Reported against derived in the report: for the team, the board and the public."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from onearm.cli.main import run

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The eight third-party patients: one response entered otherwise, and a second reader who differs once."""
    folder = tmp_path_factory.mktemp("chain")
    for file in (DATA / "recist_chain").glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "rs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    changed = {("01-701-1028", "3"): "SD"}
    second = [dict(row, RSEVAL="INDEPENDENT ASSESSOR", RSEVALID="R1", RSSEQ=str(100 + i)) for i, row in enumerate(rows)]
    for row in rows:
        row["RSSTRESC"] = row["RSORRES"] = changed.get((row["USUBJID"], row["VISITNUM"]), row["RSSTRESC"])
    with (folder / "rs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, *second])
    return folder


def analyse(records: Path, out: Path, audience: str) -> str:
    protocol = DATA / "protocols" / "recist-chain.yaml"
    assert run(["analyse", str(protocol), str(records), "--out", str(out), "--audience", audience]) == 0
    return (out / "report.html").read_text(encoding="utf-8")


def table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_team_sees_every_difference_with_its_rule(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, "team")
    assert '<section id="agreement"' in page
    assert table(tmp_path, "discordance") == [
        {
            "subject": "01-701-1028", "visit": "WEEK 6", "reading": "investigator", "component": "overall",
            "entered": "SD", "derived": "PD", "rule": "target_pd",
        }
    ]  # fmt: skip
    agreement = table(tmp_path, "agreement")
    own = next(row for row in agreement if row["accounts"].endswith("investigator, as entered"))
    assert (own["pairs"], own["agreed"]) == ("20", "19")
    dates = table(tmp_path, "agreement_dates")
    assert [row["only_first"] for row in dates if row["event"] == "Progression"] == ["1", "0"]
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["agreement"]
    assert [(d["visit"], d["entered"], d["derived"]) for d in results["differences"]] == [("3", "SD", "PD")]
    assert results["agreements"][0]["visit"]["kappa"]["value"] == pytest.approx(float(own["kappa"]))


def test_the_main_analysis_stays_as_it_is(records: Path, tmp_path: Path) -> None:
    analyse(records, tmp_path / "one", "team")
    analyse(DATA / "recist_chain", tmp_path / "two", "team")
    one, two = (json.loads((tmp_path / name / "results.json").read_text(encoding="utf-8")) for name in ("one", "two"))
    assert one["estimates"] == two["estimates"]


def test_the_public_sees_no_patient_and_no_small_number(records: Path, tmp_path: Path) -> None:
    page = analyse(records, tmp_path, "public")
    section = re.search(r'<section id="agreement".*?</section>', page, re.DOTALL)
    assert section is not None and "01-701" not in section[0]
    assert not (tmp_path / "tables" / "discordance.csv").exists()
    own = [row for row in table(tmp_path, "agreement") if row["accounts"].endswith("investigator, as entered")]
    assert {(row["pairs"], row["kappa"]) for row in own} == {("withheld", "withheld")}


def test_without_responses_entered_there_is_no_such_section(written: dict[str, list[Path]]) -> None:
    assert 'id="agreement"' not in written["team"][0].read_text("utf-8")

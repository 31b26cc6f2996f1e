"""``onearm screen`` on a folder of records: its words, its JSON, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onearm.cli.main import run

TRIAL = Path(__file__).parents[3] / "trials" / "haic-bev-pdl1.yaml"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    (tmp_path / "dm.csv").write_text(
        "STUDYID,USUBJID,RFICDTC,RFSTDTC,AGE,AGEU\nT,A,2025-01-01,,75,YEARS\nT,B,2025-01-01,,76,YEARS\n",
        encoding="utf-8",
    )
    (tmp_path / "qs.csv").write_text(
        "STUDYID,USUBJID,QSTESTCD,QSCAT,QSORRES,QSDTC\nT,A,ECOG101,ECOG,1,2025-01-02\nT,B,ECOG101,ECOG,1,2025-01-02\n",
        encoding="utf-8",
    )
    return tmp_path


def test_json_has_every_criterion_with_its_value(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["screen", str(TRIAL), str(records), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["schema"] == "onearm.screen/1"
    assert [(entry["subject"], entry["verdict"]) for entry in content["subjects"]] == [
        ("A", "unknown"),
        ("B", "not_eligible"),
    ]
    age = next(entry for entry in content["subjects"][1]["criteria"] if entry["id"] == "age")
    assert {key: age[key] for key in ("verdict", "value", "unit", "date", "reason")} == {
        "verdict": "not_met", "value": "76", "unit": "years", "date": None, "reason": "",
    }  # fmt: skip


def test_words_of_one_subject(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["screen", str(TRIAL), str(records), "--subject", "B", "--without", "age"]) == 0
    out = capsys.readouterr().out
    assert "not met  age (left out): age ≥ 18 years and ≤ 75 years; 76 years" in out
    assert "0 of 2 eligible, 0 not, 2 unknown" in out


@pytest.mark.parametrize("words", [["--subject", "C"], ["--without", "height"], ["--on", "soon"]])
def test_a_wrong_call_is_a_usage_error(records: Path, words: list[str]) -> None:
    assert run(["screen", str(TRIAL), str(records), *words]) == 2


def test_a_subject_by_the_end_of_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"T,{subject},2025-01-01,,75,YEARS\n" for subject in ("S-01", "S-F01", "S-02", "R-02"))
    (tmp_path / "dm.csv").write_text(f"STUDYID,USUBJID,RFICDTC,RFSTDTC,AGE,AGEU\n{rows}", encoding="utf-8")
    words = ["screen", str(TRIAL), str(tmp_path), "--on", "2025-01-02", "--cutoff", "2025-01-02", "--json"]
    assert run([*words, "--subject", "01", "--subject", "S-01"]) == 0
    assert [entry["subject"] for entry in json.loads(capsys.readouterr().out)["subjects"]] == ["S-01"]
    assert run([*words, "--subject", "02"]) == 2

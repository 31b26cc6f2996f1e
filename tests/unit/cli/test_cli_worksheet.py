"""``onearm worksheet``: what it prints, writes and refuses."""

from __future__ import annotations

from pathlib import Path

from .conftest import OVERLAY, TRIAL, Call


def test_the_worksheet_keeps_its_json_and_writes_the_memo(call: Call, records: Path, tmp_path: Path) -> None:
    code, found, _ = call("worksheet", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path, "--cutoff", "2025-06-15")
    assert code == 0 and found["simulated"] is True and found["schema"] == "onearm.worksheet/1"
    assert found["determined"] == (len(found["possible"]) == 1)
    assert {entry["at"] for entry in found["chances"]} == {"p0", "p1", "predictive"}
    for entry in found["chances"]:
        assert abs(entry["stop_futility"] + entry["stop_efficacy"] + entry["goes_on"] - 1) < 1e-12
    assert [Path(file).name for file in found["files"]] == ["memo.html", "memo.docx"]
    assert "SIMULATED" in (tmp_path / "memo.html").read_text(encoding="utf-8")


def test_without_boundaries_there_is_no_worksheet(call: Call, tmp_path: Path) -> None:
    assert call("simulate", TRIAL, "--seed", "3", "--out", tmp_path / "records")[0] == 0
    code, found, _ = call("worksheet", TRIAL, tmp_path / "records", "--out", tmp_path / "memo")
    assert code == 2
    assert "design.futility_stop" in found["error"]["message"]
    assert not (tmp_path / "memo").exists()

"""``onearm sensitivity`` through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.cli.main import run

from .conftest import OVERLAY, TRIAL, Call


def test_the_base_is_what_analyse_says(call: Call, records: Path, tmp_path: Path) -> None:
    code, found, _ = call("sensitivity", TRIAL, records, "--assume", OVERLAY)
    assert code == 0 and found["schema"] == "onearm.sensitivity/1" and found["mark"]
    _, analysed, _ = call("analyse", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path)
    estimates = {estimate["id"]: estimate for estimate in analysed["estimates"]}
    base = found["as_protocol"]
    assert (base["responders"], base["n"]) == tuple(estimates["orr.confirmed.treated"][key] for key in ("x", "n"))
    assert base["decision"] == analysed["decision"]["action"]
    assert base["median_pfs_months"] == estimates["pfs.median"]["value"]
    policies = {policy["policy"]: policy for policy in found["policies"]}
    unconfirmed = policies["confirmation=not_required"]
    assert unconfirmed["responders"] == estimates["orr.unconfirmed.treated"]["x"]
    assert len(unconfirmed["gained"]) == unconfirmed["responders"] - base["responders"]
    assert policies["censoring=fda"]["median_pfs_months"] == estimates["pfs.fda.median"]["value"]


def test_what_does_not_move_is_one_line(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sensitivity", str(TRIAL), str(records), "--assume", str(OVERLAY)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "SIMULATED" in lines[0] and lines[1].lstrip().startswith("as the protocol says")
    assert [line for line in lines if line.startswith("Nothing moves under")] == [lines[-1]]
    assert any(line.lstrip().startswith("gained: SIM-") for line in lines)

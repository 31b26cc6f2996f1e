"""``onearm audit`` through the command line."""

from __future__ import annotations

from pathlib import Path

from onearm.cli.main import run

from .conftest import OVERLAY, TRIAL, TRIALS, Call

DATA = TRIALS.parent / "tests" / "data"


def test_records_alone_are_judged_as_published_and_this_is_said(call: Call) -> None:
    code, found, _ = call("audit", DATA / "recist_chain")
    assert code == 1
    assert (found["schema"], found["as_published"]) == ("onearm.audit/1", True)
    assert found["profile"] == "recist-1.1-confirmed-2026" and found["assumed"]
    assert [(fault["code"], fault["subject"], fault["visit"]) for fault in found["faults"]] == [
        ("A202", "01-701-1015", "4"),
        ("A215", "01-701-1115", "4"),
        ("A215", "01-701-1133", "3"),
        ("A216", "01-701-1034", "3"),
        ("A216", "01-701-1097", "2"),
    ]
    early = found["faults"][1]
    assert (early["row"], early["evidence"]["days"], early["evidence"]["needed"]) == (13, "21", "28")
    lacking = {check["check"]: check["lacks"] for check in found["checks"] if check["lacks"]}
    assert set(lacking) == {"unconfirmed", "window"}


def test_a_protocol_decides_where_it_is_given(call: Call) -> None:
    protocol = DATA / "protocols" / "recist-chain.yaml"
    code, found, _ = call("audit", DATA / "recist_chain", "--protocol", protocol)
    assert code == 1 and not found["as_published"] and not found["assumed"]
    assert [fault["subject"] for fault in found["faults"] if fault["code"] == "A216"] == ["01-701-1097"]


def test_nothing_found_ends_with_0(call: Call, records: Path, tmp_path: Path) -> None:
    """The simulated readers follow the rules; who was never assessed is the one thing an audit can say of them."""
    code, found, _ = call("audit", records, "--protocol", TRIAL, "--assume", OVERLAY)
    assert found["simulated"] is True and found["mark"]
    assert {fault["code"] for fault in found["faults"]} <= {"A203"}
    assert code == (1 if found["faults"] else 0)


def test_the_words_name_patient_visit_and_row(capsys, tmp_path: Path) -> None:
    assert run(["audit", str(DATA / "recist_chain")]) == 1
    out = capsys.readouterr().out
    assert "01-701-1115, visit 4: A215 warning at RS:13" in out
    assert "not in full: no best response is entered (RS)" in out
    assert out.endswith("5 found in 5 patients.\n")


def test_an_overlay_needs_a_protocol(capsys) -> None:
    assert run(["audit", str(DATA / "recist_chain"), "--assume", str(OVERLAY)]) == 2
    assert "give --protocol too" in capsys.readouterr().err


def test_each_code_is_explained(capsys) -> None:
    assert run(["explain", "A206"]) == 0
    assert "smallest sum" in capsys.readouterr().out

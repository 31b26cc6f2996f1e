"""``derive``, ``analyse`` and ``trace`` through the command line: the interface that others call."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from onearm.cli.main import run

from .conftest import OVERLAY, TRIAL, TRIALS, Call


def test_derive_writes_the_four_tables_and_says_simulated(call: Call, records: Path, tmp_path: Path) -> None:
    code, found, _ = call("derive", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path)
    assert code == 0 and found["simulated"] is True
    for name in ("adsl", "adtr", "adrs", "adtte"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows and all(row["SIMULATED"] == "SIMULATED" for row in rows), name


def test_derive_writes_the_tables_of_the_path_with_their_header_when_there_are_no_rows(
    call: Call, records: Path, tmp_path: Path
) -> None:
    code, found, _ = call("derive", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path)
    assert code == 0 and str(tmp_path / "adlb.csv") in found["files"]
    with (tmp_path / "adlb.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        columns, rows = table.fieldnames or [], list(table)
    assert columns[0] == "SIMULATED"
    assert {"ATOXGR", "ATOXINP", "ATOXRSN", "SRCSEQ"} <= set(columns)
    assert all(row["ATOXRSN"] == "version_open" and not row["ATOXGR"] for row in rows)


def test_derive_ends_with_1_when_something_is_refused(call: Call, tmp_path: Path) -> None:
    assert call("simulate", TRIAL, "--seed", "3", "--out", tmp_path / "records")[0] == 0
    code, found, _ = call("derive", TRIAL, tmp_path / "records", "--out", tmp_path)
    assert code == 1
    assert {"id": "OS", "missing": ["endpoints.os.start"]} in found["refused"]
    assert not [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert (tmp_path / "adsl.csv").is_file()


def test_records_of_another_trial_are_refused(call: Call, records: Path, tmp_path: Path) -> None:
    other = TRIALS / "haic-adebrelimab-regorafenib.yaml"
    for command in (
        ["derive", other, records, "--out", tmp_path / "out"],
        ["analyse", other, records, "--out", tmp_path / "out"],
        ["trace", "os.median", other, records],
    ):
        code, found, err = call(*command)
        assert code == 1 and [finding["code"] for finding in found["findings"]] == ["X001"], command[0]
        assert "SIM-HAIC-BEV-PDL1" in err and "SIM-HAIC-ADE-REGO" in err
    assert not (tmp_path / "out").exists()


def test_entered_records_belong_to_the_studies_that_the_protocol_names(call: Call, tmp_path: Path) -> None:
    data = TRIALS.parent / "tests" / "data"
    text = (data / "protocols" / "recist-chain.yaml").read_text(encoding="utf-8")
    subjects = (data / "recist_chain" / "dm.csv").read_text(encoding="utf-8").splitlines()
    study = next(csv.DictReader(subjects))["STUDYID"]
    for name, expected in ((study, 0), ("ANOTHER", 1)):
        protocol = tmp_path / f"{name}.yaml"
        protocol.write_text(text.replace("  id: RECIST-CHAIN\n", f"  id: RECIST-CHAIN\n  study_ids: [{name}]\n"))
        code, found, _ = call("derive", protocol, data / "recist_chain", "--out", tmp_path / "out")
        assert code == expected
        assert ("X001" in [finding["code"] for finding in found["findings"]]) is bool(expected)


def test_analyse_keeps_its_json(call: Call, records: Path, tmp_path: Path) -> None:
    code, found, _ = call("analyse", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path)
    assert code == 0
    assert {"schema", "cutoff", "estimates", "decision", "files"} <= set(found)
    assert {"action", "rule", "counts", "pending"} <= set(found["decision"])
    fields = {"id", "value", "lower", "upper", "level", "method", "n", "x", "population"}
    ids = {estimate["id"]: estimate for estimate in found["estimates"]}
    assert all(fields <= set(estimate) for estimate in ids.values())
    assert {"orr.confirmed.treated", "dcr.confirmed.evaluable", "pfs.median", "os.landmark.12m"} <= set(ids)
    primary = [estimate["id"] for estimate in ids.values() if estimate["role"] == "primary"]
    assert primary == ["orr.tested", "orr.design"]
    assert ids["orr.confirmed.treated"]["role"] == "descriptive"
    assert [ids[name]["estimator"] for name in primary] == ["umvue", "umvue"]
    assert ids["orr.design"]["level"] == 0.95
    assert all((Path(path)).is_file() for path in found["files"])
    assert (tmp_path / "report.html").is_file()


def test_a_repeated_analysis_is_byte_identical(call: Call, records: Path, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        assert call("analyse", TRIAL, records, "--assume", OVERLAY, "--out", folder)[0] == 0
    names = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(folders[1]) for path in folders[1].rglob("*") if path.is_file())
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_a_bare_protocol_refuses_the_decision_and_says_what_is_missing(call: Call, tmp_path: Path) -> None:
    assert call("simulate", TRIAL, "--seed", "3", "--out", tmp_path / "records")[0] == 0
    code, found, err = call("analyse", TRIAL, tmp_path / "records", "--out", tmp_path)
    assert code == 1
    assert found["decision"]["action"] == "refused"
    assert {"design.futility_stop", "design.success", "design.p0", "sets.primary"} <= set(found["decision"]["missing"])
    assert "S107" in err
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "≤ 8" in text or "8 or fewer" in text, "the report lists candidate designs"
    refused = {entry["id"] for entry in found["refused"]}
    assert "OS" in refused
    rates = [estimate for estimate in found["estimates"] if estimate["id"].startswith("orr")]
    assert bool(rates) != ("CBOR" in refused), "a refused best response has no rate"
    assert len(found["decision"]["candidates"]) > 10


def test_a_protocol_without_a_criterion_computes_no_response(call: Call, tmp_path: Path) -> None:
    bare = TRIALS / "haic-adebrelimab-regorafenib.yaml"
    assert call("simulate", bare, "--seed", "1", "--out", tmp_path / "records")[0] == 0
    code, found, _ = call("analyse", bare, tmp_path / "records", "--out", tmp_path)
    assert code == 1
    assert not [estimate for estimate in found["estimates"] if estimate["id"].startswith(("orr", "pfs", "dor"))]
    assert {"CBOR", "PFS"} <= {entry["id"] for entry in found["refused"]}


def test_alternatives_are_decided_side_by_side(call: Call, records: Path, tmp_path: Path) -> None:
    names = ("boundaries-futility-25-45", "boundaries-futility-20-40", "boundaries-efficacy-30-50")
    overlays = [part for name in names for part in ("--assume", TRIALS / "assumptions" / f"{name}.yaml")]
    code, found, _ = call("analyse", TRIAL, records, *overlays, "--out", tmp_path)
    assert code == 0
    assert [other["overlay"] for other in found["alternatives"]] == list(names)
    assert found["alternatives"][0]["decision"] == found["decision"]


@pytest.mark.parametrize("audience", ["board", "public"])
def test_an_audience_gets_no_results_json(call: Call, records: Path, tmp_path: Path, audience: str) -> None:
    code, _, _ = call("analyse", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path, "--audience", audience)
    assert code == 0
    assert not (tmp_path / "results.json").exists()


def test_trace_goes_from_an_estimate_to_rows(call: Call, records: Path, tmp_path: Path) -> None:
    call("analyse", TRIAL, records, "--assume", OVERLAY, "--out", tmp_path)
    code, found, _ = call("trace", "orr.confirmed.treated", "--results", tmp_path)
    assert code == 0 and len(found["counted"]) == found["x"] and len(found["denominator"]) == found["n"]
    subject = found["counted"][0]
    code, deeper, _ = call("trace", f"orr.confirmed.treated:{subject}", TRIAL, records, "--assume", OVERLAY)
    assert code == 0
    assert [entry["parameter"] for entry in deeper["traces"]] == ["CBOR", "TRTFL"]
    for entry in deeper["traces"]:
        decided = {(row["domain"], row["row"]) for row in entry["decided_by"]}
        assert decided and decided <= {(row["domain"], row["row"]) for row in entry["read"]}
    code, failure, _ = call("trace", "orr.confirmd.treated", TRIAL, records, "--assume", OVERLAY)
    assert code == 2 and "orr.confirmed.treated" in failure["error"]["message"]


def test_broken_records_end_with_1_and_name_file_row_and_column(
    call: Call, records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for path in records.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        folder.joinpath(path.name).write_text(text.replace(",mm,", ",cm,", 2) if path.name == "tr.csv" else text)
    code, found, err = call("analyse", TRIAL, folder, "--assume", OVERLAY, "--out", tmp_path / "out")
    assert code == 1 and not (tmp_path / "out" / "report.html").exists()
    finding = found["findings"][0]
    assert finding["file"].lower().endswith("tr.csv") and finding["row"] and finding["column"]
    assert "Traceback" not in err
    assert run(["analyse", str(TRIAL), str(folder), "--out", str(tmp_path / "out")]) == 1
    assert json.dumps(found)
    capsys.readouterr()

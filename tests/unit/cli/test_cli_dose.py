"""``onearm dose`` on simulated records of both trials."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.cli.main import run
from onearm.cli.subject_choice import find_subject
from onearm.errors import UsageError

from .conftest import TRIALS, Call

SECOND = TRIALS / "haic-adebrelimab-regorafenib.yaml"
DOSING = TRIALS / "assumptions" / "haic-adebrelimab-regorafenib-dosing.yaml"
SUBJECT = "SIM-HAIC-ADE-REGO-001"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated records of the second founding trial with its doses."""
    folder = tmp_path_factory.mktemp("records")
    assert run(["simulate", str(SECOND), "--assume", str(DOSING), "--seed", "1", "--out", str(folder)]) == 0
    return folder


def test_the_dose_of_a_day_with_its_arithmetic(call: Call, second: Path) -> None:
    code, said, _ = call(
        "dose", SECOND, second, "--assume", DOSING, "--subject", SUBJECT, "--on", "2025-03-20"
    )  # fmt: skip
    assert code == 0
    assert said["schema"] == "onearm.dose/1"
    assert said["mark"]
    assert (said["advice_status"], said["advice"]) == ("no_rules", [])
    components = {one["id"]: one for one in said["components"]}
    assert list(components) == ["haic", "adebrelimab", "regorafenib"]
    tablets = components["regorafenib"]
    assert (tablets["status"], tablets["cycle"], tablets["cycle_day"]) == ("due", 3, 4)
    assert tablets["doses"][0]["planned_mg"] == 160
    oxaliplatin = components["haic"]["doses"][0]
    assert oxaliplatin["steps"][2:] == [
        "surface √(166.0 × 50.3 / 3600) = 1.5230 m²",
        "85 mg/m² × 1.5230 m² = 129.46 mg",
        "rounded to 5 mg: 130 mg (+0.4 %)",
    ]
    assert (oxaliplatin["planned_mg"], oxaliplatin["surface_m2"]) == (130, 1.523)
    assert oxaliplatin["inputs"]["weight_kg"]["table"] == "VS"


def test_what_the_protocol_leaves_open_is_refused_by_name(call: Call, second: Path) -> None:
    code, said, _ = call("dose", SECOND, second, "--subject", "001", "--on", "2025-03-20")
    assert code == 1
    refused = {one["id"]: [refusal["path"] for refusal in one["refusals"]] for one in said["components"]}
    assert refused["regorafenib"] == [
        "treatment.components.regorafenib.every",
        "treatment.components.regorafenib.doses.0.amount",
        "treatment.components.regorafenib.doses.0.unit",
    ]
    assert all(one["status"] == "refused" for one in said["components"])


def test_it_prints_what_is_due_in_words(second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["dose", str(SECOND), str(second), "--assume", str(DOSING), "--subject", "001", "--on", "2025-03-20"]
    assert run(arguments) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"SIMULATED\n{SUBJECT} on 2025-03-20\n")
    assert "Regorafenib Tablets: due, cycle 3, day 4" in printed
    assert "Regorafenib Tablets: 160 mg (level 1 of 3, from the dose given on 2025-03-17)" in printed


def test_a_subject_is_named_in_full_or_by_an_end_that_is_its_own() -> None:
    subjects = ("A-01", "A-11", "1")
    assert find_subject(subjects, "1") == "1"
    assert find_subject(subjects, "-01") == "A-01"
    for asked in ("x", "A"):
        with pytest.raises(UsageError, match="no subject"):
            find_subject(subjects, asked)
    with pytest.raises(UsageError, match="2 subjects"):
        find_subject(("A-01", "B-01"), "01")

"""All 48 statements as criteria: a patient that passes, one that fails, one of whom the records leave it open."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hand_made import Patient, one, population_of
from statements import STATEMENTS

from onearm.eligibility.rules import rule_text

DATA = Path(__file__).parents[2] / "data" / "eligibility" / "eligibility_statements.csv"
ROWS = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))
AGES = {"passes": "75", "fails": "76", "unknown": None}


def patient_of(statement: str, outcome: str) -> Patient:
    age = AGES[outcome] if statement == "E001" else "70"
    # Without her age the clearance of E019 is open.
    age = None if (statement, outcome) == ("E019", "unknown") else age
    patient = Patient(AGE=age, AGEU="YEARS", SEX="F")
    made = getattr(STATEMENTS[statement], outcome)(patient)
    assert isinstance(made, Patient)
    return made


def test_every_statement_of_the_file_is_written_and_no_other() -> None:
    assert [row["id"] for row in ROWS] == list(STATEMENTS) == [f"E{i:03}" for i in range(1, 49)]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_kind_is_that_of_the_file(row: dict[str, str]) -> None:
    criterion = population_of(STATEMENTS[row["id"]].criterion).criteria[0]
    assert criterion.kind[:3] == row["kind"]
    assert rule_text(criterion)


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize(("outcome", "verdict"), [("passes", "met"), ("fails", "not_met"), ("unknown", "unknown")])
def test_a_statement_decides_a_patient(name: str, outcome: str, verdict: str) -> None:
    statement = STATEMENTS[name]
    found, reason = one(statement.criterion, patient_of(name, outcome), statement.variables)
    assert found == verdict, reason
    assert bool(reason) == (verdict == "unknown")


@pytest.mark.parametrize(("age", "verdict"), [("17", "not_met"), ("18", "met"), ("75", "met"), ("76", "not_met")])
def test_both_limits_of_the_age(age: str, verdict: str) -> None:
    assert one(STATEMENTS["E001"].criterion, Patient(AGE=age, AGEU="YEARS"))[0] == verdict

"""Blood pressure and weight in ADLB: both sides of the limits, and what is not known is said."""

from __future__ import annotations

from typing import Any

import pytest
from lab_patients import Patient, assess, protocol_graded
from small_patients import on


def sign(patient: Patient, test: str, day: int, value: str | None, unit: str = "mmHg", **cells: str) -> Patient:
    row = {"VSTESTCD": test, "VSSTRESN": value, "VSSTRESC": value, "VSSTRESU": unit, "VSDTC": on(day)}
    return patient.add("VS", **{**row, "VISITNUM": str(day + 20), "VISIT": f"DAY {day}", **cells})


def last(*patients: Patient, version: str | None = "5.0") -> dict[str, Any]:
    return assess(*patients, protocol=protocol_graded(version)).adlb.row(-1, named=True)


def weighed(first: str | None, then: str) -> Patient:
    made = Patient()
    if first is not None:
        sign(made, "WEIGHT", -3, first, "kg")
    return sign(made, "WEIGHT", 21, then, "kg")


@pytest.mark.parametrize(
    ("then", "grade"),
    [("80", "0"), ("66.51", "0"), ("66.5", "-1"), ("63.01", "-1"), ("63", "-2"), ("56.01", "-2"), ("56", "-3")],
)
def test_weight_loss_is_a_share_of_the_baseline(then: str, grade: str) -> None:
    row = last(weighed("70", then))
    assert (row["PARAMCD"], row["ATOXGR"], row["BTOXGR"]) == ("WT", grade, "0")
    assert row["ATOXINP"] == f"x {then}; BASE 70"
    assert row["TRTEMFL"] == ("N" if grade == "0" else "Y")


def test_a_weight_without_baseline_has_no_grade_and_is_counted_as_such() -> None:
    found = assess(weighed(None, "70"))
    assert (found.adlb["ATOXGR"].item(), found.adlb["ATOXRSN"].item()) == (None, "no_baseline")
    (one,) = found.worst
    assert (one.analyte, one.denominator, one.not_gradable) == ("WT", (), ("P-1",))


@pytest.mark.parametrize(
    ("systolic", "diastolic", "grade", "reason"),
    [
        ("119", "79", "0", "could_be_higher"),
        ("120", "79", "1", "could_be_higher"),
        ("119", "80", "1", "could_be_higher"),
        ("140", "79", None, "fact_open"),
        ("159", "100", "3", "could_be_higher"),
        ("160", "79", "3", "could_be_higher"),
        ("119", None, "0", "could_be_higher"),
    ],
)
def test_blood_pressure_takes_both_numbers(systolic: str, diastolic: str | None, grade, reason: str) -> None:
    made = sign(Patient(), "SYSBP", 21, systolic)
    if diastolic is not None:
        sign(made, "DIABP", 21, diastolic)
    # Another day's diastolic pressure is not this one's.
    sign(made, "DIABP", 22, "130")
    row = last(made)
    assert (row["PARAMCD"], row["ATOXGR"], row["ATOXRSN"]) == ("BP", grade, reason)
    assert (row["SRCDOM"], row["ATOXINP"]) == ("VS", f"systolic {systolic}; diastolic {diastolic or '-'}")


def test_nothing_is_graded_in_another_unit_or_without_a_version() -> None:
    wrong = last(sign(Patient(), "WEIGHT", 21, "150", "lb"))
    assert (wrong["AVAL"], wrong["ATOXGR"], wrong["PROBLEM"]) == (None, None, "unit_unknown")
    open_version = last(weighed("70", "50"), version=None)
    assert (open_version["ATOXGR"], open_version["ATOXRSN"], open_version["AVAL"]) == (None, "version_open", 50.0)

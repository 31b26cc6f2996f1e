"""ADLB: units, baselines, grades with their inputs, flags, and the rows that have no grade."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from lab_patients import Patient, assess, enzymes, lab, protocol_graded
from small_patients import on, protocol_with

from onearm.safety.adlb import ADLB_SCHEMA


def rows_of(results: Any, test: str) -> list[dict[str, Any]]:
    table: pl.DataFrame = results.adlb.filter(pl.col("PARAMCD") == test)
    return table.to_dicts()


def with_enzymes() -> Patient:
    patient = Patient()
    for day, alt in ((-3, "160"), (0, "160"), (21, "280"), (42, "500"), (63, "500")):
        enzymes(patient, day, alt, "10")
    return patient


def test_the_schema_and_the_order() -> None:
    results = assess(with_enzymes())
    assert dict(results.adlb.schema) == ADLB_SCHEMA
    assert results.adlb["PARAMCD"].to_list() == ["ALP"] * 5 + ["ALT"] * 5 + ["TBIL"] * 5


def test_grades_baseline_and_flags() -> None:
    rows = rows_of(assess(with_enzymes()), "ALT")
    assert [row["ABLFL"] for row in rows] == [None, "Y", None, None, None]
    assert [row["ATOXGR"] for row in rows] == ["0", "0", "1", "2", "2"]
    assert [row["ATOXGRH"] for row in rows] == ["0", "0", "1", "2", "2"]
    assert {row["ATOXGRL"] for row in rows} == {None}
    assert {row["BTOXGR"] for row in rows} == {"0"}
    assert [row["TRTEMFL"] for row in rows] == [None, None, "Y", "Y", "Y"]
    assert [row["WGRHIFL"] for row in rows] == [None, None, None, "Y", None]
    assert [row["ADY"] for row in rows] == [-3, 1, 22, 43, 64]
    assert [row["CHG"] for row in rows] == [0, 0, 120, 340, 340]


def test_the_inputs_and_the_row_of_the_table_are_told() -> None:
    row = rows_of(assess(with_enzymes()), "ALT")[2]
    assert row["ATOXINP"] == "x 280; LLN 5; ULN 40; BASE 160; LLN at baseline 5; ULN at baseline 40; second ladder"
    assert (row["ATOXROW"], row["ATOXVER"], row["ATOXMARK"]) == ("5.0/ALT/high/1", "5.0", "confirmed")
    assert (row["SRCDOM"], row["SRCVAR"]) == ("LB", "LBSTRESN")
    assert (row["ANRIND"], row["BNRIND"]) == ("HIGH", "HIGH")


def test_other_units_have_the_same_grade() -> None:
    patient = lab(Patient(), "BILI", -1, "0.5", "mg/dL", "0.2", "1.0")
    lab(patient, "BILI", 20, "2.0", "mg/dL", "0.2", "1.0")
    row = rows_of(assess(patient), "TBIL")[1]
    assert (row["AVAL"], row["AVALU"], row["A1HI"], row["ATOXGR"]) == (34.2, "umol/L", 17.1, "2")


def test_a_low_value_has_a_minus() -> None:
    patient = lab(Patient(), "PLAT", -1, "90", "10^9/L", "150", "400")
    lab(patient, "PLAT", 20, "40", "10^9/L", "150", "400")
    rows = rows_of(assess(patient), "PLT")
    assert [row["ATOXGR"] for row in rows] == ["-1", "-3"]
    assert [(row["ATOXGRL"], row["ATOXGRH"], row["BTOXGR"]) for row in rows] == [("1", None, "-1"), ("3", None, "-1")]
    assert (rows[1]["WGRLOFL"], rows[1]["WGRHIFL"], rows[1]["TRTEMFL"]) == ("Y", None, "Y")


def test_a_grade_that_was_there_before_is_not_emergent() -> None:
    patient = lab(Patient(), "PLAT", -1, "60", "10^9/L", "150", "400")
    lab(patient, "PLAT", 20, "55", "10^9/L", "150", "400")
    assert rows_of(assess(patient), "PLT")[1]["TRTEMFL"] == "N"


def test_without_a_baseline_emergence_is_unknown_unless_the_grade_is_0() -> None:
    patient = lab(Patient(), "PLAT", 20, "60", "10^9/L", "150", "400")
    lab(patient, "PLAT", 30, "200", "10^9/L", "150", "400")
    assert [row["TRTEMFL"] for row in rows_of(assess(patient), "PLT")] == [None, "N"]


@pytest.mark.parametrize(
    ("cells", "reason", "problem"),
    [
        ({"value": "80", "unit": "U/L"}, "no_limit", None),
        ({"value": "80", "unit": "cells", "low": "5", "high": "40"}, "no_value", "unit_unknown"),
        ({"value": "<80", "unit": "U/L", "low": "5", "high": "40"}, "bound_only", None),
        ({"value": "80", "unit": "U/L", "low": "5", "high": "40", "LBDTC": on(20)[:7]}, "no_value", "partial_date"),
    ],
)
def test_rows_without_a_grade_stay_with_their_reason(cells: Any, reason: str, problem: str | None) -> None:
    patient = lab(Patient(), "ALT", -1, "20", "U/L", "5", "40")
    lab(patient, "ALT", 20, **cells)
    row = next(row for row in rows_of(assess(patient), "ALT") if row["ABLFL"] is None)
    assert (row["ATOXGR"], row["ATOXRSN"], row["PROBLEM"]) == (None, reason, problem)
    assert (row["ADT"] is None) == (problem == "partial_date")


def test_a_test_without_a_ladder_is_listed_without_a_grade() -> None:
    patient = lab(Patient(), "LDH", 20, "400", "U/L", "100", "250")
    row = rows_of(assess(patient), "LDH")[0]
    assert (row["ATOXGR"], row["ATOXRSN"], row["ATOXINP"], row["ANRIND"]) == (None, "no_ladder", None, "HIGH")


@pytest.mark.parametrize("protocol", [protocol_with(), protocol_graded(None)], ids=["no plan", "left open"])
def test_without_a_version_every_value_is_ungraded(protocol: Any) -> None:
    results = assess(with_enzymes(), protocol=protocol)
    assert set(results.adlb["ATOXRSN"]) == {"version_open"}
    assert results.adlb["ATOXGR"].null_count() == results.adlb.height
    assert results.worst == ()
    assert [finding.code for finding in results.findings] == (["L001"] if protocol.safety else [])


def test_without_laboratory_rows_the_table_has_its_columns() -> None:
    results = assess(Patient())
    assert results.adlb.height == 0
    assert dict(results.adlb.schema) == ADLB_SCHEMA
    assert results.worst == ()
    assert results.liver.candidates.height == 0


def test_a_patient_without_a_dose_has_nothing_after_it() -> None:
    results = assess(enzymes(Patient(dosed=False), 20, "900", "90"))
    assert results.adlb["TRTEMFL"].null_count() == 3
    assert results.worst == ()


@pytest.mark.parametrize(
    ("term", "grade", "found"),
    [
        ("Palmar-plantar erythrodysesthesia syndrome", "4", ["L010"]),
        ("Palmar-plantar erythrodysesthesia syndrome", "3", []),
        ("nausea", "4", ["L010"]),
        ("Febrile neutropenia", "2", ["L010"]),
        ("Vomiting", "4", []),
        ("Nausea", "5", []),
        ("A term of another list", "4", []),
    ],
)
def test_a_grade_that_the_term_does_not_have(term: str, grade: str, found: list[str]) -> None:
    patient = Patient().add("AE", AETERM=term, AETOXGR=grade, AESTDTC=on(20))
    assert [finding.code for finding in assess(patient).findings] == found

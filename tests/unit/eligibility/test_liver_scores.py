"""Child-Pugh under each version of the table, ALBI and its grades, BCLC, clearance, body size."""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hand_made import Patient, on, one, screen_of, verdicts

from onearm.measure.scores import (
    albi_at_most,
    albi_exactly,
    albi_millionths,
    bclc_mask,
    body_mass_index,
    body_surface,
    creatinine_clearance,
)
from onearm.reference.child_pugh import child_pugh_class, child_pugh_tables

MILLION = 1_000_000
B7 = "{variable: child_pugh, one_of: [A5, A6, B7]}"


def patient_with(
    bilirubin: str | None = "20", albumin: str | None = "40", inr: str | None = "1.0", ascites: str | None = "1",
    encephalopathy: str | None = "1",
) -> Patient:  # fmt: skip
    patient = Patient()
    for test, value, unit in (("BILI", bilirubin, "umol/L"), ("ALB", albumin, "g/L"), ("INR", inr, "ratio")):
        patient = patient if value is None else patient.lab(test, value, unit)
    for test, value in (("CPS0101", encephalopathy), ("CPS0102", ascites)):
        patient = patient if value is None else patient.ask(test, value, category="CHILD-PUGH")
    return patient


def score_of(patient: Patient, version: str) -> str:
    return str(screen_of(B7, patient, child_pugh=version).table["VALUE"].item())


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({"bilirubin": "33.9"}, "A5"), ({"bilirubin": "34"}, "A6"), ({"bilirubin": "51"}, "A6"),
        ({"bilirubin": "51.1"}, "B7"), ({"albumin": "35.1"}, "A5"), ({"albumin": "35"}, "A6"),
        ({"albumin": "28"}, "A6"), ({"albumin": "27.9"}, "B7"), ({"inr": "1.69"}, "A5"), ({"inr": "1.7"}, "A6"),
        ({"inr": "2.3"}, "A6"), ({"inr": "2.31"}, "B7"), ({"ascites": "2"}, "A6"), ({"ascites": "3"}, "B7"),
        ({"ascites": "MODERATE TO SEVERE"}, "B7"), ({"encephalopathy": "GRADE 1-2"}, "A6"),
        ({"bilirubin": "60", "albumin": "20", "inr": "3", "ascites": "3", "encephalopathy": "3"}, "C15"),
    ],
)  # fmt: skip
def test_points_on_both_sides_of_each_limit(values: dict[str, str], score: str) -> None:
    assert score_of(patient_with(**values), "albumin-28") == score


def test_the_versions_part_at_albumin_29_and_bilirubin_34() -> None:
    seven = {"bilirubin": "40", "albumin": "29"}
    assert score_of(patient_with(**seven), "albumin-28") == "B7"
    assert score_of(patient_with(**seven), "albumin-30") == "B8"
    assert score_of(patient_with(bilirubin="34.5"), "albumin-28") == "A6"
    assert score_of(patient_with(bilirubin="34.5"), "bilirubin-35") == "A5"


def test_without_a_version_a_patient_in_whom_they_differ_stays_unknown_and_both_are_shown() -> None:
    differing = screen_of(B7, patient_with(bilirubin="40", albumin="29"))
    row = differing.table.row(0, named=True)
    assert (row["VERDICT"], row["REASON"], row["VALUE"]) == ("unknown", "versions_differ", "B7 or B8")
    assert row["NOTE"] == "B7 under albumin-28, B8 under albumin-30, B7 under bilirubin-35"
    assert "none named" in row["UNCONFIRMED"]
    agreeing = screen_of(B7, patient_with(bilirubin="40"))
    assert (verdicts(agreeing), agreeing.table["VALUE"].item()) == (["met"], "A6")
    assert verdicts(screen_of(B7, patient_with(bilirubin="40", albumin="29"), child_pugh="albumin-28")) == ["met"]


def test_the_unconfirmed_version_says_so() -> None:
    marks = screen_of(B7, patient_with(), child_pugh="bilirubin-35").table["UNCONFIRMED"].item()
    assert "bilirubin" in marks
    assert screen_of(B7, patient_with(), child_pugh="albumin-28").table["UNCONFIRMED"].item() is None


def test_known_components_may_decide_without_the_missing_one() -> None:
    assert one(B7, patient_with(ascites=None), child_pugh="albumin-28") == ("met", "")
    eight = {"bilirubin": "60", "albumin": "20", "encephalopathy": None}
    assert one(B7, patient_with(**eight), child_pugh="albumin-28") == ("not_met", "")
    assert one(B7, patient_with(bilirubin="40", ascites=None), child_pugh="albumin-28")[0] == "unknown"


def test_a_bound_counts_as_far_as_it_decides() -> None:
    assert score_of(patient_with(inr="<1.7"), "albumin-28") == "A5"
    assert score_of(patient_with(inr="<1.8"), "albumin-28") == "A5 or A6"


def test_the_prothrombin_time_stands_in_for_a_missing_ratio() -> None:
    declared = "pt_prolongation: {from: LB, where: {LBTESTCD: [PTDIFF]}, take: number, column: LBSTRESN, unit: s}"
    patient = patient_with(inr=None).lab("PTDIFF", "6.1", "s")
    assert screen_of(B7, patient, variables=declared, child_pugh="albumin-28").table["VALUE"].item() == "B7"


def test_the_recorded_score_stands_where_components_leave_it_open_and_is_held_against_them() -> None:
    def recorded(patient: Patient, score: str) -> Patient:
        return patient.ask("CHPSCORE", score, category="CHILD-PUGH")

    assert one(B7, recorded(Patient(), "7")) == ("met", "")
    assert one(B7, recorded(Patient(), "B8")) == ("not_met", "")
    assert screen_of(B7, recorded(patient_with(ascites=None, bilirubin="40"), "7")).table["VALUE"].item() == "B7"
    differing = screen_of(B7, recorded(patient_with(), "8"), child_pugh="albumin-28")
    assert (verdicts(differing), differing.table["REASON"].item()) == (["unknown"], "recorded_differs")
    assert [f.code for f in differing.findings if f.code == "E003"] == ["E003"]
    assert {f.values["recorded"] for f in differing.findings if f.code == "E003"} == {"B8"}


def test_class_and_score_are_of_the_same_components() -> None:
    patient = patient_with(bilirubin="60", albumin="20")
    for rule, expected in (
        ("{variable: child_pugh_class, one_of: [B]}", "met"), ("{variable: child_pugh_score, at_most: 8}", "not_met"),
        ("{variable: child_pugh_score, at_most: 9, more_than: 8}", "met"),
        ("{variable: child_pugh_class, none_of: [B]}", "not_met"),
    ):  # fmt: skip
        assert one(rule, patient, child_pugh="albumin-28")[0] == expected
    assert [child_pugh_class(score) for score in range(5, 16)] == list("AABBBCCCCCC")
    assert len(child_pugh_tables()) == 3


def whole(values: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([int(Decimal(value) * MILLION) for value in values], np.int64)


def test_albi_of_two_worked_examples() -> None:
    numbers = albi_millionths(whole(["20.52", "10"]), whole(["35", "40"]), np.array([True, True]))
    assert [round(low / MILLION, 3) for low in numbers.low.tolist()] == [-2.109, -2.740]


def test_albi_grades_near_their_limits_are_decided_to_fifty_digits() -> None:
    # For each albumin the bilirubin on the limit, and the whole millionths on both sides of it.
    for limit in (Decimal("-2.60"), Decimal("-2.27"), Decimal("-1.39")):
        for albumin in range(20 * MILLION, 50 * MILLION, 1_700_003):
            on_limit = 10 ** ((float(limit) + 0.085 * albumin / MILLION) / 0.66) * MILLION
            for bilirubin in range(max(1, math.floor(on_limit) - 2), math.floor(on_limit) + 4):
                exact = albi_exactly(bilirubin, albumin) <= limit
                found = albi_at_most(np.array([bilirubin]), np.array([albumin]), limit)
                assert bool(found[0]) == exact


@pytest.mark.parametrize(
    ("albumin", "grade", "modified"), [("45", "1", "1"), ("38", "2", "2a"), ("34", "2", "2b"), ("20", "3", "3")]
)
def test_albi_grades(albumin: str, grade: str, modified: str) -> None:
    patient = Patient().lab("BILI", "10", "umol/L").lab("ALB", albumin, "g/L")
    rules = "{variable: albi_grade, one_of: ['1']}\n{variable: malbi_grade, one_of: [2a]}"
    values = screen_of(rules, patient).table["VALUE"].to_list()
    assert values == [grade, modified]


def test_clearance_and_body_size_are_exact() -> None:
    # (140 - 60)·72 / (72·1 mg/dL) = 80 mL/min; 88.4 µmol/L are 1 mg/dL.
    age, weight, creatinine = whole(["60", "60"]), whole(["72", "72"]), whole(["88.4", "88.4"])
    found = creatinine_clearance(age, weight, creatinine, np.array([False, True]))
    assert (found.low.tolist(), found.low_open.tolist()) == ([80 * MILLION, 68 * MILLION], [False, False])
    index = body_mass_index(whole(["64"]), whole(["160"]))
    assert (index.low.tolist(), index.low_open.tolist()) == ([25 * MILLION], [False])
    surface = body_surface(whole(["80", "70"]), whole(["180", "175"]))
    assert surface.low.tolist()[0] == 2 * MILLION
    assert surface.low_open.tolist() == [False, True]
    assert (
        Fraction(surface.low.tolist()[1]) ** 2
        < Fraction(70 * 175, 3600) * MILLION**2
        < (surface.low.tolist()[1] + 1) ** 2
    )


def test_clearance_needs_every_part() -> None:
    rule = "{variable: crcl, at_least: 60}"
    patient = Patient(AGE="60", AGEU="YEARS", SEX="M").lab("CREAT", "88.4", "umol/L")
    assert one(rule, patient) == ("unknown", "component_missing")
    assert one(rule, patient.vital("WEIGHT", "54", "kg")) == ("met", "")
    assert "88.4" in screen_of(rule, patient).table["UNCONFIRMED"].item()


def test_bclc_by_its_inputs_and_with_some_of_them_open() -> None:
    # ecog bits 0, 1-2, 3-4; end stage, invasion, spread bits no, yes; tumour bits 0, A, B.
    cases = [
        ((1, 1, 1, 1, 1), 1), ((1, 1, 1, 1, 4), 4), ((2, 1, 1, 1, 1), 8), ((1, 1, 2, 1, 4), 8), ((1, 1, 1, 2, 7), 8),
        ((4, 1, 1, 1, 1), 16), ((1, 2, 2, 2, 7), 16), ((7, 1, 1, 2, 7), 24), ((1, 3, 1, 2, 7), 24),
        ((1, 1, 3, 1, 2), 10),
    ]  # fmt: skip
    columns = [np.array(column, np.int64) for column in zip(*(inputs for inputs, _ in cases), strict=True)]
    assert bclc_mask(*columns).tolist() == [expected for _, expected in cases]


def test_spread_outside_the_liver_makes_stage_c_or_d() -> None:
    rule = "{variable: bclc, one_of: [C]}"
    spread = patient_with().add("TU", TULNKID="T1", TUORRES="TARGET", TULOC="LYMPH NODE, LIVER HILUM", TUDTC=on(-9))
    assert one(rule, spread) == ("unknown", "component_missing")
    assert one(rule, spread.ask("ECOG101", "1")) == ("met", "")
    assert one("{variable: bclc, none_of: [A, B]}", Patient().ask("BCLC", "B", category="BCLC"))[0] == "not_met"

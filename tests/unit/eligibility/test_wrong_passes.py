"""Ways in which an unknown could pass as met: each one stays unknown, or is shown as unconfirmed."""

from __future__ import annotations

import pytest
from hand_made import Patient, on, one, screen_of, verdicts

BLEEDING = "bleeding: {from: MH, where: {MHTERM: [Variceal bleeding]}, take: exists}"
NO_BLEEDING = "{kind: exclusion, variable: bleeding, within: 6 months}"


@pytest.mark.parametrize(("day", "said"), [(-10, "met"), (-182, "met"), (-183, "unknown"), (-700, "unknown")])
def test_a_denial_older_than_the_window_denies_nothing_in_it(day: int, said: str) -> None:
    patient = Patient().add("MH", MHTERM="Variceal bleeding", MHOCCUR="N", MHSTDTC=on(day))
    assert one(NO_BLEEDING, patient, BLEEDING)[0] == said


def test_tablets_that_began_after_registration_say_nothing_of_the_weeks_before() -> None:
    variable = "sorafenib: {from: CM, where: {CMTRT: [Sorafenib]}, take: covered_days}"
    rule = "{variable: sorafenib, at_most: 5, window: 28 days}"
    later = Patient().add("CM", CMTRT="Sorafenib", CMSTDTC=on(3), CMENDTC=on(20))
    assert one(rule, later, variable) == ("unknown", "no_value")
    before = Patient().add("CM", CMTRT="Sorafenib", CMSTDTC=on(-3), CMENDTC=on(-1))
    assert one(rule, before, variable)[0] == "met"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([("Y", -1), ("N", -1)], "unknown"),
        ([("N", -1), ("Y", -1)], "unknown"),
        ([("N", -2), ("Y", -1)], "met"),
        ([("Y", -2), ("N", -1)], "not_met"),
        ([("NA", -1), ("Y", -1)], "met"),
    ],
)
def test_answers_that_contradict_each_other_leave_a_computed_criterion_open(
    answers: list[tuple[str, int]], said: str
) -> None:
    patient = Patient(AGE="50", AGEU="YEARS")
    for visit, (says, day) in enumerate(answers):
        patient.add("IE", IETESTCD="C0", IECAT="INCLUSION", IEORRES=says, VISITNUM=str(visit), IEDTC=on(day))
    assert one("{variable: age, at_least: 18}", patient)[0] == said


def test_an_answer_of_a_partial_date_may_be_the_last_one() -> None:
    patient = Patient()
    for visit, (says, date) in enumerate((("Y", on(-5)), ("N", "2025-03"))):
        patient.add("IE", IETESTCD="C0", IECAT="INCLUSION", IEORRES=says, VISITNUM=str(visit), IEDTC=date)
    assert one("{judged_by: investigator}", patient) == ("unknown", "several_answers")


def liver(albumin: str, **more: str) -> Patient:
    patient = Patient().lab("BILI", "10", "umol/L").lab("ALB", albumin, "g/L").lab("INR", "1.0", "ratio")
    patient.ask("CPS0102", "SEVERE", category="CHILD-PUGH").ask("CPS0101", "NONE", category="CHILD-PUGH")
    for test, value in more.items():
        patient.ask(test, value, category="CHILD-PUGH")
    return patient


def test_a_recorded_score_does_not_choose_the_version_of_the_table() -> None:
    rule = "{variable: child_pugh_score, at_most: 8}"
    patient = liver("29", CHPSCORE="8")
    assert one(rule, patient) == ("unknown", "versions_differ")
    assert one(rule, patient, child_pugh="albumin-28")[0] == "met"
    assert one(rule, patient, child_pugh="albumin-30")[0] in ("not_met", "unknown")
    assert one(rule, liver("36", CHPSCORE="7"))[0] == "met"


@pytest.mark.parametrize(
    ("unit", "value", "marked"), [("mg/dL", "1.0", True), ("umol/L", "88.4", False), ("mmol/L", "0.088", False)]
)
def test_a_value_converted_by_an_unconfirmed_factor_is_marked_in_its_patient_alone(
    unit: str, value: str, marked: bool
) -> None:
    own = Patient("P-1").lab("CREAT", value, unit)
    other = Patient("P-2").lab("CREAT", "90", "umol/L")
    made = screen_of("{variable: creat, at_most: 110, unit: umol/L}", own, other)
    assert verdicts(made) == ["met", "met"]
    first, second = made.table["UNCONFIRMED"].to_list()
    assert (first is not None and "CREAT" in first) is marked
    assert second is None
    assert bool(made.criteria[0].unconfirmed) is marked


def test_a_multiple_of_the_limit_of_its_own_row_needs_no_factor() -> None:
    patient = Patient().lab("CREAT", "1.5", "mg/dL", LBSTNRHI="1.0")
    made = screen_of("{variable: creat, at_most: 1.5, unit: xULN}", patient)
    assert verdicts(made) == ["met"]
    assert made.table["UNCONFIRMED"].to_list() == [None]


@pytest.mark.parametrize(
    ("standard", "number", "collected", "said"),
    [
        (">20", None, ">20", "unknown"),
        ("20", "20", ">20", "unknown"),
        (">20 IU/mL", "20", ">20 IU/mL", "unknown"),
        ("≥20", "20", "≥20", "unknown"),
        ("≥25", "25", "≥25", "unknown"),
        (">25", None, ">25", "not_met"),
        ("25", "25", "> 25", "not_met"),
        ("≤20", "20", "≤20", "met"),
        ("20", "20", "20", "met"),
    ],
)
def test_a_bound_is_one_in_whatever_form_it_stands(
    standard: str, number: str | None, collected: str, said: str
) -> None:
    cells = {"LBORRES": collected, "LBSTRESC": standard, "LBSTRESN": number, "LBSTRESU": "IU/mL"}
    patient = Patient().add("LB", LBTESTCD="HBVDNA", LBDTC=on(-3), **cells)
    assert one("{variable: hbvdna, at_most: 25, unit: IU/mL}", patient)[0] == said


@pytest.mark.parametrize(("day_of_rs", "said"), [(-2, "not_met"), (-20, "met"), (2, "met")])
def test_the_last_answer_counts_in_whichever_of_two_tables_it_stands(day_of_rs: int, said: str) -> None:
    patient = Patient().ask("ECOG", "1", day=-10)
    patient.add("RS", RSTESTCD="ECOG", RSORRES="2", RSSTRESC="2", RSDTC=on(day_of_rs))
    made = screen_of("{variable: ecog, one_of: ['0', '1']}", patient)
    assert verdicts(made) == [said]
    assert made.table["SRCDOM"].to_list() == ["QS" if said == "met" else "RS"]

"""Each error of the audit: a record that has it, and a twin that has not."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.audit import CHECKS, Audit, Fault, audit_records
from onearm.words.findings import FINDINGS


def entered(patient: Patient, visit: int, day: int, value: str, test: str = "OVRLRESP", **cells: str | None) -> Patient:
    where = {"VISITNUM": str(visit), "VISIT": f"SCAN {visit}", "RSDTC": on(day), "RSEVAL": "INVESTIGATOR"}
    return patient.add("RS", RSTESTCD=test, RSSTRESC=value, **{**where, **cells})


def course(sums: list[tuple[int, str]], said: list[str], best: str | None = None) -> Patient:
    """One target read on some days, the first its baseline; the overall responses entered from the second on."""
    patient = Patient().sums(*sums)
    for visit, ((day, _), word) in enumerate(zip(sums[1:], said, strict=True), start=2):
        entered(patient, visit, day, word)
    if best is not None:
        patient.add("RS", RSTESTCD="BESTRESP", RSSTRESC=best, RSDTC=on(sums[-1][0]), RSEVAL="INVESTIGATOR")
    return patient


def audit(*patients: Patient, **options: object) -> Audit:
    return audit_records(records_of(*patients), protocol_with(**options), CUTOFF)


def found(*patients: Patient, **options: object) -> list[tuple[str, str]]:
    """Code and visit of every fault."""
    return [(fault.finding.code, fault.visit) for fault in audit(*patients, **options).faults]


def only(*patients: Patient, **options: object) -> Fault:
    faults = audit(*patients, **options).faults
    assert len(faults) == 1, [str(fault.finding) for fault in faults]
    return faults[0]


RESPONSE = [(0, "100"), (63, "60"), (126, "60")]


def test_a_sound_course_has_no_fault() -> None:
    assert found(course(RESPONSE, ["PR", "PR"], "PR")) == []


def test_an_unconfirmed_response_recorded_as_best_response() -> None:
    fault = only(course([(0, "100"), (63, "60"), (126, "130")], ["PR", "PD"], "PR"))
    assert (fault.finding.code, fault.finding.severity, fault.subject) == ("A201", "error", "P-1")
    assert fault.finding.values["right"] == "SD" and "no later visit confirms it" in fault.finding.found
    assert found(course([(0, "100"), (63, "60"), (126, "130")], ["PR", "PD"], "SD")) == []


def test_a_cr_seen_once_is_no_best_response_where_only_pr_is_confirmed() -> None:
    sums = [(0, "100"), (63, "60"), (126, "0"), (189, "130")]
    assert found(course(sums, ["PR", "CR", "PD"], "CR")) == [("A201", "")]
    assert found(course(sums, ["PR", "CR", "PD"], "PR")) == []


def test_a_response_that_nothing_confirms_is_told_where_no_best_response_is_recorded() -> None:
    patient = course([(0, "100"), (63, "60"), (126, "130")], ["PR", "PD"])
    fault = only(patient)
    assert (fault.finding.code, fault.finding.severity, fault.visit) == ("A202", "warning", "2")
    assert found(patient, confirmation="not_required") == []


@pytest.mark.parametrize(("gap", "codes"), [(27, [("A215", "3")]), (28, [])])
def test_a_confirmation_sooner_than_the_minimum(gap: int, codes: list[tuple[str, str]]) -> None:
    sums = [(0, "100"), (63, "60"), (63 + gap, "60"), (200, "130")]
    assert found(course(sums, ["PR", "PR", "PD"], "PR")) == codes


@pytest.mark.parametrize(("day", "codes"), [(55, [("A216", "2")]), (56, [])])
def test_stable_disease_before_its_minimum(day: int, codes: list[tuple[str, str]]) -> None:
    assert found(course([(0, "100"), (day, "95"), (80, "130")], ["SD", "PD"], "SD")) == codes
    assert found(course([(0, "100"), (day, "95")], ["SD"])) == codes


def test_patients_without_an_assessment_stay_in_the_denominator() -> None:
    responder = course(RESPONSE, ["PR", "PR"])
    died = Patient("P-2").sums((0, "50"))
    died.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(30))
    report = audit(responder, died)
    assert [(fault.finding.code, fault.subject) for fault in report.faults] == [("A203", "P-2")]
    assert f"died on {on(30)}" in report.faults[0].finding.found
    assert "1/2 = 50.0 %" in report.faults[0].finding.found and "1/1 = 100.0 %" in report.faults[0].finding.found
    assert report.rates is not None and report.rates.assessed == ("P-1",)
    scanned = Patient("P-2").sums((0, "50"), (40, "65"))
    assert found(responder, entered(scanned, 2, 40, "PD")) == []


def test_a_response_confirmed_only_after_a_new_therapy() -> None:
    patient = course(RESPONSE, ["PR", "PR"], "PR")
    patient.add("CM", CMTRT="SORAFENIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    codes = found(patient)
    assert codes == [("A204", "3")]
    assert found(patient, response_after_new_therapy="included") == []


@pytest.mark.parametrize(("day", "is_late"), [(364, False), (366, True)])
def test_a_response_after_the_window(day: int, is_late: bool) -> None:
    """The protocol's window ends twelve calendar months after the first dose: 4 March 2025, day 365."""
    patient = course([(0, "100"), (63, "95"), (day - 60, "60"), (day, "60")], ["SD", "PR", "PR"], "PR")
    assert found(patient) == ([("A204", "4")] if is_late else [])


def test_a_response_after_progression() -> None:
    sums = [(0, "100"), (63, "130"), (126, "60"), (189, "60")]
    assert found(course(sums, ["PD", "PR", "PR"], "PR")) == [("A201", ""), ("A204", "3")]
    assert found(course(sums, ["PD", "PR", "PR"], "PD")) == []


@pytest.mark.parametrize(
    ("mm", "word", "how"),
    [
        ("70.4", "PR", "percentage rounded"),
        ("70.1", "PR", "percentage rounded"),
        ("70", "PR", None),
        ("69.9", "PR", None),
        ("70", "SD", None),
        ("70.6", "PR", None),
    ],
)
def test_thirty_percent_by_rounding(mm: str, word: str, how: str | None) -> None:
    faults = audit(course([(0, "100"), (63, mm), (126, "100")], [word, "SD"])).faults
    rounded = [fault for fault in faults if fault.check == "rounding"]
    assert [how in fault.finding.found for fault in rounded] == ([True] if how else [])


def test_an_exact_twenty_percent_lost_in_binary() -> None:
    """50.4 - 42.0 over 42.0 is 20 % in tenths of a millimetre and less in binary fractions."""
    fault = only(course([(0, "42"), (63, "50.4")], ["SD"]))
    assert fault.finding.code == "A205" and "binary" in fault.finding.found
    assert fault.finding.values["right"] == "PD"
    assert found(course([(0, "42"), (63, "50.4")], ["PD"])) == []


def test_twenty_percent_by_rounding() -> None:
    assert found(course([(0, "100"), (63, "119.6")], ["PD"])) == [("A205", "2")]
    assert found(course([(0, "100"), (63, "120")], ["PD"])) == []


def test_lengths_rounded_before_they_are_added() -> None:
    patient = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "20").length("T02", 1, 0, "20")
    patient.length("T01", 2, 63, "14.4").length("T02", 2, 63, "14.4")
    fault = only(entered(patient, 2, 63, "PR", "TRGRESP"))
    assert fault.finding.code == "A205" and "whole millimetres" in fault.finding.found


def test_progression_judged_against_baseline() -> None:
    sums = [(0, "100"), (63, "50"), (126, "70")]
    fault = only(course(sums, ["PR", "PR"], "SD"))
    assert (fault.finding.code, fault.visit) == ("A206", "3")
    assert fault.finding.values["from_nadir"] == "+40.00 %" and fault.finding.values["from_baseline"] == "-30.00 %"
    assert fault.finding.values["nadir_visit"] == "SCAN 2"
    assert found(course(sums, ["PR", "PD"], "SD")) == []


@pytest.mark.parametrize(("mm", "codes"), [("24.9", [("A207", "3")]), ("25", [])])
def test_progression_without_five_millimetres(mm: str, codes: list[tuple[str, str]]) -> None:
    assert found(course([(0, "40"), (63, "20"), (126, mm)], ["PR", "PD"], "SD")) == codes


def test_progression_explained_by_a_new_lesion_needs_no_five_millimetres() -> None:
    patient = course([(0, "40"), (63, "20"), (126, "24.9")], ["PR", "PD"], "SD")
    patient.lesion("N01", "NEW").state("N01", 3, 126, "UNEQUIVOCAL", kind="NEW")
    assert found(patient) == []


@pytest.mark.parametrize(
    ("mm", "place", "test", "is_fault"),
    [
        ("9.9", "LIVER", "LDIAM", True),
        ("10", "LIVER", "LDIAM", False),
        ("14.9", "LYMPH NODE", "LPERP", True),
        ("15", "LYMPH NODE", "LPERP", False),
        ("40", "PORTAL VEIN THROMBUS", "LDIAM", True),
        ("40", "ASCITES", "LDIAM", True),
    ],
)
def test_a_target_that_is_not_measurable(mm: str, place: str, test: str, is_fault: bool) -> None:
    patient = Patient().lesion("T01", place=place).length("T01", 1, 0, mm, test).length("T01", 2, 63, mm, test)
    assert [code for code, _ in found(patient)] == (["A208"] if is_fault else [])


def _node(mm: str) -> Patient:
    patient = Patient().lesion("T01", place="LYMPH NODE").length("T01", 1, 0, "20", "LPERP")
    return patient.length("T01", 2, 63, mm, "LPERP").length("T01", 3, 126, mm, "LPERP")


def test_a_complete_response_with_a_node_of_ten_millimetres() -> None:
    for mm, expected in (("10", [("A209", "2"), ("A209", "3")]), ("9.9", [])):
        patient = _node(mm)
        assert found(entered(entered(patient, 2, 63, "CR"), 3, 126, "CR")) == expected


def test_a_complete_response_denied_for_a_normal_node() -> None:
    patient = entered(entered(_node("9"), 2, 63, "PR"), 3, 126, "CR")
    assert found(patient) == [("A211", "2")]


def _with_non_target(word: str, said: str) -> Patient:
    patient = Patient().lesion("T01").lesion("NT01", "NON-TARGET").length("T01", 1, 0, "40")
    patient.state("NT01", 1, 0, "PRESENT", kind="NON-TARGET")
    for visit, day in ((2, 63), (3, 126)):
        patient.length("T01", visit, day, "0" if said == "CR" else "20")
        entered(patient.state("NT01", visit, day, word, kind="NON-TARGET"), visit, day, said)
    return patient


def test_a_complete_response_with_a_non_target_left() -> None:
    assert found(_with_non_target("PRESENT", "CR")) == [("A209", "2"), ("A209", "3")]
    assert found(_with_non_target("ABSENT", "CR")) == []


def test_a_response_denied_for_an_unread_non_target() -> None:
    assert found(_with_non_target("NOT EVALUABLE", "NE")) == [("A210", "2"), ("A210", "3")]
    assert found(_with_non_target("NOT EVALUABLE", "PR")) == []


def test_a_response_from_an_incomplete_sum() -> None:
    def patient(word: str) -> Patient:
        made = Patient().lesion("T01").lesion("T02").length("T01", 1, 0, "40").length("T02", 1, 0, "40")
        made.length("T01", 2, 63, "30").not_done("T02", 2, 63)
        made.length("T01", 3, 80, "30").length("T02", 3, 80, "40")
        return entered(entered(made, 2, 63, word), 3, 80, "SD")

    fault = only(patient("PR"), confirmation="not_required")
    assert (fault.finding.code, fault.visit) == ("A212", "2")
    assert fault.finding.values["missing"] == "T02"
    assert found(patient("NE")) == []


def test_a_new_lesion_without_progression() -> None:
    def patient(word: str) -> Patient:
        made = course([(0, "100"), (63, "60")], [word])
        return made.lesion("N01", "NEW").state("N01", 2, 63, "UNEQUIVOCAL", kind="NEW")

    assert found(patient("PR"), confirmation="not_required") == [("A213", "2")]
    assert found(patient("PD")) == []


def test_an_equivocal_new_lesion_dates_back() -> None:
    def patient(word: str) -> Patient:
        made = course([(0, "100"), (63, "95"), (126, "95")], ["SD", word])
        made.lesion("N01", "NEW").state("N01", 2, 63, "EQUIVOCAL", kind="NEW")
        return made.state("N01", 3, 126, "UNEQUIVOCAL", kind="NEW")

    fault = only(patient("PD"))
    assert (fault.finding.code, fault.visit) == ("A214", "2")
    assert fault.finding.values["later_date"] == on(126)
    assert found(patient("PD"), equivocal_new_lesion_date="when_confirmed") == []
    assert ("A213", "3") in found(patient("SD"))


def test_each_reader_is_judged_by_his_own_lesions() -> None:
    patient = course(RESPONSE, ["PR", "PR"])
    for visit, (day, mm) in enumerate(RESPONSE, start=1):
        patient.length("T01", visit, day, mm, TREVAL="INDEPENDENT ASSESSOR", TREVALID="R1")
        patient.length("T01", visit, day, "100", TREVAL="INDEPENDENT ASSESSOR", TREVALID="R2")
    for visit, day in ((2, 63), (3, 126)):
        entered(patient, visit, day, "PR", RSEVAL="INDEPENDENT ASSESSOR", RSEVALID="R1")
        entered(patient, visit, day, "CR", RSEVAL="INDEPENDENT ASSESSOR", RSEVALID="R2")
    report = audit(patient)
    assert [(fault.finding.code, fault.reading) for fault in report.faults] == [
        ("A209", "INDEPENDENT ASSESSOR, R2"),
        ("A209", "INDEPENDENT ASSESSOR, R2"),
    ]
    assert [reading.reader for reading in report.readings] == [None, "R1", "R2"]


def test_the_cut_hides_what_is_later() -> None:
    patient = course([(0, "100"), (63, "50"), (126, "70")], ["PR", "PR"], "SD")
    records = records_of(patient)
    early = audit_records(records, protocol_with(), dt.date.fromisoformat(on(100)))
    assert "A206" not in {fault.finding.code for fault in early.faults}


def test_without_responses_entered_most_checks_say_that_they_were_not_made() -> None:
    report = audit(Patient().sums(*RESPONSE))
    states = {state.check.name: state for state in report.states}
    assert [name for name, state in states.items() if state.done] == ["denominator", "measurable"]
    assert states["nadir"].lacks == ("entered",)


def test_records_without_lesions_are_judged_by_what_was_entered() -> None:
    patient = Patient()
    for visit, (day, word) in enumerate([(63, "PR"), (126, "SD")], start=2):
        entered(patient, visit, day, word)
    assert found(patient) == [("A202", "2")]


def test_every_code_belongs_to_one_check() -> None:
    codes = [code for check in CHECKS for code in check.codes]
    assert sorted(codes) == sorted(code for code in FINDINGS if code.startswith("A2"))


def test_without_lesions_no_check_of_the_lesions_says_that_it_found_nothing() -> None:
    patient = Patient()
    for visit, (day, word) in enumerate([(63, "PR"), (126, "SD")], start=2):
        entered(patient, visit, day, word)
    states = {state.check.name: state for state in audit(patient).states}
    unable = {name for name, state in states.items() if not state.done and "lesions" in state.lacks}
    assert {"rounding", "nadir", "measurable", "absolute_increase"} <= unable, states
    assert states["unconfirmed"].done and states["unconfirmed"].found == 1

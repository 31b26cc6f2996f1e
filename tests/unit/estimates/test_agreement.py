"""Entered against derived, and reader against reader."""

from __future__ import annotations

import polars as pl
import pytest
from small_patients import CUTOFF, FIRST_DOSE, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.derive.days import day_number
from onearm.estimates.agreement import Comparison, compare_derivations, compare_readings
from onearm.protocol.variant import Variant


def entered(patient: Patient, visit: int, day: int, value: str, test: str = "OVRLRESP", **cells: str | None) -> Patient:
    where = {"VISITNUM": str(visit), "VISIT": f"SCAN {visit}", "RSDTC": on(day), "RSEVAL": "INVESTIGATOR"}
    return patient.add("RS", RSTESTCD=test, RSSTRESC=value, **{**where, **cells})


def course(name: str, sums: list[tuple[int, str]], said: list[str], **cells: str | None) -> Patient:
    patient = Patient(name).sums(*sums)
    for visit, ((day, _), word) in enumerate(zip(sums[1:], said, strict=True), start=2):
        entered(patient, visit, day, word, **cells)
    return patient


def compare(*patients: Patient) -> Comparison:
    found = compare_readings(protocol_with(), records_of(*patients), CUTOFF)
    assert found is not None
    return found


SUMS = [(0, "100"), (63, "60"), (126, "60"), (189, "90")]


def test_records_with_one_reader_and_no_entered_response_have_nothing_to_compare() -> None:
    assert compare_readings(protocol_with(), records_of(Patient().sums(*SUMS)), CUTOFF) is None


def test_a_difference_names_visit_component_and_rule() -> None:
    patient = course("P-1", SUMS, ["PR", "PR", "SD"])
    entered(patient, 4, 189, "SD", "TRGRESP")
    entered(patient, 4, 189, "N", "NEWLPROG")
    comparison = compare(patient)
    assert len(comparison.compared) == 5
    assert [(d.visit, d.component, d.entered, d.derived, d.rule) for d in comparison.differences] == [
        ("4", "overall", "SD", "PD", "target_pd"),
        ("4", "target", "SD", "PD", "growth_over_nadir"),
    ]
    assert comparison.differences[0].row == 4


def test_an_entry_without_visit_number_is_matched_by_its_day() -> None:
    patient = Patient().sums(*SUMS)
    entered(patient, 0, 63, "SD", VISITNUM=None, VISIT=None)
    comparison = compare(patient)
    assert [(d.entered, d.derived) for d in comparison.differences if d.row] == [("SD", "PR")]
    assert comparison.agreements[0].visits.counts == ((0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 0), (0, 0, 0, 0))


def test_an_entry_at_a_visit_without_lesions_is_told() -> None:
    patient = Patient().sums(*SUMS)
    entered(patient, 9, 300, "PD")
    told = [(d.derived, d.rule) for d in compare(patient).differences if d.row]
    assert told == [("MISSING", "no_lesions_read")]


def test_a_continued_partial_response_is_no_difference() -> None:
    patient = course("P-1", [(0, "100"), (63, "68"), (126, "66"), (189, "72")], ["PR", "PR", "PR"])
    assert compare(patient).differences == ()


def test_pairs_of_categories_leave_out_what_is_not_evaluable() -> None:
    first = course("P-1", SUMS, ["PR", "NE", "PD"])
    second = course("P-2", [(0, "100"), (63, "95")], ["SD"])
    agreement = compare(first, second).agreements[0]
    assert agreement.id == "investigator-lesions.investigator-entered"
    assert agreement.visits.counts == ((0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    assert (agreement.visits.n_left_out, agreement.visits.n_agreed) == (1, 3)
    assert agreement.visits.kappa.value == 1


def test_dates_of_response_and_progression() -> None:
    one = course("P-1", SUMS, ["SD", "PR", "PD"])
    two = course("P-2", SUMS, ["PR", "PR", "SD"])
    three = course("P-3", SUMS, ["PR", "PR", "PD"])
    response, progression = compare(one, two, three).agreements[0].dates
    assert (response.event, response.later, response.same) == ("response", (("P-1", 63),), ("P-2", "P-3"))
    assert (progression.same, progression.only_first) == (("P-1", "P-3"), ("P-2",))
    assert (response.median_days, progression.median_days) == (0, 0)


def second_reader(patient: Patient, sums: list[tuple[int, str]]) -> Patient:
    for visit, (day, mm) in enumerate(sums, start=1):
        patient.length("T01", visit, day, mm, TREVAL="INDEPENDENT ASSESSOR", TREVALID="R1")
    return patient


def test_readers_are_compared_by_their_own_lesions() -> None:
    patients = [
        second_reader(Patient("P-1").sums(*SUMS), SUMS),
        second_reader(Patient("P-2").sums(*SUMS), [(0, "100"), (63, "95"), (126, "95"), (189, "99")]),
        second_reader(Patient("P-3").sums((0, "50"), (63, "70")), [(0, "50"), (63, "52")]),
        second_reader(Patient("P-4").sums((0, "50"), (63, "50")), [(0, "50"), (63, "50")]),
    ]
    comparison = compare(*patients)
    assert comparison.compared == ()
    (agreement,) = comparison.agreements
    assert agreement.id == "investigator-lesions.independent-r1-lesions"
    assert agreement.best.counts == ((0, 0, 0, 0), (0, 1, 1, 0), (0, 0, 1, 0), (0, 0, 1, 0))
    assert agreement.best.differing == ("P-2", "P-3")
    assert agreement.responders.value == pytest.approx(0.5)
    assert agreement.dates[1].only_first == ("P-2", "P-3")


def test_a_reader_whose_lesions_cannot_be_derived_is_named() -> None:
    patient = second_reader(Patient().sums(*SUMS), SUMS)
    patient.length("T01", 5, 200, "50", TREVAL="INDEPENDENT ASSESSOR", TREVALID="R1", TRDTC="2024-10")
    comparison = compare(patient)
    assert [reading.label for reading in comparison.unread] == ["INDEPENDENT ASSESSOR, R1"]


def test_an_adjudicator_who_only_entered_is_compared_by_what_he_entered() -> None:
    patient = course("P-1", SUMS, ["PR", "PR", "PD"])
    for visit, day, word in ((2, 63, "SD"), (3, 126, "PR"), (4, 189, "PD")):
        entered(patient, visit, day, word, RSEVAL="ADJUDICATOR")
    ids = [agreement.id for agreement in compare(patient).agreements]
    assert ids == ["investigator-lesions.investigator-entered", "investigator-lesions.adjudicator-entered"]


def test_two_derivations_of_the_same_lesions_are_compared_by_name() -> None:
    records = records_of(Patient("P-1").sums((0, "20"), (63, "24")), Patient("P-2").sums(*SUMS))
    strict, loose = (derive(protocol_with(pd_absolute_mm=mm), records, CUTOFF) for mm in (5, 0))
    agreement = compare_derivations(("with 5 mm", strict), ("without", loose))
    assert agreement is not None and agreement.id == "with-5-mm.without"
    assert agreement.best.differing == ("P-1",)
    assert agreement.best.counts == ((0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 1), (0, 0, 0, 0))
    assert agreement.dates[1].only_second == ("P-1",)


def test_a_visit_with_lesions_of_which_nothing_was_entered_is_a_row() -> None:
    """The progression of visit 4 that nobody entered is the difference that matters most."""
    patient = Patient().sums(*SUMS)
    for visit, day in ((2, 63), (3, 126)):
        entered(patient, visit, day, "PR")
    entered(patient, 4, 189, "PD", "TRGRESP")
    comparison = compare(patient)
    assert [(d.visit, d.component, d.entered, d.derived, d.rule, d.row) for d in comparison.differences] == [
        ("4", "overall", "NOT ENTERED", "PD", "target_pd", None)
    ]
    assert comparison.agreements[0].dates[1].only_first == ("P-1",)


def test_only_responses_by_the_protocols_criterion_are_compared() -> None:
    patient = course("P-1", SUMS, ["PR", "PR", "PD"], RSCAT="RECIST 1.1")
    for visit, day in ((2, 63), (3, 126), (4, 189)):
        entered(patient, visit, day, "CR", RSCAT="Modified RECIST")
    assert compare(patient).differences == ()
    entries = compare(patient).agreements[0].second.courses["P-1"]
    assert [response.submission_value for response in entries.visits.values()] == ["PR", "PR", "PD"]


def test_under_mrecist_the_responses_by_mrecist_are_compared() -> None:
    """Viable diameter halved, whole diameter as it was: PR by mRECIST, SD by RECIST."""
    patient = Patient()
    patient.lesion("T01")
    for visit, (day, viable) in enumerate([(0, "50"), (63, "20")], start=1):
        patient.length("T01", visit, day, "60")
        patient.length("T01", visit, day, viable, test="VDIAM")
    entered(patient, 2, 63, "PR", RSCAT="mRECIST")
    entered(patient, 2, 63, "SD", RSCAT="RECIST 1.1")
    by_mrecist = protocol_with()
    by_mrecist = by_mrecist.model_copy(update={"tumour": by_mrecist.tumour.model_copy(update={"criterion": "mrecist"})})
    found = compare_readings(by_mrecist, records_of(patient), CUTOFF)
    assert found is not None and [(d.entered, d.derived) for d in found.compared] == [("PR", "PR")]


@pytest.mark.parametrize(
    ("said", "procedure", "best", "progression"),
    [
        (["CR", "CR", "PR", "PR"], None, "CR", 189),
        (["SD", "PR", "PR", "PR"], ("RESECTION", 100), "SD", None),
    ],
)
def test_what_was_entered_says_what_an_analysis_of_it_says(
    said: list[str], procedure: tuple[str, int] | None, best: str, progression: int | None
) -> None:
    """Less than CR after a confirmed CR is a progression; a response after surgery counts for nothing."""
    sums = [(0, "60"), *((63 * i, "55") for i in range(1, 5))]
    patient = course("P-1", sums, said)
    if procedure is not None:
        patient.add("PR", PRTRT=procedure[0], PRDECOD=procedure[0], PRSTDTC=on(procedure[1]))
    by_entry = compare(patient).agreements[0].second.courses["P-1"]
    reported = derive(protocol_with(), records_of(patient), CUTOFF, Variant(source="reported"))
    rows = reported.adrs.filter(pl.col("PARAMCD") == "CBOR")
    assert by_entry.best.submission_value == rows["AVALC"].item() == best
    day = None if by_entry.progression_day is None else by_entry.progression_day - day_number(FIRST_DOSE)
    assert day == progression


def test_entries_that_contradict_each_other_are_named_and_still_listed() -> None:
    patient = course("P-1", SUMS, ["PR", "PR", "PD"])
    entered(patient, 3, 126, "SD", RSCAT="RECIST 1.1")
    comparison = compare(patient)
    assert [reading.label for reading in comparison.unread] == ["INVESTIGATOR"]
    assert [(d.visit, d.entered) for d in comparison.differences] == [("3", "SD")]
    assert comparison.agreements == ()


def test_a_patient_of_whom_nothing_was_entered_is_counted_as_without_a_pair() -> None:
    agreement = compare(course("P-1", SUMS, ["PR", "PR", "PD"]), Patient("P-2").sums(*SUMS)).agreements[0]
    assert (agreement.responders.n, agreement.in_one_only) == (1, ("P-2",))

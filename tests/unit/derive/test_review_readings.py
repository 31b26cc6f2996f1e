"""Merged lesions, words against lengths, wide visits, missing baselines, and whose list of lesions is read."""

from __future__ import annotations

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, responses

from onearm.derive import Derived
from onearm.errors import RecordsError, RefusedError
from onearm.protocol import Protocol


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


def two_targets(second: str = "LIVER") -> Patient:
    patient = Patient().lesion("T01").lesion("T02", place=second)
    return patient.length("T01", 1, 0, "40").length("T02", 1, 0, "20", "LDIAM" if second == "LIVER" else "LPERP")


# Merged lesions


def test_a_target_merged_into_nothing_is_missing_and_never_a_complete_response() -> None:
    derived = derive_of(Patient().lesion("T01").length("T01", 1, 0, "40").state("T01", 2, 63, "MERGED"))
    assert (responses(derived), responses(derived, "CBOR")) == (["NE"], ["NE"])
    finding = derived.findings[0]
    assert (finding.code, finding.place.row, finding.severity) == ("D016", 3, "warning")
    assert finding.values == {"lesion": "T01", "visit": "2"}


@pytest.mark.parametrize("gone", ["0", "ABSENT", "NOT EVALUABLE", "TREATED"])
def test_a_target_gone_and_another_merged_is_no_complete_response(gone: str) -> None:
    patient = two_targets().state("T02", 2, 63, "MERGED")
    patient = patient.length("T01", 2, 63, "0") if gone == "0" else patient.state("T01", 2, 63, gone)
    derived = derive_of(patient)
    assert (responses(derived, "TRGRESP"), codes(derived)) == (["NE"], ["D016"])
    rows = {row["PARAMCD"]: row for row in derived.adtr.filter(derived.adtr["VISITNUM"] == "2").iter_rows(named=True)}
    assert rows["SUMDIAM"]["COMPLETE"] == "N"
    lengths = derived.adtr.filter((derived.adtr["VISITNUM"] == "2") & (derived.adtr["LNKID"] == "T02"))
    assert lengths["AVAL"].to_list() == [None]


@pytest.mark.parametrize(("word", "expected"), [("30", "SD"), ("TOO SMALL TO MEASURE", "PR")])
def test_a_merged_target_beside_one_that_is_seen_counts_as_assessed(word: str, expected: str) -> None:
    patient = two_targets().state("T02", 2, 63, "MERGED")
    patient = patient.length("T01", 2, 63, "45") if word == "30" else patient.state("T01", 2, 63, word)
    derived = derive_of(patient)
    assert (responses(derived, "TRGRESP"), codes(derived)) == ([expected], [])
    assert derived.adtr.filter(derived.adtr["PARAMCD"] == "SUMDIAM")["COMPLETE"].to_list() == ["Y", "Y"]


@pytest.mark.parametrize(("merged", "carrier", "expected"), [("T02", "LYMPH NODE", "NE"), ("T03", "LIVER", "CR")])
def test_a_normal_node_carries_another_node_and_no_other_lesion(merged: str, carrier: str, expected: str) -> None:
    patient = Patient().lesion("T01", place="LYMPH NODE").length("T01", 1, 0, "20", "LPERP")
    patient.lesion(merged, place="LIVER" if merged == "T02" else "LYMPH NODE")
    patient.length(merged, 1, 0, "20", "LDIAM" if merged == "T02" else "LPERP")
    patient.length("T01", 2, 63, "8", "LPERP").state(merged, 2, 63, "MERGED")
    assert responses(derive_of(patient), "TRGRESP") == [expected]


# Words against lengths


def refused_records(patient: Patient) -> list[str]:
    with pytest.raises(RecordsError) as refused:
        records_of(patient)
    return [finding.code for finding in refused.value.findings]


@pytest.mark.parametrize(
    ("word", "mm", "code"),
    [
        ("ABSENT", "30", "R089"),
        ("NOT EVALUABLE", "30", "R096"),
        ("NOT EVALUABLE", "0", "R096"),
        ("MERGED", "28", "R096"),
        ("TOO SMALL TO MEASURE", "10", "R096"),
        ("TOO SMALL TO MEASURE", "28", "R096"),
    ],
)
@pytest.mark.parametrize("evaluator", ["INVESTIGATOR", None])
def test_a_word_and_a_length_of_a_target_that_exclude_each_other(
    word: str, mm: str, code: str, evaluator: str | None
) -> None:
    patient = Patient().sums((0, "40"), (63, mm)).state("T01", 2, 63, word, TREVAL=evaluator)
    assert refused_records(patient) == [code]


@pytest.mark.parametrize("word", ["ABSENT", "NOT EVALUABLE"])
def test_a_word_and_a_length_of_a_non_target_that_exclude_each_other(word: str) -> None:
    patient = Patient().lesion("NT01", "NON-TARGET").length("NT01", 1, 0, "30", kind="NON-TARGET")
    patient.length("NT01", 2, 63, "30", kind="NON-TARGET").state("NT01", 2, 63, word, "NON-TARGET")
    assert refused_records(patient) == ["R089" if word == "ABSENT" else "R096"]


@pytest.mark.parametrize(
    ("word", "mm", "found"),
    [
        ("TOO SMALL TO MEASURE", "9.9", []),
        ("TREATED", "20", ["R099"]),
        ("ABSENT", "0", []),
        ("PRESENT", "20", []),
    ],
)
def test_a_word_and_a_length_that_may_stand_together(word: str, mm: str, found: list[str]) -> None:
    patient = Patient().sums((0, "40"), (63, mm)).state("T01", 2, 63, word)
    records = records_of(patient)
    assert [finding.code for finding in records.findings] == found


def test_a_word_at_another_visit_or_by_another_reader_contradicts_nothing() -> None:
    patient = Patient().sums((0, "40"), (63, "30")).state("T01", 3, 126, "MERGED")
    patient.state("T01", 2, 63, "ABSENT", TREVAL="INDEPENDENT ASSESSOR")
    assert [finding.code for finding in records_of(patient).findings] == []


def node_gone(mm: str, test: str = "LPERP") -> Patient:
    patient = Patient().sums((0, "40"), (63, "20"))
    patient.lesion("NT01", "NON-TARGET", "LYMPH NODE").state("NT01", 1, 0, "PRESENT", "NON-TARGET")
    return patient.length("NT01", 2, 63, mm, test, "NON-TARGET").state("NT01", 2, 63, "ABSENT", "NON-TARGET")


def test_a_node_called_gone_may_keep_a_normal_short_axis() -> None:
    assert responses(derive_of(node_gone("9.9")), "NTRGRESP") == ["CR"]
    assert responses(derive_of(node_gone("12", "LDIAM")), "NTRGRESP") == ["CR"]
    with pytest.raises(RefusedError) as refused:
        derive_of(node_gone("10"))
    assert [(f.code, f.place.row, f.values["lesion"]) for f in refused.value.findings] == [("D017", 6, "NT01")]
    assert responses(derive_of(node_gone("10"), protocol=protocol_with(node_normal_below_mm=15)), "NTRGRESP") == ["CR"]


# Visits spread over many days


def with_window(days: int | None) -> Protocol:
    protocol = protocol_with()
    calendar = protocol.tumour.calendar
    assert calendar is not None
    tumour = protocol.tumour.model_copy(update={"calendar": calendar.model_copy(update={"window_days": days})})
    return protocol.model_copy(update={"tumour": tumour})


def spread(days: int, visit: int = 2) -> Patient:
    patient = Patient().lesion("T01").lesion("T02")
    for number, day in ((1, -28), (2, 63)):
        patient.length("T01", number, day, "40")
        patient.length("T02", number, day + (days if number == visit else 0), "20")
    return patient


@pytest.mark.parametrize(("window", "limit"), [(7, 14), (10, 20), (None, 28)])
def test_a_visit_over_more_days_than_twice_the_window_is_reported(window: int | None, limit: int) -> None:
    protocol = with_window(window)
    assert codes(derive_of(spread(limit), protocol=protocol)) == []
    finding = derive_of(spread(limit + 1), protocol=protocol).findings[0]
    assert (finding.code, finding.severity, finding.place.subject) == ("D018", "warning", "P-1")
    assert finding.values == {"visit": "2", "days": str(limit + 1), "limit": str(limit)}


def test_the_scans_of_a_baseline_may_lie_as_far_apart_as_its_window_is_long() -> None:
    assert codes(derive_of(spread(28, visit=1))) == []
    patient = spread(28, visit=1).lesion("T03", place="LUNG").length("T03", 1, -29, "10").length("T03", 2, 63, "10")
    assert codes(derive_of(patient)) == ["D013", "D018"]


# Without a baseline, or without any reading


def test_a_first_scan_after_the_reference_day_is_reported_as_no_baseline() -> None:
    derived = derive_of(Patient().sums((7, "40"), (63, "20")))
    assert [(f.code, f.place.subject, f.place.row, f.severity) for f in derived.findings] == [
        ("D019", "P-1", 2, "warning")
    ]
    assert responses(derived) == ["NE", "NE"]


def test_a_patient_whom_the_named_evaluator_never_read_is_reported() -> None:
    protocol = protocol_with(evaluator="independent")
    derived = derive_of(Patient().sums((0, "40"), (63, "20")), protocol=protocol)
    assert [(f.code, f.place.subject, f.values) for f in derived.findings] == [
        ("D029", "P-1", {"evaluator": "INDEPENDENT ASSESSOR"})
    ]
    assert codes(derive_of(Patient())) == ["D029"]
    assert codes(derive_of(Patient(dosed=False))) == []


# Whose list of lesions


def read_by_independent(evaluator: str | None, *, new: bool) -> Patient:
    patient = Patient().lesion("T01", place="LYMPH NODE", TUEVAL=evaluator)
    for visit, day, mm in ((1, 0, "20"), (2, 63, "12"), (3, 126, "12")):
        cells = {"TREVAL": "INDEPENDENT ASSESSOR"}
        patient.length("T01", visit, day, mm, "LPERP", **cells)
    if new:
        patient.lesion("NEW01", "NEW", "LUNG", TUEVAL=evaluator, VISITNUM="3", TUDTC=on(126))
    return patient


def test_another_evaluator_borrows_places_from_a_list_without_evaluator_but_no_new_lesion() -> None:
    protocol = protocol_with(evaluator="independent")
    lent = derive_of(read_by_independent(None, new=True), protocol=protocol)
    assert (responses(lent), codes(lent)) == (["PR", "PR"], [])
    own = derive_of(read_by_independent("INDEPENDENT ASSESSOR", new=True), protocol=protocol)
    assert responses(own) == ["PR", "PD"]


def test_an_evaluator_with_a_list_of_its_own_borrows_nothing() -> None:
    patient = read_by_independent("INDEPENDENT ASSESSOR", new=False)
    patient.lesion("T02", place="LYMPH NODE", TUEVAL=None)
    for visit, day in ((1, 0), (2, 63), (3, 126)):
        patient.length("T02", visit, day, "30", TREVAL="INDEPENDENT ASSESSOR")
    derived = derive_of(patient, protocol=protocol_with(evaluator="independent"))
    # T02 is a node in the nameless list alone: to the assessor it is a lesion of 30 mm by its longest diameter.
    assert (responses(derived), codes(derived)) == (["SD", "SD"], [])


def test_a_list_without_evaluator_is_the_investigators_own() -> None:
    patient = Patient().sums((0, "40"), (63, "39"), (126, "39"))
    patient.lesion("NEW01", "NEW", "LUNG", TUEVAL=None, VISITNUM="3", TUDTC=on(126))
    assert responses(derive_of(patient)) == ["SD", "PD"]


def test_a_partial_day_of_identification_matters_for_new_lesions_alone() -> None:
    patient = Patient().lesion("T01", TUDTC=on(0)[:7]).length("T01", 1, 0, "40").length("T01", 2, 63, "20")
    assert (responses(derive_of(patient)), codes(derive_of(patient))) == (["PR"], [])
    patient.lesion("NEW01", "NEW", "LUNG", VISITNUM="3", TUDTC=on(126)[:7])
    with pytest.raises(RefusedError) as refused:
        derive_of(patient)
    assert [finding.code for finding in refused.value.findings] == ["D001"]

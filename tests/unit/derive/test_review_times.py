"""Durations of responses that count, the set they describe, who is evaluable, and scan landmarks from the anchor."""

from __future__ import annotations

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, responses, subject_of, time_of

from onearm.derive import Derived, Refusal, trace
from onearm.estimates.results import Estimate
from onearm.estimates.sets import select_sets
from onearm.estimates.survival import estimate_times
from onearm.protocol import Protocol
from onearm.protocol.parts import AnalysisSets, Window


def with_endpoint(protocol: Protocol, key: str, **changes: object) -> Protocol:
    endpoints = {**protocol.endpoints, key: protocol.endpoints[key].model_copy(update=changes)}
    return protocol.model_copy(update={"endpoints": endpoints})


def start_of_response(derived: Derived, parameter: str) -> str:
    row = time_of(derived, parameter)
    return str((row["ADT"] if parameter == "TTR" else row["STARTDT"]).isoformat())


# Responses that a procedure let stand


def counted_before_tace() -> Patient:
    patient = Patient().sums((0, "100"), (63, "70"), (84, "80"), (105, "65"), (189, "110"))
    return patient.add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=on(110))


def test_a_response_counted_before_a_procedure_lasts_from_the_visit_that_was_counted() -> None:
    protocol = protocol_with(pr_continues="never")
    derived = derive_of(counted_before_tace(), protocol=protocol)
    best = derived.adrs.filter(derived.adrs["PARAMCD"] == "CBOR").row(0, named=True)
    assert (best["AVALC"], best["REASON"], best["ADT"].isoformat()) == ("PR", "counted_before_procedure", on(105))
    assert (start_of_response(derived, "DOR"), start_of_response(derived, "TTR")) == (on(105), on(105))
    found = trace(derived, records_of(counted_before_tace()), "TTR", "P-1")
    assert [row.columns["VISITNUM"] for row in found.decided_by if row.domain == "TR"] == ["1", "4"]


def test_without_confirmation_a_response_lasts_from_the_first_one() -> None:
    protocol = protocol_with(pr_continues="never", confirmation="not_required")
    assert start_of_response(derive_of(counted_before_tace(), protocol=protocol), "DOR") == on(63)


# The set behind a duration


def responders() -> Derived:
    one = Patient("P-1").sums((0, "40"), (63, "20"), (126, "20"), (189, "60"))
    other = Patient("P-2").sums((0, "40"), (63, "20"), (126, "20"), (252, "60"))
    return derive_of(one, other.add("IE", IETESTCD="C01", IECAT="INCLUSION", IEORRES="N"))


def estimate(protocol: Protocol, derived: Derived, name: str) -> Estimate:
    found, _ = estimate_times(protocol, derived.adtte, select_sets(derived.adsl), {})
    return next(one for one in found if one.id == name)


@pytest.mark.parametrize("name", ["dor.median", "ttr.median"])
@pytest.mark.parametrize(
    ("own", "primary", "expected"),
    [
        (None, "treated", ("P-1", "P-2")),
        (None, "eligible", ("P-1",)),
        ("eligible", "treated", ("P-1",)),
        ("treated", "eligible", ("P-1", "P-2")),
        (None, None, ("P-1", "P-2")),
    ],
)
def test_durations_describe_the_responders_of_the_set(
    name: str, own: str | None, primary: str | None, expected: tuple[str, ...]
) -> None:
    protocol = with_endpoint(protocol_with(), "dor", denominator=own)
    protocol = protocol.model_copy(update={"sets": AnalysisSets.model_validate({"primary": primary})})
    found = estimate(protocol, responders(), name)
    assert (found.denominator, found.population) == (expected, "responders")


# Who is evaluable


def late_reader(*, therapy: int | None) -> Patient:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").not_done("T01", 2, 63).length("T01", 3, 126, "20")
    if therapy is not None:
        patient.add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(therapy))
    return patient


def evaluable(derived: Derived) -> tuple[str, str]:
    person = subject_of(derived)
    return person["EVALFL"], person["EVALRSN"]


def test_scans_after_a_new_therapy_make_nobody_evaluable() -> None:
    assert evaluable(derive_of(late_reader(therapy=None))) == ("Y", "")
    assert evaluable(derive_of(late_reader(therapy=126))) == ("Y", "")
    assert evaluable(derive_of(late_reader(therapy=125))) == ("N", "no_adequate_assessment")
    included = protocol_with(response_after_new_therapy="included")
    assert evaluable(derive_of(late_reader(therapy=125), protocol=included)) == ("Y", "")


@pytest.mark.parametrize(("death", "expected"), [(125, "Y"), (126, "N")])
def test_a_death_after_the_window_stands_for_no_assessment(death: int, expected: str) -> None:
    patient = Patient().lesion("T01").length("T01", 1, 0, "40").not_done("T01", 2, 63)
    patient.add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(125))
    patient.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(death))
    assert evaluable(derive_of(patient))[0] == expected


def test_whether_a_patient_is_evaluable_waits_for_the_end_of_the_window() -> None:
    window = Window.model_validate({"start": "first_dose", "cap": "12 months", "cap_counts": None})
    protocol = with_endpoint(protocol_with(), "orr", window=window)
    patient = late_reader(therapy=None).add(
        "DS", DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT", DSSTDTC=on(70)
    )
    derived = derive_of(patient, protocol=protocol)
    assert subject_of(derived)["EVALFL"] is None
    assert Refusal("EVALFL", ("endpoints.orr.window.cap_counts",)) in derived.refusals
    assert responses(derived, "CBOR") == []


# Scan landmarks


@pytest.mark.parametrize(
    ("start", "anchor", "is_read"),
    [
        ("first_dose", "first_dose", True),
        ("inclusion", "inclusion", True),
        ("inclusion", "first_dose", False),
        ("first_dose", "inclusion", False),
    ],
)
def test_progression_free_survival_is_read_at_scans_only_from_their_anchor(
    start: str, anchor: str, is_read: bool
) -> None:
    protocol = with_endpoint(protocol_with(), "pfs", start=start)
    calendar = protocol.tumour.calendar
    assert calendar is not None
    tumour = protocol.tumour.model_copy(update={"calendar": calendar.model_copy(update={"anchor": anchor})})
    protocol = protocol.model_copy(update={"tumour": tumour})
    derived = derive_of(Patient().sums((0, "40"), (63, "39"), (126, "60")), protocol=protocol)
    found, _ = estimate_times(protocol, derived.adtte, select_sets(derived.adsl), {1: 71, 2: 134})
    named = [one.id for one in found if one.id.startswith("pfs.landmark.scan")]
    assert named == (["pfs.landmark.scan1", "pfs.landmark.scan2"] if is_read else [])

"""What ends observation, what was done at all, and which partial dates matter."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, responses, subject_of, time_of

from onearm.derive import Derived
from onearm.errors import RefusedError
from onearm.protocol import Protocol
from onearm.protocol.parts import Window


def responder() -> Patient:
    return Patient().sums((0, "40"), (63, "20"), (126, "20"), (189, "60"))


def month(day: int) -> str:
    return on(day)[:7]


def codes(derived: Derived) -> list[str]:
    return [finding.code for finding in derived.findings]


def refused(patient: Patient, protocol: Protocol | None = None) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as error:
        derive_of(patient, protocol=protocol)
    return [(finding.code, finding.place.path) for finding in error.value.findings]


def two_components() -> Protocol:
    protocol = protocol_with()
    (one,) = protocol.treatment.components
    haic = one.model_copy(update={"id": "haic", "name": {"en": "Hepatic infusion", "de": "HAI"}})
    return protocol.model_copy(update={"treatment": protocol.treatment.model_copy(update={"components": (one, haic)})})


# What a disposition ends


@pytest.mark.parametrize(
    ("code", "scope", "treatment", "study", "found"),
    [
        ("COMPLETED", None, False, False, ["D027"]),
        ("OTHER", None, False, False, ["D027"]),
        ("COMPLETED", "FOLLOW-UP", False, False, ["D027"]),
        ("COMPLETED", "STUDY TREATMENT", True, False, []),
        ("COMPLETED", "STUDY DRUG", True, False, []),
        ("COMPLETED", "STUDY PARTICIPATION", False, True, []),
        ("COMPLETED", "HAIC", False, False, []),
        ("ADVERSE EVENT", "Treatment with haic", False, False, []),
        ("WITHDRAWAL BY SUBJECT", "STUDY TREATMENT", True, False, []),
        ("WITHDRAWAL BY SUBJECT", None, False, True, []),
        ("WITHDRAWAL OF CONSENT", None, False, True, []),
        ("LOST TO FOLLOW-UP", None, False, True, []),
        ("DEATH", None, False, True, []),
        ("STUDY TERMINATED BY SPONSOR", None, False, True, []),
        ("ADVERSE EVENT", None, True, False, []),
    ],
)
def test_what_a_disposition_ends(code: str, scope: str | None, treatment: bool, study: bool, found: list[str]) -> None:
    ended = responder().add("DS", DSDECOD=code, DSCAT="DISPOSITION EVENT", DSSCAT=scope, DSSTDTC=on(250))
    derived = derive_of(ended, protocol=two_components())
    person = subject_of(derived)
    assert (person["EOTDT"] is not None, person["EOSDT"] is not None) == (treatment, study)
    assert codes(derived) == found


def test_an_unclear_disposition_after_the_cut_is_not_remarked_on() -> None:
    ended = responder().add("DS", DSDECOD="COMPLETED", DSCAT="DISPOSITION EVENT", DSSTDTC=on(250))
    assert codes(derive_of(ended, cutoff=dt.date.fromisoformat(on(249)))) == []


def test_treatment_ends_when_its_last_component_does() -> None:
    patient = responder()
    for day, name in ((200, "Hepatic infusion"), (210, "PD-L1 ANTIBODY")):
        assert subject_of(derive_of(patient, protocol=two_components()))["EOTDT"] is None
        patient.add("DS", DSDECOD="COMPLETED", DSCAT="DISPOSITION EVENT", DSSCAT=name, DSSTDTC=on(day))
    person = subject_of(derive_of(patient, protocol=two_components()))
    assert (person["EOTDT"].isoformat(), person["EOSDT"]) == (on(210), None)
    alone = subject_of(derive_of(patient))
    assert (alone["EOTDT"].isoformat(), alone["EOTREAS"]) == (on(210), "COMPLETED")


# What was not done


@pytest.mark.parametrize(
    ("domain", "cells"),
    [
        ("EC", {"ECTRT": "x", "ECMOOD": "SCHEDULED", "ECSTDTC": on(400)}),
        ("EC", {"ECTRT": "x", "ECOCCUR": "N", "ECSTDTC": on(400)}),
        ("SV", {"VISITNUM": "9", "SVOCCUR": "N", "SVSTDTC": on(400)}),
        ("VS", {"VSTESTCD": "WEIGHT", "VSSTRESN": None, "VSSTAT": "NOT DONE", "VSREASND": "ILL", "VSDTC": on(400)}),
        ("PR", {"PRTRT": "BIOPSY", "PRDECOD": "BIOPSY", "PROCCUR": "N", "PRSTDTC": on(400)}),
    ],
)
def test_what_was_planned_or_not_done_shows_nobody_alive_and_is_no_last_date(
    domain: str, cells: dict[str, str | None]
) -> None:
    patient = responder().add(domain, **cells)
    assert subject_of(derive_of(patient))["LSTALVDT"].isoformat() == on(189)
    last = records_of(patient).last_date()
    assert last is not None and last.isoformat() == on(189)


def test_a_visit_that_took_place_shows_the_subject_alive() -> None:
    patient = responder().add("SV", VISITNUM="9", SVOCCUR="Y", SVSTDTC=on(400))
    assert subject_of(derive_of(patient))["LSTALVDT"].isoformat() == on(400)
    last = records_of(patient).last_date()
    assert last is not None and last.isoformat() == on(400)


def test_a_dose_or_a_therapy_that_was_not_given_counts_for_nothing() -> None:
    patient = Patient(dosed=False).add("EX", EXTRT="pdl1", EXDOSE="5", EXDOSU="mg", EXSTDTC=on(0), EXOCCUR="N")
    assert subject_of(derive_of(patient))["TRTRSN"] == "no_dose"
    other = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100), CMOCCUR="N")
    assert subject_of(derive_of(other))["NTHERDT"] is None


# Partial dates


@pytest.mark.parametrize("start", [month(-40), "2023"])
def test_a_partial_start_that_surely_lies_before_treatment_is_not_refused(start: str) -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=start)
    patient.add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=start)
    derived = derive_of(patient)
    assert codes(derived) == []
    assert (subject_of(derived)["NTHERDT"], subject_of(derived)["PROCDT"]) == (None, None)


@pytest.mark.parametrize("start", [month(0), month(40)])
def test_a_partial_start_that_may_lie_on_study_is_refused(start: str) -> None:
    therapy = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=start)
    assert refused(therapy) == [("D001", "CMSTDTC")]
    procedure = responder().add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=start)
    assert refused(procedure) == [("D001", "PRSTDTC")]
    ended = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=month(0), CMENDTC=on(0))
    assert codes(derive_of(ended)) == []


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, ["D025"]),
        (on(0), []),
        (month(-40), []),
    ],
)
def test_a_therapy_without_a_start_that_had_ended_is_prior(end: str | None, expected: list[str]) -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=None, CMENDTC=end)
    assert codes(derive_of(patient)) == expected


@pytest.mark.parametrize("end", [on(1), on(100), month(0), "2024", on(4000)])
def test_a_therapy_without_a_start_that_ended_on_study_is_refused(end: str) -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=None, CMENDTC=end)
    assert refused(patient) == [("D028", "CMSTDTC")]


def test_a_procedure_without_a_start_is_not_passed_over() -> None:
    patient = responder().add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=None)
    assert codes(derive_of(patient)) == ["D025"]
    assert refused(responder().add("PR", PRTRT="TACE", PRDECOD="TACE", PRSTDTC=None, PRENDTC=on(50))) == [
        ("D028", "PRSTDTC")
    ]


def test_the_day_on_which_a_criterion_was_checked_never_matters() -> None:
    patient = responder().add("IE", IETESTCD="C01", IECAT="INCLUSION", IEORRES="N", IEDTC=month(-10))
    derived = derive_of(patient)
    assert (codes(derived), subject_of(derived)["ELIGFL"]) == ([], "N")


def dosed_until(end: str, *later: str) -> Patient:
    patient = responder().add("EX", EXTRT="pdl1", EXDOSE="5", EXDOSU="mg", EXSTDTC=on(90), EXENDTC=end)
    for day in later:
        patient.add("EX", EXTRT="pdl1", EXDOSE="5", EXDOSU="mg", EXSTDTC=day, EXENDTC=day)
    return patient


def test_a_partial_end_of_a_dose_is_asked_for_only_where_it_may_be_the_last() -> None:
    known = derive_of(dosed_until(month(90), on(150)))
    assert (codes(known), subject_of(known)["TRTEDT"].isoformat()) == ([], on(150))
    unknown = derive_of(dosed_until(month(90)))
    assert (codes(unknown), subject_of(unknown)["TRTEDT"]) == (["D030"], None)
    assert time_of(unknown, "PFS")["CNSR"] == 0
    read = derive_of(dosed_until(month(90)), protocol=protocol_with(partial_dates="last_day"))
    assert subject_of(read)["TRTEDT"].isoformat() == "2024-06-30"


@pytest.mark.parametrize("counts", ["on_treatment", None])
def test_a_partial_last_dose_is_refused_where_the_window_ends_with_it(counts: str | None) -> None:
    protocol = protocol_with()
    window = Window.model_validate({"start": "first_dose", "cap": "12 months", "cap_counts": counts})
    endpoints = {**protocol.endpoints, "orr": protocol.endpoints["orr"].model_copy(update={"window": window})}
    assert refused(dosed_until(month(90)), protocol.model_copy(update={"endpoints": endpoints})) == [
        ("D030", "EXENDTC")
    ]


def test_what_demographics_say_in_part_beside_the_doses_is_not_read() -> None:
    patient = responder()
    patient.rows[0][1].update(RFXSTDTC=month(0), RFXENDTC=month(90))
    derived = derive_of(patient)
    assert (codes(derived), subject_of(derived)["TRTSDT"].isoformat()) == ([], on(0))


def test_a_partial_date_of_death_beside_a_complete_one_is_not_refused() -> None:
    patient = responder().add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=month(250))
    assert refused(patient)[0] == ("D001", "DSSTDTC")
    patient.rows[0][1].update(DTHDTC=on(250))
    derived = derive_of(patient)
    assert subject_of(derived)["DTHDT"].isoformat() == on(250)
    assert responses(derived, "CBOR") == ["PR"]

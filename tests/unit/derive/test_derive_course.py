"""What bounds a subject's observation: dates, therapies, procedures, deaths, the response window, the analysis sets."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from small_patients import Patient, derive_of, on, protocol_with, responses, subject_of, time_of

from onearm.derive import Derived, Refusal
from onearm.errors import RefusedError
from onearm.protocol import Protocol
from onearm.protocol.parts import Procedures, Window


def with_parts(protocol: Protocol, **parts: object) -> Protocol:
    return protocol.model_copy(update=parts)


def with_endpoint(protocol: Protocol, key: str, **changes: object) -> Protocol:
    endpoints = {**protocol.endpoints, key: protocol.endpoints[key].model_copy(update=changes)}
    return protocol.model_copy(update={"endpoints": endpoints})


def responder() -> Patient:
    return Patient().sums((0, "40"), (63, "20"), (126, "20"), (189, "60"))


def day_of(row: dict[str, Any], column: str = "ADT") -> int:
    return int((row[column] - dt.date.fromisoformat(on(0))).days)


# Times to event, each with its start, reason and witness


def test_progression_death_and_censoring_under_both_profiles() -> None:
    derived = derive_of(responder())
    for parameter in ("PFS", "PFSLIT"):
        row = time_of(derived, parameter)
        assert (day_of(row), row["CNSR"], row["EVNTDESC"], row["AVAL"]) == (189, 0, "progression", 190)
        assert (row["SRCDOM"], row["SRCVAR"], row["SRCROW"], row["VISITNUM"]) == ("TR", "TRSTRESN", 5, "4")
    dor = time_of(derived, "DOR")
    assert (day_of(dor, "STARTDT"), day_of(dor), dor["AVAL"], dor["CNSR"]) == (63, 189, 127, 0)
    ttr = time_of(derived, "TTR")
    assert (day_of(ttr), ttr["AVAL"], ttr["EVNTDESC"]) == (63, 64, "response")


def test_the_start_day_counts_or_not() -> None:
    derived = derive_of(responder(), protocol=protocol_with(count_start_day="no"))
    assert time_of(derived, "PFS")["AVAL"] == 189


def test_a_new_therapy_censors_under_fda_and_ends_the_response_window() -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    derived = derive_of(patient)
    row = time_of(derived, "PFS")
    assert (day_of(row), row["CNSR"], row["EVNTDESC"]) == (63, 1, "new_therapy")
    assert time_of(derived, "PFSLIT")["CNSR"] == 0
    assert responses(derived, "CBOR") == ["SD"]
    assert responses(derive_of(patient, protocol=protocol_with(response_after_new_therapy="included")), "CBOR") == [
        "PR"
    ]


@pytest.mark.parametrize(("day", "confirmed"), [(126, "PR"), (125, "SD")])
def test_a_scan_on_the_very_day_of_the_new_therapy_counts(day: int, confirmed: str) -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(day))
    assert responses(derive_of(patient), "CBOR") == [confirmed]


def test_a_therapy_before_treatment_is_no_new_one() -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC="2023", CMENDTC=on(-30))
    derived = derive_of(patient)
    assert subject_of(derived)["NTHERDT"] is None
    assert derived.findings == ()


@pytest.mark.parametrize(("day", "is_new"), [(0, False), (1, True)])
def test_what_begins_on_the_reference_day_itself_is_not_new(day: int, is_new: bool) -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(day))
    assert (subject_of(derive_of(patient))["NTHERDT"] is not None) == is_new
    assert (subject_of(derive_of(procedure("TACE", day)))["PROCDT"] is not None) == is_new


def test_a_therapy_without_a_start_is_reported() -> None:
    patient = responder().add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=None)
    assert [finding.code for finding in derive_of(patient).findings] == ["D025"]


@pytest.mark.parametrize(("gap", "reason"), [(133, "progression"), (134, "missed_scans")])
def test_two_missed_scans_before_a_progression(gap: int, reason: str) -> None:
    """Scans every 63 days ± 7: an event more than 126 + 7 days after the last adequate scan is censored there."""
    patient = Patient().sums((0, "40"), (63, "39"), (63 + gap, "60"))
    assert time_of(derive_of(patient), "PFS")["EVNTDESC"] == reason


def test_clinical_progression_counts_where_the_protocol_says_so() -> None:
    patient = responder().add("DS", DSDECOD="CLINICAL PROGRESSION", DSCAT="OTHER EVENT", DSSTDTC=on(150))
    row = time_of(derive_of(patient), "PFS")
    assert (day_of(row), row["EVNTDESC"], row["SRCDOM"]) == (150, "clinical_progression", "DS")
    without = time_of(derive_of(patient, protocol=protocol_with(clinical_progression="not_an_event")), "PFS")
    assert (day_of(without), without["EVNTDESC"]) == (189, "progression")


def test_survival_ends_at_death_or_where_the_subject_was_last_known_alive() -> None:
    alive = responder().add("SS", SSTESTCD="SURVSTAT", SSSTRESC="ALIVE", SSDTC=on(300))
    alive.add("DS", DSDECOD="LOST TO FOLLOW-UP", DSCAT="DISPOSITION EVENT", DSSTDTC=on(350))
    row = time_of(derive_of(alive), "OS")
    assert (day_of(row), row["CNSR"], row["EVNTDESC"], row["SRCDOM"]) == (300, 1, "last_alive", "SS")
    assert day_of(row, "STARTDT") == -1  # from inclusion
    dead = responder().add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(250))
    row = time_of(derive_of(dead), "OS")
    assert (day_of(row), row["CNSR"], row["EVNTDESC"], row["SRCVAR"]) == (250, 0, "death", "DSSTDTC")


def test_a_death_known_only_by_the_day_it_was_learned_is_reported() -> None:
    patient = responder().add("DD", DDTESTCD="PRCDTH", DDORRES="DISEASE", DDDTC=on(260))
    derived = derive_of(patient)
    assert [finding.code for finding in derived.findings] == ["D023"]
    assert subject_of(derived)["DTHDT"].isoformat() == on(260)


def test_the_cut_off_hides_what_comes_later() -> None:
    patient = responder().add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(250))
    derived = derive_of(patient, cutoff=dt.date.fromisoformat(on(150)))
    assert time_of(derived, "OS")["CNSR"] == 1
    assert day_of(time_of(derived, "OS")) == 126
    assert subject_of(derived)["DTHDT"] is None


# Procedures


def procedure(name: str, day: int = 100) -> Patient:
    return responder().add("PR", PRTRT=name, PRDECOD=name, PRSTDTC=on(day))


@pytest.mark.parametrize(
    ("name", "best", "reason"),
    [
        ("RESECTION", "SD", "response_not_confirmed"),
        ("ABLATION", "SD", "pending_after_procedure"),
        ("TACE", "PR", "counted_before_procedure"),
        ("HAIC", "PR", "confirmed"),
        ("BIOPSY", "PR", "confirmed"),
    ],
)
def test_a_procedure_before_confirmation(name: str, best: str, reason: str) -> None:
    derived = derive_of(procedure(name))
    row = derived.adrs.filter(derived.adrs["PARAMCD"] == "CBOR").row(0, named=True)
    assert (row["AVALC"], row["REASON"]) == (best, reason)


@pytest.mark.parametrize(("name", "reason"), [("TACE", "procedure"), ("RESECTION", "progression")])
def test_a_procedure_censors_only_where_its_rule_says_so(name: str, reason: str) -> None:
    for parameter in ("PFS", "PFSLIT"):
        assert time_of(derive_of(procedure(name)), parameter)["EVNTDESC"] == reason


def test_a_procedure_without_a_rule_is_refused_by_name() -> None:
    protocol = with_parts(protocol_with(), procedures=Procedures())
    with pytest.raises(RefusedError) as refused:
        derive_of(procedure("TACE"), protocol=protocol)
    assert [(f.code, f.place.path, f.place.row) for f in refused.value.findings] == [("D020", "procedures.tace", 2)]
    assert responses(derive_of(procedure("TACE", day=-20), protocol=protocol), "CBOR") == ["PR"]
    assert responses(derive_of(procedure("HAIC"), protocol=protocol), "CBOR") == ["PR"]


def test_a_local_treatment_that_no_rule_can_name_is_refused_unless_it_is_a_new_therapy() -> None:
    with pytest.raises(RefusedError) as refused:
        derive_of(procedure("TARE"))
    assert [finding.code for finding in refused.value.findings] == ["D021"]
    named = responder().add("PR", PRTRT="TARE", PRDECOD="TARE", PRCAT="ANTI-CANCER THERAPY", PRSTDTC=on(100))
    assert subject_of(derive_of(named))["NTHERDT"].isoformat() == on(100)


def test_a_procedure_that_did_not_happen_is_none() -> None:
    patient = responder().add("PR", PRTRT="TACE", PRDECOD="TACE", PROCCUR="N", PRSTDTC=on(100))
    assert subject_of(derive_of(patient))["PROCDT"] is None


# The response window


def capped(cap: str, counts: str | None) -> Protocol:
    window = Window.model_validate({"start": "first_dose", "cap": cap, "cap_counts": counts})
    return with_endpoint(protocol_with(), "orr", window=window)


@pytest.mark.parametrize(
    ("cap", "best"), [("126 days", "PR"), ("125 days", "SD"), ("4 months", "SD"), ("5 months", "PR")]
)
def test_the_cap_of_the_window_includes_its_last_day(cap: str, best: str) -> None:
    assert responses(derive_of(responder(), protocol=capped(cap, "calendar")), "CBOR") == [best]


def test_time_on_treatment_closes_the_window_once_treatment_has_ended() -> None:
    protocol = capped("12 months", "on_treatment")
    assert responses(derive_of(responder(), protocol=protocol), "CBOR") == ["PR"]
    ended = responder().add(
        "DS", DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT", DSSTDTC=on(90)
    )
    assert responses(derive_of(ended, protocol=protocol), "CBOR") == ["MISSING"]


def test_an_open_cap_is_refused_only_where_its_two_readings_differ() -> None:
    protocol = capped("12 months", None)
    assert responses(derive_of(responder(), protocol=protocol), "CBOR") == ["PR"]
    ended = responder().add("DS", DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", DSSTDTC=on(90))
    derived = derive_of(ended, protocol=protocol)
    assert responses(derived, "CBOR") == []
    assert Refusal("CBOR", ("endpoints.orr.window.cap_counts",)) in derived.refusals
    assert time_of(derived, "PFS")["CNSR"] == 0


# What the protocol leaves open


def parameters(derived: Derived) -> set[str]:
    return set(derived.adtte["PARAMCD"]) | set(derived.adrs["PARAMCD"])


def test_without_a_criterion_survival_alone_is_derived() -> None:
    derived = derive_of(responder(), protocol=with_parts(protocol_with(), response_options=None))
    assert parameters(derived) == {"OS"}
    assert {refusal.id for refusal in derived.refusals} >= {"CBOR", "PFS", "DOR", "EVALFL"}
    assert subject_of(derived)["EVALFL"] is None
    assert derived.adtr.height == 0


def test_a_start_that_nobody_states_is_refused() -> None:
    derived = derive_of(responder(), protocol=with_endpoint(protocol_with(), "os", start=None))
    assert "OS" not in parameters(derived)
    assert Refusal("OS", ("endpoints.os.start",)) in derived.refusals


def test_an_open_calendar_refuses_the_fda_profile_alone() -> None:
    protocol = protocol_with()
    open_window = protocol.tumour.calendar.model_copy(update={"window_days": None})
    tumour = protocol.tumour.model_copy(update={"calendar": open_window})
    derived = derive_of(responder(), protocol=with_parts(protocol, tumour=tumour))
    assert Refusal("PFS", ("tumour.calendar.window_days",)) in derived.refusals
    assert {"PFSLIT", "DOR", "CBOR"} <= parameters(derived)
    assert not {"PFS", "DORFDA"} & parameters(derived)


# Analysis sets


def sets_of(derived: Derived) -> dict[str, tuple[str, str]]:
    person = subject_of(derived)
    names = {"registered": "REG", "treated": "TRT", "eligible": "ELIG", "evaluable": "EVAL"}
    return {name: (person[f"{key}FL"], person[f"{key}RSN"]) for name, key in names.items()}


def test_a_patient_with_everything_is_in_every_set() -> None:
    assert set(sets_of(derive_of(responder())).values()) == {("Y", "")}


def test_a_screen_failure_is_in_none() -> None:
    patient = Patient(dosed=False, registered=None).add("DS", DSDECOD="SCREEN FAILURE", DSSTDTC=on(-5))
    sets = sets_of(derive_of(patient))
    assert sets["registered"] == ("N", "screen_failure")
    assert sets["treated"] == sets["eligible"] == ("N", "not_registered")
    assert subject_of(derive_of(patient))["REGSEQ"] is None


@pytest.mark.parametrize(
    ("category", "result", "eligible"),
    [("INCLUSION", "N", "N"), ("INCLUSION", "Y", "Y"), ("EXCLUSION", "Y", "N"), ("EXCLUSION", "N", "Y")],
)
def test_a_criterion_that_was_not_met(category: str, result: str, eligible: str) -> None:
    patient = responder().add("IE", IETESTCD="C01", IECAT=category, IEORRES=result)
    assert subject_of(derive_of(patient))["ELIGFL"] == eligible


def test_a_dose_of_zero_is_no_treatment() -> None:
    patient = Patient(dosed=False).add("EX", EXTRT="pdl1", EXDOSE="0", EXSTDTC=on(0))
    assert sets_of(derive_of(patient))["treated"] == ("N", "no_dose")


@pytest.mark.parametrize(
    ("patient", "evaluable"),
    [
        (Patient().sums((0, "40")), ("N", "no_adequate_assessment")),
        (Patient().sums((0, "40")).add("DS", DSDECOD="DEATH", DSSTDTC=on(30)), ("Y", "")),
        (Patient().lesion("T01").length("T01", 1, 0, "40").not_done("T01", 2, 63), ("N", "no_adequate_assessment")),
        (
            Patient().lesion("NT01", "NON-TARGET").state("NT01", 1, 0, "PRESENT", "NON-TARGET")
            .state("NT01", 2, 63, "PRESENT", "NON-TARGET"),
            ("N", "no_target_at_baseline"),
        ),
    ],
)  # fmt: skip
def test_who_is_evaluable(patient: Patient, evaluable: tuple[str, str]) -> None:
    assert sets_of(derive_of(patient))["evaluable"] == evaluable


def test_the_order_of_registration_then_of_the_subject() -> None:
    patients = [Patient("P-3", registered=-1), Patient("P-2", registered=-1), Patient("P-1", registered=0)]
    derived = derive_of(*patients)
    assert dict(derived.adsl.select("USUBJID", "REGSEQ").iter_rows()) == {"P-2": 1, "P-3": 2, "P-1": 3}


def test_doses_without_a_registration_are_reported() -> None:
    derived = derive_of(Patient(registered=None).sums((0, "40"), (63, "39")))
    assert [finding.code for finding in derived.findings] == ["D024"]
    assert sets_of(derived)["registered"] == ("Y", "")
    assert derived.adtte.filter(derived.adtte["PARAMCD"] == "OS").height == 0  # it starts at inclusion


@pytest.mark.parametrize(("day", "expected"), [(56, "SD"), (55, "NE")])
def test_stable_disease_counts_days_after_the_reference(day: int, expected: str) -> None:
    assert responses(derive_of(Patient().sums((0, "40"), (day, "39"))), "CBOR") == [expected]


@pytest.mark.parametrize(("day", "expected"), [(55, "SD"), (54, "NE")])
def test_stable_disease_counted_in_study_days(day: int, expected: str) -> None:
    protocol = protocol_with(sd_min_counting="study_day")
    assert responses(derive_of(Patient().sums((0, "40"), (day, "39")), protocol=protocol), "CBOR") == [expected]


def test_missed_scans_inside_a_confirming_pair() -> None:
    patient = Patient().sums((0, "40"), (63, "20"), (252, "20"))
    assert responses(derive_of(patient), "CBOR") == ["PR"]
    assert responses(derive_of(patient, protocol=protocol_with(missed_visit_as_ne="yes")), "CBOR") == ["SD"]

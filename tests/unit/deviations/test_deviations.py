"""Departures from the protocol: each planned scan on both sides of its window, consent, what a person recorded."""

from __future__ import annotations

import datetime as dt

import pytest
from small_patients import CUTOFF, FIRST_DOSE, Patient, derive_of, on, protocol_with, records_of

from onearm.derive import derive
from onearm.deviations import Deviations, Disposition, derive_deviations, derive_disposition
from onearm.protocol import Protocol

# The made-up protocol scans every nine weeks (days 63, 126 …), seven days early or late.


def deviations_of(*patients: Patient, protocol: Protocol | None = None, cutoff: dt.date = CUTOFF) -> Deviations:
    chosen, records = protocol or protocol_with(), records_of(*patients)
    return derive_deviations(chosen, records, derive(chosen, records, cutoff))


def disposition_of(*patients: Patient) -> Disposition:
    return derive_disposition(records_of(*patients), derive_of(*patients))


def kinds(found: Deviations) -> list[tuple[str, str]]:
    return [(kind, value) for kind, value in found.table.select("KIND", "VALUE").iter_rows()]


def day(number: int) -> dt.date:
    return FIRST_DOSE + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("scan", "expected"),
    [
        (56, []),
        (70, []),
        (55, [("scan_outside_window", "-8 days")]),
        (71, [("scan_outside_window", "+8 days")]),
        (94, [("scan_outside_window", "+31 days")]),
        (95, [("scan_missed", "")]),
    ],
)
def test_a_planned_scan_is_judged_by_its_window(scan: int, expected: list[tuple[str, str]]) -> None:
    # Day 94 is nearer to day 63 than to day 126; day 95 is not.
    patient = Patient().sums((-7, "50"), (scan, "45"))
    found = deviations_of(patient, cutoff=day(120))
    assert kinds(found) == expected


def test_a_window_is_judged_only_once_it_has_passed() -> None:
    patient = Patient().sums((-7, "50"))
    assert kinds(deviations_of(patient, cutoff=day(70))) == []
    assert kinds(deviations_of(patient, cutoff=day(71))) == [("scan_missed", "")]


@pytest.mark.parametrize("end", ["death", "progression", "therapy"])
def test_no_scan_is_asked_for_after_the_end(end: str) -> None:
    patient = Patient().sums((-7, "50"), (63, "80" if end == "progression" else "50"))
    if end == "death":
        patient.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(100))
    if end == "therapy":
        patient.add("CM", CMTRT="SORAFENIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(100))
    assert kinds(deviations_of(patient, cutoff=day(140))) == []


def test_without_an_end_the_second_scan_is_missed() -> None:
    patient = Patient().sums((-7, "50"), (63, "50"))
    assert kinds(deviations_of(patient, cutoff=day(140))) == [("scan_missed", "")]


def test_an_open_calendar_finds_nothing() -> None:
    protocol = protocol_with()
    tumour = protocol.tumour.model_copy(update={"calendar": None})
    options = protocol.response_options
    assert options is not None
    free = options.model_copy(update={"missed_visit_as_ne": "no"})
    open_one = protocol.model_copy(update={"tumour": tumour, "response_options": free})
    literal = {
        key: endpoint.model_copy(update={"censoring": "literal"}) for key, endpoint in open_one.endpoints.items()
    }
    open_one = open_one.model_copy(update={"endpoints": literal})
    assert kinds(deviations_of(Patient().sums((-7, "50")), protocol=open_one)) == []


def test_a_dose_before_consent_is_found_and_one_on_the_day_is_not() -> None:
    patient = Patient()
    patient.rows[0][1]["RFICDTC"] = on(1)
    assert ("consent_after_procedure", "EX") in kinds(deviations_of(patient, cutoff=day(10)))
    patient.rows[0][1]["RFICDTC"] = on(0)
    assert kinds(deviations_of(patient, cutoff=day(10))) == []


@pytest.mark.parametrize(("recorded", "state"), [(77, "near_recorded"), (78, "to_confirm")])
def test_a_recorded_deviation_stands_beside_the_one_found(recorded: int, state: str) -> None:
    patient = Patient().sums((-7, "50"))
    patient.add("DV", DVTERM="Scan not made", DVCAT="MINOR", DVSTDTC=on(recorded))
    found = deviations_of(patient, cutoff=day(80)).table
    assert found.select("KIND", "STATE").rows() == [("scan_missed", state), ("recorded", "recorded")]
    assert found.filter(found["KIND"] == "recorded")["VALUE"].to_list() == ["MINOR · Scan not made"]


def test_everybody_is_in_one_place() -> None:
    waiting = Patient("P-1").sums((-7, "50"))
    dead = Patient("P-2").add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(50))
    dead.add("DS", DSDECOD="PROGRESSIVE DISEASE", DSCAT="DISPOSITION EVENT", DSSCAT="STUDY TREATMENT", DSSTDTC=on(40))
    refused = Patient("P-3", dosed=False, registered=None)
    refused.add("DS", DSDECOD="SCREEN FAILURE", DSCAT="DISPOSITION EVENT", DSSTDTC=on(-3))
    refused.add("IE", IETESTCD="ECOG", IECAT="INCLUSION", IEORRES="N", IEDTC=on(-3))
    refused.add("IE", IETESTCD="BLEED", IECAT="EXCLUSION", IEORRES="Y", IEDTC=on(-3))
    refused.add("IE", IETESTCD="AGE", IECAT="INCLUSION", IEORRES="Y", IEDTC=on(-3))
    undosed = Patient("P-4", dosed=False)
    found = disposition_of(waiting, dead, refused, undosed)
    assert found.screened == ("P-1", "P-2", "P-3", "P-4")
    assert found.not_registered == (("BLEED + ECOG", ("P-3",)),)
    assert found.treatment == (("PROGRESSIVE DISEASE", ("P-2",)), ("ongoing", ("P-1",)))
    assert found.study == (("in_follow_up", ("P-1", "P-4")), ("death", ("P-2",)))

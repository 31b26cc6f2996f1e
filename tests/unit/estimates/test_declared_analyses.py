"""Declared subgroups and landmarks: who is where, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError
from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.estimates.response_landmark import LandmarkAnalysis, analyse_landmarks
from onearm.estimates.sets import select_sets
from onearm.estimates.subgroups import SubgroupRates, estimate_subgroups, findings_of_subgroups
from onearm.protocol import Protocol
from onearm.protocol.analyses import Analyses, may_split
from onearm.protocol.check import check_protocol
from onearm.protocol.load import protocol_digest
from onearm.stats.binomial import clopper_pearson

RESPONSE = ((0, "100"), (63, "60"), (126, "60"))
STABLE = ((0, "100"), (63, "95"), (126, "95"))


def declaring(**parts: object) -> Protocol:
    return protocol_with().model_copy(update={"analyses": Analyses.model_validate(parts)})


def patient(name: str, sums: tuple[tuple[int, str], ...], **cells: str | None) -> Patient:
    made = Patient(name).sums(*sums)
    made.rows[0][1].update(cells)
    return made


def split(protocol: Protocol, *patients: Patient) -> tuple[SubgroupRates, ...]:
    records = records_of(*patients)
    derived = derive(protocol, records, CUTOFF)
    return estimate_subgroups(protocol, records, derived, select_sets(derived.adsl))


@pytest.mark.parametrize(("age", "group"), [("64", 0), ("65", 1), ("66", 1)])
def test_a_cut_belongs_to_the_group_above_it(age: str, group: int) -> None:
    (rates,) = split(declaring(subgroups=[{"variable": "AGE", "cuts": [65]}]), patient("P-1", RESPONSE, AGE=age))
    assert [stratum.estimate.n for stratum in rates.strata] == [1 - group, group]
    assert (rates.strata[0].below, rates.strata[1].at_least) == (65, 65)


def test_values_are_groups_and_a_missing_one_is_a_group_of_its_own() -> None:
    patients = [
        patient("P-1", RESPONSE, SEX="F"), patient("P-2", STABLE, SEX="M"), patient("P-3", RESPONSE, SEX="M"),
        patient("P-4", RESPONSE, SEX=None),
    ]  # fmt: skip
    (rates,) = split(declaring(subgroups=[{"variable": "SEX", "name": "Sex"}]), *patients)
    assert [(s.value, s.is_missing, s.estimate.x, s.estimate.n) for s in rates.strata] == [
        ("F", False, 1, 1), ("M", False, 1, 2), ("", True, 1, 1),
    ]  # fmt: skip
    men = rates.strata[1].estimate
    assert (men.subjects, men.denominator) == (("P-3",), ("P-2", "P-3"))
    assert (men.lower, men.upper) == clopper_pearson(1, 2, 0.95)
    assert men.p_value is None and rates.name == "Sex"


def test_the_groups_make_up_the_primary_set() -> None:
    patients = [patient(f"P-{i}", RESPONSE if i % 3 else STABLE, AGE=str(50 + 3 * i)) for i in range(1, 9)]
    patients.append(Patient("P-9", dosed=False))
    (rates,) = split(declaring(subgroups=[{"variable": "AGE", "cuts": [56, 65, 70]}]), *patients)
    assert [stratum.estimate.n for stratum in rates.strata] == [1, 3, 2, 2]
    assert sum(stratum.estimate.n for stratum in rates.strata) == 8


def test_a_laboratory_value_is_the_last_one_before_treatment() -> None:
    made = patient("P-1", RESPONSE)
    for day, value in ((-20, "100"), (0, "500"), (30, "900")):
        made.add("LB", LBTESTCD="AFP", LBSTRESN=value, LBSTRESU="ug/L", LBDTC=on(day), LBORRES=value)
    (rates,) = split(declaring(subgroups=[{"variable": "LB.AFP", "cuts": [400, 600]}]), made)
    assert [stratum.estimate.n for stratum in rates.strata] == [0, 1, 0]
    assert rates.strata[0].estimate.value is None


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"variable": "NOSUCH"}, "not_in_records"),
        ({"variable": "LB.AFP"}, "not_in_records"),
        ({"variable": "SEX", "cuts": [1]}, "not_a_number"),
        ({"variable": "AGE"}, "needs_cuts"),
    ],
)
def test_what_cannot_be_split_is_said(declared: dict[str, object], reason: str) -> None:
    patients = [patient(f"P-{i}", STABLE, AGE=str(50 + i), SEX="M") for i in range(1, 9)]
    (rates,) = split(declaring(subgroups=[declared]), *patients)
    assert (rates.strata, rates.reason) == ((), reason)


@pytest.mark.parametrize(("second", "reason"), [("kIU/L", "several_units"), (None, "several_units"), ("ug/L", "")])
def test_a_laboratory_test_in_several_units_makes_no_groups(second: str | None, reason: str) -> None:
    """450 ug/L of AFP are 372 kIU/L: one cut cannot serve both."""
    patients = [patient(name, RESPONSE) for name in ("P-1", "P-2")]
    for made, unit in zip(patients, ("ug/L", second), strict=True):
        made.add("LB", LBTESTCD="AFP", LBSTRESN="450", LBSTRESU=unit, LBDTC=on(-5), LBORRES="450")
    rates = split(declaring(subgroups=[{"variable": "LB.AFP", "cuts": [400]}]), *patients)
    assert (rates[0].reason, bool(rates[0].strata)) == (reason, not reason)
    assert [finding.code for finding in findings_of_subgroups(rates)] == ["D100"] * bool(reason)


@pytest.mark.parametrize("variable", ["USUBJID", "SUBJID", "STUDYID", "RFSTDTC", "TRTSDT"])
def test_an_identifier_or_a_date_is_refused_as_a_subgroup(variable: str) -> None:
    found = check_protocol(declaring(subgroups=[{"variable": "SEX"}, {"variable": variable}]))
    assert [(f.code, f.place.path, f.severity) for f in found if f.code == "P496"] == [
        ("P496", "analyses.subgroups.1.variable", "error")
    ]


def test_a_laboratory_test_may_have_any_name() -> None:
    assert may_split("LB.MTDT") and may_split("SITEID") and may_split("AGE")


def test_cuts_must_rise() -> None:
    with pytest.raises(ValidationError, match="rise"):
        Analyses.model_validate({"subgroups": [{"variable": "AGE", "cuts": [65, 65]}]})


def test_a_protocol_that_declares_none_keeps_its_digest() -> None:
    plain = protocol_with()
    assert protocol_digest(plain) == protocol_digest(declaring())
    assert protocol_digest(plain) != protocol_digest(declaring(subgroups=[{"variable": "SEX"}]))


def died(made: Patient, day: int) -> Patient:
    made.rows[0][1]["DTHDTC"] = on(day)
    return made


def landmark(at: str, *patients: Patient, endpoint: str = "os") -> LandmarkAnalysis:
    protocol = declaring(response_landmarks=[{"endpoint": endpoint, "at": at}])
    derived = derive(protocol, records_of(*patients), CUTOFF)
    (found,) = analyse_landmarks(protocol, derived)
    return found


def groups(found: LandmarkAnalysis) -> dict[str, tuple[str, ...]]:
    return {group.name: group.subjects for group in found.groups}


@pytest.mark.parametrize(("weeks", "responds"), [(9, False), (10, True)])
def test_only_what_was_seen_by_the_landmark_makes_a_responder(weeks: int, responds: bool) -> None:
    """OS counts from registration on the day before the first dose: the scan of day 63 lies at time 65."""
    found = landmark(f"{weeks} weeks", died(patient("P-1", RESPONSE), 400))
    assert found.day == 7 * weeks
    assert groups(found) == {"responders": ("P-1",) * responds, "non_responders": ("P-1",) * (not responds)}


@pytest.mark.parametrize(("day", "leaves"), [(82, True), (83, False)])
def test_who_dies_up_to_the_landmark_leaves_and_is_counted(day: int, leaves: bool) -> None:
    """Day 82 after the first dose is time 84 from registration: the landmark itself."""
    found = landmark("12 weeks", died(patient("P-1", ((0, "100"),)), day))
    assert found.left_with_event == (("P-1",) if leaves else ())


def test_who_is_censored_before_leaves_apart_and_times_count_from_the_landmark() -> None:
    patients = [
        died(patient("P-1", RESPONSE), 82 + 100),
        died(patient("P-2", STABLE), 82 + 50),
        patient("P-3", ((0, "100"), (20, "95"))),
    ]
    found = landmark("12 weeks", *patients)
    assert (found.left_censored, found.left_with_event) == (("P-3",), ())
    assert groups(found) == {"responders": ("P-1",), "non_responders": ("P-2",)}
    assert [group.median for group in found.groups] == pytest.approx([100 / 30.4375, 50 / 30.4375])


def test_a_response_after_progression_makes_no_responder() -> None:
    course = ((0, "100"), (30, "130"), (63, "60"))
    assert groups(landmark("12 weeks", died(patient("P-1", course), 400)))["responders"] == ()


LATE = ((0, "100"), (63, "95"), (126, "60"), (189, "60"))


@pytest.mark.parametrize(
    ("domain", "cells"),
    [
        ("PR", {"PRTRT": "RESECTION", "PRDECOD": "RESECTION", "PRSTDTC": on(100)}),
        ("CM", {"CMTRT": "SORAFENIB", "CMCAT": "ANTI-CANCER THERAPY", "CMSTDTC": on(100)}),
    ],
)
def test_a_response_after_surgery_or_a_new_therapy_makes_no_responder(domain: str, cells: dict[str, str]) -> None:
    """As in the best response: what follows the procedure or the therapy does not count."""
    treated = died(patient("P-1", LATE), 400)
    treated.add(domain, **cells)
    found = landmark("30 weeks", treated, died(patient("P-2", LATE), 400))
    assert groups(found) == {"responders": ("P-2",), "non_responders": ("P-1",)}


def test_a_response_on_the_day_of_the_new_therapy_still_counts() -> None:
    treated = died(patient("P-1", LATE), 400)
    treated.add("CM", CMTRT="SORAFENIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(126))
    assert groups(landmark("30 weeks", treated))["responders"] == ("P-1",)


def test_a_response_after_the_response_window_makes_no_responder() -> None:
    """The window of the made-up protocol ends twelve months after the first dose."""
    course = (*((63 * i, "100") for i in range(6)), (400, "60"))
    assert groups(landmark("70 weeks", died(patient("P-1", course), 600)))["responders"] == ()


def test_without_a_response_criterion_nobody_is_a_non_responder() -> None:
    protocol = declaring(response_landmarks=[{"endpoint": "os", "at": "3 months"}])
    open_one = protocol.model_copy(update={"response_options": None})
    derived = derive(open_one, records_of(patient("P-1", RESPONSE)), CUTOFF)
    (found,) = analyse_landmarks(open_one, derived)
    assert (found.groups, found.reason) == ((), "not_derived")


def test_an_endpoint_that_is_not_derived_is_said() -> None:
    protocol = declaring(response_landmarks=[{"endpoint": "os", "at": "3 months"}])
    without = protocol.model_copy(update={"endpoints": {"orr": protocol.endpoints["orr"]}})
    derived = derive(without, records_of(patient("P-1", RESPONSE)), CUTOFF)
    (found,) = analyse_landmarks(without, derived)
    assert (found.day, found.reason) == (91, "not_derived")


def test_a_cut_may_be_a_decimal() -> None:
    declared = Analyses.model_validate({"subgroups": [{"variable": "BLSUM", "cuts": [Decimal("50.5")]}]})
    assert declared.subgroups[0].cuts == (Decimal("50.5"),)

"""Censoring profiles, missed scans around the change of the interval, and who is left out."""

from __future__ import annotations

from typing import Any

import pytest
from small_patients import Patient, derive_of, on, protocol_with, records_of, time_of

from onearm.derive import trace
from onearm.protocol import Protocol
from onearm.protocol.censoring import ACTIONS, CENSORING_PROFILES, INTERCURRENT_EVENTS, custom_profile, strategies_of
from onearm.protocol.parts import Intercurrent, ScanCalendar


def with_pfs(protocol: Protocol, **changes: object) -> Protocol:
    return protocol.model_copy(
        update={"endpoints": {**protocol.endpoints, "pfs": protocol.endpoints["pfs"].model_copy(update=changes)}}
    )


def with_calendar(protocol: Protocol, reading: str) -> Protocol:
    phases = ({"every": "9 weeks", "until": "48 weeks"}, {"every": "12 weeks"})
    calendar = ScanCalendar.model_validate({"phases": phases, "reading": reading, "window_days": 7})
    return protocol.model_copy(update={"tumour": protocol.tumour.model_copy(update={"calendar": calendar})})


def custom(**strategies: str) -> Intercurrent:
    usual = dict.fromkeys(INTERCURRENT_EVENTS, "treatment_policy")
    return Intercurrent.model_validate({**usual, **strategies})


def pfs(patient: Patient, protocol: Protocol) -> tuple[str, str, int]:
    row: dict[str, Any] = time_of(derive_of(patient, protocol=protocol), "PFS")
    return row["ADT"].isoformat(), row["EVNTDESC"], row["CNSR"]


def treated_on(day: int) -> Patient:
    patient = Patient().sums((0, "40"), (63, "39"), (126, "60"))
    return patient.add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(day))


def after_a_gap() -> Patient:
    return Patient().sums((0, "40"), (63, "39"), (260, "60"))


def without_baseline() -> Patient:
    return Patient().sums((63, "40"), (126, "60"))


EVENT, STOPPED = "progression", {"new": "new_therapy", "gap": "missed_scans", "none": "no_baseline"}


@pytest.mark.parametrize(
    ("profile", "new", "gap", "none"),
    [
        ("literal", EVENT, EVENT, EVENT),
        ("fda", STOPPED["new"], STOPPED["gap"], STOPPED["none"]),
        ("fda-treatment-policy", EVENT, STOPPED["gap"], STOPPED["none"]),
        ("ema", EVENT, EVENT, STOPPED["none"]),
    ],
)
def test_what_each_profile_does(profile: str, new: str, gap: str, none: str) -> None:
    protocol = with_pfs(protocol_with(), censoring=profile)
    assert pfs(treated_on(100), protocol)[1] == new
    assert pfs(after_a_gap(), protocol)[1] == gap
    assert pfs(without_baseline(), protocol)[1] == none


def test_a_new_therapy_may_itself_be_the_event_and_is_its_own_witness() -> None:
    protocol = with_pfs(protocol_with(), censoring="custom", intercurrent=custom(new_therapy="composite"))
    derived = derive_of(treated_on(100), protocol=protocol)
    row = time_of(derived, "PFS")
    assert (row["ADT"].isoformat(), row["EVNTDESC"], row["CNSR"]) == (on(100), "new_therapy_began", 0)
    assert (row["SRCDOM"], row["SRCVAR"], row["SRCROW"]) == ("CM", "CMSTDTC", 2)
    assert row["FREEDT"].isoformat() == on(63)
    found = trace(derived, records_of(treated_on(100)), "PFS", "P-1")
    assert ("CM", 2) in {(source.domain, source.row) for source in found.decided_by}


@pytest.mark.parametrize("strategy", ["hypothetical", "while_on_treatment"])
def test_two_strategies_censor_at_the_last_adequate_scan(strategy: str) -> None:
    protocol = with_pfs(protocol_with(), censoring="custom", intercurrent=custom(new_therapy=strategy))
    assert pfs(treated_on(100), protocol) == (on(63), "new_therapy", 1)


def test_literal_stands_beside_every_other_profile() -> None:
    derived = derive_of(treated_on(100), protocol=with_pfs(protocol_with(), censoring="ema"))
    assert set(derived.adtte["PARAMCD"]) & {"PFS", "PFSLIT", "PFSFDA"} == {"PFS", "PFSLIT"}


def test_the_last_day_free_of_progression_is_a_scan_or_the_start() -> None:
    late = time_of(derive_of(after_a_gap(), protocol=with_pfs(protocol_with(), censoring="literal")), "PFS")
    assert (late["ADT"].isoformat(), late["FREEDT"].isoformat()) == (on(260), on(63))
    early = Patient().sums((0, "40"), (63, "60"))
    assert time_of(derive_of(early), "PFS")["FREEDT"].isoformat() == on(0)


# Missed scans


@pytest.mark.parametrize(
    ("last", "gap", "reason"),
    [
        # 9-weekly to week 48, then 12-weekly counted on from week 45: scans at weeks 36, 45, 57, 69.
        (36 * 7, (9 + 12) * 7 + 7, "progression"),
        (36 * 7, (9 + 12) * 7 + 8, "missed_scans"),
        (45 * 7, (12 + 12) * 7 + 7, "progression"),
        (45 * 7, (12 + 12) * 7 + 8, "missed_scans"),
        (27 * 7, (9 + 9) * 7 + 7, "progression"),
        (27 * 7, (9 + 9) * 7 + 8, "missed_scans"),
    ],
)
def test_two_intervals_are_those_in_force_after_the_last_adequate_scan(last: int, gap: int, reason: str) -> None:
    protocol = with_calendar(protocol_with(), "count_on_from_last_scan")
    patient = Patient().sums((0, "40"), (last, "39"), (last + gap, "60"))
    assert pfs(patient, protocol)[1] == reason


@pytest.mark.parametrize(
    ("last", "event", "reason"),
    [
        # Windows of 7 days: an event on the last day of the second window is not yet two missed scans.
        (63, 189 + 7, "progression"),
        (63, 189 + 8, "missed_scans"),
        # Early by two weeks: the scan of day 63 itself was missed, so the second one is that of day 126.
        (50, 126 + 7, "progression"),
        (50, 126 + 8, "missed_scans"),
        (56, 189 + 7, "progression"),
        (55, 126 + 8, "missed_scans"),
        # Between two windows: both of the next scans count.
        (80, 189 + 7, "progression"),
        (80, 189 + 8, "missed_scans"),
        # Across week 48: after week 45 the next scans are weeks 57 and 69.
        (45 * 7, 69 * 7 + 7, "progression"),
        (45 * 7, 69 * 7 + 8, "missed_scans"),
        (36 * 7, 57 * 7 + 7, "progression"),
        (36 * 7, 57 * 7 + 8, "missed_scans"),
    ],
)
def test_two_planned_scans_missed_in_a_row(last: int, event: int, reason: str) -> None:
    protocol = with_calendar(protocol_with(gap_rule="two_planned_visits"), "count_on_from_last_scan")
    patient = Patient().sums((0, "40"), (last, "39"), (event, "60"))
    assert pfs(patient, protocol)[1] == reason


@pytest.mark.parametrize(("event", "reason"), [(126 + 7, "progression"), (126 + 8, "missed_scans")])
@pytest.mark.parametrize("start", ["first_dose", "inclusion"])
@pytest.mark.parametrize("rule", ["two_planned_visits", "two_intervals_plus_window"])
def test_without_any_scan_the_first_two_planned_ones_count_from_their_anchor(
    start: str, event: int, reason: str, rule: str
) -> None:
    protocol = with_pfs(protocol_with(gap_rule=rule), start=start)
    assert pfs(Patient(registered=-20).sums((0, "40"), (event, "60")), protocol)[1] == reason


def test_a_new_therapy_that_is_the_event_needs_no_scan() -> None:
    changed = custom(new_therapy="composite", missed_scans="hypothetical")
    protocol = with_pfs(protocol_with(), censoring="custom", intercurrent=changed)
    patient = Patient().sums((0, "40"), (63, "39"), (126, "39"))
    patient.add("CM", CMTRT="X", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(400))
    assert pfs(patient, protocol) == (on(400), "new_therapy_began", 0)


@pytest.mark.parametrize(
    ("profile", "death", "expected"),
    [("fda", 133, (133, "death", 0)), ("fda", 400, (0, "no_baseline", 1)), ("ema", 400, (400, "death", 0))],
)
def test_a_death_without_baseline_and_scans(profile: str, death: int, expected: tuple[int, str, int]) -> None:
    patient = Patient()
    patient.rows[0][1].update({"DTHDTC": on(death), "DTHFL": "Y"})
    protocol = with_pfs(protocol_with(), censoring=profile)
    other = Patient("P-2").sums((0, "40"), (63, "39"))
    rows = derive_of(patient, other, protocol=protocol).adtte.to_dicts()
    (row,) = [row for row in rows if (row["USUBJID"], row["PARAMCD"]) == ("P-1", "PFS")]
    assert (row["ADT"].isoformat(), row["EVNTDESC"], row["CNSR"]) == (on(expected[0]), *expected[1:])


def test_a_scan_that_cannot_be_read_is_a_missed_one() -> None:
    protocol = protocol_with(gap_rule="two_planned_visits")
    patient = Patient().sums((0, "40"), (63, "39"))
    patient.not_done("T01", 3, 126).length("T01", 4, 189 + 8, "60")
    assert pfs(patient, protocol)[1] == "missed_scans"


# Without a baseline scan


def test_a_patient_without_baseline_is_left_out_where_the_protocol_drops_them() -> None:
    patients = (without_baseline(), Patient("P-2").sums((0, "40"), (63, "60")))
    derived = derive_of(*patients, protocol=protocol_with(no_baseline="drop"))
    assert [(f.code, f.place.subject) for f in derived.findings if f.code == "D050"] == [("D050", "P-1")]
    for parameter in ("PFS", "PFSLIT"):
        assert derived.adtte.filter(derived.adtte["PARAMCD"] == parameter)["USUBJID"].to_list() == ["P-2"]
    assert derived.adtte.filter(derived.adtte["PARAMCD"] == "OS").height == 2
    kept = derive_of(*patients)
    assert not [f for f in kept.findings if f.code == "D050"]
    assert kept.adtte.filter(kept.adtte["PARAMCD"] == "PFS").height == 2


# The table


def test_the_profiles_say_something_different_each_and_every_strategy_has_an_action() -> None:
    assert len(set(CENSORING_PROFILES.values())) == len(CENSORING_PROFILES)
    for event in INTERCURRENT_EVENTS:
        assert set(strategies_of(event)) <= set(ACTIONS)
    assert set(strategies_of("new_therapy")) == set(ACTIONS)
    assert custom_profile(custom()) == CENSORING_PROFILES["literal"]
    assert (
        custom_profile(custom(missed_scans="hypothetical", no_baseline="hypothetical"))
        == (CENSORING_PROFILES["fda-treatment-policy"])
    )
    assert custom_profile(Intercurrent()) is None

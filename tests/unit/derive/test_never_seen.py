"""No response arises from what was not seen: no baseline, a target that was not read there."""

from __future__ import annotations

import datetime as dt

import pytest
from little_trial import LittlePatient, date_at, little_protocol, little_records

from onearm.derive import Derived, derive
from onearm.protocol import Protocol

CUT = dt.date(2026, 12, 31)


def derive_one(patient: LittlePatient, protocol: Protocol | None = None) -> Derived:
    return derive(protocol or little_protocol(), little_records([patient]), CUT)


def said(derived: Derived, parameter: str = "OVRLRESP") -> str:
    return " ".join(row["AVALC"] or "-" for row in derived.adrs.to_dicts() if row["PARAMCD"] == parameter)


def codes(derived: Derived) -> set[str]:
    return {finding.code for finding in derived.findings}


@pytest.mark.parametrize(
    ("lesions", "visits", "confirmed"),
    [
        ({"T1": ". gone gone"}, "NE NE", "NE"),
        ({"T1": ". 40 20 20"}, "NE NE NE", "NE"),
        ({"T1": ". 20 40"}, "NE PD", "PD"),
        ({"N1": ". 8 9"}, "NE NE", "NE"),
        ({"NT1": ". there gone gone there"}, "NE NE NE NE", "NE"),
        ({"NT1": ". there there there"}, "NE NE NE", "NE"),
        ({"NT1": ". there worse"}, "NE PD", "PD"),
        ({"W1": ". maybe"}, "NE", "NE"),
        ({"W1": ". maybe yes"}, "PD PD", "PD"),
        ({"T1": ". gone gone", "NT1": ". gone gone", "W1": ". - yes"}, "NE PD", "PD"),
    ],
)
def test_without_a_baseline_a_visit_is_a_progression_or_not_evaluable(
    lesions: dict[str, str], visits: str, confirmed: str
) -> None:
    derived = derive_one(LittlePatient(lesions))
    assert (said(derived), said(derived, "CBOR")) == (visits, confirmed)
    assert "D019" in codes(derived)
    assert not {"DOR", "TTR"} & set(derived.adtte["PARAMCD"])


@pytest.mark.parametrize(
    ("first", "visits"),
    [(".", "NE NE"), ("unseen", "NE NE"), ("30", "CR CR")],
)
def test_a_target_that_was_not_read_at_baseline_is_never_shown_to_be_gone(first: str, visits: str) -> None:
    derived = derive_one(LittlePatient({"T1": "40 gone gone", "T2": f"{first} gone gone"}))
    assert said(derived) == visits
    reasons = {row["REASON"] for row in derived.adrs.to_dicts() if row["PARAMCD"] == "TRGRESP"}
    assert reasons == ({"all_gone"} if first == "30" else {"gone_without_baseline"})


@pytest.mark.parametrize(
    ("several", "reading", "visits"),
    [
        ("worst", "40/60 41 41", "SD SD"),
        ("best", "40/60 41 41", "PR PR"),
        ("last", "40/60 41 41", "PR PR"),
        ("last", "60/40 41 41", "SD SD"),
        ("worst", "40/60 48 28/20", "PD PR"),
        ("worst", "40 28/29 40", "SD PD"),
        ("best", "40 28/29 40", "PR PD"),
    ],
)
def test_the_worst_reading_at_baseline_is_the_shorter_one(several: str, reading: str, visits: str) -> None:
    protocol = little_protocol(override=f"several_readings: {several}")
    assert said(derive_one(LittlePatient({"T1": reading}), protocol)) == visits


@pytest.mark.parametrize(
    ("reading", "start"), [("100 60 unseen 60", 63), ("100 90 60", 126), ("100 70 80 70", 189), ("100 60 gone", 63)]
)
def test_a_response_that_a_procedure_let_stand_began_when_it_was_first_seen(reading: str, start: int) -> None:
    protocol = little_protocol(
        procedure_response="count_unconfirmed", override="confirmation_max_ne: 0, confirmation_max_sd: 0"
    )
    derived = derive_one(LittlePatient({"T1": reading}, procedure=("RESECTION", 200)), protocol)
    times = {row["PARAMCD"]: row for row in derived.adtte.to_dicts()}
    assert times["DOR"]["STARTDT"].isoformat() == times["TTR"]["ADT"].isoformat() == date_at(start)


def test_a_progression_needs_no_baseline_of_every_target() -> None:
    assert said(derive_one(LittlePatient({"T1": "40 20 40", "T2": ". 20 20"}))) == "NE PD"


def test_targets_that_were_gone_at_the_baseline_itself_are_no_complete_response() -> None:
    assert said(derive_one(LittlePatient({"T1": "gone gone 20 gone"}))) == "NE PD NE"

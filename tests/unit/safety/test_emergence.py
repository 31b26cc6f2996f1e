"""Which adverse events are treatment-emergent: both sides of each limit, and what cannot be told."""

from __future__ import annotations

import datetime as dt

import pytest
from harm_cases import codes, event, patient, protocol_of, safety_of
from small_patients import FIRST_DOSE, Patient, on


def flags(result, column="TRTEMFL"):
    return result.adae.sort("SRCROW")[column].to_list()


@pytest.mark.parametrize(
    ("day", "flag", "reason"),
    [
        (-1, "N", "before_first_dose"),
        (0, "Y", None),
        (100, "Y", None),
        (130, "Y", None),
        (131, "N", "after_window"),
    ],
)
def test_onset_from_the_first_dose_to_the_window_after_the_last(day: int, flag: str, reason: str | None) -> None:
    found = safety_of(event(patient(last=100), day)).adae.row(0, named=True)
    assert (found["TRTEMFL"], found["TRTEMWC"], found["TRTEMRSN"]) == (flag, flag, reason)
    assert found["ASTDY"] == (day + 1 if day >= 0 else day)


def test_a_serious_event_has_the_longer_window() -> None:
    rules = protocol_of(events={"serious_window": "90 days"})
    made = patient(last=100)
    for day, serious in ((131, "Y"), (190, "Y"), (191, "Y"), (131, "N"), (131, None), (191, None)):
        event(made, day, f"T{day}{serious}", AESER=serious, AESMIE="Y" if serious == "Y" else None)
    result = safety_of(made, protocol=rules)
    assert flags(result) == ["Y", "Y", "N", "N", None, "N"]
    assert flags(result, "TRTEMRSN")[4] == "seriousness_unknown"


def test_a_group_of_special_interest_may_have_its_own_window() -> None:
    group = {"id": "immune", "name": "Immune-related", "terms": ["Hypothyroidism"], "window": "90 days"}
    made = event(event(event(patient(last=100), 190, "HYPOTHYROIDISM"), 191, "Hypothyroidism"), 131, "Nausea")
    result = safety_of(made, protocol=protocol_of(interest=(group,)))
    assert flags(result) == ["Y", "N", "N"]
    assert flags(result, "AESI") == ["immune", "immune", None]


@pytest.mark.parametrize(
    ("said", "before", "from_it"), [("ends", "Y", "N"), ("does_not_end", "Y", "Y"), (None, "Y", None)]
)
def test_a_new_therapy_ends_the_time_where_the_protocol_says_so(said: str, before: str, from_it: str | None) -> None:
    made = event(event(patient(last=100), 109, "Early"), 110, "Late")
    made.add("CM", CMTRT="LENVATINIB", CMCAT="ANTI-CANCER THERAPY", CMSTDTC=on(110))
    result = safety_of(made, protocol=protocol_of(events={"new_therapy": said}))
    assert flags(result) == [before, from_it]
    assert ("F022" in codes(result)) == (said is None)


def test_while_the_treatment_goes_on_a_late_event_cannot_be_told() -> None:
    made = event(event(patient(last=100, ended=None), 130), 131, "Later")
    result = safety_of(made)
    assert flags(result) == ["Y", None]
    assert flags(result, "TRTEMRSN")[1] == "treatment_goes_on"
    assert "F007" in codes(result)


def test_an_open_window_is_never_guessed() -> None:
    made = event(event(event(patient(last=100), 100), 101, "Later"), -1, "Earlier")
    result = safety_of(made, protocol=protocol_of(events={"window": None}))
    assert flags(result) == ["Y", None, "N"]
    assert result.missing == ("safety.events.window",)


@pytest.mark.parametrize(
    ("grade", "before", "flag"),
    [("2", "2", "N"), ("3", "2", "Y"), ("1", "2", "N"), (None, "2", None), ("3", None, None)],
)
def test_what_was_there_at_baseline_emerges_only_when_it_is_worse(
    grade: str | None, before: str | None, flag: str | None
) -> None:
    made = event(event(patient(), -10, grade=before), 20, grade=grade)
    assert flags(safety_of(made)) == ["N", flag]


def test_what_had_ended_before_the_first_dose_is_no_baseline() -> None:
    ended = event(event(patient(), -10, grade="3", AEENDTC=on(-1)), 20, grade="1")
    lasting = event(event(patient(), -10, grade="3", AEENDTC=on(0)), 20, grade="1")
    assert flags(safety_of(ended)) == ["N", "Y"]
    assert flags(safety_of(lasting)) == ["N", "N"]


def test_a_partial_onset_counts_where_every_day_of_it_does() -> None:
    # The first dose is on 4 March 2024, the last on 12 June, so that the window ends on 12 July.
    assert dt.date(2024, 3, 4) == FIRST_DOSE
    made = patient(last=100)
    for text in ("2024-02", "2024-03", "2024-04", "2024-07", "2024-08", "2024", None):
        event(made, text, f"T{text}")
    result = safety_of(made)
    assert flags(result) == ["N", None, "Y", None, "N", None, None]
    assert flags(result, "TRTEMWC") == ["N", "Y", "Y", "Y", "N", "Y", "Y"]
    assert flags(result, "ASTDT") == [None] * 7
    assert result.adae.height == 7


@pytest.mark.parametrize(("rule", "march", "july"), [("first_day", "N", "Y"), ("last_day", "Y", "N")])
def test_the_protocol_may_say_which_day_a_partial_date_is(rule: str, march: str, july: str) -> None:
    made = event(event(patient(last=100), "2024-03"), "2024-07", "Later")
    result = safety_of(made, protocol=protocol_of(partial_dates=rule))
    assert flags(result) == [march, july]
    assert flags(result, "TRTEMWC") == ["Y", "Y"]
    assert flags(result, "ASTDTF") == ["D", "D"]


def test_an_end_before_the_first_dose_settles_a_missing_onset() -> None:
    assert flags(safety_of(event(patient(), None, AEENDTC=on(-1)))) == ["N"]
    assert flags(safety_of(event(patient(), None, AEENDTC=on(0)))) == [None]


def test_who_was_never_treated_has_no_emergent_event() -> None:
    made = event(Patient("P-2", dosed=False), 5)
    found = safety_of(patient("P-1"), made).adae.row(0, named=True)
    assert (found["TRTEMFL"], found["TRTEMRSN"], found["ASTDY"]) == ("N", "not_treated", None)


def test_what_begins_after_the_cut_off_is_not_there_yet() -> None:
    made = event(event(patient(), 20), 21, "Later")
    assert safety_of(made, cutoff=dt.date.fromisoformat(on(20))).adae["AETERM"].to_list() == ["Nausea"]

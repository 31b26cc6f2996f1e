"""Rules that begin to hold on a day without any row, and events that nobody graded."""

from __future__ import annotations

import pytest
from rule_patients import Patient, one
from test_dose_rule_course import of, reasons, with_rules

from onearm.protocol.check_dose_rules import check_dose_rules

TRIAL = "haic-adebrelimab-regorafenib"


def stop(name: str, component: str, **when: object) -> dict[str, object]:
    return {"id": name, "component": component, "action": "stop", "when": when}


@pytest.mark.parametrize(
    ("until", "day", "said"), [(7, 30, "continue"), (8, 8, "stop"), (8, 9, "stop"), (9, 30, "stop")]
)
def test_an_event_that_lasted_seven_days_and_is_gone_has_stopped(until: int, day: int, said: str) -> None:
    protocol = with_rules(TRIAL, stop("rash", "regorafenib", event={"terms": ["Rash"], "lasts_days": 7}))
    patient = Patient().dose("Regorafenib", 0, "160", 20).event("Rash", 1, 2, until)
    assert of(one(protocol, patient, day), "regorafenib")[0] == said


@pytest.mark.parametrize(
    ("again", "day", "said"), [(84, 120, "continue"), (85, 85, "continue"), (100, 99, "stop"), (100, 101, "stop")]
)
def test_twelve_weeks_without_a_dose_have_stopped_whatever_was_given_after(again: int, day: int, said: str) -> None:
    protocol = with_rules(TRIAL, stop("gap", "adebrelimab", since_dose={"more_than": "84 days"}))
    patient = Patient().dose("Adebrelimab", 0).dose("Adebrelimab", again)
    assert of(one(protocol, patient, day), "adebrelimab")[0] == said


@pytest.mark.parametrize(("until", "said"), [(84, "continue"), (85, "stop"), (90, "stop")])
def test_twelve_weeks_of_steroid_have_stopped_although_it_is_over(until: int, said: str) -> None:
    protocol = with_rules(TRIAL, stop("steroid", "adebrelimab", steroid={"above_mg": 10, "after": "84 days"}))
    patient = Patient().dose("Adebrelimab", 0).steroid(1, "20", until)
    assert of(one(protocol, patient, 120), "adebrelimab")[0] == said


def test_an_episode_without_a_grade_leaves_open_which_one_is_the_first() -> None:
    when = {"terms": ["Rash"], "grade_at_least": 2}
    protocol = with_rules(
        TRIAL,
        stop("first", "regorafenib", event={**when, "occurrence": "first"}),
        stop("again", "adebrelimab", event={**when, "occurrence": "recurrent"}),
    )

    def rash(first: int | None) -> Patient:
        patient = Patient().dose("Regorafenib", 0, "160", 20).dose("Adebrelimab", 0)
        return patient.event("Rash", 1, first, 5).event("Rash", 10, 2, 15)

    open_ = one(protocol, rash(None), 12)
    assert reasons(open_, "first") == reasons(open_, "again") == {("Rash", "episode_unclear")}
    assert not open_.fired
    assert of(one(protocol, rash(2), 12), "adebrelimab") == ("stop", ("again",))
    assert of(one(protocol, rash(1), 12), "regorafenib") == ("stop", ("first",))
    assert of(one(protocol, rash(1), 12), "adebrelimab")[0] == "continue"


def test_seven_days_count_from_the_grade_and_not_from_a_row_without_one() -> None:
    when = {"terms": ["Rash"], "grade_at_least": 2, "lasts_days": 7}
    protocol = with_rules(TRIAL, stop("rash", "regorafenib", event=when))
    patient = Patient().dose("Regorafenib", 0, "160", 20).event("Rash", 1, None, 5).event("Rash", 6, 2, 20)
    assert reasons(one(protocol, patient, 12), "rash") == {("Rash", "episode_unclear")}
    assert of(one(protocol, patient, 13), "regorafenib")[0] == "stop"


def creatinine(*values: tuple[int, str, str, str]) -> Patient:
    patient = Patient().dose("Regorafenib", 0, "160", 20).dose("Adebrelimab", 0)
    for day, value, unit, high in values:
        patient.lab("CREAT", day, value, high, unit=unit)
    return patient


def test_a_rule_that_turns_on_an_unconfirmed_factor_is_not_judged() -> None:
    protocol = with_rules(
        TRIAL,
        stop("amount", "regorafenib", laboratory={"tests": ["CREAT"], "above": 200, "unit": "umol/L"}),
        stop("limit", "adebrelimab", laboratory={"tests": ["CREAT"], "above": 1.5, "unit": "xULN"}),
        stop("base", "regorafenib", laboratory={"tests": ["CREAT"], "above": 1.5, "unit": "xBASE"}),
    )
    told = one(protocol, creatinine((-1, "80", "umol/L", "100"), (3, "3", "mg/dL", "1.1")), 5)
    assert {entry.rule for entry in told.fired} == {"limit"}
    assert "unconfirmed" in told.fired[0].inputs[0].unconfirmed
    for rule in ("amount", "base"):
        assert reasons(told, rule) == {("CREAT", "factor_unconfirmed")}
    same = one(protocol, creatinine((-1, "1", "mg/dL", "1.1"), (3, "3", "mg/dL", "1.1")), 5)
    assert {entry.rule for entry in same.fired} == {"limit", "base"}
    plain = one(protocol, creatinine((-1, "80", "umol/L", "100"), (3, "0.3", "mmol/L", "0.1")), 5)
    assert {entry.rule for entry in plain.fired} == {"amount", "limit", "base"}


def test_a_confirmed_rule_may_not_rest_on_an_unconfirmed_one() -> None:
    first = {**stop("first", "regorafenib", event={"terms": ["Rash"]}), "mark": "unconfirmed"}
    again = stop("again", "regorafenib", after_rule={"rule": "first"})
    codes = [finding.code for finding in check_dose_rules(with_rules(TRIAL, first, again))]
    assert "P582" in codes
    confirmed = with_rules(TRIAL, {**first, "mark": "confirmed"}, again)
    assert "P582" not in [finding.code for finding in check_dose_rules(confirmed)]

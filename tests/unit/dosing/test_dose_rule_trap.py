"""The trap: ALT from a baseline of 4 to 7 × ULN holds regorafenib, and does not hold the antibody."""

from __future__ import annotations

import pytest
from rule_patients import BEV, REGO, Patient, fired, one

ANTIBODY = {BEV: "pdl1", REGO: "adebrelimab"}


def liver(baseline: str, value: str, test: str = "ALT") -> Patient:
    """Both transaminases at baseline and on day 21, the other one unremarkable; bilirubin normal."""
    other = "AST" if test == "ALT" else "ALT"
    patient = Patient().dose("regorafenib", 0, "160", until=20).dose("adebrelimab", 0).dose("pdl1", 0)
    patient.times(test, 0, baseline).times(test, 21, value)
    patient.times(other, 0, "1").times(other, 21, "1")
    return patient.times("TBIL", 21, "1")


def test_from_4_to_7_regorafenib_is_held() -> None:
    advice = one(REGO, liver("4", "7"), 21).component("regorafenib")
    assert (advice.action, advice.rules) == ("hold", ("rego_liver_hold",))


@pytest.mark.parametrize("trial", [BEV, REGO])
def test_from_4_to_7_the_antibody_goes_on(trial: str) -> None:
    subject = one(trial, liver("4", "7"), 21)
    assert subject.component(ANTIBODY[trial]).action == "continue"
    assert not [entry for entry in subject.unjudged if entry.rule.startswith("ici_liver")]


@pytest.mark.parametrize("test", ["ALT", "AST"])
@pytest.mark.parametrize(
    ("value", "held"), [("5", False), ("5.0", False), ("5.1", True), ("5.025", True), ("20", True)]
)
def test_regorafenib_is_held_above_5(test: str, value: str, held: bool) -> None:
    subject = one(REGO, liver("4", value, test), 21)
    assert ("rego_liver_hold" in fired(subject)) is held
    assert subject.component("regorafenib").action == ("hold" if held else "continue")


BANDS = [
    # baseline, value, what the antibody's rule says
    ("0.9", "3.0", None),
    ("0.9", "3.1", "hold"),
    ("0.9", "8.0", "hold"),
    ("0.9", "8.1", "stop"),
    ("1.0", "3.0", None),
    ("1.0", "3.1", "hold"),
    ("1.0", "8.0", "hold"),
    ("1.0", "8.1", "stop"),
    ("1.1", "3.1", None),
    ("1.1", "5.0", None),
    ("1.1", "5.1", "hold"),
    ("1.1", "10.0", "hold"),
    ("1.1", "10.1", "stop"),
    ("3.0", "5.0", None),
    ("3.0", "5.1", "hold"),
    ("3.0", "8.1", "hold"),
    ("3.0", "10.0", "hold"),
    ("3.0", "10.1", "stop"),
    ("3.1", "5.1", None),
    ("3.1", "8.0", None),
    ("3.1", "8.1", "hold"),
    ("3.1", "10.0", "hold"),
    ("3.1", "10.1", "stop"),
    ("4.0", "7.0", None),
    ("4.0", "8.0", None),
    ("4.0", "8.1", "hold"),
    ("4.0", "10.0", "hold"),
    ("4.0", "10.1", "stop"),
    ("5.0", "5.1", None),
    ("5.0", "8.0", None),
    ("5.0", "8.1", "hold"),
    ("5.0", "10.0", "hold"),
    ("5.0", "10.1", "stop"),
    ("5.1", "8.1", None),
    ("5.1", "10.0", None),
    ("5.1", "10.1", "stop"),
]  # fmt: skip


@pytest.mark.parametrize("trial", [BEV, REGO])
@pytest.mark.parametrize(("baseline", "value", "said"), BANDS)
def test_the_antibody_by_baseline(trial: str, baseline: str, value: str, said: str | None) -> None:
    subject = one(trial, liver(baseline, value), 21)
    rules = [
        entry for entry in subject.fired if entry.rule.startswith("ici_liver") and entry.component == ANTIBODY[trial]
    ]
    assert [entry.action for entry in rules] == ([said] if said else [])
    assert subject.component(ANTIBODY[trial]).action == (said or "continue")


@pytest.mark.parametrize(
    ("alt", "bilirubin", "stopped"),
    [("3.1", "2.1", True), ("3.0", "2.1", False), ("3.1", "2.0", False), ("3.0", "2.0", False)],
)
def test_regorafenib_is_stopped_with_bilirubin_of_the_same_day(alt: str, bilirubin: str, stopped: bool) -> None:
    patient = Patient().dose("regorafenib", 0, "160", until=20)
    for day, (value, tbil) in {0: ("1", "1"), 21: (alt, bilirubin)}.items():
        patient.times("ALT", day, value).times("AST", day, "1").times("TBIL", day, tbil)
    assert ("rego_liver_stop_bilirubin" in fired(one(REGO, patient, 21))) is stopped


def test_bilirubin_of_another_day_does_not_stop_and_is_not_judged() -> None:
    patient = Patient().dose("regorafenib", 0, "160", until=20)
    patient.times("ALT", 20, "4").times("AST", 20, "1").times("TBIL", 21, "2.5")
    subject = one(REGO, patient, 21)
    assert "rego_liver_stop_bilirubin" not in fired(subject)
    (entry,) = [entry for entry in subject.unjudged if entry.rule == "rego_liver_stop_bilirubin"]
    assert {(missing.name, missing.reason) for missing in entry.missing} == {
        ("ALT", "not_that_day"),
        ("AST", "not_that_day"),
    }

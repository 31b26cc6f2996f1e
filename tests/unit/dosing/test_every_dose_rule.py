"""Every rule of both overlays has a patient just beyond its limit, and one just at it. A rule without one fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from rule_patients import BEV, REGO, Patient, fired, one, protocol_of

HFSR = "Hand-foot skin reaction"
Make = Callable[[Patient], Patient]


class Case(NamedTuple):
    """What makes a rule fire on a day, and what nearly does."""

    beyond: Make
    at: Make
    day: int = 21


def low(test: str, limit: str, below: str, **more: int) -> Case:
    return Case(lambda p: p.lab(test, 21, below), lambda p: p.lab(test, 21, limit), **more)


def high(test: str, limit: str, above: str) -> Case:
    return low(test, limit, above)


def graded(term: str, grade: int, less: int) -> Case:
    return Case(lambda p: p.event(term, 20, grade), lambda p: p.event(term, 20, less))


def named(term: str) -> Case:
    """Rules on an event of whatever grade: the event by its term, or another whose term only holds the same words."""
    return Case(lambda p: p.event(term, 20, 1), lambda p: p.event(f"{term} excluded", 20, 1))


def liver(baseline: str, above: str, limit: str) -> Case:
    def make(value: str) -> Make:
        def put(p: Patient) -> Patient:
            for test, base, now in (("ALT", baseline, value), ("AST", baseline, baseline)):
                p.times(test, 0, base).times(test, 21, now)
            return p.times("TBIL", 21, "1")

        return put

    return Case(make(above), make(limit))


def bilirubin(above: str, limit: str) -> Case:
    return Case(lambda p: p.times("TBIL", 21, above), lambda p: p.times("TBIL", 21, limit))


def regorafenib(amount: str, *, then: tuple[str, int] | None = None) -> Make:
    def put(p: Patient) -> Patient:
        p.dose("regorafenib", 0, amount, until=10)
        return p if then is None else p.dose("regorafenib", then[1], then[0], until=then[1] + 20)

    return put


def both(*parts: Make) -> Make:
    def put(p: Patient) -> Patient:
        for part in parts:
            p = part(p)
        return p

    return put


def reaction(*rows: tuple[int, int, int | None]) -> Make:
    """Hand-foot skin reactions: first day, grade, last day."""

    def put(p: Patient) -> Patient:
        for first, grade, last in rows:
            p.event(HFSR, first, grade, until=last)
        return p

    return put


def alt(*values: tuple[int, str]) -> Make:
    def put(p: Patient) -> Patient:
        for day, value in values:
            p.times("ALT", day, value).times("AST", day, "1").times("TBIL", day, "1")
        return p

    return put


NEUROPATHY = "Peripheral sensory neuropathy"
HAIC = {
    "haic_anc": low("ANC", "1.2", "1.199999"),
    "haic_platelets": low("PLT", "60", "59.9"),
    "haic_bilirubin": high("TBIL", "30", "30.000001"),
    "haic_albumin": low("ALB", "30", "29.9"),
    "haic_vessel": named("Hepatic artery occlusion"),
    "oxaliplatin_blood": low("ANC", "0.5", "0.499"),
    "ladder_blood": low("PLT", "50", "49.9"),
    "ladder_other": graded("Diarrhoea", 3, 2),
    "ladder_neuropathy_2": graded(NEUROPATHY, 2, 1),
    "ladder_neuropathy_3": graded(NEUROPATHY, 3, 2),
    "oxaliplatin_neuropathy_4": graded(NEUROPATHY, 4, 3),
    "oxaliplatin_neuropathy_2": Case(lambda p: p.event(NEUROPATHY, 2, 2), lambda p: p.event(NEUROPATHY, 3, 2), day=30),
    "oxaliplatin_kidney": graded("Chronic kidney disease", 3, 2),
    "fluorouracil_stop": named("Coronary artery spasm"),
    "haic_local": graded("Duodenal ulcer", 3, 2),
    "haic_local_again": Case(
        lambda p: p.event("Duodenal ulcer", 2, 3, until=9).event("Duodenal ulcer", 20, 3),
        lambda p: p.event("Duodenal ulcer", 20, 3),
    ),
}
ICI = {
    "ici_liver_hold_normal": liver("1.0", "3.1", "3.0"),
    "ici_liver_stop_normal": liver("1.0", "8.1", "8.0"),
    "ici_liver_hold_1_to_3": liver("3.0", "5.1", "5.0"),
    "ici_liver_hold_3_to_5": liver("3.1", "8.1", "8.0"),
    "ici_liver_stop_raised": liver("1.1", "10.1", "10.0"),
    "ici_bilirubin_hold": bilirubin("1.51", "1.5"),
    "ici_bilirubin_stop": bilirubin("3.01", "3"),
    "ici_steroid": Case(lambda p: p.steroid(0, "10.1"), lambda p: p.steroid(0, "10"), day=84),
    "ici_colitis_hold": graded("Colitis", 2, 1),
    "ici_colitis_stop": graded("Colitis", 4, 3),
    "ici_pneumonitis_hold": graded("Pneumonitis", 2, 1),
    "ici_pneumonitis_stop": graded("Pneumonitis", 3, 2),
    "ici_nephritis_hold": graded("Nephritis", 2, 1),
    "ici_nephritis_stop": graded("Nephritis", 4, 3),
    "ici_rash_hold": graded("Rash", 2, 1),
    "ici_rash_stop": graded("Rash", 4, 3),
    "ici_endocrine": graded("Hypophysitis", 3, 2),
    "ici_heart_and_nerves": graded("Myocarditis", 2, 1),
    "ici_liver_label_2017": liver("1.0", "5.1", "5.0"),
}
BEVACIZUMAB = {
    "bev_dipstick": Case(lambda p: p.coded("PROT", 21, "2+"), lambda p: p.coded("PROT", 21, "1+")),
    "bev_proteinuria": high("UPROT24", "1.999999", "2"),
    "bev_nephrotic": named("Nephrotic syndrome"),
    "bev_surgery": Case(
        lambda p: p.procedure("RESECTION", 48, "SCHEDULED"), lambda p: p.procedure("RESECTION", 49, "SCHEDULED")
    ),
    "bev_pressure": Case(lambda p: p.pressure("SYSBP", 21, "160"), lambda p: p.pressure("SYSBP", 21, "159")),
    "bev_crisis": named("Hypertensive crisis"),
    "bev_events": graded("Pulmonary embolism", 4, 3),
    "bev_angiography": Case(lambda p: p.procedure("HAIC", 21), lambda p: p.procedure("HAIC", 20)),
}
REGORAFENIB = {
    "rego_hfsr_2": Case(
        both(regorafenib("160"), reaction((20, 2, None))), both(regorafenib("160"), reaction((20, 1, None)))
    ),
    "rego_hfsr_2_again": Case(
        both(regorafenib("160", then=("120", 14)), reaction((12, 2, None))),
        both(regorafenib("160", then=("120", 15)), reaction((12, 2, None))),
    ),
    "rego_hfsr_2_at_120": Case(
        both(regorafenib("160", then=("120", 14)), reaction((5, 2, 9), (20, 2, None))),
        both(regorafenib("160", then=("160", 14)), reaction((5, 2, 9), (20, 2, None))),
    ),
    "rego_hfsr_3": Case(
        both(regorafenib("160"), reaction((20, 3, None))), both(regorafenib("160"), reaction((20, 2, None)))
    ),
    "rego_hfsr_at_80": Case(
        both(regorafenib("120", then=("80", 14)), reaction((20, 2, None))),
        both(regorafenib("120", then=("80", 15)), reaction((20, 2, None))),
    ),
    "rego_liver_hold": Case(
        both(regorafenib("160"), alt((0, "1"), (21, "5.1"))), both(regorafenib("160"), alt((0, "1"), (21, "5")))
    ),
    "rego_liver_stop_20": Case(
        both(regorafenib("160"), alt((0, "1"), (21, "20.1"))), both(regorafenib("160"), alt((0, "1"), (21, "20")))
    ),
    "rego_liver_stop_bilirubin": Case(
        lambda p: regorafenib("160")(p).times("ALT", 21, "3.1").times("AST", 21, "1").times("TBIL", 21, "2.1"),
        lambda p: regorafenib("160")(p).times("ALT", 21, "3").times("AST", 21, "1").times("TBIL", 21, "2.1"),
    ),
    "rego_liver_again": Case(
        both(regorafenib("160", then=("120", 12)), alt((0, "1"), (5, "6"), (10, "2"), (21, "5.1"))),
        both(regorafenib("160", then=("120", 12)), alt((0, "1"), (5, "5"), (10, "2"), (21, "5.1"))),
    ),
    "rego_hypertension": graded("Symptomatic hypertension", 2, 1),
    "rego_other": graded("Fatigue", 3, 2),
    "rego_infection": graded("Pneumonia", 2, 1),
}
CASES = {BEV: {**HAIC, **ICI, **BEVACIZUMAB}, REGO: {**HAIC, **ICI, **REGORAFENIB}}
RULES = [(trial, rule.id) for trial in CASES for rule in protocol_of(trial).treatment.rules]


def test_every_rule_has_its_patient_and_no_patient_is_left_over() -> None:
    for trial, cases in CASES.items():
        assert [rule.id for rule in protocol_of(trial).treatment.rules if rule.id not in cases] == []
        assert set(cases) <= {rule.id for rule in protocol_of(trial).treatment.rules}


@pytest.mark.parametrize(("trial", "rule"), RULES)
def test_a_rule_fires_just_beyond_its_limit_and_not_at_it(trial: str, rule: str) -> None:
    case = CASES[trial][rule]
    beyond, at = one(trial, case.beyond(Patient()), case.day), one(trial, case.at(Patient()), case.day)
    assert rule in fired(beyond)
    assert rule not in fired(at)


@pytest.mark.parametrize(("trial", "rule"), RULES)
def test_a_confirmed_rule_advises_and_an_unconfirmed_one_only_informs(trial: str, rule: str) -> None:
    made = next(entry for entry in protocol_of(trial).treatment.rules if entry.id == rule)
    case = CASES[trial][rule]
    subject = one(trial, case.beyond(Patient()), case.day)
    advice = subject.component(made.component)
    (entry,) = [e for part in (subject.fired, subject.examine, subject.information) for e in part if e.rule == rule]
    assert entry.source and entry.mark == made.mark and entry.text
    assert entry.inputs and all(shown.domain or shown.name.startswith("rule") for shown in entry.inputs)
    if made.mark == "unconfirmed":
        assert entry in subject.information
        assert rule not in advice.rules
    elif made.action == "examine":
        assert entry in subject.examine
    else:
        strictness = ["stop", "hold", "reduce", "resume", "continue"]
        assert entry in subject.fired
        assert strictness.index(advice.action) <= strictness.index(made.action)


@pytest.mark.parametrize("trial", [BEV, REGO])
def test_without_a_word_of_the_records_nothing_is_advised_and_nothing_is_passed_over(trial: str) -> None:
    subject = one(trial, Patient(), 21)
    assert not subject.fired and not subject.information
    assert {entry.action for entry in subject.components} == {"continue"}
    unjudged = {entry.rule for entry in subject.unjudged}
    on_values = {"haic_anc", "haic_platelets", "haic_bilirubin", "haic_albumin", "ici_bilirubin_stop"}
    assert on_values <= unjudged
    assert {missing.reason for entry in subject.unjudged if entry.rule == "haic_anc" for missing in entry.missing} == {
        "no_value"
    }

"""Along the days: held until resumed, limits that turn a hold into a stop, levels down, what is not judged."""

from __future__ import annotations

import polars as pl
import pytest
from rule_patients import BEV, REGO, Patient, advice_of, fired, on, one, protocol_of

from onearm.dosing.advice import advise
from onearm.dosing.rules_results import SubjectAdvice
from onearm.protocol import Protocol
from onearm.protocol.dose_rule_parts import DoseRule

HFSR = "Hand-foot skin reaction"


def with_rules(trial: str, *rules: dict[str, object]) -> Protocol:
    made = protocol_of(trial)
    parts = tuple(
        DoseRule.model_validate({"text": "a rule", "source": "a source", "mark": "confirmed", **r}) for r in rules
    )
    return made.model_copy(update={"treatment": made.treatment.model_copy(update={"rules": parts})})


def of(subject: SubjectAdvice, component: str) -> tuple[str, tuple[str, ...]]:
    entry = subject.component(component)
    return entry.action, entry.rules


def reasons(subject: SubjectAdvice, rule: str) -> set[tuple[str, str]]:
    return {(m.name, m.reason) for entry in subject.unjudged if entry.rule == rule for m in entry.missing}


def anc(*values: tuple[int, str]) -> Patient:
    patient = Patient().dose("HAIC-FOLFOX", 0, "100")
    for day, value in values:
        patient.lab("ANC", day, value)
    return patient


def test_a_hold_lasts_until_it_may_be_resumed_and_resume_until_the_next_dose() -> None:
    patient = anc((10, "1.1"), (17, "1.19"), (24, "1.2"))
    said = {day: of(one(BEV, patient, day), "haic")[0] for day in (9, 10, 17, 23, 24, 30)}
    assert said == {9: "continue", 10: "hold", 17: "hold", 23: "hold", 24: "resume", 30: "resume"}
    assert of(one(BEV, patient.dose("HAIC-FOLFOX", 26, "100"), 30), "haic")[0] == "continue"


def test_a_hold_stands_although_its_value_has_grown_too_old() -> None:
    subject = one(BEV, anc((10, "1.1")), 39)
    assert of(subject, "haic") == ("hold", ("haic_anc",))
    assert [entry.state for entry in subject.fired if entry.rule == "haic_anc"] == ["stands"]
    assert reasons(subject, "haic_anc") == {("ANC", "too_old")}


@pytest.mark.parametrize(("recovered", "said"), [(40, "resume"), (41, "stop")])
def test_thirty_days_of_delay_are_the_limit(recovered: int, said: str) -> None:
    assert of(one(BEV, anc((10, "1.1"), (recovered, "2")), 45), "haic")[0] == said


@pytest.mark.parametrize(("day", "said"), [(40, "hold"), (41, "stop")])
def test_the_limit_passes_on_a_day_without_any_record(day: int, said: str) -> None:
    subject = one(BEV, anc((10, "1.1")), day)
    assert of(subject, "haic") == (said, ("haic_anc",))
    assert [entry.state for entry in subject.fired] == ["limit_passed" if said == "stop" else "stands"]


def antibody_held(recovered: int) -> Patient:
    patient = Patient().dose("pdl1", 0).dose("pdl1", 21)
    for day, value in ((0, "1"), (30, "4"), (recovered, "3")):
        patient.times("ALT", day, value).times("AST", day, "1").times("TBIL", day, "1")
    return patient


@pytest.mark.parametrize(("recovered", "said"), [(105, "resume"), (106, "stop")])
def test_twelve_weeks_count_from_the_last_dose_of_the_antibody(recovered: int, said: str) -> None:
    assert of(one(BEV, antibody_held(recovered), 106), "pdl1")[0] == said


@pytest.mark.parametrize(("mg", "said"), [("10", "resume"), ("10.5", "hold")])
def test_the_antibody_waits_for_the_steroid(mg: str, said: str) -> None:
    assert of(one(BEV, antibody_held(60).steroid(31, mg), 60), "pdl1")[0] == said


@pytest.mark.parametrize(("day", "stopped"), [(114, False), (115, True)])
def test_twelve_weeks_of_steroid_count_from_its_start(day: int, stopped: bool) -> None:
    patient = Patient().dose("pdl1", 0).steroid(31, "40", until=60).steroid(61, "5.5", often="BID")
    assert ("ici_steroid" in fired(one(BEV, patient, day))) is stopped


def test_a_steroid_of_unconfirmed_strength_is_not_judged() -> None:
    subject = one(BEV, Patient().dose("pdl1", 0).steroid(0, "40", drug="Methylprednisolone"), 90)
    assert "ici_steroid" not in fired(subject)
    assert reasons(subject, "ici_steroid") == {("steroids as prednisone", "steroid_unconfirmed")}


@pytest.mark.parametrize(
    ("amount", "recovered", "said", "to"),
    [
        ("160", 26, "hold", None), ("160", 27, "resume", "120"), ("120", 27, "resume", "80"), ("80", 27, "stop", None),
    ],
)  # fmt: skip
def test_a_grade_three_reaction_holds_seven_days_and_goes_a_level_down(
    amount: str, recovered: int, said: str, to: str | None
) -> None:
    patient = Patient().dose("regorafenib", 0, amount, until=19).event(HFSR, 20, 3, until=recovered - 1)
    patient.lab("ANC", recovered, "3")
    entry = one(REGO, patient, recovered).component("regorafenib")
    assert entry.action == said
    assert [f"{dose.amount:f}" for dose in entry.reduced_to] == ([to] if to else [])


def test_a_reduction_stands_until_the_dose_is_kept() -> None:
    patient = Patient().dose("regorafenib", 0, "160", until=19).event(HFSR, 10, 2, until=19)
    assert of(one(REGO, patient, 12), "regorafenib") == ("reduce", ("rego_hfsr_2",))
    assert of(one(REGO, patient, 25), "regorafenib") == ("reduce", ("rego_hfsr_2",))
    kept = patient.dose("regorafenib", 28, "120", until=48)
    subject = one(REGO, kept, 30).component("regorafenib")
    assert (subject.action, f"{subject.reduced_to[0].amount:f}") == ("continue", "120")
    again = kept.event(HFSR, 40, 2, until=44)
    held = one(REGO, again, 41)
    assert of(held, "regorafenib")[0] == "hold"
    assert {"rego_hfsr_2_again", "rego_hfsr_2_at_120"} <= fired(held)
    after = one(REGO, again, 45).component("regorafenib")
    assert (after.action, [f"{dose.amount:f}" for dose in after.reduced_to]) == ("resume", ["80"])


def test_the_strictest_speaks_for_each_component_and_all_are_listed() -> None:
    patient = Patient().dose("pdl1", 0).dose("bevacizumab", 0).times("TBIL", 21, "3.1").lab("UPROT24", 21, "2")
    patient.event("Nephrotic syndrome", 21, 2)
    subject = one(BEV, patient, 21)
    assert of(subject, "pdl1") == ("stop", ("ici_bilirubin_stop",))
    assert of(subject, "bevacizumab") == ("stop", ("bev_nephrotic",))
    assert of(subject, "haic") == ("hold", ("haic_bilirubin",))
    assert [entry.rule for entry in subject.fired] == [
        "ici_bilirubin_stop",
        "bev_nephrotic",
        "bev_proteinuria",
        "haic_bilirubin",
    ]
    (held,) = [entry for entry in subject.fired if entry.rule == "haic_bilirubin"]
    shown = held.inputs[0]
    assert (shown.name, shown.value, shown.unit, shown.limit, shown.date, shown.domain) == (
        "TBIL", "62", "umol/L", "20", on(21), "LB",
    )  # fmt: skip
    assert shown.row is not None


def test_another_component_is_held_only_where_the_rule_says_so() -> None:
    rule = {
        "id": "anc", "component": "haic", "action": "hold",
        "when": {"laboratory": {"tests": ["ANC"], "below": 1, "unit": "10^9/L"}},
        "resume": {"laboratory": {"tests": ["ANC"], "at_least": 1, "unit": "10^9/L"}},
    }  # fmt: skip
    alone, both = with_rules(BEV, rule), with_rules(BEV, {**rule, "also": ["bevacizumab"], "others": "continue"})
    patient = anc((10, "0.9"))
    assert [entry.action for entry in one(alone, patient, 10).components] == ["continue", "continue", "hold"]
    assert [entry.action for entry in one(both, patient, 10).components] == ["continue", "hold", "hold"]
    assert one(alone, patient, 10).component("haic").others_continue is None
    assert one(both, patient, 10).component("haic").others_continue is True


@pytest.mark.parametrize(
    ("patient", "day", "missing"),
    [
        (Patient().times("ALT", 0, "1").lab("ALT", 21, "400", high=None), 21,
         {("ALT", "no_limit"), ("AST", "no_value")}),
        (Patient().times("ALT", 21, "9").times("AST", 21, "1"), 21, {("ALT", "no_baseline")}),
        (Patient().lab("ALT", 0, "40", high=None).times("ALT", 21, "9").times("AST", 0, "1").times("AST", 21, "1"), 21,
         {("ALT", "no_baseline_limit")}),
        (Patient().times("ALT", 0, "1").lab("ALT", 21, "400", unit="mg"), 21,
         {("ALT", "not_read"), ("AST", "no_value")}),
        (Patient().times("ALT", 0, "1").times("AST", 0, "1").times("ALT", 10, "9").times("AST", 1, "1"), 39,
         {("ALT", "too_old"), ("AST", "too_old")}),
        (Patient().times("ALT", 0, "1").times("AST", 0, "1").times("AST", 21, "1").lab("ALT", 21, ">200"), 21,
         {("ALT", "only_a_bound")}),
    ],
)  # fmt: skip
def test_what_is_missing_is_not_judged_and_the_reason_is_told(
    patient: Patient, day: int, missing: set[tuple[str, str]]
) -> None:
    rule = next(rule for rule in protocol_of(BEV).treatment.rules if rule.id == "ici_liver_stop_normal")
    made = with_rules(BEV, {**rule.model_dump(exclude={"scheme"}), "look_back_days": 28})
    subject = one(made, patient, day)
    if ("ALT", "too_old") not in missing:
        assert subject.fired == ()
    else:
        subject = one(with_rules(BEV, {**rule.model_dump(exclude={"scheme"}), "when": {"laboratory": {
            "tests": ["ALT", "AST"], "above": 20, "unit": "xULN"}}}), patient, day)  # fmt: skip
    assert reasons(subject, rule.id) == missing


@pytest.mark.parametrize(("day", "said"), [(38, "hold"), (39, None)])
def test_a_value_says_nothing_after_the_look_back(day: int, said: str | None) -> None:
    made = with_rules(BEV, {"id": "ulcer", "component": "haic", "action": "examine", "needs": ["HGB"],
                            "when": {"laboratory": {"tests": ["ANC"], "below": 1.2, "unit": "10^9/L"}}})  # fmt: skip
    subject = one(made, anc((10, "1.1")), day)
    assert bool(subject.examine) is (said is not None)
    assert reasons(subject, "ulcer") == (set() if said else {("ANC", "too_old")})


def test_an_event_without_a_grade_is_not_judged() -> None:
    subject = one(REGO, Patient().event(HFSR, 10, None), 12)
    assert "rego_hfsr_3" not in fired(subject)
    assert ("no_grade") in {reason for _, reason in reasons(subject, "rego_hfsr_3")}


def test_an_event_resolved_on_an_unknown_day_is_not_judged_after_it_began() -> None:
    patient = Patient().event(HFSR, 10, 3, AEOUT="RECOVERED/RESOLVED").dose("regorafenib", 0, "160", until=9)
    assert "rego_hfsr_3" in fired(one(REGO, patient, 10))
    subject = one(REGO, patient, 12)
    assert of(subject, "regorafenib")[0] == "hold"
    assert {reason for _, reason in reasons(subject, "rego_hfsr_3")} == {"date_unclear"}


def test_of_several_values_of_a_day_any_holds_and_all_must_allow_to_resume() -> None:
    patient = anc((10, "1.1"), (10, "2"))
    patient.rows[-1][1]["LBSPEC"] = "ANOTHER"
    assert of(one(BEV, patient, 10), "haic")[0] == "hold"
    patient = anc((10, "1.1"), (17, "2"), (17, "1.1"))
    patient.rows[-1][1]["LBSPEC"] = "ANOTHER"
    assert of(one(BEV, patient, 17), "haic")[0] == "hold"


def test_a_dipstick_asks_for_24_hour_urine_until_it_comes() -> None:
    patient = Patient().coded("PROT", 10, "2+")
    assert [entry.rule for entry in one(BEV, patient, 12).examine] == ["bev_dipstick"]
    assert one(BEV, patient.lab("UPROT24", 12, "1.2"), 12).examine == ()
    assert reasons(one(BEV, Patient().coded("PROT", 10, "strange"), 12), "bev_dipstick") == {
        ("PROT, UPROT", "result_unclear")
    }


@pytest.mark.parametrize(
    ("day", "said"), [(52, "continue"), (53, "hold"), (80, "hold"), (107, "hold"), (108, "resume")]
)
def test_surgery_holds_28_days_before_and_after(day: int, said: str) -> None:
    patient = Patient().dose("bevacizumab", 0).procedure("RESECTION", 80, "SCHEDULED").procedure("RESECTION", 80)
    assert of(one(BEV, patient, day), "bevacizumab")[0] == said


def test_unconfirmed_rules_hold_nothing() -> None:
    subject = one(BEV, Patient().dose("pdl1", 0).event("Myocarditis", 10, 4), 12)
    assert [entry.rule for entry in subject.information] == ["ici_heart_and_nerves"]
    assert of(subject, "pdl1") == ("continue", ())


def test_what_was_given_stands_beside_the_advice_and_changes_none() -> None:
    patient = anc((10, "1.1")).dose("HAIC-FOLFOX", 15, "90")
    patient.rows[-1][1]["EXADJ"] = "INVESTIGATOR DECISION"
    advice = advice_of(BEV, patient, day=20)
    assert advice.subjects[0].component("haic").action == "hold"
    rows = advice.course.select("DATE", "KIND", "ACTION", "DETAIL", "ADVICE").rows()
    assert rows == [
        (on(0), "advice", "continue", "", ""),
        (on(0), "given", "", "HAIC-FOLFOX 100 mg", "continue"),
        (on(10), "advice", "hold", "", ""),
        (on(15), "given", "", "HAIC-FOLFOX 90 mg INVESTIGATOR DECISION", "hold"),
    ]
    against = [finding for finding in advice.findings if finding.code == "G031"]
    assert len(against) == 1 and against[0].values["date"] == on(15).isoformat()


def test_rows_after_the_day_are_not_read_and_patients_do_not_touch_each_other() -> None:
    first, second = anc((10, "1.1"), (30, "2")), Patient("P-2").dose("pdl1", 0).times("TBIL", 12, "3.1")
    third = Patient("P-3")
    together = advice_of(BEV, third, first, second, day=20)
    assert [entry.subject for entry in together.subjects] == ["P-3", "P-1", "P-2"]
    for patient in (first, second, third):
        here, alone = together.of(patient.subject), one(BEV, patient, 20)
        assert here is not None
        assert here.components == alone.components and here.unjudged == alone.unjudged
        assert [(entry.rule, entry.state, entry.since) for entry in here.fired] == [
            (entry.rule, entry.state, entry.since) for entry in alone.fired
        ]
    assert of(one(BEV, first, 20), "haic")[0] == "hold"


def test_a_patient_without_a_dose_has_no_advice() -> None:
    patient = Patient()
    from rule_patients import records_of

    adsl = pl.DataFrame({"USUBJID": ["P-1"], "TRTSDT": [None]}, schema={"USUBJID": pl.String, "TRTSDT": pl.Date})
    assert advise(protocol_of(BEV), records_of(patient), adsl, on(10)).subjects == ()

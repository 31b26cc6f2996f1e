"""The decision on hand-made trials: who counts, who is waited for, what a recorded decision fixes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl
import pytest
from little_trial import FIRST_DOSE, LittlePatient, little_protocol, little_records
from test_every_option import stages

from onearm.decide import Decision
from onearm.errors import RecordsError
from onearm.pipeline import Analysis, analyse
from onearm.records import Records

P = LittlePatient
PD = P({"T1": "40 60"}, days=(-7, 60))
SD = P({"T1": "40 40 40 40 40"})
RESPONDER = P({"T1": "40 28 28 28 28"})
PR_AT_63 = P({"T1": "40 28"}, days=(-7, 63))


def day(offset: int) -> dt.date:
    return FIRST_DOSE + dt.timedelta(days=offset)


def recorded(
    offset: int, subjects: Sequence[str], x1: int, action: str = "continue", stage: str = "1"
) -> dict[str, str]:
    names = ";".join(f"LITTLE-{number}" for number in subjects)
    counts = {"SUBJECTS": names, "N1": str(len(subjects)), "X1": str(x1), "ACTION": action}
    who = {"WHO": "the board", "REASON": "as the rule says", "PROTOCOL": "0" * 64}
    return {"DECDTC": day(offset).isoformat(), "STAGE": stage, "CUTDIGEST": "0" * 64, **counts, **who}


def decided(
    patients: Sequence[LittlePatient],
    cut: int,
    decisions: Sequence[dict[str, str]] = (),
    *,
    primary: str = "treated",
    **rule: str,
) -> Analysis:
    protocol = little_protocol(design=stages(**{"unit": "treated", **rule}), primary=primary)
    return analyse(protocol, little_records(patients, decisions), day(cut))


def codes(found: Analysis) -> set[str]:
    return {finding.code for finding in found.findings}


def states(decision: Decision) -> list[str]:
    return [member.state.name for member in decision.members]


def test_a_decision_recorded_after_the_cut_is_not_known_yet() -> None:
    late = [recorded(400, ("01", "02", "03"), 0, "stop_futility")]
    found = decided([PR_AT_63, SD, PD], 80, late)
    assert found.decision.action == "not_ready" and found.decision.recorded is None
    found = decided([SD, SD, SD], 100, [recorded(400, ("01", "02", "03"), 1)])
    assert found.decision.stage == "one" and not codes(found) & {"S102", "S103"}


def test_the_count_beside_a_recorded_one_is_that_of_the_same_day() -> None:
    late = P({"T1": "40 40 40 28 28"})
    found = decided([RESPONDER, late, late], 300, [recorded(150, ("01", "02", "03"), 1)], efficacy="3")
    assert found.decision.recorded is not None
    assert (found.decision.recorded.x1, found.decision.recorded.x1_now) == (1, 1)
    assert not codes(found) & {"S102", "S103"}


def test_a_corrected_reading_that_crosses_the_boundary_is_a_finding_and_no_new_decision() -> None:
    found = decided([SD, SD, SD, SD, SD], 300, [recorded(150, ("01", "02", "03"), 1)])
    assert "S102" in codes(found)
    assert found.decision.stage == "final"


def test_recorded_stage_one_patients_stay_stage_one() -> None:
    patients = [SD, SD, SD, RESPONDER, SD, SD]
    found = decided(patients, 300, [recorded(150, ("01", "02", "04"), 1)])
    assert found.decision.recorded is not None and found.decision.recorded.x1_now == 1
    found = decided(patients, 300, [recorded(150, ("01", "02", "06"), 0, "stop_futility")])
    assert [member.subject[-2:] for member in found.decision.members] == ["01", "02", "06"]


@pytest.mark.parametrize("counts", ["confirmed", "confirmed_and_pending"])
def test_a_procedure_that_fails_the_response_settles_the_patient(counts: str) -> None:
    resected = P({"T1": "40 28"}, days=(-7, 63), procedure=("RESECTION", 80))
    found = decided([resected, PD, PD], 100, counts=counts)
    assert found.decision.action == "stop_futility"
    stable = P({"T1": "40 40"}, days=(-7, 63), procedure=("RESECTION", 80))
    assert decided([stable, PD, PD], 100).decision.action == "stop_futility"


def test_a_late_response_is_late_by_its_first_visit() -> None:
    in_time = P({"T1": "40 28 28 gone gone"})
    for cut in (150, 300):
        found = decided([in_time, PD, PD], cut, late="not_counted")
        assert found.decision.action == "continue", f"cut {cut}"
    too_late = P({"T1": "40 40 40 28"}, days=(-7, 63, 126, 189))
    for counts in ("confirmed", "confirmed_and_pending"):
        assert decided([too_late, PD, PD], 200, late="not_counted", counts=counts).decision.action == "stop_futility"


@pytest.mark.parametrize("not_evaluable_at", [126, 133])
def test_a_response_is_pending_as_long_as_a_scan_can_confirm_it(not_evaluable_at: int) -> None:
    waiting = P({"T1": "40 28 unseen"}, days=(-7, 63, not_evaluable_at))
    found = decided([waiting, PD, PD], 140)
    assert states(found.decision)[0] == "PENDING_CONFIRMATION"
    assert found.decision.members[0].waits_until == day(189 + 7)


def test_a_scan_missed_by_a_day_settles_nothing() -> None:
    before = decided([PR_AT_63, PD, PD], 134)
    late_scan = P({"T1": "40 28 28"}, days=(-7, 63, 135))
    assert before.decision.action == "not_ready"
    assert decided([late_scan, PD, PD], 140).decision.action == "continue"


def test_who_died_before_a_scan_is_a_failure_and_not_replaced() -> None:
    dead = P({"T1": "40"}, days=(-7,), death=30)
    found = decided([dead, dead, RESPONDER, SD, SD], 300, replacement="not_evaluable")
    assert [member.subject[-2:] for member in found.decision.members[:3]] == ["01", "02", "03"]


def test_who_died_undosed_is_replaced_where_the_protocol_replaces_the_undosed() -> None:
    undosed = P({"T1": "40"}, days=(-7,), dosed=False, death=5)
    found = decided(
        [undosed, PD, PD, RESPONDER], 300, replacement="never_dosed", unit="registered", primary="registered"
    )
    assert [member.subject[-2:] for member in found.decision.members[:3]] == ["02", "03", "04"]


def test_no_p_value_after_a_decision_against_the_boundary() -> None:
    patients = [SD, SD, SD, RESPONDER, RESPONDER]
    found = decided(patients, 300, [recorded(150, ("01", "02", "03"), 0)])
    assert {"S104", "S112"} <= codes(found)
    assert found.decision.p_value is None
    assert not [estimate for estimate in found.estimates if estimate.id == "orr.tested"]


def test_no_p_value_where_an_efficacy_stop_was_passed() -> None:
    patients = [RESPONDER, RESPONDER, RESPONDER, SD, SD]
    binding = decided(patients, 300, [recorded(150, ("01", "02", "03"), 3)], efficacy="3")
    assert binding.decision.p_value is None and "S104" in codes(binding)
    loose = decided(patients, 300, [recorded(150, ("01", "02", "03"), 3)], efficacy="3, efficacy_stop_binding: false")
    assert loose.decision.action == "success" and "S104" not in codes(loose)
    assert loose.decision.p_value is not None


def test_no_p_value_where_the_recorded_count_is_gone() -> None:
    found = decided([RESPONDER, PD, PD], 300, [recorded(150, ("01", "02", "03"), 0, "stop_futility")])
    assert found.decision.action == "stop_futility"
    assert found.decision.p_value is None


def test_a_planned_end_has_its_p_value_and_interval() -> None:
    found = decided([RESPONDER, RESPONDER, SD, RESPONDER, SD], 300, [recorded(150, ("01", "02", "03"), 2)])
    tested = found.estimate("orr.tested")
    assert found.decision.action == "success"
    assert tested.p_value is not None and tested.lower is not None and tested.lower >= 0.1
    assert found.decision.p_value == tested.p_value


def test_further_responders_needed_look_at_the_next_boundary() -> None:
    found = decided([RESPONDER, RESPONDER, PR_AT_63], 100, efficacy="3")
    assert found.decision.action == "not_ready"
    assert found.decision.responders_needed is not None and found.decision.responders_needed >= 1


def test_patients_beyond_the_plan_are_reported_and_not_counted() -> None:
    found = decided([RESPONDER, SD, SD, SD, SD, RESPONDER, RESPONDER], 300, [recorded(150, ("01", "02", "03"), 1)])
    assert found.decision.action == "failure"
    assert [subject[-2:] for subject in found.decision.beyond] == ["06", "07"]
    assert "S108" in codes(found)


def test_an_ordered_test_waits_for_a_finished_primary_one() -> None:
    dcr = "ordered, test: {order: 1, null_value: 0.3, null_source: an earlier trial, level: 0.05}"
    early = little_protocol(design=stages(unit="treated"), dcr_role=dcr)
    patients = [RESPONDER, RESPONDER, RESPONDER, SD]
    found = analyse(early, little_records(patients, [recorded(150, ("01", "02", "03"), 3)]), day(300))
    assert found.decision.action == "success" and found.decision.determined_early
    assert all(estimate.p_value is None for estimate in found.estimates)
    found = analyse(early, little_records([*patients, SD], [recorded(150, ("01", "02", "03"), 3)]), day(300))
    assert found.estimate("dcr.confirmed.treated").p_value is not None


def test_a_recorded_final_decision_that_differs_is_a_finding() -> None:
    rows = [recorded(150, ("01", "02", "03"), 2), recorded(290, ("01", "02", "03", "04", "05"), 2, "failure", "2")]
    found = decided([RESPONDER, RESPONDER, SD, RESPONDER, SD], 300, rows)
    assert "S110" in codes(found)


def test_a_cut_long_after_the_last_record_is_remarked_on() -> None:
    assert "S109" in codes(decided([SD, SD, SD], 2000))
    assert "S109" not in codes(decided([SD, SD, SD], 260))


def test_a_cut_before_the_first_patient_is_a_finding() -> None:
    assert "S111" in codes(decided([SD, SD, SD], -60))


def test_a_length_in_words_is_no_length() -> None:
    """``<5`` as the result with an empty number would make the whole scan not evaluable in silence."""
    tables = dict(little_records([RESPONDER]).source_tables())
    row = pl.int_range(pl.len()) == 2
    tables["TR"] = tables["TR"].with_columns(
        TRSTRESC=pl.when(row).then(pl.lit("<5")).otherwise(pl.col("TRSTRESC")),
        TRSTRESN=pl.when(row).then(None).otherwise(pl.col("TRSTRESN")),
    )
    with pytest.raises(RecordsError) as refused:
        Records.from_tables(tables)
    assert [finding.code for finding in refused.value.findings] == ["R085"]


def test_what_comes_after_a_stop_for_futility_wins_nothing() -> None:
    """Two of five responded, which is the boundary; but none of the first three, which was the stop."""
    patients = [SD, SD, SD, RESPONDER, RESPONDER]
    found = decided(patients, 300, [recorded(150, ("01", "02", "03"), 0)], success="2")
    assert (found.decision.action, found.decision.passed_stop) == ("failure", "stop_futility")
    (finding,) = [finding for finding in found.findings if finding.code == "S104"]
    assert "without that stop the rule has a type I error of" in finding.found
    by_rule = decided([RESPONDER, SD, SD, RESPONDER, SD], 300, [recorded(150, ("01", "02", "03"), 1)], success="2")
    assert (by_rule.decision.action, by_rule.decision.passed_stop) == ("success", None)
    assert not codes(by_rule) & {"S104", "S112"}


@pytest.mark.parametrize("binding", ["true", "false"])
def test_going_on_past_an_efficacy_stop_loses_nothing_where_it_binds(binding: str) -> None:
    patients = [RESPONDER, RESPONDER, RESPONDER, SD, SD]
    rule = {"efficacy": f"3, efficacy_stop_binding: {binding}", "success": "4", "power": "0.3"}
    found = decided(patients, 300, [recorded(150, ("01", "02", "03"), 3)], **rule)
    if binding == "true":
        assert (found.decision.action, found.decision.passed_stop) == ("success", "stop_efficacy")
        assert "S104" in codes(found)
    else:
        assert (found.decision.action, found.decision.passed_stop) == ("failure", None)
        assert "S104" not in codes(found)


def test_a_stop_that_does_not_bind_has_its_p_value_where_the_trial_ended_there() -> None:
    patients = [RESPONDER, RESPONDER, RESPONDER]
    stopped = [recorded(150, ("01", "02", "03"), 3, "stop_efficacy")]
    found = decided(patients, 300, stopped, efficacy="3, efficacy_stop_binding: false", power="0.3")
    assert found.decision.action == "stop_efficacy" and found.decision.p_value is not None
    assert found.estimate("orr.design").estimator == "umvue"
    assert found.estimate("orr.design").value == 1.0


def test_plain_rates_of_a_trial_with_a_design_only_describe() -> None:
    for found in (decided([PR_AT_63, SD, PD], 80), decided([SD, SD, SD], 300)):
        plain = [e for e in found.estimates if e.id.startswith(("orr.confirmed", "orr.unconfirmed", "dcr."))]
        assert plain and {estimate.role for estimate in plain} == {"descriptive"}

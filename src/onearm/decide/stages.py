"""The decision: who belongs to which stage, and what the counts say by the protocol's boundaries."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from onearm.decide.results import ActionName, Counts, Decision, Member, RecordedComparison
from onearm.decide.standing import FollowUp, classify_members
from onearm.derive import Derived
from onearm.derive.rules import response_rules
from onearm.kernels.stage import (
    NO_BOUNDARY,
    Action,
    PatientState,
    decide_final,
    decide_stage_one,
    stage_one_region,
)
from onearm.protocol import Protocol, missing_for
from onearm.protocol.questions import Blocked
from onearm.protocol.trial_design import Design
from onearm.records import RecordedDecision

_ACTION_NAMES: dict[Action, ActionName] = {
    Action.NOT_READY: "not_ready",
    Action.CONTINUE: "continue",
    Action.STOP_FUTILITY: "stop_futility",
    Action.STOP_EFFICACY: "stop_efficacy",
    Action.SUCCESS: "success",
    Action.FAILURE: "failure",
}

_UNIT_FLAGS = {"registered": "REGFL", "treated": "TRTFL", "eligible": "ELIGFL", "evaluable": "EVALFL"}


def decide(protocol: Protocol, derived: Derived, cut: dt.date, recorded: tuple[RecordedDecision, ...] = ()) -> Decision:
    """The decision that the protocol's rule gives on what was known at the cut.

    Stage one is settled by the recorded interim decision when there is one: the final count conditions on it, and the
    same count now stands beside it. Refused while the protocol leaves a place open that the rule needs.
    """
    rule = describe_rule(protocol)
    if protocol.design.kind == "exploratory":
        return Decision("refused", "none", rule, None)
    needed: tuple[Blocked, ...] = ("decision", "calendar")
    missing = tuple(dict.fromkeys(q.path for what in needed for q in missing_for(protocol, what)))
    if missing:
        return Decision("refused", "none", rule, None, missing=missing)
    if protocol.design.kind == "single-stage":
        return _decide_last(protocol, derived, cut, None)
    interim = next((entry for entry in reversed(recorded) if entry.stage == 1), None)
    first = _decide_first(protocol, derived, cut, interim)
    if interim is not None and interim.action != "continue":
        return first
    if interim is None and (first.action != "continue" or not _has_second_stage(protocol, derived)):
        return first
    return _decide_last(protocol, derived, cut, first.recorded)


def describe_rule(protocol: Protocol) -> dict[str, object]:
    """The numbers and choices of the decision rule, as the report and the JSON show them."""
    design = protocol.design
    return {
        "kind": design.kind,
        "n1": design.n1,
        "n": design.n,
        "futility_stop": design.futility_stop,
        "efficacy_stop": design.efficacy_stop,
        "success": design.success,
        "unit": design.stage_one.unit or protocol.sets.primary,
        "replacement": design.stage_one.replacement,
        "interim_through_scan": design.interim.assessed_through_scan,
        "interim_counts": design.interim.counts,
        "late_responders": design.interim.late_responders,
        "final_through_scan": design.final.assessed_through_scan,
    }


def counting_unit(protocol: Protocol) -> str:
    """Which patients the boundaries count: the stage-one unit, or the primary set of a single-stage design."""
    unit = protocol.design.stage_one.unit or protocol.sets.primary
    assert unit is not None, "open places are refused before a decision is computed"
    return unit


def _needed(value: int | None) -> int:
    assert value is not None, "open places are refused before a decision is computed"
    return value


def _ordered_subjects(protocol: Protocol, derived: Derived) -> tuple[str, ...]:
    """Subjects of the counting unit by registration time, then subject id."""
    flag = _UNIT_FLAGS[counting_unit(protocol)]
    rows = derived.adsl.filter(derived.adsl[flag] == "Y").sort("REGSEQ")
    return tuple(rows["USUBJID"].to_list())


def _select_members(
    protocol: Protocol, derived: Derived, cut: dt.date, follow: FollowUp, planned: int
) -> tuple[Member, ...]:
    """The first ``planned`` subjects of the unit, after the replacements that the protocol allows."""
    assert protocol.response_options is not None, "a decision is refused while the criterion is unstated"
    rules = response_rules(protocol.response_options)
    everyone = classify_members(protocol, derived, rules, _ordered_subjects(protocol, derived), follow, cut)
    replacement = protocol.design.stage_one.replacement
    if replacement == "never_dosed":
        dosed = set(derived.adsl.filter(derived.adsl["TRTFL"] == "Y")["USUBJID"].to_list())
        off = set(derived.adsl.filter(derived.adsl["EOSDT"].is_not_null())["USUBJID"].to_list())
        everyone = tuple(m for m in everyone if m.subject in dosed or m.subject not in off)
    elif replacement == "not_evaluable":
        everyone = tuple(m for m in everyone if m.state is not PatientState.NOT_EVALUABLE)
    return everyone[:planned]


def _count(members: tuple[Member, ...], planned: int) -> Counts:
    states = Counter(member.state for member in members)
    return Counts(
        planned=planned,
        members=len(members),
        responders=states[PatientState.RESPONDER],
        pending_confirmation=states[PatientState.PENDING_CONFIRMATION],
        may_respond=states[PatientState.MAY_RESPOND],
        not_yet_assessed=states[PatientState.NOT_YET_ASSESSED],
        not_evaluable=states[PatientState.NOT_EVALUABLE],
        non_responders=states[PatientState.NON_RESPONDER],
    )


def _has_second_stage(protocol: Protocol, derived: Derived) -> bool:
    return len(_ordered_subjects(protocol, derived)) > _needed(protocol.design.n1)


def _decide_first(protocol: Protocol, derived: Derived, cut: dt.date, interim: RecordedDecision | None) -> Decision:
    design = protocol.design
    follow = FollowUp(
        scan=_needed(design.interim.assessed_through_scan),
        pending_counts=design.interim.counts == "confirmed_and_pending",
        late_count=design.interim.late_responders == "count_until_decision",
    )
    members = _select_members(protocol, derived, cut, follow, _needed(design.n1))
    counts = _count(members, _needed(design.n1))
    futility, efficacy = _needed(design.futility_stop), _efficacy_stop(design)
    action = Action(decide_stage_one(counts.responders, counts.undecided, futility, efficacy))
    comparison = None
    name = _ACTION_NAMES[action]
    if interim is not None:
        comparison = _compare(design, interim, members)
        name = interim.action
    return Decision(
        action=name,
        stage="one",
        rule=describe_rule(protocol),
        counts=counts,
        members=members,
        determined_early=action is not Action.NOT_READY and counts.undecided > 0,
        responders_needed=max(0, futility + 1 - counts.responders) if action is Action.NOT_READY else None,
        earliest_day=_earliest_day(members, counts) if action is Action.NOT_READY else None,
        recorded=comparison,
    )


def _efficacy_stop(design: Design) -> int:
    return NO_BOUNDARY if design.efficacy_stop is None else design.efficacy_stop


def _compare(design: Design, interim: RecordedDecision, members: tuple[Member, ...]) -> RecordedComparison:
    responders = {member.subject for member in members if member.state is PatientState.RESPONDER}
    now = len(responders & set(interim.subjects))
    futility, efficacy = _needed(design.futility_stop), _efficacy_stop(design)
    decided = stage_one_region(interim.responses, futility, efficacy)
    return RecordedComparison(
        date=interim.decided_on,
        action=interim.action,
        n1=interim.size,
        x1=interim.responses,
        x1_now=now,
        subjects=interim.subjects,
        crosses_boundary=decided != stage_one_region(now, futility, efficacy),
        against_boundary=not _is_allowed(design, Action(decided), interim.action),
        protocol_digest=interim.protocol_digest,
    )


def _is_allowed(design: Design, decided: Action, taken: str) -> bool:
    """Whether the action taken is the boundary's; an efficacy stop that is not binding leaves going on open."""
    if decided is Action.STOP_EFFICACY and design.efficacy_stop_binding is False and taken == "continue":
        return True
    return _ACTION_NAMES[decided] == taken


def _decide_last(protocol: Protocol, derived: Derived, cut: dt.date, recorded: RecordedComparison | None) -> Decision:
    design = protocol.design
    follow = FollowUp(scan=_needed(design.final.assessed_through_scan), pending_counts=False, late_count=True)
    members = _select_members(protocol, derived, cut, follow, _needed(design.n))
    counts = _count(members, _needed(design.n))
    success = _needed(design.success)
    action = Action(decide_final(counts.responders, counts.undecided, success))
    return Decision(
        action=_ACTION_NAMES[action],
        stage="final",
        rule=describe_rule(protocol),
        counts=counts,
        members=members,
        determined_early=action is not Action.NOT_READY and counts.undecided > 0,
        responders_needed=success - counts.responders if action is Action.NOT_READY else None,
        earliest_day=_earliest_day(members, counts) if action is Action.NOT_READY else None,
        recorded=recorded,
    )


def _earliest_day(members: tuple[Member, ...], counts: Counts) -> dt.date | None:
    """When everybody still open can have been scanned; unknown while patients are yet to come."""
    if counts.missing:
        return None
    days = [member.waits_from for member in members if member.waits_from is not None]
    return max(days, default=None)

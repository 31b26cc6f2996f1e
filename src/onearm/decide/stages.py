"""The decision: who belongs to which stage, and what the counts say by the protocol's boundaries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Literal

from onearm.decide.results import ActionName, Counts, Decision, Member, RecordedComparison
from onearm.decide.standing import FollowUp, classify_members
from onearm.derive import Derived
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


def find_interim(recorded: tuple[RecordedDecision, ...], cut: dt.date) -> RecordedDecision | None:
    """The interim decision on record at the cut: the last one of stage one; later ones are not known yet."""
    known = [entry for entry in recorded if entry.stage == 1 and entry.decided_on <= cut]
    return max(known, key=lambda entry: entry.decided_on, default=None)


def decide(
    protocol: Protocol,
    derived: Derived,
    cut: dt.date,
    interim: RecordedDecision | None = None,
    derived_at_interim: Derived | None = None,
) -> Decision:
    """The decision that the protocol's rule gives on what was known at the cut.

    Stage one is settled by the recorded interim decision when there is one (`find_interim`): its patients stay stage
    one, the final count conditions on it, and beside it stands the same count by today's records as of that day
    (``derived_at_interim``: the records cut at the day of the decision). Refused while the protocol leaves a place
    open that the rule needs.
    """
    rule = describe_rule(protocol)
    if protocol.design.kind == "exploratory":
        return Decision("refused", "none", rule, None)
    needed: tuple[Blocked, ...] = ("decision", "calendar")
    missing = tuple(dict.fromkeys(q.path for what in needed for q in missing_for(protocol, what)))
    if missing:
        return Decision("refused", "none", rule, None, missing=missing)
    if protocol.design.kind == "single-stage":
        return _decide_last(protocol, derived, cut, (), None)
    if interim is None:
        first = decide_stage_one_now(protocol, derived, cut)
        if first.action != "continue" or not _has_second_stage(protocol, derived):
            return first
        return _decide_last(protocol, derived, cut, (), None)
    compared = _compare(protocol, derived_at_interim or derived, interim)
    if interim.action != "continue":
        settled = _decide_first(protocol, derived_at_interim or derived, interim.decided_on, interim.subjects)
        return replace(
            settled,
            action=interim.action,
            determined_early=False,
            responders_needed=None,
            earliest_day=None,
            recorded=compared,
        )
    return _decide_last(protocol, derived, cut, interim.subjects, compared)


def decide_stage_one_now(protocol: Protocol, derived: Derived, cut: dt.date) -> Decision:
    """What stage one of a two-stage rule says on what is known at the cut, whatever was recorded."""
    return _decide_first(protocol, derived, cut, ())


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
    protocol: Protocol,
    derived: Derived,
    cut: dt.date,
    follow: FollowUp,
    planned: int,
    fixed: tuple[str, ...],
) -> tuple[Member, ...]:
    """The first ``planned`` subjects: those that a recorded decision fixed, then the unit's in order of registration.

    Replacements that the protocol allows are left out, never out of what was fixed.
    """
    waiting = tuple(subject for subject in _ordered_subjects(protocol, derived) if subject not in set(fixed))
    everyone = classify_members(protocol, derived, (*fixed, *waiting), follow, cut)
    replaced = _replaced(protocol, derived, everyone)
    return tuple(member for member in everyone if member.subject in fixed or member.subject not in replaced)[:planned]


def _replaced(protocol: Protocol, derived: Derived, members: tuple[Member, ...]) -> set[str]:
    """Whom the protocol replaces: the settled without a dose, or the settled who are not evaluable for response.

    Who progressed or died before an assessment is evaluable (a failure), as in the evaluable set, and never replaced.
    """
    rule = protocol.design.stage_one.replacement
    rows = {row["USUBJID"]: row for row in derived.adsl.iter_rows(named=True)}
    if rule == "never_dosed":
        return {
            subject
            for subject, row in rows.items()
            if row["TRTFL"] != "Y" and (row["EOSDT"] is not None or row["DTHDT"] is not None)
        }
    if rule == "not_evaluable":
        return {
            m.subject for m in members if m.state is PatientState.NOT_EVALUABLE and rows[m.subject]["EVALFL"] != "Y"
        }
    return set()


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


def _stage_one_follow_up(design: Design) -> FollowUp:
    return FollowUp(
        scan=_needed(design.interim.assessed_through_scan),
        pending_counts=design.interim.counts == "confirmed_and_pending",
        late_count=design.interim.late_responders == "count_until_decision",
    )


def _decide_first(protocol: Protocol, derived: Derived, cut: dt.date, fixed: tuple[str, ...]) -> Decision:
    design = protocol.design
    planned = len(fixed) or _needed(design.n1)
    members = _select_members(protocol, derived, cut, _stage_one_follow_up(design), planned, fixed)
    counts = _count(members, planned)
    futility, efficacy = _needed(design.futility_stop), _efficacy_stop(design)
    action = Action(decide_stage_one(counts.responders, counts.undecided, futility, efficacy))
    waits = action is Action.NOT_READY
    # Upwards, the next boundary above the present count is the futility one, else the efficacy one.
    goal = futility + 1 if counts.responders <= futility else efficacy
    return Decision(
        action=_ACTION_NAMES[action],
        stage="one",
        rule=describe_rule(protocol),
        counts=counts,
        members=members,
        determined_early=not waits and counts.undecided > 0,
        responders_needed=goal - counts.responders if waits else None,
        earliest_day=_earliest_day(members, counts) if waits else None,
    )


def _efficacy_stop(design: Design) -> int:
    return NO_BOUNDARY if design.efficacy_stop is None else design.efficacy_stop


def _compare(protocol: Protocol, derived: Derived, interim: RecordedDecision) -> RecordedComparison:
    """The recorded count beside the same count of the same patients on the same day, by the records as they are now."""
    design = protocol.design
    members = classify_members(protocol, derived, interim.subjects, _stage_one_follow_up(design), interim.decided_on)
    now = sum(member.state is PatientState.RESPONDER for member in members)
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


def _decide_last(
    protocol: Protocol, derived: Derived, cut: dt.date, fixed: tuple[str, ...], recorded: RecordedComparison | None
) -> Decision:
    design = protocol.design
    follow = FollowUp(scan=_needed(design.final.assessed_through_scan), pending_counts=False, late_count=True)
    members = _select_members(protocol, derived, cut, follow, _needed(design.n), fixed)
    counts = _count(members, _needed(design.n))
    success = _needed(design.success)
    passed = _passed_stop(design, recorded)
    if passed is None:
        action = Action(decide_final(counts.responders, counts.undecided, success))
    else:
        # By the rule the trial had ended: what came after a stop can neither win it nor lose it.
        action = Action.FAILURE if passed == "stop_futility" else Action.SUCCESS
    waits = action is Action.NOT_READY
    return Decision(
        action=_ACTION_NAMES[action],
        stage="final",
        passed_stop=passed,
        rule=describe_rule(protocol),
        counts=counts,
        members=members,
        determined_early=not waits and passed is None and counts.undecided > 0,
        responders_needed=success - counts.responders if waits else None,
        earliest_day=_earliest_day(members, counts) if waits else None,
        recorded=recorded,
        beyond=tuple(s for s in _ordered_subjects(protocol, derived) if s not in {m.subject for m in members})
        if counts.members == counts.planned
        else (),
    )


def _passed_stop(
    design: Design, recorded: RecordedComparison | None
) -> Literal["stop_futility", "stop_efficacy"] | None:
    """The stop that the recorded count called for and the trial went past; None if it went on by the rule."""
    if recorded is None or not recorded.against_boundary or recorded.action != "continue":
        return None
    return "stop_futility" if recorded.x1 <= _needed(design.futility_stop) else "stop_efficacy"


def _earliest_day(members: tuple[Member, ...], counts: Counts) -> dt.date | None:
    """When everybody still open can have been scanned; unknown while patients are yet to come."""
    if counts.missing:
        return None
    days = [member.waits_from for member in members if member.waits_from is not None]
    return max(days, default=None)

"""Where the trial stands against a stopping rule: patients in order of registration, the bound, and who is open.

The rule looks after each patient in order of registration. An event counts as soon as it is known, a patient still
under observation may yet have one. So the bound at k patients is reached once the known events among the first k reach
it, whatever becomes of those who are open; and with complete observation the count is that of the exact boundary.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, get_args

import polars as pl

from onearm.derive import Derived
from onearm.protocol import Protocol
from onearm.protocol.check_safety import missing_for_rule, short_name
from onearm.protocol.event_parts import ANY_COMPONENT, EventFilter, StoppingRule
from onearm.protocol.safety_parts import safety_plan
from onearm.protocol.stopping_boundary import StoppingBoundary, boundary_of
from onearm.safety.event_words import plain
from onearm.safety.events import DEATH

_NEVER_EMERGENT = ("not_treated", "before_first_dose", "not_worse_than_baseline")

State = Literal["event", "free", "pending", "doubtful", "left_out"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Watched:
    """One treated patient under a stopping rule."""

    subject: str
    state: State
    """``event``; ``free`` of it through the window; ``pending``: still in it; ``doubtful``: an event may count or not;
    ``left_out``: left before its end, and the protocol leaves such patients out."""
    day: dt.date | None
    """Day of the event, or last day of the window."""


@dataclass(frozen=True)
class Crossing:
    """The first day on which a bound was reached."""

    day: dt.date
    patients: int
    events: int
    bound: int


@dataclass(frozen=True)
class Standing:
    """A stopping rule at the cut-off."""

    rule: StoppingRule
    boundary: StoppingBoundary | None
    missing: tuple[str, ...]
    """What the protocol leaves open, so that the rule is not run."""
    patients: tuple[Watched, ...]
    crossed: Crossing | None
    may_cross: bool
    """Not crossed, but it would be if the patients who are open all had the event."""

    @property
    def counted(self) -> tuple[Watched, ...]:
        """The patients whom the rule counts, in order."""
        return tuple(one for one in self.patients if one.state != "left_out")

    def in_state(self, *states: State) -> tuple[str, ...]:
        """The patients in some states, in order."""
        return tuple(one.subject for one in self.patients if one.state in states)


def run_rules(protocol: Protocol, derived: Derived, adae: pl.DataFrame) -> tuple[Standing, ...]:
    """Every stopping rule of the protocol at the cut-off, in its order."""
    return tuple(run_rule(rule, derived, adae) for rule in safety_plan(protocol.safety).stopping)


def run_rule(rule: StoppingRule, derived: Derived, adae: pl.DataFrame) -> Standing:
    """One stopping rule; not run while the protocol leaves open what it needs."""
    missing = tuple(f"safety.stopping.{rule.id}.{name}" for name in missing_for_rule(rule))
    boundary = boundary_of(rule)
    if missing or boundary is None:
        return Standing(rule, None, missing, (), None, may_cross=False)
    treated = derived.adsl.filter(pl.col("TRTFL") == "Y").sort("REGSEQ", "USUBJID")
    events: dict[str, list[dict[str, Any]]] = {}
    for event in adae.iter_rows(named=True):
        events.setdefault(event["USUBJID"], []).append(event)
    watched = tuple(
        _watch(rule, subject, events.get(subject["USUBJID"], []), derived.cutoff)
        for subject in treated.iter_rows(named=True)
    )
    counted = [one for one in watched if one.state != "left_out"]
    crossed = _first_crossing(boundary, counted)
    return Standing(rule, boundary, (), watched, crossed, may_cross=crossed is None and _may_cross(boundary, counted))


def _watch(rule: StoppingRule, subject: dict[str, Any], events: list[dict[str, Any]], cutoff: dt.date) -> Watched:
    name, start = str(subject["USUBJID"]), subject["TRTSDT"]
    days = None if rule.window is None else rule.window.days
    end = None if days is None else start + dt.timedelta(days=days)
    verdicts = [(event, _counts(rule.event, event, start, end)) for event in events]
    # An onset that is not known to the day counts from the last day that it can mean.
    # One that counts for being fatal is known on the day of death.
    death = subject["DTHDT"] if rule.event.fatal or rule.event.grade_at_least == DEATH else None
    sure = sorted(
        max(day for day in (event["ASTDT"] or event["ASTLATDT"] or cutoff, death) if day is not None)
        for event, verdict in verdicts
        if verdict is True
    )
    if sure:
        return Watched(name, "event", sure[0])
    if any(verdict is None for _, verdict in verdicts):
        return Watched(name, "doubtful", end)
    if end is None:
        has_left = subject["DTHDT"] is not None or subject["EOSDT"] is not None
        return Watched(name, "free" if has_left else "pending", None)
    if end <= cutoff and not _left_before(subject, end):
        return Watched(name, "free", end)
    if _left_before(subject, end):
        return Watched(name, "left_out" if rule.incomplete == "left_out" else "free", end)
    return Watched(name, "pending", end)


def _left_before(subject: dict[str, Any], end: dt.date) -> bool:
    return any(subject[name] is not None and subject[name] < end for name in ("DTHDT", "EOSDT"))


def _counts(wanted: EventFilter, event: dict[str, Any], start: dt.date, end: dt.date | None) -> bool | None:
    """Whether an event meets every condition; None where one cannot be told and none is missed."""
    answers: list[bool | None] = [_in_time(event, start, end), event["PROGFL"] == "N"]
    if wanted.grade_at_least is not None:
        grade = event["AETOXGRN"]
        answers.append(None if grade is None else grade >= wanted.grade_at_least)
    if wanted.related_to:
        columns = ["AREL" if name == ANY_COMPONENT else f"AREL{short_name(name)}" for name in wanted.related_to]
        told = [event[column] for column in columns]
        answers.append(True if "Y" in told else (None if None in told else False))
    if wanted.serious:
        answers.append(None if event["ASER"] is None else event["ASER"] == "Y")
    if wanted.fatal:
        answers.append(event["AFATFL"] == "Y")
    if wanted.groups or wanted.terms:
        in_group = any(group in wanted.groups for group in (event["AESI"] or "").split())
        answers.append(in_group or plain(event["TERM"]) in [plain(term) for term in wanted.terms])
    if False in answers:
        return False
    return None if None in answers else True


def _in_time(event: dict[str, Any], start: dt.date, end: dt.date | None) -> bool | None:
    """Whether the onset lies in the window; without a window, whether the event is treatment-emergent.

    The rule's own window runs from the first dose: an event in it counts however soon the treatment ended.
    """
    if end is None:
        return None if event["TRTEMFL"] is None else event["TRTEMFL"] == "Y"
    if event["TRTEMRSN"] in _NEVER_EMERGENT:
        return False
    low = event["ASTDT"] or event["ASTEARDT"] or dt.date.min
    high = event["ASTDT"] or event["ASTLATDT"] or dt.date.max
    if high < start or low > end:
        return False
    return True if start <= low and high <= end and event["TRTEMRSN"] != "grade_missing" else None


def _first_crossing(boundary: StoppingBoundary, counted: list[Watched]) -> Crossing | None:
    """The earliest day on which the known events among the first k patients reach the bound at k, for any k."""
    found: list[Crossing] = []
    for patients in range(1, len(counted) + 1):
        bound = boundary.bound_at(patients)
        days = sorted(one.day for one in counted[:patients] if one.state == "event" and one.day is not None)
        if bound is not None and len(days) >= bound:
            day = days[bound - 1]
            found.append(Crossing(day, patients, sum(1 for other in days if other <= day), bound))
    return min(found, key=lambda one: (one.day, one.patients), default=None)


def _may_cross(boundary: StoppingBoundary, counted: list[Watched]) -> bool:
    possible = 0
    for patients, one in enumerate(counted, start=1):
        possible += one.state in ("event", "pending", "doubtful")
        bound = boundary.bound_at(patients)
        if bound is not None and possible >= bound:
            return True
    return False

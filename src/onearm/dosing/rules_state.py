"""One patient and component along the days: held until it may be resumed, reduced, stopped for good.

The course is worked out from the records alone, each time anew: what the investigator gave meanwhile changes no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from onearm.dosing.rules_conditions import Judged
from onearm.dosing.rules_given import NO_AMOUNT, Given
from onearm.dosing.rules_moments import NO, YES, Moments
from onearm.dosing.rules_results import Action, ReducedTo
from onearm.measure.laboratory import MILLION
from onearm.protocol.dose_rule_parts import DoseRule, ReducedDose

State = Literal["fires", "stands", "limit_passed", "below_last_level"]


@dataclass(frozen=True, eq=False)
class JudgedRule:
    """A rule with what its conditions say at every moment."""

    rule: DoseRule
    when: Judged
    resume: Judged | None

    @cached_property
    def fires(self) -> bytes:
        """What ``when`` says at each moment: bytes, since single cells of an array are slow to read."""
        return self.when.truth.tobytes()

    @cached_property
    def allows(self) -> bytes:
        """What ``resume`` says at each moment; empty without one."""
        return b"" if self.resume is None else self.resume.truth.tobytes()


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule whose consequence stands: since which moment, and how."""

    rule: DoseRule
    moment: int
    state: State
    ended_by: int | None = None
    """Moment of the limit that passed."""


@dataclass(frozen=True, slots=True)
class Change:
    """The advice from one moment on."""

    moment: int
    action: Action
    rules: tuple[str, ...]
    reduced_to: tuple[ReducedTo, ...]


@dataclass
class Course:
    """The state of one component of one patient while the days pass."""

    component: str
    stopped: Standing | None = None
    held: dict[str, Standing] = field(default_factory=dict)
    targets: dict[str, tuple[ReducedTo, Standing]] = field(default_factory=dict)
    """Drug → the dose that is not to be exceeded."""
    released: tuple[int, tuple[str, ...]] | None = None
    """Day of the release and its rules, until a dose was given."""
    level_unknown: set[str] = field(default_factory=set)
    """Rules that ask for one level down where the level is not known."""
    changes: list[Change] = field(default_factory=list)
    fired_before: set[str] = field(default_factory=set)
    """Rules that held when last judged: a reduction is taken once a firing."""


def follow_component(
    component: str, rules: Sequence[JudgedRule], given: Given, moments: Moments, first: int, end: int
) -> Course:
    """The course of one component over one patient's moments ``first`` to ``end`` (left out)."""
    course = Course(component)
    rules = [judged for judged in rules if YES in judged.fires[first:end]]
    for moment in range(first, end):
        if course.stopped is None:
            _fire(course, rules, given, moment)
            _pass_limits(course, given, moments, moment)
            _release(course, rules, given, moments, moment)
        _record(course, given, moment)
    return course


def _fire(course: Course, rules: Sequence[JudgedRule], given: Given, moment: int) -> None:
    for judged in rules:
        rule, truth = judged.rule, judged.fires[moment]
        if truth == YES:
            begins = rule.id not in course.fired_before
            course.fired_before.add(rule.id)
            if rule.action == "stop":
                course.stopped = course.stopped or Standing(rule, moment, "fires")
            elif rule.action == "hold" and rule.id not in course.held:
                _hold(course, rule, given, moment)
            elif rule.action == "reduce" and begins:
                _reduce(course, rule, rule.reduce, given, moment)
        elif truth == NO:
            course.fired_before.discard(rule.id)


def _hold(course: Course, rule: DoseRule, given: Given, moment: int) -> None:
    course.held[rule.id] = Standing(rule, moment, "fires")
    course.released = None
    own = rule.component == course.component
    if own and rule.resume_at == "one_level_down":
        amount = int(given.amount[moment])
        if amount != NO_AMOUNT and amount <= given.lowest and rule.below_last == "stop":
            course.stopped = course.stopped or Standing(rule, moment, "below_last_level")


def _reduce(
    course: Course,
    rule: DoseRule,
    to: Literal["one_level_down"] | tuple[ReducedDose, ...] | None,
    given: Given,
    moment: int,
) -> None:
    """Set the dose that is not to be exceeded; it is never raised again by a rule."""
    standing = Standing(rule, moment, "fires")
    for reduced in _targets(course, rule, to, given, moment):
        known = course.targets.get(reduced.drug)
        if known is None or reduced.unit != known[0].unit or reduced.amount < known[0].amount:
            course.targets[reduced.drug] = (reduced, standing)


def _targets(
    course: Course,
    rule: DoseRule,
    to: Literal["one_level_down"] | tuple[ReducedDose, ...] | None,
    given: Given,
    moment: int,
) -> Iterator[ReducedTo]:
    if to == "one_level_down":
        amount = int(given.amount[moment])
        if amount == NO_AMOUNT or not given.is_level(amount):
            course.level_unknown.add(rule.id)
            return
        lower = given.lower_level(amount)
        if lower is None:
            course.stopped = course.stopped or Standing(rule, moment, "below_last_level")
        else:
            yield ReducedTo("", Decimal(lower), given.unit, rule.id)
    elif to is not None:
        for dose in to:
            yield ReducedTo(dose.drug, dose.amount, dose.unit, rule.id)


def _pass_limits(course: Course, given: Given, moments: Moments, moment: int) -> None:
    """Recovery after the limit's last day is too late: the limit is looked at before the release."""
    for standing in course.held.values():
        limit = standing.rule.limit
        if limit is None or course.stopped is not None:
            continue
        if limit.of == "hold":
            origin = int(moments.day[standing.moment])
        elif given.last_day[moment] >= 0 and not given.is_open[moment]:
            origin = int(given.last_day[moment])
        else:
            continue
        if int(moments.day[moment]) - origin > (limit.within.days or 0):
            course.stopped = Standing(standing.rule, standing.moment, "limit_passed", moment)


def _release(course: Course, rules: Sequence[JudgedRule], given: Given, moments: Moments, moment: int) -> None:
    if not course.held:
        return
    day = int(moments.day[moment])
    released: list[str] = []
    for judged in rules:
        rule = judged.rule
        standing = course.held.get(rule.id)
        if standing is None or judged.resume is None or judged.fires[moment] == YES:
            continue
        least = rule.hold_at_least.days if rule.hold_at_least is not None else 0
        if judged.allows[moment] == YES and day - int(moments.day[standing.moment]) >= (least or 0):
            del course.held[rule.id]
            released.append(rule.id)
            if rule.resume_at is not None and rule.component == course.component:
                # One level below what was given when it was held.
                _reduce(course, rule, rule.resume_at, given, standing.moment)
    if released and not course.held and course.stopped is None:
        course.released = (day, tuple(released))


def _record(course: Course, given: Given, moment: int) -> None:
    """Note the advice of the moment where it is another than before."""
    if course.released is not None and int(given.started[moment]) >= course.released[0]:
        course.released = None
    action, rules = _advised(course, given, moment)
    reduced = tuple(entry for entry, _ in course.targets.values())
    last = course.changes[-1] if course.changes else None
    if last is None or (last.action, last.rules, last.reduced_to) != (action, rules, reduced):
        course.changes.append(Change(moment, action, rules, reduced))


def _advised(course: Course, given: Given, moment: int) -> tuple[Action, tuple[str, ...]]:
    if course.stopped is not None:
        return "stop", (course.stopped.rule.id,)
    if course.held:
        return "hold", tuple(course.held)
    released = course.released[1] if course.released is not None else ()
    too_much = tuple(dict.fromkeys(
        standing.rule.id for entry, standing in course.targets.values() if not _kept(entry, given, moment)
    ))  # fmt: skip
    if released:
        # To be given again, at the dose that stands beside it.
        return "resume", released
    return ("reduce", too_much) if too_much else ("continue", ())


def _kept(entry: ReducedTo, given: Given, moment: int) -> bool:
    """Whether the dose last given keeps a reduction; a dose by surface or weight cannot be told from its milligrams."""
    amount = int(given.amount[moment])
    return not entry.drug and amount != NO_AMOUNT and entry.unit == given.unit and amount <= int(entry.amount * MILLION)

"""What the protocol's dose rules advise on a day: hold, reduce, resume or stop, a patient and component.

Every rule is judged, the strictest that holds is advised for each component, and all that hold are listed with what
they read and where they are written. A rule whose input is missing or too old is not judged: it is listed, never passed
over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from onearm.dosing.rules_conditions import Judge
from onearm.dosing.rules_course import gather_course, given_against
from onearm.dosing.rules_given import Given, follow_doses, read_given, read_not_given
from onearm.dosing.rules_happenings import read_events
from onearm.dosing.rules_moments import UNKNOWN, YES, Moments, date_of, make_moments
from onearm.dosing.rules_results import Advice, ComponentAdvice, Fired, Missing, SubjectAdvice, Unjudged
from onearm.dosing.rules_state import Change, Course, JudgedRule, Standing, State, follow_component
from onearm.dosing.rules_thresholds import threshold_days
from onearm.dosing.rules_values import Values
from onearm.errors import Finding, Place
from onearm.measure import read_laboratory, with_baseline
from onearm.protocol import Protocol
from onearm.protocol.dose_rule_parts import DoseRule
from onearm.records import Records, first_of, last_of

__all__ = ["advise"]


def advise(
    protocol: Protocol,
    records: Records,
    adsl: pl.DataFrame,
    on: dt.date,
    subjects: Collection[str] | None = None,
) -> Advice:
    """The advice for every treated patient (or those of ``subjects``) on a day, from what was recorded up to it.

    ``adsl``: USUBJID and TRTSDT (first dose of any component) as `onearm.derive.derive` gives them. A patient without
    a dose by ``on`` has no advice. Rows after ``on`` are not read, but for planned procedures. Without rules in the
    protocol every component is to be continued.
    """
    starts = adsl.select("USUBJID", "TRTSDT").filter(pl.col("TRTSDT").is_not_null())
    if subjects is not None:
        starts = starts.filter(pl.col("USUBJID").is_in(list(subjects)))
    given = read_given(protocol, records, on)
    laboratory = with_baseline(read_laboratory(records, on), adsl)
    events = read_events(records, on)
    days = [*_recorded_days(records, laboratory, given), *threshold_days(protocol.treatment.rules, records, given)]
    moments = make_moments(starts, days, on)
    judge = Judge(Values(laboratory, records, moments, on), events, records, moments, protocol.treatment.steroids, on)
    engine = _Engine(protocol, judge, given)
    results = tuple(engine.of_subject(number, on) for number in range(len(moments.subjects)))
    course = gather_course(moments, engine.courses, engine.information, given, read_not_given(protocol, records, on))
    return Advice(on, results, engine.held(), course, _findings(results, course))


def _recorded_days(records: Records, laboratory: pl.DataFrame, given: pl.DataFrame) -> list[pl.DataFrame]:
    """Every day of which the records say something; the day after an event's end too, when it is gone."""
    after = pl.duration(days=1)
    frames = [laboratory.select("USUBJID", pl.col("DATE").alias("DAY"))]
    frames += [given.select("USUBJID", pl.col(name).alias("DAY")) for name in ("DAY", "END")]
    for domain, column in (("AE", "AESTDTC"), ("CM", "CMSTDTC"), ("PR", "PRSTDTC"), ("VS", "VSDTC"), ("LB", "LBDTC")):
        table = records.tables[domain]
        frames += [table.select("USUBJID", pl.col(part(column)).alias("DAY")) for part in (first_of, last_of)]
    for domain, column in (("AE", "AEENDTC"), ("CM", "CMENDTC")):
        table = records.tables[domain]
        frames += [table.select("USUBJID", (pl.col(part(column)) + after).alias("DAY")) for part in (first_of, last_of)]
    return frames


@dataclass(eq=False)
class _Engine:
    """Every rule judged at every moment, and the courses of the components where any rule spoke."""

    protocol: Protocol
    judge: Judge
    given: pl.DataFrame
    rules: list[JudgedRule] = field(init=False)
    doses: dict[str, Given] = field(init=False)
    courses: dict[tuple[int, str], Course] = field(default_factory=dict)
    information: list[tuple[int, int, DoseRule]] = field(default_factory=list)
    """First and last moment of each run of an unconfirmed rule."""

    def __post_init__(self) -> None:
        moments = self.judge.moments
        components = self.protocol.treatment.components
        self.doses = {component.id: follow_doses(component, self.given, moments) for component in components}
        self.rules = [self._judged(rule) for rule in self.protocol.treatment.rules]
        self._follow()

    def _judged(self, rule: DoseRule) -> JudgedRule:
        doses, judge = self.doses[rule.component], self.judge.judge
        when = judge(rule.when, rule.look_back_days, doses, any_of_day=True)
        self.judge.judged[rule.id] = when
        resume = rule.resume
        again = judge(resume, rule.look_back_days, doses, any_of_day=False) if resume is not None else None
        return JudgedRule(rule, when, again)

    def _follow(self) -> None:
        moments = self.judge.moments
        for component, doses in self.doses.items():
            own = [r for r in self._acting() if component in (r.rule.component, *r.rule.also)]
            spoke = np.zeros(len(moments.subjects), np.bool_)
            for judged in own:
                spoke[moments.subject[judged.when.truth == YES]] = True
            for number in np.flatnonzero(spoke).tolist():
                first, end = int(moments.start[number]), int(moments.start[number + 1])
                self.courses[number, component] = follow_component(component, own, doses, moments, first, end)
        for judged in self.rules:
            if judged.rule.mark == "unconfirmed":
                self.information += [(*run, judged.rule) for run in _runs(judged, moments)]

    def _acting(self) -> list[JudgedRule]:
        return [r for r in self.rules if r.rule.mark == "confirmed" and r.rule.action != "examine"]

    def held(self) -> pl.DataFrame:
        """Every rule and patient in whom it ever held."""
        moments = self.judge.moments
        pairs = [
            (moments.subjects[number], judged.rule.id)
            for judged in self.rules
            for number in np.unique(moments.subject[judged.when.truth == YES]).tolist()
        ]
        return pl.DataFrame(pairs, schema={"USUBJID": pl.String, "RULE": pl.String}, orient="row")

    def of_subject(self, number: int, on: dt.date) -> SubjectAdvice:
        """Everything about one patient at the last moment, which is the day asked for."""
        moments = self.judge.moments
        now = int(moments.start[number + 1]) - 1
        components = tuple(self._component(number, component) for component in self.doses)
        fired = [entry for component in self.doses for entry in self._fired(number, component, now)]
        examine = [
            self._as_fired(judged, judged.rule.component, _run_start(judged, moments, now), "fires")
            for judged in self.rules
            if judged.rule.action == "examine" and judged.rule.mark == "confirmed" and self._wanted(judged, now)
        ]
        information = [
            self._as_fired(judged, judged.rule.component, _run_start(judged, moments, now), "fires")
            for judged in self.rules
            if judged.rule.mark == "unconfirmed" and judged.when.truth[now] == YES
        ]
        unjudged = tuple(entry for judged in self.rules for entry in self._unjudged(judged, number, now))
        order = {"stop": 0, "hold": 1, "reduce": 2}
        fired.sort(key=lambda entry: order[entry.action])
        return SubjectAdvice(
            moments.subjects[number], on, components, tuple(fired), tuple(examine), unjudged, tuple(information)
        )

    def _component(self, number: int, component: str) -> ComponentAdvice:
        course = self.courses.get((number, component))
        if course is None:
            return ComponentAdvice(component, "continue", None, ())
        last = course.changes[-1]
        rules = {judged.rule.id: judged.rule for judged in self.rules}
        said = {rules[name].others for name in last.rules}
        go_on = True if said == {"continue"} else None
        return ComponentAdvice(component, last.action, self._since(course, last), last.rules, last.reduced_to, go_on)

    def _since(self, course: Course, last: Change) -> dt.date:
        """The day from which on the action has been the advice, whatever rules came and went."""
        since = last
        for change in reversed(course.changes):
            if change.action != last.action:
                break
            since = change
        return date_of(int(self.judge.moments.day[since.moment]))

    def _fired(self, number: int, component: str, now: int) -> list[Fired]:
        """Confirmed rules that fire at the moment or whose consequence stands, of one component."""
        course = self.courses.get((number, component))
        if course is None:
            return []
        standing: dict[str, Standing] = dict(course.held)
        standing |= {entry.rule.id: entry for _, entry in course.targets.values() if entry.rule.id not in standing}
        if course.stopped is not None:
            standing[course.stopped.rule.id] = course.stopped
        found = []
        for judged in self._acting():
            rule = judged.rule
            if component not in (rule.component, *rule.also):
                continue
            fires = judged.when.truth[now] == YES
            entry = standing.get(rule.id)
            if entry is not None:
                state: State = "stands" if entry.state == "fires" and not fires else entry.state
                found.append(self._as_fired(judged, component, entry.moment, state))
            elif fires:
                start = _run_start(judged, self.judge.moments, now)
                found.append(self._as_fired(judged, component, start, "fires"))
        return found

    def _as_fired(self, judged: JudgedRule, component: str, moment: int, state: State) -> Fired:
        rule = judged.rule
        action = "stop" if state in ("limit_passed", "below_last_level") else rule.action
        day = date_of(int(self.judge.moments.day[moment]))
        inputs = judged.when.inputs(moment)
        text = rule.text if isinstance(rule.text, str) else next(iter(rule.text.values()))
        return Fired(rule.id, component, action, state, day, text, rule.source, rule.version, rule.mark, inputs)

    def _wanted(self, judged: JudgedRule, now: int) -> bool:
        """Whether a test that a finding asks for has not come since the day of the finding."""
        moments = self.judge.moments
        if judged.when.truth[now] != YES:
            return False
        dates = [entry.date for entry in judged.when.inputs(now) if entry.date is not None]
        found_on = max(dates, default=date_of(int(moments.day[now])))
        last = [int(self.judge.values.laboratory_days({need})[now]) for need in judged.rule.needs]
        return any(day < 0 or date_of(day) < found_on for day in last)

    def _unjudged(self, judged: JudgedRule, number: int, now: int) -> list[Unjudged]:
        rule, found = judged.rule, []
        course = self.courses.get((number, rule.component))
        if course is not None and course.stopped is not None:
            return []
        if judged.when.truth[now] == UNKNOWN:
            found.append(Unjudged(rule.id, rule.component, "when", judged.when.missing(now), rule.mark))
        held = course is not None and rule.id in course.held
        if held and judged.resume is not None and judged.resume.truth[now] == UNKNOWN:
            found.append(Unjudged(rule.id, rule.component, "resume", judged.resume.missing(now), rule.mark))
        if course is not None and rule.id in course.level_unknown:
            missing = (Missing("dose last given", "level_unknown"),)
            found.append(Unjudged(rule.id, rule.component, "reduce", missing, rule.mark))
        return found


def _runs(judged: JudgedRule, moments: Moments) -> list[tuple[int, int]]:
    """First and last moment of each run of a rule that holds, patient by patient."""
    holds = judged.when.truth == YES
    place = np.flatnonzero(holds)
    if not len(place):
        return []
    breaks = np.flatnonzero((np.diff(place) > 1) | (np.diff(moments.subject[place]) != 0))
    return list(zip(place[np.r_[0, breaks + 1]].tolist(), place[np.r_[breaks, len(place) - 1]].tolist(), strict=True))


def _run_start(judged: JudgedRule, moments: Moments, now: int) -> int:
    """First moment of the run in which a rule holds now."""
    start = int(moments.start[moments.subject[now]])
    while now > start and judged.when.truth[now - 1] == YES:
        now -= 1
    return now


def _findings(results: Sequence[SubjectAdvice], course: pl.DataFrame) -> tuple[Finding, ...]:
    """G030 a patient whose confirmed rules cannot all be judged, G031 a dose given against the advice of the day."""
    return (*_not_judged(results), *given_against(course))


def _not_judged(results: Sequence[SubjectAdvice]) -> list[Finding]:
    found = []
    for entry in results:
        rules = [rule for rule in entry.unjudged if rule.mark == "confirmed"]
        if rules:
            named = list(dict.fromkeys(f"{m.name} ({m.reason})" for rule in rules for m in rule.missing))
            words = {"count": str(len(rules)), "on": entry.on.isoformat(), "reasons": ", ".join(named[:5])}
            found.append(Finding("G030", Place(subject=entry.subject), words, "note"))
    return found

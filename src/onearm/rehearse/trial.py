"""A trial while it runs: who is registered when, and the interim taken with the real analysis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, cast, get_args

import polars as pl

from onearm.plan.calendar import scan_windows
from onearm.protocol import missing_for
from onearm.records import RecordedDecision, Records
from onearm.records.decisions import Action, decisions_table
from onearm.rehearse.criteria import against_a_criterion, within_criteria, write_found, write_stage
from onearm.rehearse.draws import Draws
from onearm.rehearse.follow_up import write_demographics, write_disposition, write_entry
from onearm.rehearse.forms import Forms, tables_known_at
from onearm.rehearse.harm import write_harm
from onearm.rehearse.patients import CONSENT_BEFORE_DAYS, draw_course, draw_entry, draw_person
from onearm.rehearse.scans import write_scans
from onearm.rehearse.screening import count_failures, write_screen_failure
from onearm.rehearse.setting import EPOCH, HORIZON_DAYS, Setting
from onearm.rehearse.treatment import write_treatment
from onearm.rehearse.visits import write_visits
from onearm.units import DAYS_A_MONTH

if TYPE_CHECKING:
    from onearm.decide.results import Decision

Progress = Callable[[int, int], None]
"""Called with the patients registered so far and those planned."""

DOSED_BY_DAYS = 14
"""After this time a registered patient has had a first dose or never gets one."""


class SimulatedTrial:
    """A trial while it runs: who is registered, what was decided."""

    def __init__(self, setting: Setting, seed: int, progress: Progress | None) -> None:
        self.setting = setting
        self.seed = seed
        self._progress = progress
        self._patients: list[Forms] = []
        self._failures: list[Forms] = []
        self._decisions: list[RecordedDecision] = []
        # The study starts with its first consent, at most so long before a registration.
        self._opens = setting.start_day + CONSENT_BEFORE_DAYS
        self.last_registration = self._opens

    def run(self) -> None:
        """Register everybody, with the interim between the stages where the protocol can decide one."""
        design = self.setting.protocol.design
        if design.kind == "two-stage" and design.n1 and self._can_decide():
            self._register(design.n1)
            if not self._take_interim():
                return
        self._register(self.setting.size - len(self._patients))
        self._complete()

    def tables(self, cut_day: int) -> dict[str, pl.DataFrame]:
        """The tables as known on a day, with the decisions so far."""
        tables = tables_known_at([*self._patients, *self._failures], cut_day)
        if self._decisions:
            tables["DECISIONS"] = decisions_table(self._decisions)
        return tables

    def _register(self, count: int) -> None:
        for _ in range(count):
            self._register_one(self._next_day())

    def _next_day(self) -> int:
        """Day of the next registration: a waiting time after the last one, never at a weekend."""
        rate = self.setting.scenario.number("accrual_per_month") / DAYS_A_MONTH
        wait = Draws(self.seed, len(self._patients) + 1, "accrual").exponential(rate)
        day = max(self.last_registration, self._opens) + int(wait)
        return day + max(0, 7 - (day + 3) % 7) if (day + 3) % 7 >= 5 else day

    def _register_one(self, day: int) -> None:
        number = len(self._patients) + 1
        self._screen_others(number, day)
        self._patients.append(write_patient(self.setting, self.seed, number, day))
        self.last_registration = day
        if self._progress is not None:
            self._progress(number, self.setting.size)

    def _screen_others(self, number: int, until: int) -> None:
        """Those who failed screening while patient ``number`` was waited for."""
        since = self.last_registration if self._patients else until - CONSENT_BEFORE_DAYS
        count = count_failures(self.setting, self.seed, number)
        for place in range(1, count + 1):
            day = until - (until - max(since, self._opens)) * (count - place) // count
            self._failures.append(write_screen_failure(self.setting, self.seed, len(self._failures) + 1, day))

    def _can_decide(self) -> bool:
        protocol = self.setting.protocol
        if protocol.design.kind == "exploratory":
            return False
        return not missing_for(protocol, "decision") and not missing_for(protocol, "calendar")

    def _complete(self) -> None:
        """Register in place of those whom the protocol's set does not count."""
        if not self._can_decide():
            return
        wait = self._counted_after()
        while True:
            _, decision = self._analyse(self.last_registration + wait)
            if decision.counts is None or not decision.counts.missing:
                return
            self._register(decision.counts.missing)

    def _counted_after(self) -> int:
        """Days after registration by which it is known whether the protocol's set counts a patient."""
        from onearm.decide import counting_unit

        protocol = self.setting.protocol
        by_scan = protocol.design.stage_one.replacement == "not_evaluable" or counting_unit(protocol) == "evaluable"
        if not by_scan:
            return DOSED_BY_DAYS
        return DOSED_BY_DAYS + scan_windows(self.setting.calendar, HORIZON_DAYS)[0][1]

    def _take_interim(self) -> bool:
        """Look until the decision can be taken and record it; returns whether registration goes on."""
        scenario = self.setting.scenario
        every = scenario.whole("decision_every_days")
        day = self.last_registration + DOSED_BY_DAYS
        latest = self.last_registration + HORIZON_DAYS if self.setting.end_day is None else self.setting.end_day
        while day <= latest:
            self._go_on_registering(day)
            records, decision = self._analyse(day)
            if decision.action in get_args(Action):
                self._record(day, records, decision)
                self._opens = day + scenario.whole("resume_days") if self.setting.accrual_pauses else day
                return decision.action == "continue"
            if decision.counts is not None and decision.counts.missing:
                self._register(decision.counts.missing)
                day = self.last_registration + DOSED_BY_DAYS
                continue
            # The analysis says when the scans that it waits for are due; looking in between costs and shows little.
            due = day if decision.earliest_day is None else (decision.earliest_day - EPOCH).days
            day += every * max(1, -((day - due) // every))
        return False

    def _go_on_registering(self, day: int) -> None:
        """Register those who come while the interim waits, where accrual does not pause."""
        if self.setting.accrual_pauses:
            return
        while len(self._patients) < self.setting.size and (following := self._next_day()) <= day:
            self._register_one(following)

    def _analyse(self, day: int) -> tuple[Records, Decision]:
        """The real analysis of the records known on a day."""
        from onearm.pipeline import analyse

        records = Records.from_tables(self.tables(day), source="simulated, interim")
        return records, analyse(self.setting.protocol, records, _date(day)).decision

    def _record(self, day: int, records: Records, decision: Decision) -> None:
        counts = decision.counts
        assert counts is not None
        subjects = tuple(member.subject for member in decision.members)
        self._decisions.append(
            RecordedDecision(
                decided_on=_date(day),
                stage=1,
                cut_digest=records.digest,
                subjects=subjects,
                size=len(subjects),
                responses=counts.responders,
                action=cast(Action, decision.action),
                who="SIMULATED",
                reason="Boundary of the protocol applied to the simulated records of this day",
                protocol_digest=self.setting.protocol.digest,
            )
        )


def write_patient(setting: Setting, seed: int, number: int, registration: int) -> Forms:
    """Fill in every form of patient ``number`` (from 1), who is registered on a day since 1970-01-01."""
    found = within_criteria(setting.protocol, draw_person(setting, seed, number))
    entry = draw_entry(setting, seed, number, registration)
    if entry.is_ineligible:
        found = against_a_criterion(setting, seed, number, found.person)
    person = found.person
    forms = Forms(setting.study, f"{setting.study}-{number:03d}")
    origin = registration
    if setting.calendar.anchor == "first_dose" and entry.first_dose is not None:
        origin = entry.first_dose
    # The course begins with the treatment: nobody dies between registration and first dose.
    course = draw_course(setting, seed, number, person).shifted((entry.first_dose or origin) - origin)
    write_entry(setting, seed, number, person, entry, found.criterion, forms)
    write_found(setting, found, entry.consent, forms)
    write_stage(person, course.lesions, entry.consent, forms)
    scans = write_scans(setting, seed, number, entry, course, origin, forms)
    treatment = write_treatment(setting, seed, number, person, entry, course, scans, origin, forms)
    gone = min(course.death, course.leaves)
    write_visits(setting, seed, number, person, entry, scans, treatment, gone, origin, found.values, forms)
    if treatment is not None:
        write_harm(setting, treatment.harm, gone, origin, forms)
    write_disposition(setting, seed, number, course, scans, treatment, origin, forms)
    death = origin + course.death if course.death < course.leaves else None
    write_demographics(person, entry, treatment, death, origin, forms)
    return forms


def _date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=day)

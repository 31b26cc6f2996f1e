"""Doses given held against doses planned: each administration, each cycle, and dose intensity.

Dose intensity is the dose delivered per week of treatment; relative dose intensity divides it by the intensity that
the protocol plans (Hryniuk and Bush, J Clin Oncol 1984; 2:1281; unconfirmed here, and with several conventions in use).
The convention here, for one drug of one patient: delivered mg over actual time, divided by planned mg over planned
time. Planned mg is the sum over the administered cycles of the dose at the starting level, worked out with the weight
in force. Actual time runs from the first day of the first cycle to the first day of the last one, plus one interval;
planned time is the number of cycles times the interval. So delays and held cycles between two given ones lower it,
reductions and missed doses lower it, and what follows the last cycle does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from onearm.derive import Derived
from onearm.dosing.body import read_bodies
from onearm.dosing.cycles import Cycle, find_cycles, gives_something
from onearm.dosing.given import Given, GivenRow, read_given
from onearm.dosing.levels import Inferred, LevelPlan, infer_level, plan_levels, within_tenth
from onearm.dosing.summary import DrugCycle, DrugSummary, summarise
from onearm.errors import Finding, Place
from onearm.plan.administrations import days_given, interval_days
from onearm.plan.doses import Body, drug_name, mg_text
from onearm.protocol import Protocol
from onearm.records import Records

Status = Literal["given", "reduced", "raised", "held", "omitted"]
"""``reduced`` and ``raised``: below or above the starting level. ``held``: nothing of the component was given in the
cycle. ``omitted``: this drug was not, another one was."""


class Administration(NamedTuple):
    """One row of the records as an administration; doses in 0.01 mg, None where not known or not planned."""

    subject: str
    component: str
    drug: str
    drug_index: int
    cycle: int | None
    cycle_start: dt.date
    start: dt.date
    end: dt.date
    days: int
    """Doses that the row stands for: one of an infusion, one a day of tablets."""
    planned: int | None
    """At the level of this administration, over its doses."""
    given: int | None
    level: int | None
    """Place of the level, 1 for the highest."""
    inferred: Inferred | None
    within_tenth: bool | None
    delay: int | None
    status: Status
    reason: str
    domain: str
    row: int
    sequence: int | None


@dataclass(frozen=True)
class Exposure:
    """What was given and planned up to the cut-off."""

    cutoff: dt.date
    administrations: tuple[Administration, ...]
    cycles: dict[tuple[str, str], tuple[Cycle, ...]]
    """Subject and component → its cycles."""
    drug_cycles: dict[tuple[str, str, int], tuple[DrugCycle, ...]]
    """Subject, component and place of the drug → its part of each administered cycle."""
    summaries: tuple[DrugSummary, ...]
    findings: tuple[Finding, ...]


def derive_exposure(protocol: Protocol, records: Records, derived: Derived) -> Exposure:
    """Everything given up to the cut-off of a derivation, with what the protocol plans beside it.

    What the protocol leaves open is refused by name in ``findings`` (warnings), with no planned dose for that drug; the
    others are computed. Rows that cannot be read are findings too (G011-G016).
    """
    return _Exposing(protocol, records, derived).run()


class _Exposing:
    def __init__(self, protocol: Protocol, records: Records, derived: Derived) -> None:
        self.protocol, self.cutoff = protocol, derived.cutoff
        adsl = derived.adsl
        self.subjects = records.subjects()
        first = dict(zip(adsl["USUBJID"].to_list(), adsl["TRTSDT"].to_list(), strict=True))
        ends = adsl.select("USUBJID", "EOTDT", "DTHDT", "EOSDT").iter_rows()
        self.ended = {subject: min((d for d in days if d is not None), default=None) for subject, *days in ends}
        self.bodies = read_bodies(records, self.cutoff, first)
        self.given: Given = read_given(protocol, records, self.cutoff)
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.administrations: list[Administration] = []
        self.drug_cycles: dict[tuple[str, str, int], tuple[DrugCycle, ...]] = {}
        self.plans: dict[tuple[str, int, int, dt.date], LevelPlan] = {}

    def run(self) -> Exposure:
        cycles: dict[tuple[str, str], tuple[Cycle, ...]] = {}
        by_component = groupby(self.given.rows, key=lambda row: (row.subject, row.component))
        for (subject, component), rows in by_component:
            owner = self.protocol.treatment.components[component]
            found = find_cycles(owner, list(rows))
            cycles[subject, owner.id] = found
            self._component(subject, component, found)
        summaries = [
            summarise(subject, component, drug, own, cycles[subject, component], self._every(component))
            for (subject, component, drug), own in self.drug_cycles.items()
        ]
        findings = (*self.given.findings, *self.findings.values())
        return Exposure(self.cutoff, tuple(self.administrations), cycles, self.drug_cycles, tuple(summaries), findings)

    def _every(self, component: str) -> int | None:
        owner = next(one for one in self.protocol.treatment.components if one.id == component)
        return interval_days(owner)

    def _component(self, subject: str, component: int, cycles: tuple[Cycle, ...]) -> None:
        owner = self.protocol.treatment.components[component]
        if interval_days(owner) is None:
            path = f"treatment.components.{owner.id}.every"
            self._remark("G009", path, "", {"component": owner.id})
        for drug in range(len(owner.doses)):
            before: int | None = None
            own: list[DrugCycle] = []
            for cycle in cycles:
                rows = [row for row in cycle.rows if row.drug == drug]
                made, before = self._administer(cycle, rows, before)
                self.administrations += made
                if cycle.number is not None:
                    own.append(self._drug_cycle(subject, component, drug, cycle, made))
            if any(one.given is None or one.given > 0 for one in own):
                self.drug_cycles[subject, owner.id, drug] = tuple(own)

    def _plan(self, subject: str, component: int, drug: int, day: dt.date) -> LevelPlan:
        key = (subject, component, drug, day)
        if key not in self.plans:
            body = self.bodies.get(subject, Body(None, ()))
            self.plans[key] = plan = plan_levels(self.protocol, component, drug, body, day)
            for refusal in plan.refusals:
                own = refusal.place.path.startswith("VS")
                self._remark(refusal.code, refusal.place.path, subject if own else "", refusal.values)
        return self.plans[key]

    def _remark(self, code: str, path: str, subject: str, values: Mapping[str, str]) -> None:
        """A warning, once for a place of the protocol, or for a patient where the records lack something."""
        place = Place(path=path, subject=subject) if subject else self.protocol.place_of(path)
        finding = Finding(code, place, {"path": path, **values}, "warning")
        self.findings.setdefault((code, path, f"{subject} {values.get('drug', '')}"), finding)

    def _administer(
        self, cycle: Cycle, rows: list[GivenRow], before: int | None
    ) -> tuple[list[Administration], int | None]:
        """The rows of one drug in one cycle, and the level after them."""
        made = []
        gives = any(gives_something(row) for row in rows)
        for row in rows:
            if not gives_something(row):
                # That a drug was put off within its cycle and given later is a delay, told by the cycle.
                status: Status | None = "held" if cycle.is_held else None if gives else "omitted"
                if status is not None:
                    made.append(self._row(cycle, row, None, None, None, status))
                continue
            plan = self._plan(row.subject, row.component, row.drug, row.start)
            ordered = self.given.ordered.get((row.subject, row.component, row.drug, row.start))
            level, inferred = infer_level(plan, row.dose, ordered[0] if ordered else None, before)
            if inferred == "before" and not plan.refusals:
                self._no_level(row, plan)
            before = level
            status = "given" if level == plan.start else "reduced" if level > plan.start else "raised"
            made.append(self._row(cycle, row, plan, level, inferred, status))
        return made, before

    def _no_level(self, row: GivenRow, plan: LevelPlan) -> None:
        levels = ", ".join(mg_text(one.dose) for one in plan.plans if one.dose is not None)
        values = {"drug": plan.plans[0].drug, "given": "?" if row.dose is None else mg_text(row.dose), "levels": levels}
        place = Place(row.domain, path="EXDOSE", row=row.row, subject=row.subject)
        self.findings["G014", row.domain, str(row.row)] = Finding("G014", place, values, "warning")

    def _row(
        self,
        cycle: Cycle,
        row: GivenRow,
        plan: LevelPlan | None,
        level: int | None,
        inferred: Inferred | None,
        status: Status,
    ) -> Administration:
        owner = self.protocol.treatment.components[row.component]
        one = plan.dose(level) if plan is not None and level is not None else None
        planned = None if one is None else one * row.times
        given = row.total
        return Administration(
            subject=row.subject,
            component=owner.id,
            drug=drug_name(owner, owner.doses[row.drug]),
            drug_index=row.drug,
            cycle=cycle.number,
            cycle_start=cycle.start,
            start=row.start,
            end=row.end,
            days=row.times,
            planned=planned,
            given=given,
            level=None if level is None else level + 1,
            inferred=inferred,
            within_tenth=None if planned is None or given is None else within_tenth(given, planned),
            delay=cycle.delay,
            status=status,
            reason=row.reason,
            domain=row.domain,
            row=row.row,
            sequence=row.sequence,
        )

    def _drug_cycle(
        self, subject: str, component: int, drug: int, cycle: Cycle, made: list[Administration]
    ) -> DrugCycle:
        """Planned and given dose of one drug in one administered cycle; planned with the weight of its first day."""
        assert cycle.number is not None
        plan = self._plan(subject, component, drug, cycle.start)
        days = self._planned_days(subject, component, cycle)
        at_start = plan.dose(plan.start)
        own = [one for one in made if one.level is not None]
        level = own[-1].level if own else None
        at_level = plan.dose(level - 1) if level is not None else at_start
        given = [one.given for one in made]
        total: int | None = 0
        for one in given:
            total = None if total is None or one is None else total + one
        return DrugCycle(
            cycle=cycle.number,
            start=cycle.start,
            planned=None if at_start is None else at_start * days,
            planned_at_level=None if at_level is None else at_level * days,
            given=total,
            delay=cycle.delay,
            is_reduced=any(one.status == "reduced" for one in made),
        )

    def _planned_days(self, subject: str, component: int, cycle: Cycle) -> int:
        """Planned doses of a cycle: its days of giving, up to the cut-off and to the end of treatment.

        The day on which treatment ended is planned only if a dose was given on it.
        """
        planned = days_given(self.protocol.treatment.components[component])
        if planned == 1:
            return 1
        last = self.cutoff
        ended = self.ended.get(subject)
        if ended is not None:
            given_until = max(row.end for row in cycle.rows if gives_something(row))
            last = min(last, max(ended - dt.timedelta(days=1), given_until))
        return max(1, min(planned, (last - cycle.start).days + 1))

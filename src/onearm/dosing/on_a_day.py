"""Is a component due on a day, in which cycle, and at what dose? Nothing that came later is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from onearm.derive import Derived
from onearm.dosing.body import read_bodies
from onearm.dosing.cycles import Cycle
from onearm.dosing.exposure import Administration, Exposure, derive_exposure
from onearm.dosing.levels import Inferred, LevelPlan, plan_levels
from onearm.dosing.summary import DrugCycle
from onearm.errors import Finding
from onearm.plan.administrations import PlannedCycle, interval_days, last_permitted_day, next_due, plan_administrations
from onearm.plan.doses import PlannedDose, drug_name
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.protocol.parts import Component
from onearm.records import Records
from onearm.units import round_half_away

DayStatus = Literal["due", "given", "not_due", "ended", "refused"]
"""``given``: an infusion of this very day is in the records. Tablets are due on each of their days."""
End = Literal["cycle_cap", "max_duration", "end_of_treatment", "end_of_study", "death", "progression"]


@dataclass(frozen=True, slots=True)
class DayDose:
    """The dose of one drug on a day, its level, and what the level was read from."""

    plan: PlannedDose
    level: int
    """1 is the highest."""
    levels: int
    inferred: Inferred
    source: Administration | None
    """The administration that the level was read from; None at the start."""


@dataclass(frozen=True, slots=True)
class ComponentDay:
    """One component of one patient on a day."""

    component: str
    name: str
    status: DayStatus
    cycle: int | None
    """Number of the cycle that is running, or that is due."""
    cycle_day: int | None
    """Day of the cycle, 1 on its first; None before the first and once the next one is due."""
    last_start: dt.date | None
    next_due: dt.date | None
    overdue: int | None
    """Days since the next cycle was due."""
    counted: int | None
    """Cycles that count towards the permitted maximum."""
    max_cycles: int | None
    ended: tuple[tuple[End, dt.date | None], ...]
    """Everything that ended it, and since when."""
    doses: tuple[DayDose, ...]
    schedule: tuple[PlannedCycle, ...]
    """The cycles still planned, if none is delayed further."""
    refusals: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PatientDay:
    """All components of one patient on a day."""

    subject: str
    on: dt.date
    first_dose: dt.date | None
    components: tuple[ComponentDay, ...]
    findings: tuple[Finding, ...]


SCHEDULED_AHEAD = dt.timedelta(days=84)
"""How far ahead the schedule is listed where the treatment has no end before that: 21 and 28 days meet again then."""


def dose_on(protocol: Protocol, records: Records, derived: Derived, subject: str) -> PatientDay:
    """The components of a patient on the cut-off day of ``derived``. KeyError for a subject that is not there."""
    return _Day(protocol, records, derived, subject).run()


class _Day:
    def __init__(self, protocol: Protocol, records: Records, derived: Derived, subject: str) -> None:
        rows = derived.adsl.filter(derived.adsl["USUBJID"] == subject)
        if not rows.height:
            raise KeyError(subject)
        self.protocol, self.subject, self.on = protocol, subject, derived.cutoff
        self.adsl = rows.row(0, named=True)
        self.first: dt.date | None = self.adsl["TRTSDT"]
        self.exposure: Exposure = derive_exposure(protocol, records, derived)
        self.body = read_bodies(records, self.on, {subject: self.first})[subject]
        self.ends = tuple(self._ends(derived))

    def _ends(self, derived: Derived) -> list[tuple[End, dt.date | None]]:
        """What ended the treatment as a whole, by this day."""
        found: list[tuple[End, dt.date | None]] = []
        named: tuple[tuple[End, str], ...] = (
            ("end_of_treatment", "EOTDT"), ("end_of_study", "EOSDT"), ("death", "DTHDT"),
        )  # fmt: skip
        found += [(end, self.adsl[column]) for end, column in named if self.adsl[column] is not None]
        if "progression" in self.protocol.treatment.until:
            adtte = derived.adtte
            own = adtte.filter((adtte["USUBJID"] == self.subject) & (adtte["PARAMCD"] == "PFS") & (adtte["CNSR"] == 0))
            day = own["ADT"].item(0) if own.height else None
            if day is not None and day != self.adsl["DTHDT"]:
                found.append(("progression", day))
        limit = last_permitted_day(self.protocol.treatment, self.first) if self.first is not None else None
        if limit is not None and self.on > limit:
            found.append(("max_duration", limit))
        return found

    def run(self) -> PatientDay:
        numbered = enumerate(self.protocol.treatment.components)
        components = tuple(self._component(number, component) for number, component in numbered)
        own = tuple(f for f in self.exposure.findings if f.place.subject == self.subject and f.place.row is not None)
        return PatientDay(self.subject, self.on, self.first, components, own)

    def _component(self, number: int, component: Component) -> ComponentDay:
        cycles = self.exposure.cycles.get((self.subject, component.id), ())
        begun = [cycle for cycle in cycles if cycle.number is not None]
        refusals: list[Finding] = []
        if interval_days(component) is None:
            path = f"treatment.components.{component.id}.every"
            values = {"component": component.id, "path": path}
            refusals.append(Finding("G009", self.protocol.place_of(path), values))
        counted = self._counted(component, begun, refusals)
        doses = tuple(self._dose(number, component, drug) for drug in range(len(component.doses)))
        if not component.doses:
            path = f"treatment.components.{component.id}.doses"
            refusals.append(Finding("G001", self.protocol.place_of(path), {"drug": component.id, "path": path}))
        refusals += [refusal for dose in doses for refusal in dose.plan.refusals]
        last = begun[-1].start if begun else None
        due = next_due(component, last) if last is not None else None
        ended = list(self.ends)
        running = last is not None and (self.on - last).days < (component.days_on[1] if component.days_on else 1)
        capped = component.max_cycles is not None and counted is not None and counted >= component.max_cycles
        if capped and not running:
            ended.append(("cycle_cap", last))
        # Below the cap another cycle is permitted whatever a partial one counts as.
        may_be_capped = component.max_cycles is not None and len(begun) >= component.max_cycles
        open_codes = ("G009", "G010") if may_be_capped else ("G009",)
        clock_open = not component.doses or any(refusal.code in open_codes for refusal in refusals)
        runs = interval_days(component) is not None and bool(component.doses)
        infusion = component.days_on is None or component.days_on[0] == component.days_on[1]
        status = self._status(last, due, running=running, ended=bool(ended), clock_open=clock_open)
        if status == "due" and last == self.on and infusion:
            status = "given"
        next_number = len(begun) + 1
        is_over = due is not None and self.on >= due
        return ComponentDay(
            component=component.id,
            name=text_in(component.name),
            status=status,
            cycle=None if status == "ended" or not runs else next_number if is_over or last is None else len(begun),
            cycle_day=None if last is None or is_over or status == "ended" or not runs else (self.on - last).days + 1,
            last_start=last,
            next_due=None if status == "ended" or capped else due,
            overdue=(self.on - due).days if due is not None and is_over and status == "due" else None,
            counted=counted if runs else None,
            max_cycles=component.max_cycles,
            ended=tuple(ended),
            doses=doses if status != "ended" else (),
            schedule=() if status in ("ended", "refused") else self._schedule(component, due, len(begun), counted),
            refusals=tuple(refusals) if status != "ended" else (),
        )

    def _status(
        self, last: dt.date | None, due: dt.date | None, *, running: bool, ended: bool, clock_open: bool
    ) -> DayStatus:
        if ended:
            return "ended"
        if clock_open:
            return "refused"
        if last is None or (due is not None and self.on >= due):
            return "due"
        return "due" if running else "not_due"

    def _counted(self, component: Component, begun: list[Cycle], refusals: list[Finding]) -> int | None:
        """Cycles that count towards the maximum; None (G010) where that turns on what a partial one counts as."""
        if component.max_cycles is None:
            return len(begun)
        rule, partial = component.partial, 0
        for index, cycle in enumerate(begun):
            shares = [self._share(component, drug, index) for drug in range(len(component.doses))]
            if rule is not None:
                below = any(s is not None and s * 1000 < int(rule.below_percent * 10) for s in shares)
                partial += below and rule.counts == "not"
                continue
            for drug, share in enumerate(shares):
                if share is not None and 10 * share < 9:
                    path = f"treatment.components.{component.id}.partial"
                    values = {
                        "component": component.id, "cap": str(component.max_cycles), "cycle": str(cycle.number),
                        "percent": str(round_half_away(100 * share, 1)), "path": path,
                        "drug": drug_name(component, component.doses[drug]),
                    }  # fmt: skip
                    refusals.append(Finding("G010", self.protocol.place_of(path), values))
                    return None
        return len(begun) - partial

    def _share(self, component: Component, drug: int, index: int) -> Fraction | None:
        """Given over planned at the level, of one drug in one administered cycle; None where either is not known."""
        cycles: tuple[DrugCycle, ...] = self.exposure.drug_cycles.get((self.subject, component.id, drug), ())
        one = cycles[index] if index < len(cycles) else None
        if one is None or one.given is None or not one.planned_at_level:
            return None
        return Fraction(one.given, one.planned_at_level)

    def _dose(self, number: int, component: Component, drug: int) -> DayDose:
        plan: LevelPlan = plan_levels(self.protocol, number, drug, self.body, self.on)
        given = [
            one for one in self.exposure.administrations
            if one.subject == self.subject and one.component == component.id and one.drug_index == drug
            and one.level is not None
        ]  # fmt: skip
        source = given[-1] if given else None
        level = source.level - 1 if source is not None and source.level is not None else plan.start
        inferred: Inferred = source.inferred if source is not None and source.inferred is not None else "start"
        return DayDose(plan.plans[level], level + 1, len(plan.plans), inferred, source)

    def _schedule(
        self, component: Component, due: dt.date | None, begun: int, counted: int | None
    ) -> tuple[PlannedCycle, ...]:
        limit = last_permitted_day(self.protocol.treatment, self.first) if self.first is not None else None
        until = min(limit, self.on + SCHEDULED_AHEAD) if limit is not None else self.on + SCHEDULED_AHEAD
        first = max(due, self.on) if due is not None else self.on
        return plan_administrations(component, first, until, given=begun if counted is None else counted)

"""Treatment as given: one row for each administration, each component on its own clock, until something stops it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from onearm.plan.doses import Body, Measured, mg_text, plan_dose
from onearm.protocol.dosing_parts import DoseRules, Rounding
from onearm.protocol.parts import Component, Dose
from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Forms
from onearm.rehearse.harm import Harm, draw_harm, plan_changes
from onearm.rehearse.patients import Course, EntryDays, Person
from onearm.rehearse.scans import Scans
from onearm.rehearse.setting import Clock, Given, Setting


@dataclass
class Treatment:
    """When treatment ran, in days after the origin."""

    first: int
    stop: int
    """First day without treatment."""
    reason: str
    """DSDECOD of the end of treatment."""
    last_dose: int = 0
    days: dict[str, list[int]] = field(default_factory=dict)
    """Days of administration by component."""
    attended: dict[str, list[int]] = field(default_factory=dict)
    """Days on which the patient came for a dose by component: those of ``days`` and of the doses that were held."""
    harm: list[Harm] = field(default_factory=list)


def write_treatment(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    entry: EntryDays,
    course: Course,
    scans: Scans,
    origin: int,
    forms: Forms,
) -> Treatment | None:
    """Write every administration of one patient; None for a patient who never got a dose."""
    if entry.first_dose is None:
        return None
    first = entry.first_dose - origin
    stop, reason = _end_of_treatment(setting, seed, number, course, scans, first)
    treatment = Treatment(first=first, stop=min(stop, setting.horizon(origin)), reason=reason)
    beside_drugs = any(not clock.is_procedure for clock in setting.clocks)
    for clock in setting.clocks:
        draws = Draws(seed, number, f"doses of {clock.id}")
        # The catheter is placed on the day of the first infusion or the day after it.
        begin = first + (draws.whole(0, 1) if clock.is_procedure and beside_drugs else 0)
        days = _administrations(setting, draws, clock, begin, treatment.stop)
        treatment.attended[clock.id] = days
    gone = min(course.death, course.leaves)
    period = (treatment.first, treatment.stop)
    treatment.harm = draw_harm(setting, seed, number, person, treatment.attended, period, gone)
    for clock in setting.clocks:
        treatment.days[clock.id] = _write_component(setting, seed, number, person, clock, treatment, origin, forms)
    treatment.last_dose = max(
        min(day + clock.days_on - 1, treatment.stop - 1) for clock in setting.clocks for day in treatment.days[clock.id]
    )
    return treatment


def _write_component(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    clock: Clock,
    treatment: Treatment,
    origin: int,
    forms: Forms,
) -> list[int]:
    """Write the doses of one component, as severe events hold and reduce them; returns the days with a dose."""
    slips = Draws(seed, number, f"slips of {clock.id}")
    dosing, scenario = setting.protocol.treatment.dosing, setting.scenario
    days = treatment.attended[clock.id]
    held, reduced = plan_changes(setting, clock, treatment.harm, days)
    given: list[int] = []
    level, why = 0, ""
    for day in days:
        is_incomplete = slips.chance(scenario.number("incomplete_infusion")) and clock.days_on == 1
        if day in reduced:
            level, why = reduced[day][0], reduced[day][1].reason
        if day in held:
            _write_held(clock, held[day], origin + day, forms)
            continue
        given.append(day)
        share = scenario.number("incomplete_infusion_given") if is_incomplete else 1.0
        reason = "INFUSION NOT COMPLETED" if is_incomplete else why or None
        act = _Act(origin + day, len(given), origin + treatment.stop - 1, level, share, reason)
        _write_administration(clock, person, dosing, act, forms)
    return given


def _end_of_treatment(
    setting: Setting, seed: int, number: int, course: Course, scans: Scans, first: int
) -> tuple[int, str]:
    draws = Draws(seed, number, "end of treatment")
    delay = draws.whole(1, 7)
    ends = [
        (first + setting.treatment_days, "COMPLETED"),
        (course.death, "DEATH"),
        (course.leaves, course.leaves_by),
        (course.clinical_progression, "CLINICAL PROGRESSION"),
        (course.early_therapy, "PHYSICIAN DECISION"),
    ]
    if scans.progression is not None:
        seen = max(scans.progression, scans.last or 0)
        ends.append((seen + delay, "PROGRESSIVE DISEASE"))
    if scans.resection is not None:
        ends.append((scans.resection - 14, "PHYSICIAN DECISION"))
    stop, reason = min(ends, key=lambda end: end[0])
    return max(stop, first + 1), reason


def _administrations(setting: Setting, draws: Draws, clock: Clock, begin: int, stop: int) -> list[int]:
    """Days of one component: each counts from the one before it, so a delay moves all that follow."""
    days: list[int] = []
    day = begin
    while day < stop and (clock.max_cycles is None or len(days) < clock.max_cycles):
        days.append(day)
        late = draws.whole(3, 14) if draws.chance(setting.scenario.number("dose_delay")) else draws.whole(0, 1)
        if draws.chance(setting.scenario.number("component_stop_per_cycle")):
            break
        day += clock.every_days + late
    return days


@dataclass(frozen=True, slots=True)
class _Act:
    """One administration; days since 1970-01-01."""

    day: int
    cycle: int
    last_day: int
    """Last day under treatment."""
    level: int
    share: float
    """How much of the dose went in."""
    reason: str | None


def _write_held(clock: Clock, harm: Harm, day: int, forms: Forms) -> None:
    """A dose that was due and not given, with the event as its reason."""
    for drug in clock.drugs:
        forms.add(
            "EC",
            day,
            ECTRT=drug.name,
            ECMOOD="PERFORMED",
            ECOCCUR="N",
            ECADJ=harm.reason,
            ECSTDTC=day,
        )


def _write_administration(clock: Clock, person: Person, dosing: DoseRules | None, act: _Act, forms: Forms) -> None:
    day = act.day
    for drug in clock.drugs:
        forms.add(
            "EX",
            day,
            EXTRT=drug.name,
            EXDOSE=dose_mg(drug, person, dosing, level=act.level, share=act.share),
            EXDOSU="mg",
            EXDOSFRQ="QD" if clock.days_on > 1 else "ONCE",
            EXROUTE=clock.route,
            EXADJ=act.reason if act.share < 1 or drug.levels else None,
            VISIT=f"{clock.name} CYCLE {act.cycle}",
            EXSTDTC=day,
            EXENDTC=min(day + clock.days_on - 1, act.last_day),
        )
    if clock.is_procedure and clock.family == "haic":
        forms.add(
            "PR",
            day,
            PRTRT="HEPATIC ARTERIAL INFUSION",
            PRDECOD="HAIC",
            PRCAT="STUDY TREATMENT",
            PRLOC="LIVER",
            PROCCUR="Y",
            PRSTDTC=day,
        )


_SCENARIO_RULES = DoseRules(bsa="mosteller", weight="latest", rounding=Rounding(to_mg=Decimal(1)))
"""How a simulated dose is worked out where the protocol has no rule: by Mosteller (1987), to whole milligrams."""


def dose_mg(drug: Given, person: Person, dosing: DoseRules | None = None, *, level: int = 0, share: float = 1.0) -> str:
    """The dose in mg, by the protocol's rules as far as it has any, with the weight of the patient's entry.

    ``level`` is the number of reductions; of an incomplete infusion ``share`` went in, in whole milligrams.
    """
    if level and drug.levels:
        drug = replace(drug, amount=drug.levels[min(level, len(drug.levels) - 1)])
    planned = _planned(drug, dosing, person.height_cm * 10, person.weight_tenth_kg)
    return mg_text(planned if share == 1 else round(planned * share / 100) * 100)


@cache
def _planned(drug: Given, dosing: DoseRules | None, height: int, weight: int) -> int:
    """The dose in 0.01 mg."""
    known = {} if dosing is None else {name: value for name, value in dosing if value is not None}
    rules = _SCENARIO_RULES.model_copy(update={**known, "weight": "latest"})
    dose = Dose(amount=Decimal(str(drug.amount)), unit=drug.per, rounding=drug.rounding)
    component = Component(id="drug", name=drug.name, kind="drug", doses=(dose,))
    body = Body(Measured(height, _ENTRY, 0), (Measured(weight, _ENTRY, 0),))
    planned = plan_dose(rules, component, 0, body, _ENTRY).dose
    assert planned is not None, drug
    return planned


_ENTRY = dt.date(1970, 1, 1)

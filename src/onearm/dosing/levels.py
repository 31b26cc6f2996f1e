"""At which level was a dose given? Read from what was ordered, else from the dose itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from onearm.errors import Finding
from onearm.plan.doses import Body, PlannedDose, plan_dose
from onearm.protocol import Protocol
from onearm.protocol.parts import Dose

Inferred = Literal["ordered", "given", "only_level", "before", "start"]
"""How a level is known: from the ordered dose, from the dose given, the drug has one level, neither fits any level so
that it is the one before, or nothing was given yet."""


def within_tenth(given: int, planned: int) -> bool:
    """Whether a dose lies within 10 % of the planned one, both limits included."""
    return 10 * abs(given - planned) <= planned


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """The planned dose of one drug on one day at each of its levels, the highest first."""

    plans: tuple[PlannedDose, ...]
    start: int
    """Place of the level at which treatment starts."""

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What no dose of the drug can be planned without."""
        return self.plans[self.start].refusals

    def dose(self, level: int) -> int | None:
        """0.01 mg at a level."""
        return self.plans[level].dose

    def fitting(self, dose: int) -> int | None:
        """The level whose planned dose a dose fits best, within 10 %; of two equally near the lower one."""
        fits = [
            (abs(dose - plan.dose), -level)
            for level, plan in enumerate(self.plans)
            if plan.dose is not None and (plan.dose > 0 or dose == 0) and within_tenth(dose, plan.dose)
        ]
        return -min(fits)[1] if fits else None


def starting_level(dose: Dose) -> int:
    """Place of the starting amount among the levels."""
    return dose.levels.index(dose.amount) if dose.amount is not None and dose.amount in dose.levels else 0


def plan_levels(protocol: Protocol, component: int, drug: int, body: Body, day: dt.date) -> LevelPlan:
    """The planned dose of a drug at each of its levels on a day."""
    treatment = protocol.treatment
    owner = treatment.components[component]
    dose = owner.doses[drug]
    amounts = dose.levels if dose.levels and dose.amount is not None else (dose.amount,)
    plans = tuple(plan_dose(treatment.dosing, owner, drug, body, day, amount) for amount in amounts)
    return LevelPlan(plans, starting_level(dose))


def infer_level(plan: LevelPlan, given: int | None, ordered: int | None, before: int | None) -> tuple[int, Inferred]:
    """The level of one dose, and how it is known. ``given`` and ``ordered`` are 0.01 mg of one dose."""
    if ordered is not None:
        fitting = plan.fitting(ordered)
        if fitting is not None:
            return fitting, "ordered"
    if len(plan.plans) == 1:
        return 0, "only_level"
    if given is not None:
        fitting = plan.fitting(given)
        if fitting is not None:
            return fitting, "given"
    return (plan.start if before is None else before), "before"

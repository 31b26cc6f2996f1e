"""Patients before anything is recorded: who they are, when they enter, and the course of their disease."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from onearm.rehearse.draws import Draws
from onearm.rehearse.setting import HORIZON_DAYS, Setting

LiverCause = Literal["HEPATITIS B", "HEPATITIS C", "ALCOHOL", "OTHER"]

CONSENT_BEFORE_DAYS = 14
"""Longest time from consent to registration."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a patient brings: fixed at entry."""

    age: int
    sex: Literal["F", "M"]
    birth_month: int
    site: str
    weight_tenth_kg: int
    height_cm: int
    cause: str
    ecog: int
    child_pugh: int
    frailty_normal: float
    """Shared frailty, standard normal: above 0 the disease runs faster."""


@dataclass(frozen=True, slots=True)
class EntryDays:
    """The days of entry, since 1970-01-01."""

    consent: int
    baseline_scan: int
    registration: int
    first_dose: int | None
    """None for a patient who never got a dose."""
    is_ineligible: bool


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion with its Stein course: size(t) = size·(exp(-shrinkage·t) + exp(growth·t) - 1), t in days."""

    id: str
    kind: Literal["TARGET", "NON-TARGET"]
    location: str
    is_node: bool
    size_mm: float
    shrinkage: float
    growth: float

    def size_at(self, day: int) -> float:
        """True size in mm on a day after the origin; a node shrinks towards the 6 mm of a normal one."""
        factor = math.exp(-self.shrinkage * day) + math.exp(self.growth * day) - 1.0
        if self.is_node:
            return 6.0 + (self.size_mm - 6.0) * factor
        return self.size_mm * factor


@dataclass(frozen=True, slots=True)
class Course:
    """How the disease of one patient runs, in days after the origin (the scan calendar's anchor).

    A day beyond the horizon means never.
    """

    lesions: tuple[Lesion, ...]
    new_lesion: int
    non_target_progression: int
    death: int
    leaves: int
    """Day of withdrawal or loss."""
    leaves_by: Literal["WITHDRAWAL BY SUBJECT", "LOST TO FOLLOW-UP"]
    clinical_progression: int
    early_therapy: int
    """New anticancer therapy without progression."""

    def shifted(self, days: int) -> Course:
        """The same course, begun so many days after the origin; the tumours' growth counts from the origin."""
        return replace(
            self,
            new_lesion=self.new_lesion + days,
            non_target_progression=self.non_target_progression + days,
            death=self.death + days,
            leaves=self.leaves + days,
            clinical_progression=self.clinical_progression + days,
            early_therapy=self.early_therapy + days,
        )


def draw_person(setting: Setting, seed: int, number: int) -> Person:
    """Who patient ``number`` is."""
    draws = Draws(seed, number, "person")
    sites = ("01",) if setting.protocol.identity.centres != "several" else ("01", "02", "03")
    return Person(
        age=min(75, max(24, round(draws.normal(56, 10)))),
        sex="M" if draws.chance(0.85) else "F",
        birth_month=draws.whole(1, 12),
        site=sites[draws.whole(0, len(sites) - 1)],
        weight_tenth_kg=min(1_100, max(420, round(draws.normal(640, 95)))),
        height_cm=min(190, max(148, round(draws.normal(168, 7)))),
        cause=draws.one_of(("HEPATITIS B", 0.8), ("HEPATITIS C", 0.05), ("ALCOHOL", 0.08), ("OTHER", 0.07)),
        ecog=int(draws.one_of(("0", 0.45), ("1", 0.55))),
        child_pugh=int(draws.one_of(("5", 0.6), ("6", 0.28), ("7", 0.12))),
        frailty_normal=draws.normal(0, 1),
    )


def draw_entry(setting: Setting, seed: int, number: int, registration: int) -> EntryDays:
    """The days of entry of a patient who is registered on a given day."""
    draws = Draws(seed, number, "entry")
    consent = registration - draws.whole(4, CONSENT_BEFORE_DAYS)
    first_dose = registration + draws.whole(1, 7)
    never = draws.chance(setting.scenario.number("never_dosed"))
    return EntryDays(
        consent=consent,
        baseline_scan=draws.whole(consent + 1, registration - 1),
        registration=registration,
        first_dose=None if never else first_dose,
        is_ineligible=draws.chance(setting.scenario.number("ineligible")),
    )


def draw_course(setting: Setting, seed: int, number: int, person: Person) -> Course:
    """The course of the disease; growth, new lesions and death share the patient's frailty."""
    scenario = setting.scenario
    lesions = _draw_lesions(setting, seed, number, person)
    sigma = scenario.number("frailty_sigma")
    frailty = math.exp(sigma * person.frailty_normal - sigma * sigma / 2)
    spread = Draws(seed, number, "spread")
    new = _day(spread.exponential(scenario.number("new_lesion_per_day") * frailty))
    elsewhere = _day(spread.exponential(scenario.number("non_target_progression_per_day") * frailty))
    if not any(lesion.kind == "NON-TARGET" for lesion in lesions):
        elsewhere = HORIZON_DAYS
    leaving = Draws(seed, number, "leaving")
    withdrawn = _day(leaving.exponential(scenario.number("withdrawal_per_day")))
    lost = _day(leaving.exponential(scenario.number("lost_per_day")))
    conduct = Draws(seed, number, "conduct")
    return Course(
        lesions=lesions,
        new_lesion=new,
        non_target_progression=elsewhere,
        death=_draw_death(setting, seed, number, lesions, min(new, elsewhere), frailty),
        leaves=min(withdrawn, lost),
        leaves_by="WITHDRAWAL BY SUBJECT" if withdrawn < lost else "LOST TO FOLLOW-UP",
        clinical_progression=_day(conduct.exponential(scenario.number("clinical_progression_per_day"))),
        early_therapy=_day(conduct.exponential(scenario.number("therapy_before_progression_per_day"))),
    )


def _draw_lesions(setting: Setting, seed: int, number: int, person: Person) -> tuple[Lesion, ...]:
    scenario = setting.scenario
    draws = Draws(seed, number, "lesions")
    sigma = scenario.number("size_other_sigma")
    largest = draws.lognormal(scenario.number("size_largest_mm"), scenario.number("size_largest_sigma"))
    targets = [("LIVER", min(250.0, max(20.0, largest)))]
    if draws.chance(0.5):
        second = draws.lognormal(scenario.number("size_liver_mm"), sigma)
        targets.append(("LIVER", min(targets[0][1], max(12.0, second))))
    others: list[str] = []
    if draws.chance(scenario.number("extrahepatic")):
        lung, node = draws.chance(0.65), draws.chance(0.45)
        median = scenario.number("size_lung_mm")
        lungs = draws.whole(1, 2) if lung or not node else 0
        targets.extend(("LUNG", max(11.0, draws.lognormal(median, sigma))) for _ in range(lungs))
        if node:
            targets.append(("LYMPH NODE", max(16.0, draws.lognormal(scenario.number("size_node_mm"), sigma))))
        if draws.chance(0.4):
            others.append("LUNG")
        if draws.chance(0.2):
            others.append("BONE")
    if draws.chance(0.6):
        others.append("PORTAL VEIN")
    growth = _Growth(setting, seed, number, person.frailty_normal)
    found = [growth.lesion(f"T{i:02d}", "TARGET", place, size) for i, (place, size) in enumerate(targets, 1)]
    found += [growth.lesion(f"NT{i:02d}", "NON-TARGET", place, 15.0) for i, place in enumerate(others, 1)]
    return tuple(found)


class _Growth:
    """Growth and shrinkage of one patient's lesions: a patient effect and a smaller one for each lesion."""

    def __init__(self, setting: Setting, seed: int, number: int, frailty: float) -> None:
        scenario = setting.scenario
        self._draws = Draws(seed, number, "growth")
        self._outside = scenario.number("shrinkage_outside_liver")
        sensitive = not self._draws.chance(scenario.number("refractory"))
        median = scenario.number("growth_per_day" if sensitive else "refractory_growth_per_day")
        sigma = scenario.number("growth_sigma")
        shared = 0.5 * frailty + math.sqrt(0.75) * self._draws.normal(0, 1)
        self._growth = median * math.exp(sigma * shared)
        self._shrinkage = self._draws.lognormal(
            scenario.number("shrinkage_per_day"), scenario.number("shrinkage_sigma")
        )
        lasting = self._draws.chance(scenario.number("no_regrowth"))
        if not sensitive:
            self._shrinkage = 0.0
        elif lasting:
            self._growth = 0.0

    def lesion(self, name: str, kind: Literal["TARGET", "NON-TARGET"], place: str, size: float) -> Lesion:
        shrinkage = self._shrinkage * self._draws.lognormal(1.0, 0.25)
        return Lesion(
            id=name,
            kind=kind,
            location=place,
            is_node=place == "LYMPH NODE",
            size_mm=size,
            shrinkage=shrinkage if place in ("LIVER", "PORTAL VEIN") else shrinkage * self._outside,
            growth=min(0.02, self._growth * self._draws.lognormal(1.0, 0.25)),
        )


def _draw_death(
    setting: Setting, seed: int, number: int, lesions: tuple[Lesion, ...], spread: int, frailty: float
) -> int:
    """Day of death: a hazard that rises once the tumour has grown by a fifth over its lowest, or has spread."""
    scenario = setting.scenario
    days = np.arange(HORIZON_DAYS)
    total = np.zeros(HORIZON_DAYS)
    for lesion in lesions:
        if lesion.kind == "TARGET":
            total += lesion.size_mm * (np.exp(-lesion.shrinkage * days) + np.exp(lesion.growth * days) - 1.0)
    progressed = (total >= 1.2 * np.minimum.accumulate(total)) | (days >= spread)
    ratio = np.where(np.logical_or.accumulate(progressed), scenario.number("death_ratio_progressed"), 1.0)
    hazard = np.cumsum(scenario.number("death_per_day") * frailty * ratio)
    waited = Draws(seed, number, "death").exponential(1.0)
    return int(np.searchsorted(hazard, waited)) + 1


def _day(waited: float) -> int:
    return min(HORIZON_DAYS, math.floor(waited) + 1)

"""How much of each drug does the protocol plan, from which numbers, step by step? What it leaves open is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from onearm.errors import Finding, Place
from onearm.kernels import doses as kernel
from onearm.plan.surface import body_surface
from onearm.protocol.base import text_in
from onearm.protocol.dosing_parts import DoseRules, Recalculation, Rounding
from onearm.protocol.parts import Component, Dose
from onearm.units import round_half_away
from onearm.words.dose_words import COMPARED, DOSE_STEPS

DOSING = "treatment.dosing"


class Measured(NamedTuple):
    """A height (0.1 cm) or weight (0.1 kg) with its day and the row of VS that holds it (VSSEQ None: no number)."""

    value: int
    day: dt.date
    row: int
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What was measured of a patient by a day: the last height, and every weight in order of its day.

    ``first_dose`` is the day of the first dose of any component, None before it: the weights by then are baseline.
    """

    height: Measured | None
    weights: tuple[Measured, ...]
    first_dose: dt.date | None = None
    earlier_heights: tuple[Measured, ...] = ()
    """Every height before the last one, in order of its day."""

    @property
    def baseline(self) -> Measured | None:
        """The last weight on or before the first dose; before any dose, the last one."""
        before = [one for one in self.weights if self.first_dose is None or one.day <= self.first_dose]
        return before[-1] if before else None

    def by(self, day: dt.date) -> Body:
        """The same patient as known on a day (included)."""
        every = (*self.earlier_heights, *([self.height] if self.height is not None else []))
        known = [one for one in every if one.day <= day]
        weights = tuple(one for one in self.weights if one.day <= day)
        return Body(known[-1] if known else None, weights, self.first_dose, tuple(known[:-1]))


class Step(NamedTuple):
    """One line of the arithmetic: its code and the numbers in it, as they were computed with."""

    code: str
    values: dict[str, str]

    @property
    def text(self) -> str:
        """The line in words."""
        return DOSE_STEPS[self.code].format_map(self.values)


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """The dose of one drug; ``dose`` and ``calculated`` (before rounding) are 0.01 mg, None where it is refused."""

    drug: str
    path: str
    amount: Decimal | None
    unit: str
    dose: int | None = None
    calculated: int | None = None
    surface: int | None = None
    """0.0001 m², after the cap."""
    weight: Measured | None = None
    height: Measured | None = None
    steps: tuple[Step, ...] = ()
    refusals: tuple[Finding, ...] = field(default=())


def hundredths(number: Decimal) -> int:
    """Whole hundredths of an amount; the protocol's check (P532) has seen that there are no finer digits."""
    return int(round_half_away(number * 100))


def mg_text(dose: int) -> str:
    """0.01 mg as milligrams: 15321 → 153.21, 15500 → 155."""
    return _plain(Decimal(dose).scaleb(-2))


def tenth_of(value: int) -> str:
    """0.1 kg or 0.1 cm with one decimal: 684 → 68.4."""
    return str(Decimal(value).scaleb(-1))


def surface_text(surface: int) -> str:
    """0.0001 m² with four decimals."""
    return str(Decimal(surface).scaleb(-4))


def drug_name(component: Component, dose: Dose) -> str:
    """Name of the drug, or of its component where that has one drug without a name."""
    return text_in(dose.drug) or text_in(component.name)


def plan_dose(
    rules: DoseRules | None, component: Component, index: int, body: Body, day: dt.date, amount: Decimal | None = None
) -> PlannedDose:
    """The dose of drug ``index`` of a component on a day, at ``amount`` (one of its levels; else the starting one).

    Only what was measured by ``day`` is read. Everything that is missing is named in ``refusals`` (G001-G008).
    """
    dose = component.doses[index]
    path = f"treatment.components.{component.id}.doses.{index}"
    amount = dose.amount if amount is None else amount
    plan = _Plan(rules or DoseRules(), drug_name(component, dose), path, body.by(day), day)
    if amount is None:
        plan.refuse("G001", f"{path}.amount")
    if dose.unit is None:
        plan.refuse("G002", f"{path}.unit")
    calculated = plan.calculated(amount, dose) if amount is not None and dose.unit is not None else None
    rounded = plan.rounded(calculated, dose) if calculated is not None else None
    return PlannedDose(
        drug=plan.drug,
        path=path,
        amount=amount,
        unit=dose.unit or "",
        dose=None if plan.refusals else rounded,
        calculated=None if plan.refusals else calculated,
        surface=plan.surface,
        weight=plan.weight,
        height=plan.height,
        steps=tuple(plan.steps),
        refusals=tuple(plan.refusals),
    )


class _Plan:
    """Collects the steps of one dose, and what it lacks."""

    def __init__(self, rules: DoseRules, drug: str, path: str, body: Body, day: dt.date) -> None:
        self.rules, self.drug, self.path, self.body, self.day = rules, drug, path, body, day
        self.steps: list[Step] = []
        self.refusals: list[Finding] = []
        self.surface: int | None = None
        self.weight: Measured | None = None
        self.height: Measured | None = None

    def refuse(self, code: str, path: str) -> None:
        values = {"drug": self.drug, "path": path, "day": self.day.isoformat()}
        self.refusals.append(Finding(code, Place(path=path), values))

    def say(self, code: str, **values: str) -> None:
        self.steps.append(Step(code, values))

    def calculated(self, amount: Decimal, dose: Dose) -> int | None:
        given = hundredths(amount)
        if given == 0:
            self.say("level.zero")
            return 0
        if dose.unit == "mg":
            self.say("dose.flat", amount=_plain(amount))
            return given
        # All that is missing is told at once.
        weight = self._weight()
        height = self._height() if dose.unit == "mg/m2" else None
        if self._rounding(dose) is None:
            self.refuse("G006", f"{DOSING}.rounding")
        if dose.unit == "mg/kg":
            return None if weight is None else self._by_weight(amount, given, weight)
        if self.rules.bsa is None:
            self.refuse("G003", f"{DOSING}.bsa")
        if weight is None or height is None or self.rules.bsa is None:
            return None
        return self._by_surface(amount, given, height, weight)

    def _by_weight(self, amount: Decimal, given: int, weight: int) -> int:
        cap = None if self.rules.max_weight is None else int(self.rules.max_weight * 10)
        if cap is not None and weight > cap:
            weight = cap
            self.say("weight.capped", weight=tenth_of(weight))
        calculated = int(kernel.dose_by_weight(given, weight))
        self.say("dose.weight", amount=_plain(amount), weight=tenth_of(weight), dose=_two(calculated))
        return calculated

    def _by_surface(self, amount: Decimal, given: int, height: int, weight: int) -> int:
        assert self.rules.bsa is not None
        surface = body_surface(self.rules.bsa, height, weight)
        shown = {"height": tenth_of(height), "weight": tenth_of(weight), "surface": surface_text(surface)}
        self.say(f"surface.{self.rules.bsa}", **shown)
        cap = None if self.rules.max_bsa is None else int(self.rules.max_bsa * 10_000)
        if cap is not None and surface > cap:
            surface = cap
            self.say("surface.capped", surface=surface_text(surface))
        self.surface = surface
        calculated = int(kernel.dose_by_surface(given, surface))
        self.say("dose.surface", amount=_plain(amount), surface=surface_text(surface), dose=_two(calculated))
        return calculated

    def _height(self) -> int | None:
        self.height = self.body.height
        if self.height is None:
            self.refuse("G008", "VS.VSSTRESN")
            return None
        self.say("height", height=tenth_of(self.height.value), day=self.height.day.isoformat())
        return self.height.value

    def _weight(self) -> int | None:
        if self.rules.weight is None:
            self.refuse("G004", f"{DOSING}.weight")
        elif self.rules.weight == "baseline_until_changed" and self.rules.recalculate is None:
            self.refuse("G005", f"{DOSING}.recalculate")
        if self.body.baseline is None:
            self.refuse("G007", "VS.VSSTRESN")
        if self.refusals or self.body.baseline is None:
            return None
        chosen, step = choose_weight(self.rules, self.body)
        self.weight = chosen
        self.steps.append(step)
        return chosen.value

    def _rounding(self, dose: Dose) -> Rounding | None:
        return dose.rounding or self.rules.rounding

    def rounded(self, calculated: int, dose: Dose) -> int:
        rounding = self._rounding(dose)
        if rounding is None or calculated == 0 or (dose.unit == "mg" and dose.rounding is None):
            return calculated
        step = hundredths(rounding.to_mg)
        within = int(rounding.within_percent * 10) if rounding.within_percent is not None else 0
        freely = int(kernel.round_dose(calculated, step, 0))
        result = int(kernel.round_dose(calculated, step, within))
        words = {"step": _plain(rounding.to_mg), "change": _percent(freely - calculated, calculated)}
        if result == freely and step > 1:
            self.say("rounded", dose=mg_text(result), **words)
        elif result != freely:
            self.say(
                "not_rounded", dose=_two(calculated), within=_plain(rounding.within_percent or Decimal(0)), **words
            )
        return result


def choose_weight(rules: DoseRules, body: Body) -> tuple[Measured, Step]:
    """The weight of a dose among those of ``body``, and the line that says why. There is a baseline and a rule."""
    baseline = body.baseline
    assert baseline is not None
    latest = body.weights[-1]
    if rules.weight == "baseline":
        return baseline, _weight_step("weight.baseline", baseline)
    if rules.weight == "latest":
        return latest, _weight_step("weight.latest", latest)
    rule = rules.recalculate
    assert rule is not None
    since = [one for one in body.weights if one.day > baseline.day]
    return _follow_weight(rule, baseline, since)


def _follow_weight(rule: Recalculation, baseline: Measured, since: Sequence[Measured]) -> tuple[Measured, Step]:
    """Weight by weight in order of the days: each is taken anew, or the one in use is kept."""
    rules = kernel.DoseRules(
        by=kernel.PER_WEIGHT, amount=0, formula=0, round_to=0, within=0, max_surface=0, max_weight=0,
        weight_rule=kernel.CHANGED_WEIGHT, threshold=int(rule.change_percent * 10),
        at_least=int(rule.compare == "at_least"), against_last=int(rule.against == "last"),
    )  # fmt: skip
    if not since:
        return baseline, _weight_step("weight.baseline", baseline)
    in_use = reference = baseline
    for one in since:
        reference = in_use if rule.against == "last" else baseline
        chosen = kernel.weight_in_use(rules, baseline.value, in_use.value, one.value)
        in_use = one if chosen == one.value != reference.value else reference
    return in_use, _recalculated_step(rule, in_use, reference, since[-1])


def _recalculated_step(rule: Recalculation, in_use: Measured, reference: Measured, latest: Measured) -> Step:
    """Whether the latest weight was taken anew or the one before it kept, and by what change."""
    words = {
        **_weight_values(in_use),
        "reference": tenth_of(reference.value),
        "change": _percent(latest.value - reference.value, reference.value, 2),
        "compare": COMPARED[rule.compare],
        "threshold": _plain(rule.change_percent),
    }
    if in_use is latest:
        return Step("weight.taken_anew", words)
    return Step("weight.kept", {**words, "latest": tenth_of(latest.value), "latest_day": latest.day.isoformat()})


def _weight_values(weight: Measured) -> dict[str, str]:
    return {"weight": tenth_of(weight.value), "day": weight.day.isoformat()}


def _weight_step(code: str, weight: Measured) -> Step:
    return Step(code, _weight_values(weight))


def _percent(part: int, whole: int, digits: int = 1) -> str:
    """A signed percentage, half away from zero; of weights two decimals tell 10.04 % from 10 %."""
    shown = round_half_away(Fraction(100 * part, whole), digits)
    return f"{shown:+}" if shown else str(abs(shown))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _two(dose: int) -> str:
    return str(Decimal(dose).scaleb(-2))

"""The trial as a simulation needs it: the protocol, with the scenario filling what the protocol leaves open."""

from __future__ import annotations

import calendar as civil
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from onearm.plan.calendar import needs_reading
from onearm.protocol import Protocol
from onearm.protocol.base import Duration, read_date, text_in
from onearm.protocol.dosing_parts import Rounding
from onearm.protocol.parts import Component, Dose, ScanCalendar, ScanPhase
from onearm.rehearse.scenario import Assumption, Scenario
from onearm.units import DAYS_A_MONTH

EPOCH = dt.date(1970, 1, 1)
"""Day 0 of every whole-number day in this room."""

HORIZON_DAYS = 1_500
"""Longest course that is drawn for one patient."""

Family = Literal["haic", "checkpoint", "bevacizumab", "regorafenib", "other"]

FILLERS = frozenset(
    [
        "start",
        "follow_up_months",
        "planned_size",
        "accrual_at_interim",
        "treatment_months",
        "calendar_every_weeks",
        "calendar_reading",
        "scan_window_days",
        "every_haic",
        "every_checkpoint",
        "every_bevacizumab",
        "every_regorafenib",
        "days_on_regorafenib",
        "cycles_haic",
        "dose_checkpoint",
        "dose_bevacizumab",
        "dose_regorafenib",
        "dose_oxaliplatin",
        "dose_leucovorin",
        "dose_fluorouracil",
    ]
)
"""Assumptions that count only where the protocol is silent."""

_Assume = Callable[[str], str]
"""Takes a value of the scenario by name and notes that it was needed."""

_CHECKPOINT = ("pd-l1", "pd-1", "pdl1", "limab", "lizumab")


@dataclass(frozen=True, slots=True)
class Given:
    """One drug of one administration: ``amount`` a unit of ``per`` (1 flat, kilograms or square metres)."""

    name: str
    amount: float
    per: Literal["mg", "mg/kg", "mg/m2"]
    rounding: Rounding | None = None
    levels: tuple[float, ...] = ()
    """Amounts of the dose levels, the full one first; empty where the protocol has none."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One component of the treatment on its own clock, with nothing left open."""

    id: str
    name: str
    family: Family
    route: str
    is_procedure: bool
    drugs: tuple[Given, ...]
    every_days: int
    days_on: int
    """Length of one administration: 1, or the days of a cycle on which tablets are taken."""
    max_cycles: int | None

    @property
    def lowest_level(self) -> int:
        """How often the dose may be reduced: as often as every drug that has levels has one; 0 without levels."""
        return min((len(drug.levels) - 1 for drug in self.drugs if drug.levels), default=0)


@dataclass
class Setting:
    """What one simulated trial is made of."""

    protocol: Protocol
    scenario: Scenario
    study: str
    """STUDYID, with the mark of simulated records."""
    start_day: int
    end_day: int | None
    """Day of the data cut, if the protocol gives an end of study."""
    size: int
    calendar: ScanCalendar
    clocks: tuple[Clock, ...]
    treatment_days: int
    """Longest time on treatment."""
    accrual_pauses: bool
    filled: list[Assumption] = field(default_factory=list)
    """The assumptions that stand where the protocol is silent."""

    def horizon(self, origin: int) -> int:
        """Days after an origin through which a patient's course is drawn: past the data cut, where it is known."""
        return HORIZON_DAYS if self.end_day is None else min(HORIZON_DAYS, self.end_day - origin + 120)

    @property
    def resects(self) -> bool:
        """Whether the protocol has a rule for resection, without which no such record could be analysed."""
        return self.protocol.procedures.resection is not None

    @property
    def asks_quality_of_life(self) -> bool:
        """Whether questionnaires are part of the protocol."""
        return any(endpoint.kind == "questionnaire" for endpoint in self.protocol.endpoints.values())


def settle(protocol: Protocol, scenario: Scenario) -> Setting:
    """The setting of a trial; every value taken from the scenario is listed in ``filled``."""
    filled: dict[str, Assumption] = {}

    def assume(name: str) -> str:
        assert name in FILLERS, name
        filled[name] = scenario.assumptions[name]
        return scenario.text(name)

    identity, design = protocol.identity, protocol.design
    start = identity.study_start or assume("start")
    end = _last_day(identity.study_end) if identity.study_end is not None else None
    if end is None:
        assume("follow_up_months")
    size = design.n if design.n is not None else int(assume("planned_size"))
    pauses = False
    if design.kind == "two-stage":
        pauses = (design.stage_one.accrual or assume("accrual_at_interim")) == "pauses"
    longest = protocol.treatment.max_duration or Duration(f"{int(assume('treatment_months'))} months")
    setting = Setting(
        protocol=protocol,
        scenario=scenario,
        study=f"SIM-{identity.id}",
        start_day=_first_day(start),
        end_day=end,
        size=size,
        calendar=_calendar(protocol, assume),
        clocks=tuple(_clock(component, assume) for component in protocol.treatment.components),
        treatment_days=longest.days or round((longest.months or 0) * DAYS_A_MONTH),
        accrual_pauses=pauses,
    )
    setting.filled.extend(filled.values())
    return setting


def default_scenario(protocol: Protocol) -> str:
    """The built-in scenario that fits a protocol: with regorafenib the second line, else the first."""
    families = {family_of(component) for component in protocol.treatment.components}
    return "haic-second-line" if "regorafenib" in families else "haic-first-line"


def family_of(component: Component) -> Family:
    """The family of drugs whose harm and default dose a component shares, by its route and names."""
    drugs = " ".join(text_in(dose.drug) for dose in component.doses)
    words = f"{component.id} {text_in(component.name)} {component.product or ''} {drugs}".lower()
    if component.route == "hepatic_artery" or "haic" in words:
        return "haic"
    if "bevacizumab" in words:
        return "bevacizumab"
    if "regorafenib" in words:
        return "regorafenib"
    return "checkpoint" if any(word in words for word in _CHECKPOINT) else "other"


def _first_day(text: str) -> int:
    year, month, day = read_date(text)
    return (dt.date(year, month or 1, day or 1) - EPOCH).days


def _last_day(text: str) -> int:
    year, month, day = read_date(text)
    last = day or civil.monthrange(year, month or 12)[1]
    return (dt.date(year, month or 12, last) - EPOCH).days


def _calendar(protocol: Protocol, assume: _Assume) -> ScanCalendar:
    calendar = protocol.tumour.calendar
    if calendar is None:
        weeks = Duration(f"{int(assume('calendar_every_weeks'))} weeks")
        calendar = ScanCalendar(phases=(ScanPhase(every=weeks),))
    if calendar.reading is None and needs_reading(calendar):
        calendar = calendar.model_copy(update={"reading": assume("calendar_reading")})
    if calendar.window_days is None:
        calendar = calendar.model_copy(update={"window_days": int(assume("scan_window_days"))})
    return calendar


def _clock(component: Component, assume: _Assume) -> Clock:
    family = family_of(component)
    every = component.every.days if component.every is not None else None
    if component.every is not None and every is None:
        every = round((component.every.months or 1) * DAYS_A_MONTH)
    if every is None:
        every = int(assume(f"every_{family if family != 'other' else 'checkpoint'}"))
    days_on = 1
    if component.days_on is not None:
        days_on = component.days_on[1] - component.days_on[0] + 1
    elif component.route == "oral":
        days_on = min(every, int(assume("days_on_regorafenib")))
    cycles = component.max_cycles
    if cycles is None and family == "haic":
        cycles = int(assume("cycles_haic"))
    doses = component.doses or (Dose(),)
    drugs = tuple(_given(dose, component, family, assume) for dose in doses)
    return Clock(
        id=component.id,
        name=text_in(component.name).upper(),
        family=family,
        route=(component.route or "intravenous").replace("_", " ").upper(),
        is_procedure=component.kind == "procedure",
        drugs=drugs,
        every_days=every,
        days_on=days_on,
        max_cycles=cycles,
    )


def _given(dose: Dose, component: Component, family: Family, assume: _Assume) -> Given:
    name = text_in(dose.drug) or text_in(component.name)
    if dose.amount is not None and dose.unit is not None:
        levels = tuple(float(level) for level in dose.levels or ())
        return Given(name.upper(), float(dose.amount), dose.unit, dose.rounding, levels)
    if family == "haic":
        # Unnamed drugs of the infusion are shown by the one that its dose is spoken of.
        known = [drug for drug in ("leucovorin", "fluorouracil") if drug in name.lower()]
        return Given(name.upper(), float(assume(f"dose_{known[0] if known else 'oxaliplatin'}")), "mg/m2")
    if family == "bevacizumab":
        return Given(name.upper(), float(assume("dose_bevacizumab")), "mg/kg")
    return Given(name.upper(), float(assume(f"dose_{family if family == 'regorafenib' else 'checkpoint'}")), "mg")

"""Laboratory values of one patient: a level of their own, moved by the cycles given, with flares now and then.

Every number of the table ``laboratory.csv`` is an assumption: medians and spreads of an advanced liver cancer
population with kept liver function, the range of one laboratory, and what a cycle or a flare does. Values at entry
are drawn until they lie within the limits under which such trials take patients, and agree with the Child-Pugh points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from onearm.rehearse.draws import Draws
from onearm.rehearse.forms import Cell, Forms
from onearm.rehearse.patients import Person
from onearm.rehearse.scenario import read_table
from onearm.rehearse.setting import Setting
from onearm.rehearse.treatment import Treatment

URINE_STEPS = ("NEGATIVE", "1+", "2+", "3+")
ALBUMIN_CUT = 35
"""g/L: at or below it albumin gives Child-Pugh points."""

_TRIES = 50


class Sampling(NamedTuple):
    """When blood is taken."""

    number: str
    """VISITNUM."""
    label: str
    day: int
    """Since 1970-01-01."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test: what it is at entry, in which limits, and what treatment does to it."""

    code: str
    name: str
    category: str
    unit: str
    median: float
    spread: float
    low: float | None
    high: float | None
    decimals: int
    entry_low: float | None
    entry_high: float | None
    noise: float
    by_family: tuple[tuple[str, float], ...]
    """Family of drugs → factor on the level for every cycle given."""
    flare: float
    """Share of visits under treatment at which it is far off."""
    flare_factor: float
    flare_with: str
    """Tests of one word flare together."""


def write_laboratory(
    setting: Setting,
    seed: int,
    number: int,
    person: Person,
    visits: Sequence[Sampling],
    treatment: Treatment | None,
    origin: int,
    forms: Forms,
    found: Mapping[str, float] | None = None,
    follow_up: Sampling | None = None,
) -> None:
    """Write the blood and, under bevacizumab, the urine of every visit; the first visit is the screening.

    ``follow_up`` is the blood alone after treatment, by draws of its own, so that it moves no other value.
    ``found`` are values of the screening by LBTESTCD, in place of those drawn.
    """
    levels = Draws(seed, number, "laboratory levels")
    noise = Draws(seed, number, "laboratory noise")
    late = Draws(seed, number, "laboratory of the safety follow-up")
    given = _cycles_given(setting, treatment, [*visits, *([follow_up] if follow_up is not None else [])], origin)
    flares = _flares(seed, number, visits, treatment, origin)
    for test in entry_tests():
        level = (found or {}).get(test.code, _entry_level(test, person, levels))
        for index, visit in enumerate(visits):
            factor = 1.0
            for family, a_cycle in test.by_family:
                factor *= a_cycle ** min(12, given[index].get(family, 0))
            if index and (index, test.flare_with) in flares:
                factor *= test.flare_factor
            value = level * factor * (noise.lognormal(1.0, test.noise) if index else 1.0)
            _blood(forms, visit, test, f"{value:.{test.decimals}f}")
        if follow_up is not None:
            for family, a_cycle in test.by_family:
                level *= a_cycle ** min(12, given[-1].get(family, 0))
            _blood(forms, follow_up, test, f"{level * late.lognormal(1.0, test.noise):.{test.decimals}f}")
    if person.cause == "HEPATITIS B":
        _virus(seed, number, visits[0], forms)
    if any(clock.family == "bevacizumab" for clock in setting.clocks):
        _write_urine(seed, number, visits, treatment, forms)


def _entry_level(test: Test, person: Person, draws: Draws) -> float:
    """The value at screening: within the limits of entry; albumin on the side that the Child-Pugh points say."""
    low, high = test.entry_low, test.entry_high
    if test.code == "ALB":
        low, high = (ALBUMIN_CUT + 1, high) if person.child_pugh == 5 else (low, ALBUMIN_CUT - 0.5)
    value = test.median
    for _ in range(_TRIES):
        value = draws.lognormal(test.median, test.spread)
        if (low is None or value >= low) and (high is None or value <= high):
            return value
    return min(max(value, low or value), high or value)


def _cycles_given(
    setting: Setting, treatment: Treatment | None, visits: Sequence[Sampling], origin: int
) -> list[dict[str, int]]:
    """Cycles of each family begun before each visit."""
    if treatment is None:
        return [{} for _ in visits]
    families = {clock.id: clock.family for clock in setting.clocks}
    return [
        {families[name]: sum(origin + day < visit.day for day in days) for name, days in treatment.days.items()}
        for visit in visits
    ]


def _flares(
    seed: int, number: int, visits: Sequence[Sampling], treatment: Treatment | None, origin: int
) -> frozenset[tuple[int, str]]:
    """Visits under treatment at which a group of tests is far off, with the group."""
    draws = Draws(seed, number, "laboratory flares")
    groups = {test.flare_with: test.flare for test in entry_tests() if test.flare_with}
    found = set()
    for index, visit in enumerate(visits):
        for group, share in groups.items():
            happens = draws.chance(share)
            under = treatment is not None and origin + treatment.first < visit.day < origin + treatment.stop
            if happens and under:
                found.add((index, group))
    return frozenset(found)


def _blood(forms: Forms, visit: Sampling, test: Test, value: str) -> None:
    forms.add(
        "LB",
        visit.day,
        LBTESTCD=test.code,
        LBTEST=test.name,
        LBCAT=test.category,
        LBORRES=value,
        LBORRESU=test.unit,
        LBSTRESC=value,
        LBSTRESN=value,
        LBSTRESU=test.unit,
        LBSTNRLO=None if test.low is None else f"{test.low:g}",
        LBSTNRHI=None if test.high is None else f"{test.high:g}",
        VISITNUM=visit.number,
        VISIT=visit.label,
        LBDTC=visit.day,
    )


def _virus(seed: int, number: int, visit: Sampling, forms: Forms) -> None:
    """Hepatitis B virus DNA at screening: mostly below the limit of the assay, under an antiviral."""
    draws = Draws(seed, number, "virus")
    shown = draws.chance(0.3)
    value = f"{draws.whole(21, 480)}"
    forms.add(
        "LB",
        visit.day,
        LBTESTCD="HBVDNA",
        LBTEST="Hepatitis B Virus DNA",
        LBCAT="VIROLOGY",
        LBORRES=value if shown else "<20",
        LBORRESU="IU/mL",
        LBSTRESC=value if shown else "<20",
        LBSTRESN=value if shown else None,
        LBSTRESU="IU/mL",
        VISITNUM=visit.number,
        VISIT=visit.label,
        LBDTC=visit.day,
    )
    begun = visit.day - draws.whole(20, 900)
    name = "ENTECAVIR"
    forms.add("CM", visit.day, CMTRT=name, CMDECOD=name, CMCAT="ANTIVIRAL", CMINDC="HEPATITIS B", CMSTDTC=begun)


def _write_urine(seed: int, number: int, visits: Sequence[Sampling], treatment: Treatment | None, forms: Forms) -> None:
    """A dipstick at every visit; from 2+ on the protein of 24 hours as well."""
    draws = Draws(seed, number, "urine")
    step = 0
    for index, visit in enumerate(visits):
        rises, falls, grams = draws.chance(0.08), draws.chance(0.15), draws.lognormal(1.1, 0.5)
        if index and treatment is not None:
            step = min(3, step + 1) if rises else max(0, step - 1) if falls else step
        dipstick = URINE_STEPS[step]
        cells: dict[str, Cell] = {
            "VISITNUM": visit.number,
            "VISIT": visit.label,
            "LBDTC": visit.day,
            "LBCAT": "URINALYSIS",
        }
        forms.add(
            "LB",
            visit.day,
            LBTESTCD="UPROT",
            LBTEST="Protein in urine, dipstick",
            LBORRES=dipstick,
            LBSTRESC=dipstick,
            LBSPEC="URINE",
            **cells,
        )
        if step >= 2:
            value = f"{grams * (step - 1):.2f}"
            forms.add(
                "LB",
                visit.day,
                LBTESTCD="UPROT24",
                LBTEST="Protein in 24-hour urine",
                LBORRES=value,
                LBORRESU="g/24h",
                LBSTRESC=value,
                LBSTRESN=value,
                LBSTRESU="g/24h",
                LBSTNRHI="0.15",
                LBSPEC="URINE",
                **cells,
            )


@cache
def entry_tests() -> tuple[Test, ...]:
    """The tests of blood, as ``laboratory.csv`` has them."""
    return tuple(_test(row) for row in read_table("laboratory.csv"))


def _test(row: dict[str, str]) -> Test:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    factors = [("haic", row["haic_cycle"]), ("regorafenib", row["regorafenib_cycle"])]
    return Test(
        code=row["code"],
        name=row["name"],
        category=row["category"],
        unit=row["unit"],
        median=float(row["median"]),
        spread=float(row["spread"]),
        low=number("low"),
        high=number("high"),
        decimals=int(row["decimals"]),
        entry_low=number("entry_low"),
        entry_high=number("entry_high"),
        noise=float(row["noise"]),
        by_family=tuple((family, float(factor)) for family, factor in factors if float(factor) != 1),
        flare=float(row["flare"]),
        flare_factor=float(row["flare_factor"]),
        flare_with=row["flare_with"],
    )

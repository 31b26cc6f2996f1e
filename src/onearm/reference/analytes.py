"""Laboratory tests by one name and one unit each, with the units they may come in.

A unit that is not listed is not converted: the value stays out with its reason, because a guessed unit is a guessed
number.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Confirmation = Literal["confirmed", "unconfirmed"]


class UnitFactor(NamedTuple):
    """A unit in which a test may come, and by what to multiply to get the canonical unit."""

    unit: str
    factor: Decimal


class Analyte(NamedTuple):
    """One laboratory test: its code here, the LBTESTCD it comes under, its canonical unit and the other units."""

    code: str
    name: str
    tests: tuple[str, ...]
    unit: str
    units: tuple[UnitFactor, ...]
    """The canonical one first, with factor 1."""
    source: str
    mark: Confirmation

    def factor(self, unit: str) -> Decimal | None:
        """By what to multiply a value in ``unit``; None where the unit is not known for this test."""
        written = plain_unit(unit)
        return next((entry.factor for entry in self.units if plain_unit(entry.unit) == written), None)

    def is_unconfirmed(self, unit: str) -> bool:
        """Whether the factor of a unit is unconfirmed. Powers of ten are exact by definition."""
        factor = self.factor(unit)
        digits = None if factor is None else factor.normalize().as_tuple().digits
        return self.mark == "unconfirmed" and digits is not None and digits != (1,)

    @property
    def factor_words(self) -> str:
        """What is unconfirmed about its units, as people read it."""
        return f"factor between units of {self.code} unconfirmed ({self.source})"


def plain_unit(unit: str) -> str:
    """A unit as it is compared: without blanks, without regard to case, with either micro sign as ``u``."""
    plain = unit.strip().replace("µ", "u").replace("μ", "u").replace(" ", "").replace("³", "3").replace("⁹", "^9")
    return plain.casefold().replace("x10", "10").replace("×10", "10").replace("10e9", "10^9").replace("10e3", "10^3")


@cache
def _load() -> Mapping[str, Analyte]:
    text = files("onearm.reference").joinpath("analytes.csv").read_text(encoding="utf-8")
    return {row["code"]: _analyte(row) for row in csv.DictReader(text.splitlines())}


def _analyte(row: dict[str, str]) -> Analyte:
    units = [UnitFactor(row["unit"], Decimal(1))]
    for entry in filter(None, row["other_units"].split(";")):
        unit, factor = entry.split("=")
        units.append(UnitFactor(unit, Decimal(factor)))
    mark: Confirmation = "confirmed" if row["mark"] == "confirmed" else "unconfirmed"
    tests = tuple(row["tests"].split(";"))
    return Analyte(row["code"], row["name"], tests, row["unit"], tuple(units), row["source"], mark)


ANALYTES: Mapping[str, Analyte] = _load()
"""Every laboratory test by its code."""


@cache
def analyte_of_test() -> Mapping[str, str]:
    """LBTESTCD → code of the analyte."""
    return {test: analyte.code for analyte in ANALYTES.values() for test in analyte.tests}

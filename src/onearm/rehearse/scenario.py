"""Scenarios: what a simulation assumes of patients and conduct, each value with its source and how well it is known."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from onearm.errors import UsageError
from onearm.protocol.base import read_date

COMMON = "common"
"""Scenario whose values every other one shares."""

VERIFICATIONS = ("excerpt", "derived", "tuned", "memory", "assumption")
"""How a value is known: seen in a public text, computed from one, tuned to meet one, remembered or assumed."""


@dataclass(frozen=True, slots=True)
class Published:
    """One row of the calibration table: a published figure and where it was seen."""

    id: str
    parameter: str
    setting: str
    value: str
    unit: str
    source: str
    url: str
    verification: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """One value of a scenario."""

    name: str
    value: str
    unit: str
    verification: str
    note: str
    basis: Published | None
    """The published figure it rests on or was tuned to; None if it has no source."""

    def as_dict(self) -> dict[str, str]:
        """The assumption with its source, flat."""
        basis = self.basis
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "verification": self.verification,
            "note": self.note,
            "basis": f"{basis.parameter}: {basis.value} {basis.unit} ({basis.setting})" if basis else "",
            "source": basis.source if basis else "",
            "url": basis.url if basis else "",
            "basis_verification": basis.verification if basis else "",
        }


@dataclass(frozen=True)
class Scenario:
    """A named set of assumptions."""

    name: str
    assumptions: Mapping[str, Assumption]

    def number(self, name: str) -> float:
        """A value as a number."""
        return float(self.assumptions[name].value)

    def whole(self, name: str) -> int:
        """A value as a whole number."""
        return int(self.assumptions[name].value)

    def text(self, name: str) -> str:
        """A value as text."""
        return self.assumptions[name].value

    def without_source(self) -> tuple[Assumption, ...]:
        """The assumptions that rest on no published figure that was seen."""
        return tuple(entry for entry in self.assumptions.values() if entry.verification in ("assumption", "memory"))


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with the program."""
    names = dict.fromkeys(row["scenario"] for row in read_table("scenarios.csv"))
    return tuple(name for name in names if name != COMMON)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A scenario that comes with the program, by name, or one of a CSV file.

    The file has the columns ``scenario,name,value,unit,basis,verification,note``; the scenario in its first column is
    the built-in one that it changes, row by row. Raises UsageError with every fault.
    """
    if str(name_or_path) in scenario_names():
        return _built_in(str(name_or_path))
    path = Path(name_or_path)
    if not path.is_file():
        raise UsageError(
            f"there is no scenario {name_or_path}: name one of {', '.join(scenario_names())} or a CSV file"
        )
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    bases = {row.get("scenario") or "" for row in rows}
    if len(bases) != 1 or not bases <= set(scenario_names()):
        raise UsageError(f"{path.name}: its column 'scenario' names one of {', '.join(scenario_names())}")
    base = _built_in(bases.pop())
    faults = [f"row {number}: {fault}" for number, row in enumerate(rows, 2) for fault in _faults(row, base)]
    if faults:
        raise UsageError(f"{path.name}: " + "; ".join(faults))
    changed = dict(base.assumptions) | {entry.name: entry for entry in _assumptions(rows)}
    return Scenario(path.stem, MappingProxyType(changed))


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a table that comes with this room."""
    text = resources.files("onearm.rehearse").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _built_in(name: str) -> Scenario:
    rows = [row for row in read_table("scenarios.csv") if row["scenario"] in (COMMON, name)]
    return Scenario(name, MappingProxyType({entry.name: entry for entry in _assumptions(rows)}))


def _published() -> dict[str, Published]:
    fields = Published.__dataclass_fields__
    rows = read_table("calibration.csv")
    return {row["id"]: Published(**{name: row[name] for name in fields}) for row in rows}


def _assumptions(rows: Iterable[Mapping[str, str]]) -> list[Assumption]:
    published = _published()
    return [
        Assumption(
            name=row["name"],
            value=row["value"],
            unit=row.get("unit") or "",
            verification=row["verification"],
            note=row.get("note") or "",
            basis=published[row["basis"]] if row.get("basis") else None,
        )
        for row in rows
    ]


def _faults(row: Mapping[str, str], base: Scenario) -> list[str]:
    known = base.assumptions.get(row.get("name") or "")
    if known is None:
        return [f"there is no assumption '{row.get('name')}'"]
    faults = []
    if row.get("basis") and row["basis"] not in _published():
        faults.append(f"there is no calibration row '{row['basis']}'")
    if row.get("verification") not in VERIFICATIONS:
        faults.append(f"verification is one of {', '.join(VERIFICATIONS)}")
    fault = _value_fault(known, row.get("value") or "")
    return [*faults, f"{known.name}: {fault}"] if fault else faults


def _value_fault(known: Assumption, value: str) -> str:
    """Why a value cannot stand in place of a known one; an empty text if it can."""
    if known.unit == "date":
        try:
            read_date(value)
        except ValueError as error:
            return f"'{value}': {error}"
        return ""
    if "|" in known.unit:
        choices = known.unit.split("|")
        return "" if value in choices else f"write one of {', '.join(choices)}"
    try:
        number = float(value)
    except ValueError:
        return f"'{value}' is no number"
    if not 0 <= number < float("inf"):
        return f"{value} is negative or endless"
    if known.unit == "share" and number > 1:
        return f"a share is at most 1, not {value}"
    if known.unit in _ABOVE_ZERO and number == 0:
        return "0 would never let the trial run"
    # Written without a point, so that it can be read as a whole number again.
    if known.unit in _WHOLE and not value.strip().isdigit():
        return f"{value} is no whole number"
    return ""


_ABOVE_ZERO = ("patients/month", "patients", "weeks", "days", "months", "cycles", "mm", "mg", "mg/kg", "mg/m2")
_WHOLE = ("patients", "weeks", "days", "months", "cycles")

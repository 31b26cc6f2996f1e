"""The Child-Pugh tables by version: sources differ in the albumin and the bilirubin limit, so none is the table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from onearm.reference.analytes import Confirmation

CHILD_PUGH_SCORES = tuple(range(5, 16))
"""Every sum of five components of 1 to 3 points."""


class TwoPoints(NamedTuple):
    """Between which values, both included, a component has two points; ``better`` is the side of one point."""

    component: str
    unit: str
    two_from: Decimal
    two_to: Decimal
    better: Literal["low", "high"]
    source: str
    mark: Confirmation


class ChildPughTable(NamedTuple):
    """One version of the table: its components that are measured. Ascites and encephalopathy are graded 1 to 3."""

    version: str
    components: Mapping[str, TwoPoints]

    @property
    def mark(self) -> Confirmation:
        """``confirmed`` where every row is."""
        rows = self.components.values()
        return "confirmed" if all(row.mark == "confirmed" for row in rows) else "unconfirmed"


@cache
def child_pugh_tables() -> Mapping[str, ChildPughTable]:
    """Every version by its id, in the order of the file."""
    text = files("onearm.reference").joinpath("child_pugh.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, TwoPoints]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["version"], {})[row["component"]] = TwoPoints(
            row["component"],
            row["unit"],
            Decimal(row["two_from"]),
            Decimal(row["two_to"]),
            "low" if row["better"] == "low" else "high",
            row["source"],
            "confirmed" if row["mark"] == "confirmed" else "unconfirmed",
        )
    return {version: ChildPughTable(version, components) for version, components in found.items()}


def child_pugh_class(score: int) -> Literal["A", "B", "C"]:
    """A for 5 and 6 points, B for 7 to 9, C from 10."""
    if score <= 6:
        return "A"
    return "B" if score <= 9 else "C"

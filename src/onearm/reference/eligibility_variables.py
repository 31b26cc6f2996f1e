"""The built-in variables of eligibility criteria: kind, unit and possible values. Laboratory tests are among them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from onearm.reference.analytes import ANALYTES, plain_unit

Kind = Literal["number", "text", "truth", "date", "category"]


class BuiltIn(NamedTuple):
    """One built-in variable. ``values`` are all that it can have (empty: any)."""

    name: str
    kind: Kind
    unit: str
    values: tuple[str, ...]
    dated: bool
    meaning: str

    def takes_unit(self, unit: str) -> bool:
        """Whether a limit may be given in a unit (none is the variable's own)."""
        if not unit:
            return True
        analyte = ANALYTES.get(self.name.upper())
        if analyte is None:
            return plain_unit(unit) == plain_unit(self.unit)
        return is_multiple_of_limit(unit) or analyte.factor(unit) is not None


def is_multiple_of_limit(unit: str) -> bool:
    """Whether a unit means multiples of the upper limit of normal."""
    return plain_unit(unit).replace("×", "x") in ("xuln", "uln")


@cache
def built_in_variables() -> Mapping[str, BuiltIn]:
    """Every built-in variable by its name in lower case; each laboratory test under its code."""
    text = files("onearm.reference").joinpath("eligibility_variables.csv").read_text(encoding="utf-8")
    own = {
        row["name"]: BuiltIn(
            row["name"],
            cast("Kind", row["kind"]),
            row["unit"],
            tuple(filter(None, row["values"].split(";"))),
            row["dated"] == "yes",
            row["meaning"],
        )
        for row in csv.DictReader(text.splitlines())
    }
    laboratory = {
        code.lower(): BuiltIn(code.lower(), "number", analyte.unit, (), True, f"{analyte.name} (LB)")
        for code, analyte in ANALYTES.items()
    }
    return own | laboratory

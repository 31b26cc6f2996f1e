"""Constants of the scores beside Child-Pugh: ALBI and its grades, BCLC stages, creatinine clearance."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from onearm.reference.analytes import Confirmation


class Constant(NamedTuple):
    """One number with its source."""

    name: str
    value: Decimal
    source: str
    mark: Confirmation


@cache
def score_constants() -> Mapping[str, Constant]:
    """Every constant by its name."""
    text = files("onearm.reference").joinpath("liver_scores.csv").read_text(encoding="utf-8")
    return {
        row["name"]: Constant(
            row["name"],
            Decimal(row["value"]),
            row["source"],
            "confirmed" if row["mark"] == "confirmed" else "unconfirmed",
        )
        for row in csv.DictReader(text.splitlines())
    }


def unconfirmed_constants(*beginnings: str) -> tuple[Constant, ...]:
    """The unconfirmed ones whose names begin so."""
    return tuple(c for c in score_constants().values() if c.name.startswith(beginnings) and c.mark == "unconfirmed")

"""The limits of Hy's law as data: each with its source and whether it was confirmed."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from onearm.reference.analytes import Confirmation


class LiverLimits(NamedTuple):
    """Multiples from which on a value counts (that value included), and how far apart the values may lie."""

    transaminase: int
    bilirubin: int
    cholestasis: int
    window_days: int
    source: str
    mark: Confirmation
    """``unconfirmed`` as soon as one of them is."""


@cache
def liver_limits() -> LiverLimits:
    """The limits of ``liver_signal.csv``."""
    text = files("onearm.reference").joinpath("liver_signal.csv").read_text(encoding="utf-8")
    rows = {row["name"]: row for row in csv.DictReader(text.splitlines())}
    mark: Confirmation = "confirmed" if all(row["mark"] == "confirmed" for row in rows.values()) else "unconfirmed"
    return LiverLimits(
        transaminase=int(rows["transaminase"]["number"]),
        bilirubin=int(rows["bilirubin"]["number"]),
        cholestasis=int(rows["cholestasis"]["number"]),
        window_days=int(rows["window"]["number"]),
        source=rows["transaminase"]["source"],
        mark=mark,
    )

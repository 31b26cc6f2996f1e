"""How a tumour marker stands at each visit, from its dated values (option ``markers: afp``).

Where the rules can be read in two ways the chosen reading is marked ``Reading:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class MarkerValue:
    """One measurement: its day, the value with the upper limit of its own row, and the laboratory's own word."""

    day: int
    value: Fraction | None = None
    upper_limit: Fraction | None = None
    indicator: str = ""


def is_above(found: MarkerValue) -> bool | None:
    """Whether a value is above its limit; the laboratory's word where a number or the limit lacks; else None."""
    if found.value is not None and found.upper_limit is not None:
        return found.value > found.upper_limit
    return {"HIGH": True, "NORMAL": False, "LOW": False}.get(found.indicator)


def marker_codes(
    visit_days: Sequence[int],
    reference_day: int,
    values: Sequence[MarkerValue],
    *,
    window_days: int,
    baseline_window_days: int,
) -> list[str]:
    """One code a visit, the baseline first."""
    # Reading: a row that says neither number nor word is as if it were not there.
    known = [(found.day, above) for found in values if (above := is_above(found)) is not None]
    before = [pair for pair in known if reference_day - baseline_window_days <= pair[0] <= reference_day]
    if not before or not max(before, key=lambda pair: pair[0])[1]:
        return ["not_applicable"] * len(visit_days)
    codes = []
    for day in visit_days:
        near = sorted((abs(at - day), at, above) for at, above in known if abs(at - day) <= window_days)
        codes.append("not_measured" if not near else "above" if near[0][2] else "normal")
    return codes

"""Bands as intervals that compare exactly, open and closed ends told apart; schemes of bands without overlap or gap.

A number v stands as the point ``(v, 0)``, what lies just above it as ``(v, 1)``: every band is then an interval from
its first point (taken in) to the point after it (left out).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from onearm.protocol.dose_rule_parts import Band, Condition, DoseRule

Point = tuple[Decimal, int]
START: Point = (Decimal(0), 0)
END: Point = (Decimal("Infinity"), 0)


class Interval(NamedTuple):
    """From a point, taken in, to a point, left out."""

    start: Point
    end: Point

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.start >= self.end

    def meets(self, other: Interval) -> Interval:
        """What lies in both."""
        return Interval(max(self.start, other.start), min(self.end, other.end))


EVERYTHING = Interval(START, END)


def interval_of(band: Band | None) -> Interval:
    """A band as an interval; everything where there is none."""
    if band is None:
        return EVERYTHING
    starts = [START]
    ends = [END]
    starts += [(band.above, 1)] if band.above is not None else []
    starts += [(band.at_least, 0)] if band.at_least is not None else []
    ends += [(band.below, 0)] if band.below is not None else []
    ends += [(band.at_most, 1)] if band.at_most is not None else []
    return Interval(max(starts), min(ends))


def point_words(point: Point) -> str:
    """A point as people read it."""
    return f"{point[0]:f}" if point[1] == 0 else f"just above {point[0]:f}"


class Fault(NamedTuple):
    """Where two rules of a scheme overlap, or none speaks: baseline and value."""

    kind: str
    """``overlap``, ``gap`` or ``baseline_gap``."""
    rules: tuple[str, ...]
    baseline: Point
    value: Point


def scheme_faults(rules: Sequence[DoseRule]) -> list[Fault]:
    """Every overlap and gap of the rules of one scheme, cell by cell of baseline and value."""
    areas = []
    for rule in rules:
        laboratory = rule.when.laboratory
        if laboratory is not None:
            areas.append((rule.id, interval_of(laboratory.baseline), interval_of(laboratory)))
    bases = sorted({point for _, base, _ in areas for point in base})
    values = sorted({point for _, _, value in areas for point in value})
    faults: list[Fault] = []
    covered = [any(base.start <= start < base.end for _, base, _ in areas) for start, _ in pairwise(bases)]
    for index, (start, _) in enumerate(pairwise(bases)):
        here = [area for area in areas if area[1].start <= start < area[1].end]
        if not here:
            if any(covered[:index]) and any(covered[index:]):
                faults.append(Fault("baseline_gap", (), start, START))
            continue
        faults += _faults_of_row(here, start, values)
    return faults


def _faults_of_row(here: list[tuple[str, Interval, Interval]], baseline: Point, values: list[Point]) -> Iterator[Fault]:
    first, last = min(value.start for _, _, value in here), max(value.end for _, _, value in here)
    for start, _ in pairwise(values):
        speaking = tuple(name for name, _, value in here if value.start <= start < value.end)
        if len(speaking) > 1:
            yield Fault("overlap", speaking, baseline, start)
        elif not speaking and first <= start < last:
            yield Fault("gap", tuple(name for name, _, _ in here), baseline, start)


Ranges = dict[tuple[str, str], Interval]
"""Test and unit → the values that a condition allows, as far as it says so for every case."""


def allowed_by(condition: Condition) -> Ranges:
    """What a condition that holds says of single tests; what only one of several alternatives says is left out."""
    laboratory = condition.laboratory
    if laboratory is not None and len(laboratory.tests) == 1 and laboratory.baseline is None:
        return {(laboratory.tests[0], laboratory.unit): interval_of(laboratory)}
    ranges: Ranges = {}
    for part in (*condition.all_of, *condition.same_day):
        for key, allowed in allowed_by(part).items():
            ranges[key] = ranges.get(key, EVERYTHING).meets(allowed)
    for part in condition.none_of:
        for key, allowed in _refused_by(part).items():
            ranges[key] = ranges.get(key, EVERYTHING).meets(allowed)
    return ranges


def _refused_by(condition: Condition) -> Ranges:
    """What is left of single tests when a laboratory condition with one end does not hold."""
    laboratory = condition.laboratory
    if laboratory is None or laboratory.baseline is not None:
        return {}
    band = interval_of(laboratory)
    if band.end == END:
        left = Interval(START, band.start)
    elif band.start == START:
        left = Interval(band.end, END)
    else:
        return {}
    return {(test, laboratory.unit): left for test in laboratory.tests}


def firing(condition: Condition) -> Iterator[tuple[tuple[str, str], Interval]]:
    """Bands of single tests each of which alone makes a condition hold."""
    laboratory = condition.laboratory
    if laboratory is not None and laboratory.baseline is None:
        for test in laboratory.tests:
            yield (test, laboratory.unit), interval_of(laboratory)
    for part in condition.any_of:
        yield from firing(part)

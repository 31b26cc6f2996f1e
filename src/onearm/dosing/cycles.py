"""Which cycle does a dose belong to, and how late did the cycle begin? One clock for each component of a patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from onearm.dosing.given import GivenRow
from onearm.plan.administrations import cycle_span, next_due
from onearm.protocol.parts import Component


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of one component in one patient, with its rows in order.

    ``number`` counts the cycles in which anything was given; it is None for one that was held. ``delay`` is in days
    after the day on which it was due (below zero: earlier); None for the first, a held one, or without an interval.
    """

    number: int | None
    start: dt.date
    rows: tuple[GivenRow, ...]
    delay: int | None

    @property
    def is_held(self) -> bool:
        """Whether nothing was given."""
        return self.number is None


def gives_something(row: GivenRow) -> bool:
    """Whether a row gave a dose; one of an unknown amount did."""
    return row.dose is None or row.dose > 0


def find_cycles(component: Component, rows: Sequence[GivenRow]) -> tuple[Cycle, ...]:
    """The cycles of one component in one patient, from its rows in order of their days.

    A row belongs to the cycle whose first row lies less than ``plan.administrations.cycle_span`` days before it;
    without an interval each day is a cycle of its own. A cycle begins on the first day on which it gives anything.
    """
    span = cycle_span(component) or 1
    groups: list[list[GivenRow]] = []
    for row in rows:
        if groups and (row.start - _first(groups[-1])).days < span:
            groups[-1].append(row)
        else:
            groups.append([row])
    cycles: list[Cycle] = []
    count, before = 0, None
    for group in groups:
        given = [row for row in group if gives_something(row)]
        if not given:
            cycles.append(Cycle(None, group[0].start, tuple(group), None))
            continue
        count += 1
        due = next_due(component, before) if before is not None else None
        start = given[0].start
        cycles.append(Cycle(count, start, tuple(group), None if due is None else (start - due).days))
        before = start
    return tuple(cycles)


def _first(group: Sequence[GivenRow]) -> dt.date:
    """The day from which a cycle's rows are counted: the first dose, else the first row."""
    return next((row.start for row in group if gives_something(row)), group[0].start)

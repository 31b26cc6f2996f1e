"""One patient as one reader saw him: the visits with their lesions and sums, and what was entered as response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onearm.derive import Derived
from onearm.derive.days import NO_ROW
from onearm.derive.entered import BEST_TESTS, RESPONSE_OF, Entered, Reading
from onearm.derive.readings import Readings
from onearm.derive.rules import response_rules
from onearm.derive.window import find_response_window
from onearm.kernels.rules import NEVER, ResponseRules
from onearm.kernels.target_sums import counted_length, is_disease, is_missing
from onearm.protocol.options import ResponseOptions
from onearm.terms import NewLesionState, NonTargetState, Response, TargetState


@dataclass(frozen=True, slots=True)
class Target:
    """A target at a visit; ``length`` is what enters the sum, in tenths of a millimetre."""

    name: str
    state: TargetState
    length: int
    is_node: bool
    is_missing: bool
    is_disease: bool
    row: int | None


@dataclass(frozen=True, slots=True)
class Other:
    """A non-target or new lesion at a visit."""

    name: str
    state: NonTargetState | NewLesionState
    row: int | None


@dataclass(frozen=True)
class Visit:
    """One visit: what was read, what follows from it, and what was entered. Lengths in tenths of a millimetre."""

    number: str
    name: str
    day: int
    row: int | None
    targets: tuple[Target, ...]
    non_targets: tuple[Other, ...]
    new: tuple[Other, ...]
    total: int
    complete: bool
    nadir: Visit | None
    target: Response
    non_target: Response
    new_lesion: str | None
    """The new lesion that makes this visit a progression."""
    overall: Response
    arithmetic: Response
    entered: Mapping[str, Entered]
    """Rows of RS by test."""

    def said(self, test: str) -> Response | None:
        """The response entered under a test; None without one."""
        row = self.entered.get(test)
        return None if row is None else RESPONSE_OF.get(row.value)


@dataclass(frozen=True)
class Case:
    """A patient, read by one reader."""

    subject: str
    number: int
    """Place among the subjects of the derivation."""
    reading: Reading
    baseline: Visit
    visits: tuple[Visit, ...]
    """The visits after the baseline, by day."""
    entered: tuple[Entered, ...]
    """The overall responses entered, by day, whether or not there are lesions beside them."""
    best: Entered | None
    """The best overall response entered."""
    reference_day: int
    cap_end: int
    """Last day of the response window; NEVER without one."""
    new_therapy_day: int
    rules: ResponseRules
    options: ResponseOptions


def gather_cases(derived: Derived, entered: Sequence[Entered], reading: Reading) -> tuple[Case, ...]:
    """Every subject of a derivation as a case; none while the response criterion is open."""
    readings, visits, options = derived.readings, derived.visits, derived.protocol.response_options
    if readings is None or visits is None or options is None:
        return ()
    course = derived.course
    rules = response_rules(options)
    window = find_response_window(derived.protocol, course, [])
    by_subject: dict[str, list[Entered]] = {}
    for row in entered:
        by_subject.setdefault(row.subject, []).append(row)
    cases = []
    for number, subject in enumerate(course.subjects):
        own = by_subject.get(subject, [])
        seen = list(_visits(derived, readings, rules, number, own))
        best = [row for row in own if row.test in BEST_TESTS]
        cases.append(
            Case(
                subject=subject,
                number=number,
                reading=reading,
                baseline=seen[0],
                visits=tuple(seen[1:]),
                entered=tuple(row for row in own if row.test == "OVRLRESP"),
                best=best[-1] if best else None,
                reference_day=int(course.reference.day[number]),
                cap_end=int(window.cap_end[number]),
                new_therapy_day=int(course.new_therapy.day[number]),
                rules=rules,
                options=options,
            )
        )
    return tuple(cases)


def _visits(
    derived: Derived, readings: Readings, rules: ResponseRules, number: int, entered: Sequence[Entered]
) -> Iterator[Visit]:
    results = derived.visits
    assert results is not None
    start, end = (int(readings.lesions.visit_start[number + i]) for i in (0, 1))
    made: list[Visit] = []
    for flat in range(start, end):
        local = flat - start
        nadir = int(results.nadir_visit[flat])
        witness = int(results.new_witness[flat])
        day = int(readings.lesions.day[flat])
        visit = Visit(
            number=readings.visit_number[flat] or "",
            name=readings.visit_name[flat] or "",
            day=day,
            row=_row(readings.visit_row[flat]),
            targets=tuple(_targets(readings, rules, number, local)),
            non_targets=tuple(_others(readings, number, local, is_new=False)),
            new=tuple(_others(readings, number, local, is_new=True)),
            total=int(results.total[flat]),
            complete=bool(results.complete[flat]),
            nadir=made[nadir] if nadir >= 0 else None,
            target=Response(int(results.target[flat])),
            non_target=Response(int(results.non_target[flat])),
            new_lesion=None
            if witness < 0
            else readings.new.name_of(int(readings.new.start[number]) + witness, readings.lesion_names),
            overall=Response(int(results.overall[flat])),
            arithmetic=Response(int(results.arithmetic[flat])),
            entered={} if not local else _entered_at(readings, flat, entered),
        )
        made.append(visit)
        yield visit


def _entered_at(readings: Readings, flat: int, entered: Sequence[Entered]) -> dict[str, Entered]:
    """The rows of RS of a visit: by its number, or by day where a row has no number."""
    number = readings.visit_number[flat]
    first, last = int(readings.first_day[flat]), int(readings.last_day[flat])
    return {
        row.test: row
        for row in entered
        if row.test not in BEST_TESTS and (row.visit == number if row.visit else first <= row.day <= last)
    }


def _targets(readings: Readings, rules: ResponseRules, number: int, local: int) -> Iterator[Target]:
    lesions, roster = readings.lesions, readings.targets
    first, end = int(roster.start[number]), int(roster.start[number + 1])
    for place, lesion in enumerate(range(first, end)):
        cell = int(lesions.target_cell[number]) + local * (end - first) + place
        length, state = lesions.target_length[cell], lesions.target_state[cell]
        node = bool(roster.is_node[lesion])
        arguments = (rules, int(length), int(state), node)
        yield Target(
            name=roster.name_of(lesion, readings.lesion_names),
            state=TargetState(int(state)),
            length=int(counted_length(*arguments)),
            is_node=node,
            is_missing=bool(is_missing(int(state))),
            is_disease=bool(is_disease(*arguments)),
            row=_row(readings.target_row[cell]),
        )


def _others(readings: Readings, number: int, local: int, *, is_new: bool) -> Iterator[Other]:
    lesions = readings.lesions
    roster = readings.new if is_new else readings.non_targets
    cells = lesions.new_cell if is_new else lesions.non_target_cell
    states = lesions.new_state if is_new else lesions.non_target_state
    rows = readings.new_row if is_new else readings.non_target_row
    kind = NewLesionState if is_new else NonTargetState
    first, end = int(roster.start[number]), int(roster.start[number + 1])
    for place, lesion in enumerate(range(first, end)):
        cell = int(cells[number]) + local * (end - first) + place
        yield Other(roster.name_of(lesion, readings.lesion_names), kind(int(states[cell])), _row(rows[cell]))


def _row(row: int | np.integer) -> int | None:
    return None if row == NO_ROW else int(row)


__all__ = ["NEVER", "Case", "Other", "Target", "Visit", "gather_cases"]

"""Targets that were treated locally on study: from which visit on, the sums without them, and what was read after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from onearm.derive.days import NO_ROW, DayReader, Mask
from onearm.derive.followed import Course
from onearm.derive.readings import Readings
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints64
from onearm.kernels.patients import Lesions, Visits
from onearm.kernels.rules import ResponseRules
from onearm.kernels.target_sums import NO_SUM, rebase
from onearm.terms import TargetState


class SumReferences(NamedTuple):
    """What the sum of each flat visit is held against, in tenths of a millimetre."""

    baseline: Ints64
    has_baseline: Mask
    nadir: Ints64
    has_nadir: Mask


def find_treated(lesions: Lesions) -> Mask:
    """Which target cells stand at or after the visit at which their lesion was treated (after the baseline)."""
    mask = np.zeros(len(lesions.target_state), np.bool_)
    for _, cells, state in _treated_lesions(lesions):
        mask[cells[_first_treated(state) :]] = True
    return mask


def _treated_lesions(lesions: Lesions) -> list[tuple[int, Ints64, np.ndarray[tuple[int], np.dtype[np.int8]]]]:
    """Subject, cells visit by visit and states of every target that was ever treated after the baseline."""
    found = {}
    for cell in np.flatnonzero(lesions.target_state == TargetState.TREATED):
        subject = int(np.searchsorted(lesions.target_cell, cell, "right")) - 1
        n = int(lesions.target_start[subject + 1] - lesions.target_start[subject])
        visit, place = divmod(int(cell - lesions.target_cell[subject]), n)
        if visit > 0 and (subject, place) not in found:
            cells = np.arange(lesions.target_cell[subject] + place, lesions.target_cell[subject + 1], n)
            found[subject, place] = (subject, cells, lesions.target_state[cells])
    return list(found.values())


def _first_treated(state: np.ndarray[tuple[int], np.dtype[np.int8]]) -> int:
    return int(np.flatnonzero(state[1:] == TargetState.TREATED)[0]) + 1


def find_references(rules: ResponseRules, readings: Readings, visits: Visits) -> SumReferences:
    """Baseline and nadir of each flat visit, without what that visit leaves out."""
    lesions = readings.lesions
    first = lesions.visit_start[readings.visit_subject]
    total = visits.total.astype(np.int64)
    has_nadir = visits.nadir_visit >= 0
    nadir = np.where(has_nadir, total[np.where(has_nadir, first + visits.nadir_visit, 0)], 0)
    baseline, has_baseline = total[first], visits.complete[first].copy()
    if rules.treated_is_excluded == 1:
        since: dict[int, int] = {}
        for subject, _, state in _treated_lesions(lesions):
            since[subject] = min(since.get(subject, len(state)), _first_treated(state))
        for subject, start in since.items():
            own = slice(int(lesions.target_start[subject]), int(lesions.target_start[subject + 1]))
            block = slice(int(lesions.target_cell[subject]), int(lesions.target_cell[subject + 1]))
            shape = (-1, own.stop - own.start)
            length, state = lesions.target_length[block].reshape(shape), lesions.target_state[block].reshape(shape)
            for visit in range(start, len(state)):
                against = rebase(rules, visit, length, state, lesions.target_is_node[own])
                flat = int(lesions.visit_start[subject]) + visit
                baseline[flat], has_baseline[flat] = max(against.baseline, 0), against.baseline != NO_SUM
                nadir[flat] = max(against.nadir, 0)
    return SumReferences(baseline, has_baseline, nadir, has_nadir)


def report_read_after_treatment(readings: Readings, course: Course, reader: DayReader) -> None:
    """Warning D044 where anything but TREATED or NOT EVALUABLE is said of a target after its treatment."""
    lesions, roster = readings.lesions, readings.targets
    for subject, cells, state in _treated_lesions(lesions):
        first, flat = _first_treated(state), int(lesions.visit_start[subject])
        lesion = int(lesions.target_start[subject] + cells[0] - lesions.target_cell[subject])
        for visit in range(first + 1, len(state)):
            row = int(readings.target_row[cells[visit]])
            if row == NO_ROW or state[visit] in (TargetState.TREATED, TargetState.NOT_EVALUABLE):
                continue
            values = {
                "lesion": roster.name_of(lesion, readings.lesion_names),
                "visit": str(readings.visit_number[flat + visit]),
                "treated": str(readings.visit_number[flat + first]),
            }
            place = Place("TR", path="TRSTRESC", row=row, subject=course.subjects[subject])
            reader.findings.append(Finding("D044", place, values, "warning"))

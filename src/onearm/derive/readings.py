"""Readings of lesions (TR, TU) → the flat arrays of the patient kernels, without a loop over rows.

A timepoint is a subject and a VISITNUM of the chosen reader. The baseline is the last timepoint on or before the
reference day that has targets (else the last one at all); timepoints after it and after the reference day follow in
order of their day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from onearm.derive.cells import Cells, fill_new, fill_non_targets, fill_targets
from onearm.derive.days import DayReader, Days, Mask, Rows
from onearm.derive.lesion_rows import NEW, NON_TARGET, TARGET, LesionRows
from onearm.derive.lineage import find_lineage, trace_lineage
from onearm.derive.mrecist_targets import demote_targets, withhold_unshown
from onearm.derive.numbering import number_keys
from onearm.derive.progression_day import ScanDays, scan_days
from onearm.derive.scope import Scope, judge_new, judge_non_targets, report_unplaced
from onearm.derive.sites import NODE, PLACED, has
from onearm.derive.treated_by_procedure import Block, Treatment, mark_treated
from onearm.derive.unplaced import withhold_unplaced
from onearm.kernels.arrays import Ints8, Ints64
from onearm.kernels.patients import Lesions
from onearm.kernels.rules import NEVER
from onearm.protocol.options import ResponseOptions
from onearm.terms import TargetState


class Roster(NamedTuple):
    """The lesions of one kind: subject by subject, in order of their names."""

    start: Ints64
    """Subject *p* owns lesions ``start[p]`` to ``start[p + 1]``."""
    subject: Ints64
    name: Ints64
    """Place in ``Readings.lesion_names``."""
    is_node: Mask
    site: Ints64 = np.zeros(0, np.int64)
    """Where each lesion lies: bits of ``onearm.derive.sites``."""

    def name_of(self, lesion: int, names: tuple[str, ...]) -> str:
        """The lesion's TRLNKID."""
        return names[int(self.name[lesion])]


class Reported(NamedTuple):
    """What a reader entered as response at each flat visit (codes of ``Response``; 0 at the baseline and where nothing
    was entered), and the row of RS behind each component; that of the overall response is ``Readings.visit_row``."""

    overall: Ints8
    target: Ints8
    non_target: Ints8
    new: Ints8
    """Progression by a new lesion: 1 yes, 0 no, -1 not entered."""
    target_row: Rows
    non_target_row: Rows
    new_row: Rows


@dataclass(frozen=True, eq=False)
class Readings:
    """What was read of each lesion at each visit. Visits lie flat, subject by subject, the baseline first."""

    lesions: Lesions
    """As the kernels take them; ``missed_before`` is all zero until the calendar is known."""
    visit_subject: Ints64
    visit_number: pl.Series
    """VISITNUM as text; null for the empty baseline of a subject without one."""
    visit_name: pl.Series
    """VISIT of the visit's first row, else VISIT and its number."""
    first_day: Days
    last_day: Days
    progression_day: Days
    has_baseline: Mask
    lesion_names: tuple[str, ...]
    targets: Roster
    non_targets: Roster
    new: Roster
    target_row: Rows
    """Row of TR behind each cell of ``lesions.target_state``; NO_ROW without one. Likewise the next two."""
    non_target_row: Rows
    new_row: Rows
    new_from_tu: Mask
    """The sighting rests on a row of TU alone."""
    said: Ints8
    """Place in ``TUMOUR_STATES`` for each target cell, or -1: what was said of the lesion in words."""
    visit_row: Rows
    """First row of TR of each visit."""
    scan_days: ScanDays | None = None
    """Days of the scans behind each visit, where progression is dated by the scan that shows it."""
    """First row of TR of each visit; with ``reported``, the row of RS."""
    reported: Reported | None = None
    """The entered responses where they are the source; there are no lesions then."""

    @property
    def is_baseline(self) -> Mask:
        """Which visits are baselines."""
        mask = np.zeros(len(self.visit_subject), np.bool_)
        mask[self.lesions.visit_start[:-1]] = True
        return mask


class _Timepoints(NamedTuple):
    subject: Ints64
    number: Ints64
    text: Ints64
    first_day: Days
    last_day: Days
    day: Days
    has_target: Mask
    row: Rows


def read_lesions(
    rows: LesionRows,
    options: ResponseOptions,
    reader: DayReader,
    reference_day: Days,
    scope: Scope = Scope(),  # noqa: B008 - a constant
    treated: Sequence[Treatment] = (),
) -> Readings:
    """The readings of every subject up to the cut-off, by the criterion and in the region of ``scope``.

    ``reference_day`` goes by subject (NEVER without one: then every timepoint comes before treatment); ``treated`` are
    the local treatments on study. The visits are the same for every criterion and region. What cannot be read
    as it stands is left in ``reader.findings``.
    """
    lineage = find_lineage(rows.listed, reader.subjects, rows.lesion_names)
    rows = trace_lineage(rows, lineage, options, reader)
    key = rows.subject * max(1, len(rows.visit_numbers)) + rows.visit
    unique, timepoint = number_keys(key, reader.n_subjects * max(1, len(rows.visit_numbers)))
    points = _timepoints(rows, unique, timepoint, options)
    place, visit_start, order, has_baseline = _order_visits(points, reference_day, reader, options)
    local = place[timepoint]
    own = order >= 0
    unshown = np.zeros(0, np.int64)
    if scope.by_viable:
        rows, unshown = demote_targets(rows, local, has_baseline, reader)
    n_flat = len(order)
    subject = np.repeat(np.arange(reader.n_subjects), np.diff(visit_start))
    rosters, lesion_of_row = {}, {}
    for kind in (TARGET, NON_TARGET, NEW):
        rosters[kind], lesion_of_row[kind] = _roster(rows, kind, reader, scope)
    # An empty baseline stands on the reference day, or on the cut-off day where there is none.
    fallback = np.minimum(reference_day, np.int32(reader.cut_day))[subject]

    def at(values: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return np.where(own, values[order], fallback).astype(np.int32) if len(values) else fallback

    cells = {
        kind: Cells(rows, kind, roster.start, lesion_of_row[kind], visit_start, local)
        for kind, roster in rosters.items()
    }
    by = {kind: scope.measured_by(roster.site) for kind, roster in rosters.items()}
    # The length of a new lesion is its size, whatever the criterion; a nodule counts from 10 mm on as a whole.
    by[NEW] = by[NEW]._replace(is_viable=np.zeros(len(rosters[NEW].site), np.bool_))
    target_length, target_state, target_row, said = fill_targets(cells[TARGET], by[TARGET], rows, reader, options)
    other_state, other_row = fill_non_targets(cells[NON_TARGET], by[NON_TARGET], rows, reader, options)
    new_state, measured, new_length, new_row, from_tu = fill_new(cells[NEW], by[NEW], rows, reader, options)
    if scope.by_viable:
        unplaced = ~has(rosters[TARGET].site, PLACED)[cells[TARGET].coordinates()[0]]
        target_state[unplaced & (target_state != TargetState.NOT_ASSESSED)] = TargetState.NOT_EVALUABLE
        other_state = judge_non_targets(cells[NON_TARGET], rosters[NON_TARGET].site, other_state, rows, reader, options)
        new_state, new_length = judge_new(cells[NEW], rosters[NEW].site, new_state, new_length, rows, reader, options)
    day = at(points.day)
    if scope.by_viable:
        n_names = max(1, len(rows.lesion_names))
        other_state = withhold_unshown(
            cells[NON_TARGET], rosters[NON_TARGET], other_state, rosters[TARGET], unshown, n_names
        )
    if treated:
        targets_and_others = [
            Block(cells[TARGET], rosters[TARGET], target_state, target_length),
            Block(cells[NON_TARGET], rosters[NON_TARGET], other_state),
        ]
        target_state, other_state = mark_treated(
            treated, targets_and_others, (visit_start, day), rows, lineage, options, reader
        )
    if scope.region != "whole":
        states = {TARGET: target_state, NON_TARGET: other_state, NEW: new_state}
        blocks = {kind: (cells[kind], rosters[kind], state) for kind, state in states.items()}
        target_state, other_state, new_state = withhold_unplaced(blocks, reader.n_subjects)
    late = options.progression_date == "last_scan"
    return Readings(
        lesions=Lesions(
            visit_start,
            day,
            np.zeros(n_flat, np.int32),
            rosters[TARGET].start,
            cells[TARGET].start,
            target_length,
            target_state,
            rosters[TARGET].is_node,
            rosters[NON_TARGET].start,
            cells[NON_TARGET].start,
            other_state,
            rosters[NON_TARGET].is_node,
            rosters[NEW].start,
            cells[NEW].start,
            new_state,
            rosters[NEW].is_node,
            measured,
            new_length,
        ),
        visit_subject=subject,
        visit_number=_labels(rows.visit_numbers, points.number, order),
        visit_name=_labels(rows.visit_texts, points.text, order),
        first_day=at(points.first_day),
        last_day=at(points.last_day),
        progression_day=at(points.last_day if late else points.first_day),
        has_baseline=has_baseline,
        lesion_names=rows.lesion_names,
        targets=rosters[TARGET],
        non_targets=rosters[NON_TARGET],
        new=rosters[NEW],
        target_row=target_row,
        non_target_row=other_row,
        new_row=new_row,
        new_from_tu=from_tu,
        said=said,
        visit_row=np.where(own, points.row[order], -1) if len(points.row) else np.full(n_flat, -1, np.int64),
        scan_days=(
            scan_days(rows, [cells[kind] for kind in (TARGET, NON_TARGET, NEW)], day)
            if options.progression_date == "scan_showing_it"
            else None
        ),
    )


def _timepoints(rows: LesionRows, unique: Ints64, timepoint: Ints64, options: ResponseOptions) -> _Timepoints:
    n = len(unique)
    n_numbers = max(1, len(rows.visit_numbers))
    first, last = np.full(n, NEVER, np.int32), np.full(n, -1, np.int32)
    np.minimum.at(first, timepoint, rows.day)
    np.maximum.at(last, timepoint, rows.day)
    row = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(row, timepoint, rows.row)
    position = np.zeros(int(rows.row.max(initial=0)) + 1, np.int64)
    position[rows.row[::-1]] = np.arange(len(rows.row))[::-1]
    has_target = np.zeros(n, np.bool_)
    has_target[timepoint[rows.kind == TARGET]] = True
    return _Timepoints(
        subject=unique // n_numbers,
        number=unique % n_numbers,
        text=rows.text[position[row]] if n else unique,
        first_day=first,
        last_day=last,
        day=last if options.response_date == "last_scan" else first,
        has_target=has_target,
        row=row,
    )


def _order_visits(
    points: _Timepoints, reference_day: Days, reader: DayReader, options: ResponseOptions
) -> tuple[Ints64, Ints64, Ints64, Mask]:
    """Place of each timepoint among its subject's visits (-1: unused), start of each subject's visits, the timepoint
    behind each visit (-1: an empty baseline), and who has a baseline."""
    n, n_subjects = len(points.subject), reader.n_subjects
    reference = reference_day[points.subject].astype(np.int64)
    on_day_counts = options.baseline_on_reference_day == "counts"
    before = points.day <= reference if on_day_counts else points.day < reference
    # Among a subject's timepoints before treatment, those with targets come last: the last of all is the baseline.
    rank = np.lexsort((points.number, points.day, points.has_target, before, points.subject))
    eligible = rank[before[rank]]
    baseline_of = np.full(n_subjects, -1, np.int64)
    baseline_of[points.subject[eligible]] = eligible
    has_baseline = baseline_of >= 0
    by_day = np.lexsort((points.number, points.day, points.subject))
    after = by_day[~before[by_day]]
    n_after = np.bincount(points.subject[after], minlength=n_subjects)
    visit_start = np.zeros(n_subjects + 1, np.int64)
    np.cumsum(n_after + 1, out=visit_start[1:])
    first_after = np.cumsum(n_after) - n_after
    place = np.full(n, -1, np.int64)
    place[baseline_of[has_baseline]] = 0
    place[after] = np.arange(len(after)) - first_after[points.subject[after]] + 1
    order = np.full(int(visit_start[-1]), -1, np.int64)
    order[visit_start[:-1]] = baseline_of
    order[visit_start[points.subject[after]] + place[after]] = after
    return place, visit_start, order, has_baseline


def _roster(rows: LesionRows, kind: int, reader: DayReader, scope: Scope) -> tuple[Roster, Ints64]:
    """The lesions of a kind, and the lesion of each row (-1 for rows of other kinds, or of lesions elsewhere)."""
    n_names, n_subjects = max(1, len(rows.lesion_names)), reader.n_subjects
    of_kind = np.flatnonzero(rows.kind == kind)
    keys, place = number_keys(rows.subject[of_kind] * n_names + rows.lesion[of_kind], n_subjects * n_names)
    report_unplaced(scope, rows, keys, reader)
    site = rows.sites.of(keys)
    held = scope.holds(site)
    if not held.all():
        place = np.where(held, np.cumsum(held) - 1, -1)[place]
        keys, site = keys[held], site[held]
    lesion = np.full(len(rows.kind), -1, np.int64)
    lesion[of_kind] = place
    subject, name = keys // n_names, keys % n_names
    start = np.zeros(n_subjects + 1, np.int64)
    np.cumsum(np.bincount(subject, minlength=n_subjects), out=start[1:])
    return Roster(start, subject, name, has(site, NODE), site), lesion


def _labels(texts: tuple[str, ...], codes: Ints64, order: Ints64) -> pl.Series:
    place = np.where(order >= 0, codes[order], -1) if len(codes) else np.full(len(order), -1, np.int64)
    known = pl.Series(place).set(pl.Series(place < 0), None)
    return pl.Series(texts, dtype=pl.String).gather(known)

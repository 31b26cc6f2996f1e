"""Is the tumour marker normal at a visit, where it was above its limit at baseline? Read from LB."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import NO_ROW, DayReader, Days, Mask, Rows
from onearm.derive.readings import Readings
from onearm.errors import Finding, Place
from onearm.kernels.arrays import Ints8, Ints64
from onearm.kernels.rules import NEVER
from onearm.protocol.options import ResponseOptions
from onearm.records import ROW_COLUMN, Records
from onearm.records.performed import select_performed
from onearm.terms import MarkerState

MARKER_TESTS = {"afp": "AFP"}
"""LB.LBTESTCD of each marker that the option ``markers`` names."""

ABOVE = ("HIGH", "HIGH HIGH")
NOT_ABOVE = ("NORMAL", "LOW", "LOW LOW")
"""LB.LBNRIND, read where a number or its upper limit is lacking."""

_SPAN = 1 << 33
"""More than there are days: a subject's number times this plus a day orders values by subject, then by day."""


class Markers(NamedTuple):
    """The marker at each flat visit, and the rows of LB that say so."""

    state: Ints8
    """``MarkerState``."""
    row: Rows
    """Row that was read for the visit; NO_ROW without one."""
    baseline_row: Rows
    """By subject: row of the value at baseline; NO_ROW without one."""


class _Values(NamedTuple):
    """One value a subject and day, in that order."""

    key: Ints64
    day: Days
    above: Mask
    row: Rows


def read_markers(
    records: Records, options: ResponseOptions, readings: Readings, reference_day: Days, reader: DayReader
) -> Markers | None:
    """The marker at every visit; None where the protocol uses none.

    The value at baseline is the last one on or before the reference day and within ``baseline_window_days`` of it; the
    value of a visit is the nearest one within ``marker_window_days``, the earlier of two that are as near. Finding D045
    for a row that does not say whether it is above.
    """
    if options.markers == "not_used":
        return None
    values = _read_values(records, MARKER_TESTS[options.markers], reader)
    n_subjects = reader.n_subjects
    known = reference_day != NEVER
    last = _last_until(values, np.arange(n_subjects), reference_day)
    row, above, day = _at(values, last)
    is_baseline = known & (last >= 0) & (reference_day.astype(np.int64) - day <= options.baseline_window_days)
    applies = is_baseline & above
    subject = readings.visit_subject
    nearest = _nearest(values, subject, readings.lesions.day, options.marker_window_days)
    visit_row, visit_above, _ = _at(values, nearest)
    state = np.where(visit_above, MarkerState.ABOVE_LIMIT, MarkerState.NORMAL)
    state = np.where(nearest < 0, MarkerState.NOT_MEASURED, state)
    state = np.where(applies[subject] & ~readings.is_baseline, state, MarkerState.NOT_APPLICABLE)
    return Markers(
        state.astype(np.int8),
        np.where(state == MarkerState.NOT_APPLICABLE, NO_ROW, visit_row),
        np.where(is_baseline, row, NO_ROW),
    )


def _read_values(records: Records, test: str, reader: DayReader) -> _Values:
    """The values of a test; of several on one day, one that is above its limit speaks."""
    table = select_performed("LB", records.tables["LB"]).filter(pl.col("LBTESTCD") == test)
    by_number = pl.col("LBSTRESN") > pl.col("LBSTNRHI")
    by_word = pl.when(pl.col("LBNRIND").is_in(ABOVE)).then(True).when(pl.col("LBNRIND").is_in(NOT_ABOVE)).then(False)
    table = table.with_columns(ABOVE=pl.coalesce(by_number, by_word))
    _report_unclear(table.filter(pl.col("ABOVE").is_null()), reader)
    table = table.filter(pl.col("ABOVE").is_not_null())
    subject, day = reader.numbers(table), reader.days(table, "LB", "LBDTC")
    above, row = table["ABOVE"].to_numpy().astype(np.bool_), table[ROW_COLUMN].to_numpy().astype(np.int64)
    order = np.lexsort((row, ~above, day, subject))
    order = order[day[order] != NEVER]
    key = subject[order] * _SPAN + day[order]
    first = np.append(True, key[1:] != key[:-1])[: len(key)]
    kept = order[first]
    return _Values(key[first], day[kept], above[kept], row[kept])


def _report_unclear(table: pl.DataFrame, reader: DayReader) -> None:
    for subject, value, row in table.select("USUBJID", "LBORRES", ROW_COLUMN).iter_rows():
        place = Place("LB", path="LBNRIND", row=row, subject=subject)
        reader.findings.append(Finding("D045", place, {"value": value or "no result"}, "warning"))


def _last_until(values: _Values, subject: Ints64, day: Days) -> Ints64:
    """Place of each subject's last value on or before a day, or -1."""
    place = np.searchsorted(values.key, subject * _SPAN + day, "right") - 1
    own = (place >= 0) & (np.append(values.key, -1)[place] >= subject * _SPAN)
    return np.where(own, place, -1)


def _nearest(values: _Values, subject: Ints64, day: Days, window: int) -> Ints64:
    """Place of the value nearest to each day within a window, the earlier one on a tie; or -1."""
    before = _last_until(values, subject, day)
    after = np.searchsorted(values.key, subject * _SPAN + day, "right")
    to_end = np.append(values.key, np.iinfo(np.int64).max)[after]
    has_after = to_end < (subject + 1) * _SPAN
    _, _, day_before = _at(values, before)
    far = np.int64(NEVER)
    gap_before = np.where(before >= 0, day - day_before, far)
    gap_after = np.where(has_after, to_end - subject * _SPAN - day, far)
    nearest = np.where(gap_before <= gap_after, before, after)
    return np.where(np.minimum(gap_before, gap_after) <= window, nearest, -1)


def _at(values: _Values, place: Ints64) -> tuple[Rows, Mask, Ints64]:
    """Row, whether above, and day of values by their places; of no value (-1) NO_ROW, False and 0."""
    there = place >= 0
    return (
        np.where(there, np.append(values.row, NO_ROW)[place], NO_ROW),
        np.append(values.above, False)[place] & there,
        np.where(there, np.append(values.day, 0)[place], 0).astype(np.int64),
    )

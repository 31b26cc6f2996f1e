"""Whether something happened in a window: rows that surely do, rows that may, denials, and what silence means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from onearm.eligibility.comparisons import leaf_of_rows, row_details
from onearm.eligibility.verdicts import MET, NOT_MET, UNKNOWN, Leaf, reason_code
from onearm.measure.declared import Declared
from onearm.measure.laboratory import MILLION
from onearm.measure.observations import EVER_AFTER, EVER_BEFORE, NO_HIGH, Ints, Numbers, Observations
from onearm.measure.selection import Picked, Window
from onearm.protocol.eligibility_parts import Condition, Variable


def happened(declared: Declared, variable: Variable, window: Window, *, has_window: bool) -> Leaf:
    """Met where a row surely lies in the window (any day of a period does), unknown where one only may.

    Not met where the patient has fitting rows, all of them outside, or a row that denies it and is not older than the
    window; without any row by what the protocol says of absence. Where absence means no, a row that is not coded leaves
    that no open.
    A row without any date counts where no window is asked for.
    """
    n = len(window.end)
    rows = declared.rows
    subject, start, end = rows.subject, window.start[rows.subject], window.end[rows.subject]
    undated = (rows.first == EVER_BEFORE) & (rows.last == EVER_AFTER)
    first, last = rows.first, np.where(undated & (not has_window), EVER_BEFORE, rows.last)
    ends_first, ends_last = declared.ends
    surely = (last <= end) & (ends_first >= start)
    maybe = (first <= end) & (ends_last >= start)
    sure, may = (np.zeros(n, np.bool_) for _ in range(2))
    sure[subject[surely]] = True
    may[subject[maybe]] = True
    has_row = np.zeros(n, np.bool_)
    has_row[subject[first <= end]] = True
    has_row[_denying(declared.denied, window)] = True
    negative = has_row | ((variable.absence == "negative") & (declared.seen_from <= window.end))
    uncoded = _uncoded(declared, variable, window)
    known_day = window.end != EVER_BEFORE
    verdict = np.select(
        [~known_day, sure, may | (uncoded >= 0), negative], [UNKNOWN, MET, UNKNOWN, NOT_MET], UNKNOWN
    ).astype(np.int8)
    reason = np.select(
        [verdict != UNKNOWN, ~known_day, may, uncoded >= 0],
        [reason_code(""), reason_code("no_reference_day"), reason_code("partial_date"), reason_code("not_coded")],
        reason_code("no_row"),
    ).astype(np.int8)
    witness = _witness(rows, surely | (maybe & ~sure[subject]) | (~may[subject] & (first <= end)), n)
    picked = Picked(np.zeros(0, np.bool_), witness, may, may, may.astype(np.int64))
    leaf = Leaf(
        verdict, reason, lambda: row_details(rows, picked), "", "", window.start if has_window else None, window.end
    )
    return _name_uncoded(leaf, declared, uncoded)


def _uncoded(declared: Declared, variable: Variable, window: Window) -> Ints:
    """Each subject's last row by the reference day that is not coded, -1 for none: where absence means no."""
    rows = declared.uncoded
    counts = (rows.first <= window.end[rows.subject]) & (variable.absence == "negative")
    return _witness(rows, counts, len(window.end))


def _name_uncoded(leaf: Leaf, declared: Declared, uncoded: Ints) -> Leaf:
    """The same, with the row that is not coded in the note where that is the reason."""
    named = (leaf.reason == reason_code("not_coded")) & (uncoded >= 0)
    if not named.any():
        return leaf
    rows, make = declared.uncoded, leaf.details
    row = pl.Series(np.where(named, uncoded, 0)).set(pl.Series(~named), None)
    number = rows.sequence.cast(pl.String).gather(row)
    told = pl.DataFrame({"number": number, "raw": rows.raw.cast(pl.String).gather(row)}).select(
        pl.concat_str(pl.lit(rows.domain), "number", "raw", separator=" ", ignore_nulls=True)
    )
    note = told.to_series().set(pl.Series(~named), None)
    return replace(leaf, details=lambda: make().with_columns(pl.coalesce("NOTE", pl.lit(note)).alias("NOTE")))


def _denying(denied: Observations, window: Window) -> Ints:
    """Subjects with a denial by the end of the window that was not made before it: that knew nothing of the window."""
    end, start = window.end[denied.subject], window.start[denied.subject]
    return denied.subject[(denied.first <= end) & (denied.last >= start)]


def _witness(rows: Observations, fitting: np.ndarray, n: int) -> Ints:
    witness = np.full(n, -1, np.int64)
    places = np.flatnonzero(fitting)
    witness[rows.subject[places]] = places
    return witness


def days_before_reference(
    declared: Declared, variable: Variable, condition: Condition, window: Window, *, has_window: bool
) -> Leaf:
    """The days from a row (the last or the first one) to the reference day, compared with the condition's limits."""
    rows = declared.rows
    end = window.end[rows.subject]
    closed = np.zeros(len(rows), np.bool_)
    numbers = Numbers((end - rows.last) * MILLION, (end - rows.first) * MILLION, closed, closed)
    counted = replace(rows, numbers=numbers, unit="days")
    return leaf_of_rows(counted, condition, window, has_window=has_window, first=variable.which == "first")


def covered_days(
    declared: Declared, variable: Variable, condition: Condition, window: Window, *, has_window: bool
) -> Leaf:
    """On how many days of the window the rows lasted, every day once; days that nobody wrote make it a range."""
    n = len(window.end)
    rows = declared.rows
    low, high = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for subject in np.unique(rows.subject):
        own = rows.subject == subject
        start, end = int(window.start[subject]), int(window.end[subject])
        low[subject] = _covered(rows.last[own], declared.ends[0][own], start, end)
        high[subject] = _covered(rows.first[own], declared.ends[1][own], start, end)
    has_row = np.isin(np.arange(n), rows.subject[rows.first <= window.end[rows.subject]])
    denied = np.isin(np.arange(n), _denying(declared.denied, window))
    none = denied | ((variable.absence == "negative") & (declared.seen_from <= window.end))
    known = np.flatnonzero((has_row | none) & (window.end != EVER_BEFORE))
    uncoded = _uncoded(declared, variable, window)
    closed = np.zeros(len(known), np.bool_)
    most = np.where(uncoded >= 0, NO_HIGH, np.maximum(high, low) * MILLION)
    witness = _witness(rows, np.ones(len(rows), np.bool_), n)[known]
    held = pl.Series(np.maximum(witness, 0)).set(pl.Series(witness < 0), None)
    observed = replace(
        rows,
        unit="days",
        subject=known,
        first=window.end[known],
        last=window.end[known],
        numbers=Numbers(low[known] * MILLION, most[known], closed, closed),
        problem=np.zeros(len(known), np.int8),
        sequence=rows.sequence.gather(held),
        raw=rows.raw.gather(held),
    )
    leaf = leaf_of_rows(observed, condition, window, has_window=has_window)
    is_open = (leaf.verdict == UNKNOWN) & (uncoded >= 0) & (window.end != EVER_BEFORE)
    leaf = replace(leaf, reason=np.where(is_open, reason_code("not_coded"), leaf.reason).astype(np.int8))
    return _name_uncoded(leaf, declared, uncoded)


def _covered(starts: Ints, ends: Ints, start: int, end: int) -> int:
    """Days from ``start`` (not counted: the window reaches back to it) to ``end`` that some period holds."""
    total, reached = 0, start
    for begun, ended in sorted(zip(starts.tolist(), ends.tolist(), strict=True)):
        begin, stop = max(begun, reached + 1), min(ended, end)
        if stop >= begin:
            total += stop - begin + 1
            reached = stop
    return total

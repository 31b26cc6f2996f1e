"""When was each subject treated first, and when last? A day of an end that is not known is asked for only if needed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.derive.days import NO_ROW, DayReader, Days, Mask, Rows, Witnessed, select_earliest
from onearm.derive.deaths import Tables
from onearm.errors import Finding, Place, Severity
from onearm.kernels.rules import NEVER
from onearm.protocol import Protocol
from onearm.records import ROW_COLUMN, select_performed


def select_doses(exposure: pl.DataFrame) -> pl.DataFrame:
    """The rows of EX that gave something."""
    return select_performed("EX", exposure).filter(pl.col("EXDOSE") > 0)


def treatment_end_counts(protocol: Protocol) -> bool:
    """Whether the day of the last dose closes a response window, or may: the protocol leaves open whether it does."""
    windows = [endpoint.window for endpoint in protocol.endpoints.values() if endpoint.window is not None]
    return any(window.cap is not None and window.cap_counts in (None, "on_treatment") for window in windows)


def find_doses(tables: Tables, reader: DayReader, *, end_is_needed: bool) -> tuple[Witnessed, Witnessed]:
    """First and last day of any component, from doses above zero, else from DM (a placebo is a dose of zero).

    A dose that ends after the cut-off was still going on then. Where the protocol has no rule for partial dates and one
    leaves the last day open, there is no last day, and this is a finding (D030): an error with ``end_is_needed``.
    """
    given, demographics = select_doses(tables["EX"]), tables["DM"]
    doses = _find_span(given, reader.days(given, "EX", "EXSTDTC"), ("EX", "EXSTDTC", "EXENDTC"), reader)
    # DM speaks only where EX is silent; what it says beside EX is not read, however partial.
    is_silent = (doses.first.day == NEVER)[reader.numbers(demographics)]
    starts = reader.days(demographics, "DM", "RFXSTDTC", is_needed=is_silent)
    starts = np.where(is_silent, starts, np.int32(NEVER)).astype(np.int32)
    stated = _find_span(demographics, starts, ("DM", "RFXSTDTC", "RFXENDTC"), reader)
    for span, domain, column in ((doses, "EX", "EXENDTC"), (stated, "DM", "RFXENDTC")):
        for number in np.flatnonzero(span.open_row != NO_ROW):
            place = Place(
                domain, path=column, row=int(span.open_row[number]), subject=reader.subjects.categories[int(number)]
            )
            severity: Severity = "error" if end_is_needed else "warning"
            reader.findings.append(Finding("D030", place, {"column": column}, severity))
    return doses.first.or_else(stated.first), doses.last.or_else(stated.last)


class _Span(NamedTuple):
    """First and last day of treatment by one table; no last one where a partial end leaves it open, but its row."""

    first: Witnessed
    last: Witnessed
    open_row: Rows


def _find_span(table: pl.DataFrame, starts: Days, source: tuple[str, str, str], reader: DayReader) -> _Span:
    """The span of the rows that have begun (a day in ``starts``); ``source``: domain, column of starts and of ends."""
    n, (domain, start, end) = reader.n_subjects, source
    nothing = Witnessed.nothing(n)
    if not table.height:
        return _Span(nothing, nothing, nothing.row)
    subject, row = reader.numbers(table), table[ROW_COLUMN].to_numpy()

    def latest_of(days: Days, where: Mask, column: str) -> Witnessed:
        chosen = np.where(where, days, np.int32(NEVER)).astype(np.int32)
        return select_earliest(subject, chosen, row, (domain, column), n, latest=True)

    begun = starts != NEVER
    low, high = _ends(table, starts, end, reader)
    last = latest_of(starts, begun, start).later_of(latest_of(high, begun & (low == high), end))
    open_ = latest_of(high, begun & (low != high) & (high > last.day[subject]), end)
    first = select_earliest(subject, starts, row, (domain, start), n)
    return _Span(first, last.replaced_where(open_.day != NEVER, nothing), open_.row)


def _ends(table: pl.DataFrame, starts: Days, column: str, reader: DayReader) -> tuple[Days, Days]:
    """First and last possible day of each end, not before its start and not after the cut-off; NEVER without one."""
    first, last = reader.spans(table, column)
    if reader.partial != "refuse":
        first = last = last if reader.partial == "last_day" else first
    is_there = first != NEVER
    cut = np.int32(reader.cut_day)
    low, high = (np.minimum(np.maximum(day, starts), cut) for day in (first, last))
    never = np.int32(NEVER)
    return np.where(is_there, low, never).astype(np.int32), np.where(is_there, high, never).astype(np.int32)

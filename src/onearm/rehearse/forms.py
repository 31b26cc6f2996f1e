"""Filled-in forms: rows of one patient with the day on which each was known, and the tables known at a cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from onearm.records import SCHEMAS
from onearm.rehearse.setting import EPOCH

Cell = str | int | None

SUPPLEMENT = "+"
"""Before the name of a cell that belongs to the supplementary qualifiers of adverse events."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: known from ``day`` on; dates after a cut are blank, and then ``open_cells`` stand in."""

    domain: str
    day: int
    cells: Mapping[str, Cell]
    open_cells: Mapping[str, Cell]


@dataclass
class Forms:
    """The rows of one patient. Dates are whole days since 1970-01-01 until tables are made of them."""

    study: str
    subject: str
    entries: list[Entry] = field(default_factory=list)

    def add(self, domain: str, day: int, open_cells: Mapping[str, Cell] | None = None, /, **cells: Cell) -> None:
        """Fill in one row that becomes known on ``day``."""
        self.entries.append(Entry(domain, day, cells, open_cells or {}))


def tables_known_at(forms: Iterable[Forms], cut_day: int) -> dict[str, pl.DataFrame]:
    """The tables as they stood on a day: later rows are not there, later dates are blank.

    A row has the same sequence number at every cut.
    """
    rows: dict[str, list[dict[str, str]]] = {}
    for patient in forms:
        counted: dict[str, int] = {}
        for entry in sorted(patient.entries, key=_by_day):
            counted[entry.domain] = counted.get(entry.domain, 0) + 1
            if entry.day > cut_day:
                continue
            row = {"STUDYID": patient.study, "DOMAIN": entry.domain, "USUBJID": patient.subject}
            if SCHEMAS[entry.domain].sequence:
                row[SCHEMAS[entry.domain].sequence] = str(counted[entry.domain])
            row.update(_texts(entry, cut_day))
            supplements = [name for name in row if name.startswith(SUPPLEMENT)]
            for name in supplements:
                rows.setdefault("SUPPAE", []).append(_supplement(patient, row, name))
                del row[name]
            rows.setdefault(entry.domain, []).append(row)
    return {name: _frame(name, rows[name]) for name in SCHEMAS if name in rows}


def _supplement(patient: Forms, event: Mapping[str, str], name: str) -> dict[str, str]:
    """The row of SUPPAE that holds one cell of an adverse event."""
    return {
        "STUDYID": patient.study,
        "RDOMAIN": "AE",
        "USUBJID": patient.subject,
        "IDVAR": "AESEQ",
        "IDVARVAL": event["AESEQ"],
        "QNAM": name.removeprefix(SUPPLEMENT),
        "QVAL": event[name],
    }


def _by_day(entry: Entry) -> int:
    return entry.day


def _texts(entry: Entry, cut_day: int) -> dict[str, str]:
    dates = _date_columns(entry.domain)
    texts: dict[str, str] = {}
    is_open = False
    for name, cell in entry.cells.items():
        if cell is None:
            continue
        if name in dates and isinstance(cell, int):
            if cell > cut_day:
                is_open = True
                continue
            texts[name] = iso_date(cell)
        else:
            texts[name] = str(cell)
    if is_open:
        for name, cell in entry.open_cells.items():
            texts.pop(name, None)
            if cell is not None:
                texts[name] = str(cell)
    return texts


def _frame(name: str, rows: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    used = {column for row in rows for column in row}
    columns = [column.name for column in SCHEMAS[name].columns if column.name in used or column.need != "optional"]
    return pl.DataFrame(
        {column: [row.get(column) for row in rows] for column in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


@cache
def _date_columns(domain: str) -> frozenset[str]:
    return frozenset(column.name for column in SCHEMAS[domain].dates())


@cache
def iso_date(day: int) -> str:
    """A whole-number day as ISO 8601."""
    return (EPOCH + dt.timedelta(days=day)).isoformat()

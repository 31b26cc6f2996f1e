"""One neutral table: cells with raw value, shown text, the estimate and the patients behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

Raw = str | int | float | bool | dt.date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what people read, ``value`` what files hold; None means that there is no value."""

    value: Raw
    text: str
    estimate: str = ""
    """Id of the estimate whose number stands here."""
    field: str = "value"
    """Which number of the estimate."""
    subjects: tuple[str, ...] = ()
    """The patients counted here."""
    patient: str = ""
    """The patient whose label stands here."""
    suppressed: bool = False
    """Withheld because it would tell of fewer than five patients."""
    tone: str = ""
    """A best response or an action that colours the cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key in files, label for people."""

    key: str
    label: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns, and the patient of whom the row tells."""

    cells: tuple[Cell, ...]
    patient: str = ""


@dataclass(frozen=True)
class Table:
    """A table as every writer takes it."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    notes: tuple[str | Markup, ...] = ()
    patient_level: bool = False
    """Rows are patients: never shown to the public."""
    long: bool = False
    """Opens folded."""
    kind: Literal["table"] = field(default="table", init=False)

    def row_spans(self) -> list[int]:
        """How many rows the first cell of each row stands for: 0 where the row above says it already."""
        spans: list[int] = []
        opening = 0
        for i, row in enumerate(self.rows):
            above = self.rows[i - 1] if i else None
            if above is not None and not row.patient and above.cells[0].text == row.cells[0].text:
                spans[opening] += 1
                spans.append(0)
            else:
                opening = i
                spans.append(1)
        return spans


def text_cell(text: str, **more: str) -> Cell:
    """A cell that holds words."""
    return Cell(text, text, **more)  # type: ignore[arg-type]


def no_value(text: str = "–") -> Cell:
    """A cell without a value."""
    return Cell(None, text)


def columns(*pairs: tuple[str, str] | tuple[str, str, bool]) -> tuple[Column, ...]:
    """Columns from (key, label) or (key, label, numeric)."""
    return tuple(Column(*pair) for pair in pairs)


def rows_of(cells: Iterable[Sequence[Cell]]) -> tuple[Row, ...]:
    """Plain rows."""
    return tuple(Row(tuple(row)) for row in cells)

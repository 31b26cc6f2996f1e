"""Tables as CSV and JSON. A simulated table says so in every row."""

from __future__ import annotations

import datetime as dt
import json

from onearm.report.table import Cell, Raw, Table
from onearm.words.mark import SIMULATED_MARK

SCHEMA = "onearm-table-1"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table: Table, *, simulated: bool) -> str:
    """The table as CSV (UTF-8, ``\\n``): raw values, an empty cell for no value.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. Simulated records give a first
    column SIMULATED that says so in every row.
    """
    lines = [[column.key for column in table.columns]]
    lines += [[_csv_text(cell) for cell in row.cells] for row in table.rows]
    if simulated:
        if not table.rows:
            lines.append([""] * len(table.columns))
        lines = [[SIMULATED_MARK, *line] for line in lines]
    return "".join(",".join(_quoted(text) for text in line) + "\n" for line in lines)


def _quoted(text: str) -> str:
    """Quoted where a reader would else split it: a lone carriage return too, which ``csv`` leaves bare."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text


def _csv_text(cell: Cell) -> str:
    if cell.suppressed:
        return cell.text
    if cell.value is None:
        return ""
    if isinstance(cell.value, bool):
        return "Y" if cell.value else "N"
    text = str(_plain(cell.value))
    if isinstance(cell.value, str) and text.startswith(_FORMULA_STARTS):
        return f"'{text}"
    return text


def write_json(table: Table, *, simulated: bool, audience: str) -> str:
    """The table as one JSON object: raw values with the shown text, estimate and patients beside them."""
    head = {
        "schema": SCHEMA,
        "simulated": simulated,
        **({"mark": SIMULATED_MARK} if simulated else {}),
        "audience": audience,
        "id": table.id,
        "title": table.title,
        "columns": [{"key": column.key, "label": column.label} for column in table.columns],
        "notes": [str(note) for note in table.notes],
    }
    rows = [
        {column.key: _json_cell(cell) for column, cell in zip(table.columns, row.cells, strict=True)}
        for row in table.rows
    ]
    # One row a line: readable, and written by the quick encoder, which cannot indent.
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)
    return json.dumps(head, ensure_ascii=False, sort_keys=True)[:-1] + f', "rows": [\n{lines}\n]}}\n'


def _json_cell(cell: Cell) -> dict[str, object]:
    entry: dict[str, object] = {"value": _plain(cell.value), "text": cell.text}
    if cell.suppressed:
        entry |= {"value": None, "suppressed": True}
    if cell.estimate:
        entry |= {"estimate": cell.estimate, "field": cell.field}
    if cell.subjects:
        entry["subjects"] = list(cell.subjects)
    return entry


def _plain(value: Raw) -> Raw:
    return value.isoformat() if isinstance(value, dt.date) else value

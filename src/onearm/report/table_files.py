"""Tables as CSV and JSON. A simulated table says so in every row."""

from __future__ import annotations

import datetime as dt
import json

from onearm.report.table import Cell, Raw, Table

SCHEMA = "onearm-table-1"
MARK_COLUMN = "SIMULATED"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table: Table, *, simulated: bool) -> str:
    """The table as CSV (UTF-8, ``\\n``): raw values, an empty cell for no value.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. Simulated records give a first
    column SIMULATED with Y in every row.
    """
    lines = [[column.key for column in table.columns]]
    lines += [[_csv_text(cell) for cell in row.cells] for row in table.rows]
    if simulated:
        if not table.rows:
            lines.append([""] * len(table.columns))
        lines = [[MARK_COLUMN if i == 0 else "Y", *line] for i, line in enumerate(lines)]
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
    content = {
        "schema": SCHEMA,
        "simulated": simulated,
        "audience": audience,
        "id": table.id,
        "title": table.title,
        "columns": [{"key": column.key, "label": column.label} for column in table.columns],
        "rows": [
            {column.key: _json_cell(cell) for column, cell in zip(table.columns, row.cells, strict=False)}
            for row in table.rows
        ],
        "notes": [str(note) for note in table.notes],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


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

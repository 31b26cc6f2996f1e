"""The table model and its files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest

from onearm.report.table import Cell, Row, Table, columns, no_value, text_cell
from onearm.report.table_files import write_csv, write_json
from onearm.report.view import short_labels, withheld

HEAD = columns(("who", "Who"), ("x", "Count", True))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    table = Table("t", "T", HEAD, (Row((text_cell(f"{start}1+1"), Cell(3, "3"))),))
    assert read(write_csv(table, simulated=False))[1][0] == f"'{start}1+1"


def test_a_negative_number_is_no_formula() -> None:
    table = Table("t", "T", HEAD, (Row((text_cell("a"), Cell(-3.5, "-3.5"))),))
    assert read(write_csv(table, simulated=False))[1] == ["a", "-3.5"]


def test_no_value_is_an_empty_cell_in_csv_and_null_in_json() -> None:
    table = Table("t", "T", HEAD, (Row((text_cell("a"), no_value())),))
    assert read(write_csv(table, simulated=False))[1] == ["a", ""]
    assert json.loads(write_json(table, simulated=False, audience="team"))["rows"][0]["x"]["value"] is None


def test_each_row_of_a_simulated_table_says_so() -> None:
    table = Table("t", "T", HEAD, tuple(Row((text_cell(str(i)), Cell(i, str(i)))) for i in range(3)))
    rows = read(write_csv(table, simulated=True))
    assert rows[0][0] == "SIMULATED" and [row[0] for row in rows[1:]] == ["SIMULATED"] * 3
    assert json.loads(write_json(table, simulated=True, audience="team"))["simulated"] is True


def test_an_empty_simulated_table_carries_the_mark_too() -> None:
    assert read(write_csv(Table("t", "T", HEAD), simulated=True))[1][0] == "SIMULATED"


def test_raw_values_stand_in_the_files_and_text_beside_them_in_json() -> None:
    day = dt.date(2026, 3, 14)
    row = Row((Cell(day, "14 March"), Cell(1 / 3, "33.3 %", "orr.confirmed.treated", "value")))
    table = Table("t", "T", HEAD, (row,))
    assert read(write_csv(table, simulated=False))[1] == ["2026-03-14", "0.3333333333333333"]
    entry = json.loads(write_json(table, simulated=False, audience="team"))["rows"][0]
    assert entry["who"] == {"value": "2026-03-14", "text": "14 March"}
    assert entry["x"]["estimate"] == "orr.confirmed.treated" and entry["x"]["text"] == "33.3 %"


@pytest.mark.parametrize(("count", "text"), [(1, "<5"), (4, "<5"), (5, "withheld"), (0, "withheld")])
def test_a_withheld_cell_never_holds_its_count(count: int, text: str) -> None:
    table = Table("t", "T", HEAD, (Row((text_cell("a"), withheld(count))),))
    assert read(write_csv(table, simulated=False))[1] == ["a", text]
    assert json.loads(write_json(table, simulated=False, audience="public"))["rows"][0]["x"]["value"] is None


@pytest.mark.parametrize(
    ("subjects", "labels"),
    [
        (["SIM-A-01-001", "SIM-A-01-002"], ["001", "002"]),
        (["SIM-A-01-001", "SIM-A-02-001"], ["01-001", "02-001"]),
        (["X1", "X2"], ["X1", "X2"]),
        (["only-one"], ["only-one"]),
        (["a-1", "a-1-2"], ["1", "1-2"]),
    ],
)
def test_labels_leave_out_what_all_share_and_stay_unambiguous(subjects: list[str], labels: list[str]) -> None:
    assert [short_labels(subjects)[subject] for subject in subjects] == labels


def test_a_first_cell_stands_once_for_the_rows_that_repeat_it_unless_they_are_patients() -> None:
    def rows(*names: str, patient: str = "") -> tuple[Row, ...]:
        return tuple(Row((text_cell(name), Cell(1, "1")), patient=patient) for name in names)

    assert Table("t", "T", HEAD, rows("a", "a", "b", "a", "a", "a")).row_spans() == [2, 0, 1, 3, 0, 0]
    assert Table("t", "T", HEAD, rows("a", "a", patient="p001")).row_spans() == [1, 1]
    assert Table("t", "T", HEAD).row_spans() == []

"""Rows that tell of nothing done are left out; where there are none, the table is not copied."""

from __future__ import annotations

import polars as pl

from onearm.records.performed import keep_rows, select_performed


def exams(*states: str | None) -> pl.DataFrame:
    table = pl.DataFrame({"TRSTAT": list(states)}, schema={"TRSTAT": pl.String})
    return table.with_row_index("_ROW", offset=2)


def test_a_row_that_does_not_say_was_performed() -> None:
    assert select_performed("TR", exams(None, "NOT DONE", None))["_ROW"].to_list() == [2, 4]


def test_where_every_row_was_performed_the_table_is_the_same_one() -> None:
    for table in (exams(None, None), exams("DONE", None), exams()):
        assert select_performed("TR", table) is table


def test_a_row_of_which_the_condition_is_unknown_is_not_kept() -> None:
    table = exams("DONE", None, "DONE")
    assert keep_rows(table, pl.col("TRSTAT") == "DONE")["_ROW"].to_list() == [2, 4]

"""One number for several cells: equal where the cells are, and only there."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import polars as pl
import pytest

from onearm.records import row_keys
from onearm.records.row_keys import RowKeys

ROWS = pl.DataFrame(
    {
        "WHO": ["b", "a", "a", None, "b", None, "a"],
        "VISIT": [Decimal("1"), Decimal("1"), Decimal("1.01"), Decimal("1"), Decimal("1"), Decimal("1"), None],
        "TEST": ["x", "y", "y", "y", "x", "y", "y"],
        "ROOM": [None] * 7,
    },
    schema_overrides={"VISIT": pl.Decimal(38, 18), "ROOM": pl.String},
)
COLUMNS = ("WHO", "VISIT", "TEST", "ROOM")


@pytest.mark.parametrize("largest", [row_keys._LARGEST, 20, 1])
@pytest.mark.parametrize("columns", [one for n in range(5) for one in combinations(COLUMNS, n)])
def test_rows_have_one_key_if_and_only_if_their_cells_agree(
    columns: tuple[str, ...], largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_keys, "_LARGEST", largest)
    keys = RowKeys(ROWS).of(*columns)
    cells = ROWS.select(columns).rows() if columns else [()] * ROWS.height
    agree = [[one == other for other in cells] for one in cells]
    assert [[one == other for other in keys] for one in keys] == agree
    assert keys.null_count() == 0


def test_a_table_without_rows_has_no_keys() -> None:
    assert RowKeys(ROWS.clear()).of("WHO", "VISIT").to_list() == []

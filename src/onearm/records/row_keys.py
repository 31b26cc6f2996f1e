"""Rows compared by one whole number instead of several texts: a number for every combination of cells that occurs.

In a table of many rows the same names come again and again, and to group or join texts takes several times as long.
"""

from __future__ import annotations

import polars as pl

_LARGEST = 2**62
"""Up to here the numbers of a combination fit into ``Int64`` with room to spare."""


class RowKeys:
    """The keys of one table; each column is numbered once, when it is first asked for."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._numbered: dict[str, tuple[pl.Series, int]] = {}

    def of(self, *columns: str) -> pl.Series:
        """``KEY``, a number for each row: the same in rows whose cells are the same in all ``columns``.

        An empty cell is a content of its own.
        """
        key, n_keys = pl.repeat(0, self._frame.height, dtype=pl.Int64, eager=True), 1
        for column in columns:
            numbers, n = self._number(column)
            if n_keys * n > _LARGEST:
                key = (key.rank("dense") - 1).cast(pl.Int64)
                n_keys = self._frame.height
            if n > 1:
                key, n_keys = key * n + numbers, n_keys * n
        return key.alias("KEY")

    def _number(self, column: str) -> tuple[pl.Series, int]:
        """A number for each cell of a column, and how many numbers there are."""
        if column not in self._numbered:
            cells = self._frame[column]
            distinct = cells.drop_nulls().unique()
            if cells.dtype == pl.String:
                numbers = cells.cast(pl.Enum(distinct)).to_physical()
            else:
                places = pl.int_range(len(distinct), dtype=pl.Int64, eager=True)
                numbers = cells.replace_strict(distinct, places, default=None, return_dtype=pl.Int64)
            self._numbered[column] = numbers.cast(pl.Int64).fill_null(len(distinct)), len(distinct) + 1
        return self._numbered[column]

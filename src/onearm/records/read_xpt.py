"""One SAS transport file (XPT) as a table of texts, like a CSV of the same content."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.faults import shown
from onearm.records.read_csv import UNREADABLE, SourceTable, check_header
from onearm.records.schema import ROW_COLUMN, TableSchema


def read_xpt(path: Path, schema: TableSchema) -> SourceTable:
    """Read one XPT file; numbers become the shortest plain decimals, dates stay as they are coded."""
    import pyreadstat

    try:
        # The rows' dates are ISO texts in SDTM; a SAS day number must stay a number, to be reported.
        frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, output_format="polars")
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        OSError,
        OverflowError,
    ) as error:
        return SourceTable(None, (Finding("R014", Place(file=path.name), {"value": shown(error)}),))
    findings = check_header(frame.columns, schema, path.name)
    if any(finding.code in UNREADABLE for finding in findings):
        return SourceTable(None, tuple(findings))
    return SourceTable(frame.with_columns(row_numbers(frame)), tuple(findings))


def row_numbers(frame: pl.DataFrame) -> pl.Series:
    """Numbers of the rows as a file with a header in row 1 would count them."""
    return pl.Series(ROW_COLUMN, range(2, frame.height + 2), dtype=pl.Int64)

"""Which source rows a derivation reads for a kind of value: more than those that decided, never fewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from onearm.derive.decided import RowKey
from onearm.derive.derived import Derived
from onearm.derive.lesion_rows import TESTS
from onearm.derive.readers import of_one_reader, select_lesion_list, select_reader
from onearm.errors import Finding
from onearm.records import ROW_COLUMN, SCHEMAS, Records, first_of

REFERENCE_TABLES = ("DM", "DS", "EX")
"""Where the days of registration, first and last dose and the ends of treatment and study are read."""

LESION_TABLES = ("TU", "TR")
COURSE_TABLES = (*REFERENCE_TABLES, "CM", "PR", "SS", "DD", "IE")
"""Where all is read that bounds a subject's observation."""

READ_FOR_LESIONS = (*REFERENCE_TABLES, *LESION_TABLES)
READ_FOR_BEST = (*COURSE_TABLES, *LESION_TABLES)
READ_FOR_SURVIVAL = tuple(SCHEMAS)


def consumed_rows(derived: Derived, records: Records, tables: Iterable[str], subject: str | None) -> set[RowKey]:
    """Every row of the tables up to the cut-off, of one subject or (None) of all."""
    found: set[RowKey] = set()
    by_reader = set(tables) != set(READ_FOR_SURVIVAL)
    if by_reader and derived.readings is not None and derived.readings.reported is not None:
        tables = dict.fromkeys("RS" if domain in LESION_TABLES else domain for domain in tables)
    for domain in tables:
        table = records.tables[domain]
        if subject is not None:
            table = table.filter(pl.col("USUBJID") == subject)
        is_read = domain in (*LESION_TABLES, "RS") and by_reader
        if subject is not None and is_read and derived.protocol.response_options is not None:
            table = _of_reader(derived, records, domain, subject)
        if table.height:
            found |= {(domain, row) for row in table.filter(_has_come(domain, derived.cutoff))[ROW_COLUMN].to_list()}
    return found


def _has_come(domain: str, cutoff: dt.date) -> pl.Expr:
    """Whether any date of a row lies on or before the cut-off, or the row has none."""
    columns = [first_of(column.name) for column in SCHEMAS[domain].dates()]
    dated = pl.any_horizontal(pl.col(columns).is_not_null())
    come = pl.any_horizontal((pl.col(columns) <= cutoff).fill_null(value=False))
    return come | ~dated


def _of_reader(derived: Derived, records: Records, domain: str, subject: str) -> pl.DataFrame:
    options = derived.protocol.response_options
    assert options is not None
    is_subject = pl.col("USUBJID") == subject
    unused: list[Finding] = []
    if derived.variant.reader is not None:
        records = of_one_reader(records, options.evaluator, derived.variant.reader)
    if domain == "RS":
        return select_reader(records.tables["RS"].filter(is_subject), options.evaluator, unused, "RS")
    results = records.tables["TR"].filter(is_subject & pl.col("TRTESTCD").is_in(TESTS))
    results = select_reader(results, options.evaluator, unused)
    if domain == "TR":
        return results
    return select_lesion_list(records.tables["TU"].filter(is_subject), results, options.evaluator)

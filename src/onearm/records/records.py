"""The records of one trial: typed tables, recorded decisions, what was found in them, and their digest."""

from __future__ import annotations

import datetime
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from onearm.errors import Finding
from onearm.records.dates import first_of, precision_of
from onearm.records.decisions import RecordedDecision, decisions_table
from onearm.records.digest import content_digest, source_columns
from onearm.records.performed import select_performed
from onearm.records.schema import SCHEMAS

SIMULATED_PREFIX = "SIM-"
"""How the STUDYID of simulated records begins; each of their USUBJIDs begins with that STUDYID."""


@dataclass(frozen=True, eq=False)
class Records:
    """The checked records of one trial.

    ``tables`` maps every SDTM domain of ``SCHEMAS`` to a typed frame (without rows where the source had no
    such table): texts and codes as ``String``, whole numbers as ``Int64``, decimals as ``Decimal(38, 18)``,
    dates as text with ``_FIRST``, ``_LAST`` (``Date``) and ``_PRECISION`` beside them, ``LENGTH_TENTH_MM`` in
    TR, ``_ROW`` last. Missing is null. ``findings`` holds warnings and notes; errors never get this far.
    """

    tables: Mapping[str, pl.DataFrame]
    decisions: tuple[RecordedDecision, ...]
    findings: tuple[Finding, ...]
    source: str

    @classmethod
    def from_tables(cls, tables: Mapping[str, pl.DataFrame], *, source: str = "memory") -> Records:
        """Type and check tables held in memory, by domain name (``DECISIONS`` for decisions).

        Cells may be texts as in a CSV, or numbers and dates in polars types. Raises `RecordsError` like
        `load_records`.
        """
        from onearm.records.assemble import assemble_tables

        return assemble_tables(tables, source)

    @property
    def study_id(self) -> str:
        """The trial's STUDYID."""
        return str(self.tables["DM"]["STUDYID"].item(0))

    @property
    def simulated(self) -> bool:
        """Whether the records come from the simulator: STUDYID and every USUBJID say so."""
        return self.study_id.startswith(SIMULATED_PREFIX)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the content: the same for CSV, XPT and memory, whatever the order of columns.

        Rows count in file order. Decisions are left out: a decision quotes the digest of its records.
        """
        return content_digest(self.tables)

    def source_tables(self) -> dict[str, pl.DataFrame]:
        """The tables as a source would give them, without the columns that typing adds.

        Select or change rows and give them to ``from_tables`` again; ``DECISIONS`` is among them.
        """
        tables = {
            name: table.select(source_columns(table, name)) for name, table in self.tables.items() if table.height
        }
        return tables | ({"DECISIONS": decisions_table(self.decisions)} if self.decisions else {})

    def subjects(self) -> tuple[str, ...]:
        """The USUBJID of every subject, in the order of DM."""
        return tuple(self.tables["DM"]["USUBJID"].to_list())

    def last_date(self) -> datetime.date | None:
        """The latest complete date in any table; None if there is none. Rows of what was not done do not count."""
        latest: list[datetime.date] = []
        for name, schema in SCHEMAS.items():
            if self.tables[name].height and any(schema.dates()):
                complete = (
                    pl.col(first_of(date.name)).filter(pl.col(precision_of(date.name)) == "day").max()
                    for date in schema.dates()
                )
                days = select_performed(name, self.tables[name]).select(complete).row(0)
                latest += [day for day in days if day is not None]
        return max(latest, default=None)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{name}</th><td>{html.escape(SCHEMAS[name].title)}</td><td>{table.height}</td>"
            f"<td>{table['USUBJID'].n_unique()}</td></tr>"
            for name, table in self.tables.items()
            if table.height
        )
        caption = f"{html.escape(self.study_id)}{' (simulated)' if self.simulated else ''}"
        head = "<tr><th>Table</th><th></th><th>Rows</th><th>Subjects</th></tr>"
        return f"<table><caption>{caption}</caption>{head}{rows}</table>"

    def __repr__(self) -> str:
        filled: Sequence[str] = [f"{name} {table.height}" for name, table in self.tables.items() if table.height]
        return f"Records({self.study_id}: {len(self.subjects())} subjects; rows {', '.join(filled)})"

"""When did each subject die, and when was it last known to be alive?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from onearm.derive.days import DayReader, Mask, Witnessed, select_earliest
from onearm.errors import Finding, Place
from onearm.kernels.rules import NEVER
from onearm.records import ROW_COLUMN, SCHEMAS, select_performed

Tables = Mapping[str, pl.DataFrame]

NO_CONTACT_DISPOSITIONS = ("DEATH", "LOST TO FOLLOW-UP")
"""Codes of DS.DSDECOD whose day is no sign of life."""

_NO_CONTACT_COLUMNS = {"DM": ("DTHDTC", "BRTHDTC")}
_NO_CONTACT_TABLES = ("DD", "DV")


def find_deaths(tables: Tables, reader: DayReader) -> Witnessed:
    """Each subject's day of death: demographics, else dispositions, else the day on which it was learned (DD, SS).

    The last is a finding (D023); dates that cannot all be true are another (D022).
    """
    stated = reader.earliest(tables["DM"], "DM", "DTHDTC")
    dispositions = tables["DS"].filter(pl.col("DSDECOD") == "DEATH")
    disposed = reader.earliest(dispositions, "DS", "DSSTDTC", needed_for=stated.day == NEVER)
    known = stated.or_else(disposed)
    unknown = known.day == NEVER
    detailed = reader.earliest(tables["DD"], "DD", "DDDTC", needed_for=unknown)
    dead = tables["SS"].filter(pl.col("SSSTRESC") == "DEAD")
    status = reader.earliest(dead, "SS", "SSDTC", needed_for=unknown)
    learned = detailed.or_else(status)
    death = known.or_else(learned)
    both = (stated.day != NEVER) & (disposed.day != NEVER) & (stated.day != disposed.day)
    _report(reader, "D022", both, disposed, "DS", "DSSTDTC", death)
    for other, domain, column in ((detailed, "DD", "DDDTC"), (status, "SS", "SSDTC")):
        _report(reader, "D022", (other.day < death.day) & (known.day != NEVER), other, domain, column, death)
        only = (known.day == NEVER) & (other.day != NEVER) & (other.row == death.row)
        _report(reader, "D023", only, other, domain, column, death)
    return death


def find_last_alive(tables: Tables, reader: DayReader, death: Witnessed) -> Witnessed:
    """The last day on which anything shows the subject alive: the latest date of any of its rows but those of death.

    Neither a date of death nor a loss to follow-up counts, nor what was planned or not done. A partial date counts
    where the protocol lets it be read.
    """
    last = Witnessed.nothing(reader.n_subjects)
    for domain, schema in SCHEMAS.items():
        table = _signs_of_life(domain, tables[domain])
        if domain in _NO_CONTACT_TABLES or not table.height:
            continue
        subject, row = reader.numbers(table), table[ROW_COLUMN].to_numpy()
        for column in schema.dates():
            is_silent = table[column.name].null_count() == table.height
            if is_silent or column.name in _NO_CONTACT_COLUMNS.get(domain, ()):
                continue
            days = reader.days(table, domain, column.name, is_needed=False)
            days = np.where(days > death.day[subject], np.int32(NEVER), days)
            source = (domain, column.name)
            last = last.later_of(select_earliest(subject, days, row, source, reader.n_subjects, latest=True))
    return last


def _signs_of_life(domain: str, table: pl.DataFrame) -> pl.DataFrame:
    table = select_performed(domain, table)
    if domain == "DS":
        return table.filter(~pl.col("DSDECOD").is_in(NO_CONTACT_DISPOSITIONS))
    return table.filter(pl.col("SSSTRESC") == "ALIVE") if domain == "SS" else table


def _report(
    reader: DayReader, code: str, where: Mask, other: Witnessed, domain: str, column: str, death: Witnessed
) -> None:
    for subject in np.flatnonzero(where):
        place = Place(
            domain, path=column, row=int(other.row[subject]), subject=reader.subjects.categories[int(subject)]
        )
        values = {"column": column, "value": _iso(other.day[subject]), "death": _iso(death.day[subject])}
        reader.findings.append(Finding(code, place, values, "warning"))


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()

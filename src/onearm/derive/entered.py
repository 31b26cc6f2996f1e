"""What readers entered as response (RS), and who read: kept beside what follows from the lesions, never instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import polars as pl

from onearm.derive.days import DayReader
from onearm.derive.lesion_rows import plain_number
from onearm.derive.readers import EVALUATORS
from onearm.kernels.rules import NEVER
from onearm.protocol.variant import Evaluator
from onearm.records import ROW_COLUMN, Records
from onearm.terms import Response

VISIT_TESTS = ("OVRLRESP", "TRGRESP", "NTRGRESP", "NEWLPROG")
"""RS.RSTESTCD of a response at a visit."""
BEST_TESTS = ("BESTRESP", "BOR", "CBOR", "BOVRLRESP")
"""RS.RSTESTCD under which records hold a best overall response."""
RESPONSE_OF = {response.submission_value: response for response in Response}
_NAMES = {
    "mrecist": "(^|[^I])(M-?RECIST|MODIFIEDRECIST)",
    "irecist": "(^|[^A-Z])I-?RECIST",
}
"""How RSCAT, in capitals and without spaces, names a criterion other than RECIST 1.1."""
_NEITHER = "IM-?RECIST|EASL|CHOI|LUGANO|RANO|PERCIST|IMWG|PCWG"
"""Criteria of which no response is read."""


def of_criterion(table: pl.DataFrame, criterion: str) -> pl.DataFrame:
    """The rows of RS that were entered by a criterion (``recist-1.1``, ``mrecist``, ``irecist``).

    RSCAT says which. A row without RSCAT is one of the protocol's criterion, whatever that is; a text that names no
    criterion known here is one of RECIST 1.1.
    """
    category = pl.col("RSCAT").str.to_uppercase().str.replace_all(" ", "")
    if criterion in _NAMES:
        is_own = category.str.contains(_NAMES[criterion])
    else:
        is_own = ~category.str.contains("|".join((*_NAMES.values(), _NEITHER)))
    return table.filter(is_own.fill_null(value=True))


def entered_rows(table: pl.DataFrame, criterion: str, tests: Iterable[str]) -> pl.DataFrame:
    """The rows of RS by a criterion that hold a result of some tests."""
    wanted = pl.col("RSTESTCD").is_in(list(tests)) & pl.col("RSSTAT").is_null() & pl.col("RSSTRESC").is_not_null()
    has_result = pl.col("RSSTRESC") != Response.NONE.submission_value
    return of_criterion(table.filter(wanted & has_result), criterion)


class Reading(NamedTuple):
    """Who read: the role, and the reader where the records name one (TREVALID, RSEVALID)."""

    evaluator: Evaluator
    reader: str | None = None

    @property
    def label(self) -> str:
        """``INDEPENDENT ASSESSOR, RADIOLOGIST 1``."""
        role = EVALUATORS[self.evaluator]
        return role if self.reader is None else f"{role}, {self.reader}"


class Entered(NamedTuple):
    """One row of RS with a result."""

    subject: str
    test: str
    value: str
    visit: str
    """VISITNUM as text; empty where the row has none."""
    visit_name: str
    day: int
    """Days since 1970-01-01; of a partial date the first day it can mean (the last where the protocol says so)."""
    row: int


def list_readings(records: Records) -> tuple[Reading, ...]:
    """Everybody who read lesions or entered a response: investigator, independent readers, adjudicator, in order.

    Rows without evaluator are the investigator's own. A name of another role is no reading that can be told apart.
    """
    found: set[Reading] = set()
    for domain in ("TR", "RS"):
        table = records.tables[domain]
        for name, reader in table.select(f"{domain}EVAL", f"{domain}EVALID").unique().iter_rows():
            role = _ROLES.get(name or "INVESTIGATOR")
            if role is not None:
                found.add(Reading(role, reader))
    order = list(EVALUATORS)
    return tuple(sorted(found, key=lambda entry: (order.index(entry.evaluator), entry.reader or "")))


_ROLES: Mapping[str, Evaluator] = {
    "INVESTIGATOR": "investigator",
    "INDEPENDENT ASSESSOR": "independent",
    "ADJUDICATOR": "adjudicator",
}


def select_reading(records: Records, reading: Reading) -> Records:
    """The records with what this reader alone measured and entered, so that nothing has to be accepted among several.

    The lesion list (TU) stays whole: where a lesion lies may be anybody's.
    """
    own = {domain: records.tables[domain].filter(_is_by(reading, domain)) for domain in ("TR", "RS")}
    return replace(records, tables={**records.tables, **own})


def _is_by(reading: Reading, domain: str) -> pl.Expr:
    role, reader = pl.col(f"{domain}EVAL"), pl.col(f"{domain}EVALID")
    by_role = role == EVALUATORS[reading.evaluator]
    if reading.evaluator == "investigator":
        by_role = by_role | role.is_null()
    by_reader = reader.is_null() if reading.reader is None else reader == reading.reader
    return by_role.fill_null(value=False) & by_reader


def read_entered(
    records: Records,
    reading: Reading,
    criterion: str,
    cut_day: int,
    tests: Iterable[str] = (*VISIT_TESTS, *BEST_TESTS),
    partial: Literal["first_day", "last_day"] = "first_day",
) -> tuple[Entered, ...]:
    """The rows of RS by one reader and criterion up to the cut, with a result, in order of subject, day and row."""
    table = entered_rows(records.tables["RS"].filter(_is_by(reading, "RS")), criterion, tests)
    if not table.height:
        return ()
    reader = DayReader(pl.Enum(sorted(records.subjects())), partial, cut_day)
    days = reader.days(table, "RS", "RSDTC")
    rows = []
    columns = table.select("USUBJID", "RSTESTCD", "RSSTRESC", "VISITNUM", "VISIT", ROW_COLUMN).iter_rows()
    for day, (subject, test, value, number, name, row) in zip(days.tolist(), columns, strict=True):
        if day != NEVER:
            visit = "" if number is None else plain_number(number)
            rows.append(Entered(subject, test, value, visit, name or (visit and f"VISIT {visit}"), day, row))
    return tuple(sorted(rows, key=lambda entry: (entry.subject, entry.day, entry.row)))

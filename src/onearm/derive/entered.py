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
_OTHER_CRITERIA = ("MRECIST", "IRECIST", "EASL", "CHOI", "LUGANO", "RANO")


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
    """The records with the lesions of this reader alone, so that nothing has to be accepted among several."""
    table = records.tables["TR"]
    own = table.filter(_is_by(reading, "TR"))
    return replace(records, tables={**records.tables, "TR": own})


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
    cut_day: int,
    tests: Iterable[str] = (*VISIT_TESTS, *BEST_TESTS),
    partial: Literal["first_day", "last_day"] = "first_day",
) -> tuple[Entered, ...]:
    """The rows of RS by one reader up to the cut, with a result, in order of subject, day and row.

    Where RS holds several criteria (RSCAT), those other than RECIST are left out.
    """
    wanted = pl.col("RSTESTCD").is_in(list(tests)) & pl.col("RSSTAT").is_null() & pl.col("RSSTRESC").is_not_null()
    table = records.tables["RS"].filter(wanted & _is_by(reading, "RS"))
    if not table.height:
        return ()
    category = pl.col("RSCAT").str.to_uppercase().fill_null("")
    table = table.filter(~pl.any_horizontal(category.str.contains(word, literal=True) for word in _OTHER_CRITERIA))
    reader = DayReader(pl.Enum(sorted(records.subjects())), partial, cut_day)
    days = reader.days(table, "RS", "RSDTC")
    rows = []
    columns = table.select("USUBJID", "RSTESTCD", "RSSTRESC", "VISITNUM", "VISIT", ROW_COLUMN).iter_rows()
    for day, (subject, test, value, number, name, row) in zip(days.tolist(), columns, strict=True):
        if day != NEVER:
            visit = "" if number is None else plain_number(number)
            rows.append(Entered(subject, test, value, visit, name or (visit and f"VISIT {visit}"), day, row))
    return tuple(sorted(rows, key=lambda entry: (entry.subject, entry.day, entry.row)))

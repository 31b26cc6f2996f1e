"""From a derived value back to the source rows that decided it, and to every row that was read for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from onearm.derive.adtte import PARAMETERS as TIME_PARAMETERS
from onearm.derive.consumed import (
    READ_FOR_BEST,
    READ_FOR_LESIONS,
    READ_FOR_SURVIVAL,
    REFERENCE_TABLES,
    consumed_rows,
)
from onearm.derive.decided import DecidedVisits, RowKey
from onearm.derive.decided_subject import decided_by_best, decided_by_column, decided_by_package, decided_by_time
from onearm.derive.derived import Derived
from onearm.derive.lesion_rows import plain_number
from onearm.derive.package_parameters import PARAMETERS as PACKAGE_PARAMETERS
from onearm.derive.rules import response_rules
from onearm.errors import UsageError
from onearm.records import ROW_COLUMN, SCHEMAS, Records

VISIT_PARAMETERS = ("TRGRESP", "NTRGRESP", "NEWLRESP", "OVRLRESP", "OVRLARIT", "SUMDIAM", "LDIAM", "SAXIS")
BEST_PARAMETERS = ("BOR", "CBOR")

_DM_COLUMNS = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "AGE", "SEX", "RFICDT")
_LESION_COLUMNS = ("BLDT", "NTARGET", "BLSUM")
_SURVIVAL_COLUMNS = ("LSTALVDT",)
_REFERENCE_COLUMNS = ("REGDT", "TRTSDT", "EOTDT", "EOTREAS", "EOSDT", "EOSREAS", "REGFL", "REGRSN", "TRTFL", "TRTRSN")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the records: domain, row in the file, sequence number (None without one), filled cells as text."""

    domain: str
    row: int
    seq: int | None
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a derived value comes from. ``decided_by`` is part of ``read``; both are sorted by domain and row."""

    parameter: str
    subject: str
    visitnum: str | None
    decided_by: tuple[SourceRow, ...]
    read: tuple[SourceRow, ...]


def trace(
    derived: Derived,
    records: Records,
    parameter: str,
    subject: str,
    visitnum: str | int | None = None,
    lesion: str | None = None,
) -> Trace:
    """The source rows behind one derived value.

    ``parameter`` is a PARAMCD of ADRS (the R package's too), ADTR or ADTTE, or a column of ADSL; ``visitnum`` is
    needed for a value of a visit, ``lesion`` (TRLNKID) for a length. Raises UsageError where no such value was derived.
    """
    if subject not in derived.subjects:
        raise UsageError(f"no subject {subject} in the records")
    number = derived.subjects.index(subject)
    place = None if visitnum is None else plain_number(str(visitnum))
    decided, tables, everybody = _decide(derived, parameter, number, place, lesion)
    if derived.markers is not None and "TR" in tables:
        tables = {*tables, "LB"}
    read = consumed_rows(derived, records, tables, None if everybody else subject) | decided
    return Trace(parameter, subject, place, _rows(records, decided), _rows(records, read))


def _decide(
    derived: Derived, parameter: str, number: int, visitnum: str | None, lesion: str | None
) -> tuple[set[RowKey], Iterable[str], bool]:
    """The deciding rows, the tables that are read, and whether those of all subjects are."""
    if parameter == "OVR":
        parameter = "OVRLRESP"
    if parameter in VISIT_PARAMETERS:
        return _decide_visit(derived, parameter, number, visitnum, lesion), READ_FOR_LESIONS, False
    if parameter in BEST_PARAMETERS:
        _demand(derived, derived.adrs, parameter, number)
        return decided_by_best(_visits(derived, number), derived, parameter, number), READ_FOR_BEST, False
    if parameter in PACKAGE_PARAMETERS:
        _demand(derived, derived.package_adrs, parameter, number)
        return decided_by_package(_visits(derived, number), derived, parameter, number), READ_FOR_BEST, False
    if parameter in (*TIME_PARAMETERS, "RSD"):
        _demand(derived, derived.adtte, parameter, number)
        visits = None if derived.readings is None else _visits(derived, number)
        tables = READ_FOR_SURVIVAL if parameter == "OS" else READ_FOR_BEST
        return decided_by_time(visits, derived, parameter, number), tables, False
    if parameter in derived.adsl.columns:
        visits = None if derived.readings is None else _visits(derived, number)
        return _column_rows(derived, parameter, number, visits), _tables_of(parameter), parameter == "REGSEQ"
    raise UsageError(f"no derived value is called {parameter}")


def _column_rows(derived: Derived, column: str, number: int, visits: DecidedVisits | None) -> set[RowKey]:
    demographics = derived.course.records.tables["DM"]
    own = demographics.filter(pl.col("USUBJID") == derived.subjects[number])[ROW_COLUMN].item(0)
    if column in _DM_COLUMNS:
        return {("DM", int(own))}
    return decided_by_column(visits, derived, column, number) or {("DM", int(own))}


def _tables_of(column: str) -> tuple[str, ...]:
    if column in _DM_COLUMNS:
        return ("DM",)
    if column in _LESION_COLUMNS:
        return READ_FOR_LESIONS
    if column in _SURVIVAL_COLUMNS:
        return READ_FOR_SURVIVAL
    return REFERENCE_TABLES if column in (*_REFERENCE_COLUMNS, "REGSEQ") else READ_FOR_BEST


def _visits(derived: Derived, number: int) -> DecidedVisits:
    options = derived.protocol.response_options
    assert options is not None and derived.readings is not None and derived.visits is not None
    return DecidedVisits(derived, derived.readings, derived.visits, response_rules(options), number)


def _decide_visit(
    derived: Derived, parameter: str, number: int, visitnum: str | None, lesion: str | None
) -> set[RowKey]:
    if derived.readings is None:
        raise UsageError(f"{parameter} is not derived: the protocol leaves the response criterion open")
    visits = _visits(derived, number)
    visit = None if visitnum is None else visits.place_of(visitnum)
    if visit is None:
        raise UsageError(f"{derived.subjects[number]} has no visit {visitnum} that counts")
    if parameter in ("LDIAM", "SAXIS"):
        if lesion is None:
            raise UsageError(f"{parameter} is the length of one lesion: name it")
        return visits.lesion_row(visit, lesion) | visits.lesion_row(0, lesion)
    if parameter == "SUMDIAM":
        nadir = int(visits.results.nadir_visit[visits.first + visit])
        rows = visits.target_rows(visit) | visits.target_rows(0)
        return rows | (visits.target_rows(nadir) if nadir >= 0 else set())
    if parameter == "OVRLARIT":
        return visits.response(visit, arithmetic=True)
    deciding = {
        "TRGRESP": visits.target,
        "NTRGRESP": visits.non_target,
        "NEWLRESP": visits.new_lesion,
        "OVRLRESP": visits.response,
    }
    return deciding[parameter](visit)


def _demand(derived: Derived, table: pl.DataFrame, parameter: str, number: int) -> None:
    subject = derived.subjects[number]
    if not table.filter((pl.col("PARAMCD") == parameter) & (pl.col("USUBJID") == subject)).height:
        raise UsageError(f"{parameter} is not derived for {subject}")


def _rows(records: Records, keys: set[RowKey]) -> tuple[SourceRow, ...]:
    found = []
    for domain in sorted({domain for domain, _ in keys}):
        rows = [row for name, row in keys if name == domain]
        table = records.tables[domain].filter(pl.col(ROW_COLUMN).is_in(rows)).sort(ROW_COLUMN)
        names = [name for name in table.columns if name in SCHEMAS[domain].by_name]
        for cells in table.iter_rows(named=True):
            columns = {name: _text(cells[name]) for name in names if cells[name] is not None}
            found.append(SourceRow(domain, cells[ROW_COLUMN], cells.get(f"{domain}SEQ"), columns))
    return tuple(found)


def _text(cell: object) -> str:
    return str(cell) if isinstance(cell, str | int) else plain_number(str(cell))

"""From sources to records: type every table, run every check, and raise all errors at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import polars as pl

from onearm.errors import Finding, Place, RecordsError
from onearm.records.check_dates import check_dates, period_checks
from onearm.records.check_keys import check_keys
from onearm.records.check_lesions import check_lesions, lesion_checks
from onearm.records.check_subjects import subject_checks
from onearm.records.check_supplements import check_supplements
from onearm.records.check_values import value_checks
from onearm.records.decisions import RecordedDecision, read_decisions
from onearm.records.faults import TypedTable, check_rows
from onearm.records.read_csv import UNREADABLE, SourceTable, check_header
from onearm.records.read_xpt import row_numbers
from onearm.records.records import Records
from onearm.records.schema import DECISIONS, SCHEMAS
from onearm.records.type_table import empty_table, text_checks, type_tables


def assemble(sources: Mapping[str, tuple[SourceTable, str]], findings: Iterable[Finding], source: str) -> Records:
    """Records from tables as read (by name, with the file of each); ``findings`` are those of the reading.

    Raises `RecordsError` with every error.
    """
    found = [*findings, *(finding for read, _ in sources.values() for finding in read.findings)]
    schemas = {**SCHEMAS, DECISIONS.name: DECISIONS}
    readable = {
        name: (schemas[name], read.frame, file) for name, (read, file) in sources.items() if read.frame is not None
    }
    typed = dict(zip(readable, type_tables(list(readable.values())), strict=True))
    found += (finding for table in typed.values() for finding in table.findings)
    recorded = typed.pop(DECISIONS.name, None)
    sound = {name: table.own_columns() for name, table in typed.items() if table.is_sound}
    if "DM" in sound and not sound["DM"].frame.height:
        found.append(Finding("R019", Place(file=sound.pop("DM").file)))
    found += _check_rows([*typed.values(), *([recorded] if recorded is not None else [])], sound)
    for table in [*sound.values(), *([recorded] if recorded is not None else [])]:
        found += check_keys(table)
    found += check_dates(sound)
    found += check_lesions(sound, tables_seen=frozenset(sources))
    found += check_supplements(sound)
    decisions: tuple[RecordedDecision, ...] = ()
    if recorded is not None and recorded.is_sound:
        known = frozenset(sound["DM"].frame["USUBJID"]) if "DM" in sound else None
        decisions, faults = read_decisions(recorded, known)
        found += faults
    ordered = tuple(sorted(found, key=_order))
    errors = [finding for finding in ordered if finding.severity == "error"]
    if errors:
        raise RecordsError(errors)
    tables = {name: typed[name].frame if name in typed else empty_table(schema) for name, schema in SCHEMAS.items()}
    return Records(MappingProxyType(tables), decisions, ordered, source)


def assemble_tables(tables: Mapping[str, pl.DataFrame], source: str) -> Records:
    """Records from tables in memory, by domain name; raises `RecordsError` with every error."""
    findings: list[Finding] = []
    sources: dict[str, tuple[SourceTable, str]] = {}
    for name in sorted(tables):
        if name not in SCHEMAS and name != DECISIONS.name:
            findings.append(Finding("R003", Place(file=name), severity="warning"))
            continue
        schema = DECISIONS if name == DECISIONS.name else SCHEMAS[name]
        table = tables[name]
        header = check_header(table.columns, schema, name)
        broken = any(finding.code in UNREADABLE for finding in header)
        frame = None if broken else table.with_columns(row_numbers(table))
        sources[name] = (SourceTable(frame, tuple(header)), name)
    if "DM" not in sources:
        findings.append(Finding("R002", Place(file="DM")))
    return assemble(sources, findings, source)


def _check_rows(tables: Iterable[TypedTable], sound: Mapping[str, TypedTable]) -> list[Finding]:
    """Findings on single rows, by one look at each table."""
    trial = subject_checks(sound)
    findings: list[Finding] = []
    for table in tables:
        name, checks = table.schema.name, text_checks(table)
        if name in sound:
            checks += [*trial[name], *period_checks(table.schema), *value_checks(name), *lesion_checks(name)]
        findings += check_rows(table.frame, table.file, checks)
    return findings


def _order(finding: Finding) -> tuple[str, int, str, str, str]:
    place = finding.place
    return (place.file, place.row or 0, place.path, finding.code, str(sorted(finding.values.items())))

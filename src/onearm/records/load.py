"""From a folder of files to records: which file holds which table, and what is wrong with the folder."""

from __future__ import annotations

from pathlib import Path

from onearm.errors import Finding, Place, RecordsError
from onearm.records.assemble import assemble
from onearm.records.read_csv import SourceTable, read_csv
from onearm.records.read_xpt import read_xpt
from onearm.records.records import Records
from onearm.records.schema import DECISIONS, SCHEMAS, TableSchema

SIMULATION_FILE = "simulation.json"
"""What a simulation tells of itself, beside its tables."""

_READERS = {".csv": read_csv, ".xpt": read_xpt}


def load_records(path: str | Path) -> Records:
    """Read, type and check every table of the folder ``path``.

    Files are named after SDTM domains in upper or lower case (``dm.csv``, ``TR.xpt``), with ``decisions.csv``
    beside them. Raises `RecordsError` with every error; warnings and notes stay in ``Records.findings``.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise RecordsError([Finding("R001", Place(file=str(path)))])
    found, findings = _find_tables(folder)
    if SCHEMAS["DM"] not in [schema for schema, _ in found]:
        findings.append(Finding("R002", Place(file="dm.csv")))
    sources: dict[str, tuple[SourceTable, str]] = {}
    for schema, file in found:
        sources[schema.name] = (_READERS[file.suffix.lower()](file, schema), file.name)
    return assemble(sources, findings, source=str(path))


def _find_tables(folder: Path) -> tuple[list[tuple[TableSchema, Path]], list[Finding]]:
    schemas = {**SCHEMAS, DECISIONS.name: DECISIONS}
    found: dict[str, Path] = {}
    findings: list[Finding] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name == SIMULATION_FILE:
            continue
        name, suffix = file.stem.upper(), file.suffix.lower()
        if file.is_dir():
            findings.append(Finding("R017", Place(file=file.name), severity="note"))
        elif name not in schemas or suffix not in _READERS or (name == DECISIONS.name and suffix != ".csv"):
            findings.append(Finding("R003", Place(file=file.name), severity="warning"))
        elif name in found:
            findings.append(Finding("R004", Place(file=file.name), {"other": found[name].name, "table": name}))
        else:
            found[name] = file
    return [(schemas[name], file) for name, file in found.items()], findings

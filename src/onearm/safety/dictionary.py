"""Codes adverse events from the user's own licensed dictionary. None is shipped, and nothing of it is kept."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from onearm.errors import Finding, Place, RecordsError
from onearm.records import Records
from onearm.safety.event_words import plain

COLUMNS = ("TERM", "PT", "SOC")


class Coded(NamedTuple):
    """What a verbatim text or lowest-level term is coded to."""

    term: str
    organ_class: str | None


def read_dictionary(path: str | Path) -> dict[str, Coded]:
    """The codes of a CSV with the columns TERM (as written, or a lowest-level term), PT and SOC, by TERM in capitals.

    Raises RecordsError, with every fault, for a file that cannot be read, lacks a column or a term, or codes one text
    in two ways.
    """
    file = Path(path)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsError([Finding("F013", Place(file.name), {"reason": f"it cannot be read ({error})"})]) from error
    reader = csv.DictReader(lines)
    lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if lacking:
        raise RecordsError([Finding("F013", Place(file.name), {"reason": f"it lacks {', '.join(lacking)}"})])
    found: dict[str, Coded] = {}
    faults: list[Finding] = []
    for number, row in enumerate(reader, start=2):
        text, coded = plain(row["TERM"] or ""), Coded((row["PT"] or "").strip(), (row["SOC"] or "").strip() or None)
        if not text or not coded.term:
            faults.append(Finding("F013", Place(file.name, row=number), {"reason": "TERM or PT is empty"}))
        elif found.setdefault(text, coded) != coded:
            faults.append(Finding("F013", Place(file.name, row=number), {"reason": f"{text} is coded in two ways"}))
    if faults:
        raise RecordsError(faults)
    return found


def code_events(records: Records, dictionary: Mapping[str, Coded]) -> Records:
    """The records with AEDECOD and AEBODSYS filled in where AEDECOD is empty and the dictionary knows AETERM.

    What the records code themselves stays. Terms that remain without a code are a note (F010) of the derivation.
    """
    table = records.tables["AE"]
    known = [dictionary.get(plain(text)) for text in table["AETERM"].to_list()]
    coded = table.with_columns(
        pl.Series("_TERM", [None if one is None else one.term for one in known], dtype=pl.String),
        pl.Series("_SOC", [None if one is None else one.organ_class for one in known], dtype=pl.String),
    ).with_columns(
        AEBODSYS=pl.when(pl.col("AEDECOD").is_null())
        .then(pl.coalesce("AEBODSYS", "_SOC"))
        .otherwise(pl.col("AEBODSYS")),
        AEDECOD=pl.coalesce("AEDECOD", "_TERM"),
    )
    tables = {**records.tables, "AE": coded.drop("_TERM", "_SOC")}
    return replace(records, tables=MappingProxyType(tables))

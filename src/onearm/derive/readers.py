"""Whose readings count: the rows of the evaluator that the protocol names, and of one reader for each subject."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import polars as pl

from onearm.errors import Finding, Place, UsageError
from onearm.protocol.variant import Evaluator
from onearm.records import ROW_COLUMN, Records

EVALUATORS = {
    "investigator": "INVESTIGATOR",
    "independent": "INDEPENDENT ASSESSOR",
    "adjudicator": "ADJUDICATOR",
}
"""TREVAL and TUEVAL of each ``evaluator``. A row of either table without evaluator is the investigator's own."""


def select_reader(results: pl.DataFrame, evaluator: str, findings: list[Finding], domain: str = "TR") -> pl.DataFrame:
    """The rows of TR (or RS) by the evaluator; where several readers (TREVALID) read a subject, those of the accepted
    one.

    A subject with several readers of whom not exactly one is accepted is a finding (D011).
    """
    rows = results.filter(_by(evaluator, f"{domain}EVAL"))
    reader = f"{domain}EVALID"
    if rows[reader].null_count() == rows.height:
        return rows
    several = (
        rows.group_by("USUBJID")
        .agg(pl.col(reader).unique().sort().alias("READERS"))
        .filter(pl.col("READERS").list.len() > 1)
        .select("USUBJID")
    )
    if not several.height:
        return rows
    read_by_many = pl.col("USUBJID").is_in(several["USUBJID"].implode())
    kept = rows.filter(~read_by_many | (pl.col(f"{domain}ACPTFL") == "Y").fill_null(value=False))
    _report(rows.filter(read_by_many), kept.filter(read_by_many), findings, domain)
    return kept


def of_one_reader(records: Records, evaluator: str, reader: str) -> Records:
    """The records with the evaluator's rows of TR, TU and RS by one reader (…EVALID) alone, accepted or not.

    Raises UsageError where the evaluator has no such reader.
    """
    tables, known = dict(records.tables), _readers_of(records, evaluator)
    for domain in ("TR", "TU", "RS"):
        table = tables[domain]
        other = _by(evaluator, f"{domain}EVAL") & (pl.col(f"{domain}EVALID") != reader)
        # A lesion list without a reader is everybody's list.
        if domain != "TU":
            other = other | (_by(evaluator, f"{domain}EVAL") & pl.col(f"{domain}EVALID").is_null())
        tables[domain] = table.filter(~other.fill_null(value=False))
    if reader not in known:
        there = ", ".join(sorted(known)) or "none"
        raise UsageError(f"no reader {reader!r} of {EVALUATORS[evaluator]} in the records; there are: {there}")
    return replace(records, tables=tables)


def find_reading(records: Records, written: str) -> tuple[Evaluator, str | None]:
    """The evaluator, and the one reader of it, that a text names: ``independent``, ``INDEPENDENT ASSESSOR``,
    ``independent:RADIOLOGIST 1``, or the name of a reader whom only one evaluator has.

    Raises UsageError where it names nobody, or a reader who is not in the records.
    """
    role, colon, reader = (part.strip() for part in written.partition(":"))
    known: tuple[Evaluator, ...] = get_args(Evaluator)
    names = {text.upper(): name for name in known for text in (name, EVALUATORS[name])}
    if role.upper() in names:
        evaluator = names[role.upper()]
        if colon:
            of_one_reader(records, evaluator, reader)
        return evaluator, reader or None
    owners = [name for name in known if written in _readers_of(records, name)]
    if len(owners) == 1:
        return owners[0], written
    there = sorted({f"{name}:{reader}" for name in EVALUATORS for reader in _readers_of(records, name)})
    listed = f"; readers in the records: {', '.join(there)}" if there else ""
    raise UsageError(f"--evaluator {written}: expected one of {', '.join(EVALUATORS)}, or EVALUATOR:READER{listed}")


def _readers_of(records: Records, evaluator: str) -> set[str]:
    found: set[str] = set()
    for domain in ("TR", "TU", "RS"):
        found |= set(records.tables[domain].filter(_by(evaluator, f"{domain}EVAL"))[f"{domain}EVALID"].drop_nulls())
    return found


def select_lesion_list(lesions: pl.DataFrame, results: pl.DataFrame, evaluator: str) -> pl.DataFrame:
    """The rows of TU by the same evaluator and reader as ``results``.

    A subject of whom another evaluator than the investigator has no row of TU keeps the target and non-target rows
    without evaluator: they say where a lesion lies. New lesions are never borrowed: seeing one is a judgement.
    """
    rows = lesions.filter(_by(evaluator, "TUEVAL"))
    if rows["TUEVALID"].null_count() < rows.height and results["TREVALID"].null_count() < results.height:
        readers = results.select("USUBJID", pl.col("TREVALID").alias("TUEVALID")).unique()
        of_reader = rows.join(readers, on=["USUBJID", "TUEVALID"], how="semi", maintain_order="left")
        rows = pl.concat([rows.filter(pl.col("TUEVALID").is_null()), of_reader]).sort(ROW_COLUMN)
    if evaluator == "investigator":
        return rows
    nobodys = lesions.filter(pl.col("TUEVAL").is_null() & (pl.col("TUORRES") != "NEW"))
    lent = nobodys.join(rows, on="USUBJID", how="anti", maintain_order="left")
    return pl.concat([rows, lent]).sort(ROW_COLUMN) if lent.height else rows


def _by(evaluator: str, column: str) -> pl.Expr:
    by_name = pl.col(column) == EVALUATORS[evaluator]
    return by_name | pl.col(column).is_null() if evaluator == "investigator" else by_name


def _report(rows: pl.DataFrame, kept: pl.DataFrame, findings: list[Finding], domain: str) -> None:
    accepted = dict(kept.group_by("USUBJID").agg(pl.col(f"{domain}EVALID").unique()).iter_rows())
    seen = rows.group_by("USUBJID").agg(
        pl.col(f"{domain}EVALID").fill_null("none").unique().sort().alias("READERS"), pl.col(ROW_COLUMN).min()
    )
    for subject, readers, row in seen.sort("USUBJID").iter_rows():
        if len(accepted.get(subject, [])) != 1:
            values = {"count": str(len(readers)), "readers": ", ".join(readers)}
            findings.append(Finding("D011", Place(domain, path=f"{domain}ACPTFL", row=row, subject=subject), values))

"""Lesions: each one known and of one kind, lengths in millimetres and believable, states that fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.quantities import lengths_tenth_mm, parse_decimals
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN
from onearm.records.schema_tumour import LENGTH_TESTS, LESION_TESTS, STATE_TEST, TUMOUR_STATES

LONGEST_TENTH_MM = 5_000
"""A length above half a metre is a slip of the pen or of the unit."""


def check_lesions(tables: Mapping[str, TypedTable], tables_seen: Collection[str]) -> list[Finding]:
    """Findings on TR, and on TR against TU; ``tables_seen`` names the tables that the source has at all."""
    results = tables.get("TR")
    if results is None or not results.frame.height:
        return []
    findings = [*_check_lengths(results), *_check_states(results), *_check_contradictions(results)]
    if "TU" in tables:
        findings += _check_identity(results, tables["TU"])
    elif "TU" not in tables_seen:
        findings.append(Finding("R098", Place(file=results.file)))
    return findings


def _check_lengths(table: TypedTable) -> list[Finding]:
    file, number, unit = table.file, pl.col("TRSTRESN"), pl.col("TRSTRESU")
    is_length = pl.col("TRTESTCD").is_in(LENGTH_TESTS)
    given = is_length & number.is_not_null()
    findings = row_findings("R080", file, rows_where(table.frame, given & unit.is_null(), "TRSTRESU"), "TRSTRESU")
    findings += row_findings("R081", file, rows_where(table.frame, given & (unit != "mm"), "TRSTRESU"), "TRSTRESU")
    findings += row_findings("R037", file, rows_where(table.frame, is_length & (number < 0), "TRSTRESN"), "TRSTRESN")
    too_long = pl.col(LENGTH_COLUMN) > LONGEST_TENTH_MM
    findings += row_findings("R082", file, rows_where(table.frame, too_long, "TRSTRESN"), "TRSTRESN")
    return findings + _note_rounding(table)


def _note_rounding(table: TypedTable) -> list[Finding]:
    lengths = table.frame.filter(pl.col(LENGTH_COLUMN).is_not_null())
    finer = lengths.filter(pl.col("TRSTRESN") * 10 != pl.col(LENGTH_COLUMN)).select("USUBJID", "TRSTRESN", ROW_COLUMN)
    if not finer.height:
        return []
    count = str(finer.height)
    return row_findings("R097", table.file, finer.head(1), "TRSTRESN", "note", count=count)


def _check_states(table: TypedTable) -> list[Finding]:
    file, test, result = table.file, pl.col("TRTESTCD"), pl.col("TRSTRESC")
    done = pl.col("TRSTAT").is_null()
    findings: list[Finding] = []
    unnamed = test.is_in(LESION_TESTS) & pl.col("TRLNKID").is_null()
    findings += row_findings("R091", file, rows_where(table.frame, unnamed, "TRLNKID"), "TRLNKID")
    no_length = test.is_in(LENGTH_TESTS) & done & pl.col("TRSTRESN").is_null()
    # A number that could not be read has its own finding already.
    no_length &= result.is_null() | ~result.str.contains("[0-9]")
    findings += row_findings("R085", file, rows_where(table.frame, no_length, "TRSTRESN"), "TRSTRESN")
    for kind, states in TUMOUR_STATES.items():
        state = (test == STATE_TEST) & done & (pl.col("TRGRPID") == kind)
        wrong = state & ~result.is_in(states).fill_null(value=False)
        rows = rows_where(table.frame, wrong, "TRSTRESC")
        findings += row_findings("R088", file, rows, "TRSTRESC", kind=kind, codes=", ".join(states))
    return findings


def _check_contradictions(table: TypedTable) -> list[Finding]:
    findings: list[Finding] = []
    lesion = ["USUBJID", "VISITNUM", "TREVAL", "TREVALID", "TRLNKID"]
    absent = table.frame.filter(
        (pl.col("TRTESTCD") == STATE_TEST) & (pl.col("TRSTRESC") == "ABSENT") & (pl.col("TRGRPID") == "TARGET")
    )
    if absent.height:
        states = absent.select(*lesion, pl.col(ROW_COLUMN).alias("STATE_ROW")).unique(lesion, keep="first")
        lengths = table.frame.filter(pl.col(LENGTH_COLUMN) > 0)
        both = lengths.join(states, on=lesion, how="inner", nulls_equal=True, maintain_order="left")
        rows = both.select("USUBJID", "TRSTRESC", "STATE_ROW", ROW_COLUMN)
        findings += row_findings("R089", table.file, rows, "TRSTRESC")
    said = table.frame["TRSTRESC"]
    distinct = said.drop_nulls().unique()
    tenths = lengths_tenth_mm(parse_decimals(distinct))
    said_tenths = said.replace_strict(distinct, tenths, default=None, return_dtype=pl.Int64)
    differs = pl.lit(said_tenths) != pl.col(LENGTH_COLUMN)
    rows = rows_where(table.frame, differs, "TRSTRESN", "TRSTRESC")
    return findings + row_findings("R090", table.file, rows, "TRSTRESN")


def _check_identity(results: TypedTable, lesions: TypedTable) -> list[Finding]:
    reader = {"TREVAL": "TUEVAL", "TREVALID": "TUEVALID"}
    known = lesions.frame.select(
        "USUBJID", pl.col("TULNKID").alias("TRLNKID"), "TUEVAL", "TUEVALID", pl.col("TUORRES").alias("KIND")
    ).unique()
    seen = (
        results.frame.lazy()
        .filter(pl.col("TRLNKID").is_not_null())
        .group_by("USUBJID", "TRLNKID", "TREVAL", "TREVALID", "TRGRPID")
        .agg(pl.col(ROW_COLUMN).min())
        .collect()
    )
    unknown = seen.join(known, on=["USUBJID", "TRLNKID"], how="anti").sort(ROW_COLUMN)
    unknown = unknown.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    findings = row_findings("R083", results.file, unknown.select("USUBJID", "TRLNKID", ROW_COLUMN), "TRLNKID")
    # A lesion list without a reader is everybody's list.
    same_reader = pl.all_horizontal(
        pl.col(tu).is_null() | pl.col(tr).eq_missing(pl.col(tu)) for tr, tu in reader.items()
    )
    paired = seen.join(known, on=["USUBJID", "TRLNKID"], how="inner").filter(same_reader)
    lesion = ["USUBJID", "TRLNKID", "TREVAL", "TREVALID", "TRGRPID", ROW_COLUMN]
    judged = paired.group_by(lesion).agg(
        (pl.col("KIND") == pl.col("TRGRPID")).any().alias("AGREES"), pl.col("KIND").sort().first()
    )
    wrong = (
        judged.filter(~pl.col("AGREES")).sort(ROW_COLUMN).select("USUBJID", "TRLNKID", "TRGRPID", "KIND", ROW_COLUMN)
    )
    return findings + row_findings("R084", results.file, wrong, "TRGRPID")

"""Lesions: each one known and of one kind, lengths in millimetres and believable, states that fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.quantities import lengths_tenth_mm, parse_decimals
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN
from onearm.records.schema_tumour import (
    EVALUATORS,
    LENGTH_TESTS,
    LESION_TESTS,
    NODE_LOCATION,
    SHORT_AXIS_TESTS,
    STATE_TEST,
    TUMOUR_STATES,
)

LONGEST_TENTH_MM = 5_000
"""A length above half a metre is a slip of the pen or of the unit."""
MEASURABLE_TENTH_MM = 100
"""From this length on a lesion is measurable (RECIST 1.1, section 3.1.1), so not too small to measure (≥)."""

_WORDS_AGAINST_LENGTHS = ("ABSENT", "NOT EVALUABLE", "MERGED", "TOO SMALL TO MEASURE", "TREATED")


def check_lesions(tables: Mapping[str, TypedTable], tables_seen: Collection[str]) -> list[Finding]:
    """Findings on TR, and on TR against TU; ``tables_seen`` names the tables that the source has at all."""
    results = tables.get("TR")
    if results is None or not results.frame.height:
        return []
    findings = [*_check_lengths(results), *_check_states(results), *_check_numbers(results)]
    findings += _check_words_against_lengths(results, tables.get("TU"))
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
    # Also where TRSTRESC says "<5" or the like: a result in words is no length, and the scan would silently be NE.
    findings += row_findings("R085", file, rows_where(table.frame, no_length, "TRSTRESN"), "TRSTRESN")
    for kind, states in TUMOUR_STATES.items():
        state = (test == STATE_TEST) & done & (pl.col("TRGRPID") == kind)
        wrong = state & ~result.is_in(states).fill_null(value=False)
        rows = rows_where(table.frame, wrong, "TRSTRESC")
        findings += row_findings("R088", file, rows, "TRSTRESC", kind=kind, codes=", ".join(states))
    return findings


def _check_words_against_lengths(table: TypedTable, lesions: TypedTable | None) -> list[Finding]:
    """Lengths beside a word about the same lesion, visit and reader that they contradict.

    Of a node the short axis alone is held against the word; a non-target node that is gone may keep one (how long a
    normal one may be is the protocol's, D017). What is called too small may have been measured (RECIST Working Group:
    the true value is preferred), below the length from which a lesion is measurable.
    """
    lesion = ["USUBJID", "VISITNUM", "READER", "TREVALID", "TRLNKID"]
    named = table.frame.filter(pl.col("TRLNKID").is_not_null() & pl.col("TRSTAT").is_null()).with_columns(
        pl.col("TREVAL").fill_null(EVALUATORS[0]).alias("READER")
    )
    words = named.filter((pl.col("TRTESTCD") == STATE_TEST) & pl.col("TRSTRESC").is_in(_WORDS_AGAINST_LENGTHS))
    if not words.height:
        return []
    words = words.select(*lesion, pl.col("TRSTRESC").alias("STATE"), pl.col(ROW_COLUMN).alias("STATE_ROW"))
    words = words.unique(lesion, keep="first", maintain_order=True)
    lengths = named.filter(pl.col(LENGTH_COLUMN).is_not_null())
    both = lengths.join(words, on=lesion, how="inner", nulls_equal=True, maintain_order="left")
    both = both.join(_nodes(lesions), on=["USUBJID", "TRLNKID"], how="left", maintain_order="left")
    state, length, is_node = pl.col("STATE"), pl.col(LENGTH_COLUMN), pl.col("NODE").fill_null(value=False)
    gone = (state == "ABSENT") & (length > 0) & ((pl.col("TRGRPID") == "TARGET") | ~is_node)
    counts = ~is_node | pl.col("TRTESTCD").is_in(SHORT_AXIS_TESTS)
    unfit = state.is_in(("NOT EVALUABLE", "MERGED")) | (
        (state == "TOO SMALL TO MEASURE") & (length >= MEASURABLE_TENTH_MM)
    )
    columns = ("TRSTRESN", "STATE", "STATE_ROW")
    findings = row_findings("R089", table.file, rows_where(both, gone, "TRSTRESC", "STATE_ROW"), "TRSTRESC")
    findings += row_findings("R096", table.file, rows_where(both, counts & unfit, *columns), "TRSTRESN")
    treated = rows_where(both, counts & (state == "TREATED"), *columns)
    return findings + row_findings("R099", table.file, treated, "TRSTRESN", "warning")


def _nodes(lesions: TypedTable | None) -> pl.DataFrame:
    """Subject and name of every lesion that TU places in a lymph node."""
    if lesions is None:
        return pl.DataFrame(schema={"USUBJID": pl.String, "TRLNKID": pl.String, "NODE": pl.Boolean})
    in_node = pl.col("TULOC").str.contains(NODE_LOCATION, literal=True)
    names = lesions.frame.filter(in_node).select("USUBJID", pl.col("TULNKID").alias("TRLNKID"))
    return names.unique(maintain_order=True).with_columns(pl.lit(value=True).alias("NODE"))


def _check_numbers(table: TypedTable) -> list[Finding]:
    said = table.frame["TRSTRESC"]
    distinct = said.drop_nulls().unique()
    tenths = lengths_tenth_mm(parse_decimals(distinct))
    said_tenths = said.replace_strict(distinct, tenths, default=None, return_dtype=pl.Int64)
    differs = pl.lit(said_tenths) != pl.col(LENGTH_COLUMN)
    rows = rows_where(table.frame, differs, "TRSTRESN", "TRSTRESC")
    return row_findings("R090", table.file, rows, "TRSTRESN")


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

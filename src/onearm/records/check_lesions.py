"""Lesions: each one known and of one kind, lengths in millimetres and believable, states that fit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

import polars as pl

from onearm.errors import Finding, Place
from onearm.records.check_viable import check_viable
from onearm.records.faults import RowCheck, TypedTable, check_rows, row_findings
from onearm.records.quantities import lengths_tenth_mm, parse_decimals
from onearm.records.schema import LENGTH_COLUMN, ROW_COLUMN
from onearm.records.schema_tumour import (
    EVALUATORS,
    FACT_RESULTS,
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

_IS_LIST_OF_READER = pl.all_horizontal(
    pl.col(listed).is_null() | pl.col(read).eq_missing(pl.col(listed))
    for read, listed in (("TREVAL", "TUEVAL"), ("TREVALID", "TUEVALID"))
)
"""A lesion list without a reader is everybody's list."""

_WORDS_AGAINST_LENGTHS = ("ABSENT", "NOT EVALUABLE", "MERGED", "TOO SMALL TO MEASURE", "TREATED")


@cache
def lesion_checks(domain: str) -> list[RowCheck]:
    """What the cells of one row of TR may not say together; nothing of other tables."""
    return [*_length_checks(), *_state_checks()] if domain == "TR" else []


def check_lesions(tables: Mapping[str, TypedTable], tables_seen: Collection[str]) -> list[Finding]:
    """Findings on the rows of TR together, and on TR against TU; ``tables_seen`` names the tables of the source."""
    results = tables.get("TR")
    if results is None or not results.frame.height:
        return []
    findings = [*_note_rounding(results), *_check_numbers(results)]
    findings += _check_words_against_lengths(results, tables.get("TU"))
    findings += check_viable(results)
    if "TU" in tables:
        findings += _check_identity(results, tables["TU"])
    elif "TU" not in tables_seen:
        findings.append(Finding("R098", Place(file=results.file)))
    return findings


def _length_checks() -> list[RowCheck]:
    number, unit = pl.col("TRSTRESN"), pl.col("TRSTRESU")
    is_length = pl.col("TRTESTCD").is_in(LENGTH_TESTS)
    given = is_length & number.is_not_null()
    return [
        RowCheck("R080", "TRSTRESU", given & unit.is_null()),
        RowCheck("R081", "TRSTRESU", given & (unit != "mm")),
        RowCheck("R037", "TRSTRESN", is_length & (number < 0)),
        RowCheck("R082", "TRSTRESN", pl.col(LENGTH_COLUMN) > LONGEST_TENTH_MM),
    ]


def _note_rounding(table: TypedTable) -> list[Finding]:
    lengths = table.frame[["USUBJID", "TRSTRESN", LENGTH_COLUMN, ROW_COLUMN]].drop_nulls(LENGTH_COLUMN)
    finer = lengths.filter(pl.col("TRSTRESN") * 10 != pl.col(LENGTH_COLUMN))
    if not finer.height:
        return []
    first = finer.head(1).drop(LENGTH_COLUMN)
    return row_findings("R097", table.file, first, "TRSTRESN", "note", count=str(finer.height))


def _state_checks() -> list[RowCheck]:
    test, result, done = pl.col("TRTESTCD"), pl.col("TRSTRESC"), pl.col("TRSTAT").is_null()
    unnamed = test.is_in((*LESION_TESTS, *FACT_RESULTS)) & pl.col("TRLNKID").is_null()
    no_length = test.is_in(LENGTH_TESTS) & done & pl.col("TRSTRESN").is_null()
    # R085 also where TRSTRESC says "<5" or the like: a result in words is no length, the scan would silently be NE.
    checks = [RowCheck("R091", "TRLNKID", unnamed), RowCheck("R085", "TRSTRESN", no_length)]
    for kind, states in TUMOUR_STATES.items():
        state = (test == STATE_TEST) & done & (pl.col("TRGRPID") == kind)
        wrong = state & ~result.is_in(states).fill_null(value=False)
        checks.append(RowCheck("R088", "TRSTRESC", wrong, values={"kind": kind, "codes": ", ".join(states)}))
    for fact, answers in FACT_RESULTS.items():
        wrong = (test == fact) & done & ~result.is_in(answers).fill_null(value=False)
        checks.append(RowCheck("R108", "TRSTRESC", wrong, values={"test": fact, "codes": ", ".join(answers)}))
    return checks


def _check_words_against_lengths(table: TypedTable, lesions: TypedTable | None) -> list[Finding]:
    """Lengths beside a word about the same lesion, visit and reader that they contradict.

    Of a node the short axis alone is held against the word; a non-target node that is gone may keep one (how long a
    normal one may be is the protocol's, D017). What is called too small may have been measured (RECIST Working Group:
    the true value is preferred), below the length from which a lesion is measurable.
    """
    lesion = ["USUBJID", "VISITNUM", "READER", "TREVALID", "TRLNKID"]
    named = (
        table.frame.lazy()
        .filter(pl.col("TRLNKID").is_not_null() & pl.col("TRSTAT").is_null())
        .with_columns(pl.col("TREVAL").fill_null(EVALUATORS[0]).alias("READER"))
    )
    words = (
        named.filter((pl.col("TRTESTCD") == STATE_TEST) & pl.col("TRSTRESC").is_in(_WORDS_AGAINST_LENGTHS))
        .select(*lesion, pl.col("TRSTRESC").alias("STATE"), pl.col(ROW_COLUMN).alias("STATE_ROW"))
        .unique(lesion, keep="first", maintain_order=True)
        .collect()
    )
    if not words.height:
        return []
    both = (
        named.filter(pl.col(LENGTH_COLUMN).is_not_null())
        .select(*lesion, "TRGRPID", "TRTESTCD", "TRSTRESC", "TRSTRESN", LENGTH_COLUMN, ROW_COLUMN)
        .join(words.lazy(), on=lesion, how="inner", nulls_equal=True, maintain_order="left")
        .join(_nodes(lesions), on=["USUBJID", "TRLNKID"], how="left", maintain_order="left")
        .collect()
    )
    state, length, is_node = pl.col("STATE"), pl.col(LENGTH_COLUMN), pl.col("NODE").fill_null(value=False)
    gone = (state == "ABSENT") & (length > 0) & ((pl.col("TRGRPID") == "TARGET") | ~is_node)
    counts = ~is_node | pl.col("TRTESTCD").is_in(SHORT_AXIS_TESTS)
    unfit = state.is_in(("NOT EVALUABLE", "MERGED")) | (
        (state == "TOO SMALL TO MEASURE") & (length >= MEASURABLE_TENTH_MM)
    )
    checks = (
        RowCheck("R089", "TRSTRESC", gone, also=("STATE_ROW",)),
        RowCheck("R096", "TRSTRESN", counts & unfit, also=("STATE", "STATE_ROW")),
        RowCheck("R099", "TRSTRESN", counts & (state == "TREATED"), "warning", also=("STATE", "STATE_ROW")),
    )
    return check_rows(both, table.file, checks)


def _nodes(lesions: TypedTable | None) -> pl.LazyFrame:
    """Subject and name of every lesion that TU places in a lymph node."""
    if lesions is None:
        return pl.LazyFrame(schema={"USUBJID": pl.String, "TRLNKID": pl.String, "NODE": pl.Boolean})
    in_node = pl.col("TULOC").str.contains(NODE_LOCATION, literal=True)
    names = lesions.frame.lazy().filter(in_node).select("USUBJID", pl.col("TULNKID").alias("TRLNKID"))
    return names.unique(maintain_order=True).with_columns(pl.lit(value=True).alias("NODE"))


def _check_numbers(table: TypedTable) -> list[Finding]:
    pairs = table.frame[["TRSTRESC", LENGTH_COLUMN]].lazy().drop_nulls().unique().collect()
    said = lengths_tenth_mm(parse_decimals(pairs["TRSTRESC"]))
    differing = pairs.filter(said != pairs[LENGTH_COLUMN])
    if not differing.height:
        return []
    rows = table.frame.join(differing, on=differing.columns, how="semi")
    return row_findings("R090", table.file, rows.select("USUBJID", "TRSTRESN", "TRSTRESC", ROW_COLUMN), "TRSTRESN")


def _check_identity(results: TypedTable, lesions: TypedTable) -> list[Finding]:
    known = (
        lesions.frame.lazy()
        .select("USUBJID", pl.col("TULNKID").alias("TRLNKID"), "TUEVAL", "TUEVALID", pl.col("TUORRES").alias("KIND"))
        .unique()
    )
    said = ("USUBJID", "TRLNKID", "TREVAL", "TREVALID", "TRGRPID")
    is_first = results.keys.of(*said).is_first_distinct()
    seen = results.frame.filter(is_first & results.frame["TRLNKID"].is_not_null()).select(*said, ROW_COLUMN)
    agreeing = (
        seen.lazy()
        .join(known, left_on=["USUBJID", "TRLNKID", "TRGRPID"], right_on=["USUBJID", "TRLNKID", "KIND"])
        .filter(_IS_LIST_OF_READER)
        .select(ROW_COLUMN)
        .collect()
    )
    doubtful = seen.filter(~seen[ROW_COLUMN].is_in(agreeing[ROW_COLUMN].implode())).sort(ROW_COLUMN)
    return _judge_lesions(results.file, doubtful, known.collect()) if doubtful.height else []


def _judge_lesions(file: str, seen: pl.DataFrame, known: pl.DataFrame) -> list[Finding]:
    """Findings on lesions ``seen`` of which no list says the same: in no list at all, or of another kind."""
    unknown = seen.join(known, on=["USUBJID", "TRLNKID"], how="anti", maintain_order="left")
    unknown = unknown.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    findings = row_findings("R083", file, unknown.select("USUBJID", "TRLNKID", ROW_COLUMN), "TRLNKID")
    other = seen.join(known, on=["USUBJID", "TRLNKID"], how="inner").filter(_IS_LIST_OF_READER)
    other = other.group_by("USUBJID", "TRLNKID", "TRGRPID", ROW_COLUMN).agg(pl.col("KIND").sort().first())
    wrong = other.select("USUBJID", "TRLNKID", "TRGRPID", "KIND", ROW_COLUMN)
    return findings + row_findings("R084", file, wrong, "TRGRPID")

"""Dates that cannot all be true: before birth, after death, ended before begun, visits out of order.

A partial date is held against the record only when no day it can mean would do.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import polars as pl

from onearm.errors import Finding
from onearm.records.dates import first_of, last_of
from onearm.records.faults import TypedTable, row_findings, rows_where
from onearm.records.schema import ROW_COLUMN

_BIRTH, _DEATH = "BIRTH_FIRST", "DEATH_LAST"


def check_dates(tables: Mapping[str, TypedTable]) -> list[Finding]:
    """Findings on dates against each other, within and across tables."""
    findings: list[Finding] = []
    for table in tables.values():
        findings += _check_periods(table)
        findings += _check_visit_order(table)
    if "DM" in tables:
        lives = _lives(tables)
        for table in tables.values():
            findings += _check_life(table, lives)
        findings += _check_deaths(tables, lives)
        findings += _check_start(tables)
    return findings


def _check_periods(table: TypedTable) -> list[Finding]:
    findings: list[Finding] = []
    for start, end in table.schema.periods:
        reversed_ = pl.col(last_of(end)) < pl.col(first_of(start))
        rows = rows_where(table.frame, reversed_, end, start).rename({start: "START"})
        findings += row_findings("R071", table.file, rows, end, start_column=start)
    return findings


def _check_visit_order(table: TypedTable) -> list[Finding]:
    schema, date = table.schema, table.schema.visit_date
    if not date or table.frame["VISITNUM"].null_count() == table.frame.height:
        return []
    reader = [name for name in (f"{schema.name}EVAL", f"{schema.name}EVALID") if name in schema.by_name]
    group = ["USUBJID", *reader]
    visits = (
        table.frame.lazy()
        .filter(pl.col("VISITNUM").is_not_null())
        .group_by(*group, "VISITNUM")
        .agg(
            pl.col(first_of(date)).max().alias("LATEST"),
            pl.col(last_of(date)).min().alias("EARLIEST"),
            pl.col(date).first(),
            pl.col(ROW_COLUMN).min(),
        )
        .sort(*group, "VISITNUM")
        .with_columns(pl.col("LATEST").cum_max().shift(1).over(group).alias("BEFORE"))
        .filter(pl.col("EARLIEST") < pl.col("BEFORE"))
        .collect()
    )
    return row_findings("R073", table.file, visits.sort(ROW_COLUMN), date, "warning")


def _lives(tables: Mapping[str, TypedTable]) -> pl.DataFrame:
    """One row a subject: first possible day of birth, last possible day of death."""
    subjects = (
        tables["DM"]
        .frame.select(
            "USUBJID",
            pl.col(first_of("BRTHDTC")).alias(_BIRTH),
            pl.col(first_of("DTHDTC")).alias("DM_FIRST"),
            pl.col(last_of("DTHDTC")).alias("DM_LAST"),
            pl.col("DTHDTC"),
        )
        .unique("USUBJID", keep="first", maintain_order=True)
    )
    deaths = pl.DataFrame(schema={"USUBJID": pl.String, "DS_FIRST": pl.Date, "DS_LAST": pl.Date})
    if "DS" in tables:
        deaths = (
            tables["DS"]
            .frame.filter(pl.col("DSDECOD") == "DEATH")
            .group_by("USUBJID")
            .agg(
                pl.col(first_of("DSSTDTC")).min().alias("DS_FIRST"),
                pl.col(last_of("DSSTDTC")).max().alias("DS_LAST"),
            )
        )
    return subjects.join(deaths, on="USUBJID", how="left", maintain_order="left").with_columns(
        pl.coalesce("DM_LAST", "DS_LAST").alias(_DEATH)
    )


def _check_life(table: TypedTable, lives: pl.DataFrame) -> list[Finding]:
    born, died = lives[_BIRTH].drop_nulls(), lives[_DEATH].drop_nulls()
    dates = list(table.schema.dates())
    # Most tables hold no date outside anybody's life: one look at the extremes spares the join.
    early = [date for date in dates if _earlier(table.frame[last_of(date.name)], born)]
    late = [date for date in dates if date.happens and _earlier(died, table.frame[first_of(date.name)])]
    if not early and not late:
        return []
    frame = table.frame.join(lives.select("USUBJID", _BIRTH, _DEATH), on="USUBJID", how="left", maintain_order="left")
    findings: list[Finding] = []
    for date in early:
        if date.name != "BRTHDTC":
            before = pl.col(last_of(date.name)) < pl.col(_BIRTH)
            findings += row_findings("R072", table.file, rows_where(frame, before, date.name, _BIRTH), date.name)
    for date in late:
        after = pl.col(first_of(date.name)) > pl.col(_DEATH)
        findings += row_findings("R070", table.file, rows_where(frame, after, date.name, _DEATH), date.name)
    return findings


def _earlier(days: pl.Series, than: pl.Series) -> bool:
    """Whether the first of ``days`` comes before the last of ``than``."""
    first, last = days.min(), than.max()
    return isinstance(first, datetime.date) and isinstance(last, datetime.date) and first < last


def _check_deaths(tables: Mapping[str, TypedTable], lives: pl.DataFrame) -> list[Finding]:
    demographics = tables["DM"]
    frame = demographics.frame.join(lives.drop(_BIRTH, "DTHDTC"), on="USUBJID", how="left", maintain_order="left")
    apart = (pl.col("DM_LAST") < pl.col("DS_FIRST")) | (pl.col("DS_LAST") < pl.col("DM_FIRST"))
    findings = row_findings("R074", demographics.file, rows_where(frame, apart, "DTHDTC", "DS_FIRST"), "DTHDTC")
    flagged = (pl.col("DTHFL") == "Y") & pl.col(_DEATH).is_null()
    findings += row_findings("R075", demographics.file, rows_where(frame, flagged, "DTHFL"), "DTHFL", "warning")
    denied = (pl.col("DTHFL") == "N") & pl.col(_DEATH).is_not_null()
    findings += row_findings("R079", demographics.file, rows_where(frame, denied, "DTHFL", _DEATH), "DTHFL")
    if "SS" not in tables:
        return findings
    status = tables["SS"]
    contacts = status.frame.join(lives.select("USUBJID", _DEATH), on="USUBJID", how="left", maintain_order="left")
    alive = (pl.col("SSSTRESC") == "ALIVE") & (pl.col(first_of("SSDTC")) > pl.col(_DEATH))
    findings += row_findings("R076", status.file, rows_where(contacts, alive, "SSDTC", _DEATH), "SSDTC")
    undated = (pl.col("SSSTRESC") == "DEAD") & pl.col(_DEATH).is_null()
    return findings + row_findings(
        "R075", status.file, rows_where(contacts, undated, "SSSTRESC"), "SSSTRESC", "warning"
    )


def _check_start(tables: Mapping[str, TypedTable]) -> list[Finding]:
    demographics = tables["DM"]
    late = pl.col(first_of("RFICDTC")) > pl.col(last_of("RFSTDTC"))
    rows = rows_where(demographics.frame, late, "RFICDTC", "RFSTDTC")
    findings = row_findings("R077", demographics.file, rows, "RFICDTC", "warning")
    if "EX" not in tables:
        return findings
    doses = (
        tables["EX"]
        .frame.group_by("USUBJID")
        .agg(
            pl.col(first_of("EXSTDTC")).min().alias("DOSE_FIRST"),
            pl.col(last_of("EXSTDTC")).min().alias("DOSE_LAST"),
        )
    )
    frame = demographics.frame.join(doses, on="USUBJID", how="inner", maintain_order="left")
    differs = (
        pl.col("RFSTDTC").is_null()
        | (pl.col("DOSE_LAST") < pl.col(first_of("RFSTDTC")))
        | (pl.col("DOSE_FIRST") > pl.col(last_of("RFSTDTC")))
    )
    rows = rows_where(frame, differs & pl.col("DOSE_FIRST").is_not_null(), "RFSTDTC", "DOSE_FIRST")
    return findings + row_findings("R078", demographics.file, rows, "RFSTDTC", "warning")

"""Dates that cannot all be true: before birth, after death, ended before begun, visits out of order.

A partial date is held against the record only when no day it can mean would do.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import polars as pl

from onearm.errors import Finding
from onearm.records.dates import first_of, last_of
from onearm.records.faults import RowCheck, TypedTable, check_rows, row_findings
from onearm.records.schema import ROW_COLUMN, TableSchema

_BIRTH, _DEATH = "BIRTH_FIRST", "DEATH_LAST"


def check_dates(tables: Mapping[str, TypedTable]) -> list[Finding]:
    """Findings on dates of several rows and tables against each other."""
    filled = {name: table for name, table in tables.items() if table.frame.height}
    findings = [finding for table in filled.values() for finding in _check_visit_order(table)]
    if "DM" in filled:
        lives = _lives(filled)
        for table in filled.values():
            findings += _check_life(table, lives)
        findings += _check_deaths(filled, lives)
        findings += _check_start(filled)
    return findings


def period_checks(schema: TableSchema) -> list[RowCheck]:
    """What ended may not have ended before it began."""
    return [
        RowCheck(
            "R071",
            end,
            pl.col(last_of(end)) < pl.col(first_of(start)),
            also=(start,),
            named={start: "START"},
            values={"start_column": start},
        )
        for start, end in schema.periods
    ]


def _check_visit_order(table: TypedTable) -> list[Finding]:
    schema, date, frame = table.schema, table.schema.visit_date, table.frame
    if not date or frame["VISITNUM"].null_count() == frame.height:
        return []
    readers = [name for name in (f"{schema.name}EVAL", f"{schema.name}EVALID") if name in schema.by_name]
    group = ["USUBJID", *(name for name in readers if frame[name].null_count() < frame.height)]
    visit = [*group, "VISITNUM"]
    visits = (
        frame.select(first_of(date), last_of(date), table.keys.of(*visit))
        .with_row_index("PLACE")
        .group_by("KEY")
        .agg(pl.max(first_of(date)).alias("LATEST"), pl.min(last_of(date)).alias("EARLIEST"), pl.first("PLACE"))
    )
    early = (
        visits.with_columns(
            frame["VISITNUM"].gather(visits["PLACE"]),
            frame[ROW_COLUMN].gather(visits["PLACE"]),
            COURSE=table.keys.of(*group).gather(visits["PLACE"]),
        )
        .drop_nulls("VISITNUM")
        .sort("VISITNUM")
        .with_columns(pl.col("LATEST").cum_max().shift(1).over("COURSE").alias("BEFORE"))
        .filter(pl.col("EARLIEST") < pl.col("BEFORE"))
        .select("LATEST", "EARLIEST", "BEFORE", ROW_COLUMN)
    )
    if not early.height:
        return []
    rows = frame.select(*visit, date, ROW_COLUMN).join(early, on=ROW_COLUMN, how="inner")
    rows = rows.select(*visit, "LATEST", "EARLIEST", "BEFORE", date, ROW_COLUMN)
    return row_findings("R073", table.file, rows, date, "warning")


def _lives(tables: Mapping[str, TypedTable]) -> pl.DataFrame:
    """One row a subject: first possible day of birth, last possible day of death, and both tables' days of death."""
    deaths = pl.LazyFrame(schema={"USUBJID": pl.String, "DS_FIRST": pl.Date, "DS_LAST": pl.Date})
    if "DS" in tables:
        deaths = (
            tables["DS"]
            .frame.lazy()
            .filter(pl.col("DSDECOD") == "DEATH")
            .group_by("USUBJID")
            .agg(
                pl.col(first_of("DSSTDTC")).min().alias("DS_FIRST"),
                pl.col(last_of("DSSTDTC")).max().alias("DS_LAST"),
            )
        )
    return (
        tables["DM"]
        .frame.lazy()
        .select(
            "USUBJID",
            pl.col(first_of("BRTHDTC")).alias(_BIRTH),
            pl.col(first_of("DTHDTC")).alias("DM_FIRST"),
            pl.col(last_of("DTHDTC")).alias("DM_LAST"),
        )
        .unique("USUBJID", keep="first", maintain_order=True)
        .join(deaths, on="USUBJID", how="left", maintain_order="left")
        .with_columns(pl.coalesce("DM_LAST", "DS_LAST").alias(_DEATH))
        .collect()
    )


def _with_lives(table: TypedTable, lives: pl.DataFrame) -> pl.DataFrame:
    """The table, with what ``lives`` says of each row's subject beside it."""
    of_rows = table.frame[["USUBJID"]].join(lives, on="USUBJID", how="left", maintain_order="left")
    return table.frame.hstack(of_rows.get_columns()[1:])


def _check_life(table: TypedTable, lives: pl.DataFrame) -> list[Finding]:
    # Most tables hold no date outside anybody's life: one look at the extremes spares the join.
    checks = [
        RowCheck("R072", date.name, pl.col(last_of(date.name)) < pl.col(_BIRTH), also=(_BIRTH,))
        for date in table.schema.dates()
        if date.name != "BRTHDTC" and _earlier(table.frame[last_of(date.name)], lives[_BIRTH])
    ]
    checks += [
        RowCheck("R070", date.name, pl.col(first_of(date.name)) > pl.col(_DEATH), also=(_DEATH,))
        for date in table.schema.dates()
        if date.happens and _earlier(lives[_DEATH], table.frame[first_of(date.name)])
    ]
    return check_rows(_with_lives(table, lives), table.file, checks) if checks else []


def _earlier(days: pl.Series, than: pl.Series) -> bool:
    """Whether the first of ``days`` comes before the last of ``than``."""
    first, last = days.min(), than.max()
    return isinstance(first, datetime.date) and isinstance(last, datetime.date) and first < last


def _check_deaths(tables: Mapping[str, TypedTable], lives: pl.DataFrame) -> list[Finding]:
    is_dated = pl.col(_DEATH).is_not_null()
    apart = (pl.col("DM_LAST") < pl.col("DS_FIRST")) | (pl.col("DS_LAST") < pl.col("DM_FIRST"))
    of_subject = (
        RowCheck("R074", "DTHDTC", apart, also=("DS_FIRST",)),
        RowCheck("R075", "DTHFL", (pl.col("DTHFL") == "Y") & ~is_dated, "warning"),
        RowCheck("R079", "DTHFL", (pl.col("DTHFL") == "N") & is_dated, also=(_DEATH,)),
    )
    findings = check_rows(_with_lives(tables["DM"], lives), tables["DM"].file, of_subject)
    if "SS" not in tables:
        return findings
    alive = (pl.col("SSSTRESC") == "ALIVE") & (pl.col(first_of("SSDTC")) > pl.col(_DEATH))
    of_contact = (
        RowCheck("R076", "SSDTC", alive, also=(_DEATH,)),
        RowCheck("R075", "SSSTRESC", (pl.col("SSSTRESC") == "DEAD") & ~is_dated, "warning"),
    )
    return findings + check_rows(_with_lives(tables["SS"], lives), tables["SS"].file, of_contact)


def _check_start(tables: Mapping[str, TypedTable]) -> list[Finding]:
    demographics = tables["DM"]
    late = pl.col(first_of("RFICDTC")) > pl.col(last_of("RFSTDTC"))
    consent = RowCheck("R077", "RFICDTC", late, "warning", also=("RFSTDTC",))
    findings = check_rows(demographics.frame, demographics.file, [consent])
    if "EX" not in tables:
        return findings
    doses = (
        tables["EX"]
        .frame.lazy()
        .group_by("USUBJID")
        .agg(
            pl.col(first_of("EXSTDTC")).min().alias("DOSE_FIRST"),
            pl.col(last_of("EXSTDTC")).min().alias("DOSE_LAST"),
        )
        .filter(pl.col("DOSE_FIRST").is_not_null())
        .collect()
    )
    dosed = demographics.frame.join(doses, on="USUBJID", how="inner", maintain_order="left")
    differs = (
        pl.col("RFSTDTC").is_null()
        | (pl.col("DOSE_LAST") < pl.col(first_of("RFSTDTC")))
        | (pl.col("DOSE_FIRST") > pl.col(last_of("RFSTDTC")))
    )
    first_dose = RowCheck("R078", "RFSTDTC", differs, "warning", also=("DOSE_FIRST",))
    return findings + check_rows(dosed, demographics.file, [first_dose])

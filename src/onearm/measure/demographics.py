"""Age and sex as recorded, and whether a lesion lay outside the liver at baseline."""

from __future__ import annotations

import numpy as np
import polars as pl

from onearm.measure.laboratory import MILLION
from onearm.measure.observations import (
    EVER_AFTER,
    EVER_BEFORE,
    PROBLEMS,
    Ints,
    Numbers,
    Observations,
    arrange,
    days_of,
    subject_places,
)
from onearm.records import Records, first_of, last_of

LIVER_WORDS = r"\bLIVER\b|\bINTRAHEPATIC\b|\bPORTAL VEIN\b|\bHEPATIC VEIN\b|\bINFERIOR VENA CAVA\b|\bBILE DUCT\b"
"""Locations of TU that are no spread outside the liver: the organ, its vessels and ducts."""
OUTSIDE_WORDS = r"\bLYMPH NODES?\b|\bPERITONE|\bEXTRA-?\s?HEPATIC\b"
"""Nodes at the liver, for one, are outside it."""


def read_age(records: Records, on: Ints) -> Observations:
    """DM.AGE in years; where it is not recorded, the age on a day from the date of birth (a range if that is partial).

    An age without AGEU YEARS, and no date of birth, has the problem ``unit_missing`` or ``unit_unknown``.
    """
    table = records.tables["DM"]
    unit = table["AGEU"].fill_null("").str.to_uppercase().str.strip_chars()
    recorded = (table["AGE"].is_not_null() & (unit == "YEARS")).to_numpy()
    born_first, born_last = (days_of(table[part("BRTHDTC")], EVER_BEFORE) for part in (first_of, last_of))
    has_birth = (born_first != EVER_BEFORE) & (on != EVER_BEFORE)
    youngest, oldest = _years(born_last, on), _years(born_first, on)
    age = table["AGE"].fill_null(0).to_numpy()
    low = np.where(recorded, age, youngest) * MILLION
    high = np.where(recorded, age, oldest) * MILLION
    fault = np.select(
        [recorded | has_birth, table["AGE"].is_null().to_numpy(), (unit == "").to_numpy()],
        [0, PROBLEMS.index("no_number"), PROBLEMS.index("unit_missing")],
        PROBLEMS.index("unit_unknown"),
    )
    closed = np.zeros(table.height, np.bool_)
    raw = pl.Series(np.where(recorded, "AGE ", "BRTHDTC ")) + pl.Series(
        np.where(recorded, table["AGE"].cast(pl.String).fill_null(""), table["BRTHDTC"].fill_null(""))
    )
    return _one_a_subject(table, "years", Numbers(low, high, closed, closed), None, fault, raw)


def _years(born: Ints, on: Ints) -> Ints:
    """Whole years from a birthday to a day."""
    then, now = (pl.Series(np.clip(day, -40_000, 80_000)).cast(pl.Int32).cast(pl.Date) for day in (born, on))
    before = (now.dt.month() < then.dt.month()) | ((now.dt.month() == then.dt.month()) & (now.dt.day() < then.dt.day()))
    return (now.dt.year() - then.dt.year() - before.cast(pl.Int32)).cast(pl.Int64).to_numpy()


def read_sex(records: Records) -> Observations:
    """DM.SEX."""
    table = records.tables["DM"]
    fault = np.where(table["SEX"].is_null().to_numpy(), PROBLEMS.index("no_number"), 0)
    return _one_a_subject(table, "", None, table["SEX"], fault, table["SEX"])


def _one_a_subject(
    table: pl.DataFrame,
    unit: str,
    numbers: Numbers | None,
    text: pl.Series | None,
    fault: np.ndarray,
    raw: pl.Series,
) -> Observations:
    n = table.height
    return Observations(
        domain="DM",
        unit=unit,
        subject=np.arange(n, dtype=np.int64),
        first=np.full(n, EVER_BEFORE, np.int64),
        last=np.full(n, EVER_AFTER, np.int64),
        numbers=numbers,
        text=text,
        truth=None,
        problem=fault.astype(np.int8),
        sequence=pl.Series([None] * n, dtype=pl.Int64),
        raw=raw,
        dated=False,
    )


def read_spread(records: Records, on: Ints) -> Observations:
    """One row a subject with lesions identified up to a day (the baseline): whether one lies outside the liver.

    New lesions are no part of the baseline. A lesion without a location leaves it open unless another one decides.
    """
    table = records.tables["TU"].filter(pl.col("TUORRES") != "NEW")
    rows = arrange(
        table.join(subject_places(records.subjects()), on="USUBJID", how="inner").with_columns(
            FIRST=pl.col(first_of("TUDTC")), LAST=pl.col(last_of("TUDTC"))
        )
    )
    day = days_of(rows["LAST"], EVER_BEFORE)
    rows = rows.filter(pl.Series(day <= on[rows["SUBJECT"].to_numpy()]))
    place = rows["TULOC"].str.to_uppercase()
    outside = (
        (place.str.contains(OUTSIDE_WORDS) | ~place.str.contains(LIVER_WORDS)).fill_null(value=False).alias("OUTSIDE")
    )
    marked = rows.with_columns(outside, UNPLACED=place.is_null())
    # The lesion outside the liver comes last in its subject, so that it is the witness.
    of_subject = (
        marked.sort("SUBJECT", "OUTSIDE", "UNPLACED", "_ROW")
        .group_by("SUBJECT", maintain_order=True)
        .agg(
            pl.col("OUTSIDE").any(),
            pl.col("UNPLACED").any(),
            pl.col("TULOC").last(),
            pl.col("TUSEQ").last(),
            pl.col("FIRST").max(),
            pl.col("LAST").max(),
        )
        .sort("SUBJECT")
    )
    fault = (of_subject["UNPLACED"] & ~of_subject["OUTSIDE"]).to_numpy()
    return Observations(
        domain="TU",
        unit="",
        subject=of_subject["SUBJECT"].cast(pl.Int64).to_numpy(),
        first=days_of(of_subject["FIRST"], EVER_BEFORE),
        last=days_of(of_subject["LAST"], EVER_BEFORE),
        numbers=None,
        text=None,
        truth=of_subject["OUTSIDE"].to_numpy(),
        problem=np.where(fault, PROBLEMS.index("no_number"), 0).astype(np.int8),
        sequence=of_subject["TUSEQ"],
        raw=of_subject["TULOC"],
    )

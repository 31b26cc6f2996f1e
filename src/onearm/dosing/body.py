"""Heights and weights of the records, in tenths of a centimetre and of a kilogram."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from onearm.plan.doses import Body, Measured
from onearm.records import ROW_COLUMN, Records, first_of, precision_of

_UNITS = {"HEIGHT": "cm", "WEIGHT": "kg"}


def read_bodies(records: Records, cutoff: dt.date, first_dose: Mapping[str, dt.date | None]) -> dict[str, Body]:
    """What was measured of every subject up to the cut-off (included).

    A row counts with a whole date, a number above zero and the unit cm or kg; another unit is not converted. Of several
    rows of one day the last one stands.
    """
    rows = (
        records.tables["VS"]
        .filter(
            pl.col("VSTESTCD").is_in(list(_UNITS))
            & (pl.col(precision_of("VSDTC")) == "day")
            & (pl.col(first_of("VSDTC")) <= cutoff)
            & (pl.col("VSSTRESN") > 0)
            & (pl.col("VSSTAT") != "NOT DONE").fill_null(value=True)
            & (
                pl.col("VSSTRESU").str.strip_chars().str.to_lowercase()
                == pl.col("VSTESTCD").replace_strict(_UNITS, default="")
            )
        )
        .with_columns(TENTHS=(pl.col("VSSTRESN") * 10).round(0).cast(pl.Int64))
        .sort("USUBJID", first_of("VSDTC"), ROW_COLUMN)
        .select("USUBJID", "VSTESTCD", "TENTHS", first_of("VSDTC"), ROW_COLUMN, "VSSEQ")
    )
    found: dict[tuple[str, str], dict[dt.date, Measured]] = {}
    for subject, test, tenths, day, row, sequence in rows.iter_rows():
        found.setdefault((subject, test), {})[day] = Measured(tenths, day, row, sequence)
    bodies = {}
    for subject in records.subjects():
        heights = list(found.get((subject, "HEIGHT"), {}).values())
        weights = tuple(found.get((subject, "WEIGHT"), {}).values())
        bodies[subject] = Body(heights[-1] if heights else None, weights, first_dose.get(subject), tuple(heights[:-1]))
    return bodies

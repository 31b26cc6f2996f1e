"""Patients who were registered although a criterion was not met, or not known to be met."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from onearm.derive import Derived
from onearm.deviations.found import Found, Kind
from onearm.eligibility import Screening


def find_criterion_deviations(screening: Screening, derived: Derived) -> Iterator[Found]:
    """Each criterion of each registered patient whose verdict is not *met*, on the day of registration."""
    registered = derived.adsl.filter(pl.col("REGFL") == "Y").select("USUBJID", "REGDT")
    rows = screening.table.filter(pl.col("VERDICT") != "met").join(
        registered, on="USUBJID", how="inner", maintain_order="left"
    )
    for row in rows.iter_rows(named=True):
        kind: Kind = "criterion_not_met" if row["VERDICT"] == "not_met" else "criterion_unknown"
        value = " ".join(filter(None, (row["VALUE"], row["UNIT"]))) or row["REASON"] or ""
        path = f"population.criteria.{row['CRITERION']}"
        yield Found(
            row["USUBJID"],
            kind,
            row["REGDT"],
            f"{row['CRITERION']}: {value}",
            row["RULE"],
            path,
            row["SRCDOM"] or "",
            "",
            row["SRCSEQ"],
        )

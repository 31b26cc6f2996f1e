"""What was done to a patient before consent."""

from __future__ import annotations

import polars as pl

from onearm.derive import Derived
from onearm.deviations.found import Found
from onearm.records import Records, first_of, precision_of

PROCEDURES = (("EX", "EXSTDTC"), ("QS", "QSDTC"))
"""What only the study does. Blood, vital signs and scans of routine care may come before consent."""


def find_late_consent(records: Records, derived: Derived) -> list[Found]:
    """Doses and questionnaires dated before the day of consent, the first of each kind for each patient.

    Blood and scans of routine care before consent are common and often allowed, so they are not told.
    """
    consent = records.tables["DM"].select(
        "USUBJID",
        pl.col(first_of("RFICDTC")).alias("CONSENT"),
        (pl.col(precision_of("RFICDTC")) == "day").alias("WHOLE"),
    )
    found: list[Found] = []
    for domain, column in PROCEDURES:
        day = pl.col(first_of(column)).alias("DAY")
        rows = (
            records.tables[domain]
            .select("USUBJID", day, pl.col(f"{domain}SEQ").alias("SEQ"))
            .filter(pl.col("DAY") <= derived.cutoff)
            .join(consent, on="USUBJID", how="inner")
            .filter(pl.col("WHOLE") & (pl.col("DAY") < pl.col("CONSENT")))
            .sort("USUBJID", "DAY", "SEQ")
            .group_by("USUBJID", maintain_order=True)
            .first()
        )
        for row in rows.iter_rows(named=True):
            limit = f"from {row['CONSENT']} on"
            found.append(
                Found(
                    row["USUBJID"],
                    "consent_after_procedure",
                    row["DAY"],
                    domain,
                    limit,
                    "",
                    domain,
                    column,
                    row["SEQ"],
                )
            )
    return found

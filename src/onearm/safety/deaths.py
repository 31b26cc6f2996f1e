"""Every death: when, how long after the last dose, of what, and whether a fatal event was related to the treatment."""

from __future__ import annotations

from typing import Any

import polars as pl

from onearm.derive import Derived
from onearm.records import Records
from onearm.safety.event_words import meaning_of

DAYS_AFTER_LAST_DOSE = (30, 90)
"""Deaths within so many days of the last dose are shown apart, the last of these days included."""

DEATHS_SCHEMA: dict[str, Any] = {
    "USUBJID": pl.String, "TRTFL": pl.String, "TRTSDT": pl.Date, "TRTEDT": pl.Date, "DTHDT": pl.Date,
    "DAYS": pl.Int64, "CAUSE": pl.String, "EVENT": pl.String, "AREL": pl.String,
}  # fmt: skip


def derive_deaths(records: Records, derived: Derived, adae: pl.DataFrame) -> pl.DataFrame:
    """One row a subject who died up to the cut-off, in the order of USUBJID.

    DAYS counts from the last dose (0 on that day; null if never treated). CAUSE is the primary cause as recorded in DD,
    null where nobody recorded one. EVENT names the fatal adverse events. AREL: Y where a fatal event is related to the
    treatment or DD says so, N where none is, null where it is not recorded.
    """
    causes = _details(records, "PRCDTH")
    stated = _details(records, "DTHTRREL")
    fatal: dict[str, list[dict[str, Any]]] = {}
    for event in adae.filter(pl.col("AFATFL") == "Y").iter_rows(named=True):
        fatal.setdefault(event["USUBJID"], []).append(event)
    rows = []
    for subject in derived.adsl.filter(pl.col("DTHDT").is_not_null()).iter_rows(named=True):
        name, last = subject["USUBJID"], subject["TRTEDT"]
        events = fatal.get(name, [])
        rows.append(
            {
                **{column: subject[column] for column in ("USUBJID", "TRTFL", "TRTSDT", "TRTEDT", "DTHDT")},
                "DAYS": None if last is None else (subject["DTHDT"] - last).days,
                "CAUSE": causes.get(name),
                "EVENT": ", ".join(dict.fromkeys(event["TERM"] for event in events)) or None,
                "AREL": _related([event["AREL"] for event in events], stated.get(name)),
            }
        )
    return pl.DataFrame(rows, schema=DEATHS_SCHEMA, orient="row")


def _details(records: Records, test: str) -> dict[str, str]:
    table = records.tables["DD"].filter(pl.col("DDTESTCD") == test)
    told = table.select("USUBJID", pl.coalesce("DDSTRESC", "DDORRES").alias("TOLD")).drop_nulls()
    return dict(told.unique("USUBJID", keep="first", maintain_order=True).iter_rows())


def _related(events: list[str | None], stated: str | None) -> str | None:
    told = {"related": "Y", "not_related": "N"}.get(meaning_of("AEREL", stated) or "") if stated else None
    said = [*events, *([told] if told is not None else [])]
    if "Y" in said:
        return "Y"
    return "N" if said and all(one == "N" for one in said) else None

"""The days of each patient from which visits count, read from the records as they stood on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from onearm.errors import Finding, Place
from onearm.protocol import Protocol
from onearm.protocol.base import Text
from onearm.protocol.parts import Component
from onearm.records import Records, first_of, last_of, select_performed

ANCHOR_COLUMNS = (
    "CONSENT", "INCLUSION", "FIRST_DOSE", "END_OF_TREATMENT", "LAST_DAY", "PROGRESSION", "NEW_THERAPY",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Anchors:
    """The patients' days, the doses of each component, and what could not be read.

    ``days``: USUBJID, SITEID and ``ANCHOR_COLUMNS`` (dates, null where there is none by ``on``). ``doses``: USUBJID,
    COMPONENT, DAY.
    """

    on: dt.date
    days: pl.DataFrame
    doses: pl.DataFrame
    findings: tuple[Finding, ...] = ()


def read_anchors(
    protocol: Protocol, records: Records, adsl: pl.DataFrame, on: dt.date, progression: pl.DataFrame | None = None
) -> Anchors:
    """The days of every patient who is no screen failure.

    ``adsl``: as derived at the cut ``on``, so that it holds no later day. ``progression``: USUBJID and PROGRESSION, the
    first day on which progression was seen; without it nobody is known to have progressed. Consent counts only where
    its whole date is known. LAST_DAY is the earlier of death and end of study.
    """
    consent = records.tables["DM"].select(
        "USUBJID", pl.when(pl.col(first_of("RFICDTC")) == pl.col(last_of("RFICDTC"))).then(first_of("RFICDTC"))
        .alias("CONSENT"),
    )  # fmt: skip
    seen = (
        progression if progression is not None else adsl.select("USUBJID", pl.lit(None, pl.Date).alias("PROGRESSION"))
    )
    days = (
        adsl.filter(pl.col("REGRSN") != "screen_failure")
        .join(consent, on="USUBJID", how="left", maintain_order="left")
        .join(seen, on="USUBJID", how="left", maintain_order="left")
        .select(
            "USUBJID",
            "SITEID",
            pl.when(pl.col("CONSENT") <= on).then("CONSENT").alias("CONSENT"),
            INCLUSION="REGDT",
            FIRST_DOSE="TRTSDT",
            END_OF_TREATMENT="EOTDT",
            LAST_DAY=pl.min_horizontal("DTHDT", "EOSDT"),
            PROGRESSION="PROGRESSION",
            NEW_THERAPY="NTHERDT",
        )
    )
    doses, findings = read_doses(protocol, records, on)
    return Anchors(on, days, doses, tuple(findings))


def read_doses(protocol: Protocol, records: Records, on: dt.date) -> tuple[pl.DataFrame, list[Finding]]:
    """USUBJID, COMPONENT and DAY of every dose above zero up to ``on``; K005 for drugs that fit no component, K010 for
    doses whose day is partial."""
    given = select_given(protocol, records, on)
    findings = []
    unknown = given.filter(pl.col("COMPONENT").is_null()).group_by("EXTRT").len().sort("EXTRT")
    for name, rows in unknown.iter_rows():
        values = {"drug": name, "rows": str(rows)}
        findings.append(Finding("K005", Place("EX", path="EXTRT"), values, "warning"))
    whole = pl.col(first_of("EXSTDTC")) == pl.col(last_of("EXSTDTC"))
    partial = given.filter(~whole).height
    if partial:
        findings.append(Finding("K010", Place("EX", path="EXSTDTC"), {"rows": str(partial)}, "warning"))
    doses = given.filter(whole & pl.col("COMPONENT").is_not_null())
    return doses.select("USUBJID", "COMPONENT", DAY=first_of("EXSTDTC")).unique(maintain_order=True), findings


def select_given(protocol: Protocol, records: Records, on: dt.date) -> pl.DataFrame:
    """The rows of EX with a dose above zero begun up to ``on``, with COMPONENT: its id, null for an unknown drug."""
    given = select_performed("EX", records.tables["EX"]).filter(pl.col("EXDOSE") > 0)
    given = given.filter((pl.col(first_of("EXSTDTC")) <= on).fill_null(value=False))
    drug = pl.col("EXTRT").str.strip_chars().str.to_lowercase()
    component = drug.replace_strict(components_by_name(protocol), default=None, return_dtype=pl.String)
    return given.with_columns(COMPONENT=component)


def components_by_name(protocol: Protocol) -> dict[str, str]:
    """Component by every name, in small letters, under which its doses may stand in EX and EC: the calendar and the
    dose rules read them by this one list."""
    names: dict[str, str] = {}
    for component in protocol.treatment.components:
        for name in _names(component):
            names.setdefault(name.strip().lower(), component.id)
    return names


def _names(component: Component) -> list[str]:
    texts: list[Text] = [
        component.id,
        component.name,
        component.product or "",
        *(dose.drug for dose in component.doses),
        *(name for dose in component.doses for name in dose.recorded_as),
    ]
    found = [name for text in texts for name in ([text] if isinstance(text, str) else text.values())]
    return [name for name in found if name]

"""Where every patient is: screened, not registered and why, on or off treatment, in or out of the study."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.records import Records, first_of

Group = tuple[str, tuple[str, ...]]
"""A reason code and the patients whom it holds for."""

NO_REASON = "not_recorded"


@dataclass(frozen=True)
class Disposition:
    """Patients by state at the cut; each list of groups is disjoint and holds everybody of its whole."""

    screened: tuple[str, ...]
    """Everybody of DM."""
    not_registered: tuple[Group, ...]
    """By the criteria not met (ids joined by `` + ``), ``not_recorded`` where no row says."""
    treatment: tuple[Group, ...]
    """Treated patients: ``ongoing``, or why treatment ended (DSDECOD)."""
    study: tuple[Group, ...]
    """Registered patients: ``in_follow_up``, ``death``, or why they left (DSDECOD)."""


def derive_disposition(records: Records, derived: Derived) -> Disposition:
    """The disposition of every subject at the cut-off of a derivation."""
    adsl = derived.adsl
    everybody = tuple(adsl["USUBJID"])
    registered = adsl.filter(pl.col("REGFL") == "Y")
    treated = adsl.filter(pl.col("TRTFL") == "Y")
    unmet = _criteria_not_met(records, derived)
    out = [(subject, unmet.get(subject, NO_REASON)) for subject in adsl.filter(pl.col("REGFL") != "Y")["USUBJID"]]
    on_treatment = pl.col("EOTDT").is_null()
    treatment = treated.select(
        "USUBJID", pl.when(on_treatment).then(pl.lit("ongoing")).otherwise(pl.col("EOTREAS").fill_null(NO_REASON))
    )
    study = registered.select(
        "USUBJID",
        pl.when(pl.col("DTHDT").is_not_null())
        .then(pl.lit("death"))
        .when(pl.col("EOSDT").is_null())
        .then(pl.lit("in_follow_up"))
        .otherwise(pl.col("EOSREAS").fill_null(NO_REASON)),
    )
    return Disposition(everybody, _grouped(out), _grouped(treatment.iter_rows()), _grouped(study.iter_rows()))


def _grouped(pairs: Iterable[tuple[str, ...]]) -> tuple[Group, ...]:
    """Patients by reason, the most frequent reason first."""
    groups: dict[str, list[str]] = {}
    for subject, reason in pairs:
        groups.setdefault(reason, []).append(subject)
    return tuple((reason, tuple(found)) for reason, found in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])))


def _criteria_not_met(records: Records, derived: Derived) -> dict[str, str]:
    """Criteria that a row of IE says were not met, by patient."""
    day = pl.col(first_of("IEDTC"))
    exclusion = pl.col("IECAT") == "EXCLUSION"
    rows = records.tables["IE"].filter(
        (day.is_null() | (day <= derived.cutoff))
        & pl.when(exclusion.fill_null(value=False)).then(pl.col("IEORRES") == "Y").otherwise(pl.col("IEORRES") == "N")
    )
    joined = rows.group_by("USUBJID").agg(pl.col("IETESTCD").unique().sort().str.join(" + "))
    return dict(joined.iter_rows())

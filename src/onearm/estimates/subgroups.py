"""Response rates in the subgroups that the protocol declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding, Place
from onearm.estimates.response import best_responses, estimate_share, primary_rate_set, primary_reading
from onearm.estimates.results import AnalysisSet, Estimate
from onearm.protocol import Protocol
from onearm.protocol.analyses import Subgroup
from onearm.protocol.base import text_in
from onearm.records import Records
from onearm.terms import RESPONDING_VALUES


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group of a variable: its value, or the limits it lies between (from, below); and its response rate."""

    value: str
    """Empty for a group between cuts, and for patients without a value."""
    at_least: Decimal | None
    below: Decimal | None
    is_missing: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class SubgroupRates:
    """The groups of one variable; or why there are none."""

    variable: str
    name: str
    strata: tuple[Stratum, ...]
    reason: str = ""
    """Code: ``not_in_records``, ``needs_cuts`` (a number without cuts), ``not_a_number`` (cuts of words),
    ``several_units`` (of one laboratory test)."""
    units: tuple[str, ...] = ()
    """Units of a laboratory test that has several."""


def estimate_subgroups(
    protocol: Protocol, records: Records, derived: Derived, sets: Mapping[str, AnalysisSet]
) -> tuple[SubgroupRates, ...]:
    """The response rate in each declared subgroup of the primary rate's set: Clopper-Pearson intervals, no test.

    The primary rate's reading of the best response counts. Patients without a value are a group of their own.
    """
    best = best_responses(derived.best, primary_reading(protocol))
    members = sets[primary_rate_set(protocol)]
    if not best:
        return ()
    return tuple(
        _split(protocol, subgroup, records, derived, members, best) for subgroup in protocol.analyses.subgroups
    )


def findings_of_subgroups(rates: tuple[SubgroupRates, ...]) -> tuple[Finding, ...]:
    """A warning (D100) for each laboratory test whose values stand in several units."""
    return tuple(
        Finding(
            "D100", Place("LB", path="LBSTRESU"), {"variable": rate.variable, "units": ", ".join(rate.units)}, "warning"
        )
        for rate in rates
        if rate.reason == "several_units"
    )


def _split(
    protocol: Protocol,
    subgroup: Subgroup,
    records: Records,
    derived: Derived,
    members: AnalysisSet,
    best: Mapping[str, str],
) -> SubgroupRates:
    name = text_in(subgroup.name) or subgroup.variable
    values = _values(subgroup.variable, records, derived)
    if values is None or not any(values.get(subject) is not None for subject in members.members):
        return SubgroupRates(subgroup.variable, name, (), "not_in_records")
    units = _units(subgroup.variable, records, derived)
    if len(units) > 1:
        return SubgroupRates(subgroup.variable, name, (), "several_units", units)
    numbers = {subject: _number(value) for subject, value in values.items()}
    all_numbers = all(numbers[subject] is not None for subject, value in values.items() if value is not None)
    if subgroup.cuts and not all_numbers:
        return SubgroupRates(subgroup.variable, name, (), "not_a_number")
    if not subgroup.cuts and all_numbers and len(set(values.values()) - {None}) > MOST_VALUES:
        return SubgroupRates(subgroup.variable, name, (), "needs_cuts")
    groups: list[tuple[str, Decimal | None, Decimal | None, list[str]]] = []
    if subgroup.cuts:
        limits = [None, *subgroup.cuts, None]
        for low, high in pairwise(limits):
            inside = [s for s in members.members if _lies(numbers.get(s), low, high)]
            groups.append(("", low, high, inside))
    else:
        found = {value for subject in members.members if (value := values.get(subject)) is not None}
        groups += [
            (value, None, None, [subject for subject in members.members if values.get(subject) == value])
            for value in sorted(found, key=lambda text: (_number(text) is None, _number(text) or 0, text))
        ]
    missing = [subject for subject in members.members if values.get(subject) is None]
    strata = [
        Stratum(value, low, high, False, _rate(protocol, f"{subgroup.variable}.{i}", inside, best, members.name))
        for i, (value, low, high, inside) in enumerate(groups, start=1)
    ]
    if missing:
        rate = _rate(protocol, f"{subgroup.variable}.missing", missing, best, members.name)
        strata.append(Stratum("", None, None, True, rate))
    return SubgroupRates(subgroup.variable, name, tuple(strata))


MOST_VALUES = 6
"""A number with more values than this needs cuts."""


def _rate(protocol: Protocol, key: str, inside: list[str], best: Mapping[str, str], population: str) -> Estimate:
    return estimate_share(protocol, f"orr.subgroup.{key}", tuple(inside), population, best, RESPONDING_VALUES)


def _lies(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> bool:
    return value is not None and (low is None or value >= low) and (high is None or value < high)


def _number(value: str | None) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except ArithmeticError:
        return None


def _values(variable: str, records: Records, derived: Derived) -> dict[str, str | None] | None:
    """The variable of each subject as text; None where the records do not have it."""
    if variable.startswith("LB."):
        last = _laboratory(variable, records, derived)
        if not last.height:
            return None
        return {subject: _text(value) for subject, value in last.select("USUBJID", "LBSTRESN").iter_rows()}
    for table in (derived.adsl, records.tables["DM"]):
        if variable in table.columns:
            return {s: _text(value) for s, value in table.select("USUBJID", variable).iter_rows()}
    return None


def _units(variable: str, records: Records, derived: Derived) -> tuple[str, ...]:
    """The units of a laboratory test at baseline; ``none`` for a value without one."""
    if not variable.startswith("LB."):
        return ()
    return tuple(sorted(set(_laboratory(variable, records, derived)["LBSTRESU"].fill_null("none"))))


def _laboratory(variable: str, records: Records, derived: Derived) -> pl.DataFrame:
    """The last row of each subject on or before the first dose (the registration, where there was none)."""
    rows = records.tables["LB"].filter(pl.col("LBTESTCD") == variable.removeprefix("LB."))
    starts = derived.adsl.select("USUBJID", pl.coalesce("TRTSDT", "REGDT").alias("START"))
    known = rows.join(starts, on="USUBJID").filter(
        pl.col("LBSTRESN").is_not_null() & (pl.col("LBDTC_FIRST") <= pl.col("START"))
    )
    return known.sort("LBDTC_FIRST", maintain_order=True).group_by("USUBJID", maintain_order=True).last()


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)

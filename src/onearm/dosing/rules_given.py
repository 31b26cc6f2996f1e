"""What was given of each component, as the dose rules read it: days, amounts and levels of the records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from onearm.dosing.rules_moments import FOREVER, Moments, days_of
from onearm.kernels.arrays import Bools, Ints64
from onearm.measure.laboratory import MILLION
from onearm.plan.administrations import days_given
from onearm.plan.anchors import components_by_name
from onearm.protocol import Protocol
from onearm.protocol.check_dose_rules import levels_of
from onearm.protocol.parts import Component
from onearm.records import ROW_COLUMN, Records, first_of, select_performed

NO_AMOUNT = -1
"""Stands where the dose last given is not known in the unit of the levels."""
_GIVEN_COLUMNS = {
    "USUBJID": pl.String,
    "COMPONENT": pl.String,
    "DRUG": pl.String,
    "DAY": pl.Date,
    "END": pl.Date,
    "AMOUNT": pl.Decimal(38, 18),
    "UNIT": pl.String,
    "REASON": pl.String,
    ROW_COLUMN: pl.Int64,
}


def read_given(protocol: Protocol, records: Records, on: dt.date) -> pl.DataFrame:
    """Doses above zero that began by ``on``: USUBJID, COMPONENT, DRUG, DAY, END, AMOUNT, UNIT, REASON (EXADJ), _ROW.

    A dose of a drug that no component names is left out. In the order of the patient, component, day and row.
    """
    table = select_performed("EX", records.tables["EX"]).filter(pl.col("EXDOSE") > 0)
    return _of_components(
        table.select(
            "USUBJID",
            pl.col("EXTRT").alias("DRUG"),
            pl.col(first_of("EXSTDTC")).alias("DAY"),
            pl.col(first_of("EXENDTC")).alias("END"),
            pl.col("EXDOSE").alias("AMOUNT"),
            pl.col("EXDOSU").alias("UNIT"),
            pl.col("EXADJ").alias("REASON"),
            ROW_COLUMN,
        ),
        protocol,
        on,
    )


def read_not_given(protocol: Protocol, records: Records, on: dt.date) -> pl.DataFrame:
    """Administrations recorded as not made (ECOCCUR N) by ``on``, with the reason of ECADJ; columns as above."""
    table = records.tables["EC"].filter(pl.col("ECOCCUR") == "N")
    return _of_components(
        table.select(
            "USUBJID",
            pl.col("ECTRT").alias("DRUG"),
            pl.col(first_of("ECSTDTC")).alias("DAY"),
            pl.col(first_of("ECENDTC")).alias("END"),
            pl.col("ECDOSE").alias("AMOUNT"),
            pl.col("ECDOSU").alias("UNIT"),
            pl.col("ECADJ").alias("REASON"),
            ROW_COLUMN,
        ),
        protocol,
        on,
    )


def _of_components(table: pl.DataFrame, protocol: Protocol, on: dt.date) -> pl.DataFrame:
    drug = pl.col("DRUG").str.strip_chars().str.to_lowercase()
    component = drug.replace_strict(components_by_name(protocol), default=None, return_dtype=pl.String)
    named = table.with_columns(component.alias("COMPONENT"))
    kept = named.filter(pl.col("COMPONENT").is_not_null() & (pl.col("DAY") <= on)).select(*_GIVEN_COLUMNS)
    return kept.cast(_GIVEN_COLUMNS).sort("USUBJID", "COMPONENT", "DAY", ROW_COLUMN)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Given:
    """The doses of one component at each moment."""

    last_day: Ints64
    """Last day on which it was given, up to the moment; -1 before the first."""
    started: Ints64
    """First day of the last administration; -1 before the first."""
    amount: Ints64
    """Dose last given in millionths of the levels' unit; NO_AMOUNT where not known or without levels."""
    reduced_on: Ints64
    """First day of the present dose, where it is less than the one before; -1 where it is not."""
    row: Ints64
    """Row of EX of the last administration; -1 where there is none."""
    levels: tuple[Decimal, ...]
    """The component's levels, the highest first; empty where it has none."""
    unit: str
    is_open: Bools
    """Whether the last administration is of tablets whose last day nobody wrote."""

    def lower_level(self, amount: int) -> Decimal | None:
        """The highest level below an amount in millionths; None at the lowest."""
        return next((level for level in self.levels if int(level * MILLION) < amount), None)

    @property
    def lowest(self) -> int:
        """The lowest level in millionths."""
        return int(self.levels[-1] * MILLION)

    def is_level(self, amount: int) -> bool:
        """Whether an amount in millionths is one of the levels."""
        return any(int(level * MILLION) == amount for level in self.levels)


def follow_doses(component: Component, given: pl.DataFrame, moments: Moments) -> Given:
    """The doses of a component as they stood at each moment."""
    own = given.filter(pl.col("COMPONENT") == component.id)
    subject = moments.numbers(own)
    own, subject = own.filter(pl.Series(subject >= 0)), subject[subject >= 0]
    day = days_of(own["DAY"], 0)
    order = np.lexsort((np.arange(len(day)), day, subject))
    own, subject, day = own[order.tolist()], subject[order], day[order]
    levels, unit = levels_of(component), next((dose.unit or "mg" for dose in component.doses if dose.levels), "mg")
    amount = _amounts(own, unit) if levels else np.full(len(day), NO_AMOUNT, np.int64)
    reduced = _reduced(subject, day, amount)
    keys = subject * (FOREVER + 2) + day
    at = np.searchsorted(keys, moments.subject * (FOREVER + 2) + moments.day, "right") - 1
    held = np.maximum(at, 0)
    found: Bools = (at >= 0) & (subject[held] == moments.subject) if len(day) else np.zeros(len(at), np.bool_)
    end = np.maximum(days_of(own["END"], -1), day)
    endless = own["END"].is_null().to_numpy() & (days_given(component) > 1)

    def at_moments(values: Ints64, missing: int) -> Ints64:
        return np.where(found, values[held] if len(values) else missing, missing).astype(np.int64)

    return Given(
        last_day=np.minimum(at_moments(end, -1), moments.day),
        started=at_moments(day, -1),
        amount=at_moments(amount, NO_AMOUNT),
        reduced_on=at_moments(reduced, -1),
        row=at_moments(own[ROW_COLUMN].to_numpy(), -1),
        levels=levels,
        unit=unit,
        is_open=at_moments(endless.astype(np.int64), 0) > 0,
    )


def _amounts(own: pl.DataFrame, unit: str) -> Ints64:
    """Amounts in millionths, NO_AMOUNT where the unit is another than the levels'."""
    scaled = (pl.col("AMOUNT").cast(pl.Decimal(38, 6)) * pl.lit(Decimal(MILLION))).round(0).cast(pl.Int64)
    same = pl.col("UNIT").str.strip_chars().str.to_lowercase() == unit.lower()
    shown = own.select(pl.when(same.fill_null(value=False)).then(scaled).otherwise(NO_AMOUNT).alias("AMOUNT"))
    return shown["AMOUNT"].fill_null(NO_AMOUNT).to_numpy()


def _reduced(subject: Ints64, day: Ints64, amount: Ints64) -> Ints64:
    """Of each dose the first day of its run of equal doses, where that run is lower than the one before; else -1."""
    if not len(day):
        return day
    new_patient = np.r_[True, subject[1:] != subject[:-1]]
    begins = new_patient | np.r_[True, amount[1:] != amount[:-1]]
    place = np.maximum.accumulate(np.where(begins, np.arange(len(day)), 0))
    before = amount[np.maximum(place - 1, 0)]
    lower = ~new_patient[place] & (amount[place] != NO_AMOUNT) & (before != NO_AMOUNT) & (amount[place] < before)
    return np.where(lower, day[place], -1).astype(np.int64)

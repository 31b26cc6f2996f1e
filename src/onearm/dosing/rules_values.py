"""Conditions on values: laboratory, coded results, vital signs. Every comparison is one of whole numbers.

``v > 5 × ULN`` is ``v · 1000 > 5000 · ULN`` in millionths: 5 × ULN exactly is not more than 5 × ULN.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import polars as pl

from onearm.dosing.rules_moments import NO, UNKNOWN, YES, Moments, Samples, date_of, days_of
from onearm.dosing.rules_results import Input, Missing, Reason
from onearm.kernels.arrays import Bools, Ints8, Ints64
from onearm.measure.laboratory import MILLION
from onearm.protocol.dose_rule_parts import (
    MULTIPLES,
    OF_BASELINE,
    OF_LOWER_LIMIT,
    OF_UPPER_LIMIT,
    Band,
    CodedResult,
    LaboratoryCondition,
    VitalCondition,
)
from onearm.records import ROW_COLUMN, Records, first_of, precision_of
from onearm.reference.analytes import ANALYTES, plain_unit

_THOUSAND = 1000
_SAFE = 2**62 // (10_000 * _THOUSAND)
"""Values below it may be multiplied by any multiple of a rule in 64 bits; larger ones go by unbounded whole numbers."""


def compare(
    value: Ints64, qualifier: Ints8, band: Band, reference: Ints64 | None, factor: Decimal = Decimal(MILLION)
) -> Ints8:
    """Whether values lie in a band. ``qualifier``: -1 a ``<`` bound, 1 a ``>`` bound, 0 exact.

    With ``reference`` (millionths, above zero) the ends are multiples of it, else amounts that ``factor`` turns into
    millionths of the value's unit. A bound that does not settle the question is UNKNOWN.
    """
    if reference is None:
        left: Any = value
    else:
        large = bool(len(value)) and max(int(np.abs(value).max()), int(np.abs(reference).max())) >= _SAFE
        left = (value.astype(object) if large else value) * _THOUSAND
        reference = reference.astype(object) if large else reference
    truth = np.full(len(value), YES, np.int8)
    for end, lower, taken_in in (
        (band.above, True, False),
        (band.at_least, True, True),
        (band.below, False, False),
        (band.at_most, False, True),
    ):
        if end is None:
            continue
        right: Any = _whole(end * factor) if reference is None else reference * _whole(end * _THOUSAND)
        truth = np.minimum(truth, _end(left, right, qualifier, lower=lower, taken_in=taken_in))
    return truth


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _end(left: Any, right: Any, qualifier: Ints8, *, lower: bool, taken_in: bool) -> Ints8:
    """Whether values are on the right side of one end.

    A bound may be the value itself (``<=20`` reads as ``<20``), so it settles only what holds at the bound too.
    """
    above, below = np.asarray(left > right, np.bool_), np.asarray(left < right, np.bool_)
    inside: Bools = above if lower else below
    inside_or_end: Bools = ~below if lower else ~above
    exact = np.where(inside_or_end if taken_in else inside, YES, NO)
    # A bound that points outwards (">" of a lower end) may prove, one that points inwards may disprove.
    proved = inside_or_end if taken_in else inside
    disproved = (~inside_or_end) if taken_in else (~inside)
    outward = np.where(proved, YES, UNKNOWN)
    inward = np.where(disproved, NO, UNKNOWN)
    points_out = (qualifier > 0) if lower else (qualifier < 0)
    return np.where(qualifier == 0, exact, np.where(points_out, outward, inward)).astype(np.int8)


@dataclass(frozen=True, eq=False)
class ValueLeaf:
    """A condition on one test at each moment."""

    name: str
    moments: Moments
    samples: Samples
    truth: Ints8
    source: Ints64
    """The deciding row of ``table`` at each moment; -1 where there is none."""
    table: pl.DataFrame
    domain: str
    look_back: int
    reads_baseline: bool
    lacking: list[Reason | None]
    """Why a row of ``table`` cannot be judged."""
    exact_day: bool = False

    def inputs(self, moment: int) -> tuple[Input, ...]:
        """The row that decided at a moment."""
        if self.source[moment] < 0 or self.truth[moment] == UNKNOWN:
            return ()
        row = self.table.row(int(self.source[moment]), named=True)
        return (
            Input(
                self.name,
                (row.get("QUALIFIER") or "") + _shown(row["VALUE"]) if row["VALUE"] is not None else row["RAW"],
                row["UNIT"] or "",
                _shown(row.get("HIGH")),
                _baseline_words(row) if self.reads_baseline else "",
                row["DATE"],
                self.domain,
                row["_ROW"],
                self._mark(row),
            ),
        )

    def _mark(self, row: dict[str, Any]) -> str:
        """What is unconfirmed about a value that is shown."""
        marked = row.get("FACTOR_UNCONFIRMED") or (self.reads_baseline and row.get("BASE_UNCONFIRMED"))
        return ANALYTES[self.name].factor_words if marked else ""

    def missing(self, moment: int) -> tuple[Missing, ...]:
        """Why it cannot be judged at a moment."""
        if self.truth[moment] != UNKNOWN:
            return ()
        source = int(self.source[moment])
        if source < 0:
            return (Missing(self.name, "not_that_day" if self.exact_day else "no_value"),)
        date = self.table["DATE"][source]
        if (date_of(int(self.moments.day[moment])) - date).days > self.look_back:
            return (Missing(self.name, "not_that_day" if self.exact_day else "too_old", date),)
        return (Missing(self.name, self.lacking[source] or "not_read", date),)


def _shown(millionths: int | None) -> str:
    return "" if millionths is None else f"{(Decimal(millionths) / MILLION).normalize():f}"


def _baseline_words(row: dict[str, Any]) -> str:
    if row.get("BASE") is None:
        return ""
    limit = _shown(row.get("BASE_HIGH"))
    return _shown(row["BASE"]) + (f" (ULN {limit})" if limit else "")


class Values:
    """The value tables of the records, prepared once for all rules."""

    def __init__(self, laboratory: pl.DataFrame, records: Records, moments: Moments, on: dt.date) -> None:
        self.moments = moments
        self._laboratory = laboratory.filter(pl.col("PROBLEM").is_null() | (pl.col("PROBLEM") != "not_done"))
        self._records = records
        self._on = on
        self._tests: dict[str, pl.DataFrame] = {}

    def laboratory(
        self, condition: LaboratoryCondition, test: str, look_back: int, *, any_of_day: bool, day: Ints64 | None = None
    ) -> ValueLeaf:
        """A laboratory condition on one of its tests; with ``day`` on samples of that day of each moment alone."""
        table = self._test(test)
        truth, lacking = _judge_laboratory(table, condition, test)
        moments = self.moments if day is None else self.moments.on_days(day)
        samples = Samples.ordered(table["_N"].to_numpy(), days_of(table["DATE"], 0), truth)
        said, source = samples.read(moments, look_back if day is None else 0, any_of_day=any_of_day)
        reads_baseline = condition.baseline is not None or condition.unit == OF_BASELINE
        limit = look_back if day is None else 0
        return ValueLeaf(
            test, moments, samples, said, source, table, "LB", limit, reads_baseline, lacking, day is not None
        )

    def laboratory_days(self, tests: set[str]) -> Ints64:
        """The last day on or before each moment that has a row of any of the tests; -1 where there is none."""
        last = np.full(len(self.moments.day), -1, np.int64)
        for test in sorted(tests):
            table = self._test(test)
            blank = np.zeros(table.height, np.int8)
            samples = Samples.ordered(table["_N"].to_numpy(), days_of(table["DATE"], 0), blank)
            last = np.maximum(last, samples.last_days(self.moments))
        return last

    def _test(self, test: str) -> pl.DataFrame:
        if test not in self._tests:
            table = self._laboratory.filter(pl.col("ANALYTE") == test)
            self._tests[test] = table.with_columns(pl.Series("_N", self.moments.numbers(table), dtype=pl.Int64))
        return self._tests[test]

    def vital(self, condition: VitalCondition, test: str, look_back: int, *, any_of_day: bool) -> ValueLeaf:
        """A condition on one vital sign."""
        own = self._records.tables["VS"].filter(
            (pl.col("VSTESTCD") == test)
            & (pl.col(first_of("VSDTC")) <= self._on)
            & (pl.col("VSSTAT").is_null() | (pl.col("VSSTAT") != "NOT DONE"))
        )
        table = own.select(
            "USUBJID",
            (pl.col("VSSTRESN").cast(pl.Decimal(38, 6)) * pl.lit(Decimal(MILLION))).round(0).cast(pl.Int64)
            .alias("VALUE"),
            pl.col("VSSTRESU").alias("UNIT"),
            pl.col(first_of("VSDTC")).alias("DATE"),
            (pl.col(precision_of("VSDTC")) == "day").alias("WHOLE"),
            ROW_COLUMN,
        )  # fmt: skip
        table = table.with_columns(pl.Series("_N", self.moments.numbers(table), dtype=pl.Int64))
        wanted = plain_unit(condition.unit)
        fits = np.array([plain_unit(unit or "") == wanted for unit in table["UNIT"]], np.bool_)
        known = fits & table["VALUE"].is_not_null().to_numpy() & table["WHOLE"].fill_null(value=False).to_numpy()
        value = table["VALUE"].fill_null(0).to_numpy()
        truth = np.where(known, compare(value, np.zeros(len(value), np.int8), condition, None), UNKNOWN).astype(np.int8)
        lacking: list[Reason | None] = [None if fine else "not_read" for fine in known]
        samples = Samples.ordered(table["_N"].to_numpy(), days_of(table["DATE"], 0), truth)
        said, source = samples.read(self.moments, look_back, any_of_day=any_of_day)
        return ValueLeaf(test, self.moments, samples, said, source, table, "VS", look_back, False, lacking)

    def coded(self, condition: CodedResult, look_back: int, *, any_of_day: bool) -> ValueLeaf:
        """A condition on a result in words; the codes of ``tests`` are names of one test."""
        test = ", ".join(condition.tests)
        own = self._records.tables["LB"].filter(
            pl.col("LBTESTCD").is_in(condition.tests)
            & (pl.col(first_of("LBDTC")) <= self._on)
            & (pl.col("LBSTAT").is_null() | (pl.col("LBSTAT") != "NOT DONE"))
        )
        table = own.select(
            "USUBJID",
            pl.lit(None, pl.Int64).alias("VALUE"),
            pl.coalesce("LBSTRESC", "LBORRES").str.strip_chars().alias("RAW"),
            pl.lit("").alias("UNIT"),
            pl.col(first_of("LBDTC")).alias("DATE"),
            ROW_COLUMN,
        )
        table = table.with_columns(pl.Series("_N", self.moments.numbers(table), dtype=pl.Int64))
        yes, no = ({word.casefold() for word in words} for words in (condition.one_of, condition.none_of))
        said_words = [(word or "").casefold() for word in table["RAW"]]
        row_truth = np.array([YES if word in yes else NO if word in no else UNKNOWN for word in said_words], np.int8)
        lacking: list[Reason | None] = [None if truth != UNKNOWN else "result_unclear" for truth in row_truth.tolist()]
        samples = Samples.ordered(table["_N"].to_numpy(), days_of(table["DATE"], 0), row_truth)
        said, source = samples.read(self.moments, look_back, any_of_day=any_of_day)
        return ValueLeaf(test, self.moments, samples, said, source, table, "LB", look_back, False, lacking)


def _judge_laboratory(
    table: pl.DataFrame, condition: LaboratoryCondition, test: str
) -> tuple[Ints8, list[Reason | None]]:
    """What a condition says of each row, and why not where it cannot say."""
    read = table["VALUE"].is_not_null().to_numpy()
    value = table["VALUE"].fill_null(0).to_numpy()
    qualifier = table["QUALIFIER"].replace_strict({"<": -1, ">": 1}, default=0, return_dtype=pl.Int8).to_numpy()
    reference, lack = _reference(table, condition.unit)
    there = np.ones(len(value), np.bool_) if reference is None else reference > 0
    if condition.unit in MULTIPLES:
        safe = None if reference is None else np.where(there, reference, 1)
        own = compare(value, qualifier, condition, safe)
    else:
        factor = ANALYTES[test].factor(condition.unit)
        assert factor is not None
        own = compare(value, qualifier, condition, None, factor * MILLION)
    bounded = read & there & (own == UNKNOWN)
    own = np.where(read & there, own, UNKNOWN).astype(np.int8)
    truth, no_base, no_base_limit = own, np.zeros(len(value), np.bool_), np.zeros(len(value), np.bool_)
    if condition.baseline is not None:
        base, limit = table["BASE"].fill_null(0).to_numpy(), table["BASE_HIGH"].fill_null(0).to_numpy()
        no_base = table["BASE"].is_null().to_numpy()
        no_base_limit = ~no_base & (limit <= 0)
        known = ~no_base & ~no_base_limit
        band = compare(base, np.zeros(len(base), np.int8), condition.baseline, np.where(known, limit, 1))
        truth = np.minimum(own, np.where(known, band, UNKNOWN)).astype(np.int8)
    turns_on_factor = _turns_on_factor(table, condition, test) & (truth != UNKNOWN)
    truth = np.where(turns_on_factor, UNKNOWN, truth).astype(np.int8)
    lacking: list[Reason | None] = [None] * len(value)
    causes: tuple[tuple[Bools, Reason], ...] = (
        (turns_on_factor, "factor_unconfirmed"),
        (no_base_limit, "no_baseline_limit"), (no_base, "no_baseline"), (bounded, "only_a_bound"),
        (~there, lack), (~read, "not_read"),
    )  # fmt: skip
    for where, reason in causes:
        for index in np.flatnonzero(where & (truth == UNKNOWN)):
            lacking[index] = reason
    return truth, lacking


def _turns_on_factor(table: pl.DataFrame, condition: LaboratoryCondition, test: str) -> Bools:
    """Rows whose comparison needs an unconfirmed factor between units: such a number advises nothing.

    A value and a limit of its own row, or of a baseline, in the same unit need none: the factor cancels.
    """
    own = table["FACTOR_UNCONFIRMED"].to_numpy()
    base = table["BASE_UNCONFIRMED"].fill_null(value=False).to_numpy()
    if condition.unit in (OF_UPPER_LIMIT, OF_LOWER_LIMIT):
        return np.zeros(len(own), np.bool_)
    if condition.unit == OF_BASELINE:
        return np.asarray(own != base, np.bool_)
    of_rule = ANALYTES[test].is_unconfirmed(condition.unit)
    return np.asarray(own != of_rule, np.bool_)


def _reference(table: pl.DataFrame, unit: str) -> tuple[Ints64 | None, Reason]:
    column = {OF_UPPER_LIMIT: "HIGH", OF_LOWER_LIMIT: "LOW", OF_BASELINE: "BASE"}.get(unit)
    if column is None:
        return None, "no_limit"
    return table[column].fill_null(0).to_numpy(), "no_baseline" if unit == OF_BASELINE else "no_limit"

"""Conditions on what lasts: adverse events, steroids, days around procedures, the dose last given.

A row with an unclear day holds surely from its last to its first possible day, and possibly in between: UNKNOWN there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from onearm.dosing.rules_given import NO_AMOUNT, Given
from onearm.dosing.rules_moments import FOREVER, NO, UNKNOWN, YES, Moments, days_of
from onearm.dosing.rules_results import Input, Missing, Reason
from onearm.dosing.rules_values import compare
from onearm.kernels.arrays import Bools, Ints8, Ints64
from onearm.measure.laboratory import MILLION
from onearm.protocol.dose_rule_parts import (
    EventCondition,
    LevelCondition,
    ProcedureCondition,
    SinceDose,
    Steroid,
    SteroidCondition,
)
from onearm.records import ROW_COLUMN, Records, first_of, last_of, select_performed

_ENDED = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "FATAL")
_A_DAY = {"QD": 1, "ONCE": 1, "BID": 2, "TID": 3, "QID": 4}
"""CDISC codes of frequency that have a whole number of doses a day."""


@dataclass(frozen=True, eq=False)
class HappeningLeaf:
    """A condition on rows that last, at each moment."""

    name: str
    domain: str
    moments: Moments
    truth: Ints8
    witness: Ints64
    """The deciding row of ``shown`` at each moment; -1 where there is none."""
    shown: pl.DataFrame
    """VALUE, UNIT, DATE, _ROW of each row."""
    reason: Reason
    lacking: Sequence[Reason | None] = ()

    def inputs(self, moment: int) -> tuple[Input, ...]:
        """The row that decided at a moment."""
        if self.witness[moment] < 0 or self.truth[moment] == UNKNOWN:
            return ()
        row = self.shown.row(int(self.witness[moment]), named=True)
        value = row["VALUE"] or ""
        return (Input(self.name, value, row["UNIT"] or "", date=row["DATE"], domain=self.domain, row=row["_ROW"]),)

    def missing(self, moment: int) -> tuple[Missing, ...]:
        """Why it cannot be judged at a moment."""
        if self.truth[moment] != UNKNOWN:
            return ()
        at = int(self.witness[moment])
        reason = (self.lacking[at] if self.lacking and at >= 0 else None) or self.reason
        return (Missing(self.name, reason, self.shown["DATE"][at] if at >= 0 else None),)


def read_events(records: Records, on: dt.date) -> pl.DataFrame:
    """Adverse events that may have begun by ``on``: USUBJID, TERM, SHOWN, GRADE (0 without one), FIRST, LAST (possible
    days of the start; open ones reach to either end), END_FIRST, END_LAST, DATE, _ROW.
    """
    start, end = (pl.col(first_of("AESTDTC")), pl.col(last_of("AESTDTC"))), pl.col("AEENDTC")
    ended = pl.col("AEOUT").is_in(_ENDED)
    table = records.tables["AE"].filter(start[0].is_null() | (start[0] <= on))
    return table.select(
        "USUBJID",
        pl.coalesce("AEDECOD", "AETERM").str.strip_chars().str.to_lowercase().alias("TERM"),
        pl.coalesce("AEDECOD", "AETERM").alias("SHOWN"),
        pl.col("AETOXGR").cast(pl.Int64, strict=False).fill_null(0).alias("GRADE"),
        start[0].alias("START_FIRST"),
        start[1].alias("START_LAST"),
        pl.col(first_of("AEENDTC")).alias("END_FIRST"),
        pl.col(last_of("AEENDTC")).alias("END_LAST"),
        (end.is_null() & ended).fill_null(value=False).alias("ENDED"),
        pl.coalesce(pl.col(first_of("AESTDTC")), pl.lit(None, pl.Date)).alias("DATE"),
        ROW_COLUMN,
    )


def judge_event(
    condition: EventCondition, events: pl.DataFrame, moments: Moments, reduced_on: Ints64 | None
) -> HappeningLeaf:
    """An adverse event at each moment; ``reduced_on``: first day of a reduced dose, -1 where it is not reduced."""
    own = _matching(condition, events)
    subject = moments.numbers(own)
    own, subject = own.filter(pl.Series(subject >= 0)), subject[subject >= 0]
    grade = own["GRADE"].to_numpy()
    asks_grade = condition.grade_at_least is not None or condition.grade_at_most is not None
    sure_first, sure_last, may_first, may_last = _days(own)
    graded: Bools = (grade > 0) | (not asks_grade)
    order = np.lexsort((own[ROW_COLUMN].to_numpy(), may_first, subject))
    number, run_start = _episodes(subject, sure_first, may_last, order, np.ones(len(subject), np.bool_))
    # Rows whose grade nobody wrote may be episodes of their own, or none.
    sure_number, sure_start = _episodes(subject, sure_first, may_last, order, graded)
    kept, doubted = np.ones(len(subject), np.bool_), np.zeros(len(subject), np.bool_)
    if condition.occurrence == "first":
        kept, doubted = sure_number == 1, number != 1
    elif condition.occurrence == "recurrent":
        kept, doubted = number > 1, sure_number <= 1
    moment, item = moments.spread(subject, may_first, may_last)
    sure = graded & ~doubted
    inside = (moments.day[moment] >= sure_first[item]) & (moments.day[moment] <= sure_last[item]) & sure[item]
    use = kept[item]
    if condition.lasts_days is not None:
        use = use & (moments.day[moment] - run_start[item] >= condition.lasts_days)
        inside = inside & (moments.day[moment] - sure_start[item] >= condition.lasts_days)
    if condition.days_after_reduction is not None and reduced_on is not None:
        since = reduced_on[moment]
        use = use & (since >= 0) & (moments.day[moment] - since >= condition.days_after_reduction)
    moment, item, said = moment[use], item[use], np.where(inside, YES, UNKNOWN)[use]
    truth, witness = _strongest(len(moments.day), moment, item, said)
    unclear = doubted | (run_start != sure_start) if condition.lasts_days is not None else doubted
    lacking: list[Reason | None] = ["episode_unclear" if doubt else None for doubt in unclear]
    lacking = [reason if fine else "no_grade" for reason, fine in zip(lacking, graded, strict=True)]
    shown = own.select(
        pl.concat_str(pl.col("SHOWN"), pl.lit(" grade "), pl.col("GRADE").cast(pl.String)).alias("VALUE"),
        pl.lit("").alias("UNIT"), "DATE", ROW_COLUMN,
    )  # fmt: skip
    name = ", ".join(condition.terms) or "adverse event"
    return HappeningLeaf(name, "AE", moments, truth, witness, shown, "date_unclear", lacking)


def _matching(condition: EventCondition, events: pl.DataFrame) -> pl.DataFrame:
    """Rows whose term fits and whose grade fits or is missing."""
    term = pl.col("TERM")
    fits = pl.lit(value=True)
    if condition.terms:
        fits = term.is_in([name.strip().lower() for name in condition.terms])
    elif condition.except_terms:
        fits = ~term.is_in([name.strip().lower() for name in condition.except_terms])
    low, high = condition.grade_at_least or 1, condition.grade_at_most or 5
    asks_grade = condition.grade_at_least is not None or condition.grade_at_most is not None
    grade = (pl.col("GRADE") == 0) | pl.col("GRADE").is_between(low, high) if asks_grade else pl.lit(value=True)
    return events.filter(fits & grade)


def _days(own: pl.DataFrame) -> tuple[Ints64, Ints64, Ints64, Ints64]:
    """First and last day on which a row surely holds, and on which it may hold."""
    may_first, sure_first = days_of(own["START_FIRST"], 0), days_of(own["START_LAST"], FOREVER)
    end_first, end_last = days_of(own["END_FIRST"], FOREVER), days_of(own["END_LAST"], FOREVER)
    ended = own["ENDED"].to_numpy()
    # Resolved on a day that nobody wrote down: surely there when it began, possibly ever since.
    sure_last = np.where(ended & (sure_first < FOREVER), sure_first, end_first)
    return sure_first, np.maximum(sure_last, -1), may_first, end_last


def _episodes(subject: Ints64, first: Ints64, last: Ints64, order: Ints64, counts: Bools) -> tuple[Ints64, Ints64]:
    """Number of each row's episode in its patient, and the episode's first day; rows without a free day join.

    A row that does not count (``counts``) has the number that it would have, and neither makes nor prolongs an episode.
    """
    number, start = np.zeros(len(subject), np.int64), first.copy()
    episode, begun, until, patient = 0, 0, -1, -1
    for row in order.tolist():
        if subject[row] != patient:
            patient, episode, until = int(subject[row]), 0, -1
        if not counts[row]:
            number[row] = episode + (not episode or first[row] > until + 1)
            continue
        if not episode or first[row] > until + 1:
            episode, begun, until = episode + 1, int(first[row]), int(last[row])
        until = max(until, int(last[row]))
        number[row], start[row] = episode, begun
    return number, start


def _strongest(n: int, moment: Ints64, item: Ints64, said: Ints64) -> tuple[Ints8, Ints64]:
    """The strongest that any row says at each moment, and the first row that says it."""
    truth, witness = np.full(n, NO, np.int8), np.full(n, -1, np.int64)
    order = np.lexsort((-item, said))
    truth[moment[order]], witness[moment[order]] = said[order], item[order]
    return truth, witness


def judge_level(condition: LevelCondition, given: Given, moments: Moments) -> HappeningLeaf:
    """The dose last given at each moment; UNKNOWN where it is none of the levels."""
    known = np.array([given.is_level(amount) for amount in np.unique(given.amount).tolist()], np.bool_)
    fits = known[np.searchsorted(np.unique(given.amount), given.amount)] if len(known) else np.zeros(0, np.bool_)
    band = compare(given.amount, np.zeros(len(given.amount), np.int8), condition, None)
    truth = np.where(fits, band, UNKNOWN).astype(np.int8)
    reasons: list[Reason | None] = ["no_dose" if day < 0 else "dose_is_no_level" for day in given.started.tolist()]
    shown = {amount: _plain(amount) if amount != NO_AMOUNT else None for amount in np.unique(given.amount).tolist()}
    words = [shown[amount] for amount in given.amount.tolist()]
    return _of_moments("dose last given", moments, truth, words, given.unit, given, reasons)


def judge_since_dose(condition: SinceDose, given: Given, moments: Moments) -> HappeningLeaf:
    """Days since the component was last given; UNKNOWN before its first dose."""
    days = moments.day - given.last_day
    late = days > (condition.more_than.days or 0)
    open_end = given.is_open & late
    truth = np.where((given.started < 0) | open_end, UNKNOWN, np.where(late, YES, NO)).astype(np.int8)
    reasons: list[Reason | None] = ["date_unclear" if unclear else "no_dose" for unclear in open_end.tolist()]
    return _of_moments("days since the last dose", moments, truth, [str(d) for d in days.tolist()], "d", given, reasons)


def _of_moments(
    name: str,
    moments: Moments,
    truth: Ints8,
    words: list[str | None],
    unit: str,
    given: Given,
    reasons: list[Reason | None],
) -> HappeningLeaf:
    days = pl.Series(given.last_day, dtype=pl.Int64).cast(pl.Int32)
    dates = pl.select(pl.when(days >= 0).then(days)).to_series().cast(pl.Date)
    shown = pl.DataFrame(
        {"VALUE": words, "UNIT": [unit] * len(words), "DATE": dates, ROW_COLUMN: given.row},
        schema={"VALUE": pl.String, "UNIT": pl.String, "DATE": pl.Date, ROW_COLUMN: pl.Int64},
    )
    return HappeningLeaf(name, "EX", moments, truth, np.arange(len(truth)), shown, "no_dose", reasons)


def judge_steroid(
    condition: SteroidCondition, steroids: tuple[Steroid, ...], records: Records, moments: Moments, on: dt.date
) -> HappeningLeaf:
    """Whether the day's steroids add up to more than a dose of prednisone, so long after the course began."""
    strength = {name.casefold(): entry for entry in steroids for name in entry.names}
    table = select_performed("CM", records.tables["CM"])
    own = table.with_columns(pl.coalesce("CMDECOD", "CMTRT").str.strip_chars().str.to_lowercase().alias("NAME")).filter(
        pl.col("NAME").is_in(list(strength))
        & (pl.col(first_of("CMSTDTC")).is_null() | (pl.col(first_of("CMSTDTC")) <= on))
    )
    subject = moments.numbers(own)
    own, subject = own.filter(pl.Series(subject >= 0)), subject[subject >= 0]
    may_first, sure_first = days_of(own[first_of("CMSTDTC")], 0), days_of(own[last_of("CMSTDTC")], FOREVER)
    sure_last, may_last = days_of(own[first_of("CMENDTC")], FOREVER), days_of(own[last_of("CMENDTC")], FOREVER)
    daily = [_prednisone(row, strength[row["NAME"]]) for row in own.iter_rows(named=True)]
    amount = np.array([mg if isinstance(mg, int) else 0 for mg in daily], np.int64)
    clear = np.array([isinstance(mg, int) for mg in daily], np.bool_)
    order = np.lexsort((may_first, subject))
    _, course = _episodes(subject, sure_first, may_last, order, np.ones(len(subject), np.bool_))
    moment, item = moments.spread(subject, may_first, may_last)
    sure = (moments.day[moment] >= sure_first[item]) & (moments.day[moment] <= sure_last[item]) & clear[item]
    total, doubt = np.zeros(len(moments.day), np.int64), np.zeros(len(moments.day), np.bool_)
    np.add.at(total, moment[sure], amount[item[sure]])
    doubt[moment[~sure]] = True
    begun = np.full(len(moments.day), FOREVER, np.int64)
    np.minimum.at(begun, moment, course[item])
    more = total > int(condition.above_mg * MILLION)
    long_enough = moments.day - begun >= (condition.after.days or 0) if condition.after is not None else True
    truth = np.where(~np.asarray(long_enough), NO, np.where(more, YES, np.where(doubt, UNKNOWN, NO))).astype(np.int8)
    witness = np.full(len(moments.day), -1, np.int64)
    weight = np.where(sure, amount[item], np.int64(2) ** 60)
    first = np.lexsort((weight, moment))
    witness[moment[first]] = item[first]
    shown = own.select(
        pl.concat_str("CMTRT", pl.col("CMDOSE").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end("."),
                      separator=" ", ignore_nulls=True).alias("VALUE"),
        pl.concat_str("CMDOSU", "CMDOSFRQ", separator=" ", ignore_nulls=True).alias("UNIT"),
        pl.col(first_of("CMSTDTC")).alias("DATE"), ROW_COLUMN,
    )  # fmt: skip
    lacking: list[Reason | None] = [mg if isinstance(mg, str) else None for mg in daily]  # type: ignore[misc]
    return HappeningLeaf("steroids as prednisone", "CM", moments, truth, witness, shown, "date_unclear", lacking)


def _prednisone(row: dict[str, object], steroid: Steroid) -> int | str:
    """Millionths of a mg of prednisone a day, or why that is not known."""
    times = _A_DAY.get(str(row["CMDOSFRQ"] or "").upper())
    dose = row["CMDOSE"]
    if steroid.mark == "unconfirmed":
        return "steroid_unconfirmed"
    if times is None or not isinstance(dose, Decimal) or str(row["CMDOSU"] or "").strip().lower() != "mg":
        return "steroid_dose_unclear"
    return int(dose * times * steroid.prednisone_mg * MILLION)


def judge_procedure(condition: ProcedureCondition, records: Records, moments: Moments, on: dt.date) -> HappeningLeaf:
    """Days before a planned and after a performed procedure: less than so many, the day itself among those after."""
    table = records.tables["PR"].filter(pl.col("PRDECOD").is_in(condition.codes))
    start = pl.col(first_of("PRSTDTC"))
    planned = table.filter(pl.col("PRMOOD") == "SCHEDULED") if "PRMOOD" in table.columns else table.clear()
    planned = planned.filter(pl.col("PROCCUR").is_null() | (pl.col("PROCCUR") != "N"))
    done = select_performed("PR", table).filter(start.is_null() | (start <= on))
    parts = [(planned, -condition.days_before + 1, -1), (done, 0, condition.days_after - 1)]
    rows = pl.concat([frame.select("USUBJID", "PRDECOD", first_of("PRSTDTC"), last_of("PRSTDTC"), ROW_COLUMN)
                      for frame, _, _ in parts])  # fmt: skip
    early, late = (
        np.concatenate([np.full(frame.height, (low, high)[side], np.int64) for frame, low, high in parts])
        for side in (0, 1)
    )
    subject = moments.numbers(rows)
    first, last = days_of(rows[first_of("PRSTDTC")], 0), days_of(rows[last_of("PRSTDTC")], FOREVER)
    empty = late < early
    item_subject = np.where(empty, -1, subject)
    moment, item = moments.spread(item_subject, first + early, last + late)
    sure = (moments.day[moment] >= last[item] + early[item]) & (moments.day[moment] <= first[item] + late[item])
    truth, witness = _strongest(len(moments.day), moment, item, np.where(sure, YES, UNKNOWN))
    shown = rows.select(
        pl.col("PRDECOD").alias("VALUE"),
        pl.lit("").alias("UNIT"),
        pl.col(first_of("PRSTDTC")).alias("DATE"),
        ROW_COLUMN,
    )
    return HappeningLeaf("procedure", "PR", moments, truth, witness, shown, "date_unclear")


def _plain(millionths: int) -> str:
    return f"{(Decimal(millionths) / MILLION).normalize():f}"

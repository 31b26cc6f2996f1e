"""Days on which a rule may begin to hold although nothing was recorded on them: so long after something began.

A rule that asks for an event of seven days, or for twelve weeks since a dose, holds from a day on that no row names.
Judged only on recorded days it would be passed over where the event ended, or the next dose came, before the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from onearm.protocol.check_dose_rules import walk
from onearm.protocol.dose_rule_parts import Condition, DoseRule
from onearm.records import Records, first_of, last_of


def threshold_days(rules: Sequence[DoseRule], records: Records, given: pl.DataFrame) -> list[pl.DataFrame]:
    """Frames of USUBJID and DAY. ``given``: USUBJID, DAY and END of each dose."""
    parts = [
        part for rule in rules for condition in (rule.when, rule.resume) if condition for _, part in walk(condition)
    ]
    doses = {
        rule.limit.within.days + 1 for rule in rules if rule.limit is not None and rule.limit.within.days is not None
    }
    doses |= set(_of_doses(parts))
    events = {part.event.lasts_days for part in parts if part.event is not None and part.event.lasts_days is not None}
    steroids = {
        part.steroid.after.days for part in parts
        if part.steroid is not None and part.steroid.after is not None and part.steroid.after.days is not None
    }  # fmt: skip
    before = {1 - part.procedure.days_before for part in parts if part.procedure is not None}
    frames = [_later(given.select("USUBJID", pl.col(name).alias("DAY")), doses) for name in ("DAY", "END")]
    for domain, column, offsets in (("AE", "AESTDTC", events), ("CM", "CMSTDTC", steroids), ("PR", "PRSTDTC", before)):
        table = records.tables[domain]
        starts = [table.select("USUBJID", pl.col(part(column)).alias("DAY")) for part in (first_of, last_of)]
        frames += [_later(start, offsets) for start in starts]
    return frames


def _of_doses(parts: Iterable[Condition]) -> Iterable[int]:
    for part in parts:
        if part.since_dose is not None and part.since_dose.more_than.days is not None:
            yield part.since_dose.more_than.days + 1
        if part.event is not None and part.event.days_after_reduction is not None:
            yield part.event.days_after_reduction


def _later(days: pl.DataFrame, offsets: set[int]) -> pl.DataFrame:
    known = days.filter(pl.col("DAY").is_not_null()).with_columns(pl.col("DAY").cast(pl.Date))
    moved = [known.with_columns(pl.col("DAY") + pl.duration(days=number)) for number in sorted(offsets)]
    return pl.concat([known.clear(), *(frame.with_columns(pl.col("DAY").cast(pl.Date)) for frame in moved)])

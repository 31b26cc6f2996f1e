"""When did a scale become worse? Every definition says by itself what is compared, what confirms, what a death is.

Bonnetain et al. 2010 and Anota et al. 2015 show that medians differ with the definition; so the plan's own is shown
beside the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from onearm.protocol import Protocol
from onearm.protocol.quality_parts import Deterioration
from onearm.questionnaires.change import TEN_THOUSAND
from onearm.reference.questionnaires import Scale
from onearm.stats.kaplan_meier import estimate_survival_curve
from onearm.stats.survival_summaries import Quantile, quantile

EVENT, CENSORED, COMPETING = 0, 1, 2
"""CNSR: worse (or dead, where that is an event); censored; dead, where that competes."""

WORSE, DIED, LAST_FORM, NO_FORM, NO_BASELINE = "WORSE", "DEATH", "LAST FORM", "NO FORM AFTER BASELINE", "NO BASELINE"
"""EVNTDESC: why a time ends."""


class Definition(NamedTuple):
    """One definition of deterioration: the switches of ``protocol.quality_parts.Deterioration``."""

    reference: Literal["baseline", "best"]
    pattern: Literal["first", "definitive"]
    confirmation: Literal["none", "next_form"]
    last_form: Literal["counts", "does_not_count"] | None
    death: Literal["event", "censored", "competing"]
    no_baseline: Literal["exclude", "event_at_start"]


class Assessment(NamedTuple):
    """A score at one form after the baseline."""

    day: dt.date
    score: int
    row: int
    """QSSEQ of the first answer."""


@dataclass(frozen=True)
class History:
    """What one patient's time to deterioration is made of."""

    subject: str
    start: dt.date | None
    """None where the day from which the time counts has not come."""
    baseline: Assessment | None
    later: tuple[Assessment, ...]
    """Scored forms after the baseline that count for their visits, in order."""
    death: dt.date | None


class TimedRow(NamedTuple):
    """One patient's time under a definition, with its witness."""

    subject: str
    days: int
    censored: int
    """``EVENT``, ``CENSORED`` or ``COMPETING``."""
    reason: str
    date: dt.date
    reference: int | None
    """The score compared with, in parts."""
    score: int | None
    row: int | None
    """QSSEQ of the form that decided; null for a death and for who has no form."""


@dataclass(frozen=True)
class TimeToDeterioration:
    """The times of one scale under one definition, and the median (days)."""

    scale: str
    definition: Definition
    rows: tuple[TimedRow, ...]
    excluded: tuple[str, ...]
    """Patients without a baseline score, where the definition leaves them out; and those whose time has no first day,
    as of who never had a dose where the time starts with it."""
    median: Quantile
    """Kaplan and Meier 1958, limits by Brookmeyer and Crowley 1982. Where death competes: the day by which the
    cumulative incidence (Aalen and Johansen 1978) reaches one half, without limits."""
    method: str

    def subjects(self, *kinds: int) -> tuple[str, ...]:
        """The patients whose CNSR is one of some kinds; all of them without any."""
        return tuple(row.subject for row in self.rows if not kinds or row.censored in kinds)


def definition_of(plan: Deterioration) -> Definition | None:
    """The plan's own definition; None while a switch of it is open."""
    found = (plan.reference, plan.pattern, plan.confirmation, plan.last_form, plan.death, plan.no_baseline)
    needs_last = plan.confirmation == "next_form" and plan.last_form is None
    if needs_last or plan.start is None or None in (*found[:3], *found[4:]):
        return None
    return Definition(*found)  # type: ignore[arg-type]


def every_definition() -> Iterator[Definition]:
    """Every combination of the switches."""
    confirmations = (("none", None), ("next_form", "counts"), ("next_form", "does_not_count"))
    for reference, pattern, (confirmation, last), death, without in product(
        ("baseline", "best"),
        ("first", "definitive"),
        confirmations,
        ("event", "censored", "competing"),
        ("exclude", "event_at_start"),
    ):
        yield Definition(reference, pattern, confirmation, last, death, without)  # type: ignore[arg-type]


def gather_histories(
    table: pl.DataFrame,
    adsl: pl.DataFrame,
    members: Sequence[str],
    scale: str,
    start: Literal["first_dose", "inclusion"],
) -> list[History]:
    """One history for each member; ``table`` of `change.add_change`."""
    column = "TRTSDT" if start == "first_dose" else "REGDT"
    days = {subject: (day, death) for subject, day, death in adsl.select("USUBJID", column, "DTHDT").iter_rows()}
    own = table.filter((pl.col("SCALE") == scale) & pl.col("SCORE").is_not_null())
    baseline: dict[str, Assessment] = {}
    later: dict[str, list[Assessment]] = {}
    for subject, day, score, row, visit, counts, is_base in (
        own.sort("DATE", "FORM").select("USUBJID", "DATE", "SCORE", "QSSEQ", "AVISITN", "ANL01FL", "ABLFL").iter_rows()
    ):
        if is_base == "Y":
            baseline[subject] = Assessment(day, score, row)
        elif counts == "Y" and visit > 0:
            later.setdefault(subject, []).append(Assessment(day, score, row))
    made = []
    for subject in members:
        first, death = days[subject]
        seen = tuple(one for one in later.get(subject, ()) if first is not None and one.day >= first)
        made.append(History(subject, first, baseline.get(subject), seen, death))
    return made


def find_deterioration(
    base: int, scores: Sequence[int], definition: Definition, is_worse_by: int, sign: int, parts: int
) -> tuple[int, int] | None:
    """Place of the form that is the deterioration, and the score that it was compared with; None without one.

    ``base`` and ``scores`` in parts, ``is_worse_by`` in ten-thousandths of a point, ``sign`` 1 where higher is better,
    else −1. Worse is a loss of exactly the threshold or more. ``definitive``: every later form is as far below the same
    reference, so a later recovery undoes it. A confirming form is the next one with a score, whenever it was due.
    """
    limit = is_worse_by * parts
    reference = base
    for place, score in enumerate(scores):
        if (reference - score) * sign * TEN_THOUSAND >= limit and _holds(
            [(reference - later) * sign * TEN_THOUSAND >= limit for later in scores[place + 1 :]], definition
        ):
            return place, reference
        if definition.reference == "best" and (score - reference) * sign > 0:
            reference = score
    return None


def _holds(later_worse: list[bool], definition: Definition) -> bool:
    """Whether what follows a form that is worse lets it stand."""
    if definition.pattern == "definitive" and not all(later_worse):
        return False
    if definition.confirmation == "none":
        return True
    if not later_worse:
        return definition.last_form == "counts"
    return later_worse[0]


def time_to_deterioration(
    protocol: Protocol, scale: Scale, histories: Sequence[History], definition: Definition, is_worse_by: int
) -> TimeToDeterioration:
    """The times of one scale under a definition. The start day counts as the protocol's other times count it."""
    options = protocol.response_options
    counted = 1 if options is None or options.count_start_day == "yes" else 0
    sign = 1 if scale.higher_is == "better" else -1
    rows: list[TimedRow] = []
    excluded: list[str] = []
    for history in histories:
        if history.start is None:
            excluded.append(history.subject)
            continue
        row = _time(history, history.start, definition, is_worse_by, sign, scale.parts, counted)
        if row is None:
            excluded.append(history.subject)
        else:
            rows.append(row)
    median, method = _median(protocol, rows, competing=definition.death == "competing")
    return TimeToDeterioration(scale.code, definition, tuple(rows), tuple(excluded), median, method)


def _time(
    history: History, start: dt.date, definition: Definition, is_worse_by: int, sign: int, parts: int, counted: int
) -> TimedRow | None:
    def row(kind: int, reason: str, day: dt.date, reference: int | None, at: Assessment | None) -> TimedRow:
        days = (day - start).days + counted
        score, seq = (None, None) if at is None else (at.score, at.row)
        return TimedRow(history.subject, days, kind, reason, day, reference, score, seq)

    base = history.baseline
    if base is None:
        if definition.no_baseline == "exclude":
            return None
        return row(EVENT, NO_BASELINE, start, None, None)
    scores = [one.score for one in history.later]
    found = find_deterioration(base.score, scores, definition, is_worse_by, sign, parts)
    if found is not None:
        place, reference = found
        return row(EVENT, WORSE, history.later[place].day, reference, history.later[place])
    if history.death is not None and definition.death != "censored" and history.death >= start:
        kind = EVENT if definition.death == "event" else COMPETING
        return row(kind, DIED, history.death, base.score, None)
    if not history.later:
        return row(CENSORED, NO_FORM, start, base.score, None)
    return row(CENSORED, LAST_FORM, history.later[-1].day, base.score, history.later[-1])


def _median(protocol: Protocol, rows: Sequence[TimedRow], *, competing: bool) -> tuple[Quantile, str]:
    conventions = protocol.conventions
    rule, interval = conventions.median_rule, conventions.survival_interval
    method = "aalen-johansen" if competing else f"brookmeyer-crowley-{interval}-{rule}"
    if not rows:
        return Quantile(None, None, None), method
    days = np.array([row.days for row in rows], np.int64)
    kinds = np.array([row.censored for row in rows], np.int64)
    if competing:
        reached = [day for day, share in cumulative_incidence(days, kinds) if share >= 0.5 - 1e-12]
        return Quantile(float(reached[0]) if reached else None, None, None), method
    curve = estimate_survival_curve(days, kinds == EVENT, interval=interval, level=float(conventions.level))
    return quantile(curve, 0.5, rule), method


def cumulative_incidence(days: ArrayLike, kinds: ArrayLike) -> list[tuple[int, float]]:
    """Day and share with the event by then, at each day with one; ``COMPETING`` ends a time without it.

    Aalen and Johansen 1978: the sum of S(t−)·d(t)/n(t), S the share free of either.
    """
    day, kind = np.asarray(days, np.int64), np.asarray(kinds, np.int64)
    free, share, found = 1.0, 0.0, []
    for time in np.unique(day[kind != CENSORED]).tolist():
        at_risk = int((day >= time).sum())
        events, others = (int(((day == time) & (kind == which)).sum()) for which in (EVENT, COMPETING))
        share += free * events / at_risk
        free *= 1 - (events + others) / at_risk
        if events:
            found.append((time, share))
    return found


def gather_all(
    protocol: Protocol,
    plan: Deterioration,
    scales: Mapping[str, Scale],
    table: pl.DataFrame,
    adsl: pl.DataFrame,
    members: Sequence[str],
    points: Mapping[str, int],
    definitions: Sequence[Definition],
) -> tuple[TimeToDeterioration, ...]:
    """Every scale of the plan under each of some definitions; ``points``: thresholds in ten-thousandths."""
    assert plan.start is not None
    made = []
    for code in plan.scales:
        histories = gather_histories(table, adsl, members, code, plan.start)
        made += [time_to_deterioration(protocol, scales[code], histories, one, points[code]) for one in definitions]
    return tuple(made)

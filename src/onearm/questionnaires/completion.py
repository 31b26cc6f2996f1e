"""How many forms were expected at each planned visit, how many came, how many gave a score, and why others did not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from onearm.protocol.parts import ScanCalendar
from onearm.protocol.quality_parts import QualityOfLifePlan
from onearm.questionnaires.visits import BASELINE, PlannedVisit, anchors

NO_REASON = "not_recorded"
SET_FLAGS = {"registered": "REGFL", "treated": "TRTFL", "eligible": "ELIGFL", "evaluable": "EVALFL"}


@dataclass(frozen=True)
class Completion:
    """One questionnaire at one visit, by patient.

    A form is expected of every member at the baseline; later of a member who was alive on the planned day, had not
    left the study (or treatment, as the plan says) before it, and whose window had ended by the cut-off or whose form
    had come. A rate is ``received`` (or ``evaluable``) by ``expected``.
    """

    instrument: str
    visit: int
    label: str
    expected: tuple[str, ...]
    received: tuple[str, ...]
    """Of the expected ones."""
    evaluable: tuple[str, ...]
    """Of the received ones: at least one scale has a score."""
    unexpected: tuple[str, ...]
    """Members whose form came although none was expected, as of one who died between form and planned day."""
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Expected ones without a form, by the reason that the records give (QSREASND), else ``not_recorded``."""


def members_of(plan: QualityOfLifePlan, adsl: pl.DataFrame) -> tuple[str, ...]:
    """The patients of the plan's population; none while it is open."""
    if plan.population is None:
        return ()
    return tuple(adsl.filter(pl.col(SET_FLAGS[plan.population]) == "Y")["USUBJID"].to_list())


def derive_completion(
    plan: QualityOfLifePlan,
    calendar: ScanCalendar,
    visits: list[PlannedVisit],
    adsl: pl.DataFrame,
    placed: pl.DataFrame,
    scores: pl.DataFrame,
    not_done: pl.DataFrame,
    instruments: tuple[str, ...],
    cutoff: dt.date,
) -> tuple[Completion, ...]:
    """Each questionnaire at the baseline and at each planned visit at which some form was expected or came.

    ``placed`` of `place_forms`, ``scores`` of `score_forms`, ``not_done``: USUBJID, INSTRUMENT, AVISITN and REASON of
    forms that the records say were not filled in.
    """
    members = members_of(plan, adsl)
    days = {s: (anchor, start) for s, anchor, start in anchors(calendar, adsl).iter_rows()}
    ends = _ends(plan, adsl)
    scored = set(scores.filter(pl.col("SCORE").is_not_null())["FORM"].unique().to_list())
    came: dict[tuple[str, int], dict[str, bool]] = {}
    counted = placed.filter((pl.col("ANL01FL") == "Y") & (pl.col("NANSWER") > 0))
    for subject, name, visit, form in counted.select("USUBJID", "INSTRUMENT", "AVISITN", "FORM").iter_rows():
        came.setdefault((name, visit), {})[subject] = form in scored
    why: dict[tuple[str, int], dict[str, str]] = {}
    for subject, name, visit, reason in not_done.iter_rows():
        why.setdefault((name, visit), {})[subject] = reason
    made = []
    for name in instruments:
        for visit in (PlannedVisit(BASELINE, 0, 0, 0), *visits):
            forms = came.get((name, visit.number), {})
            expected = [s for s in members if _is_expected(visit, days[s][0], ends[s], cutoff, s in forms)]
            awaited = set(expected)
            extra = tuple(s for s in members if s in forms and s not in awaited)
            if expected or extra:
                made.append(_row(name, visit, expected, forms, extra, why.get((name, visit.number), {})))
    return tuple(made)


def _ends(plan: QualityOfLifePlan, adsl: pl.DataFrame) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """Day of death, and the last day on which forms are expected, of each subject."""
    column = "EOSDT" if plan.expected_while == "on_study" else "EOTDT"
    return {subject: (death, end) for subject, death, end in adsl.select("USUBJID", "DTHDT", column).iter_rows()}


def _is_expected(
    visit: PlannedVisit,
    anchor: dt.date | None,
    ends: tuple[dt.date | None, dt.date | None],
    cutoff: dt.date,
    has_come: bool,
) -> bool:
    if visit.number == BASELINE:
        return True
    if anchor is None:
        return False
    planned = anchor + dt.timedelta(days=visit.day)
    death, end = ends
    if (death is not None and death <= planned) or (end is not None and end < planned):
        return False
    return has_come or anchor + dt.timedelta(days=visit.last) <= cutoff


def _row(
    name: str,
    visit: PlannedVisit,
    expected: list[str],
    forms: Mapping[str, bool],
    extra: tuple[str, ...],
    why: Mapping[str, str],
) -> Completion:
    missing: dict[str, list[str]] = {}
    for subject in expected:
        if subject not in forms:
            missing.setdefault(why.get(subject, NO_REASON), []).append(subject)
    label = "BASELINE" if visit.number == BASELINE else visit.label
    return Completion(
        name,
        visit.number,
        label,
        tuple(expected),
        tuple(s for s in expected if s in forms),
        tuple(s for s in expected if forms.get(s)),
        extra,
        {reason: tuple(missing[reason]) for reason in sorted(missing)},
    )

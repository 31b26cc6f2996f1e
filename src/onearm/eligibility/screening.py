"""Who is eligible: every criterion over every subject, computed or judged, and what each one costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from onearm.eligibility.judged import Answers, read_answers_to
from onearm.eligibility.reference_days import ReferenceDays
from onearm.eligibility.tables import criterion_rows
from onearm.eligibility.variables import Variables
from onearm.eligibility.verdicts import (
    MET,
    NOT_MET,
    SUBJECT_VERDICTS,
    UNKNOWN,
    Node,
    Verdicts,
    join,
    negate,
    of_leaf,
    reason_code,
)
from onearm.errors import Finding, Place, UsageError
from onearm.protocol import Protocol
from onearm.protocol.eligibility_parts import Condition, Criterion
from onearm.records import Records


@dataclass(frozen=True, eq=False)
class Screened:
    """One criterion over all subjects. ``verdict`` is of the requirement: an exclusion is met where it does not apply.

    ``computed`` is None where the criterion has no variable. A recorded answer may only make a verdict worse.
    """

    criterion: Criterion
    verdict: Verdicts
    reason: Verdicts
    computed: Node | None
    answers: Answers
    is_left_out: bool

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The unconfirmed constants behind it, in words."""
        leaves = self.computed.leaves if self.computed is not None else ()
        own = [leaf.own_marks[0] for leaf in leaves if leaf.own_marks is not None]
        return tuple(dict.fromkeys([*(mark for leaf in leaves for mark in leaf.unconfirmed), *own]))

    def unconfirmed_of(self, n: int) -> list[str | None]:
        """The same for each of ``n`` subjects: of factors between units only those that its own values needed."""
        leaves = self.computed.leaves if self.computed is not None else ()
        same = tuple(dict.fromkeys(mark for leaf in leaves for mark in leaf.unconfirmed))
        marks: list[tuple[str, ...]] = [same] * n
        for leaf in leaves:
            if leaf.own_marks is not None:
                words, marked = leaf.own_marks
                for place in np.flatnonzero(marked).tolist():
                    marks[place] = tuple(dict.fromkeys((*marks[place], words)))
        return ["; ".join(own) or None for own in marks]


class Attrition(NamedTuple):
    """What one criterion costs: counts of subjects."""

    criterion: str
    kind: str
    met: int
    not_met: int
    unknown: int
    only_it_fails: int
    """Not met, every other criterion met."""
    only_it_blocks: int
    """Not met or unknown, every other criterion met: these would be eligible without it."""
    eligible_without: int
    """Eligible subjects if this criterion were left out."""


@dataclass(frozen=True, eq=False)
class Screening:
    """The verdicts of some subjects on a day. Arrays have one entry a subject, in the order of ``subjects``."""

    subjects: tuple[str, ...]
    horizon: dt.date
    """Nothing recorded after this day was read."""
    criteria: tuple[Screened, ...]
    verdict: Verdicts
    """Place in ``SUBJECT_VERDICTS``."""
    is_registered: np.ndarray
    child_pugh: str | None
    findings: tuple[Finding, ...]

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """``eligible``, ``not_eligible`` or ``unknown`` of each subject."""
        return {subject: SUBJECT_VERDICTS[int(v)] for subject, v in zip(self.subjects, self.verdict, strict=True)}

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row a subject and criterion: verdict, value, unit, day, reason, source row. Made when first asked for."""
        parts = [criterion_rows(one, self.subjects) for one in self.criteria]
        if not parts:
            return pl.DataFrame(schema={"USUBJID": pl.String, "CRITERION": pl.String})
        order = pl.concat(parts)
        n = len(self.subjects)
        places = np.tile(np.arange(n), len(parts)) * len(parts) + np.repeat(np.arange(len(parts)), n)
        return order[np.argsort(places, kind="stable")]

    @cached_property
    def attrition(self) -> tuple[Attrition, ...]:
        """What each criterion in force costs."""
        in_force = [one for one in self.criteria if not one.is_left_out]
        if not in_force:
            return ()
        verdicts = np.stack([one.verdict for one in in_force])
        blocks = (verdicts != MET).sum(axis=0)
        rows = []
        for one, own in zip(in_force, verdicts, strict=True):
            others_met = blocks - (own != MET) == 0
            rows.append(
                Attrition(
                    one.criterion.id,
                    one.criterion.kind,
                    int((own == MET).sum()),
                    int((own == NOT_MET).sum()),
                    int((own == UNKNOWN).sum()),
                    int((others_met & (own == NOT_MET)).sum()),
                    int((others_met & (own != MET)).sum()),
                    int(others_met.sum()) if len(in_force) > 1 else 0,
                )
            )
        return tuple(rows)

    @property
    def says_something(self) -> bool:
        """Whether any criterion has a verdict that is not unknown."""
        return any(bool((one.verdict != UNKNOWN).any()) for one in self.criteria)

    def counts(self) -> dict[str, int]:
        """How many subjects are eligible, not eligible, unknown."""
        return {name: int((self.verdict == place).sum()) for place, name in enumerate(SUBJECT_VERDICTS)}


def screen(
    protocol: Protocol,
    records: Records,
    cutoff: dt.date,
    *,
    on: dt.date | None = None,
    without: Sequence[str] = (),
) -> Screening:
    """Evaluate every criterion of a protocol over every subject, as known on a day (``on``, else the cut-off).

    ``without`` names criteria that are evaluated and left out of the subjects' verdicts. UsageError for one that the
    protocol has not. A subject is eligible where every criterion in force is met; without any criterion, unknown.
    """
    criteria = all_criteria(protocol)
    strange = [name for name in without if name not in {one.id for one in criteria}]
    if strange:
        known = ", ".join(one.id for one in criteria) or "none"
        raise UsageError(f"the protocol has no criterion {', '.join(strange)}; it has: {known}")
    days = ReferenceDays(records, min(on, cutoff) if on is not None else cutoff)
    wanted = sorted({name.lower() for one in criteria for name in variables_of(one)})
    variables = Variables(protocol, records, days, wanted)
    screened = [_screen_one(one, variables, records, days, left_out=one.id in without) for one in criteria]
    in_force = [one.verdict for one in screened if not one.is_left_out]
    n = len(records.subjects())
    verdict = np.min(in_force, axis=0) if in_force else np.full(n, UNKNOWN, np.int8)
    unique: dict[str, Finding] = {}
    for finding in (*variables.findings, *(f for one in screened for f in _findings_of(one, records))):
        unique.setdefault(str(finding), finding)
    screening = Screening(
        records.subjects(),
        days.latest,
        tuple(screened),
        verdict.astype(np.int8),
        days.is_registered,
        protocol.population.child_pugh,
        tuple(unique.values()),
    )
    return _with_registered(screening)


def all_criteria(protocol: Protocol) -> tuple[Criterion, ...]:
    """The criteria of the source and the further ones."""
    return (*protocol.population.criteria, *protocol.population.further_criteria)


def variables_of(condition: Condition) -> Iterable[str]:
    """The names of the variables of a condition and of all below it."""
    if condition.variable is not None:
        yield condition.variable
    for part in (*condition.all, *condition.any, *((condition.not_,) if condition.not_ else ())):
        yield from variables_of(part)


def is_computed(condition: Condition) -> bool:
    """Whether a condition is computed; else people judge it."""
    return bool(condition.variable or condition.all or condition.any or condition.not_)


def _evaluate(condition: Condition, variables: Variables) -> Node:
    parts: list[Node] = []
    if condition.variable is not None:
        parts.append(of_leaf(variables.leaf(condition)))
    if condition.all:
        parts.append(join([_evaluate(part, variables) for part in condition.all], "all"))
    if condition.any:
        parts.append(join([_evaluate(part, variables) for part in condition.any], "any"))
    if condition.not_ is not None:
        parts.append(negate(_evaluate(condition.not_, variables)))
    return join(parts, "all")


def _screen_one(
    criterion: Criterion, variables: Variables, records: Records, days: ReferenceDays, *, left_out: bool
) -> Screened:
    answers = read_answers_to(criterion, records, days)
    if not is_computed(criterion):
        return Screened(criterion, answers.verdict, answers.reason, None, answers, left_out)
    node = _evaluate(criterion, variables)
    node = node if criterion.kind == "inclusion" else negate(node)
    # A judgement may only make a patient not eligible, never eligible.
    is_against = answers.verdict == NOT_MET
    # Answers that differ, one of them against the patient, leave open what would be met: unknown never passes.
    is_open = answers.is_split & (node.verdict == MET)
    verdict = np.where(is_against, NOT_MET, np.where(is_open, UNKNOWN, node.verdict))
    reasons = np.stack([leaf.reason for leaf in node.leaves])
    of_leaf_reason = np.take_along_axis(reasons, node.leaf[None, :].astype(np.int64), axis=0)[0]
    reason = np.where(node.verdict == UNKNOWN, of_leaf_reason, 0)
    reason = np.where(is_open, reason_code("several_answers"), reason)
    reason = np.where(is_against & (node.verdict != NOT_MET), reason_code("judged_not_met"), reason)
    return Screened(criterion, verdict.astype(np.int8), reason.astype(np.int8), node, answers, left_out)


def _findings_of(one: Screened, records: Records) -> Iterable[Finding]:
    """Answers that contradict what is computed, a finding each."""
    yield from one.answers.findings
    if one.computed is None:
        return
    subjects = records.subjects()
    for code, judged, computed in (("E001", MET, NOT_MET), ("E002", NOT_MET, MET)):
        for place in np.flatnonzero((one.answers.verdict == judged) & (one.computed.verdict == computed)):
            where = Place("IE", subject=subjects[int(place)])
            yield Finding(code, where, {"criterion": one.criterion.id}, "warning")


def _with_registered(screening: Screening) -> Screening:
    """The screening with what is to be said of registered patients who are not eligible, or not known to be."""
    found = list(screening.findings)
    for code, verdict, severity in (("E005", NOT_MET, "warning"), ("E006", UNKNOWN, "note")):
        places = np.flatnonzero(screening.is_registered & (screening.verdict == verdict))
        if len(places) and screening.criteria:
            names = [screening.subjects[int(p)] for p in places]
            shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
            values = {"count": str(len(names)), "subjects": shown}
            found.append(Finding(code, Place("DS"), values, severity))  # type: ignore[arg-type]
    return Screening(**{**screening.__dict__, "findings": tuple(found)})


_SHOWN = 10

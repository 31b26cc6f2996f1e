"""A rule's condition at every moment: its parts judged and joined, three-valued, each part with its witness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import polars as pl

from onearm.dosing.rules_given import Given
from onearm.dosing.rules_happenings import (
    HappeningLeaf,
    judge_event,
    judge_level,
    judge_procedure,
    judge_since_dose,
    judge_steroid,
)
from onearm.dosing.rules_moments import NO, UNKNOWN, YES, Moments
from onearm.dosing.rules_results import Input, Missing
from onearm.dosing.rules_values import ValueLeaf, Values
from onearm.kernels.arrays import Ints8, Ints64
from onearm.protocol.dose_rule_parts import Condition, LaboratoryCondition, Steroid
from onearm.records import Records


@dataclass(frozen=True, eq=False)
class Joined:
    """Several conditions as one. ``kind``: ``all``, ``any`` or ``none``."""

    kind: str
    parts: tuple[Judged, ...]
    truth: Ints8

    def inputs(self, moment: int) -> tuple[Input, ...]:
        """What decided: of alternatives those that hold, else every part."""
        parts = self.parts
        if self.kind == "any" and self.truth[moment] == YES:
            parts = tuple(part for part in parts if part.truth[moment] == YES)
        return tuple(dict.fromkeys(entry for part in parts for entry in part.inputs(moment)))

    def missing(self, moment: int) -> tuple[Missing, ...]:
        """Why it cannot be judged: what the undecided parts lack."""
        if self.truth[moment] != UNKNOWN:
            return ()
        return tuple(dict.fromkeys(entry for part in self.parts for entry in part.missing(moment)))


@dataclass(frozen=True, eq=False)
class Recent:
    """Samples of one day, as long as that day is recent enough."""

    inner: Joined
    truth: Ints8
    names: tuple[str, ...]
    too_old: Ints8

    def inputs(self, moment: int) -> tuple[Input, ...]:
        """What decided."""
        return self.inner.inputs(moment) if self.truth[moment] != UNKNOWN else ()

    def missing(self, moment: int) -> tuple[Missing, ...]:
        """Why it cannot be judged."""
        if self.truth[moment] != UNKNOWN:
            return ()
        if self.too_old[moment]:
            return tuple(Missing(name, "too_old") for name in self.names)
        return self.inner.missing(moment) or tuple(Missing(name, "no_value") for name in self.names)


@dataclass(frozen=True, eq=False)
class Recurrence:
    """Whether another rule held at an earlier moment and had ceased since."""

    rule: str
    truth: Ints8
    first: Judged

    def inputs(self, _moment: int) -> tuple[Input, ...]:
        """Nothing of its own: the listing shows when the other rule held."""
        return (Input(f"rule {self.rule}", "held before"),)

    def missing(self, _moment: int) -> tuple[Missing, ...]:
        """What cannot be judged stands with the other rule."""
        return ()


Judged = ValueLeaf | HappeningLeaf | Joined | Recent | Recurrence


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges conditions on one trial's records; what several rules ask for is judged once."""

    values: Values
    events: pl.DataFrame
    records: Records
    moments: Moments
    steroids: tuple[Steroid, ...]
    on: dt.date
    judged: dict[str, Judged] = field(default_factory=dict)
    """Conditions of the rules judged so far, by the id of the rule."""

    def judge(self, condition: Condition, look_back: int, given: Given | None, *, any_of_day: bool) -> Judged:
        """A condition at every moment. ``any_of_day``: of several values of a day one is enough (a rule that
        restrains); where treatment is to be resumed all of them must allow it.
        """

        def below(parts: Sequence[Condition], *, turned: bool = False) -> tuple[Judged, ...]:
            return tuple(self.judge(part, look_back, given, any_of_day=any_of_day != turned) for part in parts)

        if condition.all_of:
            return _join("all", below(condition.all_of))
        if condition.any_of:
            return _join("any", below(condition.any_of))
        if condition.none_of:
            return _join("none", below(condition.none_of, turned=True))
        if condition.same_day:
            return self._same_day(condition.same_day, look_back, any_of_day=any_of_day)
        return self._leaf(condition, look_back, given, any_of_day=any_of_day)

    def _leaf(self, condition: Condition, look_back: int, given: Given | None, *, any_of_day: bool) -> Judged:
        values, moments = self.values, self.moments
        if condition.laboratory is not None:
            lab = condition.laboratory
            return _one_or_any(lab.tests, lambda t: values.laboratory(lab, t, look_back, any_of_day=any_of_day))
        if condition.vital is not None:
            vital = condition.vital
            return _one_or_any(vital.tests, lambda t: values.vital(vital, t, look_back, any_of_day=any_of_day))
        if condition.coded is not None:
            return values.coded(condition.coded, look_back, any_of_day=any_of_day)
        if condition.event is not None:
            return judge_event(condition.event, self.events, moments, given.reduced_on if given is not None else None)
        if condition.steroid is not None:
            return judge_steroid(condition.steroid, self.steroids, self.records, moments, self.on)
        if condition.procedure is not None:
            return judge_procedure(condition.procedure, self.records, moments, self.on)
        if condition.after_rule is not None:
            name = condition.after_rule.rule
            return Recurrence(name, _held_before(self.judged[name].truth, moments), self.judged[name])
        assert given is not None
        if condition.level is not None:
            return judge_level(condition.level, given, moments)
        assert condition.since_dose is not None
        return judge_since_dose(condition.since_dose, given, moments)

    def _same_day(self, parts: Sequence[Condition], look_back: int, *, any_of_day: bool) -> Recent:
        """Each part on the last day that has any of their tests; that day may be ``look_back`` days ago."""
        labs = [part.laboratory for part in parts if part.laboratory is not None]
        tests = {test for lab in labs for test in lab.tests}
        day = self.values.laboratory_days(tests)
        judged = [_one_or_any(lab.tests, self._on_day(lab, look_back, day, any_of_day=any_of_day)) for lab in labs]
        inner = _join("all", tuple(judged))
        old = ((day >= 0) & (self.moments.day - day > look_back)).astype(np.int8)
        truth = np.where((day < 0) | (old > 0), UNKNOWN, inner.truth).astype(np.int8)
        return Recent(inner, truth, tuple(sorted(tests)), old)

    def _on_day(
        self, lab: LaboratoryCondition, look_back: int, day: Ints64, *, any_of_day: bool
    ) -> Callable[[str], Judged]:
        return lambda test: self.values.laboratory(lab, test, look_back, any_of_day=any_of_day, day=day)


def _held_before(truth: Ints8, moments: Moments) -> Ints8:
    """YES from the first moment on at which a rule does not hold after it held, patient by patient."""
    frame = pl.DataFrame({"N": moments.subject, "YES": truth == YES, "NO": truth == NO})
    held = pl.col("YES").cum_max().over("N")
    ceased = frame.select((held & pl.col("NO")).alias("CEASED"), "N").select(pl.col("CEASED").cum_max().over("N"))
    return np.where(ceased["CEASED"].to_numpy(), YES, NO).astype(np.int8)


def _one_or_any(tests: Sequence[str], judge: Callable[[str], Judged]) -> Judged:
    judged = tuple(judge(test) for test in tests)
    return judged[0] if len(judged) == 1 else _join("any", judged)


def _join(kind: str, parts: tuple[Judged, ...]) -> Joined:
    combine = np.minimum if kind == "all" else np.maximum
    truth = reduce(combine, [part.truth for part in parts])
    if kind == "none":
        truth = (YES + NO - truth).astype(np.int8)
    return Joined(kind, parts, truth.astype(np.int8))

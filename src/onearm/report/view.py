"""An analysis as one audience may see it: labels of patients, days, counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import cached_property
from typing import Literal

from onearm.estimates.response import primary_rate_set
from onearm.estimates.results import Estimate
from onearm.pipeline import Analysis
from onearm.report.disclosure import Disclosure, is_small
from onearm.report.numbers import day_words, limit_text, month_words, ratio_text, value_text
from onearm.report.patient import Patient
from onearm.report.patients import gather_patients
from onearm.report.say import say
from onearm.report.table import Cell, no_value

Audience = Literal["team", "board", "public"]
AUDIENCES: tuple[Audience, ...] = ("team", "board", "public")


class View:
    """What one audience sees of an analysis. ``team`` sees all, ``board`` no source rows, ``public`` no patient."""

    def __init__(self, analysis: Analysis, audience: Audience) -> None:
        self.analysis = analysis
        self.audience = audience
        self.disclosure = Disclosure()
        if audience == "public":
            self._tell_first()

    def _tell_first(self) -> None:
        """The primary set, then the primary result, are told before anything else."""
        primary = self.analysis.protocol.sets.primary
        names = [self.primary_set, primary] if primary else []
        for name in [*names, "registered", "treated", "evaluable", "eligible"]:
            self.disclosure.may_tell(self.analysis.sets[name].members)
        for estimate in self.analysis.estimates:
            if estimate.role == "primary" and self.tells_estimate(estimate):
                break

    @property
    def simulated(self) -> bool:
        """Whether the mark SIMULATED must stand on everything."""
        return self.analysis.records.simulated

    @property
    def shows_patients(self) -> bool:
        """Whether single patients may be shown."""
        return self.audience != "public"

    @property
    def shows_sources(self) -> bool:
        """Whether rows of the records may be shown."""
        return self.audience == "team"

    @cached_property
    def patients(self) -> tuple[Patient, ...]:
        """Every subject, in the order of ADSL."""
        return gather_patients(self.analysis)

    @cached_property
    def members(self) -> tuple[Patient, ...]:
        """The patients of the primary set (treated ones where the protocol names none)."""
        chosen = set(self.analysis.sets[self.primary_set].members)
        return tuple(patient for patient in self.patients if patient.subject in chosen)

    @property
    def primary_set(self) -> str:
        """Name of the set on which figures and baseline stand: that of the primary rate."""
        return primary_rate_set(self.analysis.protocol)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return short_labels([patient.subject for patient in self.patients])

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {patient.subject: f"p{i + 1:03}" for i, patient in enumerate(self.patients)}

    def label(self, subject: str) -> str:
        """The short, still unambiguous, name of a patient."""
        return self._labels.get(subject, subject)

    def key(self, subject: str) -> str:
        """The neutral name that links everything about one patient; says nothing of who it is."""
        return self._keys.get(subject, "")

    def shown_subjects(self, subjects: Collection[str]) -> tuple[str, ...]:
        """The patients behind a number, as this audience may know them."""
        if not self.shows_patients:
            return ()
        if self.audience == "team":
            return tuple(subjects)
        return tuple(self.label(subject) for subject in subjects)

    def patient_cell(self, subject: str) -> Cell:
        """The cell that names a patient."""
        value = subject if self.audience == "team" else self.label(subject)
        return Cell(value, self.label(subject), patient=self.key(subject))

    def day(self, day: dt.date | None) -> Cell:
        """A day as a cell; the public sees the month."""
        if day is None:
            return no_value()
        if not self.shows_patients:
            return Cell(f"{day:%Y-%m}", month_words(day))
        return Cell(day, day.isoformat())

    def day_in_words(self, day: dt.date) -> str:
        """A day in running text; the public sees the month."""
        return day_words(day) if self.shows_patients else month_words(day)

    def count(self, subjects: Collection[str], *, estimate: str = "", field: str = "x") -> Cell:
        """How many patients, withheld from the public where that would tell of a few."""
        n = len(subjects)
        if not self.shows_patients and not self.disclosure.may_tell(subjects):
            return withheld(n)
        return Cell(n, str(n), estimate, field, self.shown_subjects(subjects))

    def counts_of_whole(self, parts: list[Collection[str]]) -> list[Cell]:
        """The parts of a whole whose size is known, so withheld that none follows by subtraction."""
        if self.shows_patients:
            return [self.count(part) for part in parts]
        shown = self.disclosure.tell_parts(parts)
        return [
            Cell(len(part), str(len(part))) if visible else withheld(len(part))
            for part, visible in zip(parts, shown, strict=True)
        ]

    def tells_estimate(self, estimate: Estimate) -> bool:
        """Whether an estimate's counts, and so its value, may be told."""
        if self.shows_patients:
            return True
        if len(estimate.denominator) != estimate.n or len(estimate.subjects) != estimate.x:
            return not (is_small(estimate.x) or is_small(estimate.n) or is_small(estimate.n - estimate.x))
        told = self.disclosure.may_tell(estimate.denominator)
        return told and self.disclosure.may_tell(estimate.subjects)

    def estimate_cells(self, estimate: Estimate) -> list[Cell]:
        """x, n, value and both limits of an estimate."""
        if not self.tells_estimate(estimate):
            n = self.count(estimate.denominator, estimate=estimate.id, field="n")
            return [withheld(estimate.x), n, *(withheld(SMALL_UNKNOWN) for _ in range(3))]
        subjects = self.shown_subjects(estimate.subjects)
        return [
            Cell(estimate.x, str(estimate.x), estimate.id, "x", subjects),
            Cell(estimate.n, str(estimate.n), estimate.id, "n", self.shown_subjects(estimate.denominator)),
            self.number(estimate, "value"),
            self.number(estimate, "lower"),
            self.number(estimate, "upper"),
        ]

    def number(self, estimate: Estimate, field: Literal["value", "lower", "upper"]) -> Cell:
        """One number of an estimate."""
        if not self.tells_estimate(estimate):
            return withheld(SMALL_UNKNOWN)
        value = getattr(estimate, field)
        text = value_text(estimate) if field == "value" else limit_text(estimate, value)
        return Cell(value, text, estimate.id, field)

    def share(self, subjects: Collection[str], whole: Collection[str], count: Cell) -> Cell:
        """The share that a shown count has of a whole; withheld with the one or the other."""
        if count.suppressed or not (self.shows_patients or self.disclosure.may_tell(whole)):
            return withheld(SMALL_UNKNOWN)
        x, n = len(subjects), len(whole)
        return Cell(x / n if n else None, ratio_text(x, n))


SMALL_UNKNOWN = 0
"""Stands for a withheld number of which not even the size class may be told."""


def withheld(count: int) -> Cell:
    """A cell whose number is not told: ``<5`` for a small count, else only that it is withheld."""
    return Cell(None, say("value.small") if is_small(count) else say("value.withheld"), suppressed=True)


def short_labels(subjects: list[str]) -> dict[str, str]:
    """Each subject's id without the parts that all share at its beginning: ``SIM-X-01-019`` becomes ``019``."""
    split = {subject: subject.split("-") for subject in subjects}
    shared = 0
    if len(subjects) > 1:
        shortest = min(len(parts) for parts in split.values())
        while shared < shortest - 1 and len({parts[shared] for parts in split.values()}) == 1:
            shared += 1
    return {subject: "-".join(parts[shared:]) for subject, parts in split.items()}

"""What the dose rules say: inputs, reasons, the rules that fired, and the advice a patient and component."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from onearm.errors import Finding
from onearm.protocol.dose_rule_parts import Mark

Action = Literal["stop", "hold", "reduce", "resume", "continue"]
"""The strictest first."""

Reason = Literal[
    "no_value",
    "too_old",
    "not_read",
    "no_limit",
    "no_baseline",
    "no_baseline_limit",
    "only_a_bound",
    "not_that_day",
    "no_grade",
    "date_unclear",
    "no_dose",
    "dose_is_no_level",
    "steroid_dose_unclear",
    "steroid_unconfirmed",
    "result_unclear",
    "level_unknown",
    "factor_unconfirmed",
    "episode_unclear",
]
"""Why a condition cannot be judged."""


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a rule read, as it stood in the records."""

    name: str
    value: str
    unit: str = ""
    limit: str = ""
    """Upper (or lower) limit of normal of that row."""
    baseline: str = ""
    """Baseline of the same test, and its own limit, where the rule reads it."""
    date: dt.date | None = None
    domain: str = ""
    row: int | None = None
    """Row in the domain's file."""
    unconfirmed: str = ""
    """What is unconfirmed about the value, in words."""

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "limit": self.limit,
            "baseline": self.baseline,
            "date": self.date.isoformat() if self.date else None,
            "domain": self.domain,
            "row": self.row,
            "unconfirmed": self.unconfirmed or None,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be judged, and why."""

    name: str
    reason: Reason
    date: dt.date | None = None
    """The day of the value that is too old or cannot be read."""

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        return {"name": self.name, "reason": self.reason, "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds on the day, or whose consequence still stands."""

    rule: str
    component: str
    action: str
    state: Literal["fires", "stands", "limit_passed", "below_last_level"]
    since: dt.date
    """First day of this firing."""
    text: str
    source: str
    version: str
    mark: Mark
    inputs: tuple[Input, ...]
    """At the firing."""

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        own = {name: getattr(self, name) for name in ("rule", "component", "action", "state")}
        where = {name: getattr(self, name) for name in ("text", "source", "version", "mark")}
        return {**own, "since": self.since.isoformat(), **where, "inputs": [entry.as_dict() for entry in self.inputs]}


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that cannot be judged on the day; ``part``: whether it fires, or whether treatment may be resumed."""

    rule: str
    component: str
    part: Literal["when", "resume", "reduce"]
    missing: tuple[Missing, ...]
    mark: Mark

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        own = {name: getattr(self, name) for name in ("rule", "component", "part", "mark")}
        return own | {"missing": [entry.as_dict() for entry in self.missing]}


@dataclass(frozen=True, slots=True)
class ReducedTo:
    """The dose that is not to be exceeded."""

    drug: str
    amount: Decimal
    unit: str
    rule: str

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        return {"drug": self.drug, "amount": f"{self.amount:f}", "unit": self.unit, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class ComponentAdvice:
    """What the strictest rule says of one component on the day."""

    component: str
    action: Action
    since: dt.date | None
    """Since when it is the advice; None where no rule ever spoke."""
    rules: tuple[str, ...]
    """The rules behind the action."""
    reduced_to: tuple[ReducedTo, ...] = ()
    others_continue: bool | None = None
    """Whether the protocol says that the other components go on; None where it does not say."""

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        return {
            "component": self.component,
            "action": self.action,
            "since": self.since.isoformat() if self.since else None,
            "rules": list(self.rules),
            "reduced_to": [entry.as_dict() for entry in self.reduced_to],
            "others_continue": self.others_continue,
        }


@dataclass(frozen=True, slots=True)
class SubjectAdvice:
    """Everything that the rules say of one patient on the day."""

    subject: str
    on: dt.date
    components: tuple[ComponentAdvice, ...]
    fired: tuple[Fired, ...]
    """Every confirmed rule that fires or stands, the strictest first."""
    examine: tuple[Fired, ...]
    """Tests that confirmed rules ask for."""
    unjudged: tuple[Unjudged, ...]
    information: tuple[Fired, ...]
    """Unconfirmed rules that hold: for information, never advice."""

    def component(self, component: str) -> ComponentAdvice:
        """The advice on one component; KeyError if there is none of that name."""
        for entry in self.components:
            if entry.component == component:
                return entry
        raise KeyError(component)

    def as_dict(self) -> dict[str, object]:
        """As ``--json`` gives it."""
        parts = ("components", "fired", "examine", "unjudged", "information")
        return {
            "subject": self.subject,
            "on": self.on.isoformat(),
            **{name: [entry.as_dict() for entry in getattr(self, name)] for name in parts},
        }


@dataclass(frozen=True)
class Advice:
    """What the rules of the protocol say of every treated patient on one day. The investigator decides."""

    on: dt.date
    subjects: tuple[SubjectAdvice, ...]
    held: pl.DataFrame
    """USUBJID, RULE: every rule in every patient in whom it held on any day up to then, unconfirmed ones too."""
    course: pl.DataFrame
    """Every change of advice, and beside it what was given or left out: USUBJID, COMPONENT, DATE, KIND (``advice``,
    ``information``, ``given``, ``not_given``), ACTION, RULES, DETAIL, ADVICE (in force on the day of a dose)."""
    findings: tuple[Finding, ...] = ()

    def of(self, subject: str) -> SubjectAdvice | None:
        """One patient's advice; None where the patient had no dose by then."""
        return next((entry for entry in self.subjects if entry.subject == subject), None)

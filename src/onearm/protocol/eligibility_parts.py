"""The population part of a protocol: eligibility statements as data, and the variables that they ask for."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Duration, Identifier, Number, Part, Text

ReferenceDay = Literal["consent", "baseline_scan", "registration", "first_dose"]
Domain = Literal["MH", "PR", "CM", "LB", "VS", "QS", "RS", "IE", "DM", "AE", "EX", "EC", "DS", "TU", "TR", "SS"]


class Variable(Part):
    """A variable that this protocol takes from the records itself, beside the built-in ones."""

    source: Domain = Field(alias="from")
    """The table whose rows are read."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Which rows: for each column the values that it may have, without regard to case."""
    where_at_least: dict[str, Number] = Field(default_factory=dict)
    """Which rows: for each numeric column the least value."""
    take: Literal["exists", "date", "days", "covered_days", "number", "text"] = "exists"
    """What is taken from them: whether there is one, its date, the days from it to the reference day, on how many days
    of the window it lasted (CM), a number, or a text."""
    column: str = ""
    """The column of the number, text or date; for a date the domain's own start date if left out."""
    unit: str = ""
    """The unit that the rows of a number must have."""
    scale: dict[str, Number] = Field(default_factory=dict)
    """What each text stands for as a number, such as ``{NEGATIVE: 0, TRACE: 0.5, "1+": 1, "2+": 2}``."""
    which: Literal["last", "first"] = "last"
    """Which row counts where there are several on or before the reference day."""
    absence: Literal["unknown", "negative"] = "unknown"
    """What it means that no row fits. ``negative``: that it is not so, provided the patient has some row of that table
    on or before the reference day (the form was filled); a patient without any stays unknown."""


class Condition(Part):
    """A comparison of a variable, or conditions joined by ``all``, ``any`` or ``not``. All that is written holds."""

    later_fields: ClassVar[frozenset[str]] = frozenset(
        {"more_than", "less_than", "none_of", "is_true", "within", "not_within", "before", "all", "any", "not_"}
    )
    never_open: ClassVar[frozenset[str]] = frozenset(
        {"more_than", "less_than", "is_true", "within", "not_within", "not_"}
    )

    variable: str | None = None
    """A built-in variable (the page on eligibility lists them) or one of ``population.variables``. Without one,
    and without ``all``, ``any`` and ``not``, the criterion is answered by a recorded judgement (IE)."""
    at_least: Number | None = None
    at_most: Number | None = None
    more_than: Number | None = None
    less_than: Number | None = None
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    is_true: bool | None = None
    """Of a variable that is true or false."""
    unit: str = ""
    """The unit of the limits; ``xULN`` compares with the upper limit of normal of the row's own laboratory."""
    window: Duration | None = None
    """How old the value may be at the reference day; the day so long before it is inside."""
    within: Duration | None = None
    """Of a date: it lies at most so long before the reference day."""
    not_within: Duration | None = None
    """Of a date: none lies in so long a time before the reference day."""
    before: ReferenceDay | None = None
    """The reference day; registration if left out. Where a patient has not come so far, the day asked for."""
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    not_: Condition | None = Field(default=None, alias="not")


class Stated(Part):
    """What every eligibility statement has: its name, its kind, its words."""

    id: Identifier
    kind: Literal["inclusion", "exclusion"]
    text: Text


class Criterion(Condition, Stated):
    """One eligibility statement as data. The condition of an exclusion says whom it excludes."""

    judged_by: Literal["investigator", "board"] | None = None
    """Who judges it: a stated fact, shown to the reader; nothing is computed from it."""


class Population(Part):
    """Whom the trial is for."""

    later_fields: ClassVar[frozenset[str]] = frozenset({"further_criteria", "variables", "child_pugh"})

    disease: Text
    criteria: tuple[Criterion, ...] = ()
    further_criteria: tuple[Criterion, ...] = ()
    """Criteria that the source of ``criteria`` does not hold, such as those that an overlay assumes."""
    variables: dict[Identifier, Variable] = Field(default_factory=dict)
    """Variables taken from the records as this protocol says."""
    child_pugh: str | None = None
    """Id of the version of the Child-Pugh table. While it is open, every version is computed, and a patient in whom
    they differ stays unknown."""

"""Rules by which a component of the treatment is held, reduced, resumed or stopped, as data.

A condition is one of the kinds below, written under its own key; every band says whether its ends belong to it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Duration, Number, Part, Text, Whole

Mark = Literal["confirmed", "unconfirmed"]
Amount = Annotated[Number, Field(ge=0, decimal_places=6)]
Multiple = Annotated[Number, Field(ge=0, le=10_000, decimal_places=3)]
Name = Annotated[str, Field(min_length=1)]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

OF_UPPER_LIMIT, OF_LOWER_LIMIT, OF_BASELINE = "xULN", "xLLN", "xBASE"
MULTIPLES = (OF_UPPER_LIMIT, OF_LOWER_LIMIT, OF_BASELINE)
"""Units that are multiples: of that row's own upper or lower limit of normal, or of the patient's baseline."""


class Band(Part):
    """From where to where: ``above`` and ``below`` leave their end out, ``at_least`` and ``at_most`` take it in."""

    never_open: ClassVar[frozenset[str]] = frozenset({"above", "at_least", "below", "at_most"})

    above: Amount | None = None
    at_least: Amount | None = None
    below: Amount | None = None
    at_most: Amount | None = None


class BaselineBand(Band):
    """The patient's baseline of the same test, in multiples of the upper limit of the row that is the baseline."""


class LaboratoryCondition(Band):
    """A laboratory value inside a band; of several tests any one."""

    never_open: ClassVar[frozenset[str]] = Band.never_open | {"baseline"}

    tests: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Codes of analytes, such as ``ALT``."""
    unit: Name
    """A unit of the test, ``xULN``, ``xLLN`` (that row's own range) or ``xBASE``."""
    baseline: BaselineBand | None = None
    """Holds only in patients whose baseline of that test lies in this band."""


class CodedResult(Part):
    """A laboratory result in words or plus signs, such as a dipstick's ``2+``."""

    tests: Annotated[tuple[Name, ...], Field(min_length=1)]
    """LBTESTCD as the records have it; several are names of one test."""
    one_of: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Results that fit; upper and lower case make no difference."""
    none_of: tuple[Name, ...] = ()
    """Results that do not fit. Any other result cannot be judged."""


class EventCondition(Part):
    """An adverse event that is present, by its term and grade."""

    never_open: ClassVar[frozenset[str]] = frozenset(
        {"grade_at_least", "grade_at_most", "lasts_days", "days_after_reduction"}
    )

    terms: tuple[Name, ...] = ()
    """Terms as the records code them (AEDECOD, else AETERM); upper and lower case make no difference. Left out, any."""
    except_terms: tuple[Name, ...] = ()
    grade_at_least: Annotated[Whole, Field(ge=1, le=5)] | None = None
    grade_at_most: Annotated[Whole, Field(ge=1, le=5)] | None = None
    occurrence: Literal["any", "first", "recurrent"] = "any"
    """Episodes of these terms and grades are counted; rows that follow each other without a free day are one."""
    lasts_days: Annotated[Whole, Field(ge=1, le=3660)] | None = None
    """Present for at least so many days."""
    days_after_reduction: Annotated[Whole, Field(ge=0, le=3660)] | None = None
    """Present so many days or more after the dose of the rule's component was reduced."""


class LevelCondition(Band):
    """The dose last given of the rule's component, in the unit of its levels."""


class SinceDose(Part):
    """Time since the last dose of the rule's component."""

    more_than: Duration


class SteroidCondition(Part):
    """The steroid dose of a day, as prednisone."""

    never_open: ClassVar[frozenset[str]] = frozenset({"after"})

    above_mg: Amount
    """More than so many mg of prednisone a day."""
    after: Duration | None = None
    """So long, or longer, after this course of steroids began."""


class ProcedureCondition(Part):
    """Days around a procedure: planned ones (PRMOOD SCHEDULED) before, performed ones after."""

    codes: Annotated[tuple[Name, ...], Field(min_length=1)]
    """PRDECOD."""
    days_before: Annotated[Whole, Field(ge=0, le=365)] = 0
    """Holds on a day less than so many days before a planned one."""
    days_after: Annotated[Whole, Field(ge=0, le=365)] = 0
    """Holds from its day on for less than so many days."""


class VitalCondition(Band):
    """A vital sign inside a band; of several tests any one."""

    tests: Annotated[tuple[Name, ...], Field(min_length=1)]
    """VSTESTCD, such as ``SYSBP``."""
    unit: Name


class AfterRule(Part):
    """Another rule held before, and had ceased to hold since: what happens now is a recurrence."""

    rule: RuleName
    """A rule that stands above this one."""


class Condition(Part):
    """Exactly one of its keys. What cannot be judged stays so unless the other parts settle it."""

    never_open: ClassVar[frozenset[str]] = frozenset(
        {"laboratory", "coded", "event", "level", "since_dose", "steroid", "procedure", "vital", "after_rule"}
    )

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    none_of: tuple[Condition, ...] = ()
    same_day: tuple[Condition, ...] = ()
    """Laboratory conditions that hold together in samples of one day: the last day that has any of their tests."""
    laboratory: LaboratoryCondition | None = None
    coded: CodedResult | None = None
    event: EventCondition | None = None
    level: LevelCondition | None = None
    since_dose: SinceDose | None = None
    steroid: SteroidCondition | None = None
    procedure: ProcedureCondition | None = None
    vital: VitalCondition | None = None
    after_rule: AfterRule | None = None


class Limit(Part):
    """How long a hold may last before it is a stop. Recovery must have been shown on the limit's last day."""

    within: Duration
    of: Literal["hold", "last_dose"]
    """Counted from the day of the hold, or from the last dose of the component."""


class ReducedDose(Part):
    """An amount to which one drug is reduced."""

    drug: str = ""
    """Left out where the component has one drug."""
    amount: Amount
    unit: Literal["mg", "mg/kg", "mg/m2"]


class DoseRule(Part):
    """One rule: when it holds, what it does to its component, and where it is written."""

    never_open: ClassVar[frozenset[str]] = frozenset(
        {"resume", "hold_at_least", "resume_at", "reduce", "below_last", "limit", "scheme"}
    )

    id: RuleName
    component: RuleName
    action: Literal["hold", "reduce", "stop", "examine"]
    """``examine`` asks for a test and changes no dose."""
    text: Text
    """The rule in words, as people read it."""
    when: Condition
    look_back_days: Annotated[Whole, Field(ge=0, le=365)] = 28
    """A value older than this many days says nothing of the day that is judged."""
    resume: Condition | None = None
    """Of a hold: what must hold for the component to be given again."""
    hold_at_least: Duration | None = None
    resume_at: Literal["one_level_down"] | tuple[ReducedDose, ...] | None = None
    """Of a hold: the dose after it. Left out, the same as before."""
    reduce: Literal["one_level_down"] | tuple[ReducedDose, ...] | None = None
    """Of a reduction: to which dose."""
    below_last: Literal["stop"] | None = None
    """What ``one_level_down`` means at the lowest level."""
    limit: Limit | None = None
    """Of a hold: when it becomes a stop."""
    needs: tuple[Name, ...] = ()
    """Of ``examine``: codes of the analytes that are wanted, from the day of the finding on."""
    also: tuple[RuleName, ...] = ()
    """Further components to which the same is done. No other is touched."""
    others: Literal["continue"] | None = None
    """Whether the protocol says that the other components go on; left out, it is shown that it does not say."""
    scheme: RuleName | None = None
    """Rules of one scheme share out baseline and value among them: no overlap, no gap."""
    source: str = ""
    version: str = ""
    """Of the source."""
    mark: Mark
    """An unconfirmed rule is shown for information; it never advises anything."""


class Steroid(Part):
    """How many mg of prednisone one mg of a drug stands for."""

    names: Annotated[tuple[Name, ...], Field(min_length=1)]
    """CMDECOD, else CMTRT; upper and lower case make no difference."""
    prednisone_mg: Annotated[Number, Field(gt=0, decimal_places=3)]
    source: str = ""
    mark: Mark

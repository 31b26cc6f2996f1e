"""The parts of a protocol other than its response options: who, what is given, scans, endpoints, sets, procedures."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from onearm.protocol.base import Day, Duration, Identifier, Number, Part, PartialDay, Text, Whole
from onearm.protocol.dose_rule_parts import DoseRule, Steroid
from onearm.protocol.dosing_parts import DoseRules, PartialCycle, Rounding

AnalysisSet = Literal["registered", "treated", "eligible", "evaluable"]


class Version(Part):
    """One version of the protocol and where it is in force."""

    version: str
    date: Day
    approved: dict[str, Day] = Field(default_factory=dict)
    """Approval date for each centre."""
    summary: Text = ""


class Identity(Part):
    """Which trial this is."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
    title: Text
    purpose: Text = ""
    """What the trial is to find out."""
    background: Text = ""
    """What the source says of why."""
    registry: str = ""
    """Registry and number, when known."""
    study_ids: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """STUDYID of the trial's records, all of them if it has several: records of another study are refused. Left out,
    records of any study are taken."""
    phase: Literal["1/2", "2"] | None = None
    centres: Literal["single", "several"] | None = None
    study_start: PartialDay | None = None
    study_end: PartialDay | None = None
    time_zone: str = "UTC"
    """Civil time zone of the centres: study days count there."""
    versions: tuple[Version, ...] = ()
    first_look: Day | None = None
    """Day on which outcome data were first looked at; later changes of criterion or boundary are flagged."""


class Dose(Part):
    """An amount of one drug."""

    never_open: ClassVar[frozenset[str]] = frozenset({"rounding"})
    later_fields: ClassVar[frozenset[str]] = frozenset({"levels", "rounding", "recorded_as"})

    drug: Text = ""
    amount: Annotated[Number, Field(gt=0)] | None = None
    unit: Literal["mg", "mg/kg", "mg/m2"] | None = None
    over: str = ""
    levels: tuple[Annotated[Number, Field(ge=0)], ...] = ()
    """Every amount that may be given, the highest first, ``amount`` among them: 160, 120, 80. 0 leaves the drug out."""
    rounding: Rounding | None = None
    """Instead of ``treatment.dosing.rounding``."""
    recorded_as: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Names under which the records list this drug (EXTRT), beside its own name; case makes no difference."""


class Component(Part):
    """One component of the treatment, with its own clock."""

    later_fields: ClassVar[frozenset[str]] = frozenset({"partial"})

    id: Identifier
    name: Text
    kind: Literal["drug", "procedure"]
    product: str | None = None
    """The product, where the source may name only its class."""
    doses: tuple[Dose, ...] = ()
    route: Literal["intravenous", "oral", "hepatic_artery"] | None = None
    every: Duration | None = None
    days_on: tuple[Whole, Whole] | None = None
    """First and last day of the cycle on which it is given."""
    max_cycles: Annotated[Whole, Field(ge=1, le=500)] | None = None
    partial: PartialCycle | None = None
    """What an administration that gave too little counts as."""


class Treatment(Part):
    """What is given, each component on its own clock, and until when."""

    never_open: ClassVar[frozenset[str]] = frozenset({"dosing"})
    later_fields: ClassVar[frozenset[str]] = frozenset({"dosing", "rules", "steroids"})

    components: Annotated[tuple[Component, ...], Field(min_length=1)]
    until: tuple[Literal["progression", "toxicity", "withdrawal", "death"], ...] = ()
    max_duration: Duration | None = None
    dosing: DoseRules | None = None
    """How doses are worked out. With it, doses given are held against doses planned; left out, they are not."""
    rules: tuple[DoseRule, ...] = ()
    """When a component is held, reduced, resumed or stopped. The strictest that holds is advised, all are listed."""
    steroids: tuple[Steroid, ...] = ()
    """Steroids that the rules count, with their strength."""


class ScanPhase(Part):
    """Scans at one interval, until a time after the anchor."""

    every: Duration
    until: Duration | None = None


class ScanCalendar(Part):
    """When tumours are assessed. The anchor is a day of the patient, never a cycle: delays move no scan."""

    anchor: Literal["first_dose", "inclusion"] = "first_dose"
    phases: Annotated[tuple[ScanPhase, ...], Field(min_length=1)]
    reading: Literal["count_on_from_last_scan", "extra_scan_at_change", "first_interval_past_change"] | None = None
    """How to go on where a phase's end is no multiple of its interval (9-weekly until week 48: scans at 45, then
    57, 69 …; or an extra scan at 48, then 60 …; or one more 9-week interval to 54, then 66 …)."""
    window_days: Annotated[Whole, Field(ge=0, le=90)] | None = None
    """Days by which a scan may be early or late."""


class Tumour(Part):
    """How tumours are assessed."""

    criterion: Literal["recist-1.1", "mrecist", "irecist"] | None = None
    profile: str | None = None
    """Named set of response options, such as ``recist-1.1-confirmed-2026``."""
    override: dict[str, object] = Field(default_factory=dict)
    """Options that this protocol sets otherwise than its profile."""
    beside: tuple[Literal["recist-1.1", "mrecist"], ...] = ()
    """Criteria by which the same scans are read beside the one above. They are shown and decide nothing."""
    beside_profile: str | None = None
    """Published profile that says what such a criterion decides (its growth in millimetres, say); left out, the first
    one of the criterion. Everything else is as in the options above."""
    regions: tuple[Literal["liver", "outside_liver"], ...] = ()
    """Parts of the body whose response is shown apart, as when treatment reaches the liver alone."""
    calendar: ScanCalendar | None = None


class HistoricalControl(Part):
    """A rate or median beside which a reader sees the trial, and where it comes from: a stated fact, shown as it
    stands; nothing is computed from it, and no test is made against it."""

    never_open: ClassVar[frozenset[str]] = frozenset({"scan_interval"})

    value: Number
    unit: Literal["proportion", "months"]
    source: str
    scan_interval: Duration | None = None
    """How far apart tumours were assessed where the value comes from. Needed beside every time to progression, which is
    seen only at a scan; a value without it is refused."""


class Window(Part):
    """Between which days an endpoint is observed, and what an event after it counts as."""

    start: Literal["first_dose", "inclusion"]
    until: tuple[Literal["progression"], Literal["cutoff"]] = ("progression", "cutoff")
    cap: Duration | None = None
    cap_counts: Literal["calendar", "on_treatment"] | None = None
    """Whether the cap is calendar time from the start, or time on treatment."""
    event_after: Literal["ignored"] = "ignored"


class SurvivalReference(Part):
    """The curve against which survival is tested: a median with a constant hazard, or shares at stated months."""

    never_open: ClassVar[frozenset[str]] = frozenset({"median_months", "scan_interval"})

    median_months: Number | None = None
    survival: tuple[tuple[Number, Number], ...] = ()
    """Months, and the share without the event by then: between two of them a constant hazard. The curve starts at 0
    months with a share of 1 and says nothing beyond its last month; what happens later is not counted."""
    source: str
    """Where the reference comes from: a stated fact, shown to the reader; nothing is computed from it."""
    scan_interval: Duration | None = None
    """How far apart tumours were assessed there. Needed beside progression-free survival, which is seen only at a scan;
    a reference without it is refused."""


class Test(Part):
    """A declared test of a secondary endpoint: without it, no p-value.

    A rate is tested against a null value, survival against a reference.
    """

    never_open: ClassVar[frozenset[str]] = frozenset({"null_value", "null_source", "reference"})

    order: Annotated[Whole, Field(ge=1)]
    null_value: Number | None = None
    null_source: str | None = None
    """Where the null value comes from: a stated fact, shown to the reader; nothing is computed from it."""
    reference: SurvivalReference | None = None
    """Of progression-free or overall survival only: one-sided one-sample log-rank test, small p-values for fewer
    events than the reference foretells."""
    level: Annotated[Number, Field(gt=0, lt=1)]


class Intercurrent(Part):
    """The ICH E9(R1) strategy for each intercurrent event of ``censoring: custom``: ``treatment_policy`` goes on to the
    event, ``hypothetical`` and ``while_on_treatment`` censor, ``composite`` makes it the event. Procedures have their
    own rule under ``procedures``."""

    never_open: ClassVar[frozenset[str]] = frozenset({"new_therapy", "missed_scans", "no_baseline"})

    new_therapy: Literal["treatment_policy", "hypothetical", "while_on_treatment", "composite"] | None = None
    """A new anticancer therapy before the event."""
    missed_scans: Literal["treatment_policy", "hypothetical"] | None = None
    """Two scans missed before the event: it counts on its day, or the time is censored before the gap."""
    no_baseline: Literal["treatment_policy", "hypothetical"] | None = None
    """No baseline scan: followed like anybody, or censored at the start."""


class Endpoint(Part):
    """One endpoint: what counts, from when, in whom, and its role."""

    never_open: ClassVar[frozenset[str]] = frozenset({"intercurrent"})

    kind: Literal[
        "response_rate",
        "control_rate",
        "benefit_rate",
        "response_duration",
        "control_duration",
        "survival",
        "safety",
        "questionnaire",
    ]
    name: Text
    role: Literal["primary", "ordered", "descriptive"]
    definition: Text = ""
    time_frame: Text = ""
    denominator: AnalysisSet | None = None
    start: Literal["first_dose", "inclusion", "first_response"] | None = None
    events: tuple[Literal["progression", "death"], ...] = ()
    censoring: Literal["literal", "fda", "fda-treatment-policy", "ema", "custom"] | None = None
    """Censoring profile of the primary reading. ``literal`` is shown beside every other one, ``fda`` beside it."""
    intercurrent: Intercurrent | None = None
    """What each intercurrent event does, of ``censoring: custom`` only."""
    at_least: Duration | None = None
    """Of a benefit rate only: how long after the reference date stable disease must last to count as a benefit."""
    window: Window | None = None
    """Of a rate only. One best response is derived, so the window of one rate holds for the other too."""
    landmarks: tuple[Duration, ...] = ()
    """Times at which the share without the event is read off the curve, in months or years."""
    test: Test | None = None
    historical_control: HistoricalControl | None = None


class AnalysisSets(Part):
    """Which patients are analysed. The primary set is always written down, if only as ``unstated``."""

    primary: AnalysisSet | None


class ProcedureRule(Part):
    """What an intercurrent procedure does to response and to time to event."""

    response: Literal["failure", "pending", "count_unconfirmed"]
    """A response not confirmed before the procedure: a failure, pending, or counted unconfirmed."""
    time_to_event: Literal["treatment_policy", "censor"]
    """Go on observing PFS and DOR, or censor at the last adequate scan before the procedure."""


class Procedures(Part):
    """Rules for intercurrent procedures; one without a rule is refused when a record of it is analysed."""

    resection: ProcedureRule | None = None
    ablation: ProcedureRule | None = None
    tace: ProcedureRule | None = None
    radiotherapy: ProcedureRule | None = None
    transplant: ProcedureRule | None = None


class Conventions(Part):
    """How numbers are estimated and printed."""

    level: Annotated[Number, Field(gt=0, lt=1)] = Decimal("0.95")
    proportion_interval: Literal["clopper-pearson"] = "clopper-pearson"
    survival_interval: Literal["log-log", "log", "plain"] = "log-log"
    median_rule: Literal["sas", "r"] = "sas"
    rounding: Literal["half_away_from_zero"] = "half_away_from_zero"
    month_days: Literal["30.4375"] = "30.4375"
    """Length of a month wherever days are shown as months, and of the months of a landmark: 12 months are 12 × 30.4375
    = 365.25 days. Only the cap of a response window goes by calendar months."""

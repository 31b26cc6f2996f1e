"""One way to read the same records: by whose reading, criterion, rules and options, beside what the protocol says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import Field, ValidationError

from onearm.errors import UsageError
from onearm.protocol.base import Part, Whole
from onearm.protocol.model import Protocol
from onearm.protocol.options import ResponseOptions
from onearm.protocol.paths import nearest
from onearm.protocol.profile import profile_names, profile_options, supported_values
from onearm.units import parse_decimal

RuleSet = Literal["recist", "arithmetic", "admiral", "protocol"]
Source = Literal["derived", "reported"]
Criterion = Literal["recist-1.1", "mrecist"]
Region = Literal["whole", "liver", "outside_liver"]
Evaluator = Literal["investigator", "independent", "adjudicator"]

RECIST: Mapping[str, str] = {
    "too_small_mm": "5",
    "too_small_node_mm": "5",
    "node_normal_below_mm": "10",
    "pd_absolute_mm": "5",
    "nadir": "includes_baseline",
    "stable_disease_against": "baseline",
    "missing_targets": "ne_unless_pd",
    "treated_lesion": "ne_unless_pd",
    "reappearance_absolute_mm": "5",
    "target_back_after_target_cr": "arithmetic",
    "node_back_in_pr": "sum_only",
    "reappearance_after_overall_cr": "pd",
    "definitive_cr": "always",
    "single_node_after_cr": "pd",
    "equivocal_new_lesion_date": "first_seen",
    "new_node_sole_evidence": "equivocal",
    "pet_only_new_lesion": "backdated_if_confirmed",
    "non_target_only_stable": "non_cr_non_pd",
    "pr_continues_over_ne": "yes",
    "clinical_progression": "not_an_event",
    "confirmation_scan": "next_evaluable",
    "confirmation_max_sd": "0",
    "cr_then_lesser": "sd_or_pd",
    "unconfirmed_response_as_sd": "if_sd_minimum_met",
}
"""What the papers and the working group decide. What they leave to the protocol (days, window, evaluator, whether
confirmation is needed) stays as the protocol has it."""

ARITHMETIC: Mapping[str, str] = {
    **RECIST,
    "reappearance_after_overall_cr": "arithmetic",
    "new_node_sole_evidence": "pd",
    "pet_only_new_lesion": "not_pd",
    "pr_continues": "never",
}
"""The tables of the 2009 paper alone, applied visit by visit: nothing is remembered but baseline and nadir."""


DECIDED_BY_CRITERION = ("pd_absolute_mm", "reappearance_absolute_mm", "non_target_only_stable")
"""Options that belong to a criterion. Whoever reads the same scans by another one takes these from its profile; when
and how often is scanned, what confirms and what a visit's day is stays as the protocol has it."""


class AdmiralOptions(Part):
    """Arguments of the R package admiral(onco), under their names there; its template's values by default."""

    ref_start_window: Whole = Field(42, ge=0, le=3660)
    """Days after the reference date from which CR, PR and SD count as stable disease (≥)."""
    ref_confirm: Whole = Field(28, ge=0, le=3660)
    """Least days between a response and the one that confirms it (≥)."""
    max_nr_ne: Whole = Field(1, ge=0, le=100)
    """How many NE may lie between the two."""
    accept_sd: bool = False
    """Whether one SD may lie between PR and the response that confirms it."""


@dataclass(frozen=True)
class Variant:
    """What is read otherwise than the protocol says; as it stands without arguments: nothing."""

    rules: RuleSet = "protocol"
    source: Source | None = None
    """``reported``: what a reader entered as response; ``derived``: what the lesions say; None: as the protocol."""
    evaluator: Evaluator | None = None
    reader: str | None = None
    """One reader of the evaluator (TREVALID, RSEVALID), accepted or not; it needs ``evaluator``."""
    criterion: Criterion | None = None
    region: Region = "whole"
    settings: tuple[tuple[str, str], ...] = ()
    """Single options, each with its value as text."""
    admiral: AdmiralOptions = AdmiralOptions()  # noqa: RUF009 - frozen

    @property
    def is_main(self) -> bool:
        """Whether the protocol is read as it stands."""
        return self == Variant()

    def describe(self) -> dict[str, object]:
        """What differs from the protocol, by name; empty for the protocol itself.

        The R package's arguments stand there whole under ``admiral``; else (all rule sets side by side) those given.
        """
        given = {
            "rules": None if self.rules == "protocol" else self.rules,
            "source": self.source,
            "evaluator": self.evaluator,
            "reader": self.reader,
            "criterion": self.criterion,
            "region": None if self.region == "whole" else self.region,
        }
        admiral = self.admiral.model_dump(exclude_unset=self.rules != "admiral")
        return {**{name: value for name, value in given.items() if value}, **dict(self.settings), **admiral}


MAIN = Variant()


def parse_settings(
    rules: RuleSet | Literal["every"], texts: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], AdmiralOptions]:
    """Options from ``KEY=VALUE`` texts: those of the response, and under ``admiral`` (or ``every`` rule set at once)
    that package's own.

    Raises UsageError naming every text that is not an option with a value the code acts on.
    """
    faults: list[str] = []
    settings: dict[str, str] = {}
    admiral: dict[str, object] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value:
            faults.append(f"--set {text}: write KEY=VALUE, such as confirmation_min_days=42")
        elif name in AdmiralOptions.model_fields:
            if rules not in ("admiral", "every"):
                faults.append(f"--set {name}: an option of the R package; it needs --rules admiral")
            else:
                admiral[name] = {"true": True, "false": False}.get(value.lower(), value)
        elif name not in ResponseOptions.model_fields or name == "irecist":
            known = [*ResponseOptions.model_fields, *AdmiralOptions.model_fields]
            guess = nearest(name, known)
            faults.append(f"--set {name}: no such option{f'; did you mean {guess}?' if guess else ''}")
        elif rules == "admiral" and name not in READ_BEFORE_RULES:
            faults.append(f"--set {name}: not read under --rules admiral; see {', '.join(AdmiralOptions.model_fields)}")
        else:
            settings[name] = value
    chosen = AdmiralOptions()
    try:
        chosen = AdmiralOptions.model_validate({name: _as_number(value) for name, value in admiral.items()})
    except ValidationError as error:
        faults += [f"--set {fault['loc'][0]}: {fault['msg'].lower()}" for fault in error.errors()]
    faults += _value_faults(settings)
    if faults:
        raise UsageError("\n".join(faults))
    return tuple(sorted(settings.items())), chosen


READ_BEFORE_RULES = frozenset(
    {
        "evaluator", "reference_date", "baseline_window_days", "baseline_on_reference_day", "partial_dates",
        "several_readings", "response_date", "progression_date",
    }
)  # fmt: skip
"""Options that say which readings there are, whatever the rules make of them."""


def _as_number(value: object) -> object:
    return _plain(value) if isinstance(value, str) else value


def _value_faults(settings: Mapping[str, str]) -> list[str]:
    faults = []
    for name, value in settings.items():
        allowed = get_args(ResponseOptions.model_fields[name].annotation)
        if allowed and all(isinstance(choice, str) for choice in allowed):
            supported = supported_values(name)
            if value not in supported:
                faults.append(f"--set {name}={value}: expected one of {', '.join(supported)}")
        else:
            try:
                ResponseOptions.model_validate({**profile_options(profile_names()[0]), name: _plain(value)})
            except ValidationError as error:
                faults.append(f"--set {name}={value}: {error.errors()[0]['msg'].lower()}")
    return faults


def _plain(value: str) -> object:
    """A number where the text is one, as a protocol file would have it."""
    number = parse_decimal(value)
    if number is None:
        return value
    return int(number) if value.isdecimal() else number


def read_as(protocol: Protocol, variant: Variant) -> Protocol:
    """The protocol with the response options of a variant; the same object where nothing differs.

    A protocol whose criterion is open stays so: no rule set fills what it leaves to the investigator.
    """
    options = protocol.response_options
    if options is None or variant.is_main:
        return protocol
    changes: dict[str, object] = {}
    criterion = variant.criterion or protocol.tumour.criterion
    if criterion == "mrecist" and variant.region == "outside_liver":
        criterion = "recist-1.1"  # mRECIST reads what lies outside the liver by RECIST 1.1
    if criterion != protocol.tumour.criterion and criterion is not None and criterion != "irecist":
        changes |= criterion_options(protocol, criterion)
    if variant.rules in ("recist", "arithmetic"):
        # The rule sets speak of RECIST 1.1; what mRECIST decides for itself stays.
        kept = DECIDED_BY_CRITERION if criterion == "mrecist" else ()
        decided = {name: changes.get(name, getattr(options, name)) for name in kept}
        changes |= {**(RECIST if variant.rules == "recist" else ARITHMETIC), **decided}
    if variant.rules == "recist":
        changes["pr_continues"] = "once_confirmed" if options.confirmation == "required" else "from_first"
    if variant.evaluator is not None:
        changes["evaluator"] = variant.evaluator
    if variant.source is not None:
        changes["response_source"] = variant.source
    changes |= dict(variant.settings)
    content = {**options.model_dump(), **{name: _plain(str(value)) for name, value in changes.items()}}
    update: dict[str, object] = {"response_options": ResponseOptions.model_validate(content)}
    if criterion != protocol.tumour.criterion:
        update["tumour"] = protocol.tumour.model_copy(update={"criterion": criterion})
    return protocol.model_copy(update=update)


def criterion_options(protocol: Protocol, criterion: Criterion) -> dict[str, object]:
    """What another criterion decides, from ``tumour.beside_profile`` or the first published profile of it."""
    name = protocol.tumour.beside_profile
    if name is None or not name.startswith(criterion):
        name = next(one for one in profile_names() if one.startswith(criterion))
    options = profile_options(name)
    return {option: options[option] for option in DECIDED_BY_CRITERION}


def beside_variants(protocol: Protocol) -> tuple[Variant, ...]:
    """What the protocol wants to see beside its own criterion and the whole patient: criteria, and regions of each."""
    tumour = protocol.tumour
    if protocol.response_options is None:
        return ()
    criteria: list[Criterion | None] = [None, *(one for one in tumour.beside if one != tumour.criterion)]
    regions: list[Region] = ["whole", *tumour.regions]
    variants = [
        Variant(criterion=criterion, region=region)
        for criterion in criteria
        for region in regions
        # Outside the liver every criterion reads by RECIST 1.1: once is enough.
        if criterion is None or region != "outside_liver"
    ]
    return tuple(variant for variant in variants if not variant.is_main)

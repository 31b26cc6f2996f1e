"""What the protocol could have chosen otherwise: one change at a time, each by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from onearm.derive.entered import entered_rows, list_readings
from onearm.derive.readers import EVALUATORS
from onearm.estimates.response import primary_rate_set
from onearm.estimates.results import SET_NAMES, SetName
from onearm.protocol import Protocol
from onearm.protocol.censoring import CENSORING_PROFILES
from onearm.protocol.options import ResponseOptions
from onearm.protocol.parts import ProcedureRule, Procedures
from onearm.protocol.profile import profile_names, profile_options, supported_values
from onearm.protocol.variant import DECIDED_BY_CRITERION, Variant, criterion_options
from onearm.records import Records

Group = Literal["rules", "option", "reading", "procedure", "censoring", "denominator"]

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "baseline_window_days": ("14", "28", "42"),
    "too_small_mm": ("5", "3"),
    "node_normal_below_mm": ("10",),
    "pd_absolute_mm": ("0", "5"),
    "reappearance_absolute_mm": ("0", "5"),
    "marker_window_days": ("7", "14", "28"),
    "confirmation_min_days": ("0", "28", "42", "56"),
    "confirmation_max_ne": ("0", "1", "2"),
    "confirmation_max_sd": ("0", "1"),
    "sd_min_days": ("28", "42", "56", "84"),
}
"""The values of options that hold a number: those that protocols use."""

NOT_VARIED = frozenset({"evaluator", "response_source", "several_readings", "irecist"})
"""Options that name whose data are read (varied as readings), or that iRECIST alone has."""

ONLY_WITH_MARKERS = frozenset({"baseline_window_days", "marker_window_days"})
"""Windows that decide which value of a marker counts; without a marker they give warnings only, or nothing."""


@dataclass(frozen=True)
class Policy:
    """One thing done otherwise than the protocol says."""

    name: str
    """``confirmation_max_sd=1``, ``rules=recist``, ``pfs.censoring=fda``."""
    group: Group
    variant: Variant = Variant()  # noqa: RUF009 - frozen
    protocol: Protocol | None = None
    """The protocol changed, where the change is none of the response options."""
    set_name: SetName | None = None
    """Another denominator."""


def list_policies(protocol: Protocol, records: Records) -> tuple[Policy, ...]:
    """Every policy that differs from the protocol, group by group; none while the response criterion is open."""
    options = protocol.response_options
    if options is None:
        return ()
    return (
        *(Policy(f"rules={rules}", "rules", Variant(rules=rules)) for rules in ("recist", "arithmetic", "admiral")),
        *_options(options),
        *_readings(options, protocol.tumour.criterion or "", records),
        *_criteria(protocol),
        *_procedures(protocol),
        *_censorings(protocol),
        *_denominators(protocol),
    )


def _options(options: ResponseOptions) -> Iterator[Policy]:
    for name in type(options).model_fields:
        if name in NOT_VARIED or (name in ONLY_WITH_MARKERS and options.markers == "not_used"):
            continue
        current = str(getattr(options, name))
        choices = NUMBERS.get(name) or (supported_values(name) if _is_choice(name) else ())
        for value in choices:
            if value != current:
                yield Policy(f"{name}={value}", "option", Variant(settings=((name, value),)))


def _is_choice(name: str) -> bool:
    values = get_args(ResponseOptions.model_fields[name].annotation)
    return bool(values) and all(isinstance(value, str) for value in values)


def _readings(options: ResponseOptions, criterion: str, records: Records) -> Iterator[Policy]:
    """Other evaluators who measured lesions, and what was entered instead of the lesions."""
    measured = set(records.tables["TR"]["TREVAL"].to_list())
    for role in dict.fromkeys(reading.evaluator for reading in list_readings(records)):
        unnamed = role == "investigator" and None in measured
        if role != options.evaluator and (EVALUATORS[role] in measured or unnamed):
            yield Policy(f"evaluator={role}", "reading", Variant(evaluator=role))
    if entered_rows(records.tables["RS"], criterion, ["OVRLRESP"]).height:
        source: Literal["derived", "reported"] = "derived" if options.response_source == "reported" else "reported"
        yield Policy(f"response_source={source}", "reading", Variant(source=source))


def _criteria(protocol: Protocol) -> Iterator[Policy]:
    """The criteria that the protocol has beside its own, by its profile and as other published profiles have them."""
    for criterion in protocol.tumour.beside:
        if criterion == protocol.tumour.criterion:
            continue
        yield Policy(f"criterion={criterion}", "reading", Variant(criterion=criterion))
        tried = [criterion_options(protocol, criterion)]
        for name in profile_names():
            decided = {option: profile_options(name)[option] for option in DECIDED_BY_CRITERION}
            if name.startswith(criterion) and decided not in tried:
                tried.append(decided)
                settings = tuple((option, str(value)) for option, value in sorted(decided.items()))
                yield Policy(f"criterion={name}", "reading", Variant(criterion=criterion, settings=settings))


def _procedures(protocol: Protocol) -> Iterator[Policy]:
    """Every procedure that has a rule, all under another one."""
    ruled = {name: rule for name in Procedures.model_fields if (rule := getattr(protocol.procedures, name)) is not None}
    for field in ProcedureRule.model_fields:
        for value in get_args(ProcedureRule.model_fields[field].annotation):
            changed = {name: rule.model_copy(update={field: value}) for name, rule in ruled.items()}
            if changed != ruled:
                procedures = protocol.procedures.model_copy(update=changed)
                yield Policy(
                    f"procedures.{field}={value}", "procedure", protocol=_with(protocol, procedures=procedures)
                )


def _censorings(protocol: Protocol) -> Iterator[Policy]:
    """Each named censoring profile, for every endpoint that has one; ``custom`` is nobody's but the protocol's."""
    for value in CENSORING_PROFILES:
        changed = {
            key: end.model_copy(update={"censoring": value}) if end.censoring not in (None, value) else end
            for key, end in protocol.endpoints.items()
        }
        if changed != protocol.endpoints:
            yield Policy(f"censoring={value}", "censoring", protocol=_with(protocol, endpoints=changed))


def _denominators(protocol: Protocol) -> Iterator[Policy]:
    for name in SET_NAMES:
        if name != primary_rate_set(protocol):
            yield Policy(f"denominator={name}", "denominator", set_name=name)


def _with(protocol: Protocol, **parts: Any) -> Protocol:
    return protocol.model_copy(update=parts)

"""Do the rules on adverse events hold together, and can each stopping rule be run as written?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onearm.errors import Finding, Severity
from onearm.protocol.base import Duration
from onearm.protocol.event_parts import ANY_COMPONENT, StoppingRule
from onearm.protocol.model import Protocol
from onearm.protocol.safety_parts import safety_plan

SHORT_NAME_LENGTH = 5
"""Letters of a component's id in a name of SDTM, which has eight at most: ``REL`` or ``ACN`` come before them."""

_ACTS_ON = {
    "pocock": frozenset({"theta", "phi", "n", "window", "incomplete", "looks", "rates"}),
    "bayes": frozenset({"theta", "phi", "prior", "certainty", "n", "window", "incomplete", "looks", "rates"}),
    "bounds": frozenset({"theta", "bounds", "n", "window", "incomplete", "rates"}),
    "count": frozenset({"theta", "stop_at", "n", "window", "rates"}),
}
_NEEDS = {
    "pocock": ("theta", "phi", "n", "window", "incomplete"),
    "bayes": ("theta", "prior", "n", "window", "incomplete"),
    "bounds": ("theta", "bounds", "n", "window", "incomplete"),
    "count": ("stop_at",),
}
_OPTIONS = (
    "theta", "phi", "prior", "certainty", "bounds", "stop_at", "n", "window", "incomplete", "looks", "rates",
)  # fmt: skip


def short_name(component: str) -> str:
    """The name of a component in supplementary qualifiers: ``HAIC`` in ``RELHAIC`` and ``ACNHAIC``."""
    return component.replace("_", "").upper()[:SHORT_NAME_LENGTH]


def missing_for_rule(rule: StoppingRule) -> list[str]:
    """The options that a stopping rule needs before it can be run, and lacks."""
    lacks = [name for name in _NEEDS[rule.kind] if getattr(rule, name) in (None, ())]
    if rule.kind == "bayes" and rule.certainty is None and rule.phi is None:
        lacks.append("certainty")
    return lacks


def check_safety(protocol: Protocol) -> list[Finding]:
    """Faults of the rules on adverse events and of each stopping rule."""
    plan = safety_plan(protocol.safety)
    used = bool(plan.special_interest or plan.stopping)
    found = [_fault(protocol, "P620", "safety")] if used and plan.events is None else []
    if plan.events is None and not used:
        return found
    found += [*_events(protocol), *_names(protocol)]
    for rule in plan.stopping:
        found += _rule(protocol, rule)
    return found


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    return Finding(code, protocol.place_of(path), {key: str(value) for key, value in values.items()}, severity)


def _events(protocol: Protocol) -> Iterator[Finding]:
    plan, components = safety_plan(protocol.safety), [component.id for component in protocol.treatment.components]
    windows: list[tuple[str, Duration | None]] = []
    if plan.events is not None:
        windows += [(f"safety.events.{name}", getattr(plan.events, name)) for name in ("window", "serious_window")]
        for index, admission in enumerate(plan.events.planned_admissions):
            if admission.component not in components:
                at = f"safety.events.planned_admissions.{index}.component"
                yield _fault(protocol, "P622", at, found=admission.component, known=", ".join(components))
    windows += [(f"safety.special_interest.{group.id}.window", group.window) for group in plan.special_interest]
    windows += [(f"safety.stopping.{rule.id}.window", rule.window) for rule in plan.stopping]
    for path, window in windows:
        if window is not None and window.days is None:
            yield _fault(protocol, "P621", path, found=window)
    for name, count in Counter(map(short_name, components)).items():
        if count > 1:
            yield _fault(protocol, "P623", "treatment.components", found=name, count=count)


def _names(protocol: Protocol) -> Iterator[Finding]:
    plan = safety_plan(protocol.safety)
    for path, ids in (
        ("safety.special_interest", [group.id for group in plan.special_interest]),
        ("safety.stopping", [rule.id for rule in plan.stopping]),
    ):
        for name, count in Counter(ids).items():
            if count > 1:
                yield _fault(protocol, "P409", f"{path}.{name}", name=name, count=count)


def _rule(protocol: Protocol, rule: StoppingRule) -> Iterator[Finding]:
    at = f"safety.stopping.{rule.id}"
    event = rule.event
    groups = [group.id for group in safety_plan(protocol.safety).special_interest]
    components = [component.id for component in protocol.treatment.components]
    for name in event.groups:
        if name not in groups:
            yield _fault(protocol, "P624", f"{at}.event.groups", found=name, known=", ".join(groups) or "none")
    for name in event.related_to:
        if name not in (*components, ANY_COMPONENT):
            known = ", ".join((*components, ANY_COMPONENT))
            yield _fault(protocol, "P622", f"{at}.event.related_to", found=name, known=known)
    if event.grade_at_least is None and not (
        event.related_to or event.serious or event.fatal or event.groups or event.terms
    ):
        yield _fault(protocol, "P625", f"{at}.event")
    ignored = [name for name in _OPTIONS if name not in _ACTS_ON[rule.kind] and getattr(rule, name) not in (None, ())]
    if rule.kind == "bayes" and rule.certainty is not None and rule.phi is not None:
        ignored.append("phi")
    for name in ignored:
        yield _fault(protocol, "P626", f"{at}.{name}", found=name, kind=rule.kind)
    lacks = missing_for_rule(rule)
    if lacks:
        yield _fault(protocol, "P627", at, "warning", missing=", ".join(lacks))
    elif not ignored:
        yield from _boundary(protocol, rule, at)


def _boundary(protocol: Protocol, rule: StoppingRule, at: str) -> Iterator[Finding]:
    """Whether the numbers of a rule give a boundary at all."""
    from onearm.design.model import DesignError
    from onearm.protocol.stopping_boundary import boundary_of

    try:
        boundary_of(rule)
    except DesignError as error:
        for fault in error.faults:
            yield _fault(protocol, "P628", at, option=fault.field, found=fault.found, wanted=fault.expected)

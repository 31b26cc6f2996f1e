"""Do the rules for holding, reducing and stopping hold together? Names, units, levels, bands, resumption, sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from onearm.errors import Finding, Severity
from onearm.protocol.base import Duration, text_in
from onearm.protocol.dose_bands import allowed_by, firing, interval_of, point_words, scheme_faults
from onearm.protocol.dose_rule_parts import MULTIPLES, OF_LOWER_LIMIT, Band, Condition, DoseRule, ReducedDose
from onearm.protocol.model import Protocol
from onearm.protocol.parts import Component
from onearm.reference.analytes import ANALYTES

_PATH = "treatment.rules"
_KINDS = (
    "all_of", "any_of", "none_of", "same_day", "laboratory", "coded", "event", "level", "since_dose", "steroid",
    "procedure", "vital", "after_rule",
)  # fmt: skip
_JOINED = ("all_of", "any_of", "none_of", "same_day")
_ONLY_OF = {
    "resume": "hold",
    "hold_at_least": "hold",
    "resume_at": "hold",
    "limit": "hold",
    "reduce": "reduce",
    "needs": "examine",
}
"""Fields that act with one action only."""

_Faults = Iterator[Finding]


def check_dose_rules(protocol: Protocol) -> list[Finding]:
    """Faults and remarks of ``treatment.rules``."""
    rules = protocol.treatment.rules
    components = {component.id: component for component in protocol.treatment.components}
    found: list[Finding] = []
    for name, count in Counter(rule.id for rule in rules).items():
        if count > 1:
            found.append(_fault(protocol, "P409", name, name=name, count=count))
    for rule in rules:
        found += _names(protocol, rule, components)
        found += _action(protocol, rule, components)
        for part in ("when", "resume"):
            condition = getattr(rule, part)
            if condition is not None:
                found += _condition(protocol, rule, condition, f"{rule.id}.{part}", components)
        found += _resumption(protocol, rule)
    found += _schemes(protocol)
    unconfirmed = [rule.id for rule in rules if rule.mark == "unconfirmed"]
    if unconfirmed:
        words = {"count": len(unconfirmed), "total": len(rules), "rules": ", ".join(unconfirmed[:5])}
        found.append(_fault(protocol, "P575", "", "note", **words))
    return found


def walk(condition: Condition, path: str = "") -> Iterator[tuple[str, Condition]]:
    """A condition and all below it, each with its dotted path."""
    yield path, condition
    for name in _JOINED:
        for index, part in enumerate(getattr(condition, name)):
            yield from walk(part, f"{path}.{name}.{index}" if path else f"{name}.{index}")


def _fault(protocol: Protocol, code: str, path: str, severity: Severity = "error", /, **values: object) -> Finding:
    words = {key: str(value) for key, value in values.items()}
    return Finding(code, protocol.place_of(f"{_PATH}.{path}" if path else _PATH), words, severity)


def _names(protocol: Protocol, rule: DoseRule, components: dict[str, Component]) -> _Faults:
    known = ", ".join(components)
    for field, name in [("component", rule.component), *(("also", name) for name in rule.also)]:
        if name not in components:
            yield _fault(protocol, "P550", f"{rule.id}.{field}", found=name, known=known)
    if rule.component in rule.also:
        yield _fault(protocol, "P551", f"{rule.id}.also", found=rule.component)
    if rule.mark == "confirmed" and not rule.source.strip():
        yield _fault(protocol, "P552", f"{rule.id}.source")


def _action(protocol: Protocol, rule: DoseRule, components: dict[str, Component]) -> _Faults:
    for field, action in _ONLY_OF.items():
        if getattr(rule, field) not in (None, ()) and rule.action != action:
            yield _fault(protocol, "P553", f"{rule.id}.{field}", field=field, action=rule.action, only=action)
    if rule.also and rule.action not in ("hold", "stop"):
        yield _fault(protocol, "P553", f"{rule.id}.also", field="also", action=rule.action, only="hold and stop")
    if rule.action == "hold" and rule.resume is None:
        yield _fault(protocol, "P554", rule.id)
    if rule.action == "reduce" and rule.reduce is None:
        yield _fault(protocol, "P555", rule.id)
    if rule.action == "examine" and not rule.needs:
        yield _fault(protocol, "P556", rule.id)
    for need in rule.needs:
        if need not in ANALYTES:
            yield _fault(protocol, "P560", f"{rule.id}.needs", found=need)
    yield from _target(protocol, rule, components)
    limits: list[tuple[str, Duration | None]] = [("hold_at_least", rule.hold_at_least)]
    limits += [("limit.within", rule.limit.within if rule.limit is not None else None)]
    for field, length in limits:
        if length is not None and length.days is None:
            yield _fault(protocol, "P559", f"{rule.id}.{field}", found=length)


def _target(protocol: Protocol, rule: DoseRule, components: dict[str, Component]) -> _Faults:
    """What a rule reduces to."""
    target = rule.reduce or rule.resume_at
    component = components.get(rule.component)
    if target == "one_level_down":
        if rule.below_last is None:
            yield _fault(protocol, "P557", rule.id)
        if component is not None and not levels_of(component):
            yield _fault(protocol, "P558", rule.id, found=rule.component)
    elif rule.below_last is not None:
        values = {"field": "below_last", "action": rule.action, "only": "one_level_down"}
        yield _fault(protocol, "P553", f"{rule.id}.below_last", **values)
    if isinstance(target, tuple) and component is not None:
        for dose in target:
            yield from _reduced(protocol, rule, dose, component)


def _reduced(protocol: Protocol, rule: DoseRule, dose: ReducedDose, component: Component) -> _Faults:
    """A dose of another drug than the component's, or an amount that is none of the drug's levels."""
    drugs = [text_in(entry.drug).casefold() for entry in component.doses if entry.drug]
    if dose.drug and drugs and not any(drug in dose.drug.casefold() for drug in drugs):
        yield _fault(protocol, "P571", rule.id, found=dose.drug, known=", ".join(drugs))
    levels = levels_of(component)
    if levels and not dose.drug and dose.amount not in levels:
        yield _fault(protocol, "P572", rule.id, found=dose.amount, known=", ".join(f"{level:f}" for level in levels))


def levels_of(component: Component) -> tuple[Decimal, ...]:
    """The levels of a component that gives one drug, the highest first; of several drugs there is no one level."""
    with_levels = [dose.levels for dose in component.doses if dose.levels]
    return with_levels[0] if len(component.doses) == 1 and with_levels else ()


def _condition(
    protocol: Protocol, rule: DoseRule, top: Condition, path: str, components: dict[str, Component]
) -> _Faults:
    for at, part in walk(top, path):
        given = [name for name in _KINDS if getattr(part, name) not in (None, ())]
        if len(given) != 1:
            yield _fault(protocol, "P561", at, found=", ".join(given) or "nothing")
            continue
        kind = given[0]
        yield from _bands(protocol, part, f"{at}.{kind}", kind)
        if kind == "laboratory":
            yield from _laboratory(protocol, part, f"{at}.laboratory")
        elif kind == "event":
            yield from _event(protocol, part, f"{at}.event")
        elif kind == "same_day" and any(below.laboratory is None for below in part.same_day):
            yield _fault(protocol, "P566", f"{at}.same_day")
        elif kind == "since_dose" and part.since_dose is not None and part.since_dose.more_than.days is None:
            yield _fault(protocol, "P559", f"{at}.since_dose.more_than", found=part.since_dose.more_than)
        elif kind == "steroid" and part.steroid is not None:
            if not protocol.treatment.steroids:
                yield _fault(protocol, "P567", f"{at}.steroid")
            if part.steroid.after is not None and part.steroid.after.days is None:
                yield _fault(protocol, "P559", f"{at}.steroid.after", found=part.steroid.after)
        elif part.procedure is not None and not part.procedure.days_before and not part.procedure.days_after:
            yield _fault(protocol, "P564", f"{at}.procedure", found="no day before and none after")
        elif kind == "after_rule" and part.after_rule is not None:
            names = [entry.id for entry in protocol.treatment.rules]
            if part.after_rule.rule not in names[: names.index(rule.id)]:
                yield _fault(protocol, "P581", f"{at}.after_rule.rule", found=part.after_rule.rule)
            marks = {entry.id: entry.mark for entry in protocol.treatment.rules}
            if rule.mark == "confirmed" and marks.get(part.after_rule.rule) == "unconfirmed":
                yield _fault(protocol, "P582", f"{at}.after_rule.rule", found=part.after_rule.rule)
        component = components.get(rule.component)
        needs_level = kind == "level" or (part.event is not None and part.event.days_after_reduction is not None)
        if needs_level and component is not None and not levels_of(component):
            yield _fault(protocol, "P558", at, found=rule.component)


def _bands(protocol: Protocol, part: Condition, path: str, kind: str) -> _Faults:
    """A band without an end, with two ends on one side, or without a number in it."""
    band = getattr(part, kind)
    if not isinstance(band, Band):
        return
    own: list[tuple[str, Band]] = [(path, band)]
    if part.laboratory is not None and part.laboratory.baseline is not None:
        own.append((f"{path}.baseline", part.laboratory.baseline))
    for at, one in own:
        lower = [end for end in (one.above, one.at_least) if end is not None]
        upper = [end for end in (one.below, one.at_most) if end is not None]
        if not lower and not upper:
            yield _fault(protocol, "P562", at)
        elif len(lower) > 1 or len(upper) > 1:
            yield _fault(protocol, "P563", at)
        elif interval_of(one).empty:
            yield _fault(protocol, "P564", at, found="no number lies between the two ends")


def _laboratory(protocol: Protocol, part: Condition, path: str) -> _Faults:
    laboratory = part.laboratory
    assert laboratory is not None
    for test in laboratory.tests:
        analyte = ANALYTES.get(test)
        if analyte is None:
            yield _fault(protocol, "P560", f"{path}.tests", found=test)
        elif laboratory.unit not in MULTIPLES and analyte.factor(laboratory.unit) is None:
            listed = ", ".join([*(entry.unit for entry in analyte.units if entry.unit), *MULTIPLES])
            yield _fault(protocol, "P565", f"{path}.unit", found=laboratory.unit, test=test, known=listed)
    if laboratory.baseline is not None and laboratory.unit == OF_LOWER_LIMIT:
        yield _fault(protocol, "P568", f"{path}.baseline")
    if laboratory.unit in MULTIPLES:
        ends = [laboratory.above, laboratory.at_least, laboratory.below, laboratory.at_most]
        for end in ends:
            if end is not None and (end > 10_000 or -int(end.normalize().as_tuple().exponent) > 3):
                yield _fault(protocol, "P569", path, found=end)


def _event(protocol: Protocol, part: Condition, path: str) -> _Faults:
    event = part.event
    assert event is not None
    low, high = event.grade_at_least, event.grade_at_most
    if low is not None and high is not None and low > high:
        yield _fault(protocol, "P564", path, found=f"no grade is at least {low} and at most {high}")
    if not event.terms and low is None and high is None:
        yield _fault(protocol, "P562", path)
    if event.terms and event.except_terms:
        yield _fault(protocol, "P570", f"{path}.except_terms")


def _resumption(protocol: Protocol, rule: DoseRule) -> _Faults:
    """A resumption that no value allows, or that holds while the rule still does."""
    if rule.resume is None:
        return
    allowed = allowed_by(rule.resume)
    for (test, unit), values in allowed.items():
        if values.empty:
            yield _fault(protocol, "P573", f"{rule.id}.resume", test=test, unit=unit)
    for key, fires in firing(rule.when):
        both = allowed[key].meets(fires) if key in allowed else None
        if both is not None and not both.empty:
            words = {"test": key[0], "unit": key[1], "at": point_words(both.start)}
            yield _fault(protocol, "P574", f"{rule.id}.resume", **words)


def _schemes(protocol: Protocol) -> _Faults:
    groups: dict[tuple[str, str], list[DoseRule]] = {}
    for rule in protocol.treatment.rules:
        if rule.scheme is None:
            continue
        if rule.when.laboratory is None:
            yield _fault(protocol, "P576", f"{rule.id}.scheme", found=rule.scheme)
        else:
            groups.setdefault((rule.scheme, rule.component), []).append(rule)
    for (scheme, _), rules in groups.items():
        kinds = {(rule.when.laboratory.tests, rule.when.laboratory.unit) for rule in rules if rule.when.laboratory}
        if len(kinds) > 1:
            yield _fault(protocol, "P577", f"{rules[0].id}.scheme", found=scheme)
            continue
        codes = {"overlap": "P578", "gap": "P579", "baseline_gap": "P580"}
        for fault in scheme_faults(rules):
            words = {
                "scheme": scheme,
                "rules": " and ".join(fault.rules),
                "baseline": point_words(fault.baseline),
                "value": point_words(fault.value),
            }
            yield _fault(protocol, codes[fault.kind], f"{rules[0].id}.scheme", **words)

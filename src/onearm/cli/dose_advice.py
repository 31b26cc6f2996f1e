"""What the dose rules advise, as ``onearm dose`` gives it: beside each component, never in place of its dose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import click

from onearm.dosing.rules_results import ComponentAdvice, Fired, Input, Missing, SubjectAdvice, Unjudged
from onearm.protocol import Protocol
from onearm.words.dose_rule_words import ADVICE_REASONS, ADVICE_STATES, ADVICE_STATUS, NO_ACTION


def advice_status(protocol: Protocol, advice: SubjectAdvice | None) -> str:
    """``judged``, ``no_rules`` (the protocol has none) or ``not_treated`` (no dose by then, so no rule is judged)."""
    if not protocol.treatment.rules:
        return "no_rules"
    return "not_treated" if advice is None else "judged"


def advice_json(protocol: Protocol, advice: SubjectAdvice | None, ended: Collection[str]) -> list[dict[str, Any]]:
    """One entry a component: the action, what fired, what cannot be judged, and unconfirmed rules apart.

    ``action`` is None where no confirmed rule acts on the component, and where it has ended (``ended``) and no rule
    holds or stops it: silence is no advice to go on. Empty where no rule was judged at all.
    """
    if advice_status(protocol, advice) != "judged" or advice is None:
        return []
    why = {one.component: why_no_action(protocol, one, ended=one.component in ended) for one in advice.components}
    return [
        {
            **one.as_dict(),
            "action": one.action if why[one.component] is None else None,
            "no_action_because": why[one.component],
            "fired": _dicts(_own(advice.fired, one.component)),
            "examine": _dicts(_own(advice.examine, one.component)),
            "cannot_be_judged": [entry.as_dict() for entry in _unjudged_of(protocol, advice, one.component)],
            "unconfirmed_rules": _dicts(_own(advice.information, one.component)),
        }
        for one in advice.components
    ]


def why_no_action(protocol: Protocol, one: ComponentAdvice, *, ended: bool) -> str | None:
    """``no_confirmed_rule``, ``ended``, or None where the action of the rules is advice."""
    if one.component not in _ruled_components(protocol):
        return "no_confirmed_rule"
    return "ended" if ended and one.action not in ("hold", "stop") else None


def print_advice(protocol: Protocol, advice: SubjectAdvice | None, component: str, *, ended: bool) -> None:
    """The advice on one component, its reasons below it."""
    if advice_status(protocol, advice) != "judged" or advice is None:
        return
    one = advice.component(component)
    why = why_no_action(protocol, one, ended=ended)
    if why is not None:
        click.echo(f"  advice: none, since {NO_ACTION[why]}")
    else:
        since = f" since {one.since}" if one.since is not None and one.action != "continue" else ""
        limits = "".join(
            f", {entry.drug or 'the dose'} at most {entry.amount:f} {entry.unit}" for entry in one.reduced_to
        )
        undecided = any(entry.mark == "confirmed" for entry in _unjudged_of(protocol, advice, component))
        doubt = ", as far as the rules can be judged" if undecided and one.action != "stop" else ""
        click.echo(f"  advice: {one.action}{since}{limits}{doubt}")
        if one.action in ("hold", "stop"):
            goes_on = "go on" if one.others_continue else "are left to the investigator: the protocol does not say"
            click.echo(f"    the other components {goes_on}")
    for entry in _own(advice.fired, component):
        _print_fired(entry, f"{entry.action}, {ADVICE_STATES[entry.state].format(since=entry.since)}")
    for entry in _own(advice.examine, component):
        _print_fired(entry, "a test is wanted")
    for missing in _unjudged_of(protocol, advice, component):
        named = "; ".join(_missing_words(part) for part in missing.missing)
        mark = " (an unconfirmed rule)" if missing.mark == "unconfirmed" else ""
        click.echo(f"    cannot be judged, {missing.rule}{mark}: {named}")
    for entry in _own(advice.information, component):
        _print_fired(entry, "UNCONFIRMED rule, for information and no advice")


def print_status(status: str) -> None:
    """Why there is no advice at all."""
    if status != "judged":
        click.echo(f"\nAdvice: {ADVICE_STATUS[status]}")


def _ruled_components(protocol: Protocol) -> set[str]:
    """Components on which a confirmed rule acts."""
    acting = [rule for rule in protocol.treatment.rules if rule.mark == "confirmed" and rule.action != "examine"]
    return {name for rule in acting for name in (rule.component, *rule.also)}


def _unjudged_of(protocol: Protocol, advice: SubjectAdvice, component: str) -> list[Unjudged]:
    """Rules that cannot be judged and that act on a component, those that reach it from another among them."""
    reaching = {rule.id for rule in protocol.treatment.rules if component in (rule.component, *rule.also)}
    return [entry for entry in advice.unjudged if entry.rule in reaching]


def _own(entries: Sequence[Fired], component: str) -> list[Fired]:
    return [entry for entry in entries if entry.component == component]


def _dicts(entries: Sequence[Fired]) -> list[dict[str, object]]:
    return [entry.as_dict() for entry in entries]


def _print_fired(entry: Fired, what: str) -> None:
    source = ", ".join(part for part in (entry.source, entry.version) if part)
    click.echo(f"    {entry.rule} ({what}): {entry.text}" + (f" [{source}]" if source else ""))
    for one in entry.inputs:
        click.echo(f"      {_input_words(one)}")


def _input_words(one: Input) -> str:
    parts = [f"{one.name} {one.value}" + (f" {one.unit}" if one.unit else "")]
    parts += [f"limit of normal {one.limit}"] if one.limit else []
    parts += [f"baseline {one.baseline}"] if one.baseline else []
    parts += [one.unconfirmed] if one.unconfirmed else []
    parts += [str(one.date)] if one.date is not None else []
    parts += [f"{one.domain} row {one.row}"] if one.row is not None else []
    return ", ".join(parts)


def _missing_words(part: Missing) -> str:
    return f"{part.name}: {ADVICE_REASONS[part.reason]}" + (f" ({part.date})" if part.date is not None else "")

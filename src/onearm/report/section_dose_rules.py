"""Dose modifications advised: where the components stand, which rules held in whom, and the course of each patient."""

from __future__ import annotations

import polars as pl

from onearm.dosing.rules_results import Advice
from onearm.protocol.base import text_in
from onearm.protocol.dose_rule_parts import DoseRule
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say, say_code
from onearm.report.table import Cell, Row, Table, columns, rows_of, text_cell
from onearm.report.view import View

_ACTIONS = ("stop", "hold", "reduce", "resume", "continue")
_ENDED = "treatment_ended"


def dose_rules_section(view: View) -> tuple[Section, ...]:
    """The section, where the protocol has dose rules and anybody was treated."""
    advice = view.analysis.path.dose_advice
    if advice is None or not advice.subjects:
        return ()
    rules = view.analysis.protocol.treatment.rules
    unconfirmed = sum(rule.mark == "unconfirmed" for rule in rules)
    words = [say("dose_rules.advice_only")]
    if unconfirmed:
        words.append(say("dose_rules.unconfirmed", unconfirmed=unconfirmed, total=len(rules)))
    blocks: list[Block] = [Prose(tuple(words), tone="note"), _by_component(view, advice), _by_rule(view, advice, rules)]
    if view.shows_patients and advice.course.height:
        blocks.append(_course(view, advice))
    return (Section("dose_rules", say("section.dose_rules"), tuple(blocks)),)


def _by_component(view: View, advice: Advice) -> Table:
    """One row for each component and action that any patient on treatment has, and one for who is off it."""
    everyone = [entry.subject for entry in advice.subjects]
    whole = view.count(everyone)
    names = {component.id: text_in(component.name) for component in view.analysis.protocol.treatment.components}
    rows: list[list[Cell]] = []
    for component, name in names.items():
        off = _off_treatment(view, component)
        groups = {
            action: [
                entry.subject
                for entry in advice.subjects
                if entry.component(component).action == action and entry.subject not in off
            ]
            for action in _ACTIONS
        }
        groups[_ENDED] = [subject for subject in everyone if subject in off]
        met = [action for action in (*_ACTIONS, _ENDED) if groups[action]]
        counts = view.counts_of_whole([groups[action] for action in met])
        for action, count in zip(met, counts, strict=True):
            share = view.share(groups[action], everyone, count)
            rows.append([text_cell(name), text_cell(say_code("dose_action", action)), count, whole, share])
    head = columns(
        ("component", say("col.dose_component")),
        ("action", say("col.dose_action")),
        ("patients", say("col.patients"), True),
        ("n", say("col.dose_of"), True),
        ("share", say("col.value"), True),
    )
    notes = (say("note.dose_advice", n=whole.text),)
    return Table("dose_advice", say("table.dose_advice"), head, rows_of(rows), notes)


def _off_treatment(view: View, component: str) -> set[str]:
    """Patients to whom a component is not to be given any more: treatment or study ended, or its cycles are given."""
    ended = pl.any_horizontal(pl.col("EOTDT", "DTHDT", "EOSDT").is_not_null())
    off = set(view.analysis.derived.adsl.filter(ended)["USUBJID"])
    exposure = view.analysis.path.exposure
    most = {one.id: one.max_cycles for one in view.analysis.protocol.treatment.components}[component]
    if exposure is None or most is None:
        return off
    counted = {one.subject: one.cycles for one in exposure.summaries if one.component == component}
    return off | {subject for subject, cycles in counted.items() if cycles >= most}


def _by_rule(view: View, advice: Advice, rules: tuple[DoseRule, ...]) -> Table:
    """One row a rule, confirmed ones first: in whom it held, in whom it could not be judged."""
    held = _held(advice)
    unjudged: dict[str, list[str]] = {}
    for subject in advice.subjects:
        for name in dict.fromkeys(entry.rule for entry in subject.unjudged):
            unjudged.setdefault(name, []).append(subject.subject)
    everyone = view.count([entry.subject for entry in advice.subjects])
    rows = [
        [
            text_cell(rule.component),
            text_cell(rule.id),
            text_cell(say_code("dose_action", rule.action)),
            text_cell(text_in(rule.text)),
            text_cell(say_code("dose_mark", rule.mark)),
            text_cell(", ".join(part for part in (rule.source, rule.version) if part)),
            view.count(held.get(rule.id, [])),
            view.count(unjudged.get(rule.id, [])),
            everyone,
        ]
        for rule in sorted(rules, key=lambda rule: rule.mark)
    ]
    head = columns(
        ("component", say("col.dose_component")), ("rule", say("col.dose_rule")), ("action", say("col.dose_action")),
        ("text", say("col.dose_text")), ("mark", say("col.dose_mark")), ("source", say("col.dose_source")),
        ("held", say("col.dose_held"), True), ("not_judged", say("col.dose_unjudged"), True),
        ("n", say("col.dose_of"), True),
    )  # fmt: skip
    notes = (say("note.dose_rules", n=everyone.text),)
    return Table("dose_rules", say("table.dose_rules"), head, rows_of(rows), notes, long=True)


def _held(advice: Advice) -> dict[str, list[str]]:
    """Rule → patients in whom it held on any day."""
    found: dict[str, dict[str, None]] = {}
    for subject, rule in advice.held.select("USUBJID", "RULE").iter_rows():
        found.setdefault(rule, {})[subject] = None
    return {rule: list(subjects) for rule, subjects in found.items()}


def _tells_something() -> pl.Expr:
    """Every change of advice by a confirmed rule, and every dose left out; ``addr.csv`` holds the whole course."""
    return pl.col("KIND").is_in(["advice", "not_given"])


def _course(view: View, advice: Advice) -> Table:
    rows = [
        Row(
            (
                view.patient_cell(entry["USUBJID"]),
                text_cell(entry["COMPONENT"]),
                view.day(entry["DATE"]),
                text_cell(say_code("dose_kind", entry["KIND"])),
                text_cell(say_code("dose_action", entry["ACTION"]) if entry["ACTION"] else "–"),
                text_cell(entry["RULES"] or "–"),
                text_cell(entry["DETAIL"] or "–"),
                text_cell(say_code("dose_action", entry["ADVICE"]) if entry["ADVICE"] else "–"),
            ),
            patient=view.key(entry["USUBJID"]),
        )
        for entry in advice.course.filter(_tells_something()).iter_rows(named=True)
    ]
    head = columns(
        ("subject", say("col.patient")), ("component", say("col.dose_component")), ("date", say("col.date")),
        ("kind", say("col.dose_kind")), ("action", say("col.dose_action")), ("rules", say("col.dose_rule")),
        ("detail", say("col.dose_detail")), ("advice_before", say("col.dose_beside")),
    )  # fmt: skip
    return Table(
        "dose_course", say("table.dose_course"), head, tuple(rows), (say("note.dose_course"),), patient_level=True,
        long=len(rows) > 12,
    )  # fmt: skip

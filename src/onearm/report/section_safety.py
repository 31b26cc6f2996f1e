"""Adverse events and deaths: overview, terms by worst grade, special interest; each number leads to its patients."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import polars as pl

from onearm.protocol.base import text_in
from onearm.protocol.safety_parts import safety_plan
from onearm.report.figure_order import Order
from onearm.report.figures_events import SHOWN_TERMS, draw_event_bars
from onearm.report.page import Block, FigureBlock, Fold, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.section_stopping import stopping_section
from onearm.report.table import Cell, Row, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld
from onearm.safety import SafetyResult
from onearm.safety.event_tables import (
    GRADES,
    Counted,
    InterestCount,
    TermCount,
    by_term,
    counted_events,
    death_counts,
    interest,
    overview,
)
from onearm.units import round_half_away


def safety_sections(view: View) -> tuple[Section, ...]:
    """Adverse events, then stopping rules; none where the protocol has no rules on adverse events."""
    result = view.analysis.path.safety
    if result is None:
        return ()
    view.count(result.treated)  # the denominator is told before anything that is part of it
    section = Section("safety", say("section.safety"), tuple(_blocks(view, result)))
    return (section, *stopping_section(view, result))


def order_safety(view: View) -> dict[str, Order]:
    """The bars of the most frequent terms; none for the public, whom they would tell of a few patients."""
    result = view.analysis.path.safety
    if result is None or not view.shows_patients:
        return {}
    terms = by_term(_own(result))[:SHOWN_TERMS]
    if not terms:
        return {}
    lines = [(one.term, len(one.subjects), len(one.at_least(3))) for one in terms]
    arguments = {"terms": lines, "n": len(result.treated), "simulated": view.simulated}
    return {"events": Order(draw_event_bars, arguments)}


def _own(result: SafetyResult) -> pl.DataFrame:
    return counted_events(result.adae).filter(pl.col("USUBJID").is_in(result.treated))


def _blocks(view: View, result: SafetyResult) -> list[Block]:
    protocol, n = view.analysis.protocol, len(result.treated)
    events = _own(result)
    blocks: list[Block] = [Prose((_definition(view, result),))]
    if assumed := _assumed(view):
        blocks.append(Prose((say_html("safety.assumed", names="; ".join(assumed)),), tone="note"))
    blocks.append(_overview(view, result, overview(protocol, result.adae, result.treated)))
    terms = by_term(events)
    if order_safety(view):
        caption = say_html("caption.events", shown=min(len(terms), SHOWN_TERMS), n=n)
        blocks.append(FigureBlock("events", say("figure.events.title"), caption))
    common = [one for one in terms if 10 * len(one.subjects) >= n]
    blocks.append(_terms(view, result, "ae_common", common))
    folded = [_terms(view, result, "ae_terms", terms)]
    folded.append(_terms(view, result, "ae_classes", by_term(events, by_organ_class=True), with_class=True))
    folded.append(_terms(view, result, "ae_related", by_term(events.filter(pl.col("AREL") == "Y"))))
    folded.append(_terms(view, result, "ae_serious", by_term(events.filter(pl.col("ASER") == "Y"))))
    blocks += [Fold(table.title, (table,), id=f"fold-{table.id}") for table in folded if table.rows]
    if safety_plan(protocol.safety).special_interest:
        blocks.append(_interest(view, result, interest(protocol, result.adae)))
    if result.deaths.height:
        blocks += _deaths(view, result)
    if view.shows_patients and (doubtful := _doubtful(view, result)).rows:
        blocks.append(doubtful)
    return blocks


def _definition(view: View, result: SafetyResult) -> str:
    rules = safety_plan(view.analysis.protocol.safety).events
    assert rules is not None
    n = view.count(result.treated).text
    therapy = say(f"safety.therapy.{rules.new_therapy or 'open'}")
    if rules.window is None:
        return say("safety.definition_open", n=n, therapy=therapy)
    longer = rules.serious_window
    serious = "" if longer is None else say("safety.serious_window", days=longer.days)
    return say("safety.definition", n=n, window=rules.window.days, serious=serious, therapy=therapy)


def _assumed(view: View) -> list[str]:
    protocol = view.analysis.protocol
    found: dict[str, list[str]] = {}
    for path in ("safety.events", "safety.special_interest", "safety.stopping"):
        entry = protocol.provenance_of(path)
        if entry is not None and entry.assumed is not None:
            found.setdefault(entry.assumed, []).append(path)
    return [f"{', '.join(paths)} ({why})" for why, paths in found.items()]


def _count_cells(view: View, subjects: Sequence[str], events: int, result: SafetyResult) -> list[Cell]:
    """Patients, their share of the treated, and events; the last two are withheld with the first."""
    count = view.count(subjects)
    share = view.share(subjects, result.treated, count)
    return [count, share, withheld(SMALL_UNKNOWN) if count.suppressed else Cell(events, str(events))]


def _overview(view: View, result: SafetyResult, lines: Sequence[Counted]) -> Table:
    protocol = view.analysis.protocol
    names = {component.id: text_in(component.name) for component in protocol.treatment.components}
    names |= {group.id: text_in(group.name) for group in safety_plan(protocol.safety).special_interest}
    rows = [
        [
            text_cell(say(f"ae_line.{line.code}")),
            text_cell(names.get(line.about, "")),
            *_count_cells(view, line.subjects, line.events, result),
        ]
        for line in lines
    ]
    head = columns(
        ("event", say("col.event_line")), ("about", say("col.about")), ("patients", say("col.patients"), True),
        ("share", say("col.share"), True), ("events", say("col.events"), True),
    )  # fmt: skip
    notes = (say("note.ae_counts", n=view.count(result.treated).text), say("note.ae_events"))
    return Table("ae_overview", say("table.ae_overview"), head, rows_of(rows), notes)


def _terms(
    view: View, result: SafetyResult, name: str, terms: Sequence[TermCount], *, with_class: bool = False
) -> Table:
    """Terms with any grade and grade 3 or more; grade by grade for those who may see single patients."""
    by_grade = view.shows_patients
    rows = []
    for one in terms:
        severe = one.at_least(3)
        any_cells = _count_cells(view, one.subjects, one.events, result)
        severe_count = view.count(severe)
        cells = [*any_cells[:2], severe_count, view.share(severe, result.treated, severe_count)]
        if by_grade:
            cells += [view.count(group) for group in (*one.by_grade, one.ungraded)]
        first = [text_cell(one.organ_class or say("value.not_recorded"))] if with_class else []
        rows.append([*first, text_cell(one.term or "–"), *cells, any_cells[2]])
    head = columns(
        *([("organ_class", say("col.organ_class"))] if with_class else []),
        ("term", say("col.term")), ("patients", say("col.patients"), True), ("share", say("col.share"), True),
        ("severe", say("col.ae_severe"), True), ("severe_share", say("col.ae_severe_share"), True),
        *([(f"grade_{grade}", say("col.ae_grade", grade=grade), True) for grade in GRADES] if by_grade else []),
        *([("ungraded", say("col.ungraded"), True)] if by_grade else []),
        ("events", say("col.events"), True),
    )  # fmt: skip
    notes = (say("note.ae_counts", n=view.count(result.treated).text),)
    return Table(name, say(f"table.{name}"), head, rows_of(rows), notes)


def _interest(view: View, result: SafetyResult, groups: Sequence[InterestCount]) -> Table:
    names = {group.id: text_in(group.name) for group in safety_plan(view.analysis.protocol.safety).special_interest}
    rows = []
    for one in groups:
        count, share, events = _count_cells(view, one.subjects, one.events, result)
        resolved = withheld(SMALL_UNKNOWN) if count.suppressed else Cell(one.resolved, str(one.resolved))
        spread = [_spread(view, one.onset_days, count), _spread(view, one.duration_days, count)]
        rows.append(
            [text_cell(names[one.group]), count, share, view.count(one.severe), events, spread[0], resolved, spread[1]]
        )
    head = columns(
        ("group", say("col.group")), ("patients", say("col.patients"), True), ("share", say("col.share"), True),
        ("severe", say("col.ae_severe"), True), ("events", say("col.events"), True),
        ("onset_days", say("col.onset_days"), True), ("resolved", say("col.resolved"), True),
        ("duration_days", say("col.duration_days"), True),
    )  # fmt: skip
    notes = (say("note.ae_counts", n=view.count(result.treated).text), say("note.ae_interest"))
    return Table("ae_interest", say("table.ae_interest"), head, rows_of(rows), notes)


def _spread(view: View, days: Sequence[int], count: Cell) -> Cell:
    if not days:
        return no_value()
    if count.suppressed or not view.shows_patients:
        return withheld(SMALL_UNKNOWN)
    middle = round_half_away(median(days), 1)
    return Cell(float(middle), f"{middle} ({days[0]}–{days[-1]})")


def _deaths(view: View, result: SafetyResult) -> list[Block]:
    rows = []
    for line in death_counts(result.deaths):
        about = line.about or say("value.not_recorded")
        count, share, _ = _count_cells(view, line.subjects, line.events, result)
        rows.append([text_cell(say(f"death_line.{line.code}", about=about)), count, share])
    head = columns(
        ("deaths", say("col.death_line")), ("patients", say("col.patients"), True), ("share", say("col.share"), True)
    )
    notes = (say("note.ae_counts", n=view.count(result.treated).text), say("note.deaths"))
    blocks: list[Block] = [Table("deaths", say("table.deaths"), head, rows_of(rows), notes)]
    return [*blocks, _death_list(view, result)] if view.shows_patients else blocks


def _death_list(view: View, result: SafetyResult) -> Table:
    rows = [
        Row(
            (
                view.patient_cell(death["USUBJID"]),
                view.day(death["DTHDT"]),
                no_value() if death["DAYS"] is None else Cell(death["DAYS"], str(death["DAYS"])),
                text_cell(death["CAUSE"] or say("value.not_recorded")),
                text_cell(death["EVENT"] or "–"),
                text_cell(_yes_no(death["AREL"])),
            ),
            patient=view.key(death["USUBJID"]),
        )
        for death in result.deaths.filter(pl.col("USUBJID").is_in(list(result.treated))).iter_rows(named=True)
    ]
    head = columns(
        ("subject", say("col.patient")), ("death", say("col.death")), ("days", say("col.days_after_dose"), True),
        ("cause", say("col.cause")), ("event", say("col.fatal_event")), ("related", say("col.related")),
    )  # fmt: skip
    return Table("death_list", say("table.death_list"), head, tuple(rows), patient_level=True, long=len(rows) > 12)


def _yes_no(said: str | None) -> str:
    return say("value.not_recorded") if said is None else say("value.yes" if said == "Y" else "value.no")


def _doubtful(view: View, result: SafetyResult) -> Table:
    open_ = result.adae.filter(pl.col("TRTEMFL").is_null())
    rows = [
        Row(
            (
                view.patient_cell(event["USUBJID"]),
                text_cell(event["TERM"]),
                view.day(event["ASTDT"]),
                no_value() if event["AETOXGRN"] is None else Cell(event["AETOXGRN"], str(event["AETOXGRN"])),
                text_cell(say_code("emergence", event["TRTEMRSN"])),
            ),
            patient=view.key(event["USUBJID"]),
        )
        for event in open_.iter_rows(named=True)
    ]
    head = columns(
        ("subject", say("col.patient")), ("term", say("col.term")), ("onset", say("col.onset")),
        ("grade", say("col.toxicity_grade"), True), ("why", say("col.why_open")),
    )  # fmt: skip
    return Table("ae_doubtful", say("table.ae_doubtful"), head, tuple(rows), patient_level=True, long=len(rows) > 12)

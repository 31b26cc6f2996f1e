"""Quality of life: completion, change from baseline, time to deterioration, and what the scores rest on."""

from __future__ import annotations

from onearm.questionnaires import QualityOfLife
from onearm.questionnaires.change import Change
from onearm.questionnaires.completion import Completion
from onearm.questionnaires.deterioration import COMPETING, EVENT, Definition, TimeToDeterioration
from onearm.reference import Scale
from onearm.report.figure_order import Order
from onearm.report.figures_quality import Panel, Point, draw_changes
from onearm.report.numbers import level_text, months_text
from onearm.report.page import Block, FigureBlock, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.table import Cell, Row, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld
from onearm.units import DAYS_A_MONTH, round_half_away

NEAR = 2
"""Definitions that differ from the protocol's in more switches are not shown."""


def order_quality(view: View) -> dict[str, Order]:
    """One figure a questionnaire; none for the public, where single points would tell of a few patients."""
    quality = view.analysis.path.quality
    if quality is None or not view.shows_patients:
        return {}
    orders = {}
    labels = {visit.number: str(visit.day // 7) for visit in quality.visits}
    for questionnaire in quality.questionnaires:
        panels = [panel for scale in questionnaire.scales if (panel := _panel(quality, scale)) is not None]
        if panels:
            name = _figure_name(questionnaire.name)
            title = say("figure.quality.title", name=questionnaire.name)
            shown = {"name": name, "title": title, "panels": panels, "labels": labels, "simulated": view.simulated}
            orders[name] = Order(draw_changes, shown)
    return orders


def _figure_name(instrument: str) -> str:
    return "quality-" + "".join(letter if letter.isalnum() else "-" for letter in instrument.lower())


def _panel(quality: QualityOfLife, scale: Scale) -> Panel | None:
    points = tuple(
        Point(change.visit, float(change.mean), change.lower, change.upper, change.n)
        for change in quality.changes
        if change.scale == scale.code
    )
    return Panel(_name(scale), scale.higher_is == "better", points) if points else None


def _name(scale: Scale) -> str:
    return scale.name if scale.mark == "confirmed" else say("figure.quality.unconfirmed", name=scale.name)


def quality_section(view: View) -> tuple[Section, ...]:
    """The section, where the protocol plans questionnaires."""
    quality = view.analysis.path.quality
    if quality is None:
        return ()
    blocks: list[Block] = [*_refusals(quality)]
    if quality.completion:
        blocks.append(_completion(view, quality))
    for name, order in order_quality(view).items():
        caption = say_html("caption.quality", level=level_text(float(quality.protocol.conventions.level)))
        blocks.append(FigureBlock(name, order.arguments["title"], caption))
    if quality.changes:
        blocks.append(_changes(view, quality))
    if quality.deterioration:
        blocks.append(_deterioration(view, quality))
        if view.shows_patients:
            blocks += [_definitions(view, quality), _times(view, quality)]
    blocks.append(_scales(quality))
    return (Section("quality", say("section.quality"), tuple(blocks)),)


def _refusals(quality: QualityOfLife) -> list[Block]:
    said = [say("quality.refused", **finding.values) for finding in quality.findings if finding.code == "Q010"]
    return [Prose(tuple(said), tone="warning", id="quality-refused")] if said else []


def _completion(view: View, quality: QualityOfLife) -> Table:
    rows = [_completion_row(view, one) for one in quality.completion]
    head = columns(
        ("instrument", say("col.instrument")), ("visit", say("col.visit_planned")),
        ("expected", say("col.expected_forms"), True), ("received", say("col.received_forms"), True),
        ("received_rate", say("col.received_rate"), True), ("scored", say("col.scored_forms"), True),
        ("scored_rate", say("col.scored_rate"), True), ("unexpected", say("col.unexpected_forms"), True),
        ("missing", say("col.why_missing")),
    )  # fmt: skip
    plan = quality.plan
    note = say(
        "note.quality_completion", set=say(f"set.{plan.population}").lower(), window=plan.window_days,
        until=say(f"quality.until.{plan.expected_while}"),
    )  # fmt: skip
    return Table("quality_completion", say("table.quality_completion"), head, rows_of(rows), (note,))


def _completion_row(view: View, one: Completion) -> list[Cell]:
    expected = view.count(one.expected)
    names = [text_cell(one.instrument), text_cell(_visit(one.label))]
    if expected.suppressed:
        return [*names, expected, *[withheld(SMALL_UNKNOWN)] * 6]
    hit, out = set(one.received), set(one.evaluable)
    received, _ = view.counts_of_whole([one.received, [s for s in one.expected if s not in hit]])
    scored, _ = view.counts_of_whole([one.evaluable, [s for s in one.expected if s not in out]])
    why = [
        say("quality.missing", reason=_reason(reason), count=view.count(subjects).text)
        for reason, subjects in one.missing.items()
    ]
    return [
        *names, expected, received, view.share(one.received, one.expected, received), scored,
        view.share(one.evaluable, one.expected, scored), view.count(one.unexpected), text_cell("; ".join(why) or "–"),
    ]  # fmt: skip


def _visit(label: str) -> str:
    return label.capitalize()


def _reason(code: str) -> str:
    return say("quality.reason.not_recorded") if code == "not_recorded" else code.capitalize()


def _changes(view: View, quality: QualityOfLife) -> Table:
    rows = [_change_row(view, quality.scales[change.scale], change) for change in quality.changes]
    head = columns(
        ("scale", say("col.scale")), ("higher_is", say("col.higher_is")), ("visit", say("col.visit_planned")),
        ("n", "n", True), ("mean", say("col.mean_change"), True), ("sd", say("col.sd"), True),
        ("lower", say("col.lower"), True), ("upper", say("col.upper"), True), ("improved", say("col.improved"), True),
        ("stable", say("col.stable"), True), ("worse", say("col.became_worse"), True),
    )  # fmt: skip
    note = say("note.quality_change", level=level_text(float(quality.protocol.conventions.level)))
    notes = (note, *_marks(quality))
    return Table("quality_change", say("table.quality_change"), head, rows_of(rows), notes, long=len(rows) > 12)


def _change_row(view: View, scale: Scale, change: Change) -> list[Cell]:
    names = [text_cell(_name(scale)), text_cell(say(f"quality.{scale.higher_is}")), text_cell(_visit(change.label))]
    n = view.count(change.subjects)
    if n.suppressed:
        return [*names, n, *[withheld(SMALL_UNKNOWN)] * 7]
    numbers = [_point(float(change.mean)), *(_point(value) for value in (change.sd, change.lower, change.upper))]
    if change.improved is None or change.stable is None or change.worse is None:
        return [*names, n, *numbers, *[no_value()] * 3]
    return [*names, n, *numbers, *view.counts_of_whole([change.improved, change.stable, change.worse])]


def _point(value: float | None) -> Cell:
    return no_value() if value is None else Cell(value, str(round_half_away(value, 1)))


def _deterioration(view: View, quality: QualityOfLife) -> Table:
    rows = []
    for one in quality.deterioration:
        scale, threshold = quality.scales[one.scale], quality.plan.threshold_of(one.scale)
        worsening = no_value() if threshold is None else Cell(float(threshold.worsening), f"{threshold.worsening:f}")
        rows.append([text_cell(_name(scale)), worsening, *_time_cells(view, one)])
    head = columns(("scale", say("col.scale")), ("worsening", say("col.points_worsening"), True), *_time_columns())
    definition, plan = quality.deterioration[0].definition, quality.plan.deterioration
    notes = [
        say(
            "note.quality_deterioration",
            start=say(f"quality.start.{plan.start if plan is not None else 'first_dose'}"),
            **_switch_words(definition),
        ),
        *_thresholds(quality),
    ]
    if definition.death == "competing":
        notes.append(say("note.quality_competing"))
    return Table("quality_deterioration", say("table.quality_deterioration"), head, rows_of(rows), tuple(notes))


def _time_columns() -> tuple[tuple[str, str, bool], ...]:
    return (
        ("n", "n", True), ("events", say("col.events"), True), ("deaths", say("col.deaths_before"), True),
        ("excluded", say("col.no_baseline"), True), ("median", say("col.median"), True),
        ("lower", say("col.lower"), True), ("upper", say("col.upper"), True),
    )  # fmt: skip


def _switch_words(definition: Definition) -> dict[str, str]:
    confirmation = definition.last_form if definition.confirmation == "next_form" else "none"
    return {
        "reference": say(f"quality.reference.{definition.reference}"),
        "pattern": say(f"quality.pattern.{definition.pattern}"),
        "confirmation": say(f"quality.confirmation.{confirmation}"),
        "death": say(f"quality.death.{definition.death}"),
        "no_baseline": say(f"quality.no_baseline.{definition.no_baseline}"),
    }


def _time_cells(view: View, one: TimeToDeterioration) -> list[Cell]:
    """n, events, deaths that compete or count, patients left out, median and limits in months."""
    whole = view.count(one.subjects())
    if whole.suppressed:
        return [whole, *[withheld(SMALL_UNKNOWN)] * 6]
    events = one.subjects(EVENT)
    rest = [subject for subject in one.subjects() if subject not in set(events)]
    hit, _ = view.counts_of_whole([events, rest])
    deaths = tuple(row.subject for row in one.rows if row.reason == "DEATH")
    medians: list[Cell] = []
    for field in ("estimate", "lower", "upper"):
        value = getattr(one.median, field)
        absent = say("value.not_reached" if field == "estimate" else "value.not_estimable")
        if hit.suppressed:
            medians.append(withheld(SMALL_UNKNOWN))
        elif value is None:
            medians.append(no_value(absent))
        else:
            medians.append(Cell(value / DAYS_A_MONTH, months_text(value / DAYS_A_MONTH)))
    return [whole, hit, view.count(deaths), view.count(one.excluded), *medians]


def _definitions(view: View, quality: QualityOfLife) -> Table:
    rows = []
    own = {one.scale: one.definition for one in quality.deterioration}
    for one in quality.under_every_definition:
        if _switches_changed(one.definition, own[one.scale]) > NEAR:
            continue
        words = _switch_words(one.definition)
        switches = [text_cell(words[name]) for name in ("reference", "pattern", "confirmation", "death", "no_baseline")]
        rows.append([text_cell(_name(quality.scales[one.scale])), *switches, *_time_cells(view, one)])
    head = columns(
        ("scale", say("col.scale")), ("reference", say("col.reference")), ("pattern", say("col.pattern")),
        ("confirmation", say("col.confirmation")), ("death", say("col.death_is")),
        ("no_baseline", say("col.no_baseline")), *(_time_columns()[:3]), ("left_out", say("col.no_baseline"), True),
        *(_time_columns()[4:]),
    )  # fmt: skip
    notes = (say("note.quality_definitions"), say("note.quality_competing"))
    return Table("quality_definitions", say("table.quality_definitions"), head, rows_of(rows), notes, long=True)


def _switches_changed(one: Definition, other: Definition) -> int:
    """In how many of the five switches two definitions differ; a confirmation and its last form are one."""
    pairs = zip(_switches(one), _switches(other), strict=True)
    return sum(mine != theirs for mine, theirs in pairs)


def _switches(one: Definition) -> tuple[object, ...]:
    return (one.reference, one.pattern, (one.confirmation, one.last_form), one.death, one.no_baseline)


def _times(view: View, quality: QualityOfLife) -> Table:
    rows = []
    for one in quality.deterioration:
        scale = quality.scales[one.scale]
        for row in one.rows:
            kind = {EVENT: say("value.yes"), COMPETING: say("quality.death.competing")}.get(
                row.censored, say("value.no")
            )
            cells = (
                view.patient_cell(row.subject), text_cell(scale.name), Cell(row.days, str(row.days)), text_cell(kind),
                text_cell(say_code("quality.reason", row.reason.replace(" ", "_"))), view.day(row.date),
                _score(row.reference, scale), _score(row.score, scale),
            )  # fmt: skip
            rows.append(Row(cells, patient=view.key(row.subject)))
    head = columns(
        ("subject", say("col.patient")), ("scale", say("col.scale")), ("days", say("col.days"), True),
        ("event", say("col.event")), ("reason", say("col.ended_by")), ("date", say("col.date")),
        ("reference", say("col.reference_score"), True), ("score", say("col.score_then"), True),
    )  # fmt: skip
    return Table(
        "quality_times", say("table.quality_times"), head, tuple(rows), patient_level=True, long=len(rows) > 12
    )


def _score(parts: int | None, scale: Scale) -> Cell:
    return no_value() if parts is None else _point(parts / scale.parts)


def _scales(quality: QualityOfLife) -> Table:
    rows = []
    for questionnaire in quality.questionnaires:
        for scale in questionnaire.scales:
            threshold = quality.plan.threshold_of(scale.code)
            points = (None, None) if threshold is None else (threshold.improvement, threshold.worsening)
            needed = f"{scale.min_answered} / {len(scale.members)}"
            rows.append(
                [
                    text_cell(questionnaire.name), text_cell(scale.code), text_cell(scale.name),
                    text_cell(say(f"quality.{scale.higher_is}")), text_cell(needed),
                    *(no_value() if value is None else Cell(float(value), f"{value:f}") for value in points),
                    text_cell(say(f"quality.{scale.mark}")),
                ]
            )  # fmt: skip
    head = columns(
        ("instrument", say("col.instrument")), ("code", say("col.code")), ("scale", say("col.scale")),
        ("higher_is", say("col.higher_is")), ("needed", say("col.items_needed")),
        ("improvement", say("col.points_improvement"), True), ("worsening", say("col.points_worsening"), True),
        ("mark", say("col.mark")),
    )  # fmt: skip
    notes = (*_marks(quality), *_thresholds(quality))
    return Table("quality_scales", say("table.quality_scales"), head, rows_of(rows), notes, long=True)


def _marks(quality: QualityOfLife) -> list[str]:
    return [
        say("note.quality_unconfirmed", name=scale.name, note=f" ({scale.note})" if scale.note else "")
        for scale in quality.scales.values()
        if scale.mark == "unconfirmed"
    ]


def _thresholds(quality: QualityOfLife) -> list[str]:
    said = []
    for code, threshold in quality.plan.thresholds.items():
        scale = quality.scales.get(code)
        name = scale.name if scale is not None else say("quality.all_scales")
        mark = say(f"quality.{threshold.mark}")
        said.append(say("note.quality_threshold", name=name, source=threshold.source, mark=mark))
    return said

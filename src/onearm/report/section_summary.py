"""First page: what was decided, on which inputs, and what was assumed."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from onearm.decide.results import Decision
from onearm.design import recover
from onearm.design.words import describe_inputs, describe_limits
from onearm.estimates.response import primary_rate_id
from onearm.protocol.base import text_in
from onearm.protocol.paths import value_at
from onearm.protocol.questions import list_open_questions
from onearm.report.decision_words import all_limits, headline, is_untested, rule_words
from onearm.report.numbers import percent_text, share_text, short_digest
from onearm.report.page import Block, Fold, Prose, Section, Tile, Tiles
from onearm.report.say import say, say_code, say_html
from onearm.report.table import Cell, Table, columns, no_value, rows_of, text_cell
from onearm.report.traced import Traced
from onearm.report.view import View


def summary_section(view: View) -> Section:
    """Headline, key numbers, versions and digests, assumptions, the decision under each alternative."""
    analysis = view.analysis
    lead = Prose((Markup(" ").join(headline(view, analysis.decision)),), tone="lead", id="headline")
    blocks: list[Block] = [lead, _tiles(view), *_basis(view), *_errors(view)]
    if analysis.alternatives:
        blocks.append(_alternatives(view))
    if analysis.decision.action == "refused" and not is_untested(analysis.decision):
        blocks += _candidates(view)
    blocks += [_inputs(view), _known(view, "assumed"), _known(view, "inferred"), _open_places(view)]
    return Section("summary", say("section.summary"), tuple(blocks))


def _basis(view: View) -> list[Block]:
    """By which criterion, from what and by whom the response was read: nobody should have to look for it."""
    protocol = view.analysis.protocol
    options = protocol.response_options
    if options is None or protocol.tumour.criterion is None:
        return []
    return [
        Prose(
            (
                say_html(
                    f"basis.{options.response_source}_{options.confirmation}",
                    criterion=say_code("criterion", protocol.tumour.criterion),
                    evaluator=say_code("evaluator", options.evaluator),
                    days=options.confirmation_min_days,
                    set=say(f"set.{view.primary_set}").lower(),
                ),
            ),
            tone="note",
            id="basis",
        )
    ]


def _errors(view: View) -> list[Block]:
    """That something is wrong with the data or their reading, on the page that everybody reads."""
    codes = sorted({finding.code for finding in view.analysis.findings if finding.severity == "error"})
    if not codes:
        return []
    return [Prose((say_html("summary.errors", codes=", ".join(codes)),), tone="warning", id="errors")]


def _tiles(view: View) -> Tiles:
    analysis = view.analysis
    decision = analysis.decision
    action = "exploratory" if is_untested(decision) else decision.action
    tiles = [Tile(say("tile.decision"), say(f"action.{action}"), _decision_note(decision), tone=action)]
    by_id = {estimate.id: estimate for estimate in analysis.estimates}
    primary = by_id.get("orr.design") or by_id.get(primary_rate_id(analysis.protocol) or "")
    rate = primary or next((e for e in analysis.estimates if e.id == f"orr.confirmed.{view.primary_set}"), None)
    if rate is not None:
        tiles.append(_estimate_tile(view, rate.id))
    known = {estimate.id for estimate in analysis.estimates}
    tiles += [_estimate_tile(view, wanted) for wanted in ("pfs.median", "os.median") if wanted in known]
    return Tiles(tuple(tiles))


def _decision_note(decision: Decision) -> Markup:
    return rule_words(decision) if decision.action != "refused" and not is_untested(decision) else Markup("")


def _estimate_tile(view: View, estimate_id: str) -> Tile:
    estimate = view.analysis.estimate(estimate_id)
    x, n, value, lower, upper = view.estimate_cells(estimate)
    label = say_code("estimate", ".".join(estimate_id.split(".")[:2]))
    marks = {
        "lower": Traced(lower.text, estimate.id, "lower"),
        "upper": Traced(upper.text, estimate.id, "upper"),
        "x": Traced(x.text, estimate.id, "x"),
        "n": Traced(n.text, estimate.id, "n"),
    }
    unit = f" {say('unit.months')}" if estimate.unit == "months" and estimate.value is not None else ""
    shown = say_html("tile.value", value=Traced(value.text, estimate.id, "value"), unit=unit)
    kind = "rate" if estimate.kind == "proportion" else "time"
    return Tile(label, shown, say_html(f"tile.note_{kind}", **marks))


def _alternatives(view: View) -> Table:
    rows = []
    for alternative in view.analysis.alternatives:
        decision = alternative.decision
        design = alternative.protocol.design
        counts = decision.counts
        told = counts is not None and view.shows_patients
        rates = "–"
        if design.p0 is not None and design.p1 is not None:
            rates = say("alternatives.rates", p0=percent_text(design.p0, 0), p1=percent_text(design.p1, 0))
        rows.append(
            [
                text_cell(alternative.overlay),
                text_cell(rates),
                text_cell(Markup(all_limits(decision)).striptags() or "–"),
                Cell(decision.action, say(f"action.{decision.action}"), tone=decision.action),
                Cell(counts.responders, str(counts.responders)) if told and counts else no_value(),
                Cell(counts.members, str(counts.members)) if told and counts else no_value(),
            ]
        )
    return Table(
        "decision_alternatives",
        say("table.alternatives"),
        columns(
            ("overlay", say("col.overlay")),
            ("rates", say("col.rates")),
            ("rule", say("col.rule")),
            ("action", say("col.action")),
            ("responders", say("col.responders"), True),
            ("members", say("col.members"), True),
        ),
        rows_of(rows),
        notes=(say("note.alternatives"), *_other_headings(view)),
    )


def _other_headings(view: View) -> list[str]:
    """What the alternatives ask a report to say, and the page's head does not say already."""
    said = {text_in(text) for text in view.analysis.protocol.headings}
    others = [
        (alternative.overlay, text_in(text))
        for alternative in view.analysis.alternatives
        for text in alternative.protocol.headings
    ]
    return [f"{overlay}: {text}." for overlay, text in dict.fromkeys(others) if text not in said]


def _candidates(view: View) -> list[Block]:
    design = view.analysis.protocol.design
    missing = Prose(
        (say_html("refused.lead"), say_html("refused.list", paths=", ".join(view.analysis.decision.missing))),
        tone="warning",
    )
    if design.n1 is None or design.n is None:
        return [missing]
    known = {
        name: float(value) for name in ("p0", "p1", "alpha", "power") if (value := getattr(design, name)) is not None
    }
    success = None if design.success is None else design.success - 1
    report = recover(n1=design.n1, n=design.n, r1=design.futility_stop, r=success, **known)
    rows = [
        [
            text_cell(describe_inputs(candidate.design)),
            text_cell("; ".join(describe_limits(candidate.design))),
            Cell(candidate.attained_alpha, share_text(candidate.attained_alpha)),
            Cell(candidate.attained_power, share_text(candidate.attained_power)),
            Cell(candidate.en0, share_text(candidate.en0, 1)),
            text_cell(candidate.design_class),
        ]
        for candidate in report.most_likely()
    ]
    head = columns(
        ("inputs", say("col.inputs")),
        ("limits", say("col.rule")),
        ("type_one_error", say("col.type_one_error"), True),
        ("power", say("col.power"), True),
        ("expected_size_p0", say("col.expected_size_p0"), True),
        ("class", say("col.class")),
    )
    notes = report.notes()
    table = Table("design_candidates", say("table.candidates"), head, rows_of(rows), notes)
    return [missing, table]


def _inputs(view: View) -> Table:
    analysis = view.analysis
    protocol, identity = analysis.protocol, analysis.protocol.identity
    version = identity.versions[-1] if identity.versions else None
    pairs: list[tuple[str, Cell]] = [
        ("trial", text_cell(identity.id)),
        ("registry", text_cell(identity.registry or "–")),
        ("version", text_cell(version.version if version else "–")),
        ("protocol_digest", Cell(protocol.digest, short_digest(protocol.digest))),
        ("overlays", text_cell(", ".join(protocol.overlays) or "–")),
        ("study", text_cell(analysis.records.study_id)),
        ("records_digest", Cell(analysis.records.digest, short_digest(analysis.records.digest))),
        ("software", text_cell(analysis.software)),
        ("cutoff", view.day(analysis.cut.day)),
        ("cutoff_kind", text_cell(say("cut.given" if analysis.cut.given else "cut.last"))),
        ("audience", text_cell(say(f"audience.{view.audience}"))),
    ]
    head = columns(("input", say("col.input")), ("value", say("col.value")))
    return Table(
        "inputs", say("table.inputs"), head, rows_of([text_cell(say(f"input.{name}")), cell] for name, cell in pairs)
    )


def _known(view: View, status: str) -> Table:
    """Every value that is assumed, or inferred, with the reason; a table for each."""
    protocol = view.analysis.protocol
    rows = []
    for path, entry in protocol.provenance_by_path.items():
        if entry.status != status:
            continue
        words = entry.inferred if entry.inferred is not None else say("assumed.by", why=entry.assumed, who=entry.who)
        if entry.departs:
            words = f"{say('status.departs')}: {words}"
        why = f"{words} [{entry.overlay}]" if entry.overlay else words
        rows.append([text_cell(why or ""), text_cell(path), text_cell(_shown(value_at(protocol, path)))])
    head = columns(
        ("why", say("col.words")),
        ("path", say("col.path")),
        ("value", say("col.value")),
    )
    title, note = say(f"table.{status}"), say(f"note.{status}")
    return Table(status, title, head, rows_of(rows), (note,), long=status == "inferred")


def _open_places(view: View) -> Fold:
    questions = list_open_questions(view.analysis.protocol)
    rows = [
        [
            text_cell(question.path),
            text_cell(text_in(question.ask)),
            text_cell(", ".join(question.blocks) or "–"),
        ]
        for question in questions
    ]
    head = columns(("path", say("col.path")), ("ask", say("col.ask")), ("blocks", say("col.blocks")))
    table = Table("unstated", say("table.unstated"), head, rows_of(rows))
    return Fold(say("fold.unstated", n=len(rows)), (table,), id="open-places")


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say("value.yes" if value else "value.no")
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        return text_in(value)
    if hasattr(value, "model_dump"):
        parts = [f"{name} {_shown(getattr(value, name))}" for name in value.model_fields_set]
        return ", ".join(sorted(parts))
    if isinstance(value, dict) and any(hasattr(entry, "model_dump") for entry in value.values()):
        return _counted(tuple(value))
    if isinstance(value, (tuple, list)) and len(value) > 1 and all(hasattr(item, "id") for item in value):
        return _counted(tuple(item.id for item in value))
    if isinstance(value, (tuple, list)):
        return ", ".join(_shown(item) for item in value)
    return str(value)


def _counted(names: tuple[str, ...]) -> str:
    """A list of parts by their names; the parts themselves stand in the protocol (``onearm show``)."""
    return f"{len(names)}: {', '.join(names)}"

"""Best overall response, response and control rates, and the decision they lead to."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from onearm.decide.results import Counts, Decision, RecordedComparison
from onearm.estimates.benefit import benefit_endpoint
from onearm.estimates.response import best_responses, primary_rate_id
from onearm.estimates.results import SET_NAMES, Estimate
from onearm.kernels.stage import PatientState
from onearm.protocol.base import text_in
from onearm.report.decision_words import all_limits, is_untested
from onearm.report.numbers import level_text, p_text, percent_text
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.section_beside import beside_tables
from onearm.report.table import Cell, Column, Row, Table, columns, no_value, rows_of, text_cell
from onearm.report.traced import Traced
from onearm.report.view import View

BEST_RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD", "NE", "MISSING")
READINGS = ("confirmed", "unconfirmed")


def response_section(view: View) -> Section:
    """Best responses and rates in all sets side by side; the tested rate with both of its intervals."""
    blocks: list[Block] = [*_tested(view), _rates(view), *beside_tables(view), _best(view)]
    if view.shows_sources:
        command = Markup("<code>onearm sensitivity PROTOCOL RECORDS</code>")
        blocks.append(Prose((say_html("sensitivity.command", command=command),), tone="note"))
    return Section("response", say("section.response"), tuple(blocks))


def _tested(view: View) -> list[Block]:
    """The primary rate with the interval that agrees with the decision beside the conventional one."""
    estimates = {estimate.id: estimate for estimate in view.analysis.estimates}
    tested = estimates.get("orr.tested")
    if tested is None:
        return []
    plain = estimates.get(primary_rate_id(view.analysis.protocol) or "")
    rows = [
        _rate_row(view, tested, say("interval.tested")),
        _rate_row(view, estimates["orr.design"], say("interval.design")),
    ]
    if plain is not None:
        rows.append(_rate_row(view, plain, say("interval.conventional")))
    p_cell = no_value()
    if tested.p_value is not None and view.tells_estimate(tested):
        p_cell = Cell(tested.p_value, p_text(tested.p_value), tested.id, "p_value")
    rows = [Row((*row.cells, p_cell if i == 0 else no_value())) for i, row in enumerate(rows)]
    head = (*_rate_columns(say("col.interval")), *columns(("p_value", say("col.p_value"), True)))
    null = "–" if tested.null_value is None else percent_text(tested.null_value)
    notes = (say(f"note.estimator.{tested.estimator}"), say("note.two_intervals"), say("note.p_value", null=null))
    return [Table("primary_rate", say("table.primary_rate"), head, tuple(rows), notes)]


def _rate_columns(first: str) -> tuple[Column, ...]:
    return columns(
        ("what", first),
        ("set", say("col.set")),
        ("x", "x", True),
        ("n", "n", True),
        ("value", say("col.rate"), True),
        ("lower", say("col.lower"), True),
        ("upper", say("col.upper"), True),
        ("level", say("col.level"), True),
        ("method", say("col.method")),
    )


def _rate_row(view: View, estimate: Estimate, label: str) -> Row:
    primary = estimate.id == primary_rate_id(view.analysis.protocol)
    return Row(
        (
            text_cell(label),
            text_cell(say(f"set.{estimate.population}") + (say("rate.primary") if primary else "")),
            *view.estimate_cells(estimate),
            Cell(estimate.level, level_text(estimate.level), estimate.id, "level"),
            text_cell(say_code("method", estimate.method)),
        )
    )


def _rates(view: View) -> Table:
    wanted = [(key, reading) for key in ("orr", "dcr", "cbr") for reading in READINGS]
    by_id = {estimate.id: estimate for estimate in view.analysis.estimates}
    rows = []
    for key, reading in wanted:
        for name in SET_NAMES:
            estimate = by_id.get(f"{key}.{reading}.{name}")
            if estimate is not None:
                rows.append(_rate_row(view, estimate, say(f"rate.{key}.{reading}")))
    notes = [say("note.rates")]
    endpoint = benefit_endpoint(view.analysis.protocol)
    if endpoint is not None and endpoint.at_least is not None:
        notes.append(say("note.benefit", at_least=str(endpoint.at_least)))
    return Table("response_rates", say("table.rates"), _rate_columns(say("col.rate_name")), tuple(rows), tuple(notes))


def _best(view: View) -> Table:
    """Best overall response by category in each set, confirmed and unconfirmed."""
    best = {reading: best_responses(view.analysis.derived.adrs, reading) for reading in READINGS}
    rows: list[Row] = []
    sets = view.analysis.sets
    for reading in READINGS:
        if not best[reading]:
            continue
        counted = {name: _best_cells(view, best[reading], sets[name].members) for name in SET_NAMES}
        for i, response in enumerate(BEST_RESPONSES):
            cells = [cell for name in SET_NAMES for cell in counted[name][i]]
            if all(cell.value == 0 for cell in cells[::2]):
                continue
            label = Cell(response, say_code("response", response), tone=response)
            rows.append(Row((text_cell(say(f"best.{reading}")), label, *cells)))
    head = list(columns(("reading", say("col.reading")), ("response", say("col.best_response"))))
    for name in SET_NAMES:
        size = view.count(sets[name].members).text
        head += columns(
            (f"{name}_x", say("col.set_n", set=say(f"set.{name}"), n=size), True), (f"{name}_percent", "%", True)
        )
    return Table("best_response", say("table.best"), tuple(head), tuple(rows), (say("note.best"),))


def _best_cells(view: View, best: Mapping[str, str], members: tuple[str, ...]) -> list[tuple[Cell, Cell]]:
    groups = [[s for s in members if best.get(s, "MISSING") == response] for response in BEST_RESPONSES]
    cells = view.counts_of_whole([*groups])
    return [(cell, view.share(group, members, cell)) for cell, group in zip(cells, groups, strict=True)]


def decision_section(view: View) -> Section:
    """Counts by state, who is pending, the rule in words, the recorded decision beside the same count now."""
    decision = view.analysis.decision
    blocks: list[Block] = [Prose(tuple(_rule_paragraphs(view, decision)))]
    blocks.append(counts_table(view, decision))
    if view.shows_patients:
        blocks.append(_members_table(view, decision))
    if decision.recorded is not None:
        blocks += _recorded(view, decision.recorded)
    return Section("decision", say("section.decision"), tuple(blocks))


def _rule_paragraphs(view: View, decision: Decision) -> list[Markup]:
    if is_untested(decision):
        return [say_html("headline.exploratory")]
    if decision.action == "refused":
        return [say_html("decision.refused", paths=", ".join(decision.missing))]
    protocol = view.analysis.protocol
    endpoint = protocol.endpoints.get(protocol.design.endpoint or "")
    named = text_in(endpoint.name) if endpoint is not None else ""
    unit = decision.rule.get("unit") or view.primary_set
    counting = (decision.rule.get("interim_counts") if decision.stage == "one" else None) or "confirmed"
    paragraphs = [
        say_html("decision.rule", limits=all_limits(decision)),
        say_html(
            "decision.counted",
            endpoint=named,
            unit=say(f"set.{unit}").lower(),
            counting=say_code("counting", str(counting)),
        ),
    ]
    if decision.p_value is not None and view.shows_patients:
        paragraphs.append(say_html("decision.p_value", p=Traced(p_text(decision.p_value), "decision", "p_value")))
    paragraphs.append(say_html("decision.investigator"))
    return paragraphs


_STATES: tuple[tuple[str, PatientState | None], ...] = (
    ("responders", PatientState.RESPONDER),
    ("pending_confirmation", PatientState.PENDING_CONFIRMATION),
    ("may_respond", PatientState.MAY_RESPOND),
    ("not_yet_assessed", PatientState.NOT_YET_ASSESSED),
    ("non_responders", PatientState.NON_RESPONDER),
    ("not_evaluable", PatientState.NOT_EVALUABLE),
    ("missing", None),
)


def counts_table(view: View, decision: Decision, title: str = "") -> Table:
    """The patients of the decision set by state."""
    counts: Counts | None = decision.counts
    rows: list[list[Cell]] = []
    if counts is not None:
        groups = [[m.subject for m in decision.members if m.state == state] for _, state in _STATES]
        cells = view.counts_of_whole([*groups])
        for (name, state), group, cell in zip(_STATES, groups, cells, strict=True):
            n = int(getattr(counts, name))
            if cell.suppressed:
                shown = cell
            elif state is None:
                shown = Cell(n, str(n), "decision", name) if view.shows_patients else no_value(say("value.withheld"))
            else:
                shown = Cell(n, str(n), "decision", name, view.shown_subjects(group))
            rows.append([text_cell(say(f"state.{name}")), shown])
    head = columns(("state", say("col.state")), ("patients", say("col.patients"), True))
    return Table("decision_counts", title or say("table.counts"), head, rows_of(rows), (say("note.counts"),))


def _members_table(view: View, decision: Decision) -> Table:
    order = {PatientState.PENDING_CONFIRMATION: 0, PatientState.MAY_RESPOND: 1, PatientState.NOT_YET_ASSESSED: 2}
    members = sorted(decision.members, key=lambda member: order.get(member.state, 3))
    rows = [
        Row(
            (
                view.patient_cell(member.subject),
                text_cell(say(f"member.{member.state.name.lower()}")),
                Cell(member.best_response, say_code("response_short", member.best_response), tone=member.best_response),
                view.day(member.waits_until),
            ),
            patient=view.key(member.subject),
        )
        for member in members
    ]
    head = columns(
        ("subject", say("col.patient")),
        ("state", say("col.state")),
        ("best", say("col.best_response")),
        ("waits_until", say("col.waits_until")),
    )
    return Table("decision_members", say("table.members"), head, tuple(rows), patient_level=True, long=True)


def _recorded(view: View, recorded: RecordedComparison) -> list[Block]:
    told = view.shows_patients
    rows = [
        [text_cell(say("recorded.date")), view.day(recorded.date)],
        [text_cell(say("recorded.action")), text_cell(say(f"action.{recorded.action}"))],
    ]
    if told:
        rows += [
            [text_cell(say("recorded.n1")), Cell(recorded.n1, str(recorded.n1), "decision", "recorded.n1")],
            [text_cell(say("recorded.x1")), Cell(recorded.x1, str(recorded.x1), "decision", "recorded.x1")],
            [
                text_cell(say("recorded.x1_now")),
                Cell(recorded.x1_now, str(recorded.x1_now), "decision", "recorded.x1_now"),
            ],
        ]
    head = columns(("what", say("col.what")), ("value", say("col.value")))
    table = Table("recorded_decision", say("table.recorded"), head, rows_of(rows), (say("note.recorded"),))
    warnings = [("crosses", recorded.crosses_boundary), ("against", recorded.against_boundary)]
    shown = [Prose((say_html(f"recorded.{code}"),), tone="warning") for code, holds in warnings if holds]
    return [table, *shown]

"""The two-page memo for the board: where the decision stands, who is open, the rule in words, lines to sign."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from markupsafe import Markup

from onearm.decide.worksheet import PRIOR, Chances, Worksheet
from onearm.design import properties
from onearm.protocol.base import text_in
from onearm.protocol.check_design import design_of
from onearm.report.decision_words import all_limits
from onearm.report.html import template
from onearm.report.numbers import percent_text, share_text, short_digest
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say, say_code, say_html
from onearm.report.section_response import counts_table
from onearm.report.table import Cell, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import View

PENDING_SHOWN = 14
"""Open patients listed by name, so that the memo stays on two pages."""

SHOWN_FINDINGS = ("S102", "S103", "S104", "S106", "S108", "S110", "S112")
"""Findings about decisions: they belong in front of whoever decides."""

_ROLES = ("investigator", "statistician", "board")


@dataclass(frozen=True)
class Memo:
    """The memo before it is written down."""

    view: View
    title: str
    kicker: str
    sections: tuple[Section, ...]


def build_memo(view: View, worksheet: Worksheet) -> Memo:
    """The memo of the decision that is due."""
    protocol, stage = view.analysis.protocol, worksheet.decision.stage
    kicker = say(
        "memo.kicker",
        trial=protocol.identity.id,
        digest=short_digest(protocol.digest),
        cut=view.day_in_words(view.analysis.cut.day),
    )
    sections = (
        _state(view, worksheet),
        _rule(view, worksheet),
        _patients(view, worksheet),
        _chances(worksheet),
        _signatures(worksheet),
    )
    return Memo(view, say("memo.title" if stage == "one" else "memo.title_final"), kicker, sections)


def render_memo(memo: Memo) -> str:
    """The memo as one HTML file that fetches nothing, laid out for two printed pages."""
    protocol = memo.view.analysis.protocol
    folder = resources.files("onearm.report") / "templates"
    return template("memo.html.j2").render(
        view=memo.view,
        say=say,
        memo=memo,
        traces=None,
        figures={},
        trial=protocol.identity.id,
        trial_title=text_in(protocol.identity.title),
        headings=[text_in(text) for text in protocol.headings],
        style=Markup((folder / "report.css").read_text("utf-8") + (folder / "memo.css").read_text("utf-8")),
    )


def _section(code: str, *blocks: Block) -> Section:
    return Section(f"memo-{code}", say(f"memo.section.{code}"), blocks)


def _state(view: View, worksheet: Worksheet) -> Section:
    decision = worksheet.decision
    counts = decision.counts
    assert counts is not None
    words: list[str | Markup] = []
    if decision.passed_stop is not None and decision.recorded is not None:
        noted = decision.recorded
        words.append(say(f"headline.passed_{decision.passed_stop}", x1=noted.x1, n1=noted.n1))
    elif not worksheet.determined:
        words.append(
            say(
                "memo.open",
                least=worksheet.responders_least,
                most=worksheet.responders_most,
                planned=counts.planned,
                actions=_either(worksheet),
            )
        )
        if decision.earliest_day is None:
            words.append(say("memo.no_earliest"))
        else:
            words.append(say("memo.earliest", day=view.day_in_words(decision.earliest_day)))
        if decision.responders_needed is not None:
            one = decision.responders_needed == 1
            words.append(say("memo.needed_one" if one else "memo.needed", n=decision.responders_needed))
    elif counts.undecided:
        one = counts.undecided == 1
        words.append(
            say("memo.determined_one" if one else "memo.determined", open=counts.undecided, action=_either(worksheet))
        )
    else:
        words.append(say("memo.settled", action=_either(worksheet)))
    if decision.recorded is not None:
        noted = decision.recorded
        day = view.day_in_words(noted.date)
        action = say_code("memo.action", noted.action)
        words.append(say("memo.recorded", day=day, x1=noted.x1, n1=noted.n1, action=action))
    blocks: list[Block] = [Prose((words[0],), tone="lead"), Prose(tuple(words[1:]))]
    remarks = _remarks(view, worksheet)
    if remarks:
        blocks.append(Prose(tuple(remarks), tone="warning"))
    return _section("state", *blocks)


def _remarks(view: View, worksheet: Worksheet) -> list[str | Markup]:
    """What the records and the decisions on record say that the board must know."""
    decision = worksheet.decision
    remarks: list[str | Markup] = []
    if decision.stage == "one" and view.analysis.decision.stage == "final":
        remarks.append(say("memo.unrecorded"))
    if decision.beyond:
        remarks.append(say("memo.beyond", n=len(decision.beyond)))
    shown = [finding for finding in view.analysis.findings if finding.code in SHOWN_FINDINGS]
    return [*remarks, *(f"{finding.code}: {finding.found}. {finding.mend}." for finding in shown)]


def _either(worksheet: Worksheet) -> str:
    return say("memo.or").join(say(f"memo.action.{action}") for action in worksheet.possible)


def _rule(view: View, worksheet: Worksheet) -> Section:
    decision, protocol = worksheet.decision, view.analysis.protocol
    rule, counts = decision.rule, decision.counts
    assert counts is not None
    words: list[str | Markup] = [
        say_html("decision.rule", limits=all_limits(decision)),
        say(
            "memo.rule.unit",
            unit=say(f"set.{rule.get('unit') or view.primary_set}").lower(),
            planned=counts.planned,
            replacement=say(f"memo.replacement.{rule.get('replacement') or 'none'}"),
        ),
    ]
    if decision.stage == "one":
        words.append(
            say(
                "memo.rule.scan",
                scan=rule.get("interim_through_scan"),
                counts=say_code("memo.counting", str(rule.get("interim_counts") or "confirmed")),
                late=say_code("memo.late", str(rule.get("late_responders") or "not_counted")),
            )
        )
    else:
        words.append(say("memo.rule.scan_final", scan=rule.get("final_through_scan")))
    if protocol.design.efficacy_stop_binding is False and decision.stage == "one":
        words.append(say("memo.rule.not_binding"))
    design = design_of(protocol)
    if design is not None:
        exact = properties(design)
        words.append(
            say(
                "memo.rule.error",
                error=share_text(exact.type_one_error),
                power=share_text(exact.power),
                p0=percent_text(design.p0),
                p1=percent_text(design.p1),
                pet0=share_text(exact.stop_early_p0),
                pet1=share_text(exact.stop_early_p1),
            )
        )
    words.append(say("decision.investigator"))
    return _section("rule", Prose(tuple(words)))


def _patients(view: View, worksheet: Worksheet) -> Section:
    decision = worksheet.decision
    pending = sorted(decision.pending, key=lambda member: (str(member.waits_from), member.subject))
    rows = [
        (
            text_cell(view.label(member.subject)),
            text_cell(say(f"member.{member.state.name.lower()}")),
            Cell(member.best_response, say_code("response_short", member.best_response), tone=member.best_response),
            view.day(member.waits_from),
            view.day(member.waits_until),
        )
        for member in pending[:PENDING_SHOWN]
    ]
    head = columns(
        ("subject", say("col.patient")),
        ("state", say("col.state")),
        ("best", say("memo.col.best")),
        ("waits_from", say("memo.waits_from")),
        ("waits_until", say("memo.waits_until")),
    )
    blocks: list[Block] = [counts_table(view, decision, title=say("memo.counts"))]
    if rows:
        left = len(pending) - len(rows)
        notes = (say("memo.more_pending", n=left),) if left else ()
        blocks.append(Table("memo_pending", say("memo.pending"), head, rows_of(rows), notes, patient_level=True))
    return _section("patients", *blocks)


def _chances(worksheet: Worksheet) -> Section:
    counts = worksheet.decision.counts
    assert counts is not None
    if not worksheet.chances:
        return _section("chances", Prose((say("memo.no_chances"),)))
    first = worksheet.decision.stage == "one"
    stops = worksheet.decision.rule.get("efficacy_stop") is not None
    named = [("futility", first), ("efficacy", first and stops), ("goes_on", first), ("success", True)]
    shown = [name for name, wanted in named if wanted]
    head = columns(("at", say("memo.col.at")), *((name, say(f"memo.col.{name}"), True) for name in shown))
    rows = [[_at(chances), *(_chance(chances, name) for name in shown)] for chances in worksheet.chances]
    note = say(
        "memo.note.chances",
        a=f"{PRIOR[0]:g}",
        b=f"{PRIOR[1]:g}",
        settled=counts.responders + counts.non_responders + counts.not_evaluable,
    )
    return _section("chances", Table("memo_chances", say("memo.chances"), head, rows_of(rows), (note,)))


def _at(chances: Chances) -> Cell:
    rate = "" if chances.rate is None else percent_text(chances.rate)
    return text_cell(say(f"memo.at.{chances.at}", rate=rate))


def _chance(chances: Chances, name: str) -> Cell:
    field = {"futility": "stop_futility", "efficacy": "stop_efficacy"}.get(name, name)
    value = getattr(chances, field)
    return Cell(value, share_text(value, 3))


def _signatures(worksheet: Worksheet) -> Section:
    actions: tuple[str, ...] = ("success", "failure")
    if worksheet.decision.stage == "one":
        stops = worksheet.decision.rule.get("efficacy_stop") is not None
        actions = ("continue", "stop_futility", *(("stop_efficacy",) if stops else ()))
    if not worksheet.determined:
        actions = (*actions, "not_ready")
    choices = "   ☐ ".join(say(f"memo.action.{action}") for action in actions)
    head = columns(*((name, say(f"memo.col.{name}")) for name in ("role", "name", "signature", "date")))
    rows = [[text_cell(say(f"memo.role.{role}")), *(no_value("") for _ in range(3))] for role in _ROLES]
    return _section(
        "signatures",
        Prose((say("memo.decision_line", actions=choices),)),
        Table("memo_signatures", say("memo.signatures"), head, rows_of(rows)),
    )

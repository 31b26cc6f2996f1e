"""Who met which criterion, what each criterion cost, and who was registered without being eligible."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from onearm.eligibility import Screening
from onearm.eligibility.rules import rule_text
from onearm.eligibility.screening import Screened
from onearm.eligibility.verdicts import MET, NOT_MET, SUBJECT_VERDICTS, UNKNOWN
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say
from onearm.report.table import Cell, Row, Table, columns, rows_of, text_cell
from onearm.report.view import View


def eligibility_section(view: View) -> tuple[Section, ...]:
    """The section, where any criterion has a verdict."""
    screening = view.analysis.path.screening
    if screening is None:
        return ()
    blocks: list[Block] = [_lead(view, screening), _criteria(view, screening), _attrition(view, screening)]
    if view.audience == "team":
        blocks += _registered(view, screening)
    return (Section("eligibility", say("section.eligibility"), tuple(blocks)),)


def _subjects(screening: Screening, chosen: np.ndarray) -> list[str]:
    return [screening.subjects[int(place)] for place in np.flatnonzero(chosen)]


def _lead(view: View, screening: Screening) -> Prose:
    parts: list[Collection[str]] = [_subjects(screening, screening.verdict == place) for place in range(3)]
    cells = view.counts_of_whole(parts)
    if any(cell.suppressed for cell in cells):
        return Prose((say("eligibility.withheld"),), tone="lead")
    counts = {name: cell.text for name, cell in zip(SUBJECT_VERDICTS, cells, strict=True)}
    day = view.day_in_words(screening.horizon)
    return Prose((say("eligibility.lead", day=day, n=len(screening.subjects), **counts),), tone="lead")


def _criteria(view: View, screening: Screening) -> Table:
    """One row a criterion: how many met it, did not, and are open, of all who were screened."""
    rows: list[list[Cell]] = []
    for one in screening.criteria:
        parts: list[Collection[str]] = [_subjects(screening, one.verdict == v) for v in (MET, NOT_MET, UNKNOWN)]
        n = Cell(len(screening.subjects), str(len(screening.subjects)))
        known = text_cell(_how_known(one))
        rows.append(
            [text_cell(one.criterion.id), text_cell(rule_text(one.criterion)), known, *view.counts_of_whole(parts), n]
        )
    head = columns(
        ("criterion", say("col.criterion")), ("rule", say("col.rule_of_criterion")), ("known", say("col.how_known")),
        ("met", say("col.criterion_met"), True), ("not_met", say("col.criterion_not_met"), True),
        ("unknown", say("col.criterion_unknown"), True), ("n", say("col.screened"), True),
    )  # fmt: skip
    marks = dict.fromkeys(mark for one in screening.criteria for mark in one.unconfirmed)
    notes = (
        say("note.eligibility_met"),
        say("note.eligibility_judged"),
        *(say("note.eligibility_unconfirmed", what=mark) for mark in marks),
    )
    return Table("eligibility_criteria", say("table.eligibility_criteria"), head, rows_of(rows), notes)


def _how_known(one: Screened) -> str:
    if one.computed is not None:
        return say("eligibility.computed")
    return say(f"eligibility.judged_by.{one.criterion.judged_by or 'nobody'}")


def _attrition(view: View, screening: Screening) -> Table:
    """What each criterion costs: who fails only it, who is blocked only by it, who would be eligible without it."""
    verdicts = np.stack([one.verdict for one in screening.criteria])
    blocks = (verdicts != MET).sum(axis=0)
    rows: list[list[Cell]] = []
    for one, own in zip(screening.criteria, verdicts, strict=True):
        others = blocks - (own != MET) == 0
        groups = (others & (own == NOT_MET), others & (own != MET), others)
        rows.append([text_cell(one.criterion.id), *(view.count(_subjects(screening, group)) for group in groups)])
    head = columns(
        ("criterion", say("col.criterion")), ("only_it_fails", say("col.only_it_fails"), True),
        ("only_it_blocks", say("col.only_it_blocks"), True), ("eligible_without", say("col.eligible_without"), True),
    )  # fmt: skip
    notes = (say("note.eligibility_only"),)
    return Table("eligibility_attrition", say("table.eligibility_attrition"), head, rows_of(rows), notes)


_VERDICT_WORDS = ("col.criterion_not_met", "col.criterion_unknown", "col.criterion_met")


def _registered(view: View, screening: Screening) -> list[Block]:
    """The registered patients who are not eligible, or not known to be, with the criteria that stand against them."""
    rows = []
    for place in np.flatnonzero(screening.is_registered & (screening.verdict != MET)):
        subject = screening.subjects[int(place)]
        open_ones = [
            f"{one.criterion.id} ({say(_VERDICT_WORDS[int(one.verdict[place])]).lower()})"
            for one in screening.criteria
            if one.verdict[place] != MET
        ]
        verdict = say(f"eligibility.verdict.{SUBJECT_VERDICTS[int(screening.verdict[place])]}")
        cells = (view.patient_cell(subject), text_cell(verdict), text_cell(", ".join(open_ones)))
        rows.append(Row(cells, patient=view.key(subject)))
    head = columns(("subject", say("col.patient")), ("verdict", say("col.verdict")), ("open", say("col.open_criteria")))
    if not rows:
        return []
    return [
        Table(
            "eligibility_registered", say("table.eligibility_registered"), head, tuple(rows), patient_level=True,
            long=len(rows) > 12,
        )
    ]  # fmt: skip

"""Declared subgroups of the response rate, and landmark analyses by response."""

from __future__ import annotations

from onearm.estimates.response import primary_reading
from onearm.estimates.response_landmark import LandmarkAnalysis, LandmarkGroup
from onearm.estimates.subgroups import Stratum, SubgroupRates
from onearm.report.numbers import months_text
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say
from onearm.report.table import Cell, Row, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld


def analyses_section(view: View) -> tuple[Section, ...]:
    """The section, where the protocol declares any of them."""
    analysis = view.analysis
    blocks: list[Block] = []
    if analysis.subgroups:
        blocks += _subgroups(view)
    if analysis.landmarks:
        blocks.append(Prose((say("landmark.bias"),), tone="note"))
        blocks.append(_landmarks(view, analysis.landmarks))
    return (Section("analyses", say("section.analyses"), tuple(blocks)),) if blocks else ()


def _subgroups(view: View) -> list[Block]:
    analysis = view.analysis
    overall = f"orr.{primary_reading(analysis.protocol)}.{view.primary_set}"
    rows: list[list[Cell]] = []
    everyone = next((e for e in analysis.estimates if e.id == overall), None)
    if everyone is not None:
        rows.append([text_cell(say("subgroup.overall")), text_cell(""), *view.estimate_cells(everyone)])
    refused: list[str] = []
    for subgroup in analysis.subgroups:
        if subgroup.reason:
            refused.append(say(f"subgroup.{subgroup.reason}", name=subgroup.name))
        rows += _subgroup_rows(view, subgroup)
    head = columns(
        ("variable", say("col.variable")), ("group", say("col.group")), ("x", "x", True), ("n", "n", True),
        ("value", say("col.rate"), True), ("lower", say("col.lower"), True), ("upper", say("col.upper"), True),
    )  # fmt: skip
    notes = (say("note.subgroups"),)
    blocks: list[Block] = [Table("subgroups", say("table.subgroups"), head, rows_of(rows), notes)]
    return [*blocks, Prose(tuple(refused), tone="warning")] if refused else blocks


def _subgroup_rows(view: View, subgroup: SubgroupRates) -> list[list[Cell]]:
    # The groups are parts of a known whole, and so are the responders: what is withheld must not follow from the rest.
    sizes = view.counts_of_whole([stratum.estimate.denominator for stratum in subgroup.strata])
    hits = view.counts_of_whole([stratum.estimate.subjects for stratum in subgroup.strata])
    rows = []
    for stratum, size, hit in zip(subgroup.strata, sizes, hits, strict=True):
        cells = view.estimate_cells(stratum.estimate)
        # The row keeps no number of its own: links to an estimate are for those of the analysis.
        cells = [Cell(cell.value, cell.text, subjects=cell.subjects, suppressed=cell.suppressed) for cell in cells]
        if size.suppressed or hit.suppressed:
            cells = [withheld(SMALL_UNKNOWN)] * 5
        rows.append([text_cell(subgroup.name), text_cell(_group_words(stratum)), *cells])
    return rows


def _group_words(stratum: Stratum) -> str:
    low, high = stratum.at_least, stratum.below
    if stratum.is_missing:
        return say("baseline.missing")
    if low is not None and high is not None:
        return say("subgroup.between", low=low, high=high)
    if low is not None:
        return say("subgroup.from", low=low)
    return say("subgroup.below", high=high) if high is not None else stratum.value


def _landmarks(view: View, landmarks: tuple[LandmarkAnalysis, ...]) -> Table:
    rows: list[Row] = []
    for landmark in landmarks:
        name = say("landmark.at", endpoint=landmark.endpoint.upper(), day=landmark.day)
        if landmark.reason:
            cells = (text_cell(name), text_cell(say(f"landmark.{landmark.reason}")), *[no_value()] * 5)
            rows.append(Row(cells))
            continue
        left = (("left_with_event", landmark.left_with_event), ("left_censored", landmark.left_censored))
        parts = [*(group.subjects for group in landmark.groups), *(subjects for _, subjects in left)]
        counts = view.counts_of_whole([*parts])
        for group, count in zip(landmark.groups, counts, strict=False):
            rows.append(Row((text_cell(name), text_cell(say(f"landmark.{group.name}")), *_group(view, group, count))))
        for (code, _), count in zip(left, counts[len(landmark.groups) :], strict=True):
            rows.append(Row((text_cell(name), text_cell(say(f"landmark.{code}")), count, *[no_value()] * 4)))
    head = columns(
        ("landmark", say("col.landmark")), ("group", say("col.group")), ("n", "n", True),
        ("events", say("col.events"), True), ("median", say("col.median_from_landmark"), True),
        ("lower", say("col.lower"), True), ("upper", say("col.upper"), True),
    )  # fmt: skip
    return Table(
        "response_landmarks", say("table.response_landmarks"), head, tuple(rows), (say("note.response_landmarks"),)
    )


def _group(view: View, group: LandmarkGroup, count: Cell) -> list[Cell]:
    told = not count.suppressed and (view.shows_patients or view.disclosure.may_tell(group.events))
    if not told:
        return [count, *[withheld(SMALL_UNKNOWN)] * 4]
    shown = []
    for field in ("median", "lower", "upper"):
        value = getattr(group, field)
        absent = say("value.not_reached" if field == "median" else "value.not_estimable")
        shown.append(no_value(absent) if value is None else Cell(value, months_text(value)))
    return [count, view.count(group.events), *shown]

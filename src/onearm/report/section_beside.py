"""Response by another criterion and in a region, beside the primary one and marked as not primary."""

from __future__ import annotations

from dataclasses import replace

from onearm.estimates.beside import Beside
from onearm.estimates.response import primary_reading
from onearm.estimates.results import Estimate
from onearm.report.numbers import level_text
from onearm.report.page import Block, Prose
from onearm.report.say import say, say_code
from onearm.report.table import Cell, Row, Table, columns, text_cell
from onearm.report.view import View


def beside_tables(view: View) -> list[Block]:
    """One table with the primary reading first and every other below it; nothing where the protocol asks for none."""
    analysis = view.analysis
    if not analysis.beside:
        return []
    head = columns(
        ("criterion", say("col.criterion")),
        ("region", say("col.region")),
        ("what", say("col.rate_name")),
        ("role", say("col.reading_role")),
        ("x", "x", True),
        ("n", "n", True),
        ("value", say("col.rate"), True),
        ("lower", say("col.lower"), True),
        ("upper", say("col.upper"), True),
        ("level", say("col.level"), True),
    )
    rows = [_row(view, str(analysis.protocol.tumour.criterion), "whole", rate, primary=True) for rate in _own(view)]
    for one in analysis.beside:
        rows += [_row(view, one.criterion, one.region, rate, primary=False) for rate in one.estimates]
    blocks: list[Block] = [Table("response_beside", say("table.beside"), head, tuple(rows), tuple(_notes(view)))]
    refused = [one for one in analysis.beside if one.refused]
    if refused:
        blocks.append(Prose(tuple(_refusal(one) for one in refused), tone="warning"))
    return blocks


def _own(view: View) -> list[Estimate]:
    """The rates of the protocol's own criterion in the primary set."""
    reading, name = primary_reading(view.analysis.protocol), view.primary_set
    by_id = {estimate.id: estimate for estimate in view.analysis.estimates}
    wanted = (f"{key}.{reading}.{name}" for key in ("orr", "dcr"))
    return [by_id[one] for one in wanted if one in by_id]


def _row(view: View, criterion: str, region: str, rate: Estimate, *, primary: bool) -> Row:
    key, reading, *_ = rate.id.split(".")
    cells = view.estimate_cells(rate)
    # What stands beside is no estimate of the analysis that a reader could trace to the rows of the main derivation.
    shown = cells if primary else [replace(cell, estimate="") for cell in cells]
    return Row(
        (
            text_cell(say_code("criterion", criterion)),
            text_cell(say(f"region.{region}")),
            text_cell(say(f"rate.{key}.{reading}")),
            text_cell(say("rate.of_the_protocol" if primary else "rate.not_primary")),
            *shown,
            Cell(rate.level, level_text(rate.level)),
        )
    )


def _notes(view: View) -> list[str]:
    notes = [say("note.beside", set=say(f"set.{view.primary_set}").lower())]
    for one in view.analysis.beside:
        if one.without_disease and view.shows_patients:
            who = ", ".join(view.label(subject) for subject in one.without_disease)
            label = f"{say_code('criterion', one.criterion)}, {say(f'region.{one.region}').lower()}"
            notes.append(say("note.region_without", label=label, n=len(one.without_disease), who=who))
    return notes


def _refusal(one: Beside) -> str:
    codes = ", ".join(sorted({finding.code for finding in one.refused}))
    return say(
        "beside.refused",
        criterion=say_code("criterion", one.criterion),
        region=say(f"region.{one.region}"),
        codes=codes,
    )

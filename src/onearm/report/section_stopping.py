"""Stopping rules for safety: the bounds, how often they stop, and where the trial stands. Advice to the board."""

from __future__ import annotations

from onearm.protocol.base import text_in
from onearm.report.numbers import share_text
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say
from onearm.report.table import Cell, Row, Table, columns, rows_of, text_cell
from onearm.report.view import View
from onearm.safety import SafetyResult
from onearm.safety.stopping import STATES, Standing
from onearm.units import round_half_away


def stopping_section(view: View, result: SafetyResult) -> tuple[Section, ...]:
    """The section, where the protocol declares a stopping rule."""
    if not result.stopping:
        return ()
    run = [standing for standing in result.stopping if standing.boundary is not None]
    blocks: list[Block] = [Prose((say("safety.advice"),), tone="note")]
    blocks += [_standing(view, standing) for standing in result.stopping]
    if run:
        blocks += [_bounds(run), _rates(run)]
        if view.shows_patients:
            blocks.append(_patients(view, run))
    return (Section("stopping", say("section.stopping"), tuple(blocks)),)


def _standing(view: View, standing: Standing) -> Prose:
    name, crossed = text_in(standing.rule.name), standing.crossed
    if standing.missing:
        return Prose((say("safety.not_run", name=name, missing=", ".join(standing.missing)),), tone="warning")
    if not view.shows_patients:
        return Prose((say("safety.public_not_crossed" if crossed is None else "safety.public_crossed", name=name),))
    if crossed is None:
        number = {state: len(standing.in_state(state)) for state in STATES}
        is_open = number["pending"] + number["doubtful"] > 0
        after = "" if not is_open else say("safety.may_cross" if standing.may_cross else "safety.cannot_cross")
        words = say(
            "safety.not_crossed", name=name, events=number["event"], patients=len(standing.counted), open=after,
            pending=number["pending"], doubtful=number["doubtful"], left_out=number["left_out"],
        )  # fmt: skip
        return Prose((words,))
    words = say(
        "safety.crossed", name=name, events=crossed.events, patients=crossed.patients, bound=crossed.bound,
        day=view.day_in_words(crossed.day), advice=say(f"advice.{standing.rule.advice}"),
    )  # fmt: skip
    return Prose((words,), tone="warning")


def _bounds(run: list[Standing]) -> Table:
    rows = [
        [text_cell(text_in(standing.rule.name)), Cell(patients, str(patients)), Cell(bound, str(bound))]
        for standing in run
        if standing.boundary is not None
        for patients, bound in standing.boundary.steps()
    ]
    head = columns(
        ("rule", say("col.stopping_rule")),
        ("from_patients", say("col.from_patients"), True),
        ("stop_at", say("col.stop_at"), True),
    )
    notes = (say("note.stopping_bounds"),)
    return Table("stopping_bounds", say("table.stopping_bounds"), head, rows_of(rows), notes, long=len(rows) > 20)


def _rates(run: list[Standing]) -> Table:
    rows = []
    for standing in run:
        for found in standing.boundary.properties if standing.boundary is not None else ():
            size = round_half_away(found.expected_size, 1)
            rows.append(
                [
                    text_cell(text_in(standing.rule.name)),
                    Cell(found.rate, f"{found.rate:.4g}"),
                    Cell(found.stop_high, share_text(found.stop_high)),
                    Cell(float(size), str(size)),
                ]
            )
    head = columns(
        ("rule", say("col.stopping_rule")), ("rate", say("col.event_rate"), True),
        ("ever_stops", say("col.ever_stops"), True), ("patients", say("col.patients_treated"), True),
    )  # fmt: skip
    return Table("stopping_rates", say("table.stopping_rates"), head, rows_of(rows), (say("note.stopping_rates"),))


def _patients(view: View, run: list[Standing]) -> Table:
    rows = [
        Row(
            (
                text_cell(text_in(standing.rule.name)),
                view.patient_cell(one.subject),
                text_cell(say(f"watched.{one.state}")),
                view.day(one.day),
            ),
            patient=view.key(one.subject),
        )
        for standing in run
        for one in standing.patients
    ]
    head = columns(
        ("rule", say("col.stopping_rule")), ("subject", say("col.patient")), ("stands", say("col.stands")),
        ("day", say("col.event_or_end")),
    )  # fmt: skip
    return Table("stopping_patients", say("table.stopping_patients"), head, tuple(rows), patient_level=True, long=True)

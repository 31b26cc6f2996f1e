"""Exposure: cycles, cumulative dose, dose intensity, delays and reductions of every drug."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import median, quantiles

from onearm.dosing import DrugSummary, Exposure
from onearm.plan.doses import drug_name
from onearm.protocol import Protocol
from onearm.protocol.base import text_in
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say
from onearm.report.table import Cell, Table, columns, no_value, rows_of, text_cell
from onearm.report.view import SMALL_UNKNOWN, View, withheld
from onearm.units import round_half_away

_Value = Callable[[DrugSummary], Fraction | int | None]


def exposure_section(view: View) -> tuple[Section, ...]:
    """The section, where the protocol asks for doses and any was given."""
    exposure = view.analysis.path.exposure
    if exposure is None or not exposure.summaries:
        return ()
    drugs = _by_drug(view.analysis.protocol, exposure)
    blocks: list[Block] = [_amounts(view, drugs), _intensity_groups(view, drugs), _modified(view, drugs, exposure)]
    told = [*_refusals(exposure), *_assumptions(view.analysis.protocol)]
    if told:
        blocks.append(Prose(tuple(told), tone="note", id="exposure-assumptions"))
    return (Section("exposure", say("section.exposure"), tuple(blocks)),)


_Drugs = list[tuple[str, str, str, int, list[DrugSummary]]]
"""Name and id of the component, name and place of the drug, and its summaries."""


def _by_drug(protocol: Protocol, exposure: Exposure) -> _Drugs:
    found = []
    for component in protocol.treatment.components:
        for index, dose in enumerate(component.doses):
            own = [s for s in exposure.summaries if (s.component, s.drug_index) == (component.id, index)]
            if own:
                found.append((text_in(component.name), component.id, drug_name(component, dose), index, own))
    return found


def _spread(view: View, own: Sequence[DrugSummary], value: _Value, digits: int) -> Cell:
    """Median, quartiles and, but for the public, range of what is known; how many lack it, if any."""
    known = {one.subject: found for one in own if (found := value(one)) is not None}
    if not known:
        return no_value()
    if not view.shows_patients and view.count(list(known)).suppressed:
        return withheld(SMALL_UNKNOWN)
    numbers = sorted(Fraction(number) for number in known.values())
    middle = median(numbers)
    low, _, high = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else [numbers[0]] * 3
    shown = [str(round_half_away(number, digits)) for number in (middle, low, high, numbers[0], numbers[-1])]
    text = f"{shown[0]} ({shown[1]}–{shown[2]})"
    if view.shows_patients:
        text += f", {shown[3]} … {shown[4]}"
        if len(known) < len(own):
            text += f" [{say('exposure.of', x=len(known), n=len(own))} {say('col.known')}]"
    return Cell(float(round_half_away(middle, digits)), text)


def _hundredth(dose: int | None) -> Fraction | None:
    return None if dose is None else Fraction(dose, 100)


def _percent(relative: Fraction | None) -> Fraction | None:
    return None if relative is None else 100 * relative


def _amounts(view: View, drugs: _Drugs) -> Table:
    rows = [
        [
            text_cell(name),
            text_cell(drug),
            view.count([one.subject for one in own]),
            _spread(view, own, lambda one: one.cycles, 0),
            _spread(view, own, lambda one: _hundredth(one.given), 0),
            _spread(view, own, lambda one: _hundredth(one.intensity), 1),
            _spread(view, own, lambda one: _percent(one.relative), 1),
        ]
        for name, _, drug, _, own in drugs
    ]
    head = columns(
        ("component", say("col.component")), ("drug", say("col.drug")), ("patients", say("col.patients"), True),
        ("cycles", say("col.cycles"), True), ("cumulative", say("col.cumulative"), True),
        ("intensity", say("col.intensity"), True), ("relative", say("col.relative_intensity"), True),
    )  # fmt: skip
    notes = (say("note.exposure"), say("note.relative_intensity"))
    return Table("exposure", say("table.exposure"), head, rows_of(rows), notes)


def _intensity_groups(view: View, drugs: _Drugs) -> Table:
    """How many patients lie in each band of relative dose intensity, by exact comparison."""
    rows = []
    for name, _, drug, _, own in drugs:
        known = [(one.subject, one.relative) for one in own if one.relative is not None]
        parts = [
            [subject for subject, relative in known if low <= relative < high]
            for low, high in (
                (Fraction(0), Fraction(7, 10)),
                (Fraction(7, 10), Fraction(9, 10)),
                (Fraction(9, 10), Fraction(1_000)),
            )
        ]
        whole = view.count([subject for subject, _ in known])
        rows.append([text_cell(name), text_cell(drug), whole, *view.counts_of_whole([*parts])])
    head = columns(
        ("component", say("col.component")), ("drug", say("col.drug")), ("known", say("col.patients"), True),
        ("below_70", say("col.below_70"), True), ("from_70", say("col.from_70"), True),
        ("from_90", say("col.from_90"), True),
    )  # fmt: skip
    return Table("relative_intensity", say("table.relative_intensity"), head, rows_of(rows))


def _modified(view: View, drugs: _Drugs, exposure: Exposure) -> Table:
    rows = []
    for name, component, drug, index, own in drugs:
        whole = view.count([one.subject for one in own])
        delayed = view.count([one.subject for one in own if one.delayed])
        reduced = view.count([one.subject for one in own if one.reduced])
        held = view.count([one.subject for one in own if one.held])
        rows.append(
            [
                text_cell(name),
                text_cell(drug),
                whole,
                delayed,
                _spread(view, own, lambda one: one.delayed, 0),
                _spread(view, own, lambda one: one.longest_delay, 0),
                reduced,
                held,
                _outside(view, exposure, component, index),
            ]
        )
    head = columns(
        ("component", say("col.component")), ("drug", say("col.drug")), ("patients", say("col.patients"), True),
        ("any_delay", say("col.any_delay"), True), ("late", say("col.cycles_late"), True),
        ("longest", say("col.longest_delay"), True), ("reduced", say("col.any_reduction"), True),
        ("held", say("col.any_held"), True), ("outside", say("col.outside_tenth"), True),
    )  # fmt: skip
    return Table(
        "exposure_modified", say("table.exposure_modified"), head, rows_of(rows), (say("note.exposure_modified"),)
    )


def _outside(view: View, exposure: Exposure, component: str, index: int) -> Cell:
    """Administrations outside ±10 % of the planned dose, of those where both doses are known."""
    judged = [
        one
        for one in exposure.administrations
        if (one.component, one.drug_index) == (component, index) and one.within_tenth is not None
    ]
    if not judged:
        return no_value()
    outside = [one for one in judged if not one.within_tenth]
    groups = ({one.subject for one in outside}, {one.subject for one in judged})
    if not view.shows_patients and not all(view.disclosure.may_tell(group) for group in groups):
        return withheld(SMALL_UNKNOWN)
    return Cell(len(outside), say("exposure.of", x=len(outside), n=len(judged)))


def _refusals(exposure: Exposure) -> list[str]:
    """What of the protocol was missing, each once; what a patient's records lack stands among the findings."""
    open_places = [one.found for one in exposure.findings if one.place.row is None and not one.place.subject]
    return [say("exposure.refused", found=found) for found in dict.fromkeys(open_places)]


def _assumptions(protocol: Protocol) -> list[str]:
    """Why each assumed value of the doses is assumed, each reason once."""
    prefixes = ("treatment.dosing", "treatment.components")
    reasons = [
        entry.assumed
        for entry in protocol.provenance
        if entry.assumed is not None and any(path.startswith(prefixes) for path in entry.sets)
    ]
    return [say("exposure.assumed", why=why) for why in dict.fromkeys(reasons)]

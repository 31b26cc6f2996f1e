"""The design and what it does exactly."""

from __future__ import annotations

from onearm.design import DesignProperties, properties
from onearm.design.words import describe_inputs, describe_limits
from onearm.protocol.check_design import design_of
from onearm.report.numbers import percent_text, share_text
from onearm.report.page import Block, Prose, Section
from onearm.report.say import say, say_html
from onearm.report.table import Cell, Table, columns, rows_of, text_cell
from onearm.report.view import View


def design_section(view: View) -> Section:
    """Sizes, boundaries, attained errors, early stops, expected sizes, power with patients who are not evaluable."""
    written = view.analysis.protocol.design
    design = design_of(view.analysis.protocol)
    blocks: list[Block] = []
    if design is None:
        code = "design.exploratory" if written.kind == "exploratory" else "design.open"
        blocks.append(Prose((say_html(code),)))
        blocks += [_properties_table(None), _power_table(None)]
        return Section("design", say("section.design"), tuple(blocks))
    found = properties(design)
    verdict = "met" if found.meets_alpha and found.meets_power else "not_met"
    blocks.append(
        Prose(
            (
                say_html(f"design.{written.kind}", limits="; ".join(describe_limits(design))),
                say_html(
                    f"design.{verdict}",
                    inputs=describe_inputs(design),
                    error=share_text(found.type_one_error),
                    power=share_text(found.power),
                ),
            )
        )
    )
    blocks += [_properties_table(found), _power_table(found)]
    return Section("design", say("section.design"), tuple(blocks))


def _properties_table(found: DesignProperties | None) -> Table:
    head = columns(
        ("property", say("col.property")),
        ("p0", say("col.under_p0"), True),
        ("p1", say("col.under_p1"), True),
    )
    rows = []
    if found is not None:
        pairs: list[tuple[str, float, float, int]] = [
            ("success", found.type_one_error, found.power, 4),
            ("stop_futility", found.stop_futility_p0, found.stop_futility_p1, 4),
            ("stop_efficacy", found.stop_efficacy_p0, found.stop_efficacy_p1, 4),
            ("stop_early", found.stop_early_p0, found.stop_early_p1, 4),
            ("expected_size", found.expected_size_p0, found.expected_size_p1, 1),
        ]
        without = found.without_efficacy_stop
        if without is not None:
            pairs.append(("success_without", without.type_one_error, without.power, 4))
        if found.stop_efficacy_p1 == 0:
            pairs = [pair for pair in pairs if pair[0] not in ("stop_efficacy", "stop_early")]
        rows = [
            [text_cell(say(f"property.{name}")), Cell(p0, share_text(p0, digits)), Cell(p1, share_text(p1, digits))]
            for name, p0, p1, digits in pairs
        ]
    return Table("design_properties", say("table.properties"), head, rows_of(rows), (say("note.exact"),))


def _power_table(found: DesignProperties | None) -> Table:
    shares = found.power_not_evaluable if found is not None else ()
    head = columns(
        ("measure", say("col.not_evaluable")),
        *((f"p{entry.percent}", f"{entry.percent}\u00a0%", True) for entry in shares),
    )
    row = [text_cell(say("property.power")), *(Cell(e.power, percent_text(e.power)) for e in shares)]
    rows = rows_of([row]) if shares else ()
    return Table("design_power_not_evaluable", say("table.power"), head, rows, (say("note.not_evaluable"),))

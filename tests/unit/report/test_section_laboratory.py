"""The laboratory section: what each audience sees, denominators, and when the section is absent."""

from __future__ import annotations

import pytest
from lab_patients import Patient, enzymes, lab, protocol_graded
from small_patients import CUTOFF, protocol_with, records_of

from onearm.pipeline import analyse
from onearm.protocol import Protocol
from onearm.report.section_laboratory import laboratory_section, order_laboratory
from onearm.report.table import Table
from onearm.report.view import Audience, View


def patients() -> list[Patient]:
    made = []
    for i in range(1, 13):
        patient = enzymes(Patient(f"P-{i:02}"), -3, str(30 + 10 * i), "10")
        enzymes(patient, 21, str(40 * i), str(6 * i))
        lab(patient, "SODIUM", -1, "138", "mmol/L", "135", "145")
        lab(patient, "SODIUM", 20, f"{125 + i * 0.5}", "mmol/L", "135", "145")
        made.append(patient)
    return made


def view_of(audience: Audience, protocol: Protocol | None = None) -> View:
    return View(analyse(protocol or protocol_graded(), records_of(*patients()), CUTOFF), audience)


def tables(view: View) -> dict[str, Table]:
    return {
        block.id: block for section in laboratory_section(view) for block in section.blocks if block.kind == "table"
    }


def test_the_team_sees_every_table_and_the_figure() -> None:
    view = view_of("team")
    found = tables(view)
    assert list(found) == ["laboratory_worst", "laboratory_shift", "laboratory_ungradable", "liver_signal"]
    worst = {row.cells[0].text: [cell.value for cell in row.cells[2:8]] for row in found["laboratory_worst"].rows}
    assert worst["Sodium"] == [11, 0, 3, 8, 0, 0]
    for numbers in worst.values():
        assert numbers[0] == sum(int(str(number)) for number in numbers[1:])
    assert list(order_laboratory(view)) == ["liver"]


def test_the_version_its_source_and_the_unconfirmed_limits_are_said() -> None:
    view = view_of("team")
    (section,) = laboratory_section(view)
    said = " ".join(
        str(paragraph) for block in section.blocks if block.kind == "prose" for paragraph in block.paragraphs
    )
    assert "version 5.0" in said
    assert "ncictcaev5.json" in said
    notes = " ".join(str(note) for note in tables(view)["liver_signal"].notes)
    assert "unconfirmed" in notes
    assert "of 12 patients" in notes


def test_the_public_sees_no_patient_and_no_small_number() -> None:
    view = view_of("public")
    found = tables(view)
    assert list(found) == ["laboratory_worst"]
    assert order_laboratory(view) == {}
    cells = [cell for row in found["laboratory_worst"].rows for cell in row.cells[2:8]]
    assert not [cell for cell in cells if isinstance(cell.value, int) and 0 < cell.value < 5]


def test_an_open_version_is_named() -> None:
    (section,) = laboratory_section(view_of("team", protocol_graded(None)))
    assert [block.kind for block in section.blocks] == ["prose"]


def test_without_a_plan_or_without_values_there_is_no_section() -> None:
    assert laboratory_section(view_of("team", protocol_with())) == ()
    empty = View(analyse(protocol_graded(), records_of(Patient()), CUTOFF), "team")
    assert laboratory_section(empty) == ()
    assert order_laboratory(empty) == {}


@pytest.mark.parametrize("audience", ["team", "board"])
def test_the_figure_is_drawn(audience: Audience) -> None:
    order = order_laboratory(view_of(audience))["liver"]
    drawing = order.draw(**order.arguments)
    assert "highest bilirubin" in drawing.svg
    assert drawing.svg.count('class="pt"') == 12
    assert drawing.svg == order.draw(**order.arguments).svg

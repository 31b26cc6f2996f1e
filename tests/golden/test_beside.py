"""What a protocol asks to see beside its own criterion: rates, denominators, the table, and what a fault refuses."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
import pytest
from little_trial import LittlePatient, little_frames, little_protocol, little_records

from onearm.cli.analyses import describe_analysis
from onearm.estimates.response import primary_rate_set
from onearm.pipeline import Analysis, analyse
from onearm.protocol import Protocol
from onearm.records import Records
from onearm.report.html import render_html
from onearm.report.section_beside import beside_tables
from onearm.report.table import Table
from onearm.report.view import View
from onearm.sensitivity import vary

CUT = dt.date(2026, 6, 30)


def records(*, twice: bool = False) -> Records:
    """Dead tissue in a lesion that keeps its size; a liver lesion that stays alive; nothing in the liver.

    ``twice``: one viable diameter has two readings.
    """
    stable = "50 50 50 50 50"
    return little_records(
        [
            LittlePatient({"T1": stable}, viable={"T1": "50 30 30 30 30"}),
            LittlePatient(
                {"T1": stable, "NT1": "there there there there there"},
                viable={"T1": f"50 50 50 50 50{'/11' if twice else ''}"},
            ),
            LittlePatient({"N1": "30 12 12 12 12"}),
        ]
    )


def protocol(**tumour: object) -> Protocol:
    made = little_protocol()
    return made.model_copy(update={"tumour": made.tumour.model_copy(update=tumour)})


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(protocol(beside=("mrecist",), regions=("liver", "outside_liver")), records(), CUT)


def counts(analysis: Analysis) -> dict[str, list[tuple[int, int]]]:
    return {one.name: [(e.x, e.n) for e in one.estimates] for one in analysis.beside}


def test_each_reading_has_its_rates(analysis: Analysis) -> None:
    assert analysis.estimate("orr.confirmed.treated").x == 1
    assert counts(analysis) == {
        "recist-1.1.liver": [(0, 2), (2, 2)],
        "recist-1.1.outside_liver": [(1, 1), (1, 1)],
        "mrecist.whole": [(2, 3), (3, 3)],
        "mrecist.liver": [(1, 2), (2, 2)],
    }
    assert {one.name: one.without_disease for one in analysis.beside}["mrecist.liver"] == ("LITTLE-03",)
    assert all(e.role == "supporting" for one in analysis.beside for e in one.estimates)


def test_what_stands_beside_changes_nothing_else(analysis: Analysis) -> None:
    alone = analyse(protocol(), records(), CUT)
    assert alone.beside == ()
    assert alone.estimates == analysis.estimates
    assert alone.decision == analysis.decision
    assert alone.derived.adrs.equals(analysis.derived.adrs)


def test_the_table_says_which_reading_is_the_protocols(analysis: Analysis) -> None:
    (table,) = beside_tables(View(analysis, "team"))
    assert isinstance(table, Table)
    said = [tuple(cell.text for cell in row.cells[:6]) for row in table.rows]
    response = "Objective response, confirmed"
    assert said[0] == ("RECIST 1.1", "Whole patient", response, "the protocol's criterion", "1", "3")
    assert ("mRECIST", "Liver", response, "not primary", "1", "2") in said
    assert any("03" in str(note) for note in table.notes)
    assert beside_tables(View(analyse(protocol(), records(), CUT), "team")) == []
    assert "The same scans by other criteria" in render_html(analysis)


def test_the_public_sees_no_small_count(analysis: Analysis) -> None:
    (table,) = beside_tables(View(analysis, "public"))
    assert isinstance(table, Table)
    assert all(cell.suppressed or cell.value is None for row in table.rows for cell in row.cells[4:9])


def test_results_hold_it_marked_as_not_primary(analysis: Analysis) -> None:
    content = json.loads(json.dumps(describe_analysis(analysis)["beside"], default=str))
    assert [one["primary"] for one in content] == [False] * 4
    assert content[2]["criterion"] == "mrecist"
    assert content[2]["estimates"][0]["subjects"] == ["LITTLE-01", "LITTLE-03"]


def test_a_fault_of_another_reading_refuses_that_reading_alone() -> None:
    found = analyse(protocol(beside=("mrecist",), regions=("liver",)), records(twice=True), CUT)
    assert found.estimate("orr.confirmed.treated").x == 1
    by_name = {one.name: one for one in found.beside}
    assert by_name["recist-1.1.liver"].estimates
    assert [finding.code for finding in by_name["mrecist.whole"].refused] == ["D010"]
    assert "D010" in [finding.code for finding in found.findings if finding.severity == "warning"]
    assert "not derived" in render_html(found)


def test_what_was_entered_is_given_out_for_no_region_and_under_no_other_name() -> None:
    patients = [LittlePatient({"T1": "50 30 30"}, days=(-7, 63, 126), reported="PR PR")]
    trial = little_protocol(override="response_source: reported")
    tumour = trial.tumour.model_copy(update={"beside": ("mrecist",), "regions": ("liver", "outside_liver")})
    found = analyse(trial.model_copy(update={"tumour": tumour}), little_records(patients), CUT)
    assert found.estimate("orr.confirmed.treated").x == 1
    assert {one.name for one in found.beside} == {
        "recist-1.1.liver", "recist-1.1.outside_liver", "mrecist.whole", "mrecist.liver",
    }  # fmt: skip
    for one in found.beside:
        assert ([finding.code for finding in one.refused], one.estimates) == (["D098"], ())


def test_the_set_is_that_of_the_primary_rate() -> None:
    """The endpoint counts the evaluable patients, the trial has the treated as its primary set."""
    patients = [*([LittlePatient({"T1": "50 30 30 30 30"}, viable={"T1": "50 30 30 30 30"})] * 3), LittlePatient({})]
    trial = little_protocol(window=", denominator: evaluable")
    trial = trial.model_copy(update={"tumour": trial.tumour.model_copy(update={"beside": ("mrecist",)})})
    found = analyse(trial, little_records(patients), CUT)
    (primary,) = [e for e in found.estimates if e.role == "primary"]
    assert (primary.id, primary.n) == ("orr.confirmed.evaluable", 3)
    assert counts(found) == {"mrecist.whole": [(3, 3), (3, 3)]}
    assert primary_rate_set(trial) == View(found, "team").primary_set == "evaluable"
    assert vary(trial, found.records, CUT, []).base.n == 3


def test_a_patient_with_an_unplaced_lesion_stays_in_the_denominator_of_every_region() -> None:
    tables = little_frames([LittlePatient({"T1": "50 30 30"}, days=(-7, 63, 126))])
    tables["TU"] = tables["TU"].with_columns(TULOC=pl.lit("OTHER"))
    found = analyse(protocol(regions=("liver", "outside_liver")), Records.from_tables(tables), CUT)
    assert found.estimate("orr.confirmed.treated").x == 1
    assert counts(found) == {
        "recist-1.1.liver": [(0, 1), (0, 1)],
        "recist-1.1.outside_liver": [(0, 1), (0, 1)],
    }
    assert [one.without_disease for one in found.beside] == [(), ()]


def test_the_other_criterion_is_set_beside_the_protocols_with_its_agreement() -> None:
    """RECIST 1.1 sees one response (the node), mRECIST two; the regions are no criterion of their own."""
    found = analyse(protocol(beside=("mrecist",), regions=("liver", "outside_liver")), records(), CUT)
    assert found.comparison is not None
    (agreement,) = found.comparison.agreements
    assert agreement.id == "recist-1.1.mrecist"
    assert agreement.best.differing == ("LITTLE-01",)
    page = " ".join(render_html(found).split())
    assert "One criterion against the other" in page and "RECIST 1.1 / mRECIST" in page
    assert "What readers entered as response" not in page
    assert analyse(protocol(), records(), CUT).comparison is None

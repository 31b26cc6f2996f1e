"""The report's section on exposure, from summaries written by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from onearm.dosing import DrugSummary, Exposure
from onearm.errors import Finding, Place
from onearm.pipeline import Analysis
from onearm.pipeline.patient_path import PatientPath
from onearm.report.html import render_html
from onearm.report.page import Section, tables_of
from onearm.report.section_exposure import exposure_section
from onearm.report.table import Table
from onearm.report.view import Audience, View

FIRST = dt.date(2025, 1, 6)


def summary(subject: str, cycles: int, relative: Fraction | None, *, delayed: int = 0, reduced: int = 0) -> DrugSummary:
    given = None if relative is None else cycles * 120_000
    return DrugSummary(
        subject=subject,
        component="pdl1",
        drug_index=0,
        cycles=cycles,
        first=FIRST,
        last=FIRST,
        planned=cycles * 120_000,
        given=given,
        actual_days=cycles * 21,
        planned_days=cycles * 21,
        intensity=None if given is None else 40_000,
        planned_intensity=40_000,
        relative=relative,
        delayed=delayed,
        delay_days=delayed * 7,
        longest_delay=7 if delayed else 0,
        reduced=reduced,
        held=0,
    )


def exposed(analysis: Analysis, *summaries: DrugSummary, findings: tuple[Finding, ...] = ()) -> Analysis:
    exposure = Exposure(analysis.cut.day, (), {}, {}, summaries, findings)
    return replace(analysis, path=PatientPath(exposure=exposure))


def section(analysis: Analysis, audience: Audience = "team") -> tuple[Section, dict[str, Table]]:
    (found,) = exposure_section(View(analysis, audience))
    return found, {table.id: table for table in tables_of([found])}


def texts(table: Table, row: int = 0) -> list[str]:
    return [cell.text for cell in table.rows[row].cells]


def ten(analysis: Analysis) -> list[DrugSummary]:
    """Cycles 1 … 10; relative intensity .69, .70, .89, .90 and six times 1; three with a delay, one reduced."""
    shares = [Fraction(n, 100) for n in (69, 70, 89, 90, 100, 100, 100, 100, 100, 100)]
    subjects = analysis.sets["treated"].members[:10]
    return [
        summary(subject, place, share, delayed=int(place > 7), reduced=int(place == 1))
        for place, (subject, share) in enumerate(zip(subjects, shares, strict=True), start=1)
    ]


def test_medians_bands_and_counts(analysis: Analysis) -> None:
    _, tables = section(exposed(analysis, *ten(analysis)))
    name = "PD-L1 antibody"
    assert texts(tables["exposure"]) == [
        name, name, "10", "6 (3–8), 1 … 10", "6600 (3900–9300), 1200 … 12000", "400.0 (400.0–400.0), 400.0 … 400.0",
        "100.0 (89.3–100.0), 69.0 … 100.0",
    ]  # fmt: skip
    assert texts(tables["relative_intensity"]) == [name, name, "10", "1", "2", "7"]
    assert texts(tables["exposure_modified"])[2:] == ["10", "3", "0 (0–1), 0 … 1", "0 (0–5), 0 … 7", "1", "0", "–"]


def test_what_is_not_known_is_said(analysis: Analysis) -> None:
    first, second = analysis.sets["treated"].members[:2]
    path = "treatment.components.pdl1.doses.0.amount"
    refusal = Finding("G001", Place(path=path), {"drug": "PD-L1 antibody", "path": path}, "warning")
    told = exposed(analysis, summary(first, 2, Fraction(1)), summary(second, 3, None), findings=(refusal,))
    found, tables = section(told)
    assert texts(tables["exposure"])[-1] == "100.0 (100.0–100.0), 100.0 … 100.0 [1 of 2 with it known]"
    assert texts(tables["relative_intensity"])[2] == "1"
    assert "Not computed: the protocol does not say how much PD-L1 antibody is given." in str(found.blocks[-1])


def test_the_public_learns_of_no_few_patients(analysis: Analysis) -> None:
    _, tables = section(exposed(analysis, *ten(analysis)), "public")
    assert "…" not in " ".join(texts(tables["exposure"]))
    assert texts(tables["exposure_modified"])[3] == "<5"
    assert "1" not in texts(tables["relative_intensity"])[3:]


def test_there_is_no_section_where_the_protocol_asks_for_no_doses(analysis: Analysis) -> None:
    assert exposure_section(View(analysis, "team")) == ()
    assert 'id="exposure"' not in render_html(analysis)
    assert 'id="exposure"' in render_html(exposed(analysis, *ten(analysis)))

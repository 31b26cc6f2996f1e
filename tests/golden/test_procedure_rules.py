"""Both rules for procedures side by side, and what pathology found, where readers see them."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from little_trial import LittlePatient, little_protocol, little_records

from onearm.cli.analyses import describe_analysis
from onearm.errors import RecordsError
from onearm.pipeline import Analysis, analyse
from onearm.records import Records
from onearm.report.html import render_html

P = LittlePatient
CUT = dt.date(2026, 3, 1)
# Shrinks, is resected before the response is confirmed, is seen to progress later.
RESECTED = P({"T1": "40 28 . 60"}, days=(-7, 63, 126, 252), procedure=("RESECTION", 100))
OTHERS = [P({"T1": "40 28 28 60"}), P({"T1": "40 60"}, days=(-7, 63))]


def with_pathology(**cells: str) -> Records:
    return little_records([replace(RESECTED, pathology=cells), *OTHERS])


def analysed(**choices: str) -> Analysis:
    return analyse(little_protocol(**choices), little_records([RESECTED, *OTHERS]), CUT)


def values(analysis: Analysis) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (reading.name, estimate.id): (estimate.x, estimate.n)
        for reading in analysis.procedure_readings
        for estimate in reading.estimates
    }


def test_the_same_patients_under_either_rule() -> None:
    found = values(analysed())
    assert found["observed_on", "orr.confirmed.treated"] == (1, 3)
    assert found["censored", "orr.confirmed.treated"] == (2, 3)
    assert found["observed_on", "pfs.median"] == (3, 3)
    assert found["censored", "pfs.median"] == (2, 3)
    assert (found["observed_on", "dor.median"], found["censored", "dor.median"]) == ((1, 1), (1, 2))


@pytest.mark.parametrize(
    ("response", "time", "expected"),
    [
        ("failure", "treatment_policy", [(True, True), (False, False)]),
        ("count_unconfirmed", "censor", [(False, False), (True, True)]),
        ("failure", "censor", [(True, False), (False, True)]),
        ("pending", "treatment_policy", [(False, True), (False, False)]),
    ],
)
def test_the_protocol_s_own_rule_is_marked_and_gives_the_main_result(
    response: str, time: str, expected: list[tuple[bool, bool]]
) -> None:
    found = analysed(procedure_response=response, procedure_time=time)
    assert [reading.is_of_protocol for reading in found.procedure_readings] == expected
    for reading in found.procedure_readings:
        for estimate in reading.estimates:
            kind = 0 if estimate.kind == "proportion" else 1
            if reading.is_of_protocol[kind] and estimate.id != "dor.median":
                main = found.estimate(estimate.id)
                assert (main.x, main.n, main.value) == (estimate.x, estimate.n, estimate.value)


def test_without_a_procedure_on_study_nothing_is_shown() -> None:
    before = P({"T1": "40 28 28 60"}, procedure=("RESECTION", -60))
    found = analyse(little_protocol(), little_records([*OTHERS]), CUT)
    assert found.procedure_readings == () and "procedure_rules" not in render_html(found)
    earlier = analyse(little_protocol(), little_records([before, *OTHERS]), CUT)
    assert earlier.procedure_readings == ()
    assert 'id="table-procedures"' in render_html(earlier), "listed, and it decides nothing"


def test_the_report_shows_both_and_says_what_censoring_the_best_does() -> None:
    page = render_html(analysed())
    table = re.search(r'<table id="table-procedure_rules".*?</table>', page, re.DOTALL)
    assert table is not None
    shown = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", table[0]))
    assert (
        "observed on after it (treatment policy)" in shown and "censored at the last adequate scan before it" in shown
    )
    assert "Who is resected or transplanted is who did best" in page


def test_margin_and_pathology_are_listed_apart_and_change_nothing() -> None:
    plain = analysed()
    records = with_pathology(PRMARGIN="R0", PRPATHR="pCR", PRVIABLE="0")
    found = analyse(little_protocol(), records, CUT)
    assert [(e.id, e.x, e.value) for e in found.estimates] == [(e.id, e.x, e.value) for e in plain.estimates]
    table = re.search(r'<table id="table-procedures".*?</table>', render_html(found), re.DOTALL)
    assert table is not None
    assert "RESECTION 2025-04-20 R0 pCR 0" in re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", table[0]))
    assert 'id="table-procedures"' not in render_html(found, "public")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"PRVIABLE": "100"}, None),
        ({"PRVIABLE": "100.1"}, "R110"),
        ({"PRPATHR": "pCR", "PRVIABLE": "0"}, None),
        ({"PRPATHR": "pCR", "PRVIABLE": "0.1"}, "R109"),
        ({"PRPATHR": "MPR", "PRVIABLE": "5"}, None),
    ],
)
def test_pathology_that_cannot_be(cells: dict[str, str], code: str | None) -> None:
    if code is None:
        assert with_pathology(**cells).tables["PR"].height == 1
        return
    with pytest.raises(RecordsError) as refused:
        with_pathology(**cells)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_json_holds_both_rules() -> None:
    content: dict[str, Any] = json.loads(json.dumps(describe_analysis(analysed()), default=str))
    rules = content["procedure_rules"]
    assert [(rule["rule"], rule["is_of_protocol"]["response"]) for rule in rules] == [
        ("observed_on", True),
        ("censored", False),
    ]
    assert {estimate["id"] for estimate in rules[0]["estimates"]} == {
        "orr.confirmed.treated",
        "pfs.median",
        "dor.median",
    }

"""Progression between two scans beside Kaplan-Meier, and comparison values with their schedule, as readers see them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from little_trial import LittlePatient, little_protocol, little_records

from onearm.cli.analyses import describe_analysis
from onearm.pipeline import Analysis, analyse
from onearm.report.html import render_html

P = LittlePatient
PATIENTS = [
    P({"T1": "40 28 28 60"}),
    P({"T1": "40 60"}, days=(-7, 63)),
    P({"T1": "40 40 40 40"}, days=(-7, 63, 126, 189), death=200),
    P({"T1": "40 40 60"}),
    P({"T1": "40 40 40 60"}, days=(-7, 63, 126, 250)),
    P({"T1": "40 28 28 28"}),
]
CUT = dt.date(2026, 3, 1)
CONTROL = "literal, historical_control: {{value: 5.5, unit: months, source: An earlier trial, scan_interval: {every}}}"


def analysed(patients: list[LittlePatient] = PATIENTS, **choices: str) -> Analysis:
    return analyse(little_protocol(**choices), little_records(patients), CUT)


def table(page: str, name: str) -> str:
    found = re.search(f'<table id="table-{name}".*?</table>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", found[0])) if found else ""


def test_a_progression_lies_after_the_last_adequate_scan_and_a_death_on_its_day() -> None:
    curve = analysed().interval_curves["pfs"]
    assert (curve.n, curve.n_between, curve.n_exact) == (6, 4, 1)
    # Day 1 is the first dose. Scans on days 64, 127, 190 and 251; one death on day 201.
    assert [(step.first, step.last) for step in curve.steps] == [(2, 64), (65, 127), (128, 190), (201, 201)]
    # (2,64), (65,127), (128,190), [201], (128,251) and 191 on: of the last two, both may end on day 201.
    assert [step.mass for step in curve.steps] == pytest.approx([1 / 6, 1 / 6, 2 / 9, 4 / 9], abs=1e-8)
    assert curve.median_days == (128, 190)
    landmark = next(mark for mark in curve.landmarks if mark.id == "pfs.landmark.6m")
    assert (landmark.at_day, landmark.lower, landmark.upper) == (182, pytest.approx(4 / 9), pytest.approx(2 / 3))


def test_an_unreadable_scan_widens_the_interval() -> None:
    patient = P({"T1": "40 40 unseen 60"}, days=(-7, 63, 126, 189))
    (step,) = analysed([patient]).interval_curves["pfs"].steps
    assert (step.first, step.last) == (65, 190)


def test_without_the_start_day_everything_is_a_day_earlier() -> None:
    (step,) = analysed([P({"T1": "40 60"}, days=(-7, 63))], override="count_start_day: no").interval_curves["pfs"].steps
    assert (step.first, step.last) == (1, 63)


def test_the_report_shows_both_estimates_and_says_why() -> None:
    page = render_html(analysed())
    shown = table(page, "pfs_between_scans")
    assert "Median, months 6.4 4.2 6.2" in shown
    assert "6 months 66.7 % 44.4 % 66.7 %" in shown
    assert "A progression is seen only at a scan" in page
    assert "4 events between two scans and 1 known to the day, in 6 patients" in page


def test_the_public_is_told_nothing_of_a_few() -> None:
    page = render_html(analysed(), "public")
    assert "withheld" in table(page, "pfs_between_scans")
    assert "events between two scans and" not in page


def test_json_holds_the_curve() -> None:
    content: dict[str, Any] = json.loads(json.dumps(describe_analysis(analysed()), default=str))
    (curve,) = content["interval_curves"]
    assert (curve["id"], curve["method"], curve["median_days"]) == ("pfs", "turnbull", [128, 190])
    assert curve["steps"][0].keys() == {"first", "last", "mass"}


def test_nobody_with_a_time_gives_no_curve() -> None:
    assert analysed([P({"T1": "40"}, days=(-7,), dosed=False)]).interval_curves == {}


@pytest.mark.parametrize(("every", "differs"), [("9 weeks", False), ("63 days", False), ("6 weeks", True)])
def test_a_comparison_value_of_another_schedule_carries_a_warning(every: str, differs: bool) -> None:
    page = render_html(analysed(censoring=CONTROL.format(every=every)))
    shown = table(page, "comparison_values")
    assert f"a median of 5.5 months every {every} An earlier trial 6.4" in shown
    assert ("another schedule than this trial" in page) is differs


def test_a_calendar_that_changes_is_another_schedule() -> None:
    phases = "{every: 9 weeks, until: 45 weeks}, {every: 12 weeks}"
    page = render_html(analysed(censoring=CONTROL.format(every="9 weeks"), phases=phases))
    assert "another schedule than this trial" in page


def test_without_a_comparison_value_there_is_no_table() -> None:
    assert "comparison_values" not in render_html(analysed())

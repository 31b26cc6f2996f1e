"""Records by which hardly anybody can be judged say so on the first page; and by what the response was read."""

from __future__ import annotations

import datetime as dt

import pytest
from little_trial import LittlePatient, little_protocol, little_records

from onearm.pipeline import Analysis, analyse
from onearm.report.html import render_html

CUT = dt.date(2026, 6, 30)


def analysis(n_judged: int, n_not: int, **override: str) -> Analysis:
    patients = [LittlePatient({"T1": "50 40 40"}, days=(-7, 63, 126)) for _ in range(n_judged)]
    patients += [LittlePatient({"T1": "50 unseen unseen"}, days=(-7, 63, 126)) for _ in range(n_not)]
    made = little_protocol(override=", ".join(f"{name}: {value}" for name, value in override.items()))
    return analyse(made, little_records(patients), CUT)


def codes(found: Analysis) -> list[str]:
    return [finding.code for finding in found.findings if finding.severity == "error"]


@pytest.mark.parametrize("judged, unjudged, said", [(3, 3, False), (2, 3, True), (0, 5, True), (1, 3, False)])
def test_more_than_half_of_five_or_more_without_a_judgement_is_an_error(judged: int, unjudged: int, said: bool) -> None:
    found = analysis(judged, unjudged)
    assert ("S113" in codes(found)) == said
    page = render_html(found)
    assert ('id="errors"' in page) == said and ("S113" in page) == said


def test_a_reader_who_read_nothing_is_told_as_well() -> None:
    assert "S113" in codes(analysis(6, 0, evaluator="independent"))


def test_the_first_page_says_by_what_the_response_was_read() -> None:
    page = " ".join(render_html(analysis(6, 0)).split())
    assert "Response: RECIST 1.1, from the lesions, read by the investigator, confirmed at least 28 days later" in page
    entered = " ".join(render_html(analysis(6, 0, response_source="reported", confirmation="not_required")).split())
    assert "as entered by the investigator and not derived from lesions, without confirmation" in entered

"""The written report: order, marks, repeatability, hostile records, traced numbers."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hand_built import build_analysis

from onearm.decide.results import Decision
from onearm.estimates.results import Estimate
from onearm.pipeline import Analysis
from onearm.protocol import load_protocol
from onearm.report import render_html, write_report
from onearm.report.html import build_report
from onearm.report.view import View

SECTIONS = [
    "summary", "design", "flow", "baseline", "response", "decision", "individual", "survival", "dates", "findings",
    "text", "trace",
]  # fmt: skip


@pytest.fixture(scope="module")
def team_html(written: dict[str, list[Path]]) -> str:
    return written["team"][0].read_text("utf-8")


def plain(text: str) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


def test_the_parts_stand_in_the_order_of_the_issue(team_html: str) -> None:
    assert re.findall(r'<section id="([^"]+)"', team_html) == SECTIONS


def test_the_file_is_small_and_fetches_nothing(team_html: str) -> None:
    assert len(team_html.encode()) < 1_000_000
    assert re.findall(r"\b(?:src|href|action|data|poster|srcset)=\"(?!#|data:)[^\"]*\"", team_html) == []
    assert re.findall(r"@import|url\((?!#)", team_html) == []
    assert "<link" not in team_html.replace('<link rel="icon" href="data:,">', "")


def test_ids_are_unique_and_every_link_has_its_target(team_html: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', team_html)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="#([^"]+)"', team_html))
    assert links and links <= set(ids)


def test_the_same_analysis_gives_the_same_bytes(
    analysis: Analysis, written: dict[str, list[Path]], tmp_path: Path
) -> None:
    again = write_report(analysis, tmp_path / "again")
    assert [path.name for path in again] == [path.name for path in written["team"]]
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written["team"]]


def test_every_file_of_simulated_records_says_so(written: dict[str, list[Path]]) -> None:
    for paths in written.values():
        kinds = {path.suffix for path in paths}
        assert kinds == {".html", ".svg", ".pdf", ".csv", ".json"}
        for path in paths:
            if path.suffix == ".json":
                assert json.loads(path.read_text("utf-8"))["simulated"] is True
            else:
                assert b"SIMULATED" in path.read_bytes(), path.name


def test_every_table_and_figure_on_the_page_carries_the_mark(team_html: str) -> None:
    for block in re.findall(r"<figure.*?</figure>", team_html, flags=re.DOTALL):
        assert block.count("SIMULATED") >= 2  # heading and drawing
    for block in re.findall(
        r'<div class="tablebox">.*?</h3>|<details class="fold">.*?</summary>', team_html, re.DOTALL
    ):
        assert "SIMULATED" in block


def test_other_records_carry_no_mark(tmp_path: Path) -> None:
    paths = write_report(build_analysis(study="HBP"), tmp_path)
    assert not [path.name for path in paths if b"SIMULATED" in path.read_bytes()]


def test_a_subject_id_with_markup_stays_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>&\"'$x$"
    paths = write_report(build_analysis(subject_suffix=hostile), tmp_path)
    page = paths[0].read_text("utf-8")
    assert "<script>alert" not in page
    assert html.escape("<script>alert(1)</script>&", quote=False) in page
    for path in paths:
        if path.suffix == ".svg":
            assert "<script" not in path.read_text("utf-8")


def test_the_three_figures_show_the_same_patients_in_the_same_order(analysis: Analysis, team_html: str) -> None:
    figures = dict(re.findall(r'<figure id="figure-(\w+)" class="linked">(.*?)</figure>', team_html, re.DOTALL))
    assert sorted(figures) == ["spider", "swimmer", "waterfall"]
    first = {
        name: list(dict.fromkeys(re.findall(r'class="pt" data-subject="(p\d+)"', text)))
        for name, text in figures.items()
    }
    assert len(first["waterfall"]) == len(View(analysis, "team").members) == 35
    assert first["swimmer"] == first["waterfall"]
    scanned = [key for key in first["waterfall"] if key in set(first["spider"])]
    assert first["spider"] == scanned and len(scanned) == 33


def test_bars_have_the_colour_of_the_best_response_in_the_table(analysis: Analysis) -> None:
    report = build_report(analysis, "team")
    svg = report.drawings["waterfall"].svg
    from onearm.report.figure_style import RESPONSE_COLOUR

    for patient in report.view.members:
        if patient.best_change is None:
            continue
        key = report.view.key(patient.subject)
        bar = re.search(rf'data-subject="{key}"[^>]*tabindex.*?</g>', svg, re.DOTALL)
        assert bar is not None and RESPONSE_COLOUR[patient.best] in bar[0]


SPAN = re.compile(r'<span class="num" data-estimate="([^"]+)" data-field="([^"]+)">([^<]*)</span>')


def results_text(page: str) -> str:
    found = re.search(r'<div class="prose trace" id="results-text">(.*?)</div>', page, re.DOTALL)
    assert found is not None
    return found[1]


def shown(estimate: Estimate, field: str) -> str:
    """How a field of an estimate must read, by other arithmetic than the report's."""
    value = estimate.id.split(".")[-1].removesuffix("m") if field == "months" else getattr(estimate, field)
    if field in ("x", "n", "months"):
        return str(value)
    if value is None:
        return "NE" if field != "value" or estimate.kind != "median" else "not reached"
    if field == "p_value":
        return str(Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP))
    scaled = Decimal(str(value)) * (100 if field == "level" or estimate.unit == "proportion" else 1)
    text = str(scaled.quantize(Decimal("0.1"), ROUND_HALF_UP))
    if field == "level":
        return text.removesuffix(".0") + " %"
    return f"{text} %" if estimate.unit == "proportion" else text


@pytest.mark.parametrize("audience", ["team", "board"])
def test_each_number_of_the_results_paragraph_is_that_of_its_estimate(analysis: Analysis, audience: str) -> None:
    text = results_text(render_html(analysis, audience))  # type: ignore[arg-type]
    spans = SPAN.findall(text)
    traced = [span for span in spans if span[0] != "decision"]
    assert len(traced) > 30
    for estimate_id, field, words in traced:
        assert words.replace("\u00a0", " ") == shown(analysis.estimate(estimate_id), field), (estimate_id, field)
    counts = analysis.decision.counts
    assert counts is not None
    for _, field, words in [span for span in spans if span[0] == "decision"]:
        rule = field.startswith("rule.")
        expected = analysis.decision.rule[field[5:]] if rule else getattr(counts, field)
        assert words == str(expected)


@pytest.mark.parametrize("audience", ["team", "board", "public"])
def test_no_digit_of_the_results_paragraph_is_typed(analysis: Analysis, audience: str) -> None:
    text = results_text(render_html(analysis, audience))  # type: ignore[arg-type]
    rest = re.sub(r'<span class="who"[^>]*>[^<]*</span>', "", SPAN.sub("", text))
    assert not re.search(r"\d", plain(rest))


def test_each_estimate_leads_to_its_patients_and_they_to_source_rows(analysis: Analysis, team_html: str) -> None:
    for estimate in analysis.estimates:
        found = re.search(rf'<details[^>]*id="est-{re.escape(estimate.id)}">(.*?)</details>', team_html, re.DOTALL)
        assert found is not None, estimate.id
        assert found[1].count('href="#pt-') == len(set(estimate.subjects) | set(estimate.denominator))
    first = re.search(r'<details[^>]*id="pt-p001"[^>]*>(.*?)</details>', team_html, re.DOTALL)
    assert first is not None and re.search(r"tr row \d+: TRLNKID T01", first[1])


def test_the_board_gets_no_source_row_and_no_full_id(analysis: Analysis, written: dict[str, list[Path]]) -> None:
    page = plain(written["board"][0].read_text("utf-8"))
    assert not re.search(r"\btr row \d+", page) and "TRSTRESN" not in page
    for path in written["board"]:
        content = path.read_bytes().decode("utf-8", "replace")
        assert not [subject for subject in analysis.records.subjects() if subject in content], path.name


def test_a_waiting_decision_names_day_patients_and_need(analysis: Analysis) -> None:
    waiting = build_analysis(action="not_ready")
    headline = plain(render_html(waiting))
    assert "Earliest decision 14 April 2026. Waiting for 035 and 036." in re.sub(r"\s+", " ", headline).replace(
        " .", "."
    )
    assert re.search(r"\b3 more responders settle it", re.sub(r"\s+", " ", headline))


def test_a_refused_decision_says_what_is_missing_and_lists_candidates(analysis: Analysis) -> None:
    trials = Path(__file__).parents[3] / "trials"
    bare = load_protocol(trials / "haic-bev-pdl1.yaml")
    refused = Decision(
        "refused", "none", {"kind": "two-stage"}, None, missing=("design.futility_stop", "design.success")
    )
    report = render_html(replace(analysis, protocol=bare, decision=refused, alternatives=()))
    assert "Refused: the protocol does not state the futility boundary r₁, the success boundary r." in re.sub(
        r"\s+", " ", plain(report)
    ) or "the futility boundary r₁ and the success boundary r" in plain(report)
    assert 'id="table-design_candidates"' in report


def test_an_exploratory_trial_has_nothing_to_decide(analysis: Analysis) -> None:
    decision = Decision("refused", "none", {"kind": "exploratory"}, None)
    page = plain(render_html(replace(analysis, decision=decision, alternatives=())))
    assert "The protocol declares no test" in page


def test_tables_without_rows_still_appear(analysis: Analysis) -> None:
    page = render_html(replace(analysis, estimates=(), curves={}, findings=(), refused=()))
    assert page.count("No data") >= 5
    assert 'id="table-response_rates"' in page


def test_the_scan_schedule_stands_beside_every_median_of_progression(team_html: str) -> None:
    table = re.search(r'<table id="table-survival_medians".*?</table>', team_html, re.DOTALL)
    assert table is not None
    rows = [row for row in re.findall(r"<tr.*?</tr>", table[0], re.DOTALL) if "Progression-free" in row]
    assert len(rows) == 2 and all("every 9 weeks until 48 weeks" in row for row in rows)

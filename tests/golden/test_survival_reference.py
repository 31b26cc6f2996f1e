"""Survival tested against a declared reference: in the fixed order, with its figures where a reader sees them."""

from __future__ import annotations

import datetime as dt
import json
import re
from math import log, sqrt
from statistics import NormalDist

import pytest
from little_trial import BASE, DEFAULTS, FIRST_DOSE, LittlePatient, little_records
from test_every_option import stages

from onearm.cli.described import describe_estimate
from onearm.pipeline import Analysis, analyse
from onearm.protocol import Protocol, ProtocolError, check_protocol, load_protocol_text
from onearm.report.html import render_html

P = LittlePatient
RESPONDER, STABLE = P({"T1": "40 28 28 28 28"}), P({"T1": "40 40 40 40 40"})
DEAD = P({"T1": "40 28 28 28"}, days=(-7, 63, 126, 189), death=200)
PATIENTS = [RESPONDER, RESPONDER, DEAD, RESPONDER, STABLE]
CUT = FIRST_DOSE + dt.timedelta(days=300)
MONTH = 30.4375


def protocol(reference: str, *, order: int = 1, level: str = "0.3", dcr: str = "descriptive") -> Protocol:
    test = f"test: {{{{order: {order}, level: {level}, reference: {{{{{reference}, source: An earlier trial}}}}}}}}"
    text = BASE.replace(
        "role: descriptive, start: {os_start}, events: [death]",
        f"role: ordered, {test}, start: {{os_start}}, events: [death]",
    )
    assert text != BASE
    choices = {**DEFAULTS, "design": stages(unit="treated"), "dcr_role": dcr}
    return load_protocol_text(text.format(**choices), "little.yaml")


def analysed(reference: str, **choices: str) -> Analysis:
    stage_one = {"SUBJECTS": "LITTLE-01;LITTLE-02;LITTLE-03", "N1": "3", "X1": "3", "ACTION": "continue", "STAGE": "1"}
    who = {"WHO": "the board", "REASON": "as the rule says", "PROTOCOL": "0" * 64, "CUTDIGEST": "0" * 64}
    decided = {"DECDTC": (FIRST_DOSE + dt.timedelta(days=150)).isoformat(), **stage_one, **who}
    return analyse(protocol(reference, **choices), little_records(PATIENTS, [decided]), CUT)


def test_expected_events_and_p_value_of_a_median() -> None:
    found = analysed("median_months: 12")
    assert found.decision.action == "success"
    median = found.estimate("os.median")
    times = found.curves["os"].times
    expected = log(2) / (12 * MONTH) * sum(days for days, _ in times.values())
    assert (median.x, median.n, median.role) == (1, 5, "ordered")
    assert median.expected_events == pytest.approx(expected)
    assert median.p_value == pytest.approx(NormalDist().cdf((1 - expected) / sqrt(expected)))
    assert median.null_value == 12
    assert all(e.p_value is None for e in found.estimates if e.id.startswith("pfs"))


def test_beyond_a_stated_curve_nothing_counts() -> None:
    whole = analysed("survival: [[6, 0.75], [60, 0.001]]").estimate("os.median")
    short = analysed("survival: [[6, 0.75]]").estimate("os.median")
    assert whole.null_value is None and whole.expected_events is not None and short.expected_events is not None
    # The death, after 200 days, lies beyond six months; so does most of the time.
    assert short.expected_events == pytest.approx(-5 * log(0.75), rel=1e-6)
    assert short.expected_events < whole.expected_events
    assert short.p_value == pytest.approx(NormalDist().cdf(-sqrt(short.expected_events)))
    assert short.x == 1, "the curve of the trial itself keeps its event"


def test_the_order_is_kept() -> None:
    fails = "ordered, test: {order: 1, null_value: 0.99, null_source: An earlier trial, level: 0.01}"
    holds = fails.replace("0.99", "0.01")
    assert analysed("median_months: 12", order=2, dcr=fails).estimate("os.median").p_value is None
    assert analysed("median_months: 12", order=2, dcr=holds).estimate("os.median").p_value is not None
    behind = holds.replace("order: 1", "order: 3")
    assert analysed("median_months: 12", order=2, dcr=behind).estimate("dcr.confirmed.treated").p_value is not None
    closed = analysed("median_months: 200", order=2, dcr=behind)
    assert closed.estimate("os.median").p_value > 0.3
    assert closed.estimate("dcr.confirmed.treated").p_value is None


def test_every_reader_sees_it() -> None:
    found = analysed("median_months: 12")
    median = found.estimate("os.median")
    assert json.loads(json.dumps(describe_estimate(median)))["expected_events"] == median.expected_events
    table = re.search(r'<table id="table-survival_medians".*?</table>', render_html(found), re.DOTALL)
    assert table is not None and f"{median.expected_events:.2f}" in table[0] and f"{median.p_value:.4f}" in table[0]
    page = re.sub(r"<[^>]+>", "", render_html(found))
    assert "one-sample log-rank test" in page and "a median of 12 months" in page and "An earlier trial" in page
    curve = re.sub(r"<[^>]+>", "", render_html(analysed("survival: [[6, 0.75], [60, 0.001]]")))
    assert "75.0" in curve and "(6)" in curve and "later events and time not counted" in curve


def test_without_a_declaration_there_is_no_test() -> None:
    text = BASE.format(**{**DEFAULTS, "design": stages(unit="treated")})
    found = analyse(load_protocol_text(text, "little.yaml"), little_records(PATIENTS), CUT)
    assert all(e.expected_events is None for e in found.estimates)
    assert "log-rank" not in render_html(found)


def test_a_good_reference_passes_and_a_bad_one_is_refused() -> None:
    assert not [f for f in check_protocol(protocol("survival: [[6, 0.75], [12, 0.5]]")) if f.code in ("P470", "P478")]
    for reference in ("survival: [[12, 0.75], [6, 0.5]]", "survival: [[6, 75]]", "median_months: -1"):
        with pytest.raises(ProtocolError) as refused:
            protocol(reference)
        assert "P478" in {finding.code for finding in refused.value.findings}

"""The memo for the board: the same counts, chances and lines to sign, as a page and as a Word document."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape

import docx
import pytest

from onearm.decide import Worksheet, build_worksheet
from onearm.decide.results import Counts, Decision, RecordedComparison
from onearm.errors import Finding, Place
from onearm.pipeline import Analysis
from onearm.report.docx import write_docx
from onearm.report.memo import Memo, build_memo, render_memo
from onearm.report.view import View


def interim_of(analysis: Analysis, **counts: int) -> Decision:
    """A stage-one decision of 27 patients with these states."""
    shown = {"pending_confirmation": 0, "may_respond": 0, "not_yet_assessed": 0, "not_evaluable": 0, **counts}
    members = sum(shown.values())
    rule = {**analysis.decision.rule, "unit": "treated"}
    return replace(
        analysis.decision, action="not_ready", stage="one", rule=rule, counts=Counts(27, members, **shown), members=(),
        recorded=None, determined_early=False, responders_needed=None, earliest_day=None, p_value=None,
    )  # fmt: skip


def memo_of(analysis: Analysis, decision: Decision) -> tuple[Worksheet, Memo]:
    worksheet = build_worksheet(analysis.protocol, decision)
    assert worksheet is not None
    return worksheet, build_memo(View(replace(analysis, decision=decision), "board"), worksheet)


def as_words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page[page.index("<body") :])))


def word_file(memo: Memo) -> bytes:
    return write_docx(memo.title, [memo.kicker], memo.sections, "footer", simulated=memo.view.simulated)


@pytest.mark.parametrize(
    ("responders", "open_patients", "possible"),
    [
        (8, 0, ("stop_futility",)),
        (9, 0, ("continue",)),
        (9, 5, ("continue",)),
        (8, 1, ("stop_futility", "continue")),
        (2, 6, ("stop_futility",)),
        (2, 7, ("stop_futility", "continue")),
    ],
)
def test_the_cases_between_worst_and_best(
    analysis: Analysis, responders: int, open_patients: int, possible: tuple[str, ...]
) -> None:
    futility_only = replace_boundaries(analysis)
    failures = 27 - responders - open_patients
    decision = interim_of(futility_only, responders=responders, may_respond=open_patients, non_responders=failures)
    worksheet, memo = memo_of(futility_only, decision)
    assert worksheet.possible == possible
    assert worksheet.determined == (len(possible) == 1)
    assert (worksheet.responders_least, worksheet.responders_most) == (responders, responders + open_patients)
    for chances in worksheet.chances:
        assert chances.stop_futility + chances.stop_efficacy + chances.goes_on == pytest.approx(1, abs=1e-12)
    words = as_words(render_memo(memo))
    assert ("not determined" in words) == (len(possible) > 1)


def replace_boundaries(analysis: Analysis) -> Analysis:
    """The trial with stop if 8 or fewer of 27, success if 14 or more of 36, at p0 .25 and p1 .45."""
    design = analysis.protocol.design.model_copy(
        update={
            "n1": 27, "n": 36, "futility_stop": 8, "efficacy_stop": None, "success": 14, "p0": 0.25, "p1": 0.45,
            "alpha": 0.05, "power": 0.8,
        }
    )  # fmt: skip
    rule = {**analysis.decision.rule, "n1": 27, "n": 36, "futility_stop": 8, "efficacy_stop": None, "success": 14}
    protocol = analysis.protocol.model_copy(update={"design": design})
    return replace(analysis, protocol=protocol, decision=replace(analysis.decision, rule=rule))


def test_page_and_document_say_the_same_and_bear_the_mark(analysis: Analysis) -> None:
    decision = interim_of(replace_boundaries(analysis), responders=6, pending_confirmation=4, non_responders=17)
    _, memo = memo_of(replace_boundaries(analysis), decision)
    page, file = as_words(render_memo(memo)), word_file(memo)
    document = docx.Document(io.BytesIO(file))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for text in (*paragraphs[2:], *cells):
        assert re.sub(r"\s+", " ", text).strip() in page
    assert "stop for futility if 8 or fewer of 27 respond; success if 14 or more of 36 respond" in page
    assert "At least 6 and at most 10 of 27 respond" in page
    assert {"Principal investigator", "Trial statistician", "Chair of the monitoring board"} <= set(cells)
    assert document.sections[0].header.paragraphs[0].text.startswith("SIMULATED")
    assert document.sections[0].footer.paragraphs[0].text.startswith("SIMULATED")
    assert "SIMULATED" in page


def test_the_same_memo_gives_the_same_bytes(analysis: Analysis) -> None:
    decision = interim_of(replace_boundaries(analysis), responders=6, pending_confirmation=4, non_responders=17)
    _, memo = memo_of(replace_boundaries(analysis), decision)
    assert word_file(memo) == word_file(memo)
    assert render_memo(memo) == render_memo(memo)


def test_a_refused_decision_has_no_worksheet(analysis: Analysis) -> None:
    refused = Decision("refused", "none", analysis.decision.rule, None, missing=("design.futility_stop",))
    assert build_worksheet(analysis.protocol, refused) is None


def test_what_the_records_say_of_decisions_stands_in_the_memo(analysis: Analysis) -> None:
    futility_only = replace_boundaries(analysis)
    crossed = Finding("S102", Place("decisions.csv"), {"x1": "9", "now": "8", "n1": "27", "action": "continue"})
    other = Finding("R001", Place("tr.csv"), {})
    found = replace(futility_only, findings=(crossed, other))
    decision = interim_of(found, responders=8, may_respond=1, non_responders=18)
    worksheet = build_worksheet(found.protocol, decision)
    assert worksheet is not None
    # The analysis stands at the final stage, so the memo of stage one says that no decision is on record.
    words = as_words(render_memo(build_memo(View(found, "board"), worksheet)))
    assert "S102" in words and "R001" not in words
    assert "No decision of stage one is on record" in words
    assert "wait for the open patients" in words


def test_a_stop_that_was_passed_settles_the_final_memo(analysis: Analysis) -> None:
    futility_only = replace_boundaries(analysis)
    noted = RecordedComparison(
        date=futility_only.cut.day, action="continue", n1=27, x1=7, x1_now=7, subjects=(), crosses_boundary=False,
        against_boundary=True, protocol_digest="",
    )  # fmt: skip
    counts = Counts(36, 36, 14, 0, 2, 0, 0, 20)
    decision = replace(
        interim_of(futility_only, responders=0, non_responders=0),
        action="failure",
        stage="final",
        counts=counts,
        recorded=noted,
        passed_stop="stop_futility",
    )
    worksheet, memo = memo_of(futility_only, decision)
    assert worksheet.possible == ("failure",) and worksheet.chances == ()
    words = as_words(render_memo(memo))
    assert "called for a stop for futility (7 of 27 responded)" in words and "not determined" not in words

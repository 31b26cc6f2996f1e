"""The memo for the board in a browser: nothing fetched, two printed pages, readable on a phone."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onearm.decide import build_worksheet
from onearm.pipeline import analyse
from onearm.protocol import load_protocol
from onearm.rehearse import simulate_trial
from onearm.report.memo import build_memo, render_memo
from onearm.report.view import View

TRIALS = Path(__file__).parents[2] / "trials"


@pytest.fixture(scope="module", params=["2025-03-01", "2025-06-15", "2025-09-01"])
def memo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the memo before, during and at the end of stage one."""
    overlay = TRIALS / "assumptions" / "boundaries-efficacy-30-50.yaml"
    protocol = load_protocol(TRIALS / "haic-bev-pdl1.yaml", [overlay])
    analysis = analyse(protocol, simulate_trial(protocol, 1), dt.date.fromisoformat(request.param))
    worksheet = build_worksheet(protocol, analysis.decision)
    assert worksheet is not None
    file = tmp_path_factory.mktemp("memo") / "memo.html"
    file.write_text(render_memo(build_memo(View(analysis, "board"), worksheet)), encoding="utf-8")
    return file.as_uri()


def test_the_memo_prints_on_two_pages(browser: Browser, memo: str) -> None:
    page = browser.new_page()
    page.goto(memo)
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type /Page\b(?!s)", printed)) <= 2
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_memo_fits_and_fetches_nothing(browser: Browser, memo: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(memo)
    assert asked == [memo]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()

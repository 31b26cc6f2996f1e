"""The report in a real browser: no request, no error, no sideways scroll, linked figures, contrast, print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AUDIENCES = ("team", "board", "public")
PRINTED_WIDTH = 695  # A4 less 13 mm at both sides, at 96 dots an inch

OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true; })"

CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = text => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = node => {
    const layers = [];
    for (let n = node; n && n.nodeType === 1; n = n.parentElement) {
      layers.push(rgba(getComputedStyle(n).backgroundColor));
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const share = [0.2126, 0.7152, 0.0722];
  const light = c => share.reduce((sum, part, i) => sum + part * linear(c[i] / 255), 0);
  const poor = []; let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest('script,style,title,.skip,[hidden]')) { continue; }
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || style.visibility === 'hidden') { continue; }
    const svg = node.namespaceURI.endsWith('svg');
    const behind = ground(svg ? node.closest('svg').parentElement : node);
    const ink = over(rgba(svg ? style.fill : style.color), behind);
    const a = light(ink), b = light(behind), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    seen += 1;
    const words = walker.currentNode.data.trim().slice(0, 30);
    if (ratio < (large ? 3 : 4.5)) { poor.push([node.tagName, words, ratio.toFixed(2)]); }
  }
  return { seen, poor };
}"""


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_is_asked_for_but_the_file_and_nothing_goes_wrong(
    browser: Browser, reports: dict[str, str], audience: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(reports[audience])
    page.evaluate(OPEN_ALL)
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    assert requests == [reports[audience]]
    assert troubles == []
    context.close()


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, reports: dict[str, str], audience: str, width: int) -> None:
    with opened(browser, reports[audience], width=width) as page:
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = page.evaluate(
            "w => [...document.querySelectorAll('main *')].filter(n => !n.closest('.wrap, .plot')"
            " && n.getBoundingClientRect().right > w + 1).map(n => n.outerHTML.slice(0, 80))",
            width,
        )
        assert beyond == []


def test_pointing_at_a_patient_finds_it_in_all_three_figures_and_the_listings(
    browser: Browser, reports: dict[str, str]
) -> None:
    with opened(browser, reports["team"]) as page:
        key = page.get_attribute("#figure-waterfall .pt >> nth=4", "data-subject")
        page.hover(f"#figure-waterfall .pt[data-subject={key}] >> nth=0")
        for name in ("waterfall", "spider", "swimmer"):
            lit = page.eval_on_selector_all(f"#figure-{name} .pt.on", "nodes => nodes.map(n => n.dataset.subject)")
            assert lit and set(lit) == {key}, name
        assert page.locator("tr.on").count() >= 2
        assert page.locator("#reader").is_visible()
        page.wait_for_timeout(300)
        dimmed = page.eval_on_selector("#figure-swimmer .pt:not(.on)", "n => getComputedStyle(n).opacity")
        assert float(dimmed) < 0.5


def test_a_pressed_patient_stays_and_escape_lets_it_go(browser: Browser, reports: dict[str, str]) -> None:
    with opened(browser, reports["team"]) as page:
        page.click("#figure-swimmer .pt >> nth=0", force=True)  # any mark of the lane may lie on top
        page.hover("h1")
        assert page.locator("#figure-waterfall .pt.on").count() >= 1
        page.keyboard.press("Escape")
        assert page.locator(".pt.on").count() == 0


def test_the_keyboard_reaches_patients(browser: Browser, reports: dict[str, str]) -> None:
    with opened(browser, reports["team"]) as page:
        page.focus("#figure-waterfall .pt >> nth=2")
        assert page.locator("#figure-spider .pt.on").count() + page.locator("#figure-swimmer .pt.on").count() >= 1
        assert "Patient" in page.inner_text("#reader")


def test_a_number_leads_to_its_patients_and_to_a_source_row(browser: Browser, reports: dict[str, str]) -> None:
    with opened(browser, reports["team"]) as page:
        page.click("#table-response_rates a.num[data-estimate='orr.confirmed.treated'][data-field=x]")
        page.wait_for_timeout(100)
        estimate = page.locator("[id='est-orr.confirmed.treated']")
        assert estimate.get_attribute("open") is not None
        assert estimate.locator("a.who").first.is_visible()
        estimate.locator("a.who").first.click()
        page.wait_for_timeout(100)
        assert page.locator(".pt-fold[open] td", has_text="tr row").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("audience", ["team", "public"])
def test_all_text_has_enough_contrast(browser: Browser, reports: dict[str, str], audience: str, scheme: str) -> None:
    with opened(browser, reports[audience], scheme=scheme) as page:
        page.evaluate(OPEN_ALL)
        found = page.evaluate(CONTRAST)
        assert found["seen"] > 400
        assert found["poor"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_printed_page_fits_a4(browser: Browser, reports: dict[str, str], scheme: str) -> None:
    with opened(browser, reports["team"], width=PRINTED_WIDTH, scheme=scheme) as page:
        page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(OPEN_ALL)
        beyond = page.evaluate(
            "w => [...document.querySelectorAll('main table, main svg, main p, main pre')]"
            ".filter(n => n.getBoundingClientRect().right > w + 1)"
            ".map(n => [n.id || n.outerHTML.slice(0, 60), n.getBoundingClientRect().right])",
            PRINTED_WIDTH,
        )
        assert beyond == []
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"
        assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")

"""A headless Chromium and real reports of a simulated trial, made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from onearm.pipeline import analyse
from onearm.protocol import load_alternatives
from onearm.rehearse import simulate_trial
from onearm.report import write_report

TRIALS = Path(__file__).parents[2] / "trials"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without it the tests are left out with the reason, or fail where ONEARM_REQUIRE_BROWSER is 1."""
    program = shutil.which("chromium")
    if program is None:
        reason = "no chromium on the path: the report is not looked at in a browser"
        if os.environ.get("ONEARM_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Address of the report of each audience, all assumed boundaries given."""
    folder = tmp_path_factory.mktemp("reports")
    overlays = sorted((TRIALS / "assumptions").glob("boundaries-*.yaml"))
    alternatives = load_alternatives(TRIALS / "haic-bev-pdl1.yaml", overlays)
    protocol = alternatives[0][1]
    analysis = analyse(protocol, simulate_trial(protocol, 1), alternatives=alternatives)
    return {
        name: write_report(analysis, folder / name, audience=name)[0].as_uri() for name in ("team", "board", "public")
    }

"""One small simulated trial, analysed through the command line, shared by the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onearm.cli.main import run

TRIALS = Path(__file__).parents[3] / "trials"
TRIAL = TRIALS / "haic-bev-pdl1.yaml"
OVERLAY = TRIALS / "assumptions" / "boundaries-futility-25-45.yaml"

Call = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command with ``--json``: exit code, the one object on stdout, and what stood on stderr."""

    def run_json(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        code = run([*map(str, arguments), "--json"])
        captured = capsys.readouterr()
        return code, json.loads(captured.out), captured.err

    return run_json


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated records of the first founding trial under one of its overlays."""
    folder = tmp_path_factory.mktemp("records")
    assert run(["simulate", str(TRIAL), "--assume", str(OVERLAY), "--seed", "1", "--out", str(folder)]) == 0
    return folder

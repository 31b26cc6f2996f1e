"""The hand-built analysis and its reports, made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hand_built import build_analysis

from onearm.pipeline import Analysis
from onearm.report import AUDIENCES, write_report

# The hand-made patients of these rooms serve the report too.
sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("safety", "derive")]


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    """36 simulated patients at the end of the trial."""
    return build_analysis()


@pytest.fixture(scope="session")
def written(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The files of each audience."""
    folder = tmp_path_factory.mktemp("reports")
    return {name: write_report(analysis, folder / name, audience=name) for name in AUDIENCES}

"""The hand-built analysis and its reports, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_built import build_analysis

from onearm.pipeline import Analysis
from onearm.report import AUDIENCES, write_report


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    """36 simulated patients at the end of the trial."""
    return build_analysis()


@pytest.fixture(scope="session")
def written(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """The files of each audience."""
    folder = tmp_path_factory.mktemp("reports")
    return {name: write_report(analysis, folder / name, audience=name) for name in AUDIENCES}

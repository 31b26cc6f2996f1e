from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def trials() -> Path:
    return ROOT / "trials"


@pytest.fixture(scope="session")
def base_text() -> str:
    return (ROOT / "tests" / "data" / "broken_protocols_base.yaml").read_text(encoding="utf-8")

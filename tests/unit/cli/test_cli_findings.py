"""Findings are printed in order; a fault that many rows share does not hide the others."""

from __future__ import annotations

import pytest

from onearm.cli.output import SHOWN_OF_EACH, print_findings
from onearm.errors import Finding, Place


def after_death(row: int) -> Finding:
    values = {"column": "TRDTC", "value": "2026-01-02", "death": "2026-01-01"}
    return Finding("R070", Place("TR", path="TRDTC", row=row), values)


@pytest.mark.parametrize("n", [SHOWN_OF_EACH - 1, SHOWN_OF_EACH, SHOWN_OF_EACH + 1, SHOWN_OF_EACH + 1500])
def test_the_findings_of_one_code_beyond_the_limit_are_counted(n: int, capsys: pytest.CaptureFixture[str]) -> None:
    rare = Finding("S107", Place("protocol.yaml"), {"missing": "design.n1"})
    print_findings([*(after_death(row) for row in range(2, n + 2)), rare])
    told = capsys.readouterr().err
    assert told.count("R070 error:") == min(n, SHOWN_OF_EACH)
    assert told.count("S107 error:") == 1
    assert ("more R070" in told) == (n > SHOWN_OF_EACH)
    if n > SHOWN_OF_EACH:
        assert f"… and {n - SHOWN_OF_EACH:,} more R070" in told
    assert f"{n + 1:,} errors" in told

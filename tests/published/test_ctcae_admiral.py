"""Grades that another package's tests expect.

Source: the R package admiral (pharmaverse, Apache-2.0), tests of ``derive_var_atoxgr_dir`` for CTCAE 5.0: ALT with a
normal and an abnormal baseline, CPK, creatinine. Values, limits and grades only.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from onearm.safety.laboratory import grade

ABNORMAL_ALT = [(801, 4), (800, 3), (201, 3), (200, 2), (121, 2), (120, 1)]
"""Value and grade with a baseline of 40 above its limit."""
CPK = [(401, 4), (400, 3), (201, 3), (200, 2), (101, 2), (100, 1), (41, 1), (40, 0)]
"""Value and grade with an upper limit of 40."""
CREATININE = [
    ("241", "241", 4), ("240", "230", 3), ("121", "120", 3), ("120", "119", 2), ("61", "60", 2), ("60", "60", 1),
    ("41", "41", 1), ("40", "40", 0), ("42", "6", 3), ("42", "13.9", 3), ("42", "14", 2), ("42.1", "28", 2),
]  # fmt: skip
"""Value, baseline and grade with an upper limit of 40."""


@pytest.mark.parametrize(("value", "expected"), ABNORMAL_ALT)
def test_alt_with_an_abnormal_baseline(value: int, expected: int) -> None:
    limits = {"high": Decimal(39), "base": Decimal(40), "base_high": Decimal(39)}
    assert grade("5.0", "ALT", Decimal(value), **limits).grade == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "expected"), CPK)
def test_cpk(value: int, expected: int) -> None:
    assert grade("5.0", "CPK", Decimal(value), high=Decimal(40)).grade == expected


def test_cpk_without_a_limit_has_no_grade() -> None:
    assert grade("5.0", "CPK", Decimal(100)).grade is None


@pytest.mark.parametrize(("value", "base", "expected"), CREATININE)
def test_creatinine(value: str, base: str, expected: int) -> None:
    assert grade("5.0", "CREAT", Decimal(value), high=Decimal(40), base=Decimal(base)).grade == expected


def test_creatinine_without_a_limit_has_no_grade() -> None:
    assert grade("5.0", "CREAT", Decimal(42), base=Decimal(42)).grade is None

"""Grades of the package against the table read as text: on and around every limit, with this and that missing.

Where the table gives one grade whatever the missing parts are, it must be that grade. Where it does not, there must
be none, or the grade that holds if no open fact does, marked so (``could_be_higher``, ``from_bound``); only a value
that is normal by its number may be 0 without a mark while a fact is open. A diastolic pressure that is missing counts
as such a fact. The package counts in millionths, so that no value is finer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from ctcae_oracle import find_ladder
from ctcae_values import Case, cases_at_every_limit, generate_cases

from onearm.safety.laboratory import grade

MARKS = {"could_be_higher", "from_bound", "either_ladder"}


def _allowed(case: Case, found: int | None, reason: str) -> bool:
    verdict = case.verdict()
    if verdict.grade is not None:
        return found == verdict.grade
    if found is None:
        return reason not in {"", *MARKS}
    floor = verdict.floor
    if case.ladder.analyte == "BP" and case.second is None:
        floor = replace(case, second=Decimal(60)).verdict().floor
    return found == floor and (found == 0 or reason in MARKS)


def _differences(cases: Iterable[Case]) -> list[str]:
    told = []
    for case in cases:
        answer = grade(
            case.ladder.version,
            case.ladder.analyte,
            case.value,
            **case.limits,
            direction=case.ladder.direction,
            flags=case.flags,
            second=case.second,
            qualifier=case.qualifier,  # type: ignore[arg-type]
        )
        if not _allowed(case, answer.grade, answer.reason):
            told.append(f"{case.told()}: {answer.grade} ({answer.reason}), the table: {case.verdict()}")
    return told


def test_both_sides_of_every_limit() -> None:
    assert _differences(cases_at_every_limit()) == []


@pytest.mark.parametrize("seed", range(4))
def test_generated_values(seed: int) -> None:
    differences = _differences(generate_cases(seed, 25_000))
    assert differences[:10] == []


def test_a_missing_limit_never_hides_a_gap() -> None:
    sodium = find_ladder("5.0", "Na")
    limits = dict.fromkeys(("low", "high", "base", "base_low", "base_high"))
    assert _differences([Case(sodium, Decimal("129.5"), limits, {"symptomatic": False})]) == []

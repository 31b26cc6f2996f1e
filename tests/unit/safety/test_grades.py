"""Single grades: the trap of the baseline, what is missing, facts, bounds, versions."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from onearm.reference.ctcae import terms
from onearm.safety.laboratory import Grade, UnknownFactError, grade

ULN = Decimal(40)


def D(text: str | int) -> Decimal:
    return Decimal(text)


def alt(value: str | int | Decimal, base: str | int | Decimal, version: str = "5.0") -> int | None:
    return grade(version, "ALT", Decimal(value), high=ULN, base=Decimal(base), base_high=ULN).grade


def told(found: Grade) -> tuple[int | None, str]:
    return found.grade, found.reason


def test_from_four_to_seven_times_the_limit_is_grade_1() -> None:
    """The trap: 1.75 × baseline is grade 1 in version 5.0, although 7 × ULN lies above the 5 × ULN of grade 3."""
    assert alt(7 * ULN, 4 * ULN) == 1
    assert alt(6 * ULN - D("0.000001"), 4 * ULN) == 0
    assert alt(6 * ULN, 4 * ULN) == 1
    assert alt(12 * ULN, 4 * ULN) == 1
    assert alt(12 * ULN + D("0.000001"), 4 * ULN) == 2
    assert alt(7 * ULN, ULN) == 3
    assert alt(7 * ULN, ULN + D("0.000001")) == 3
    assert alt(7 * ULN, 4 * ULN, "6.0") == 2


def test_a_baseline_at_the_limit_is_normal() -> None:
    assert alt(ULN + 1, ULN) == 1
    assert alt(ULN + 1, ULN + D("0.5")) == 0


def test_the_row_and_ladder_are_told() -> None:
    found = grade("5.0", "ALT", 7 * ULN, high=ULN, base=4 * ULN, base_high=ULN)
    assert (found.row.id if found.row else "", found.ladder) == ("5.0/ALT/high/1", "second")
    assert grade("5.0", "alanine aminotransferase increased", 7 * ULN, high=ULN, base=4 * ULN, base_high=ULN) == found


@pytest.mark.parametrize(
    ("analyte", "value", "numbers", "answer"),
    [
        ("ALT", 41, {"high": 40}, (None, "no_baseline")),
        ("ALT", 40, {"high": 40}, (0, "either_ladder")),
        ("ALT", 40, {}, (None, "no_limit")),
        ("ALT", 900, {"base": 20, "base_high": 40}, (None, "no_limit")),
        ("ALT", 900, {"base": 60, "base_high": 40}, (3, "")),
        ("ALT", 59, {"high": 40, "base": 40}, (None, "no_baseline_limit")),
        ("ALT", 121, {"high": 40, "base": 40}, (2, "either_ladder")),
        ("ALT", 41, {"high": 0, "base": 20, "base_high": 40}, (None, "no_limit")),
        ("ALT", 41, {"low": 50, "high": 40, "base": 20, "base_high": 40}, (None, "no_limit")),
        ("PLT", 80, {}, (None, "no_limit")),
        ("PLT", 60, {}, (2, "")),
        ("CREAT", 100, {"high": 110}, (None, "no_baseline")),
        ("CREAT", 700, {"high": 110}, (4, "")),
        ("CREAT", 400, {"high": 110}, (3, "")),
        ("CREAT", 100, {"high": 110, "base": 66}, (2, "")),
        ("CREAT", 99, {"high": 110, "base": 66}, (0, "")),
        ("CREAT", 100, {"base": 66}, (None, "no_limit")),
        ("FIB", "0.4", {}, (4, "either_ladder")),
        ("NA", "129.5", {"low": 135}, (None, "gap")),
        ("LDH", 500, {"high": 250}, (None, "no_ladder")),
        ("ALT", None, {"high": 40}, (None, "no_value")),
        ("ALT", -1, {"high": 40}, (None, "no_value")),
    ],
)  # fmt: skip
def test_what_is_missing_is_never_grade_0(
    analyte: str, value: Any, numbers: dict[str, int], answer: tuple[int | None, str]
) -> None:
    given = {name: Decimal(number) for name, number in numbers.items()}
    number = None if value is None else Decimal(value)
    assert told(grade("5.0", analyte, number, **given)) == answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("analyte", "value", "flags", "answer"),
    [
        ("HGB", 90, {}, (2, "could_be_higher")),
        ("HGB", 90, {"transfusion_indicated": False, "life_threatening": False}, (2, "")),
        ("HGB", 90, {"transfusion_indicated": True, "life_threatening": None}, (3, "could_be_higher")),
        ("HGB", 90, {"life_threatening": True}, (4, "")),
        ("HGB", 140, {}, (0, "")),
        ("NA", 127, {}, (2, "could_be_higher")),
        ("NA", 127, {"symptomatic": True}, (3, "")),
        ("K", "3.1", {}, (1, "could_be_higher")),
        ("INR", "1.2", {}, (0, "could_be_higher")),
        ("INR", "1.3", {}, (None, "fact_open")),
        ("INR", "1.3", {"anticoagulant": False}, (1, "")),
        ("INR", "3", {"anticoagulant": True}, (None, "no_baseline")),
        ("TEMP", "40.5", {}, (3, "could_be_higher")),
        ("TEMP", "40.5", {"over_24_h": True}, (4, "")),
        ("BP", 150, {}, (None, "fact_open")),
        ("BP", 110, {}, (0, "could_be_higher")),
        ("BP", 110, {"one_drug": True, "several_drugs": False}, (2, "could_be_higher")),
        ("WT", "9.999999", {}, (1, "")),
        ("WT", 10, {}, (2, "")),
        ("STOOLS", 3, {}, (1, "could_be_higher")),
        ("STOOLS", 0, {}, (0, "")),
    ],
)
def test_facts_beside_the_number(
    analyte: str, value: Any, flags: dict[str, bool | None], answer: tuple[int | None, str]
) -> None:
    low = {"HGB": D(130), "NA": D(135), "K": D("3.5")}.get(analyte)
    assert told(grade("5.0", analyte, Decimal(value), low=low, flags=flags)) == answer


def test_on_an_anticoagulant_the_baseline_counts() -> None:
    flags = {"anticoagulant": True}
    assert grade("5.0", "INR", D(3), base=D("2.5"), flags=flags).grade == 1
    assert grade("5.0", "INR", D(3), base=D("2.5"), flags={"anticoagulant": False}).grade == 3


def test_a_fact_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnknownFactError):
        grade("5.0", "HGB", D(90), flags={"feels_bad": True})


def test_without_a_version_nothing_is_graded() -> None:
    assert told(grade(None, "ALT", D(900), high=ULN)) == (None, "version_open")


@pytest.mark.parametrize("analyte", ["HGB", "CREAT", "NA"])
def test_what_version_6_does_not_hold(analyte: str) -> None:
    assert told(grade("6.0", analyte, D(90))) == (None, "no_ladder")


def test_the_versions_differ() -> None:
    assert grade("5.0", "ANC", D("0.8"), low=D(2)).grade == 3
    assert grade("6.0", "ANC", D("0.8"), low=D(2)).grade == 2
    assert grade("5.0", "PLT", D(24), low=D(150)).grade == 4
    assert told(grade("6.0", "PLT", D(24), low=D(150))) == (3, "could_be_higher")
    assert grade("6.0", "ALP", D(500), high=D(120), base=D(100), base_high=D(120)).grade == 1
    assert grade("5.0", "ALP", D(500), high=D(120), base=D(100), base_high=D(120)).grade == 2


@pytest.mark.parametrize(
    ("analyte", "value", "qualifier", "answer"),
    [
        ("PLT", 25, "<", (4, "from_bound")),
        ("PLT", 26, "<", (None, "bound_only")),
        ("PLT", 150, ">", (0, "from_bound")),
        ("PLT", 74, ">", (None, "bound_only")),
        ("TBIL", 20, "<", (0, "from_bound")),
        ("TBIL", 200, ">", (4, "from_bound")),
        ("TBIL", "199.999998", ">", (None, "bound_only")),
    ],
)
def test_a_bound_has_a_grade_only_if_it_leaves_one(
    analyte: str, value: Any, qualifier: Any, answer: tuple[int | None, str]
) -> None:
    limits = {"low": D(150)} if analyte == "PLT" else {"high": D(20), "base": D(10), "base_high": D(20)}
    assert told(grade("5.0", analyte, Decimal(value), qualifier=qualifier, **limits)) == answer


LABORATORY = [t for v in ("5.0", "6.0") for t in terms(v).values() if t.analyte not in ("", "BP", "TEMP", "STOOLS")]


@settings(max_examples=400, deadline=None)
@drawn(
    st.sampled_from(LABORATORY),
    st.tuples(st.integers(0, 4_000_000), st.integers(0, 4_000_000)),
    st.tuples(st.integers(1, 100_000), st.integers(100_001, 300_000), st.integers(1, 900_000)),
    st.booleans(),
)
def test_a_worse_value_never_has_a_lower_grade(
    term: Any, values: tuple[int, int], numbers: tuple[int, int, int], anticoagulant: bool
) -> None:
    def of(value: int) -> int | None:
        low, high, base = (Decimal(number) / 1000 for number in numbers)
        flags = {"anticoagulant": anticoagulant, "symptomatic": False, "transfusion_indicated": False}
        return grade(
            term.version, term.analyte, Decimal(value) / 1000, low=low, high=high, base=base, base_low=low,
            base_high=high, flags=flags,
        ).grade  # fmt: skip

    mild, severe = sorted(values, reverse=term.worse == "low")
    if of(mild) is not None and of(severe) is not None:
        assert of(mild) <= of(severe)  # type: ignore[operator]


GRID = """
import hashlib
import numpy as np
from onearm.kernels import lab_ladder as kernel
from onearm.safety.grade_table import grade_table
from onearm.safety.laboratory import Numbers, grade_columns

draw = np.random.default_rng(5)
for version in ("5.0", "6.0"):
    table = grade_table(version)
    n = 2000
    columns = [draw.integers(0, 300, n) * 1_000_000 for _ in range(6)]
    for column in columns[1:]:
        column[draw.random(n) < 0.1] = kernel.NO_NUMBER
    term, qualifier = draw.integers(0, len(table.names), n), draw.integers(0, 3, n)
    out = grade_columns(table, Numbers(term, columns[0], qualifier, *columns[1:]))
    print(hashlib.sha256(out.tobytes()).hexdigest(), len(np.unique(out[:, 0])), len(np.unique(out[:, 1])))
"""


def test_compiled_and_plain_give_the_same_integers() -> None:
    answers = []
    for plain in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": plain}
        done = subprocess.run([sys.executable, "-c", GRID], env=environment, capture_output=True, text=True, check=True)
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    assert answers[0].splitlines()[0].split()[1] == "6"

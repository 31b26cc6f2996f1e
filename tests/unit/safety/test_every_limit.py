"""Every row of the table of CTCAE on both sides of each of its limits, against the text read by another arithmetic.

The witness reads the row's text as an expression over fractions and takes the highest row that holds. It shares with
the code nothing but the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from typing import Any, NamedTuple

import pytest

from onearm.reference.ctcae_grammar import FACTS
from onearm.safety.laboratory import grade

ROWS = list(csv.DictReader(files("onearm.reference").joinpath("ctcae.csv").read_text("utf-8").splitlines()))
MEASURED = [row for row in ROWS if row["kind"] == "lab"]
STEP = Fraction(1, 1_000_000)
LLN, ULN, BASE = Fraction(1000), Fraction(1200), Fraction(2000)
LOW_BASE = Fraction(800)

SAID = {
    "x < 80 or transfusion indicated": "x < 80 or transfusion_indicated",
    "10 <= x < 50 or transfusion indicated": "10 <= x < 50 or transfusion_indicated",
    "x < 10 or life-threatening": "x < 10 or life_threatening",
    "clinical: life-threatening": "life_threatening",
    "clinical: crisis, neurologic deficit": "crisis",
    "125 <= x <= 129 asymptomatic": "125 <= x <= 129 and not symptomatic",
    "125 <= x <= 129 symptomatic or 120 <= x <= 124": "125 <= x <= 129 and symptomatic or 120 <= x <= 124",
    "1.5*ULN < x <= 2*ULN or (2*ULN < x <= 5*ULN and asymptomatic)": (
        "1.5*ULN < x <= 2*ULN or (2*ULN < x <= 5*ULN and not symptomatic)"
    ),
    "(2*ULN < x <= 5*ULN and symptomatic) or (x > 5*ULN and asymptomatic)": (
        "(2*ULN < x <= 5*ULN and symptomatic) or (x > 5*ULN and not symptomatic)"
    ),
    "x > 40.0 for <= 24 h": "x > 40 and not over_24_h",
    "x > 40.0 for > 24 h": "x > 40 and over_24_h",
    "dip 1+ or ULN <= x < 1.0": "dip == 1 or ULN <= x < 1",
    "dip 2+/3+ or 1.0 <= x < 3.5": "dip in (2, 3) or 1 <= x < 3.5",
    "dip 4+ or x >= 3.5": "dip == 4 or x >= 3.5",
    "140 <= SBP <= 159 or 90 <= DBP <= 99 (if previously normal), or one-drug therapy / change of therapy / "
    "symptomatic rise >20 DBP": (
        "previously_normal and (140 <= SBP <= 159 or 90 <= DBP <= 99) or one_drug or therapy_changed "
        "or symptomatic_rise"
    ),
    "SBP >= 160 or DBP >= 100, or >1 drug / intensified therapy": (
        "SBP >= 160 or DBP >= 100 or several_drugs or therapy_intensified"
    ),
    "d < 4": "0 < d < 4",
    "4 <= d <= 6 or instrumental ADL": "4 <= d <= 6 or instrumental_adl",
    "d >= 7 or hospital or self-care ADL": "d >= 7 or hospital or self_care_adl",
}
"""Texts that are not expressions already."""
FIBRINOGEN = {
    "1": ("0.75*LLN <= x < LLN", "0 < drop < 25"),
    "2": ("0.5*LLN <= x < 0.75*LLN", "25 <= drop < 50"),
    "3": ("0.25*LLN <= x < 0.5*LLN", "50 <= drop < 75"),
    "4": ("x < 0.25*LLN or x < 0.5", "drop >= 75 or x < 0.5"),
}


class Case(NamedTuple):
    value: Fraction | None
    second: Fraction | None
    flags: dict[str, bool]
    abnormal: bool


def expression(row: dict[str, str], abnormal: bool) -> str:
    """What the row says for a normal or abnormal baseline (for INR: without or with an anticoagulant)."""
    if row["analyte"] == "FIB":
        return FIBRINOGEN[row["grade"]][int(abnormal)]
    text = row["limit_if_baseline_abnormal"] if abnormal else row["limit"]
    text = row["limit"] if text == "same" else text.removeprefix("on anticoagulant: ")
    return SAID.get(text, text)


def decimals_as_fractions(text: str) -> str:
    words = text.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").replace("*", " * ").split()
    return " ".join(f"Fraction('{word}')" if word.replace(".", "", 1).isdigit() else word for word in words)


def upper_limit(row: dict[str, str]) -> Fraction:
    """An upper limit that leaves room below the absolute limits of its test."""
    return Fraction(3, 20) if row["analyte"] == "UPROT24" else ULN


def lower_limit(row: dict[str, str]) -> Fraction:
    limits = {
        "PLT": 150,
        "ANC": 2,
        "WBC": 4,
        "LYM": Fraction(3, 2),
        "HGB": 130,
        "ALB": 35,
        "NA": 135,
        "K": Fraction(7, 2),
    }
    return Fraction(limits.get(row["analyte"], LLN))


def baseline(row: dict[str, str], abnormal: bool) -> Fraction:
    if row["analyte"] == "FIB":
        return LOW_BASE if abnormal else BASE
    if row["analyte"] == "CREAT":
        return Fraction(600) if abnormal else LLN  # limits by BASE below those by ULN, and beside them
    if row["analyte"] == "INR":
        return Fraction(9, 10)
    return BASE if abnormal else LLN


def holds(row: dict[str, str], case: Case) -> bool:
    names: dict[str, Any] = {
        "Fraction": Fraction, "LLN": lower_limit(row), "ULN": upper_limit(row), "BASE": baseline(row, case.abnormal),
        "dip": case.second, "DBP": case.second, **dict.fromkeys(FACTS, False), **case.flags,
        **dict.fromkeys(("x", "SBP", "loss", "d"), case.value),
    }  # fmt: skip
    if case.value is None:
        return row["analyte"] == "UPROT24" and bool(eval(SAID[row["limit"]].split(" or ")[0], names))
    names["drop"] = 100 * (names["BASE"] - case.value) / names["BASE"]
    return bool(eval(decimals_as_fractions(expression(row, case.abnormal)), names))


def expected(row: dict[str, str], case: Case) -> int:
    """The highest row of the term that holds, else 0."""
    ladder = [one for one in MEASURED if (one["version"], one["term"]) == (row["version"], row["term"])]
    return max((int(one["grade"]) for one in ladder if holds(one, case)), default=0)


def given(row: dict[str, str], case: Case) -> int | None:
    def number(value: Fraction | None) -> Decimal | None:
        if value is None:
            return None
        assert (value / STEP).denominator == 1
        return Decimal(int(value / STEP)) / 1_000_000

    flags: dict[str, bool | None] = {**dict.fromkeys(FACTS, False), **case.flags}
    if row["analyte"] == "INR":
        flags["anticoagulant"] = case.abnormal
    low, high = lower_limit(row), upper_limit(row)
    with_low = row["direction"] == "low" or row["analyte"] not in ("UPROT24",)
    return grade(
        row["version"], row["analyte"], number(case.value), second=number(case.second),
        low=number(low) if with_low else None, high=number(high) if high >= low or not with_low else None,
        base=number(baseline(row, case.abnormal)), base_low=number(LLN), base_high=number(ULN), flags=flags,
    ).grade  # fmt: skip


def edges(row: dict[str, str], abnormal: bool) -> Iterator[Fraction]:
    """The numbers of the row's text as values: every limit there is in it."""
    names = {"LLN": lower_limit(row), "ULN": upper_limit(row), "BASE": baseline(row, abnormal)}
    text = expression(row, abnormal)
    if "drop" in text:
        yield from (names["BASE"] * (1 - Fraction(part, 100)) for part in (0, 25, 50, 75))
    for word in text.replace("(", " ").replace(")", " ").replace(",", " ").split():
        number, _, basis = word.rpartition("*")
        if basis in names:
            yield Fraction(number or "1") * names[basis]
        elif word.replace(".", "", 1).isdigit() and "drop" not in text:
            yield Fraction(word)


def cases_of(row: dict[str, str]) -> Iterator[Case]:
    facts = [name for name in FACTS if name in " ".join(expression(row, ladder) for ladder in (False, True))]
    choices: list[dict[str, bool]] = [{}, *({name: True} for name in facts), dict.fromkeys(facts, True)]
    for abnormal in (False, True):
        for flags in choices:
            for edge in edges(row, abnormal):
                for value in (edge - STEP, edge, edge + STEP):
                    if value < 0:
                        continue
                    yield Case(value, Fraction(0) if row["analyte"] in ("BP", "UPROT24") else None, flags, abnormal)
                    if row["analyte"] == "BP":
                        yield Case(Fraction(100), value, flags, abnormal)
            if not list(edges(row, abnormal)):
                yield Case(lower_limit(row), Fraction(0), flags, abnormal)
        if row["analyte"] == "UPROT24":
            yield from (Case(None, Fraction(plus), {}, abnormal) for plus in range(1, 5))


def in_a_gap(row: dict[str, str], case: Case) -> bool:
    """No row holds and no grade is given: where that may be is told by ``GAPS``."""
    return expected(row, case) == 0 and given(row, case) is None


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: f"{row['version']}-{row['analyte']}-{row['grade']}")
def test_both_sides_of_every_limit(row: dict[str, str]) -> None:
    reached, missed = 0, 0
    for case in cases_of(row):
        if in_a_gap(row, case):
            assert row["analyte"] in ("NA", "BP", "STOOLS"), case
            missed += 1
            continue
        assert given(row, case) == expected(row, case), case
        reached += expected(row, case) == int(row["grade"])
        missed += expected(row, case) != int(row["grade"])
    assert reached
    assert missed


GAPS = [
    ("NA", "129.000001", True), ("NA", "129.5", True), ("NA", "129.999999", True), ("NA", "130", False),
    ("NA", "129", False), ("NA", "124.5", True), ("NA", "124", False), ("NA", "125", False),
    ("BP", "139.5", True), ("BP", "139", False), ("BP", "159.5", True), ("STOOLS", "6.5", True), ("STOOLS", "7", False),
]  # fmt: skip


@pytest.mark.parametrize(("analyte", "value", "gap"), GAPS)
def test_gaps_are_only_where_the_text_leaves_them(analyte: str, value: str, gap: bool) -> None:
    flags = {**dict.fromkeys(FACTS, False), "previously_normal": True}
    found = grade("5.0", analyte, Decimal(value), low=Decimal(135), second=Decimal(0), flags=flags)
    assert (found.grade is None, found.reason) == ((True, "gap") if gap else (False, ""))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["kind"] == "clinical"], ids=lambda r: f"{r['term']}-{r['grade']}"
)
def test_a_clinical_row_has_no_number(row: dict[str, str]) -> None:
    assert grade(row["version"], row["term"], Decimal(1)).reason == "no_ladder"

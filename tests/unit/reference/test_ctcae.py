"""The table of CTCAE: every row parsed or named clinical, and nothing that its grammar does not know."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from importlib.resources import files

import pytest

from onearm.reference import ANALYTES
from onearm.reference.ctcae import grade_rows, term_of, terms
from onearm.reference.ctcae_grammar import Bound, Clause, parse_row

CELLS = list(csv.DictReader(files("onearm.reference").joinpath("ctcae.csv").read_text("utf-8").splitlines()))


def test_all_rows_are_there() -> None:
    assert len(CELLS) == len(grade_rows()) == 209
    assert Counter((row.version, row.kind) for row in grade_rows()) == {
        ("5.0", "lab"): 93,
        ("5.0", "clinical"): 91,
        ("6.0", "lab"): 25,
    }
    assert len({row.id for row in grade_rows()}) == 209


def test_no_dictionary_code_is_shipped() -> None:
    assert not any("meddra" in name.casefold() or "code" in name.casefold() for name in CELLS[0])


@pytest.mark.parametrize("row", grade_rows(), ids=lambda row: row.id)
def test_every_row_is_parsed_or_clinical(row: object) -> None:
    assert (row.kind == "clinical") == (not row.first) == (not row.second)  # type: ignore[attr-defined]
    assert row.source and row.mark in ("confirmed", "unconfirmed")  # type: ignore[attr-defined]


def test_tests_of_the_laboratory_are_those_of_the_analytes() -> None:
    measured = {row.analyte for row in grade_rows() if row.analyte} - {"BP", "TEMP", "WT", "STOOLS"}
    assert measured <= set(ANALYTES)


@pytest.mark.parametrize(
    "text", ["x > three*ULN", "x >", "ULN < y <= 3*ULN", "x > 5 U/L", "x > 2*ULN and perhaps", "", "drop about 20%"]
)
def test_an_unknown_limit_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="grammar"):
        parse_row(text, "same", "high")


def test_a_fall_from_baseline_is_the_second_ladder() -> None:
    parsed = parse_row("x < 0.25*LLN or drop >=75% or x < 0.5 g/L", "same", "low")
    absolute = Clause((Bound("value", "<", "absolute", Decimal("0.5")),))
    assert parsed.first == (Clause((Bound("value", "<", "LLN", Decimal("0.25")),)), absolute)
    assert parsed.second == (Clause((Bound("value", "<=", "BASE", Decimal("0.25")),)), absolute)


@pytest.mark.parametrize(
    ("name", "grades"),
    [
        ("Palmar-plantar erythrodysesthesia syndrome", (1, 2, 3)),
        ("Nausea", (1, 2, 3)),
        ("Proteinuria", (1, 2, 3)),
        ("Febrile neutropenia", (3, 4)),
        ("Vomiting", (1, 2, 3, 4)),
    ],
)
def test_which_grades_a_term_has(name: str, grades: tuple[int, ...]) -> None:
    assert terms("5.0")[name].grades == grades


def test_ladders_that_the_baseline_chooses() -> None:
    chosen = {term.analyte for term in terms("5.0").values() if term.switch == "baseline"}
    assert chosen == {"ALT", "AST", "ALP", "GGT", "TBIL", "FIB"}
    assert {term.analyte for term in terms("6.0").values() if term.switch == "baseline"} == {
        "ALT",
        "AST",
        "GGT",
        "TBIL",
    }
    assert term_of("5.0", "INR").switch == "anticoagulant"  # type: ignore[union-attr]


def test_a_version_that_is_not_held_has_no_term() -> None:
    assert term_of("4.03", "ALT") is None
    assert term_of("6.0", "HGB") is None
    assert term_of("5.0", "alt", "low") is None

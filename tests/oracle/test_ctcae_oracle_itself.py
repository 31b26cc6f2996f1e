"""The table-driven grades against values worked by hand from the table's texts."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from ctcae_oracle import GAP, TABLE, find_ladder, grade_complete, judge, read_condition, read_ladders
from ctcae_values import cases_at_every_limit, generate_cases

LIVER = {"high": F(40), "base_high": F(40)}


def test_every_graded_row_is_read() -> None:
    rows = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    assert len(rows) == 209
    assert sum(len(ladder.texts) for ladder in read_ladders()) == sum(",lab," in row for row in rows) == 118
    assert len(read_ladders()) == 31


@pytest.mark.parametrize(
    ("version", "analyte", "env", "grade"),
    [
        ("5.0", "ALT", {"x": F(280), "base": F(160), **LIVER}, 1),
        ("5.0", "ALT", {"x": F(239), "base": F(160), **LIVER}, 0),
        ("5.0", "ALT", {"x": F(240), "base": F(160), **LIVER}, 1),
        ("5.0", "ALT", {"x": F(280), "base": F(40), **LIVER}, 3),
        ("6.0", "ALT", {"x": F(280), "base": F(160), **LIVER}, 2),
        ("6.0", "ALT", {"x": F(400), "base": F(160), **LIVER}, 3),
        ("6.0", "ALP", {"x": F(41), "base": F(41), **LIVER}, 0),
        ("6.0", "ALP", {"x": F(42), "base": F(41), **LIVER}, 1),
        ("5.0", "ANC", {"x": F("0.8"), "low": F(2)}, 3),
        ("6.0", "ANC", {"x": F("0.8"), "low": F(2)}, 2),
        ("5.0", "CREAT", {"x": F(90), "high": F(100), "base": F(50)}, 2),
        ("5.0", "CREAT", {"x": F(160), "high": F(100), "base": F(50)}, 3),
        ("5.0", "Na", {"x": F("129.5"), "low": F(135), "symptomatic": False}, GAP),
        ("5.0", "Na", {"x": F(129), "low": F(135), "symptomatic": False}, 2),
        ("5.0", "Na", {"x": F(129), "low": F(135), "symptomatic": True}, 3),
        ("5.0", "Na", {"x": F("124.5"), "low": F(135), "symptomatic": False}, GAP),
        ("5.0", "TEMP", {"x": F("39.0"), "over_24_h": False}, 1),
        ("5.0", "TEMP", {"x": F("40.1"), "over_24_h": True}, 4),
        ("5.0", "FIB", {"x": F("1.5"), "low": F(2), "base": F(2), "base_low": F(2)}, 1),
        ("5.0", "FIB", {"x": F("1.0"), "low": F(2), "base": F("1.9"), "base_low": F(2)}, 2),
        ("5.0", "FIB", {"x": F("1.9"), "low": F(2), "base": F("1.9"), "base_low": F(2)}, 0),
        ("5.0", "FIB", {"x": F("0.49"), "low": F(1), "base": F("0.5"), "base_low": F(1)}, 4),
        ("5.0", "UPROT24", {"x": F("0.9"), "high": F("0.15"), "dip": F(3)}, 2),
        ("5.0", "UPROT24", {"x": F("3.5"), "high": F("0.15"), "dip": None}, 3),
        ("5.0", "WT", {"x": F("4.999999")}, 0),
        ("5.0", "WT", {"x": F(20)}, 3),
    ],
)
def test_worked_by_hand(version: str, analyte: str, env: dict, grade: int | str) -> None:
    ladder = find_ladder(version, analyte)
    assert grade_complete(ladder, {**dict.fromkeys(ladder.facts, False), **env}) == grade


def test_pressure_takes_the_worse_of_two_and_stands_in_gaps() -> None:
    ladder = find_ladder("5.0", "BP")
    facts = dict.fromkeys(ladder.facts, False) | {"previously_normal": True}
    graded = [
        grade_complete(ladder, {**facts, "x": F(s), "second": F(d)}) for s, d in ((119, 79), (125, 95), (110, 100))
    ]
    assert graded == [0, 2, 3]
    assert grade_complete(ladder, {**facts, "x": F("139.5"), "second": F(70)}) == GAP
    assert grade_complete(ladder, {**facts, "x": F(100), "second": F("89.5")}) == GAP
    assert grade_complete(ladder, {**facts, "x": F(110), "second": F(70), "several_drugs": True}) == 3


def test_what_is_missing_leaves_no_grade_unless_nothing_hangs_on_it() -> None:
    platelets = find_ladder("5.0", "PLT")
    assert judge(platelets, {"x": F(60), "low": None}, {}).grade == 2
    assert judge(platelets, {"x": F(80), "low": None}, {}).possible == {0, 1}
    alt = find_ladder("5.0", "ALT")
    assert judge(alt, {"x": F(280), **LIVER}, {}).grade is None
    assert judge(alt, {"x": F(280), "base": F(160), "base_high": F(40)}, {}).grade == 1
    assert judge(alt, {"x": F(40), **LIVER}, {}).grade == 0
    sodium = find_ladder("5.0", "Na")
    assert judge(sodium, {"x": F("129.5")}, {"symptomatic": False}).possible == {0, GAP}


def test_open_facts_give_a_floor() -> None:
    potassium = find_ladder("5.0", "K")
    verdict = judge(potassium, {"x": F("3.2"), "low": F("3.5")}, {})
    assert (verdict.grade, verdict.floor, verdict.possible) == (None, 1, {1, 2})


def test_a_bound_has_a_grade_where_all_below_it_agree() -> None:
    platelets = find_ladder("5.0", "PLT")
    assert judge(platelets, {"x": F(25), "low": F(100)}, {}, "<").grade == 4
    assert judge(platelets, {"x": F(26), "low": F(100)}, {}, "<").grade is None
    assert judge(platelets, {"x": F(100), "low": F(100)}, {}, ">").grade == 0


def test_an_unknown_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no meaning"):
        read_condition("x about 3")


def test_generated_cases_reach_every_grade_and_every_kind_of_answer() -> None:
    verdicts = [case.verdict() for case in generate_cases(7, 3000)]
    assert {v.grade for v in verdicts} == {None, 0, 1, 2, 3, 4}
    assert any(GAP in v.possible for v in verdicts)
    at_limits = list(cases_at_every_limit())
    assert {(c.ladder.version, c.ladder.analyte) for c in at_limits} == {
        (ladder.version, ladder.analyte) for ladder in read_ladders()
    }

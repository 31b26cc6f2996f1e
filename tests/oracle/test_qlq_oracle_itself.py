"""The scores by the table's texts against forms worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from qlq_oracle import by_formula, items_of, read_scales, score_sheet

C30, HCC18 = "QLQ-C30", "QLQ-HCC18"


def test_items_are_numbered_through() -> None:
    assert sorted(items_of(C30)) == list(range(1, 31))
    assert sorted(items_of(HCC18)) == list(range(31, 49))
    assert {i for i, top in items_of(C30).items() if top == 7} == {29, 30}


def test_the_half_rule_is_at_least_half() -> None:
    for scale in read_scales():
        if scale.items:
            assert scale.needed == -(-len(scale.items) // 2)


def test_all_ones() -> None:
    scores = score_sheet(C30, dict.fromkeys(range(1, 31), 1))
    assert {c: v for c, v in scores.items() if v} == dict.fromkeys(("PF2", "RF2", "EF", "CF", "SF", "SUMSC"), 100)
    assert set(score_sheet(HCC18, dict.fromkeys(range(31, 49), 1)).values()) == {0}


def test_all_at_the_top() -> None:
    scores = score_sheet(C30, items_of(C30))
    assert [scores[c] for c in ("QL2", "PF2", "FA", "FI", "SUMSC")] == [100, 0, 100, 100, 0]
    assert set(score_sheet(HCC18, items_of(HCC18)).values()) == {100}


def test_a_form_of_fours_has_half_a_global_score() -> None:
    assert score_sheet(C30, dict.fromkeys(range(1, 31), 4))["QL2"] == 50


def test_worked_by_hand_with_items_missing() -> None:
    answers = {1: 2, 2: 3, 3: 1, 4: None, 5: None, 29: 5, 10: 4, 12: 2, 21: 1}
    scores = score_sheet(C30, answers)
    assert scores["PF2"] == Fraction(200, 3)  # mean 2
    assert scores["QL2"] == Fraction(200, 3)  # mean 5 of one item: 4/6
    assert scores["FA"] == Fraction(200, 3)  # mean 3 of two items
    assert scores["EF"] is None
    assert scores["SUMSC"] is None


def test_an_unknown_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="RS"):
        by_formula("RS*2", Fraction(1))

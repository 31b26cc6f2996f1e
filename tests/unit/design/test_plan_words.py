"""The paragraph for the analysis plan says what the rule does, in minimal counts and exact figures."""

from __future__ import annotations

from onearm.design.plan_words import plan_paragraph
from onearm.stats.two_stage import SingleStageRule, TwoStageRule


def test_simons_example_in_words() -> None:
    words = plan_paragraph(TwoStageRule(13, 43, 3, 13), 0.2, 0.4, 0.05, 0.8, kind="optimal")
    assert words.startswith("Optimal design for a response rate of 20 % (not worth pursuing) against 40 %")
    assert "Stage one takes 13 evaluable patients; the trial stops if 3 or fewer respond." in words
    assert "Otherwise 30 more are enrolled, 43 in all; the treatment is worth pursuing if 13 or more of the 43" in words
    # Simon 1989, Table 1: type I error .0496, power .8002, PET .747, expected size 20.6.
    assert "type I error of 0.0496 and a power of 0.8002" in words
    assert "probability 0.7473 if the rate is 20 %" in words and "size is 20.6" in words


def test_a_stop_at_none_and_a_stop_for_efficacy() -> None:
    words = plan_paragraph(TwoStageRule(9, 24, 0, 3), 0.05, 0.25, 0.1, 0.9)
    assert "the trial stops if none responds." in words
    words = plan_paragraph(TwoStageRule(27, 36, 8, 16, 14), 0.3, 0.5, 0.05, 0.8)
    assert "stops if 8 or fewer respond and, with success, if 14 or more respond." in words
    assert "type I error of 0.0489 and a power of 0.8003" in words
    assert "Mander and Thompson 2010" in words


def test_drop_out_changes_the_enrolled_and_never_the_limits() -> None:
    words = plan_paragraph(TwoStageRule(13, 43, 3, 13), 0.2, 0.4, 0.05, 0.8, drop_out=0.1)
    assert "about 48 are enrolled so that 43 are evaluable" in words
    assert "13 or more of the 43" in words


def test_one_stage() -> None:
    words = plan_paragraph(SingleStageRule(35, 12), 0.2, 0.4, 0.05, 0.8)
    assert "worth pursuing if 12 or more of 35 evaluable patients respond" in words
    assert "stage one" not in words


def test_a_stop_that_need_not_be_followed_says_what_happens_without_it() -> None:
    words = plan_paragraph(TwoStageRule(27, 36, 8, 16, 14), 0.3, 0.5, 0.05, 0.8, binding=False)
    assert "need not be followed; if it never is, the type I error is 0.0470 and the power 0.7971." in words

"""Scores of QLQ-C30 and QLQ-HCC18: ends of the range, the half rule on both sides, directions, faulty answers."""

from __future__ import annotations

import csv
import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from forms_by_hand import C30, CUTOFF, HCC18, Patient, records_of, scores_of
from hypothesis import given, settings
from hypothesis import strategies as st

from onearm.questionnaires.answers import read_answers
from onearm.questionnaires.scores import list_forms, score_forms
from onearm.reference import Questionnaire, Scale, read_questionnaire

SCORING = Path(__file__).parents[2] / "data" / "questionnaires" / "qlq_scoring.csv"
FUNCTIONS = {"PF2", "RF2", "EF", "CF", "SF"}
PLAIN = [(q, s) for q in (C30, HCC18) for s in q.scales if s.items]


def by_facts(row: dict[str, str], answers: dict[int, int]) -> Fraction | None:
    """The score by the formula of the facts' file, in its own arithmetic."""
    given = [answers[item] for item in map(int, row["items"].split()) if item in answers]
    if len(given) < int(row["min_items_answered"]):
        return None
    raw, width = Fraction(sum(given), len(given)), int(row["item_range"])
    return {
        "functional": (1 - (raw - 1) / width) * 100,
        "symptom": (raw - 1) / width * 100,
        "global": (raw - 1) / width * 100,
    }[row["type"]]


def facts() -> dict[str, dict[str, str]]:
    with SCORING.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_maps_say_what_the_facts_say() -> None:
    rows = facts()
    assert {s.code for q in (C30, HCC18) for s in q.scales} == set(rows)
    for _, scale in PLAIN:
        row = rows[scale.code]
        assert list(scale.items) == list(map(int, row["items"].split()))
        assert scale.min_answered == int(row["min_items_answered"])
        assert scale.last_answer - scale.first_answer == int(row["item_range"])
        assert scale.higher_is == ("worse" if row["type"] == "symptom" else "better")


def test_every_item_stands_in_one_scale() -> None:
    assert list(C30.items) == list(range(1, 31))
    assert list(HCC18.items) == list(range(31, 49))


def test_all_ones_and_the_highest_answers() -> None:
    lowest = scores_of(Patient().form(-3, 1))
    highest = scores_of(Patient().form(-3, {i: last for i, (_, last) in C30.items.items()}))
    for code in lowest:
        if code == "SUMSC" or code in FUNCTIONS:
            assert (lowest[code], highest[code]) == (100, 0)
        else:
            assert (lowest[code], highest[code]) == (0, 100)


def test_all_fours() -> None:
    scores = scores_of(Patient().form(-3, 4))
    assert scores["QL2"] == 50
    assert {scores[code] for code in FUNCTIONS} == {0}
    assert scores["FA"] == scores["FI"] == 100


def test_hcc18_ends() -> None:
    assert set(scores_of(Patient().form(-3, 1, HCC18), HCC18).values()) == {0}
    assert set(scores_of(Patient().form(-3, 4, HCC18), HCC18).values()) == {100}


def test_body_image_is_a_symptom_scale_and_marked() -> None:
    """QoLR turns it round: 1, 1 gives 100 there. Here higher is worse, as in the modules of the EORTC."""
    body = next(s for s in HCC18.scales if s.code == "BODY_IMAGE")
    assert (body.higher_is, body.mark, bool(body.note)) == ("worse", "unconfirmed", True)
    scores = scores_of(Patient().form(-3, {**dict.fromkeys(HCC18.items, 1), 33: 4, 35: 4}, HCC18), HCC18)
    assert scores["BODY_IMAGE"] == 100
    assert scores["PAIN"] == 0


@pytest.mark.parametrize("code", ["PAIN", "FEVER", "BODY_IMAGE"])
def test_two_missing_items_of_two_give_no_score(code: str) -> None:
    """QoLR lets both be missing and divides 0 by 0."""
    scale = next(s for s in HCC18.scales if s.code == code)
    answers: dict[int, str | int | None] = dict.fromkeys(HCC18.items, 2)
    answers.update(dict.fromkeys(scale.items))
    assert scores_of(Patient().form(-3, answers, HCC18), HCC18)[code] is None
    answers[scale.items[0]] = 2
    assert scores_of(Patient().form(-3, answers, HCC18), HCC18)[code] == Fraction(100, 3)


@pytest.mark.parametrize(("questionnaire", "scale"), PLAIN, ids=lambda one: getattr(one, "code", ""))
def test_half_rule_on_both_sides(questionnaire: Questionnaire, scale: Scale) -> None:
    def with_answered(count: int) -> Fraction | None:
        answers: dict[int, str | int | None] = dict.fromkeys(questionnaire.items, 2)
        answers.update(dict.fromkeys(scale.items[count:]))
        return scores_of(Patient().form(-3, answers, questionnaire), questionnaire)[scale.code]

    assert scale.min_answered == -(-len(scale.items) // 2)
    assert with_answered(scale.min_answered - 1) is None
    assert with_answered(scale.min_answered) == with_answered(len(scale.items)) is not None


def test_missing_items_are_left_out_of_the_mean() -> None:
    answers: dict[int, str | int | None] = dict.fromkeys(C30.items, 1)
    answers.update({1: 4, 2: 2, 3: 3, 4: None, 5: None})
    assert scores_of(Patient().form(-3, answers))["PF2"] == Fraction(100, 3)


def test_summary_needs_all_thirteen_and_neither_global_nor_money() -> None:
    whole: dict[int, str | int | None] = dict.fromkeys(C30.items, 2)
    functions, symptoms = Fraction(200, 3), Fraction(100, 3)
    expected = (5 * functions + 8 * (100 - symptoms)) / 13
    assert scores_of(Patient().form(-3, whole))["SUMSC"] == expected
    without = {**whole, 28: None, 29: None, 30: None}
    assert scores_of(Patient().form(-3, without))["SUMSC"] == expected
    one_less = {**whole, 8: None}
    assert scores_of(Patient().form(-3, one_less))["SUMSC"] is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=48, max_size=48))
def test_any_answers_as_the_formula_says(drawn: list[int]) -> None:
    """0 stands for an item left empty; the formula of the facts' file in fractions is the other arithmetic."""
    answers: dict[int, int] = {}
    for item, value in zip(range(1, 49), drawn, strict=True):
        last = 7 if item in (29, 30) else 4
        if 1 <= value <= last:
            answers[item] = value
    patient = Patient()
    for questionnaire in (C30, HCC18):
        patient.form(-3, {item: answers.get(item) for item in questionnaire.items}, questionnaire)
    scores = scores_of(patient, C30, HCC18)
    for code, row in facts().items():
        if row["type"] != "summary":
            assert scores[code] == by_facts(row, answers)
            if scores[code] is not None:
                assert 0 <= scores[code] <= 100
    members = [scores[c] if c in FUNCTIONS else None if scores[c] is None else 100 - scores[c]
               for c in (*sorted(FUNCTIONS), "FA", "NV", "PA", "DY", "SL", "AP", "CO", "DI")]  # fmt: skip
    assert scores["SUMSC"] == (None if None in members else sum(m for m in members if m is not None) / 13)


@pytest.mark.parametrize("value", ["0", "5", "2.5", "-1"])
def test_an_answer_out_of_range_is_missing_and_named(value: str) -> None:
    patient = Patient().form(-3, {**dict.fromkeys(C30.items, 2), 8: value})
    answers, findings = read_answers(records_of(patient), (C30,), CUTOFF)
    assert [finding.code for finding in findings] == ["Q001"]
    assert value in findings[0].found
    row = answers.row(7, named=True)
    assert (row["ITEM"], row["ANSWER"], row["REASON"]) == (8, None, "out_of_range")
    assert scores_of(patient)["DY"] is None


def test_seven_is_an_answer_to_the_global_items_only() -> None:
    answers, findings = read_answers(records_of(Patient().form(-3, {29: 7, 28: 7})), (C30,), CUTOFF)
    assert [(f.code, f.values["item"]) for f in findings] == [("Q001", "28")]
    assert answers.filter(answers["ITEM"] == 29)["ANSWER"].to_list() == [7]


def test_codes_of_cdisc_are_the_same_items() -> None:
    own = Patient().form(-3, dict(zip(C30.items, itertools.cycle([1, 2, 3, 4]), strict=False)))
    cdisc = Patient().form(
        -3, dict(zip(C30.items, itertools.cycle([1, 2, 3, 4]), strict=False)), code="EOR01{item:02d}",
        QSCAT="EORTC QLQ-C30 V3.0",
    )  # fmt: skip
    assert scores_of(own) == scores_of(cdisc)


def test_unknown_items_proxies_and_partial_dates_are_left_out_by_name() -> None:
    patient = Patient().form(-3, 2)
    patient.form(-3, {1: 2}, code="C30X{item:02d}")
    patient.form(4, {1: 2}, QSEVAL="CAREGIVER")
    patient.form(5, {1: 2}, QSDTC="2024-04")
    answers, findings = read_answers(records_of(patient), (C30,), CUTOFF)
    assert [finding.code for finding in findings] == ["Q003", "Q002", "Q006"]
    assert answers.height == 30


def test_two_answers_to_one_item_are_none_unless_they_agree() -> None:
    """Under both codes of the item, so that the rows are no repetition of each other."""
    differ = Patient().form(-3, {8: 2, 11: 2}).form(-3, {8: 3, 11: 2}, code="EOR01{item:02d}")
    answers, findings = read_answers(records_of(differ), (C30,), CUTOFF)
    assert [(f.code, f.values["item"], f.values["values"]) for f in findings] == [("Q005", "8", "2, 3")]
    assert list(answers.select("ITEM", "ANSWER", "REASON").iter_rows()) == [(8, None, "answered_twice"), (11, 2, None)]
    assert scores_of(differ)["SL"] == Fraction(100, 3)


def test_the_order_of_the_rows_makes_no_difference() -> None:
    whole = Patient("A").form(-3, dict(zip(C30.items, itertools.cycle([1, 3, 2]), strict=False)))
    mixed = Patient("A")
    mixed.rows = {**whole.rows, "QS": [*whole.rows["QS"][::2], *whole.rows["QS"][1::2]]}
    assert scores_of(mixed) == scores_of(whole)


def test_no_questionnaire_is_said() -> None:
    answers, findings = read_answers(records_of(Patient()), (C30,), CUTOFF)
    assert (answers.height, [f.code for f in findings]) == (0, ["Q011"])
    assert score_forms(answers, list_forms(answers), (C30,)).is_empty()


MAP = """\
instrument,version,category,item_code,scale,name,items,first_answer,last_answer,\
score,min_items_answered,higher_is,mark,note,source
WELL,1,WELL,W{item},REST,Rest,1 -2 3,0,4,sum,2,better,confirmed,,invented
WELL,1,WELL,W{item},MOOD,Mood,4,0,10,rising,1,better,confirmed,,invented
WELL,1,WELL,W{item},BOTH,Both,REST -MOOD,,,sum_of_scales,2,better,confirmed,,invented
"""


def test_another_questionnaire_is_a_file() -> None:
    well, findings = read_questionnaire(MAP, "well.csv")
    assert well is not None
    assert findings == []
    scores = scores_of(Patient().form(-3, {1: 4, 2: 1, 3: None, 4: 7}, well), well)
    # Item 2 is turned round: 4 − 1 = 3; the mean of 4 and 3 stands for three items.
    assert scores == {"REST": Fraction(21, 2), "MOOD": 70, "BOTH": Fraction(21, 2) + 30}
    assert [(s.low, s.high) for s in well.scales] == [(0, 12), (0, 100), (0, 112)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("source\n", "sauce\n", "P652"),
        ("1 -2 3,0,4,sum,2", "1 -2 3,0,4,sum,4", "P653"),
        ("1 -2 3,0,4", "1 -2 3,4,4", "P653"),
        ("1 -2 3", "1 -2 4", "P654"),
        ("1 -2 3", "one two", "P653"),
        (",MOOD,", ",REST,", "P655"),
        ("W{item},MOOD", "W,MOOD", "P653"),
        ("REST -MOOD", "REST -JOY", "P653"),
        ("REST -MOOD,,,sum_of_scales,2", "REST -MOOD,,,sum_of_scales,1", "P653"),
        ("better,confirmed", "good,confirmed", "P653"),
        (",invented\nWELL,1,WELL,W{item},MOOD", ",invented,more\nWELL,1,WELL,W{item},MOOD", "P653"),
        ("1 -2 3,0,4,sum,2", " ".join(map(str, range(5, 65))) + ",0,4,sum,2", "P662"),
    ],
)
def test_a_faulty_map_is_refused_by_name(old: str, new: str, code: str) -> None:
    assert old in MAP
    made, findings = read_questionnaire(MAP.replace(old, new, 1), "well.csv")
    assert made is None
    assert code in {finding.code for finding in findings}

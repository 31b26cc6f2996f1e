"""The oracle on worked examples of single options, on both sides of each limit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from marker_oracle import MarkerValue, marker_codes
from response_cases import RECIST_CONFIRMED, non_target, patient, target
from response_oracle import Patient, Visit, best_of_visits, best_response, timepoints


def rows(patient_: Patient, **others: Any) -> list[Any]:
    return timepoints(patient_, {**RECIST_CONFIRMED, "pr_continues": "never", **others})


def targets(patient_: Patient, **others: Any) -> list[str]:
    return [row["target"] for row in rows(patient_, **others)]


def test_a_nadir_after_the_baseline_may_lie_above_it() -> None:
    growing = patient(target("100", "115", "130"))
    assert targets(growing) == ["SD", "PD"]
    assert targets(growing, nadir="after_baseline") == ["SD", "SD"]
    assert targets(patient(target("100", "115", "138")), nadir="after_baseline") == ["SD", "PD"]
    first = patient(target("100", "120", "120"))
    assert targets(first, nadir="after_baseline") == ["PD", "SD"]
    unread = patient(target("100", "not_assessed", "120"))
    assert targets(unread, nadir="after_baseline") == ["NE", "PD"]


def test_shrinkage_against_the_nadir_is_the_known_misreading() -> None:
    course = patient(target("100", "55", "62", "40", "72"))
    assert targets(course) == ["PR", "PR", "PR", "PD"]
    assert targets(course, stable_disease_against="nadir") == ["PR", "SD", "PR", "PD"]
    assert targets(patient(target("100", "55", "55")), stable_disease_against="nadir") == ["PR", "PR"]
    both = {"stable_disease_against": "nadir", "nadir": "after_baseline"}
    assert targets(patient(target("100", "65", "65.1")), **both) == ["PR", "SD"]


@pytest.mark.parametrize(("seen", "expected"), [("40", "PR"), ("40.1", "NE")])
def test_a_missing_target_that_could_not_undo_the_response(seen: str, expected: str) -> None:
    """Baseline 100, the missing one never longer than 30: 40 + 30 is 70 % exactly."""
    course = patient(target("70", "60", seen), target("30", "20", "not_assessed"))
    assert targets(course, missing_targets="pr_if_certain") == ["SD", expected]
    assert targets(course) == ["SD", "NE"]


def test_what_a_certain_response_needs() -> None:
    certain = {"missing_targets": "pr_if_certain"}
    assert targets(patient(target("100", "absent"), target("30", "not_assessed")), **certain) == ["PR"]
    never_read = patient(target("100", "absent"), target("not_assessed", "not_assessed"))
    assert targets(never_read, **certain) == ["NE"]
    # 10 mm at the smallest; with the missing one at its longest the sum could be 30 mm: progression, so not certain.
    grown = patient(target("60", "0", "0"), target("40", "10", "not_assessed"))
    assert targets(grown, **certain) == ["PR", "NE"]
    steady = patient(target("60", "0", "0"), target("30", "30", "not_assessed"))
    assert targets(steady, **certain) == ["PR", "PR"]
    nodes = patient(target("100", "0"), target("15", "not_assessed", node=True))
    assert targets(nodes, **certain) == ["PR"]
    longest_later = patient(target("50", "20", "20"), target("50", "45", "not_assessed"), target("0", "10", "0"))
    assert targets(longest_later, **certain) == ["SD", "PR"]


def test_a_certain_response_against_the_nadir() -> None:
    both = {"missing_targets": "pr_if_certain", "stable_disease_against": "nadir"}
    assert targets(patient(target("60", "20", "20"), target("40", "40", "not_assessed")), **both) == ["PR", "PR"]
    above = patient(target("60", "20", "20"), target("40", "38", "not_assessed"))
    assert targets(above, missing_targets="pr_if_certain") == ["PR", "PR"]
    assert targets(above, **both) == ["PR", "NE"]


def test_a_treated_target_is_treated_for_good() -> None:
    resected = patient(target("50", "treated", "absent"), target("20", "20", "absent"))
    assert targets(resected) == ["NE", "NE"]
    assert targets(resected, treated_lesion="exclude_and_rebase") == ["SD", "PR"]
    before = patient(target("treated", "50"), target("20", "20"))
    assert targets(before) == ["NE"]
    assert targets(before, treated_lesion="exclude_and_rebase") == ["NE"]


def test_sums_without_what_was_treated() -> None:
    out = {"treated_lesion": "exclude_and_rebase"}
    course = patient(target("100", "60", "treated", "5"), target("50", "50", "35", "42"))
    found = rows(course, **out)
    assert [row["target"] for row in found] == ["SD", "PR", "PD"]
    assert [row["sum_mm"] for row in found] == [110, 35, 42]
    assert [row["nadir_mm"] for row in found] == [150, 50, 35]
    assert [row["nadir_visits"] for row in found] == [[0], [0, 1], [2]]
    assert all(row["complete"] for row in found)
    # A visit that was incomplete for want of the treated one alone is complete without it.
    unread = patient(target("100", "not_assessed", "treated"), target("50", "40", "48"))
    assert [row["nadir_mm"] for row in rows(unread, **out)] == [150, 40]
    assert targets(unread, **out) == ["NE", "PD"]
    assert targets(patient(target("100", "treated"), target("50", "not_assessed")), **out) == ["NE"]


def test_nothing_left_but_what_was_treated() -> None:
    out = {"treated_lesion": "exclude_and_rebase"}
    assert targets(patient(target("100", "treated"), target("15", "9.9", node=True)), **out) == ["PR"]
    assert targets(patient(target("100", "treated"), target("15", "10", node=True)), **out) == ["PR"]
    assert targets(patient(target("100", "treated"), target("12", "10", node=True)), **out) == ["SD"]
    all_treated = rows(patient(target("100", "treated", "absent")), **out)
    assert [(row["target"], row["complete"]) for row in all_treated] == [("NE", False)] * 2
    remembered = {**out, "target_back_after_target_cr": "pd", "reappearance_after_overall_cr": "arithmetic"}
    no_real_cr = patient(target("100", "treated", "absent"), target("50", "0", "1"))
    assert targets(no_real_cr, **remembered) == ["PR", "PR"]
    real_cr = patient(target("100", "0", "treated"), target("50", "0", "1"))
    assert targets(real_cr, **remembered) == ["CR", "PD"]


def test_a_merged_target_whose_carrier_was_treated_is_missing() -> None:
    out = {"treated_lesion": "exclude_and_rebase"}
    course = patient(target("60", "70", "treated"), target("40", "merged", "40"))
    assert [row["nadir_visits"] for row in rows(course)] == [[0], [1]]
    assert [row["nadir_visits"] for row in rows(course, **out)] == [[0], [0]]
    assert targets(patient(target("60", "treated"), target("40", "merged")), **out) == ["NE"]


def test_a_node_that_is_back() -> None:
    back = {"node_back_in_pr": "pd"}
    for now, expected in (("9.9", "PR"), ("10", "PD")):
        course = patient(target("100", "50", "50"), target("20", "8", now, node=True))
        assert targets(course) == ["PR", "PR"]
        assert targets(course, **back) == ["PR", expected]
    gone = patient(target("100", "50", "50"), target("20", "absent", "10", node=True))
    assert targets(gone, **back) == ["PR", "PD"]
    never_normal = patient(target("100", "50", "50"), target("20", "10", "12", node=True))
    assert targets(never_normal, **back) == ["PR", "PR"]
    unread = patient(target("100", "50", "not_assessed"), target("20", "8", "10", node=True))
    assert targets(unread, **back) == ["PR", "PD"]
    assert targets(unread, **back, missing_targets="ne") == ["PR", "NE"]
    normal_at_baseline = patient(target("100", "50"), target("9", "10", node=True))
    assert targets(normal_at_baseline, **back) == ["PR"]


def test_back_after_cr_as_a_query() -> None:
    course = patient(target("20", "0", "4"))
    asked = rows(course, reappearance_after_overall_cr="query")
    assert [(row["overall"], row["queries"]) for row in asked] == [("CR", set()), ("PR", {"REAPPEARED_AFTER_CR"})]
    for rule in ("arithmetic", "pd"):
        assert all(not row["queries"] for row in rows(course, reappearance_after_overall_cr=rule))
    single_node = patient(target("20", "8", "10", node=True))
    asked = rows(single_node, reappearance_after_overall_cr="query", single_node_after_cr="wait")
    assert all(not row["queries"] for row in asked)


def of_visits(responses: str, days: tuple[int, ...], **others: Any) -> Any:
    visits = [Visit(i + 1, days[i], word) for i, word in enumerate(responses.split())]
    return best_of_visits(visits, {**RECIST_CONFIRMED, **others}, reference_day=0)


def test_a_cr_followed_by_less_as_a_query() -> None:
    for responses, expected in (("CR SD", 2), ("CR NE PR PR", 3), ("CR CR SD", 3), ("CR PD", None), ("PR SD", None)):
        found = of_visits(responses, (14, 28, 42, 56), cr_then_lesser="query")
        assert found["queries"].get("CR_THEN_LESSER") == expected
    assert of_visits("CR SD", (14, 28), cr_then_lesser="query")["confirmed"] == "NE"
    assert "CR_THEN_LESSER" not in of_visits("CR SD", (14, 28))["queries"]


def test_a_pr_that_was_not_held_is_asked_about() -> None:
    for responses, expected in (("PR SD", 2), ("PR NE SD", 3), ("PR PR SD", None), ("PR PD", None), ("CR SD", None)):
        assert of_visits(responses, (56, 112, 168))["queries"].get("PR_NOT_HELD") == expected
    assert of_visits("PR SD PR", (56, 112, 168), confirmation_max_sd=1)["queries"] == {}
    for other in ({"confirmation": "not_required"}, {"pr_continues": "never"}, {"pr_continues": "from_first"}):
        assert of_visits("PR SD", (56, 112), **other)["queries"] == {}


WHY = [
    ("PR PR", (56, 84), "CONFIRMED", 2),
    ("PR", (56,), "NO_LATER_SCAN", None),
    ("PR NE", (56, 84), "NO_LATER_SCAN", None),
    ("PR NE NE PR", (56, 84, 112, 140), "TOO_MANY_NE", 3),
    ("PR PD", (56, 84), "PROGRESSION_CAME", 2),
    ("PR SD PR", (56, 84, 112), "LESSER_RESPONSE", 2),
    ("CR PR PR", (56, 84, 91), "LESSER_RESPONSE", 2),
    ("PR PR", (56, 83), "TOO_SOON", None),
]


@pytest.mark.parametrize(("responses", "days", "reason", "ended_at"), WHY)
def test_why_a_response_was_not_confirmed(
    responses: str, days: tuple[int, ...], reason: str, ended_at: int | None
) -> None:
    search = of_visits(responses, days)["search"]
    assert search == {"candidate": 1, "reason": reason, "ended_at": ended_at}


def test_where_more_than_one_response_was_not_confirmed() -> None:
    """The one that the unconfirmed best response names: the CR, though a PR came before it."""
    found = of_visits("PR CR SD", (56, 70, 112))
    assert (found["unconfirmed"], found["unconfirmed_visit"]) == ("CR", 2)
    assert found["search"] == {"candidate": 2, "reason": "LESSER_RESPONSE", "ended_at": 3}


def test_a_search_that_a_window_ended() -> None:
    course = patient(target("100", "60", "60"))
    options = RECIST_CONFIRMED
    assert best_response(course, options)["search"]["reason"] == "CONFIRMED"
    course.window_end = 111
    assert best_response(course, options)["search"]["reason"] == "WINDOW_ENDED"
    course.cut_day = 111
    assert best_response(course, options)["search"]["reason"] == "NO_LATER_SCAN"


@pytest.mark.parametrize(
    ("code", "with_targets", "without"),
    [
        ("not_applicable", "CR", "CR"),
        ("normal", "CR", "CR"),
        ("above", "PR", "NON-CR/NON-PD"),
        ("not_measured", "PR", "NE"),
    ],
)
def test_no_complete_response_with_a_marker_above_its_limit(code: str, with_targets: str, without: str) -> None:
    for lesion, expected in ((target("20", "0"), with_targets), (non_target("present", "absent"), without)):
        one = patient(lesion, markers=["above", code])
        assert [row["overall"] for row in rows(one, markers="afp")] == [expected]
        assert [row["overall"] for row in rows(one)] == ["CR"]
    only = patient(non_target("present", "absent"), markers=["above", "above"])
    assert [row["overall"] for row in rows(only, markers="afp", non_target_only_stable="sd")] == ["SD"]


def test_a_cr_that_the_marker_took_is_not_definitive() -> None:
    course = patient(target("20", "0", "4"), markers=["above", "above", "normal"])
    assert [row["overall"] for row in rows(course)] == ["CR", "PD"]
    assert [row["overall"] for row in rows(course, markers="afp")] == ["PR", "PR"]


def high(day: int, value: int = 400) -> MarkerValue:
    return MarkerValue(day, Fraction(value), Fraction(20))


def codes(*values: MarkerValue) -> list[str]:
    return marker_codes([0, 56], 7, values, window_days=14, baseline_window_days=28)


def test_which_marker_value_belongs_to_a_visit() -> None:
    assert codes() == codes(high(0, 20)) == codes(high(8)) == codes(high(-22)) == ["not_applicable"] * 2
    assert codes(high(-21)) == ["not_measured"] * 2
    assert codes(high(7)) == codes(high(0, 21)) == ["above", "not_measured"]
    assert codes(high(7), high(42, 5))[1] == codes(high(7), high(70, 20))[1] == "normal"
    assert codes(high(7), high(41, 5))[1] == codes(high(7), high(71, 5))[1] == "not_measured"
    assert codes(high(7), high(55, 21), high(57, 20))[1] == "above"
    assert codes(high(7), high(54, 21), high(57, 20))[1] == "normal"
    assert codes(high(0), high(7, 20)) == ["not_applicable"] * 2


def test_the_laboratorys_word_where_a_number_lacks() -> None:
    for word, expected in (("HIGH", "above"), ("NORMAL", "normal"), ("LOW", "normal"), ("", "not_measured")):
        assert codes(high(7), MarkerValue(56, indicator=word))[1] == expected
    assert codes(high(7), MarkerValue(56, Fraction(21), Fraction(20), "NORMAL"))[1] == "above"
    assert codes(high(7), MarkerValue(56, Fraction(21), None, "NORMAL"))[1] == "normal"

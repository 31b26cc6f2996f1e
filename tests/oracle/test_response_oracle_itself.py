"""The oracle of the response rules against worked cases: the working group's, the papers', CDISC's.

Every row of ``tests/data/response_cases.csv`` that is stated by one of the three, concerns RECIST 1.1 and can
be written as a patient is here; the rows that cannot are named with the reason.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from response_cases import RECIST_CONFIRMED, new, non_target, patient, target
from response_oracle import Patient, Visit, best_of_visits, best_response, timepoints

CASES = {
    row["case_id"]: row
    for row in csv.DictReader((Path(__file__).parents[1] / "data" / "response_cases.csv").read_text().splitlines())
    if row["criterion"] == "RECIST11"
}
STATED = {
    case for case, row in CASES.items() if row["status"] == "stated" and row["authority"] in ("wg", "paper", "cdisc")
}
NOT_A_RESPONSE = {"WG39": "which lesions may be targets is settled at baseline, before any response"}

SUMS = sorted(case for case, row in CASES.items() if row["baseline"] and row["target_arithmetic"].strip("-"))
TABLE_3 = sorted(case for case in STATED if case.startswith("T3-"))
TABLE_1_AND_2 = {
    "T1-2": (target("20", "0"), non_target("present", "present")),
    "T1-4": (target("20", "14"), non_target("present", "not_evaluable")),
    "T1-6": (target("20", "not_evaluable"), non_target("present", "present")),
    "T1-8": (target("20", "14"), non_target("present", "unequivocal_pd")),
    "T2-1": (non_target("present", "absent"),),
    "T2-3": (non_target("present", "absent"), non_target("present", "not_evaluable")),
    "T2-5": (non_target("present", "absent"), new("unequivocal")),
}
WRITTEN_OUT = {"WG25", "WG29", "WG31", "WG33", "WG35", "WG37", "CD02", "CD04", "CD06"}


def overall(patient_: Patient, **others: Any) -> list[str]:
    return [row["overall"] for row in timepoints(patient_, {**RECIST_CONFIRMED, **others})]


def from_sums(row: dict[str, str]) -> Patient:
    """One target that is the whole sum, and the non-targets of the row where it has any."""
    states = {"present": "present", "CR": "absent", "PD": "unequivocal_pd"}
    lesions = [target(row["baseline"], *row["sequence"].split(";"))]
    if row["non_target"]:
        lesions.append(non_target("present", *(states[s] for s in row["non_target"].split(";"))))
    return patient(*lesions, days=[int(day) for day in row["days"].split(";") if day])


def test_every_stated_case_is_here_or_has_a_reason() -> None:
    sums = STATED & set(SUMS)
    assert sums | set(TABLE_3) | set(TABLE_1_AND_2) | WRITTEN_OUT | set(NOT_A_RESPONSE) == STATED
    assert len(STATED) == 27


@pytest.mark.parametrize("case", SUMS)
def test_sums_give_the_arithmetic_response(case: str) -> None:
    """Also for rows whose source is wrong or depends on a choice: that column is computed, not quoted."""
    rows = timepoints(from_sums(CASES[case]), RECIST_CONFIRMED)
    assert ";".join(row["target"] for row in rows) == CASES[case]["target_arithmetic"]


@pytest.mark.parametrize("case", sorted(STATED & set(SUMS)))
def test_sums_give_the_stated_response(case: str) -> None:
    row = CASES[case]
    assert ";".join(overall(from_sums(row))) == row["expected_timepoints"]
    best = best_response(from_sums(row), RECIST_CONFIRMED)
    assert best["confirmed"] == (row["expected_bor"] or "PR")


@pytest.mark.parametrize("case", sorted(TABLE_1_AND_2))
def test_tables_1_and_2(case: str) -> None:
    assert overall(patient(*TABLE_1_AND_2[case])) == [CASES[case]["expected_timepoints"]]


@pytest.mark.parametrize("sum_mm", ["0", "14", "20", "25", "not_evaluable"])
@pytest.mark.parametrize("others", [(), (new("unequivocal"),)])
def test_non_target_progression_with_any_target_and_any_new_lesion(sum_mm: str, others: tuple[Any]) -> None:
    """Row T1-8 in full."""
    lesions = (target("20", sum_mm), non_target("present", "unequivocal_pd"), *others)
    assert overall(patient(*lesions)) == ["PD"]


@pytest.mark.parametrize("case", TABLE_3)
def test_table_3(case: str) -> None:
    row = CASES[case]
    first_day = 28 if "time point: not met" in row["note"] else 56
    assert ("time point: met" in row["note"]) == (first_day == 56)
    responses = row["sequence"].split(";")
    visits = [Visit(i + 1, first_day + 56 * i, response) for i, response in enumerate(responses)]
    best = best_of_visits(visits, RECIST_CONFIRMED, reference_day=0)
    assert best["confirmed"] == row["expected_bor"].split(" ")[0]


def test_table_3_note_a_from_the_lesions() -> None:
    """T3-2 both ways: a true CR makes what follows PD; a CR read again as too small to measure is PR."""
    true_cr = patient(target("20", "absent", "4"))
    assert overall(true_cr) == ["CR", "PD"]
    assert best_response(true_cr, RECIST_CONFIRMED)["confirmed"] == "SD"
    assert best_response(true_cr, {**RECIST_CONFIRMED, "sd_min_days": 57})["confirmed"] == "PD"
    read_again = patient(target("20", "too_small", "4"))
    assert overall(read_again) == ["PR", "PR"]
    assert best_response(read_again, RECIST_CONFIRMED)["confirmed"] == "PR"


def test_wg25_any_malignant_lesion_back_after_overall_cr() -> None:
    assert overall(patient(target("10", "0", "4"))) == ["CR", "PD"]
    assert overall(patient(target("10", "0", "too_small"))) == ["CR", "PD"]
    assert overall(patient(target("10", "0", "4")), reappearance_after_overall_cr="arithmetic") == [
        "CR",
        "PR",
    ]


def test_wg27_a_target_node_is_back_only_from_10_mm_on() -> None:
    assert overall(patient(target("15", "8", "9", "9.9", node=True))) == ["CR", "CR", "CR"]
    assert overall(patient(target("15", "8", "10", node=True))) == ["CR", "PD"]
    assert overall(patient(target("15", "8", "10", node=True)), single_node_after_cr="wait") == ["CR", "PR"]


def test_wg29_a_non_target_node_is_back_only_when_it_progresses() -> None:
    """Visible and normal in size is recorded as gone; back to pathological size ends the CR, without PD."""
    lesions = (target("20", "0", "0"), non_target("present", "absent", "absent", node=True))
    assert overall(patient(*lesions)) == CASES["WG29"]["expected_timepoints"].split(";")
    visible = (target("20", "0", "0"), non_target("present", "absent", "present", node=True))
    assert overall(patient(*visible)) == ["CR", "PR"]
    no_node = (target("20", "0", "0"), non_target("present", "absent", "present"))
    assert overall(patient(*no_node)) == ["CR", "PD"]


def test_wg31_a_small_new_node_alone_waits() -> None:
    small = new("unequivocal 9", "unequivocal 11", node=True)
    assert overall(patient(target("20", "20", "20"), small)) == ["SD", "SD"]
    assert overall(patient(target("20", "20", "20"), small), new_node_sole_evidence="pd") == ["SD", "PD"]
    grown = new("unequivocal 11", "unequivocal 15", node=True)
    assert overall(patient(target("20", "20", "20"), grown)) == ["PD", "PD"]
    dated_later = overall(patient(target("20", "20", "20"), grown), equivocal_new_lesion_date="when_confirmed")
    assert dated_later == ["SD", "PD"]


def test_a_new_node_below_10_mm_is_no_lesion() -> None:
    for mm, expected in (("9.9", "SD"), ("10", "PD")):
        lesions = (target("20", "20"), new(f"unequivocal {mm}", node=True))
        assert overall(patient(*lesions), new_node_sole_evidence="pd") == [expected]


def test_doubt_after_certainty_is_no_progression() -> None:
    lesions = (target("20", "20", "20", "20"), new("unequivocal", "equivocal", "unequivocal"))
    assert overall(patient(*lesions)) == ["PD", "SD", "PD"]
    hot_spot = (target("20", "20", "20", "20"), new("pet_only", "unequivocal", "pet_only"))
    assert overall(patient(*hot_spot)) == ["PD", "PD", "SD"]
    assert overall(patient(*hot_spot), pet_only_new_lesion="not_pd") == ["SD", "PD", "SD"]


def test_two_small_new_nodes_are_no_evidence_for_each_other() -> None:
    two = [new("unequivocal 11", node=True), new("unequivocal 14.9", node=True)]
    assert overall(patient(target("20", "20"), *two)) == ["SD"]
    assert overall(patient(target("20", "20"), *two, new("unequivocal"))) == ["PD"]


def test_wg33_a_hot_spot_never_overrides_the_sum() -> None:
    on_a_target = patient(target("20", "23.9"), new("pet_only"))
    assert overall(on_a_target) == ["SD"]


def test_wg35_a_treated_target_is_missing() -> None:
    treated = patient(target("50", "10", "10"), target("30", "10", "treated"))
    assert overall(treated) == ["PR", "NE"]
    progressing = patient(target("50", "10", "25"), target("30", "10", "treated"))
    assert overall(progressing) == ["PR", "PD"]
    assert overall(progressing, missing_targets="ne") == ["PR", "NE"]


@pytest.mark.parametrize("case", ["WG37", "CD02"])
def test_too_small_to_measure_is_5_mm(case: str) -> None:
    assert f"{5} mm" in CASES[case]["expected_timepoints"] or "value 5" in CASES[case]["expected_timepoints"]
    row = timepoints(patient(target("20", "too_small"), target("10", "3.2")), RECIST_CONFIRMED)[0]
    assert row["sum_mm"] == Fraction("8.2")


def test_cd04_absent_is_0_and_a_normal_node_keeps_its_short_axis() -> None:
    row = timepoints(patient(target("20", "absent"), target("15", "7", node=True)), RECIST_CONFIRMED)[0]
    assert (row["sum_mm"], row["target"], row["complete"]) == (Fraction(7), "CR", True)


def test_cd06_an_equivocal_new_lesion_confirmed_later() -> None:
    lesions = (target("20", "20", "20"), new("equivocal", "unequivocal"))
    days = [int(day) for day in CASES["CD06"]["days"].split(" ")[0].split(";")]
    assert overall(patient(*lesions, days=days)) == ["PD", "PD"]
    assert overall(patient(*lesions, days=days, cut_day=days[1] - 1)) == ["SD"]
    kept = overall(patient(*lesions, days=days), equivocal_new_lesion_date="when_confirmed")
    assert kept == ["SD", "PD"]


@pytest.mark.parametrize(
    ("lesions", "expected"),
    [
        # Published readings of a hand-made SDTM example, given in the handbook's decision tables.
        ([("91", "110"), ("0", "not_assessed")], "PD"),
        ([("60", "42")], "PR"),
        ([("60", "42.1")], "SD"),
        ([("30", "20"), ("30", "not_assessed")], "NE"),
    ],
)
def test_decision_table_of_targets(lesions: list[tuple[str, ...]], expected: str) -> None:
    assert overall(patient(*(target(*texts) for texts in lesions))) == [expected]


def test_the_nadir_is_the_smallest_complete_sum_before_the_visit() -> None:
    lesions = (target("20", "10", "5", "11"), target("10", "8", "not_assessed", "9"))
    rows = timepoints(patient(*lesions), RECIST_CONFIRMED)
    assert [row["nadir_mm"] for row in rows] == [30, 18, 18]
    assert [row["sum_mm"] for row in rows] == [18, 5, 20]
    incomplete = (target("20", "10", "10", "20"), target("not_assessed", "0", "0", "0"))
    rows = timepoints(patient(*incomplete), RECIST_CONFIRMED)
    assert [(row["nadir_mm"], row["target"]) for row in rows] == [(None, "NE"), (10, "NE"), (10, "PD")]


def test_5_mm_from_nothing_is_progression_and_less_is_not() -> None:
    arithmetic = {"reappearance_after_overall_cr": "arithmetic"}
    assert overall(patient(target("20", "0", "5")), **arithmetic) == ["CR", "PD"]
    assert overall(patient(target("20", "0", "4.9")), **arithmetic) == ["CR", "PR"]
    back = {**arithmetic, "target_back_after_target_cr": "pd"}
    assert overall(patient(target("20", "0", "0.1")), **back) == ["CR", "PD"]


def test_normal_nodes_are_a_complete_response() -> None:
    nodes = patient(target("20", "7", node=True), target("15", "3", node=True))
    assert overall(nodes) == ["CR"]
    assert timepoints(nodes, RECIST_CONFIRMED)[0]["sum_mm"] == 10


def test_a_merged_target_counts_as_assessed() -> None:
    merged = timepoints(patient(target("20", "35"), target("15", "merged")), RECIST_CONFIRMED)[0]
    assert (merged["target"], merged["complete"]) == ("SD", True)


def test_a_target_merged_into_nothing_is_missing() -> None:
    """Section 2: disease carries any lesion, a normal node another node, what is gone carries nothing."""
    assert overall(patient(target("40", "merged"))) == ["NE"]
    assert overall(patient(target("40", "0"), target("20", "merged"))) == ["NE"]
    assert overall(patient(target("40", "absent"), target("20", "merged"))) == ["NE"]
    assert overall(patient(target("40", "too_small"), target("20", "merged"))) == ["PR"]
    small_node = target("20", "8", node=True)
    assert overall(patient(small_node, target("20", "merged", node=True))) == ["CR"]
    assert overall(patient(small_node, target("20", "merged"))) == ["NE"]
    assert overall(patient(target("40", "10", node=True), target("20", "merged"))) == ["PR"]


def test_when_a_partial_response_continues() -> None:
    """Sums 100, 70, 80: three readings of the working group's two pages."""
    regrown = patient(target("100", "70", "80"))
    assert overall(regrown) == ["PR", "SD"]
    assert overall(regrown, pr_continues="from_first") == ["PR", "PR"]
    confirmed = patient(target("100", "70", "70", "80", "not_assessed", "80"))
    assert overall(confirmed) == ["PR", "PR", "PR", "NE", "PR"]
    assert overall(confirmed, pr_continues_over_ne="no") == ["PR", "PR", "PR", "NE", "SD"]
    assert overall(confirmed, pr_continues="never") == ["PR", "PR", "SD", "NE", "SD"]
    assert overall(patient(target("100", "70", "70", "84"))) == ["PR", "PR", "PD"]
    after_pd = patient(target("100", "70", "70", "80"), new("not_seen", "unequivocal", "not_seen"))
    assert overall(after_pd, pr_continues="from_first") == ["PR", "PD", "SD"]


def test_an_unsupported_option_is_refused() -> None:
    with pytest.raises(ValueError, match="missing_targets: guess"):
        overall(patient(target("20", "20")), missing_targets="guess")


def test_exact_limits_hold_on_the_whole_grid() -> None:
    """Every exact 70 % of baseline is PR and every exact 120 % of nadir is PD; one tenth beside, neither."""
    for tenths in range(250, 2000, 10):
        baseline = Fraction(tenths, 10)
        at_70, at_120, tenth = baseline * Fraction(7, 10), baseline * Fraction(6, 5), Fraction(1, 10)
        sums = [at_70, at_70 + tenth, at_120, at_120 - tenth]
        expected = ["PR", "SD", "PD", "SD"]
        assert [overall(patient(target(str(baseline), str(mm))))[0] for mm in sums] == expected

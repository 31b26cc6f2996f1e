"""Worked cases of the RECIST Working Group, the papers' tables, CDISC and peers, under the published profiles.

Source: tests/data/response_cases.csv (facts with their address, authority and status). The columns are prose, so each
row that must hold is translated here by its id; rows that give sums and nothing else are read as they stand.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from little_trial import LittlePatient, little_protocol, little_records

from onearm.derive import Derived, derive, response_rules
from onearm.kernels.best_response import N_BEST, OUT_CONFIRMED, OUT_UNCONFIRMED, derive_best_response
from onearm.kernels.rules import NEVER
from onearm.protocol.options import ResponseOptions
from onearm.protocol.profile import profile_options
from onearm.terms import Response, VisitQuery

CASES = Path(__file__).parent.parent / "data" / "response_cases.csv"
CONFIRMED, UNCONFIRMED = "recist-1.1-confirmed-2026", "recist-1.1-unconfirmed-2026"
TRUTH = ("wg", "paper", "cdisc")
SD_FROM_DAY = 56


@cache
def rows() -> dict[str, dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return {row["case_id"]: row for row in csv.DictReader(file)}


def derived_of(lesions: dict[str, str], days: tuple[int, ...] = (), override: str = "") -> Derived:
    """One patient; scans on the given days, or every nine weeks, after a baseline a week before the first dose."""
    n = max(len(words.split()) for words in lesions.values())
    chosen = days or tuple(63 * visit for visit in range(1, n))
    patient = LittlePatient(lesions, days=(-7, *chosen))
    return derive(little_protocol(override=override), little_records([patient]), dt.date(2027, 6, 30))


def values(derived: Derived, parameter: str) -> list[str]:
    return derived.adrs.filter(pl.col("PARAMCD") == parameter)["AVALC"].to_list()


def overall(lesions: dict[str, str], days: tuple[int, ...] = (), override: str = "") -> list[str]:
    return values(derived_of(lesions, days, override), "OVRLRESP")


def both_profiles(lesions: dict[str, str], days: tuple[int, ...] = ()) -> list[str]:
    """The overall responses, which both published profiles must agree on."""
    confirmed = overall(lesions, days)
    one, other = profile_options(CONFIRMED), profile_options(UNCONFIRMED)
    assert confirmed == overall(lesions, days, ", ".join(f"{o}: {other[o]}" for o in one if one[o] != other[o]))
    return confirmed


def best(sequence: str, days: tuple[int, ...], profile: str = CONFIRMED, **changed: int) -> str:
    """The best response of overall responses as they were given."""
    rules = response_rules(ResponseOptions.model_validate(profile_options(profile)))._replace(**changed)
    given = [next(r for r in Response if r.submission_value == word) for word in sequence.split(";") if word]
    n, out = len(given) + 1, np.zeros(N_BEST, np.int32)
    day, responses = np.array([-7, *days], np.int32), np.array([0, *given], np.int8)
    derive_best_response(
        rules, n, day, responses, np.zeros(n, np.int32), 0, NEVER, NEVER, NEVER, 0, NEVER - 1, out
    )  # fmt: skip
    at = OUT_CONFIRMED if rules.confirmation_required else OUT_UNCONFIRMED
    return Response(int(out[at])).submission_value


# Rows that give sums and nothing else


SUMS = sorted(
    case
    for case, row in rows().items()
    if row["criterion"] == "RECIST11"
    and row["kind"] == "target_sum"
    and row["expected_timepoints"]
    and row["status"] != "contradicted"
)


def lesion_words(row: dict[str, str]) -> dict[str, str]:
    words = [row["baseline"], *row["sequence"].split(";")]
    return {"T1": " ".join("gone" if word == "0" else word for word in words)}


def days_of(row: dict[str, str]) -> tuple[int, ...]:
    return tuple(int(day) for day in row["days"].split(";") if day)


@pytest.mark.parametrize("case", SUMS)
def test_the_responses_of_sums(case: str) -> None:
    row = rows()[case]
    found = overall(lesion_words(row), days_of(row), "sd_min_days: 42")
    assert found == row["expected_timepoints"].split(";")


# Best response of the sums for which one is stated. The peers' suites take 42 days for stable disease.
@pytest.mark.parametrize("case", [case for case in SUMS if rows()[case]["expected_bor"] and case != "ST06"])
def test_the_best_response_of_sums(case: str) -> None:
    row = rows()[case]
    derived = derived_of(lesion_words(row), days_of(row), "sd_min_days: 42")
    assert values(derived, "CBOR") == [row["expected_bor"]]


# Every other stated row whose authority is the Working Group, a paper or CDISC


def wg01() -> None:
    row = rows()["WG01"]
    lesions = {"T1": "100 70 70 80 80 80", "NT1": "there there there there there there"}
    assert both_profiles(lesions) == row["expected_timepoints"].split(";")
    derived = derived_of(lesions)
    assert values(derived, "CBOR") == values(derived, "BOR") == [row["expected_bor"]]
    assert values(derived, "OVRLARIT") == row["target_arithmetic"].split(";")


def wg25() -> None:
    for back in ("4", "small", "0.1"):
        assert both_profiles({"T1": f"10 gone {back}"}) == ["CR", "PD"]
    assert both_profiles({"T1": "10 gone gone", "NT1": "there gone there"}) == ["CR", "PD"]
    assert values(derived_of({"T1": "10 gone 4"}), "CBOR") == ["SD"]
    assert values(derived_of({"T1": "10 gone 4"}, (20, 40)), "CBOR") == ["PD"]
    assert values(derived_of({"T1": "10 gone gone 4"}), "CBOR") == ["CR"]


def wg29() -> None:
    # A node that is visible with a normal short axis; one that is long enough is there, and no progression either.
    lesions = {"T1": "40 gone gone", "NN1": "there gone there"}
    assert "PD" not in both_profiles(lesions)
    node = LittlePatient({"T1": "40 gone gone", "NN1": "there gone gone:9"}, days=(-7, 63, 126))
    derived = derive(little_protocol(), little_records([node]), dt.date(2027, 6, 30))
    assert values(derived, "OVRLRESP") == ["CR", "CR"]
    assert both_profiles({"T1": "40 gone gone", "NN1": "there gone worse"}) == ["CR", "PD"]


def wg31() -> None:
    lesions = {"T1": "40 40 40", "WN1": "- yes:9 yes:11"}
    assert both_profiles(lesions) == ["SD", "SD"]
    assert both_profiles({"T1": "40 40 40", "WN1": "- yes:9 yes:15"}) == ["SD", "PD"]


def wg33() -> None:
    assert both_profiles({"T1": "50 55", "T2": "50 50", "W1": "- pet"}) == ["SD"]


def wg35() -> None:
    for word in ("treated", "unseen"):
        assert both_profiles({"T1": f"50 {word}", "T2": "50 50"}) == ["NE"]
        certain = "missing_targets: pr_if_certain"
        assert overall({"T1": f"10 {word}", "T2": "90 60"}, override=certain) == ["PR"]
        assert overall({"T1": f"10 {word}", "T2": "90 61"}, override=certain) == ["NE"]
        assert both_profiles({"T1": f"10 {word}", "T2": "30 48"}) == ["PD"]


def counted(lesions: dict[str, str], visit: str = "2") -> list[float]:
    lengths = derived_of(lesions).adtr.filter(
        (pl.col("VISITNUM") == visit) & pl.col("PARAMCD").is_in(("LDIAM", "SAXIS"))
    )
    return [float(value) for value in lengths["AVAL"].to_list()]


def wg37() -> None:
    assert counted({"T1": "20 small"}) == [5]
    assert counted({"T1": "20 3"}) == [3]  # a number is always preferred


def wg39() -> None:
    def codes(*names: str) -> set[str]:
        patient = LittlePatient(dict.fromkeys(names, "20 20"), days=(-7, 63))
        found = derive(little_protocol(), little_records([patient]), dt.date(2027, 6, 30))
        return {finding.code for finding in found.findings}

    assert "D071" not in codes("N1", "N2")
    # All nodes are one organ, as the parts of a paired organ are.
    assert "D071" in codes("N1", "N2", "N01")


def table_1() -> None:
    assert both_profiles({"T1": "40 gone", "NT1": "there there"}) == ["PR"]
    for other in ("there", "unseen"):
        assert both_profiles({"T1": "40 20", "NT1": f"there {other}"}) == ["PR"]
    for other in ("there", "gone", "unseen"):
        assert both_profiles({"T1": "40 unseen", "NT1": f"there {other}"}) == ["NE"]
    for target in ("gone", "20", "40", "unseen", "80"):
        for new in ({}, {"W1": "- yes"}):
            assert both_profiles({"T1": f"40 {target}", "NT1": "there worse", **new}) == ["PD"]


def table_2() -> None:
    assert both_profiles({"NT1": "there gone"}) == ["CR"]
    assert both_profiles({"NT1": "there gone", "NT2": "there unseen"}) == ["NE"]
    for other in ("gone", "there", "unseen", "worse"):
        assert both_profiles({"NT1": f"there {other}", "W1": "- yes"}) == ["PD"]


def table_3(case: str) -> Callable[[], None]:
    def check() -> None:
        row = rows()[case]
        minimum_met = "first time point: met" in row["note"]
        first = SD_FROM_DAY if minimum_met else SD_FROM_DAY - 1
        n = row["sequence"].count(";") + 1
        days = tuple(first + 28 * visit for visit in range(n))
        assert best(row["sequence"], days) == row["expected_bor"]

    return check


def t3_2() -> None:
    # The CR was real: then the second is a progression; or it is read again as PR.
    derived = derived_of({"T1": "40 gone 20"})
    assert values(derived, "OVRLRESP") == ["CR", "PD"]
    assert values(derived, "CBOR") == ["SD"]
    assert best("PR;PR", (63, 126)) == "PR"


def cd04() -> None:
    assert counted({"T1": "20 gone", "N1": "20 8"}) == [8, 0]


def cd06() -> None:
    lesions = {"T1": "40 40 40", "W1": "- maybe yes"}
    days = tuple(int(day) for day in rows()["CD06"]["days"].split(" ")[0].split(";"))
    assert overall(lesions, days) == ["PD", "PD"]  # dated back in the analysis
    assert overall(lesions, days, "equivocal_new_lesion_date: when_confirmed") == ["SD", "PD"]


HOLD: dict[str, Callable[[], None]] = {
    "WG01": wg01, "WG25": wg25, "WG29": wg29, "WG31": wg31, "WG33": wg33, "WG35": wg35, "WG37": wg37, "WG39": wg39,
    "CD02": wg37, "CD04": cd04, "CD06": cd06, "T3-2": t3_2,
    **dict.fromkeys(("T1-2", "T1-4", "T1-6", "T1-8"), table_1),
    **dict.fromkeys(("T2-1", "T2-3", "T2-5"), table_2),
    **{case: table_3(case) for case in ("T3-4", "T3-6", "T3-8", "T3-10", "T3-12", "T3-14", "T3-16")},
}  # fmt: skip


def test_no_stated_row_is_left_out() -> None:
    stated = {
        case
        for case, row in rows().items()
        if row["criterion"] == "RECIST11" and row["status"] == "stated" and row["authority"] in TRUTH
    }
    assert stated == set(HOLD) | (set(SUMS) & stated)
    assert len(stated) == 27


@pytest.mark.parametrize("case", HOLD)
def test_a_stated_row_holds(case: str) -> None:
    assert rows()[case]["status"] == "stated"
    HOLD[case]()


def test_the_threshold_of_a_node_that_is_back() -> None:
    assert rows()["WG27"]["status"] == "threshold_statement"
    assert both_profiles({"N1": "15 8 9"}) == ["CR", "CR"]
    assert both_profiles({"N1": "15 8 9.9"}) == ["CR", "CR"]
    assert both_profiles({"N1": "15 8 10"}) == ["CR", "PD"]


# Peers' and secondary sources' rows beside the sums


def test_peers_rows_that_are_not_sums() -> None:
    assert overall({"T1": "80 gone gone", "NT1": "there gone gone"}, (84, 126)) == ["CR", "CR"]  # ST16
    assert overall({"T1": "100 60", "NT1": "there worse"}, (56,)) == ["PD"]  # ST18
    assert best("SD;PR;SD;CR", (20, 51, 80, 92), sd_min_days_after=28) == rows()["AO2"]["expected_bor"]
    assert best("", ()) == rows()["AO8"]["expected_bor"]
    for label, option in (("NE", "ne"), ("MISSING", "missing")):  # ST25
        assert values(derived_of({"T1": "95"}, override=f"no_assessment: {option}"), "CBOR") == [label]
    assert overall({"T1": "40 40", "W1": "- yes"}) == ["PD"]  # SE12: found by PET, seen on CT
    assert overall({"T1": "40 40", "W1": "- pet"}) == ["SD"]  # SE14


# Rows that hold under the option they name


def test_st06_needs_a_short_minimum_of_stable_disease() -> None:
    row = rows()["ST06"]
    for minimum, expected in ((28, row["expected_bor"]), (29, "NE")):
        derived = derived_of(lesion_words(row), days_of(row), f"sd_min_days: {minimum}")
        assert values(derived, "CBOR") == [expected]


def test_ao4_two_stable_readings_between_two_partial_responses() -> None:
    row = rows()["AO4"]
    given = {"sd_min_days_after": 28, "pr_continues": 0}
    assert best(row["sequence"], days_of(row), **given) == row["expected_bor"]
    assert best(row["sequence"], days_of(row), **given, confirmation_max_sd=1) == row["expected_bor"]
    assert best(row["sequence"], days_of(row), **given, confirmation_max_sd=2) == "PR"
    lesions, days = {"T1": "100 70 80 80 70"}, days_of(row)[:4]
    assert overall(lesions, days, "pr_continues: from_first") == ["PR"] * 4
    assert overall(lesions, days) == ["PR", "SD", "SD", "PR"]


def test_ao6_a_complete_response_and_then_a_lesser_one() -> None:
    row = rows()["AO6"]
    lesions = {"T1": "100 70 gone 4"}
    pd = derived_of(lesions, days_of(row), "sd_min_days: 28")
    assert values(pd, "OVRLRESP") == ["PR", "CR", "PD"]
    query = derived_of(lesions, days_of(row), "sd_min_days: 28, reappearance_after_overall_cr: query")
    assert values(query, "OVRLRESP") == row["sequence"].split(";")
    assert query.visits is not None
    assert query.visits.query.tolist() == [0, 0, 0, VisitQuery.REAPPEARED_AFTER_CR]


# What a source says wrongly is not what comes out


def test_se03_shrinkage_is_never_held_against_the_nadir() -> None:
    row = rows()["SE03"]
    wrong, right = row["expected_timepoints"].split(";"), row["target_arithmetic"].split(";")
    assert right != wrong
    assert both_profiles(lesion_words(row), days_of(row)) == right
    assert overall(lesion_words(row), days_of(row), "stable_disease_against: nadir") == wrong


def test_st10_twenty_per_cent_and_six_millimetres_are_a_progression() -> None:
    row = rows()["ST10"]
    assert both_profiles(lesion_words(row), days_of(row)) == ["SD", "PD"] == row["target_arithmetic"].split(";")
    assert values(derived_of(lesion_words(row), days_of(row)), "CBOR") == [row["expected_bor"]]


def test_st12_a_lesion_below_ten_millimetres_is_not_gone() -> None:
    row = rows()["ST12"]
    found = both_profiles(lesion_words(row), days_of(row))
    assert found == row["target_arithmetic"].split(";")
    assert found != ["CR", "CR", "CR"]
    assert values(derived_of(lesion_words(row), days_of(row)), "CBOR") == [row["expected_bor"]]


def test_what_is_not_covered_is_irecist_and_what_was_never_read() -> None:
    covered = (
        set(HOLD)
        | set(SUMS)
        | {"WG27", "SE03", "ST12", "ST16", "ST18", "AO2", "AO8", "ST25", "SE12", "SE14", "AO4", "AO6", "ST10"}
    )
    left = {case: row for case, row in rows().items() if case not in covered}
    assert sum(row["criterion"] == "iRECIST" for row in left.values()) == 26
    # SE01 is about which lesion is a target, UV02 was never read in its source.
    assert {case for case, row in left.items() if row["criterion"] == "RECIST11"} == {"SE01", "UV02"}

"""Scenarios: every value with its source, faults named all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from onearm.errors import UsageError
from onearm.rehearse import load_scenario, scenario_names
from onearm.rehearse.scenario import VERIFICATIONS, read_table

HEADER = "scenario,name,value,unit,basis,verification,note\n"


@pytest.mark.parametrize("name", ["haic-first-line", "haic-second-line"])
def test_every_value_says_how_it_is_known(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.assumptions
    for entry in scenario.assumptions.values():
        assert entry.verification in VERIFICATIONS
        if entry.verification in ("excerpt", "derived", "tuned"):
            assert entry.basis is not None, entry.name


def test_every_published_row_is_used_and_told_with_its_verification() -> None:
    used = {row["basis"] for row in (*read_table("scenarios.csv"), *read_table("adverse_events.csv"))} - {""}
    rows = read_table("calibration.csv")
    assert used <= {row["id"] for row in rows}
    assert all(row["verification"] for row in rows)
    assert all(row["url"] for row in rows if row["verification"] == "excerpt")


def test_what_has_no_source_is_listed() -> None:
    names = {entry.name for entry in load_scenario("haic-first-line").without_source()}
    assert {"accrual_per_month", "missed_scan", "dose_regorafenib"} <= names
    assert "reading_cv" not in names


def test_both_scenarios_have_the_same_names() -> None:
    first, second = (load_scenario(name) for name in scenario_names())
    assert set(first.assumptions) == set(second.assumptions)


def test_a_file_changes_rows_of_the_scenario_it_names(tmp_path: Path) -> None:
    file = tmp_path / "slow.csv"
    file.write_text(HEADER + "haic-first-line,accrual_per_month,1.5,patients/month,,assumption,one small centre\n")
    changed, base = load_scenario(file), load_scenario("haic-first-line")
    assert changed.name == "slow"
    assert changed.number("accrual_per_month") == 1.5
    assert changed.number("missed_scan") == base.number("missed_scan")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("haic-first-line,acrual,1,,,assumption,", "no assumption 'acrual'"),
        ("haic-first-line,missed_scan,1.2,share,,assumption,", "a share is at most 1"),
        ("haic-first-line,missed_scan,-0.1,share,,assumption,", "negative"),
        ("haic-first-line,missed_scan,often,share,,assumption,", "no number"),
        ("haic-first-line,missed_scan,nan,share,,assumption,", "negative or endless"),
        ("haic-first-line,accrual_per_month,0,patients/month,,assumption,", "never let the trial run"),
        ("haic-first-line,planned_size,30.5,patients,,assumption,", "no whole number"),
        ("haic-first-line,accrual_at_interim,stops,,,assumption,", "pauses, continues"),
        ("haic-first-line,calendar_reading,any,,,assumption,", "count_on_from_last_scan"),
        ("haic-first-line,start,2025-02-31,date,,assumption,", "2025"),
        ("haic-first-line,missed_scan,0.1,share,,guess,", "verification is one of"),
        ("haic-first-line,missed_scan,0.1,share,nowhere,derived,", "no calibration row 'nowhere'"),
        ("third-line,missed_scan,0.1,share,,assumption,", "haic-first-line"),
    ],
)
def test_a_faulty_file_is_refused_with_its_fault(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "broken.csv"
    file.write_text(HEADER + row + "\n")
    with pytest.raises(UsageError, match=said):
        load_scenario(file)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    row = "haic-first-line,{},2,share,,assumption,\n"
    file.write_text(HEADER + row.format("missed_scan") + row.format("never_dosed"))
    with pytest.raises(UsageError, match=r"row 2: missed_scan.*row 3: never_dosed"):
        load_scenario(file)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="haic-second-line"):
        load_scenario("first")

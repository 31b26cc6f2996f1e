"""Mander and Thompson 2010, Contemp Clin Trials 31:572-578: two stages with stops for futility and efficacy.

tests/data/two_stage/mander_thompson.csv, every row, each searched up to the number of patients it names.
"""

import csv
from pathlib import Path

import pytest

from onearm.design.search import Setting, list_undominated, search_two_stage
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

FILE = Path(__file__).parents[1] / "data/two_stage/mander_thompson.csv"
with FILE.open(newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def rule_of(row):
    return TwoStageRule(
        int(row["n1"]),
        int(row["n"]),
        futility_stop=int(row["r1"]),
        success=int(row["r"]) + 1,
        efficacy_stop=int(row["e1_stop_efficacy_if_ge"]),
    )


def setting_of(row):
    return Setting(float(row["p0"]), float(row["p1"]), float(row["alpha"]), round(1 - float(row["beta"]), 6))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['type']}-{row['n']}")
def test_row(row):
    rule = rule_of(row)
    null = operating_characteristics(rule, float(row["p0"]))
    assert null.success == pytest.approx(float(row["typeI"]), abs=6e-6)
    assert null.expected_size == pytest.approx(float(row["EN0"]), abs=6e-5)
    target = operating_characteristics(rule, float(row["p1"]))
    assert target.success == pytest.approx(float(row["power"]), abs=6e-6)
    searched = [r for r in list_undominated(setting_of(row), efficacy_stop=True) if r.n <= int(row["nmax_searched"])]
    assert searched[-1 if row["type"] == "H0-optimal" else 0] == rule


def test_the_first_row_is_optimal_only_up_to_40_patients():
    assert len(ROWS) == 3
    whole = list_undominated(setting_of(ROWS[0]), efficacy_stop=True)
    assert whole[-1] == TwoStageRule(17, 41, 2, 8, 5)
    assert whole[-2] == rule_of(ROWS[0])


def test_27_and_36_is_minimax_for_30_against_50_percent():
    found = search_two_stage(Setting(0.30, 0.50, 0.05, 0.80), efficacy_stop=True)[0]
    assert found.rule == TwoStageRule(27, 36, futility_stop=8, success=16, efficacy_stop=14)
    assert round(found.type_one_error, 4) == 0.0489
    assert round(found.power, 4) == 0.8003
    assert round(found.expected_size_p0, 2) == 30.68

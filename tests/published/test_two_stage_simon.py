"""Simon 1989, Control Clin Trials 10:1-10, Tables 1 and 2: every row of simon_designs.csv."""

import csv
from pathlib import Path

import pytest

from onearm.design import find
from onearm.design.search import Setting, list_undominated
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

FILE = Path(__file__).parents[1] / "data/two_stage/simon_designs.csv"
with FILE.open(newline="") as _file:
    ROWS = list(csv.DictReader(_file))
ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['p0']}-{row['p1']}-{row['type']}")


def rule_of(row):
    n1, n = int(row["n1"]), int(row["n"])
    return TwoStageRule(n1, n, futility_stop=int(row["r1"]), success=int(row["r"]) + 1)


def test_the_whole_file_is_read():
    assert len(ROWS) == 34


@ROW
def test_operating_characteristics(row):
    null = operating_characteristics(rule_of(row), float(row["p0"]))
    target = operating_characteristics(rule_of(row), float(row["p1"]))
    assert null.success == pytest.approx(float(row["typeI"]), abs=6e-6)
    assert target.success == pytest.approx(float(row["power"]), abs=6e-6)
    assert null.stop_futility == pytest.approx(float(row["PET0"]), abs=6e-5)
    assert null.expected_size == pytest.approx(float(row["EN0"]), abs=6e-5)
    if row["pub_EN0"]:
        assert null.expected_size == pytest.approx(float(row["pub_EN0"]), abs=0.0501)


@ROW
def test_the_search_finds_and_proves_it(row):
    setting = Setting(float(row["p0"]), float(row["p1"]), float(row["alpha"]), round(1 - float(row["beta"]), 6))
    undominated = list_undominated(setting)
    assert undominated[-1 if row["type"] == "optimal" else 0] == rule_of(row)
    (found,) = find(*setting).of_type(row["type"])
    assert (found.n1, found.r1, found.n, found.r) == tuple(int(row[name]) for name in ("n1", "r1", "n", "r"))
    for name, value, digits in (
        ("EN0", found.en0, 4),
        ("PET0", found.pet0, 4),
        ("typeI", found.alpha, 5),
        ("power", found.power, 5),
    ):
        assert value == pytest.approx(float(row[name]), abs=0.51 * 10**-digits), name

"""Fleming 1982, the example of 15 and 25 patients: tests/data/two_stage/fleming_two_stage.csv.

Fleming's limits are approximate: the exact type I error and power are not the advertised 0.05 and 0.80.
"""

import csv
from pathlib import Path

import pytest

from onearm.design import fleming_design
from onearm.stats.two_stage import TwoStageRule, operating_characteristics

FILE = Path(__file__).parents[1] / "data/two_stage/fleming_two_stage.csv"


def test_example():
    with FILE.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert int(row["a2"]) + 1 == int(row["r2"])
    rule = TwoStageRule(
        int(row["n1"]),
        int(row["n"]),
        futility_stop=int(row["a1"]),
        success=int(row["r2"]),
        efficacy_stop=int(row["r1"]),
    )
    null = operating_characteristics(rule, float(row["p0"]))
    target = operating_characteristics(rule, float(row["p1"]))
    assert null.success == pytest.approx(float(row["typeI"]), abs=6e-6)
    assert target.success == pytest.approx(float(row["power"]), abs=6e-6)
    assert null.expected_size == pytest.approx(float(row["EN0"]), abs=6e-5)
    assert target.expected_size == pytest.approx(float(row["EN1"]), abs=6e-5)
    assert null.success > 0.05
    assert target.success < 0.80


def test_his_formulas_give_these_boundaries():
    with FILE.open(newline="") as file:
        (row,) = csv.DictReader(file)
    design = fleming_design((int(row["n1"]), int(row["n"])), float(row["p0"]), float(row["p1"]), 0.05, 0.80)
    assert [(stage.accept, stage.reject) for stage in design.stages] == [
        (int(row["a1"]), int(row["r1"])),
        (int(row["a2"]), int(row["r2"])),
    ]
    assert design.type_one_error == pytest.approx(float(row["typeI"]), abs=6e-6)
    assert design.attained_power == pytest.approx(float(row["power"]), abs=6e-6)
    assert design.expected_size_p0 == pytest.approx(float(row["EN0"]), abs=6e-5)
    assert not design.meets_alpha and not design.meets_power

"""Inference after two stages: every outcome of two designs in tests/data/two_stage/inference.csv.

Jung and Kim 2004 (unbiased estimate, stage-wise interval), Koyama and Chen 2008 (p-value, median unbiased
estimate), Whitehead 1986 (bias-adjusted estimate).
"""

import csv
from pathlib import Path

import pytest

from onearm.stats.binomial import clopper_pearson
from onearm.stats.two_stage import TwoStageRule
from onearm.stats.two_stage_inference import (
    Outcome,
    bias_adjusted_estimate,
    is_success,
    koyama_chen_interval,
    list_outcomes,
    median_unbiased_estimate,
    stage_wise_interval,
    stage_wise_p_value,
    unbiased_estimate,
)

FILE = Path(__file__).parents[1] / "data/two_stage/inference.csv"
with FILE.open(newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def rule_of(row):
    return TwoStageRule(int(row["n1"]), int(row["n"]), int(row["r1"]), int(row["r"]) + 1)


def test_every_outcome_of_both_designs_is_there_once():
    for rule in sorted({rule_of(row) for row in ROWS}):
        listed = [Outcome(int(r["stage"]), int(r["x"])) for r in ROWS if rule_of(r) == rule]
        assert listed == list_outcomes(rule)
    assert len(ROWS) == 48


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['n']}:{row['x']}")
def test_row(row):
    rule, outcome = rule_of(row), Outcome(int(row["stage"]), int(row["x"]))
    exact = {level: stage_wise_interval(rule, outcome, level / 100) for level in (90, 95)}
    published = {level: koyama_chen_interval(rule, outcome, level / 100) for level in (90, 95)}
    naive = clopper_pearson(outcome.responders, rule.n1 if outcome.stage == 1 else rule.n)
    found = {
        "UMVUE_JungKim": unbiased_estimate(rule, outcome),
        "MUE_KoyamaChen": median_unbiased_estimate(rule, outcome),
        "p_KoyamaChen": stage_wise_p_value(rule, outcome, float(row["p0"])),
        "CI90_lo": exact[90].lower,
        "CI90_hi_exact": exact[90].upper,
        "CI90_hi_KC": published[90].upper,
        "CI95_lo": exact[95].lower,
        "CI95_hi_exact": exact[95].upper,
        "CI95_hi_KC": published[95].upper,
        "naiveCP95_lo": naive.lower,
        "naiveCP95_hi": naive.upper,
    }
    if row["bias_adjusted_Whitehead"]:
        found["bias_adjusted_Whitehead"] = bias_adjusted_estimate(rule, outcome)
    else:  # The file leaves out the outcomes at which the equation holds only at 0 or 1 itself.
        assert bias_adjusted_estimate(rule, outcome) in (0, 1)
    for column, value in found.items():
        # The file has ten digits after the point.
        assert value == pytest.approx(float(row[column]), abs=6e-11), column
    assert is_success(rule, outcome) == (row["reject"] == "1")
    assert published[95].lower == exact[95].lower

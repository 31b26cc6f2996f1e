"""The default interval never covers less than its level, exactly, for every published design and each overlay of trial
one, also when the second stage had another size; and the limits that are known to cover less do so."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from onearm.stats.two_stage import TwoStageRule, probability_of_success
from onearm.stats.two_stage_coverage import changed_interval_coverage, interval_coverage
from onearm.stats.two_stage_inference import stage_wise_inference

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/data/two_stage"
OVERLAYS = sorted((ROOT / "trials/assumptions").glob("boundaries-*.yaml"))


def rows(name):
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def designs():
    found = {}
    for row in rows("simon_designs.csv"):
        rule = TwoStageRule(int(row["n1"]), int(row["n"]), int(row["r1"]), int(row["r"]) + 1)
        found[rule] = float(row["p0"])
    for row in rows("mander_thompson.csv"):
        stop = int(row["e1_stop_efficacy_if_ge"])
        rule = TwoStageRule(int(row["n1"]), int(row["n"]), int(row["r1"]), int(row["r"]) + 1, stop)
        found[rule] = float(row["p0"])
    for row in rows("fleming_two_stage.csv"):
        rule = TwoStageRule(int(row["n1"]), int(row["n"]), int(row["a1"]), int(row["r2"]), int(row["r1"]))
        found[rule] = float(row["p0"])
    for row in rows("inference.csv"):
        rule = TwoStageRule(int(row["n1"]), int(row["n"]), int(row["r1"]), int(row["r"]) + 1)
        found[rule] = float(row["p0"])
    found.update({rule: p0 for rule, p0, _ in overlays()})
    return found


def overlays():
    found = []
    for path in OVERLAYS:
        read = YAML(typ="safe").load(path)
        given = {key.removeprefix("design."): value for key, value in read["assume"].items()}
        stop = next((d["to"] for d in read.get("departs", []) if d["set"] == "design.efficacy_stop"), None)
        rule = TwoStageRule(27, 36, given["futility_stop"], given["success"], stop)
        found.append((rule, given["p0"], given["p1"]))
    return found


def test_there_are_three_overlays_and_many_designs():
    assert len(overlays()) == 3
    assert sum(rule.efficacy_stop is not None for rule in designs()) >= 4
    assert len(designs()) > 35


@pytest.mark.parametrize("level", [0.90, 0.95])
def test_the_default_interval_covers_its_level_everywhere(level):
    for rule in designs():
        found = interval_coverage(rule, level)
        assert found.least >= level - 1e-9, rule
        assert len(found.rates) > 1000


CHANGED = (
    TwoStageRule(27, 36, 8, 14),
    TwoStageRule(27, 36, 8, 16, 14),
    TwoStageRule(13, 43, 3, 13),
    TwoStageRule(10, 29, 1, 6),
    TwoStageRule(10, 14, 3, 12),
    TwoStageRule(12, 20, 2, 6, 10),
    TwoStageRule(6, 9, 2, 3),
    TwoStageRule(1, 2, 0, 2),
)
"""Designs in which success may be certain, open or out of reach after stage one, with and without an efficacy stop."""


@pytest.mark.parametrize("rule", CHANGED, ids=str)
@pytest.mark.parametrize("level", [0.80, 0.95])
def test_it_covers_its_level_everywhere_after_a_second_stage_of_any_size(rule, level):
    for m2 in range(rule.n - rule.n1 + 6):
        found = changed_interval_coverage(rule, m2, level, grid=400)
        assert found.least >= level - 1e-9, m2
        assert len(found.rates) > 400


def test_coverage_after_a_changed_second_stage_by_hand():
    # 1 + 1 patients, stop at 0, none in stage two: outcomes 0 and 1, limits .95 and .05.
    found = changed_interval_coverage(TwoStageRule(1, 2, 0, 2), 0, 0.9, grid=4)
    assert found.rates == pytest.approx([0.05, 0.95, 0.05, 0.95, 0.25, 0.5, 0.75])
    assert found.covered == pytest.approx([0.95, 1, 1, 0.95, 1, 1, 1])


@pytest.mark.parametrize("level", [0.90, 0.95])
def test_limits_rise_with_the_outcome(level):
    """So the outcomes that miss a rate are a lower and an upper part of the order, each with at most half."""
    for rule in designs():
        limits = stage_wise_inference(rule, level).stage_wise
        assert (np.diff(limits, axis=0) > -1e-14).all()
        assert limits[0, 0] == 0
        assert limits[-1, 1] == 1


def test_published_limits_cover_less():
    rule = TwoStageRule(10, 29, 1, 6)
    assert round(interval_coverage(rule, 0.95, "koyama_chen", 0.1, 0.3).least, 3) == 0.634
    assert interval_coverage(rule, 0.95, "mid_p").least < 0.95
    assert interval_coverage(rule, 0.95, "stage_wise", 0.1, 0.3).least >= 0.95


def test_coverage_by_hand():
    # 1 + 1 patients, stop at 0; outcomes 0, 1 and 2, with P(≥ 1) = p and P(2) = p² (a stop loses the rest).
    rule = TwoStageRule(1, 2, 0, 2)
    found = interval_coverage(rule, 0.9, grid=4)
    limits = stage_wise_inference(rule, 0.9).stage_wise
    assert limits.ravel() == pytest.approx([0, 0.95, 0.05, 0.95**0.5, 0.05**0.5, 1])
    assert found.rates.tolist()[-3:] == [0.25, 0.5, 0.75]
    assert found.covered[-3:] == pytest.approx([1, 1, 1])
    below = dict(zip(found.rates[:4], found.covered[:4], strict=True))
    above = dict(zip(found.rates[4:8], found.covered[4:8], strict=True))
    assert [below[limits[1, 0]], above[limits[1, 0]]] == pytest.approx([0.95, 1 - 0.05**2])
    assert [below[limits[0, 1]], above[limits[0, 1]]] == pytest.approx([1, 0.95])


def test_at_ten_percent_not_evaluable_the_overlays_keep_sixty_to_sixty_seven_percent_power():
    powers = sorted(probability_of_success(rule, p1, 0.1) for rule, _, p1 in overlays())
    assert [round(power, 4) for power in powers] == [0.5949, 0.6290, 0.6680]
    assert [round(power, 2) for power in powers] == [0.59, 0.63, 0.67]

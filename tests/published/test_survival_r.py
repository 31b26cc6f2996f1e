"""R 4.2.2, package survival 3.5: ``survfit`` curves, quantiles, landmarks, follow-up and restricted means.

Every row of the files in tests/data/survival is compared to 1e-9. Where onearm keeps another convention, the
test names it and asserts what onearm gives instead, for exactly those rows.
"""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from onearm.stats.kaplan_meier import estimate_survival_curve, reverse
from onearm.stats.survival_summaries import landmark, quantile, restricted_mean

FOLDER = Path(__file__).parents[1] / "data/survival"
DATASETS = sorted(path.stem for path in (FOLDER / "inputs").glob("*.csv"))


def read(name):
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return None if text in ("", "NA", "Inf") else float(text)


def agrees(found, expected):
    return all(
        (a is None and b is None) or (a is not None and b is not None and abs(a - b) < 1e-9)
        for a, b in zip(found, expected, strict=True)
    )


@cache
def patients(dataset):
    groups = defaultdict(lambda: ([], []))
    for row in read(f"inputs/{dataset}.csv"):
        groups[row["group"]][0].append(int(row["time"]))
        groups[row["group"]][1].append(int(row["event"]))
    return groups


@cache
def curve_of(dataset, group, interval, level=0.95):
    return estimate_survival_curve(*patients(dataset)[group], interval=interval, level=level)


def key(row):
    return row["dataset"], row["group"], row["conf_type"], float(row["conf_level"])


def test_all_files_are_there():
    lengths = {path.name: len(read(path.name)) for path in FOLDER.glob("*.csv")}
    assert lengths["km_curves.csv"] == 3405
    assert lengths["km_quantiles.csv"] == lengths["reverse_km_followup.csv"] == 351
    assert lengths["km_landmarks.csv"] == 1026
    assert len(DATASETS) == 11


@pytest.mark.parametrize("dataset", DATASETS)
def test_curves(dataset):
    rows = [row for row in read("km_curves.csv") if row["dataset"] == dataset]
    assert rows
    for row in rows:
        curve = curve_of(dataset, row["group"], row["conf_type"])
        (i,) = np.flatnonzero(curve.time == int(row["time"]))
        counts = (curve.n_risk[i], curve.n_event[i], curve.n_censor[i])
        assert counts == tuple(int(row[name]) for name in ("n_risk", "n_event", "n_censor"))
        std_error = curve.std_error[i] if curve.has_std_error[i] else None
        expected = [number(row[name]) for name in ("surv", "greenwood_se", "lower", "upper")]
        assert agrees((curve.survival[i], std_error, *curve.limits(i)), expected), row


def test_quantiles_by_the_rule_of_r():
    for row in read("km_quantiles.csv"):
        found = quantile(curve_of(*key(row)), float(row["prob"]), "r")
        assert agrees(found, [number(row[name]) for name in ("quantile", "lower", "upper")]), row


def test_quantiles_by_the_rule_of_sas_differ_only_where_a_curve_ends_exactly_on_the_level():
    differing = []
    for row in read("km_quantiles.csv"):
        curve = curve_of(*key(row))
        found = quantile(curve, float(row["prob"]), "sas")
        expected = [number(row[name]) for name in ("quantile", "lower", "upper")]
        if not agrees(found, expected):
            differing.append((row["dataset"], row["prob"]))
            # S = 0.25 from day 7 to the end: R takes the middle to the last time (8), SAS has no answer.
            assert expected[0] == 7.5
            assert found.estimate is None
            assert agrees(found[1:], expected[1:])
    assert differing == [("edge_exact_half", "0.75")] * 9


def test_follow_up_by_reverse_kaplan_meier():
    differing = {}
    for row in read("reverse_km_followup.csv"):
        found = quantile(reverse(curve_of(*key(row))), float(row["prob"]), "r")
        expected = [number(row[name]) for name in ("followup", "lower", "upper")]
        if not agrees(found, expected):
            differing[(*key(row), row["prob"])] = (found.upper, expected[2])
            assert agrees(found[:2], expected[:2])
    # On the log scale the upper band may rise again after it has crossed the level. onearm takes the first
    # crossing; R sorts the band before it looks, and lands on the later time closest below the level.
    assert differing == {
        ("lung_sex", "1", "log", 0.9, "0.25"): (840.0, 1010.0),
        ("lung_sex", "2", "log", 0.9, "0.5"): (740.0, 821.0),
    }


@pytest.mark.parametrize(("dataset", "prob", "group"), [("lung_sex", 0.25, "1"), ("lung_sex", 0.5, "2")])
def test_the_band_does_rise_again_there(dataset, prob, group):
    swapped = reverse(curve_of(dataset, group, "log", 0.9))
    upper = swapped.upper[swapped.has_limits]
    crossed = np.flatnonzero(upper < 1 - prob)[0]
    assert upper[crossed] < upper[crossed:].max() < 1 - prob


@pytest.mark.parametrize("beyond", ["carry", "not estimable"])
def test_landmarks(beyond):
    carried = unlimited = 0
    for row in read("km_landmarks.csv"):
        curve, time = curve_of(*key(row)), float(row["time"])
        found = landmark(curve, time, beyond)
        expected = [number(row[name]) for name in ("surv", "greenwood_se", "lower", "upper", "n_risk")]
        if beyond == "not estimable" and time > curve.time[-1] and curve.survival[-1] > 0:
            # R extends the last value; onearm, as SAS, has no answer beyond a last time that is censored.
            assert found == (None, None, None, None, 0)
            carried += 1
        elif time < curve.time[0] and curve.interval not in ("log", "plain"):
            # R gives 1 to 1 before the first time; onearm has no limits at S = 1 on these scales anywhere,
            # as R itself at later times without an event so far.
            assert expected[2:4] == [1.0, 1.0]
            assert found == (1.0, 0.0, None, None, int(expected[4]))
            unlimited += 1
        else:
            assert agrees(found, expected), row
    assert (carried, unlimited) == ((0, 55) if beyond == "carry" else (90, 55))


def test_restricted_means_and_medians():
    for row in read("rmst.csv"):
        curve = curve_of(row["dataset"], row["group"], "log")
        mean = restricted_mean(curve, float(row["tau"]))
        assert agrees(mean, [number(row["rmst"]), number(row["se_rmst"])]), row
        assert agrees([quantile(curve, 0.5, "r").estimate], [number(row["median"])]), row
        assert (curve.n, curve.total_events) == (int(row["n"]), int(row["events"]))

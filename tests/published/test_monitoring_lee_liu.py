"""Lee and Liu 2008, the example of 36 patients: tests/data/two_stage/predictive_probability_leeliu2008.csv.

The range of theta_T is recalled from their table 1, not read. The second boundary is the first part of the example
output of R's ph2bayes 0.0.2, ``stopbound_pred(0.05, "futility", 40, 0.6, 1.4, 0.3, 0.85)``.
"""

import csv
from pathlib import Path

import pytest

from onearm.design.predictive_search import find_predictive_probability
from onearm.design.response_boundaries import predictive_probability

FILE = Path(__file__).parents[1] / "data/two_stage/predictive_probability_leeliu2008.csv"


def read_rows():
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def test_example():
    rows = read_rows()
    assert len(rows) == 11
    row = rows[0]
    n = int(row["Nmax"])
    found = predictive_probability(
        float(row["p0"]),
        float(row["p1"]),
        n,
        (0.2, 0.8),
        theta_l=float(row["thetaL"]),
        theta_t=float(row["thetaT"]),
        first=int(row["n_first"]),
    )
    printed = {int(r["n"]): int(r["stop_if_x_le"]) for r in rows}
    expected = [printed[max(start for start in printed if start <= look)] for look in found.looks]
    assert list(found.looks) == list(range(10, 37))
    assert list(found.futility) == expected
    assert found.efficacy == (None,) * 26 + (int(row["success_if_x_ge"]),)
    null = found.properties[0]
    assert found.type_one_error == pytest.approx(float(row["typeI"]), abs=5.1e-7)
    assert found.power == pytest.approx(float(row["power"]), abs=5.1e-7)
    assert null.expected_size == pytest.approx(float(row["EN0"]), abs=5.1e-7)
    assert null.stop_early == pytest.approx(float(row["PET0_any"]), abs=5.1e-7)


def test_search_agrees_on_the_smallest_size():
    search = find_predictive_probability(0.2, 0.4, 0.1, 0.9, (0.2, 0.8))
    best = search.smallest
    assert (best.n, best.success) == (36, 11)
    assert best.theta_t_range == pytest.approx((0.852, 0.922), abs=0.001)  # recalled
    # With the published theta_L the expected size is 27.67; a larger one keeps the power and saves three patients.
    assert best.theta_l_range[0] > 0.001
    assert best.en0 == pytest.approx(24.72, abs=0.005)
    assert best.power >= 0.9


def test_boundary_of_ph2bayes():
    printed = {4: 0, 8: 1, 11: 2, 14: 3, 17: 4, 20: 5, 22: 6, 25: 7, 27: 8, 29: 9}
    found = predictive_probability(0.3, 0.5, 40, (0.6, 1.4), theta_l=0.05, theta_t=0.85, first=1)
    for look, limit in zip(found.looks[:29], found.futility[:29], strict=True):
        starts = [start for start in printed if start <= look]
        assert limit == (printed[max(starts)] if starts else None), look

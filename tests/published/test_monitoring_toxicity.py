"""Toxicity boundaries printed in the documentation of two R packages.

clinfun 1.1.x, help page of ``toxbdry`` (Pocock shape, delta 0, after Ivanova, Qaqish and Schell 2005): stop if the
number of toxicities exceeds the printed bound. Its "high boundary" is the one whose crossing probability is below
the limit. stoppingrule 0.4, README: the Bayesian rule of Geller et al. 2003 under Beta(0.6, 2.4).
"""

import pytest

from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes
from onearm.stats.monitoring import SequentialRule, sequential_characteristics

# looks, printed bounds (toxicities, patients), rate → (crossed, stopped before the last look, expected size)
FOUR_LOOKS = (20, 40, 60, 75)
PRINTED = {
    "0.2/0.35 low": (
        FOUR_LOOKS,
        ((7, 20), (12, 40), (17, 60), (20, 75)),
        {
            0.20: (0.101, 0.079, 72.0),
            0.23: (0.247, 0.188, 68.1),
            0.26: (0.456, 0.354, 62.1),
            0.29: (0.672, 0.548, 54.7),
            0.32: (0.838, 0.727, 47.0),
            0.35: (0.935, 0.859, 39.9),
        },
    ),
    "0.2/0.35 high": (
        FOUR_LOOKS,
        ((7, 20), (12, 40), (17, 60), (21, 75)),
        {
            0.20: (0.088, 0.079, 72.0),
            0.23: (0.214, 0.188, 68.1),
            0.26: (0.406, 0.354, 62.1),
            0.29: (0.619, 0.548, 54.7),
            0.32: (0.797, 0.727, 47.0),
            0.35: (0.911, 0.859, 39.9),
        },
    ),
    "0.2/0.3 high": (
        FOUR_LOOKS,
        ((7, 20), (12, 40), (16, 60), (20, 75)),
        {
            0.20: (0.117, 0.103, 71.6),
            0.22: (0.213, 0.186, 69.0),
            0.24: (0.341, 0.297, 65.4),
            0.26: (0.487, 0.427, 61.0),
            0.28: (0.632, 0.562, 56.1),
            0.30: (0.758, 0.688, 51.0),
        },
    ),
    "0.1/0.3 low": (
        tuple(range(2, 31)),
        ((1, 3), (2, 8), (3, 13), (4, 20), (5, 26), (6, 30)),
        {
            0.10: (0.100, 0.099, 28.1),
            0.14: (0.250, 0.245, 25.7),
            0.18: (0.448, 0.437, 22.4),
            0.22: (0.644, 0.631, 18.8),
            0.26: (0.799, 0.786, 15.5),
            0.30: (0.901, 0.891, 12.6),
        },
    ),
    "0.1/0.3 high": (
        tuple(range(2, 31)),
        ((1, 3), (2, 8), (3, 13), (4, 19), (5, 26), (6, 30)),
        {
            0.10: (0.097, 0.096, 28.1),
            0.14: (0.245, 0.239, 25.8),
            0.18: (0.441, 0.430, 22.5),
            0.22: (0.638, 0.624, 19.0),
            0.26: (0.795, 0.781, 15.6),
            0.30: (0.898, 0.888, 12.7),
        },
    ),
    "0.1/0.3 to 25": (
        tuple(range(2, 26)),
        ((1, 4), (2, 10), (3, 16), (4, 22), (5, 25)),
        {
            0.10: (0.140, 0.139, 22.8),
            0.14: (0.300, 0.296, 20.5),
            0.18: (0.488, 0.480, 17.8),
            0.22: (0.663, 0.652, 15.1),
            0.26: (0.800, 0.790, 12.5),
            0.30: (0.893, 0.885, 10.3),
        },
    ),
}


def expand(looks, printed):
    """The count that stops at each look: one more than the printed bound, which holds up to its patients."""
    return tuple(next(bound for bound, last in printed if look <= last) + 1 for look in looks)


@pytest.mark.parametrize("name", PRINTED)
def test_operating_characteristics_as_printed(name):
    looks, printed, rows = PRINTED[name]
    rule = SequentialRule(looks, (None,) * len(looks), expand(looks, printed))
    for rate, (crossed, before_last, size) in rows.items():
        found = sequential_characteristics(rule, rate)
        assert sum(found.stop_upper) == pytest.approx(crossed, abs=0.00051)
        assert sum(found.stop_upper[:-1]) == pytest.approx(before_last, abs=0.00051)
        assert found.expected_size == pytest.approx(size, abs=0.051)


@pytest.mark.parametrize(
    ("name", "acceptable", "limit"),
    [("0.2/0.35 high", 0.2, 0.10), ("0.2/0.3 high", 0.2, 0.15), ("0.1/0.3 high", 0.1, 0.10)],
)
def test_boundary_as_printed(name, acceptable, limit):
    looks, printed, rows = PRINTED[name]
    boundary = monitor_toxicity(acceptable, looks[-1], limit, looks=looks)
    assert boundary.looks == looks
    assert boundary.stop_if == expand(looks, printed)
    assert boundary.attained == pytest.approx(rows[acceptable][0], abs=0.00051)
    assert boundary.attained <= limit


BAYES_STOP = (2, 3, *(3,) * 2, *(4,) * 2, *(5,) * 4, *(6,) * 3, *(7,) * 4, *(8,) * 3, *(9,) * 4, *(10,) * 4, 11, 11)
"""Printed for 1 to 30 patients; the first two exceed the number of patients."""
BAYES_PRINTED = {
    0.20: (0.09957367, 5.651197),
    0.25: (0.23832301, 6.536293),
    0.30: (0.43615256, 6.926712),
    0.35: (0.64555222, 6.819377),
    0.40: (0.81491087, 6.355803),
}


def test_bayesian_boundary_as_printed():
    boundary = monitor_toxicity_bayes(0.2, 30, (0.6, 2.4), false_stop=0.10, rates=(0.25, 0.3, 0.35, 0.4))
    assert boundary.stop_if == tuple(stop if stop <= n else None for n, stop in enumerate(BAYES_STOP, 1))
    # The package prints the certainty at which the boundary begins.
    assert boundary.level_range[0] == pytest.approx(0.9630823, abs=5.1e-7)
    assert len(boundary.properties) == len(BAYES_PRINTED)
    for found in boundary.properties:
        stopped, events = BAYES_PRINTED[found.rate]
        assert found.stop_high == pytest.approx(stopped, abs=5.1e-9)
        assert found.expected_events == pytest.approx(events, abs=5.1e-7)
    assert monitor_toxicity_bayes(0.2, 30, (0.6, 2.4), certainty=boundary.level).stop_if == boundary.stop_if

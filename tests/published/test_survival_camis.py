"""CAMIS, "R vs SAS - Kaplan Meier" (https://psiaims.github.io/CAMIS/Comp/r-sas_survival.html).

Ten patients, five events and then five censorings: S is exactly 0.5 from day 87. R gives a median of 102.5
and S(120) = 0.50, SAS neither.
"""

import pytest

from onearm.stats.kaplan_meier import estimate_survival_curve
from onearm.stats.survival_summaries import landmark, quantile

DAYS = (54, 75, 77, 84, 87, 92, 103, 105, 112, 118)
CURVE = estimate_survival_curve(DAYS, [1] * 5 + [0] * 5)


def test_median():
    assert quantile(CURVE, 0.5, "r").estimate == 102.5
    assert quantile(CURVE, 0.5, "sas").estimate is None


@pytest.mark.parametrize(("day", "survival", "lower", "upper"), [(80, 0.70, 0.329, 0.892), (100, 0.50, 0.184, 0.753)])
def test_landmarks(day, survival, lower, upper):
    found = landmark(CURVE, day)
    assert found.survival == pytest.approx(survival, abs=1e-12)
    assert (round(found.lower, 3), round(found.upper, 3)) == (lower, upper)


def test_beyond_the_last_censoring():
    assert landmark(CURVE, 120).survival is None
    carried = landmark(CURVE, 120, "carry")
    assert carried.survival == pytest.approx(0.5, abs=1e-12)
    assert (round(carried.lower, 3), round(carried.upper, 3)) == (0.184, 0.753)


def test_a_last_event_brings_both_together():
    ended = estimate_survival_curve(DAYS, [1] * 5 + [0] * 4 + [1])
    assert landmark(ended, 120).survival == landmark(ended, 120, "carry").survival == 0.0
    assert quantile(ended, 0.5, "sas").estimate == quantile(ended, 0.5, "r").estimate == 102.5

"""The one-sample log-rank test against printed values.

R's OneArm2stage, help page of ``LRT``: 26 patients, 18 events, followed for 68.44605132 years in all, against an
exponential reference with S(2) = .62: O 18, E 16.3598, Z -0.4055 (they print (E - O)/√E). With a constant hazard E
depends on the total time alone, so the total stands here for the 26 times.

R's survival, help page of ``survdiff`` (recalled, not read): 75 deaths, .587 expected, Z -97.119, again (E - O)/√E.

Garwood 1936, as in every table of Poisson limits: 95 % limits of 0, 1, 5 and 10 events.
"""

from __future__ import annotations

import numpy as np
import pytest

from onearm.stats.one_sample_log_rank import exponential_reference, one_sample_log_rank


def follow(total, events, patients):
    return np.full(patients, total / patients), np.arange(patients) < events


def test_exponential_reference_of_onearm2stage():
    found = one_sample_log_rank(*follow(68.44605132, 18, 26), exponential_reference(2, 0.62))
    assert found.observed == 18
    assert found.expected == pytest.approx(16.3598, abs=5e-5)
    assert -found.z == pytest.approx(-0.4055, abs=5e-5)


def test_recalled_example_of_survdiff():
    found = one_sample_log_rank(*follow(0.587, 75, 103), exponential_reference(1, np.exp(-1)))
    assert found.expected == pytest.approx(0.587)
    assert -found.z == pytest.approx(-97.119, abs=0.05)  # .587 is rounded


@pytest.mark.parametrize(
    ("events", "lower", "upper"), [(0, 0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_poisson_limits(events, lower, upper):
    found = one_sample_log_rank(*follow(4.0, events, 20), exponential_reference(1, np.exp(-1)))
    assert found.expected == pytest.approx(4)
    assert found.ratio_interval.lower * 4 == pytest.approx(lower, abs=5e-4)
    assert found.ratio_interval.upper * 4 == pytest.approx(upper, abs=5e-4)

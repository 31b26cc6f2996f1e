"""Toxicity boundaries of the package against fractions: bounds and chances of the six printed rules."""

from __future__ import annotations

from fractions import Fraction

import pytest
from monitor_oracle import bayes_bounds, chance_of_stopping, widest_pocock

from onearm.design.toxicity_boundaries import ToxicityBoundary, monitor_toxicity, monitor_toxicity_bayes

PATIENTS = 36


def _agrees(found: ToxicityBoundary, bounds: dict[int, int], theta: str) -> None:
    own = {n: b for n, b in zip(found.looks, found.stop_if, strict=True) if b is not None and 0 <= b <= n}
    assert own == bounds
    exact = chance_of_stopping(bounds, PATIENTS, Fraction(theta))
    assert found.attained == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize("theta", [".20", ".30", ".33", ".15"])
@pytest.mark.parametrize("phi", ["0.05", "0.10"])
def test_pocock(theta: str, phi: str) -> None:
    found = monitor_toxicity(float(theta), PATIENTS, float(phi))
    _agrees(found, widest_pocock(PATIENTS, Fraction(theta), Fraction(phi)), theta)


@pytest.mark.parametrize(("a", "b", "theta"), [(".6", "1.4", ".30"), ("1", "1", ".30"), (".4", "1.6", ".20")])
def test_bayes(a: str, b: str, theta: str) -> None:
    found = monitor_toxicity_bayes(float(theta), PATIENTS, (float(a), float(b)), certainty=0.95)
    _agrees(found, bayes_bounds(PATIENTS, a, b, theta, ".95"), theta)

"""Random numbers keyed by seed, patient and purpose, so that one purpose never shifts another."""

from __future__ import annotations

import math
import zlib
from statistics import NormalDist

import numpy as np

_STANDARD = NormalDist()
_SMALLEST = 2.0**-54
"""Half the grid of the uniform draws, in place of an exact zero."""

NO_PATIENT = 0
"""Key of draws that belong to the trial and not to a patient; patients count from 1."""


class Draws:
    """A stream of random numbers for one patient and one purpose.

    Philox (Salmon 2011) keyed by a seed sequence gives the same bits everywhere; normals come from the inverse
    distribution function, one uniform each.
    """

    def __init__(self, seed: int, patient: int, purpose: str) -> None:
        key = np.random.SeedSequence((seed, patient, zlib.crc32(purpose.encode())))
        self._generator = np.random.Generator(np.random.Philox(key))

    def uniform(self) -> float:
        """A number above 0 and below 1."""
        return float(self._generator.random()) or _SMALLEST

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.uniform() < probability

    def whole(self, first: int, last: int) -> int:
        """A whole number from ``first`` to ``last``, both included."""
        return first + math.floor(self.uniform() * (last - first + 1))

    def normal(self, mean: float, sd: float) -> float:
        """A normal number."""
        return mean + sd * _STANDARD.inv_cdf(self.uniform())

    def lognormal(self, median: float, sigma: float) -> float:
        """A number whose logarithm is normal; ``sigma`` is the standard deviation of the logarithm."""
        return median * math.exp(self.normal(0.0, sigma))

    def exponential(self, rate: float) -> float:
        """A waiting time; infinite if the rate is 0."""
        waited = -math.log(self.uniform())
        return waited / rate if rate > 0 else math.inf

    def one_of(self, *choices: tuple[str, float]) -> str:
        """One of the choices, each given with its weight."""
        left = self.uniform() * sum(weight for _, weight in choices)
        for choice, weight in choices:
            left -= weight
            if left < 0:
                return choice
        return choices[-1][0]

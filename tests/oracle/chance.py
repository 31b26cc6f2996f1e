"""Where a generated patient's choices come from: Hypothesis, which shrinks what fails, or a plain seeded generator.

The bulk of the patients is drawn by the second, some fifty times as fast; both feed the same generator.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chance(Protocol):
    """Two kinds of choice, from which everything else is made; the first value is the simplest."""

    def one_of(self, values: Sequence[T]) -> T: ...

    def whole(self, low: int, high: int) -> int: ...


class Drawn:
    """Choices of a Hypothesis strategy."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one_of(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(values))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))


class Seeded:
    """Choices of a seeded generator: the same seed gives the same patients everywhere."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed).random

    def one_of(self, values: Sequence[T]) -> T:
        return values[int(self.random() * len(values))]

    def whole(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))


def seldom(chance: Chance, one_in: int) -> bool:
    """True once in so many times; false is the simpler answer."""
    return chance.whole(1, one_in) == one_in

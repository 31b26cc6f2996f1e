"""Are the numbers given to a monitoring rule possible? Every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from numbers import Integral, Real

from onearm.design.given import count_faults, is_whole, rate_faults
from onearm.design.model import DesignError, DesignFault
from onearm.stats.monitoring_posterior import BetaPrior

MOST_PATIENTS = 1000
"""A single-arm trial is smaller; more would only take long."""


class InputFaults:
    """Collects what is wrong with the inputs; ``raise_if_any`` tells all of it."""

    def __init__(self) -> None:
        self.faults: list[DesignFault] = []

    def add(self, field: str, found: object, expected: str) -> None:
        """Note one fault."""
        self.faults.append(DesignFault(field, str(found), expected))

    def require(self, field: str, found: object, holds: bool, expected: str) -> None:
        """Note a fault unless ``holds``."""
        if not holds:
            self.add(field, found, expected)

    def count(self, field: str, value: object, low: int, high: int = MOST_PATIENTS) -> bool:
        """Whether ``value`` is a whole number from ``low`` to ``high``; else a fault is noted."""
        found = count_faults(field, value, low, high)
        self.faults += found
        return not found

    def rate(self, field: str, value: object, *, ends: bool = False) -> bool:
        """Whether ``value`` is a number strictly between 0 and 1, or with ``ends`` also 0 or 1 itself."""
        found = rate_faults(field, value, ends=ends)
        self.faults += found
        return not found

    def rates(self, field: str, values: Sequence[float]) -> None:
        """Every one of ``values`` is a rate from 0 to 1."""
        for value in values:
            self.rate(field, value, ends=True)

    def prior(self, field: str, value: object) -> BetaPrior | None:
        """The Beta prior, if ``value`` holds two positive numbers."""
        numbers = tuple(value) if isinstance(value, (tuple, list)) else ()
        fine = len(numbers) == 2 and all(
            isinstance(number, Real) and not isinstance(number, bool) and 0 < float(number) < float("inf")
            for number in numbers
        )
        if not fine:
            self.add(field, repr(value), "two positive numbers a and b, as of Beta(a, b)")
            return None
        return BetaPrior(float(numbers[0]), float(numbers[1]))

    def looks(self, looks: Sequence[int] | None, n: object, first: int = 1) -> tuple[int, ...]:
        """The stated looks, or one after each patient from ``first`` to ``n``; () when that cannot be told."""
        if count_faults("n", n, 1, MOST_PATIENTS):
            return ()
        assert isinstance(n, Integral)
        if looks is None:
            return tuple(range(first, int(n) + 1))
        given = tuple(looks)
        if not given or not all(map(is_whole, given)):
            self.add("looks", list(given), "at least one whole number of patients")
            return ()
        if not all(earlier < later for earlier, later in pairwise(given)) or given[0] < 1 or given[-1] > n:
            self.add("looks", list(given), f"rising numbers of patients from 1 to {n}")
            return ()
        return tuple(map(int, given))

    def raise_if_any(self) -> None:
        """DesignError with every fault noted so far."""
        if self.faults:
            raise DesignError(self.faults)

"""What is a design? Its counts and the error rates it was planned for, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import NamedTuple

from onearm.stats.two_stage import SingleStageRule, TwoStageRule


class DesignFault(NamedTuple):
    """One reason why the numbers are no design: the field, what it holds, and what it should hold."""

    field: str
    found: str
    expected: str


class DesignError(ValueError):
    """The numbers are no design. ``faults`` holds every reason, not only the first."""

    def __init__(self, faults: list[DesignFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.field} is {f.found}, expected {f.expected}" for f in faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleStageDesign:
    """One stage of ``n`` patients: success if at least ``success`` of them respond.

    ``p0``, ``p1``: rates not worth and worth pursuing; ``alpha``, ``power``: the error rates it was planned
    for. DesignError, with every fault, if the numbers contradict each other; whether the planned error rates
    are attained is told by ``onearm.design.properties()``.
    """

    n: int
    success: int
    p0: float
    p1: float
    alpha: float
    power: float

    def __post_init__(self) -> None:
        faults = _whole_number_faults({"n": self.n, "success": self.success})
        if not faults:
            _require(faults, "n", self.n, self.n >= 1, "at least 1")
            _require(faults, "success", self.success, 1 <= self.success <= self.n, f"1 to {self.n}")
        _raise_if_any(faults + _rate_faults(self.p0, self.p1, self.alpha, self.power))
        _hold_plain_numbers(self, ("n", "success"))

    @property
    def rule(self) -> SingleStageRule:
        """The counts alone, as ``onearm.stats`` takes them."""
        return SingleStageRule(self.n, self.success)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStageDesign:
    """Two stages, ``n1`` and then up to ``n`` patients in all; every limit is a count of responders.

    ``futility_stop``: stop after stage one if x1 ≤ this; ``efficacy_stop``: stop with success if x1 ≥ this
    (None: no such stop); ``success``: success after stage two if x ≥ this. ``p0``, ``p1``: rates not worth
    and worth pursuing; ``alpha``, ``power``: the error rates it was planned for. DesignError, with every
    fault, if the numbers contradict each other.
    """

    n1: int
    n: int
    futility_stop: int
    success: int
    efficacy_stop: int | None = None
    p0: float
    p1: float
    alpha: float
    power: float

    def __post_init__(self) -> None:
        counts = {
            "n1": self.n1,
            "n": self.n,
            "futility_stop": self.futility_stop,
            "success": self.success,
        }
        if self.efficacy_stop is not None:
            counts["efficacy_stop"] = self.efficacy_stop
        faults = _whole_number_faults(counts) or self._count_faults()
        _raise_if_any(faults + _rate_faults(self.p0, self.p1, self.alpha, self.power))
        _hold_plain_numbers(self, tuple(counts))

    def _count_faults(self) -> list[DesignFault]:
        faults: list[DesignFault] = []
        low, stop = self.futility_stop, self.efficacy_stop
        _require(faults, "n1", self.n1, 1 <= self.n1 < self.n, f"1 to {self.n - 1}, less than n")
        _require(faults, "futility_stop", low, 0 <= low < self.n1, f"0 to {self.n1 - 1}")
        _require(faults, "success", self.success, low < self.success <= self.n, f"{low + 1} to {self.n}")
        if stop is not None:
            _require(faults, "efficacy_stop", stop, low + 2 <= stop <= self.n1, f"{low + 2} to {self.n1}")
            if not faults:
                reach = stop - 1 + self.n - self.n1
                expected = f"at most {reach}, the most that stage two can reach"
                _require(faults, "success", self.success, self.success <= reach, expected)
        return faults

    @property
    def rule(self) -> TwoStageRule:
        """The counts alone, as ``onearm.stats`` takes them."""
        return TwoStageRule(self.n1, self.n, self.futility_stop, self.success, self.efficacy_stop)


def _hold_plain_numbers(design: SingleStageDesign | TwoStageDesign, counts: tuple[str, ...]) -> None:
    """Counts and rates as Python's own numbers, whatever kind they were given as."""
    for field in counts:
        object.__setattr__(design, field, int(getattr(design, field)))
    for field in ("p0", "p1", "alpha", "power"):
        object.__setattr__(design, field, float(getattr(design, field)))


def _require(faults: list[DesignFault], field: str, found: float, holds: bool, expected: str) -> None:
    if not holds:
        faults.append(DesignFault(field, str(found), expected))


def _whole_number_faults(counts: dict[str, int]) -> list[DesignFault]:
    return [
        DesignFault(field, repr(count), "a whole number")
        for field, count in counts.items()
        if isinstance(count, bool) or not isinstance(count, Integral)
    ]


def _rate_faults(p0: float, p1: float, alpha: float, power: float) -> list[DesignFault]:
    faults: list[DesignFault] = []
    for field, rate in (("p0", p0), ("p1", p1), ("alpha", alpha), ("power", power)):
        if isinstance(rate, bool) or not isinstance(rate, Real):
            faults.append(DesignFault(field, repr(rate), "a number between 0 and 1"))
        else:
            _require(faults, field, rate, 0 < rate < 1, "between 0 and 1")
    if not faults:
        _require(faults, "p1", p1, p1 > p0, f"more than p0 ({p0})")
        _require(faults, "power", power, power > alpha, f"more than alpha ({alpha})")
    return faults


def _raise_if_any(faults: list[DesignFault]) -> None:
    if faults:
        raise DesignError(faults)

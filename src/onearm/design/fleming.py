"""What does Fleming's approximate plan really do? His boundaries, with the exact error rates beside the advertised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import Any

from onearm.design.given import is_whole
from onearm.design.model import DesignError, DesignFault
from onearm.design.search import Setting, check_setting, guess_single_stage_size
from onearm.design.tables import html_table, text_table
from onearm.stats.binomial import binomial_pmf
from onearm.stats.two_stage import LIMIT_ROUNDING
from onearm.units import round_half_away

LARGEST_N = 3000


@dataclass(frozen=True, slots=True)
class FlemingStage:
    """One look of Fleming's procedure."""

    n: int
    """Patients so far."""
    accept: int
    """Stop for futility if responses ≤ this; -1: no such stop is possible at this look."""
    reject: int
    """Stop with success if responses ≥ this."""


@dataclass(frozen=True, slots=True)
class FlemingDesign:
    """Fleming's boundaries and what they attain exactly."""

    stages: tuple[FlemingStage, ...]
    p0: float
    p1: float
    alpha: float
    """The advertised type I error."""
    power: float
    """The advertised power."""
    implied_p1: float
    """The rate at which his formulas have the power 1 - alpha, from p0, alpha and n alone."""
    type_one_error: float
    """Exact."""
    attained_power: float
    """Exact, at p1."""
    expected_size_p0: float
    expected_size_p1: float

    @property
    def meets_alpha(self) -> bool:
        """Whether the exact type I error is within the advertised one (≤)."""
        return self.type_one_error <= self.alpha + LIMIT_ROUNDING

    @property
    def meets_power(self) -> bool:
        """Whether the exact power reaches the advertised one (≥)."""
        return self.attained_power >= self.power - LIMIT_ROUNDING

    def as_dict(self) -> dict[str, Any]:
        """What JSON holds: ``alpha`` and ``power`` are exact, the advertised ones stand apart."""
        return {
            "stages": [{"n": stage.n, "accept": stage.accept, "reject": stage.reject} for stage in self.stages],
            "n": self.stages[-1].n,
            "r": self.stages[-1].reject - 1,
            "alpha": self.type_one_error,
            "power": self.attained_power,
            "advertised_alpha": self.alpha,
            "advertised_power": self.power,
            "meets_alpha": self.meets_alpha,
            "meets_power": self.meets_power,
            "en0": self.expected_size_p0,
            "en1": self.expected_size_p1,
            "implied_p1": self.implied_p1,
        }

    def __str__(self) -> str:
        return f"{text_table(*self._table())}\n{self._notes()}"

    def _repr_html_(self) -> str:
        return f"{html_table(*self._table())}<p>{self._notes()}</p>"

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = ["look", "patients", "stop for futility if ≤", "success if ≥"]
        rows = [
            [str(look), str(stage.n), "–" if stage.accept < 0 else str(stage.accept), str(stage.reject)]
            for look, stage in enumerate(self.stages, 1)
        ]
        return head, rows

    def _notes(self) -> str:
        return (
            f"Fleming's formulas are approximate. Exact type I error {round_half_away(self.type_one_error, 4)} "
            f"(advertised {self.alpha}), exact power {round_half_away(self.attained_power, 4)} "
            f"(advertised {self.power}); expected size {round_half_away(self.expected_size_p0, 1)} at p0, "
            f"{round_half_away(self.expected_size_p1, 1)} at p1."
        )


def fleming_design(sizes: Sequence[int] | None, p0: float, p1: float, alpha: float, power: float) -> FlemingDesign:
    """Fleming's boundaries for looks after ``sizes`` patients in all (rising; one for a single stage).

    With N the last size, z = z(1 - alpha), q = 1 - p and [.] the nearest integer (a half goes up): success at look g if
    responses ≥ [N_g·p0 + z·√(N·p0·q0)] + 1; futility if ≤ [N_g·p~ - z·√(N·p~·q~)], at the last look one less than the
    success limit; p~ = (√(N·p0) + √q0·z)²/(N + z²) (Fleming 1982, Biometrics 38:143-151). ``sizes`` None: one stage of
    his size ((z(1 - alpha)·√(p0·q0) + z(power)·√(p1·q1))/(p1 - p0))², rounded up. The exact rates are sums of binomial
    probabilities over the looks. DesignError, with every fault, for sizes or rates that are no plan.
    """
    setting, sizes = Setting(p0, p1, alpha, power), None if sizes is None else tuple(sizes)
    faults = _size_faults(sizes)
    try:
        setting = check_setting(setting)
    except DesignError as error:
        faults = [*error.faults, *faults]
    if faults:
        raise DesignError(faults)
    looks = (ceil(guess_single_stage_size(setting) - 1e-9),) if sizes is None else tuple(map(int, sizes))
    p0, p1, alpha, power = setting
    stages, implied = _list_boundaries(looks, p0, alpha)
    null, null_size = _run(stages, p0)
    target, target_size = _run(stages, p1)
    return FlemingDesign(stages, p0, p1, alpha, power, implied, null, target, null_size, target_size)


def _size_faults(sizes: Sequence[int] | None) -> list[DesignFault]:
    if sizes is None:
        return []
    if not sizes or not all(map(is_whole, sizes)):
        return [DesignFault("sizes", _shown(sizes), "one or more whole numbers")]
    if list(sizes) != sorted(set(sizes)) or sizes[0] < 1 or sizes[-1] > LARGEST_N:
        return [DesignFault("sizes", _shown(sizes), f"rising numbers of patients, 1 to {LARGEST_N}")]
    return []


def _shown(sizes: Sequence[object]) -> str:
    """The sizes as someone typed them."""
    return ", ".join(map(str, sizes)) or "empty"


def _list_boundaries(looks: tuple[int, ...], p0: float, alpha: float) -> tuple[tuple[FlemingStage, ...], float]:
    n, z = looks[-1], NormalDist().inv_cdf(1 - alpha)
    implied = (sqrt(n * p0) + sqrt(1 - p0) * z) ** 2 / (n + z * z)
    spread0, spread1 = z * sqrt(n * p0 * (1 - p0)), z * sqrt(n * implied * (1 - implied))
    stages = []
    for look in looks:
        reject = min(_nearest(look * p0 + spread0) + 1, look + 1)
        accept = reject - 1 if look == n else max(_nearest(look * implied - spread1), -1)
        stages.append(FlemingStage(look, min(accept, reject - 1), reject))
    return tuple(stages), implied


def _nearest(value: float) -> int:
    return floor(value + 0.5)


def _run(stages: tuple[FlemingStage, ...], rate: float) -> tuple[float, float]:
    """Exact probability of success and expected size: the distribution of responses, look by look."""
    going_on, before = {0: 1.0}, 0
    success = size = 0.0
    for stage in stages:
        pmf = binomial_pmf(stage.n - before, rate).tolist()
        counts: dict[int, float] = {}
        for x, share in going_on.items():
            for more, chance in enumerate(pmf):
                counts[x + more] = counts.get(x + more, 0.0) + share * chance
        size += (stage.n - before) * sum(going_on.values())
        success += sum(share for x, share in counts.items() if x >= stage.reject)
        going_on = {x: share for x, share in counts.items() if stage.accept < x < stage.reject}
        before = stage.n
    return success, size

"""Which predictive-probability design needs the fewest patients? The best one of each size, proved."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from onearm.design.monitor import ResponseBoundary
from onearm.design.monitor_inputs import InputFaults
from onearm.design.monitor_words import describe_share, describe_size
from onearm.design.response_boundaries import check_target, predictive_probability
from onearm.design.tables import html_table, text_table
from onearm.stats.monitoring import shortest_between
from onearm.stats.monitoring_posterior import BetaPrior, posterior_above
from onearm.stats.two_stage import LIMIT_ROUNDING


@dataclass(frozen=True, slots=True)
class PredictiveDesign:
    """The design of one size with the smallest expected size under p0 among those that meet both errors."""

    n: int
    success: int
    """Success at the end if responders ≥ this."""
    theta_l: float
    """A threshold that gives this design: of the grid the largest; else the one with the fewest decimals."""
    theta_l_range: tuple[float, float]
    """Every theta_L above the first and up to the second gives the same limits."""
    theta_t: float
    theta_t_range: tuple[float, float]
    """Every theta_T from the first on and below the second gives the same limits."""
    type_one_error: float
    power: float
    en0: float
    """Expected number of patients under p0."""
    en1: float
    pet0: float
    """Probability of stopping before the last patient under p0."""


@dataclass(frozen=True, slots=True)
class PredictiveSearch:
    """The best design of each size that has one, and the two that stand out."""

    p0: float
    p1: float
    alpha: float
    wanted_power: float
    prior: tuple[float, float]
    theta_u: float | None
    n_from: int
    n_to: int
    first: int
    cohort: int
    step: float | None
    """Grid of both thresholds; None: every value of theta_L and theta_T from 0 to 1."""
    designs: tuple[PredictiveDesign, ...]

    @property
    def smallest(self) -> PredictiveDesign | None:
        """The design with the fewest patients; None if no size searched has one."""
        return self.designs[0] if self.designs else None

    @property
    def optimal(self) -> PredictiveDesign | None:
        """The design with the smallest expected size under p0; of equal ones the smaller."""
        return min(self.designs, key=lambda design: design.en0, default=None)

    def boundary(self, design: PredictiveDesign) -> ResponseBoundary:
        """The limits of one of the designs, look by look."""
        looks = [*range(self.first, design.n, self.cohort), design.n]
        return predictive_probability(
            self.p0,
            self.p1,
            design.n,
            self.prior,
            theta_l=design.theta_l,
            theta_t=design.theta_t,
            theta_u=self.theta_u,
            looks=looks,
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        named = {"smallest": self.smallest, "optimal": self.optimal}
        return {**asdict(self), **{name: None if d is None else asdict(d) for name, d in named.items()}}

    def __str__(self) -> str:
        return f"{self._heading()}\n\n{text_table(*self._table()) if self.designs else self._nothing()}"

    def _repr_html_(self) -> str:
        return f"<p>{self._heading()}</p>{html_table(*self._table()) if self.designs else f'<p>{self._nothing()}</p>'}"

    def _nothing(self) -> str:
        return f"No size from {self.n_from} to {self.n_to} meets both errors."

    def _heading(self) -> str:
        grid = "every theta_L and theta_T" if self.step is None else f"both thresholds by {self.step:g}"
        return (
            f"Predictive-probability designs, p0 {self.p0}, p1 {self.p1}, type I error at most {self.alpha}, "
            f"power at least {self.wanted_power}; {grid}; {self.n_from} to {self.n_to} patients"
        )

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        head = ("patients", "success if", "theta_L", "theta_T", "type I error", "power", "EN0", "EN1", "PET0", "")
        rows = []
        for d in self.designs:
            marks = ", ".join(n for n, best in (("smallest", self.smallest), ("optimal", self.optimal)) if d is best)
            numbers = (d.type_one_error, d.power), (d.en0, d.en1)
            rows.append(
                (
                    str(d.n),
                    f"≥ {d.success}",
                    str(d.theta_l),
                    str(d.theta_t),
                    *map(describe_share, numbers[0]),
                    *map(describe_size, numbers[1]),
                    describe_share(d.pet0),
                    marks,
                )
            )
        return head, rows


def find_predictive_probability(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    prior: tuple[float, float],
    *,
    n_from: int = 10,
    n_to: int = 50,
    first: int = 10,
    cohort: int = 1,
    theta_u: float | None = None,
    step: float | None = None,
) -> PredictiveSearch:
    """For each number of patients, the predictive-probability design with the smallest expected size under p0.

    Needed: type I error ≤ ``alpha`` and power ≥ ``power``, both exact and met at equality (up to rounding, 1e-12),
    for the rule of ``predictive_probability`` (Lee and Liu 2008). ``step``: theta_L and theta_T come from the
    multiples of it; None: from all of 0 … 1, which is possible because only finitely many sets of limits exist.
    Looks at ``first``, then every ``cohort`` patients, and at the last. Of equal expected sizes the smaller
    success count stays. DesignError, with every fault, for impossible numbers.
    """
    faults = InputFaults()
    check_target(faults, p0, p1, n_to, ())
    if faults.rate("alpha", alpha) and faults.rate("power", power):
        faults.require("power", power, power > alpha, f"more than alpha ({alpha})")
    beta = faults.prior("prior", prior)
    counts = {"n_from": n_from, "first": first, "cohort": cohort}
    for name, value in counts.items():
        faults.count(name, value, 1)
    if not faults.faults:
        faults.require("n_from", n_from, n_from <= n_to, f"1 to {n_to}")
    if theta_u is not None:
        faults.rate("theta_u", theta_u)
    if step is not None and faults.rate("step", step):
        faults.require("step", step, step >= 1e-5, "at least 0.00001")
    faults.raise_if_any()
    assert beta is not None
    search = PredictiveSearch(
        p0=p0,
        p1=p1,
        alpha=alpha,
        wanted_power=power,
        prior=(beta.a, beta.b),
        theta_u=theta_u,
        n_from=int(n_from),
        n_to=int(n_to),
        first=int(first),
        cohort=int(cohort),
        step=step,
        designs=(),
    )
    found = (_best_of_size(search, n, beta) for n in range(search.n_from, search.n_to + 1))
    return replace(search, designs=tuple(design for design in found if design is not None))


def _best_of_size(search: PredictiveSearch, n: int, prior: BetaPrior) -> PredictiveDesign | None:
    from onearm.stats import monitoring_search as engine

    above = posterior_above(n, search.p0, prior)
    ceiling = 1.0 if search.theta_u is None else search.theta_u
    grid, chosen_t, successes = np.zeros(0), {}, np.arange(1, n + 1)
    if search.step is not None:
        thetas = np.round(np.arange(int(1 / search.step + LIMIT_ROUNDING) + 1) * search.step, 12)
        grid = thetas[thetas < ceiling]
        for theta in thetas[::-1]:
            chosen_t[int(np.count_nonzero(above <= theta * (1 + LIMIT_ROUNDING)))] = float(theta)
        successes = np.array(sorted(set(chosen_t) & set(range(1, n + 1))), dtype=np.int64)
    best, table = np.zeros(engine.N_OUT), np.zeros((n + 1, n + 1))
    engine.search_size(
        n,
        search.first,
        search.cohort,
        successes,
        prior.a,
        prior.b,
        search.p0,
        search.p1,
        search.alpha * (1 + LIMIT_ROUNDING),
        search.wanted_power * (1 - LIMIT_ROUNDING),
        ceiling,
        grid,
        table,
        best,
    )
    success = int(best[engine.OUT_SUCCESS])
    if success == 0:
        return None
    theta_l, low, high = (float(best[place]) for place in (engine.OUT_THETA, engine.OUT_ABOVE, engine.OUT_UP_TO))
    theta_t_range = float(above[success - 1]), float(above[success])
    if search.step is None and low < high:
        theta_l = shortest_between(low, high)
    return PredictiveDesign(
        n=n,
        success=success,
        theta_l=theta_l,
        theta_l_range=(low, high),
        theta_t=shortest_between(*theta_t_range) if search.step is None else chosen_t[success],
        theta_t_range=theta_t_range,
        type_one_error=float(best[engine.OUT_TYPE_ONE]),
        power=float(best[engine.OUT_POWER]),
        en0=float(best[engine.OUT_SIZE_P0]),
        en1=float(best[engine.OUT_SIZE_P1]),
        pet0=float(best[engine.OUT_STOP_P0]),
    )

"""Which three-stage designs fit two rates and two error limits, and what does a given one do? Exact, futility only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from onearm.design.given import count_faults, in_words, raise_if_any, rate_faults
from onearm.design.hull import list_hull
from onearm.design.model import DesignError, DesignFault
from onearm.design.search import Setting, check_setting, list_undominated, rate_rule
from onearm.design.shown import Shown
from onearm.design.tables import html_table, text_table
from onearm.stats.curtailment import median_size
from onearm.stats.monitoring import SequentialCharacteristics, SequentialRule, sequential_characteristics
from onearm.units import round_half_away

LARGEST_TWO_STAGE = 300
"""Rates so close that even two stages need more patients are refused: the search would take minutes."""


@dataclass(frozen=True, slots=True)
class ThreeStageRow:
    """One design: stop if responses ≤ r1 of n1, stop if ≤ r2 of n2, success if > r of n. Each n counts all so far."""

    type: Literal["optimal", "minimax", "admissible"]
    n1: int
    r1: int
    n2: int
    """Patients of the first two stages together."""
    r2: int
    """Stop after stage two if responses of both stages ≤ r2."""
    n: int
    r: int
    alpha: float
    """Attained type I error; ``power`` likewise."""
    power: float
    en0: float
    """Expected size at p0; ``en1`` at p1."""
    en1: float
    pet0_first: float
    """Probability of stopping after stage one at p0; ``pet0_second`` after stage two, ``pet0`` after either."""
    pet0_second: float
    pet0: float
    weights: tuple[float, float]
    """The weights of n for which it minimises w·n + (1 - w)·en0."""

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON holds them."""
        return {field: getattr(self, field) for field in self.__slots__} | {"weights": list(self.weights)}


@dataclass(frozen=True, slots=True)
class ThreeStageTable:
    """The best three-stage designs of a search, with what was asked for and what the best two stages need."""

    p0: float
    p1: float
    alpha: float
    power: float
    two_stage_en0: float
    """Expected size at p0 of the optimal two-stage design, for comparison."""
    designs: tuple[ThreeStageRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """What JSON holds."""
        return {
            "asked": {field: getattr(self, field) for field in ("p0", "p1", "alpha", "power")} | {"stages": 3},
            "designs": [row.as_dict() for row in self.designs],
            "two_stage_en0": self.two_stage_en0,
            "proved": True,
            "notes": list(self.notes()),
        }

    def notes(self) -> tuple[str, ...]:
        """How to read the table, in sentences."""
        return (
            "Stop if responses ≤ r1 of n1; stop if ≤ r2 of n2; success if > r of n. Each n counts all patients so far.",
            f"Type I error ≤ {self.alpha} and power ≥ {self.power}, exact; no three-stage design of any size is better "
            "(proved).",
            f"The optimal two-stage design has an expected size of {round_half_away(self.two_stage_en0, 2)} at p0.",
        )

    def __str__(self) -> str:
        return "\n".join((text_table(*self._table()), "", *self.notes()))

    def _repr_html_(self) -> str:
        return html_table(*self._table()) + "".join(f"<p>{note}</p>" for note in self.notes())

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = ["type", "n1", "r1", "n2", "r2", "n", "r", "alpha", "power", "EN(p0)", "EN(p1)"]
        head += ["PET1(p0)", "PET2(p0)", "weights"]
        return head, [_show_row(row) for row in self.designs]


@dataclass(frozen=True, slots=True)
class ThreeStageOperatingRow:
    """A three-stage rule at one response rate."""

    p: float
    success: float
    stop_first: float
    """P(stop after stage one); ``stop_second`` after stage two."""
    stop_second: float
    expected_size: float
    median_size: int
    """The least size m with P(at most m patients) ≥ 1/2."""


@dataclass(frozen=True, slots=True)
class ThreeStageOperatingTable(Shown):
    """A three-stage rule at every rate asked for."""

    n1: int
    r1: int
    n2: int
    r2: int
    n: int
    r: int
    rows: tuple[ThreeStageOperatingRow, ...]

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        title = (
            f"stop if {_so_few(self.r1)} of {self.n1} respond; stop if {_so_few(self.r2)} of {self.n2} do; "
            f"success if {self.r + 1} or more of {self.n} do"
        )
        head = ("rate", "success", "stop first", "stop second", "expected n", "median n")
        return (
            title,
            head,
            [
                [
                    f"{row.p:g}",
                    in_words(row.success),
                    in_words(row.stop_first),
                    in_words(row.stop_second),
                    str(round_half_away(row.expected_size, 2)),
                    str(row.median_size),
                ]
                for row in self.rows
            ],
        )


def find_three_stage(p0: float, p1: float, alpha: float, power: float) -> ThreeStageTable:
    """The optimal, minimax and admissible three-stage designs, exact, the optimum proved without a largest n.

    Every stage can end the trial: 0 ≤ r1 < r2 < r < n. *Optimal*: the smallest expected size at p0; *minimax*: the
    fewest patients, then the smallest expected size (Chen 1997, Stat Med 16:2701-2711); *admissible*: the inner
    vertices of the hull of n against expected size. Ensign, Gehan, Kamen and Thall (1994, Stat Med 13:1727-1736) also
    force r1 = 0, which is not done here. Limits are met at equality, within 1e-12; of equal expected sizes the highest
    power stands, then the smallest n1, r1, n2, r2. What proves it: ``onearm.stats.three_stage_search``. DesignError,
    with every fault, for numbers that are no plan, and for rates so close that two stages need more than 300 patients.
    """
    setting = check_setting(Setting(p0, p1, alpha, power))
    two_stages = list_undominated(setting)
    if two_stages[-1].n > LARGEST_TWO_STAGE:
        expected = f"further from p0: the optimal two-stage design needs {two_stages[-1].n} patients, and three stages"
        raise DesignError([DesignFault("p1", str(p1), f"{expected} are searched up to {LARGEST_TWO_STAGE}")])
    frontier = search_three_stage(setting)
    hull = list_hull([(rule.looks[-1], null.expected_size) for rule, null in frontier])
    kinds: list[tuple[Literal["optimal", "minimax", "admissible"], int]] = [("optimal", -1), ("minimax", 0)]
    kinds += [("admissible", i) for i in range(1, len(hull) - 1)]
    rows = [_row(kind, p1, *frontier[hull[i].place], (hull[i].weight_low, hull[i].weight_high)) for kind, i in kinds]
    return ThreeStageTable(p0, p1, alpha, power, rate_rule(setting, two_stages[-1]).expected_size_p0, tuple(rows))


def search_three_stage(setting: Setting) -> list[tuple[SequentialRule, SequentialCharacteristics]]:
    """Every rule whose expected size at p0 is below that of each rule of fewer patients, with what it does at p0.

    From minimax to optimal, proved. DesignError for a setting that is none, or that needs more than the tables hold.
    """
    from onearm.stats.three_stage_search import search_three_stages
    from onearm.stats.two_stage_search import TIE

    least = 2 * list_undominated(setting)[-1].n + 20
    for size in (least, 2 * least, 4 * least):
        tails = np.empty((2, size + 1, size + 2))
        rules, found = np.zeros((size + 1, 5), np.int64), np.zeros((size + 1, 2))
        front, k = _list_bounds(setting, size), np.zeros(size + 1, np.int64)
        if search_three_stages(*setting, front, tails[0], tails[1], k, rules, found):
            break
    else:
        expected = f"further from p0: {4 * least} patients do not prove the optimum"
        raise DesignError([DesignFault("p1", str(setting.p1), expected)])
    best, frontier = np.inf, []
    for n, (n1, r1, n2, r2, r) in enumerate(rules.tolist()):
        if n1 and found[n, 0] < best - TIE:
            best = found[n, 0]
            rule = _sequential(n1, r1, n2, r2, n, r)
            frontier.append((rule, sequential_characteristics(rule, setting.p0)))
    return frontier


def three_stage_characteristics(
    n1: int, r1: int, n2: int, r2: int, n: int, r: int, *, p: float | Iterable[float]
) -> ThreeStageOperatingTable:
    """Exact properties of a three-stage rule at the response rates ``p``.

    Stop if responses ≤ ``r1`` of the first ``n1`` patients, stop if ≤ ``r2`` of the first ``n2``, success if > ``r`` of
    all ``n``. By recursion over patients and responses. DesignError, with every fault, for impossible input.
    """
    rates = tuple(p) if isinstance(p, Iterable) else (p,)
    faults = _rule_faults(n1, r1, n2, r2, n, r)
    if not rates:
        faults.append(DesignFault("p", "nothing", "at least one response rate"))
    for rate in rates:
        faults += rate_faults("p", rate, ends=True)
    raise_if_any(faults)
    rule = _sequential(int(n1), int(r1), int(n2), int(r2), int(n), int(r))
    rows = tuple(_operating_row(rule, float(rate)) for rate in rates)
    return ThreeStageOperatingTable(int(n1), int(r1), int(n2), int(r2), int(n), int(r), rows)


def _rule_faults(n1: object, r1: object, n2: object, r2: object, n: object, r: object) -> list[DesignFault]:
    faults = count_faults("n", n, 3)
    if not faults:
        faults += count_faults("n2", n2, 2, int(str(n)) - 1)
    if not faults:
        faults += count_faults("n1", n1, 1, int(str(n2)) - 1)
    if faults:
        return faults
    faults += count_faults("r1", r1, 0, int(str(n1)) - 1)
    if not faults:
        faults += count_faults("r2", r2, int(str(r1)) + 1, int(str(n2)) - 1)
    if not faults:
        faults += count_faults("r", r, int(str(r2)) + 1, int(str(n)) - 1)
    return faults


def _list_bounds(setting: Setting, size: int) -> NDArray[np.float64]:
    """By n, an expected size that some three-stage rule of up to n patients has: a two-stage one, stopped at n - 1."""
    front = np.full(size + 1, np.inf)
    for rule in list_undominated(setting):
        n, low, r = rule.n, rule.futility_stop, rule.success - 1
        if r - 1 > low and n - 1 > rule.n1:
            made = _sequential(rule.n1, low, n - 1, r - 1, n, r)
            front[n:] = np.minimum(front[n:], sequential_characteristics(made, setting.p0).expected_size)
    return front


def _sequential(n1: int, r1: int, n2: int, r2: int, n: int, r: int) -> SequentialRule:
    return SequentialRule((n1, n2, n), (r1, r2, r), (None, None, r + 1))


def _row(
    kind: Literal["optimal", "minimax", "admissible"],
    p1: float,
    rule: SequentialRule,
    null: SequentialCharacteristics,
    weights: tuple[float, float],
) -> ThreeStageRow:
    target = sequential_characteristics(rule, p1)
    (n1, n2, n), (r1, r2, r) = rule.looks, (low for low in rule.lower if low is not None)
    first, second = null.stop_lower[:2]
    return ThreeStageRow(
        type=kind,
        n1=n1,
        r1=r1,
        n2=n2,
        r2=r2,
        n=n,
        r=r,
        alpha=null.stop_upper[-1],
        power=target.stop_upper[-1],
        en0=null.expected_size,
        en1=target.expected_size,
        pet0_first=first,
        pet0_second=second,
        pet0=first + second,
        weights=weights,
    )


def _operating_row(rule: SequentialRule, rate: float) -> ThreeStageOperatingRow:
    found = sequential_characteristics(rule, rate)
    sizes = np.zeros(rule.looks[-1] + 1)
    for look, low, high in zip(rule.looks, found.stop_lower, found.stop_upper, strict=True):
        sizes[look] = low + high
    first, second = found.stop_lower[:2]
    return ThreeStageOperatingRow(rate, found.stop_upper[-1], first, second, found.expected_size, median_size(sizes))


def _show_row(row: ThreeStageRow) -> list[str]:
    counts = [str(value) for value in (row.n1, row.r1, row.n2, row.r2, row.n, row.r)]
    digits = ((row.alpha, 4), (row.power, 4), (row.en0, 2), (row.en1, 2), (row.pet0_first, 4), (row.pet0_second, 4))
    weights = " … ".join(str(round_half_away(weight, 3)) for weight in row.weights)
    return [row.type, *counts, *(str(round_half_away(value, places)) for value, places in digits), weights]


def _so_few(limit: int) -> str:
    return f"{limit} or fewer" if limit else "none"

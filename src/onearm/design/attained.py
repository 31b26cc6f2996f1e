"""Which boundaries hold when the sizes of a trial are not the planned ones? Exact, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onearm.design.given import MOST_INFERRED, count_faults, in_words, raise_if_any, rate_faults, rule_faults, rule_of
from onearm.design.model import DesignFault
from onearm.design.shown import Shown
from onearm.stats.binomial import binomial_pmf, binomial_tail
from onearm.stats.conditional_error import PreservingBoundaries, StateBoundary, preserving_boundaries
from onearm.stats.two_stage import LIMIT_ROUNDING, TwoStageRule, operating_characteristics, probability_of_success
from onearm.units import round_half_away


@dataclass(frozen=True, slots=True)
class ConditionalBoundaries(Shown):
    """By what the first patients showed: the final boundary that keeps the type I error of the plan."""

    at: int
    """Patients seen when the size changed, in order of enrolment."""
    n_actual: int
    type_one_error: float
    planned_type_one_error: float
    states: tuple[StateBoundary, ...]

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        title = (
            f"Boundaries after {self.at} patients for {self.n_actual} in all; type I error "
            f"{in_words(self.type_one_error)} (plan: {in_words(self.planned_type_one_error)})"
        )
        head = (f"responders of {self.at}", "conditional error", f"success from (of {self.n_actual})", "attained")
        certain = [state.responders for state in self.states if state.conditional_error == 1]
        rows = [_state_cells(state) for state in self.states if state.conditional_error < 1]
        if certain:
            rows.append([f"≥ {certain[0]}", in_words(1.0), f"≥ {certain[0]}", in_words(1.0)])
        return title, head, rows


def _state_cells(state: StateBoundary) -> list[str]:
    return [
        str(state.responders),
        in_words(state.conditional_error),
        "–" if state.success is None else str(state.success),
        in_words(state.attained),
    ]


def conditional_boundaries(
    n1: int, r1: int, n: int, r: int, e1: int | None = None, *, p0: float, n_actual: int, at: int | None = None
) -> ConditionalBoundaries:
    """The final boundaries that keep the plan's type I error if ``n_actual`` instead of ``n`` patients are enrolled.

    ``at``: patients seen, in order of enrolment, when the size changed (default n1). Less than n1: stage one ended
    short. More than n1: patients beyond n1 are the first of stage two. Valid whatever the reason for the change
    (Englert and Kieser 2012). DesignError, with every fault, for impossible input.
    """
    faults = rule_faults(n1, r1, n, r, e1, most=MOST_INFERRED) + rate_faults("p0", p0)
    faults += count_faults("n_actual", n_actual, 1, MOST_INFERRED)
    faults += count_faults("at", at, 1) if at is not None else []
    raise_if_any(faults)
    seen = n1 if at is None else at
    raise_if_any(count_faults("at", seen, 1, n) + count_faults("n_actual", n_actual, seen))
    seen, total = int(seen), int(n_actual)
    found: PreservingBoundaries = preserving_boundaries(rule_of(n1, r1, n, r, e1), float(p0), seen, total)
    return ConditionalBoundaries(seen, total, found.type_one_error, found.planned_type_one_error, found.states)


@dataclass(frozen=True, slots=True)
class RechosenRule:
    """Boundaries for given stage sizes."""

    r1: int
    r: int
    e1: int | None
    type_one_error: float
    power: float
    en0: float
    pet0: float


@dataclass(frozen=True, slots=True)
class RechosenBoundaries(Shown):
    """The best rules at the attained sizes."""

    n1: int
    n: int
    p0: float
    p1: float
    alpha: float
    rules: tuple[RechosenRule, ...]
    """The most powerful, then those with a smaller expected size that keep the power asked for."""

    def _table(self) -> tuple[str, tuple[str, ...], list[list[str]]]:
        title = (
            f"Boundaries re-chosen for {self.n1} and {self.n} patients, type I error at most {self.alpha:g} at "
            f"{self.p0:g} (valid only if these sizes do not depend on the data)"
        )
        head = ("r1", "r", "e1", "type I error", "power", "expected n at p0", "stop early at p0")
        rows = [
            [
                str(rule.r1),
                str(rule.r),
                "–" if rule.e1 is None else str(rule.e1),
                in_words(rule.type_one_error),
                in_words(rule.power),
                str(round_half_away(rule.en0, 2)),
                in_words(rule.pet0),
            ]
            for rule in self.rules
        ]
        return title, head, rows


def rechoose_boundaries(
    n1: int, n: int, *, p0: float, p1: float, alpha: float, power: float | None = None, e1: int | None = None
) -> RechosenBoundaries:
    """The best r1 and r for stage sizes that were attained and fixed without looking at the data.

    Type I error ≤ ``alpha`` at ``p0``, and power ≥ ``power``, both within 1e-12; an efficacy stop is kept as declared.
    For each r1 the smallest r that holds alpha has the most power. First comes the most powerful rule; with equal power
    the smaller expected size at p0, then the larger r1. With ``power`` the rules follow that still have it at p1
    and a smaller expected size than all before them. DesignError, with every fault, for impossible input, or if no
    boundary holds alpha.
    """
    faults = count_faults("n", n, 2, MOST_INFERRED)
    faults += count_faults("n1", n1, 1, None if faults else n - 1)
    faults += count_faults("e1", e1, 2, None if faults else n1) if e1 is not None else []
    for field, rate in (("p0", p0), ("p1", p1), ("alpha", alpha)):
        faults += rate_faults(field, rate)
    faults += rate_faults("power", power) if power is not None else []
    if not faults and p1 <= p0:
        faults.append(DesignFault("p1", str(p1), f"more than p0 ({p0})"))
    raise_if_any(faults)
    n1, n, e1 = int(n1), int(n), None if e1 is None else int(e1)
    p0, p1, alpha = float(p0), float(p1), float(alpha)
    found = []
    for r1 in range(n1 if e1 is None else e1 - 1):
        success = _least_success(n1, n, r1, e1, p0, alpha)
        if success is None:
            continue
        rule = TwoStageRule(n1, n, r1, success, e1)
        null = operating_characteristics(rule, p0)
        rule_power = probability_of_success(rule, p1)
        pet = null.stop_futility + null.stop_efficacy
        found.append(RechosenRule(r1, success - 1, e1, null.success, rule_power, null.expected_size, pet))
    if not found:
        raise_if_any([DesignFault("alpha", str(alpha), f"a level that some boundary at {n1} and {n} patients holds")])
    kept: list[RechosenRule] = []
    for rule_found in sorted(found, key=lambda rule: (-rule.power, rule.en0, -rule.r1)):
        if not kept or (
            power is not None and rule_found.power >= power - LIMIT_ROUNDING and rule_found.en0 < kept[-1].en0
        ):
            kept.append(rule_found)
    return RechosenBoundaries(n1, n, p0, p1, alpha, tuple(kept))


def _least_success(n1: int, n: int, r1: int, e1: int | None, p0: float, alpha: float) -> int | None:
    """The smallest final boundary above r1 that holds alpha (at equality too), if stage two can reach it."""
    end = n1 + 1 if e1 is None else e1
    first = np.array(binomial_pmf(n1, p0))
    first[: r1 + 1] = 0.0
    first[end:] = 0.0
    totals = np.convolve(first, binomial_pmf(n - n1, p0))
    tails = np.cumsum(totals[::-1])[::-1] + (0.0 if e1 is None else binomial_tail(e1, n1, p0))
    most = end - 1 + n - n1
    for success in range(r1 + 1, most + 1):
        if tails[success] <= alpha + LIMIT_ROUNDING:
            return success
    return None

"""Which two-stage designs judge response and toxicity together? Searched until proved (Bryant and Day 1995)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Real

import numpy as np

from onearm.design.bryant_day_table import (
    BryantDayDesign,
    BryantDayTable,
    BryantDayType,
    Criterion,
    DependentProperties,
)
from onearm.design.hull import HullPoint, list_hull
from onearm.design.model import DesignError, DesignFault
from onearm.design.monitor_inputs import InputFaults
from onearm.stats.joint_outcomes import JointRule, joint_characteristics

LARGEST_N = 600
"""Rates so close that the proof needs more patients are refused."""


def find_bryant_day(
    p0: float,
    p1: float,
    acceptable_toxicity: float,
    unacceptable_toxicity: float,
    alpha_response: float,
    alpha_toxicity: float,
    power: float,
    *,
    criterion: Criterion = "worst",
    odds_ratios: Sequence[float] = (0.1, 10.0),
) -> BryantDayTable:
    """The optimal, minimax and admissible two-stage designs with response and toxicity as co-primary endpoints.

    Stop after stage one if responses ≤ r1 or toxicities ≥ t1; success if responses > r and toxicities < t (Bryant and
    Day 1995, Biometrics 51:1372-1383). With response and toxicity independent: P(success) ≤ ``alpha_response`` at
    (``p0``, ``acceptable_toxicity``), ≤ ``alpha_toxicity`` at (``p1``, ``unacceptable_toxicity``), ≥ ``power`` at
    (``p1``, ``acceptable_toxicity``); equality, within 1e-12, counts as met. Optimal has the smallest expected size:
    the larger of those at the first two points (``criterion`` "worst", as their example on page 1379 counts) or the
    mean ("average"); then the highest power, then the smallest n1. Each design can stop for either reason (r1 ≥ 0,
    t1 ≤ n1). Proved without a largest n: ``onearm.stats.bryant_day_search``. ``odds_ratios``: further odds ratios of
    response and toxicity at which each design's properties are given. DesignError, with every fault, for impossible
    numbers, and for rates so close that more than 600 patients would have to be searched.
    """
    faults = InputFaults()
    _check_rates(faults, p0, p1, acceptable_toxicity, unacceptable_toxicity)
    fine = [faults.rate(name, value) for name, value in _limits(alpha_response, alpha_toxicity, power)]
    for good, (name, value) in zip(fine[:2], _limits(alpha_response, alpha_toxicity, power)[:2], strict=True):
        if good and fine[2]:
            faults.require("power", power, power > value, f"more than {name} ({value})")
    if criterion not in ("worst", "average"):
        faults.add("criterion", repr(criterion), "worst or average")
    for ratio in odds_ratios:
        number = isinstance(ratio, Real) and not isinstance(ratio, bool)
        faults.require("odds_ratios", repr(ratio), number and isfinite(ratio) and ratio > 0, "positive numbers")
    faults.raise_if_any()
    rates = (p0, p1, 1 - unacceptable_toxicity, 1 - acceptable_toxicity)
    proved_at, found = _search(rates, (alpha_response, alpha_toxicity, power), criterion == "worst")
    hull = list_hull([(rule.n, size) for rule, size in found])
    points = (p0, p1, acceptable_toxicity, unacceptable_toxicity)
    kinds: list[tuple[BryantDayType, HullPoint]] = [("optimal", hull[-1]), ("minimax", hull[0])]
    kinds += [("admissible", point) for point in hull[1:-1]]
    others = tuple(float(ratio) for ratio in odds_ratios if ratio != 1)
    return BryantDayTable(
        p0=p0,
        p1=p1,
        acceptable_toxicity=acceptable_toxicity,
        unacceptable_toxicity=unacceptable_toxicity,
        alpha_response=alpha_response,
        alpha_toxicity=alpha_toxicity,
        power=power,
        criterion=criterion,
        proved_at=proved_at,
        designs=tuple(_design(kind, point, found[point.place][0], points, others) for kind, point in kinds),
    )


def _limits(alpha_response: float, alpha_toxicity: float, power: float) -> tuple[tuple[str, float], ...]:
    return (("alpha_response", alpha_response), ("alpha_toxicity", alpha_toxicity), ("power", power))


def _check_rates(faults: InputFaults, p0: float, p1: float, acceptable: float, unacceptable: float) -> None:
    if faults.rate("p0", p0) and faults.rate("p1", p1):
        faults.require("p1", p1, p1 > p0, f"more than p0 ({p0})")
    if faults.rate("acceptable_toxicity", acceptable) and faults.rate("unacceptable_toxicity", unacceptable):
        expected = f"more than acceptable_toxicity ({acceptable})"
        faults.require("unacceptable_toxicity", unacceptable, unacceptable > acceptable, expected)


def _search(
    rates: tuple[float, ...], errors: tuple[float, ...], worst: bool
) -> tuple[int, list[tuple[JointRule, float]]]:
    """The n that proves, and every rule whose expected size is below that of each rule of fewer patients."""
    from onearm.stats.bryant_day_search import search_pairs

    size = 75
    while size < LARGEST_N:
        size = min(2 * size, LARGEST_N)
        null, target, null_free, target_free = (np.empty((size + 1, size + 2)) for _ in range(4))
        rules, sizes = np.zeros((size + 1, 5), np.int64), np.zeros(size + 1)
        end = search_pairs(
            np.array(rates),
            np.array(errors),
            worst,
            null,
            target,
            null_free,
            target_free,
            np.zeros(size + 1),
            np.empty((4, size + 1, size + 1)),
            np.empty((2, size + 1, 2), np.int64),
            rules,
            sizes,
        )
        if end:
            rows = enumerate(rules[:end].tolist())
            return end, [
                (JointRule(n1, n, r1, n1 - c1, r, n - c), float(sizes[n])) for n, (n1, r1, c1, r, c) in rows if n1
            ]
    expected = f"further apart, as the two toxicity rates: the proof needs more than {LARGEST_N} patients"
    raise DesignError([DesignFault("p0 and p1", f"{rates[0]} and {rates[1]}", expected)])


def _design(
    kind: BryantDayType,
    point: HullPoint,
    rule: JointRule,
    points: tuple[float, float, float, float],
    odds_ratios: tuple[float, ...],
) -> BryantDayDesign:
    independent, *dependent = (_properties(rule, points, ratio) for ratio in (1.0, *odds_ratios))
    return BryantDayDesign(
        type=kind,
        n1=rule.n1,
        r1=rule.r1,
        t1=rule.t1,
        n=rule.n,
        r=rule.r,
        t=rule.t,
        weights=(point.weight_low, point.weight_high),
        independent=independent,
        dependent=tuple(dependent),
    )


def _properties(rule: JointRule, points: tuple[float, float, float, float], odds_ratio: float) -> DependentProperties:
    p0, p1, acceptable, unacceptable = points
    poor, toxic, bad, good = (
        joint_characteristics(rule, response, toxicity, odds_ratio)
        for response, toxicity in ((p0, acceptable), (p1, unacceptable), (p0, unacceptable), (p1, acceptable))
    )
    return DependentProperties(
        odds_ratio=odds_ratio,
        alpha_response=poor.success,
        alpha_toxicity=toxic.success,
        both_unacceptable=bad.success,
        power=good.success,
        en_response=poor.expected_size,
        en_toxicity=toxic.expected_size,
        en_both_unacceptable=bad.expected_size,
        en_acceptable=good.expected_size,
    )

"""How often does a rule that looks repeatedly at one group of patients stop, and when? Exact recursion.

A rule is written in counts: at each look, stop if too few (x ≤ ``lower``) or enough (x ≥ ``upper``) of the first
patients have the event. The event is a response or a toxicity. Nothing is simulated: the probability of each count
is carried from patient to patient, and only positive terms are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onearm.stats.binomial import binomial_tails, check_rate
from onearm.stats.two_stage import LIMIT_ROUNDING


class SequentialRule(NamedTuple):
    """Limits at each look, in counts of events among the patients seen so far."""

    looks: tuple[int, ...]
    """Numbers of patients at which the rule looks, rising; the last is the end of the trial."""
    lower: tuple[int | None, ...]
    """At each look: stop if events ≤ this; None: no such stop."""
    upper: tuple[int | None, ...]
    """At each look: stop if events ≥ this; None: no such stop."""


class SequentialCharacteristics(NamedTuple):
    """What a rule does at one rate of events."""

    rate: float
    stop_lower: tuple[float, ...]
    """Probability of stopping at each look, and not before, at the lower limit."""
    stop_upper: tuple[float, ...]
    """The same for the upper limit."""
    expected_size: float
    """Expected number of patients when the trial stops or ends."""
    expected_events: float
    """Expected number of events when the trial stops or ends."""


class FoundLevel(NamedTuple):
    """What ``find_loosest_level`` found: the limits and the levels that all give them."""

    limits: tuple[int | None, ...]
    level: float
    """The largest score at which the rule stops; every level from here on, below ``next_level``, gives it."""
    next_level: float | None
    """The smallest score that would add another stop; None if the rule already stops wherever it can."""


def check_sequential_rule(rule: SequentialRule) -> None:
    """Refuse with ValueError looks that do not rise, limits outside 0 … n, and limits that overlap at a look."""
    if not rule.looks or not len(rule.looks) == len(rule.lower) == len(rule.upper):
        raise ValueError("a rule has at least one look, and one entry of each limit per look")
    if rule.looks[0] < 1 or any(later <= earlier for earlier, later in zip(rule.looks, rule.looks[1:], strict=False)):
        raise ValueError(f"looks rise from 1 on, not {rule.looks}")
    for n, low, high in zip(*rule, strict=True):
        if low is not None and not 0 <= low <= n:
            raise ValueError(f"lower limit {low} at {n} patients does not lie in 0 … {n}")
        if high is not None and not 0 <= high <= n:
            raise ValueError(f"upper limit {high} at {n} patients does not lie in 0 … {n}")
        if low is not None and high is not None and low >= high:
            raise ValueError(f"at {n} patients the limits ≤ {low} and ≥ {high} overlap")


def sequential_characteristics(rule: SequentialRule, rate: float) -> SequentialCharacteristics:
    """Exact stopping probabilities of a rule at one rate, by recursion over patients and events.

    P(n + 1, x) = P(n, x)·(1 - rate) + P(n, x - 1)·rate over the counts that have not stopped (the recursion of
    group-sequential binomial tests; Jennison and Turnbull 2000, chapter 12). The lower limit stops at x ≤ lower,
    the upper at x ≥ upper. ValueError for an impossible rule or rate.
    """
    check_sequential_rule(rule)
    check_rate(rate)
    here = np.zeros(rule.looks[-1] + 1)
    here[0] = 1.0
    counts = np.arange(here.size)
    below: list[float] = []
    above: list[float] = []
    size = events = 0.0
    seen = 0
    for n, low, high in zip(*rule, strict=True):
        for _ in range(n - seen):
            step = here * rate
            here *= 1 - rate
            here[1:] += step[:-1]
        seen = n
        first = 0 if low is None else low + 1
        last = n if high is None else high - 1
        stopped_low, stopped_high = here[:first], here[last + 1 : n + 1]
        below.append(float(stopped_low.sum()))
        above.append(float(stopped_high.sum()))
        size += n * (below[-1] + above[-1])
        events += float(counts[:first] @ stopped_low + counts[last + 1 : n + 1] @ stopped_high)
        here[:first] = 0.0
        here[last + 1 :] = 0.0
    return SequentialCharacteristics(
        rate, tuple(below), tuple(above), size + seen * float(here.sum()), events + float(counts @ here)
    )


def limits_from_scores(
    looks: Sequence[int], scores: Sequence[NDArray[np.float64]], level: float, *, strict: bool = False
) -> tuple[int | None, ...]:
    """At each look the smallest count whose score is ≤ ``level``, or < with ``strict``; None where no count is.

    ``scores[i]`` has shape (looks[i] + 1,) and falls with the count: the smaller, the stronger the evidence. Scores
    within ``LIMIT_ROUNDING`` of the level count as equal to it.
    """
    bar = level * (1 - LIMIT_ROUNDING if strict else 1 + LIMIT_ROUNDING)
    limits: list[int | None] = []
    for n, score in zip(looks, scores, strict=True):
        count = int(np.count_nonzero(score >= bar if strict else score > bar))
        limits.append(count if count <= n else None)
    return tuple(limits)


def find_loosest_level(
    looks: Sequence[int], scores: Sequence[NDArray[np.float64]], rate: float, limit: float
) -> FoundLevel | None:
    """The largest level for which "stop if score ≤ level" has P(ever stop | ``rate``) ≤ ``limit``.

    The probability rises with the level and changes only where the level meets a score, so the scores themselves,
    sorted, are searched by bisection and the answer is exact. ``limit`` counts as met at equality (up to
    ``LIMIT_ROUNDING``). None if even the smallest level stops too often.
    """
    values = np.unique(np.concatenate(scores))
    starts = np.flatnonzero(np.concatenate(([True], np.diff(values) > LIMIT_ROUNDING * values[1:])))
    levels = values[np.append(starts[1:], values.size) - 1]
    none = (None,) * len(looks)
    low, high = -1, len(levels)
    while high - low > 1:
        middle = (low + high) // 2
        rule = SequentialRule(tuple(looks), none, limits_from_scores(looks, scores, float(levels[middle])))
        if sum(sequential_characteristics(rule, rate).stop_upper) <= limit * (1 + LIMIT_ROUNDING):
            low = middle
        else:
            high = middle
    if low < 0:
        return None
    level = float(levels[low])
    after = float(values[starts[low + 1]]) if low + 1 < len(levels) else None
    return FoundLevel(limits_from_scores(looks, scores, level), level, after)


def shortest_between(low: float, high: float) -> float:
    """The number with the fewest decimals strictly between two levels, ``low`` < ``high``: what a protocol can print.

    Of several with as few decimals the largest; halfway if the two differ only beyond 17 decimals.
    """
    for digits in range(1, 18):
        unit = Decimal(1).scaleb(-digits)
        candidate = float(Decimal(high).quantize(unit, rounding=ROUND_FLOOR))
        if candidate >= high:
            candidate = float(Decimal(high).quantize(unit, rounding=ROUND_FLOOR) - unit)
        if low < candidate < high:
            return candidate
    return (low + high) / 2


def pocock_scores(looks: Sequence[int], rate: float) -> list[NDArray[np.float64]]:
    """For each look of n patients, P(Bin(n, ``rate``) ≥ x) for x = 0 … n: the pointwise p-value of x events.

    A boundary of equal pointwise levels at all looks is called Pocock's; Ivanova, Qaqish and Schell (2005,
    Biometrics 61:540-545) recommend it for toxicity: b_n is the smallest b with P(Bin(n, rate) ≥ b) ≤ level.
    """
    return [binomial_tails(n, rate)[: n + 1] for n in looks]

"""Two-stage rules once more, by brute force and in exact arithmetic: nothing of the product imported.

Only the standard library. Rates are fractions such as 3/10: with p = a/b every probability of a trial of n
patients is a whole number over b**n, and these whole numbers are what is summed. Written from the papers (Simon
1989; Jung and Kim 2004; Koyama and Chen 2008; Pepe and others 2009; Porcher and Desseaux 2012; Whitehead 1986).
Where a paper leaves something open the chosen reading is marked ``Reading:``.

``two_stage_oracle_conduct`` has what really happens in a trial, ``two_stage_oracle_interim`` the interim states,
``two_stage_oracle_search`` the best designs.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import comb
from typing import NamedTuple

STEPS = 42  # halvings of 0..1: roots to 2**-43, below 1e-12


class Rule(NamedTuple):
    """Stop if x1 <= r1 of n1; stop with success if x1 >= e1 (None: never); success if the total > r of n."""

    n1: int
    r1: int
    e1: int | None
    n: int
    r: int

    @property
    def n2(self) -> int:
        return self.n - self.n1

    @property
    def going_on(self) -> range:
        """The stage-one counts with which the trial enrols its second stage."""
        return range(self.r1 + 1, self.n1 + 1 if self.e1 is None else min(self.e1, self.n1 + 1))

    @property
    def reaches_success(self) -> bool:
        """Whether some trial that goes on can succeed; without an efficacy stop always."""
        return self.going_on[-1] + self.n2 > self.r


class Outcome(NamedTuple):
    """Where the trial ended; ``sequences``: how many orders of responses and failures end there."""

    stage: int
    responses: int
    patients: int
    sequences: int
    success: bool


class Properties(NamedTuple):
    success: Fraction
    stop_futility: Fraction
    stop_efficacy: Fraction
    expected_n: Fraction
    median_n: int
    half_at_stage_one: bool
    """Exactly half of all trials end at stage one: any number from n1 to n is then a median."""


@lru_cache(maxsize=4096)
def binomial_weights(patients: int, p: Fraction) -> tuple[int, ...]:
    """P(X = x) for x = 0..patients, as whole numbers over b**patients with p = a/b."""
    yes, no = p.numerator, p.denominator - p.numerator
    return tuple(comb(patients, x) * yes**x * no ** (patients - x) for x in range(patients + 1))


@lru_cache(maxsize=4096)
def upper_weights(patients: int, p: Fraction) -> tuple[int, ...]:
    """P(X >= x) for x = 0..patients + 1, as whole numbers over b**patients."""
    weights = binomial_weights(patients, p)
    return tuple(sum(weights[x:]) for x in range(patients + 2))


def at_least(patients: int, needed: int, p: Fraction) -> Fraction:
    """P(X >= needed) among ``patients``, also when ``needed`` is below 0 or above ``patients``."""
    return Fraction(upper_weights(patients, p)[min(max(needed, 0), patients + 1)], p.denominator**patients)


def properties(rule: Rule, p: Fraction) -> Properties:
    """What the rule does when each patient responds with probability ``p``."""
    first = binomial_weights(rule.n1, p)
    later = upper_weights(rule.n2, p)
    whole_2 = p.denominator**rule.n2
    whole_1 = p.denominator**rule.n1
    futility = sum(first[: rule.r1 + 1])
    efficacy = 0 if rule.e1 is None else sum(first[rule.e1 :])
    success = efficacy * whole_2 + sum(
        first[x1] * later[min(max(rule.r + 1 - x1, 0), rule.n2 + 1)] for x1 in rule.going_on
    )
    stop = Fraction(futility + efficacy, whole_1)
    return Properties(
        Fraction(success, whole_1 * whole_2),
        Fraction(futility, whole_1),
        Fraction(efficacy, whole_1),
        rule.n1 + (1 - stop) * rule.n2,
        rule.n1 if stop >= Fraction(1, 2) else rule.n,
        stop == Fraction(1, 2),
    )


@lru_cache(maxsize=1024)
def outcomes_without_decision(n1: int, r1: int, e1: int | None, n: int) -> tuple[tuple[int, int, int, int], ...]:
    rule = Rule(n1, r1, e1, n, n)
    stopped = [(1, x, n1, comb(n1, x)) for x in range(r1 + 1)]
    totals = [0] * (n + 1)
    for x1 in rule.going_on:
        for x2 in range(rule.n2 + 1):
            totals[x1 + x2] += comb(n1, x1) * comb(rule.n2, x2)
    finished = [(2, x, n, count) for x, count in enumerate(totals) if count]
    won = [] if e1 is None else [(1, x, n1, comb(n1, x)) for x in range(e1, n1 + 1)]
    return (*stopped, *finished, *won)


def outcomes(rule: Rule) -> list[Outcome]:
    """Every way the trial can end, in the stage-wise order, the least against the hypothesis first.

    The order: stops for futility by count, then the totals of trials that went on, then stops for efficacy by
    count. Reading: with an efficacy stop this is the usual stage-wise order of a sequential trial; Koyama and Chen
    define it for futility stops only.
    """
    return [
        Outcome(stage, x, size, count, x > rule.r if stage == 2 else x > rule.r1)
        for stage, x, size, count in outcomes_without_decision(rule.n1, rule.r1, rule.e1, rule.n)
    ]


def weights_of_outcomes(rule: Rule, p: Fraction) -> list[int]:
    """P(outcome) in the stage-wise order, as whole numbers over b**n."""
    yes, no, whole = p.numerator, p.denominator - p.numerator, p.denominator
    return [
        o.sequences * yes**o.responses * no ** (o.patients - o.responses) * whole ** (rule.n - o.patients)
        for o in outcomes(rule)
    ]


def p_values(rule: Rule, p: Fraction) -> list[Fraction]:
    """P(this outcome or one above it) for each outcome in the stage-wise order."""
    weights, whole = weights_of_outcomes(rule, p), p.denominator**rule.n
    sums: list[Fraction] = []
    total = 0
    for weight in reversed(weights):
        total += weight
        sums.append(Fraction(total, whole))
    return sums[::-1]


def tail(rule: Rule, index: int, p: Fraction, share_of_this: Fraction = Fraction(1)) -> Fraction:
    """P(above outcome ``index``) plus ``share_of_this`` of P(this outcome); rises with ``p``."""
    weights = weights_of_outcomes(rule, p)
    return Fraction(sum(weights[index + 1 :]), p.denominator**rule.n) + share_of_this * Fraction(
        weights[index], p.denominator**rule.n
    )


def umvue(rule: Rule) -> list[Fraction]:
    """The share of the equally likely sequences of an outcome in which the first patient responds (Jung and Kim)."""
    with_first: dict[tuple[int, int], int] = {}
    n1, n2 = rule.n1, rule.n2
    for rest in range(n1):  # responses among the other stage-one patients
        x1, ways = rest + 1, comb(n1 - 1, rest)
        if x1 in rule.going_on:
            for x2 in range(n2 + 1):
                with_first[2, x1 + x2] = with_first.get((2, x1 + x2), 0) + ways * comb(n2, x2)
        else:
            with_first[1, x1] = ways
    return [Fraction(with_first.get((o.stage, o.responses), 0), o.sequences) for o in outcomes(rule)]


def umvcue(rule: Rule) -> list[Fraction | None]:
    """The share of an outcome's sequences in which the last stage-two patient responds; None after stage one.

    Unbiased among the trials that went on (Pepe and others 2009).
    """
    with_last: dict[int, int] = {}
    for x1 in rule.going_on:
        for rest in range(rule.n2):
            total = x1 + rest + 1
            with_last[total] = with_last.get(total, 0) + comb(rule.n1, x1) * comb(rule.n2 - 1, rest)
    return [Fraction(with_last.get(o.responses, 0), o.sequences) if o.stage == 2 else None for o in outcomes(rule)]


def expected_mle(rule: Rule, p: Fraction) -> Fraction:
    """The mean of responses over patients, whatever the stage."""
    whole = p.denominator**rule.n
    return sum(
        (
            Fraction(weight * o.responses, whole * o.patients)
            for weight, o in zip(weights_of_outcomes(rule, p), outcomes(rule), strict=True)
        ),
        Fraction(0),
    )


def root(rising: Callable[[Fraction], Fraction], target: Fraction, steps: int = STEPS) -> Fraction:
    """The rate at which a function that rises over 0..1 reaches ``target``: 0 or 1 when it never crosses it."""
    if rising(Fraction(0)) >= target:
        return Fraction(0)
    if rising(Fraction(1)) <= target:
        return Fraction(1)
    low, high = 0, 1 << steps
    while high - low > 1:
        middle = (low + high) // 2
        if rising(Fraction(middle, 1 << steps)) < target:
            low = middle
        else:
            high = middle
    return Fraction(low + high, 1 << (steps + 1))


def median_unbiased(rule: Rule, index: int) -> Fraction:
    """Where the p-value is one half (Koyama and Chen 2008); 0 for the lowest outcome, whose p-value is always 1."""
    if index == 0:
        return Fraction(0)
    return root(lambda p: tail(rule, index, p), Fraction(1, 2))


def bias_adjusted(rule: Rule, index: int) -> Fraction:
    """The rate at which the mean of the MLE is the observed one (Whitehead 1986)."""
    observed = outcomes(rule)[index]
    return root(lambda p: expected_mle(rule, p), Fraction(observed.responses, observed.patients))


def stage_wise(rule: Rule, index: int, level: Fraction) -> tuple[Fraction, Fraction]:
    """Both limits from the stage-wise order: P(this or above) and P(this or below) are each (1 - level) / 2."""
    side = (1 - level) / 2
    last = len(outcomes(rule)) - 1
    lower = Fraction(0) if index == 0 else root(lambda p: tail(rule, index, p), side)
    upper = Fraction(1) if index == last else root(lambda p: tail(rule, index, p, Fraction(0)), 1 - side)
    return lower, upper


def mid_p(rule: Rule, index: int, level: Fraction) -> tuple[Fraction, Fraction]:
    """The same with half of the outcome's own probability on either side."""
    side, half = (1 - level) / 2, Fraction(1, 2)
    return root(lambda p: tail(rule, index, p, half), side), root(lambda p: tail(rule, index, p, half), 1 - side)


def koyama_chen(rule: Rule, index: int, level: Fraction) -> tuple[Fraction, Fraction]:
    """Both limits from the one p-value: it is (1 - level)/2 at the lower and (1 + level)/2 at the upper.

    Reading: the p-value of the lowest outcome is 1 at every rate, so both limits are 0, as in published tables.
    """
    side = (1 - level) / 2
    return root(lambda p: tail(rule, index, p), side), root(lambda p: tail(rule, index, p), 1 - side)


def naive(responses: int, patients: int, level: Fraction) -> tuple[Fraction, Fraction]:
    """Clopper and Pearson's limits as if there had been no interim."""
    side = (1 - level) / 2
    return (
        root(lambda p: at_least(patients, responses, p), side) if responses else Fraction(0),
        root(lambda p: at_least(patients, responses + 1, p), 1 - side) if responses < patients else Fraction(1),
    )

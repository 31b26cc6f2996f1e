"""What really happens in a two-stage trial, by enumeration in exact arithmetic; nothing of the product imported.

Curtailment, conditional error, patients that cannot be evaluated, responders not yet seen at the interim, a second
stage whose size changed (Koyama and Chen 2008, for reasons that are not the data).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from two_stage_oracle import Rule, at_least, binomial_weights, properties, root

FUTILITY, EFFICACY = "futility", "efficacy"


class Played(NamedTuple):
    """One trial, patient by patient."""

    patients: int
    responses: int
    stage: int
    success: bool
    early: str | None


def play(rule: Rule, sequence: tuple[int, ...]) -> Played:
    """The trial that a sequence of n answers (1 response, 0 none) would give, read patient by patient."""
    x1 = sum(sequence[: rule.n1])
    if x1 <= rule.r1:
        return Played(rule.n1, x1, 1, False, FUTILITY)
    if rule.e1 is not None and x1 >= rule.e1:
        return Played(rule.n1, x1, 1, True, EFFICACY)
    return Played(rule.n, sum(sequence), 2, sum(sequence) > rule.r, None)


def chance(sequence: tuple[int, ...], p: Fraction) -> Fraction:
    yes = sum(sequence)
    return p**yes * (1 - p) ** (len(sequence) - yes)


def all_sequences(n: int) -> Iterator[tuple[int, ...]]:
    return product((0, 1), repeat=n)


class Curtailed(NamedTuple):
    success: Fraction
    expected_n: Fraction
    median_n: int
    sizes: dict[int, Fraction]


@lru_cache(maxsize=200_000)
def possible_decisions(rule: Rule, patients: int, responses: int) -> frozenset[bool]:
    """Which final decisions some completion leads to, for a trial that has not been stopped so far."""
    if patients == rule.n1:
        if responses <= rule.r1:
            return frozenset({False})
        if rule.e1 is not None and responses >= rule.e1:
            return frozenset({True})
    if patients == rule.n:
        return frozenset({responses > rule.r})
    return possible_decisions(rule, patients + 1, responses) | possible_decisions(rule, patients + 1, responses + 1)


def curtailed(rule: Rule, p: Fraction, *, also_success: bool = True) -> Curtailed:
    """Stop as soon as every completion leads to the same decision; ``also_success`` False: only when it is failure.

    Planned looks stay: the trial ends after n1 where the rule says so.
    """
    sizes: dict[int, Fraction] = {}
    success = Fraction(0)
    alive = {0: Fraction(1)}
    for patients in range(1, rule.n + 1):
        arrived: dict[int, Fraction] = {}
        for responses, mass in alive.items():
            arrived[responses] = arrived.get(responses, Fraction(0)) + mass * (1 - p)
            arrived[responses + 1] = arrived.get(responses + 1, Fraction(0)) + mass * p
        alive = {}
        for responses, mass in arrived.items():
            decisions = possible_decisions(rule, patients, responses)
            planned = patients == rule.n or (
                patients == rule.n1 and (responses <= rule.r1 or (rule.e1 is not None and responses >= rule.e1))
            )
            if planned or decisions == {False} or (also_success and decisions == {True}):
                sizes[patients] = sizes.get(patients, Fraction(0)) + mass
                success += mass if decisions == {True} else 0
            else:
                alive[responses] = mass
    return Curtailed(success, sum((k * q for k, q in sizes.items()), Fraction(0)), median_of(sizes), sizes)


def curtailed_by_sequences(rule: Rule, p: Fraction, *, also_success: bool = True) -> Curtailed:
    """The same from all 2**n sequences, each cut at the first patient after whom nothing is open (small n)."""
    by_prefix: dict[tuple[int, ...], set[bool]] = {}
    for sequence in all_sequences(rule.n):
        for length in range(1, rule.n + 1):
            by_prefix.setdefault(sequence[:length], set()).add(play(rule, sequence).success)
    sizes: dict[int, Fraction] = {}
    success = Fraction(0)
    for sequence in all_sequences(rule.n):
        played = play(rule, sequence)
        certain = [
            k
            for k in range(1, rule.n + 1)
            if by_prefix[sequence[:k]] == {False} or (also_success and by_prefix[sequence[:k]] == {True})
        ]
        size = min([*certain, played.patients])
        sizes[size] = sizes.get(size, Fraction(0)) + chance(sequence, p)
        success += chance(sequence, p) if played.success else 0
    return Curtailed(success, sum((k * q for k, q in sizes.items()), Fraction(0)), median_of(sizes), sizes)


def median_of(sizes: dict[int, Fraction]) -> int:
    """The smallest size that at least half of all trials do not exceed."""
    total = Fraction(0)
    for size in sorted(sizes):
        total += sizes[size]
        if total >= Fraction(1, 2):
            return size
    raise AssertionError("the probabilities do not sum to one")


def not_evaluable(rule: Rule, p: Fraction, share: Fraction) -> Fraction:
    """P(success) when each patient is not evaluable with probability ``share`` and then counts as a failure.

    Enumerates how many of each stage are evaluable.
    """
    total = Fraction(0)
    ok = 1 - share
    for seen_1 in range(rule.n1 + 1):
        for seen_2 in range(rule.n2 + 1):
            weight = Fraction(
                binomial_weights(rule.n1, ok)[seen_1] * binomial_weights(rule.n2, ok)[seen_2], ok.denominator**rule.n
            )
            for x1 in range(seen_1 + 1):
                here = weight * Fraction(binomial_weights(seen_1, p)[x1], p.denominator**seen_1)
                if rule.e1 is not None and x1 >= rule.e1:
                    total += here
                elif x1 > rule.r1:
                    total += here * at_least(seen_2, rule.r + 1 - x1, p)
    return total


class Unseen(NamedTuple):
    success: Fraction
    stop_futility: Fraction
    stop_efficacy: Fraction


def unseen_at_interim(rule: Rule, p: Fraction, unseen: Fraction) -> Unseen:
    """A responder of stage one is seen at the interim with probability 1 - ``unseen`` and counts at the end anyway.

    Enumerates how many stage-one patients respond and how many of these are seen.
    """
    success = futility = efficacy = Fraction(0)
    for x1 in range(rule.n1 + 1):
        responding = Fraction(binomial_weights(rule.n1, p)[x1], p.denominator**rule.n1)
        for hidden in range(x1 + 1):
            here = responding * Fraction(binomial_weights(x1, unseen)[hidden], unseen.denominator**x1)
            if x1 - hidden <= rule.r1:
                futility += here
            elif rule.e1 is not None and x1 - hidden >= rule.e1:
                efficacy += here
                success += here
            else:
                success += here * at_least(rule.n2, rule.r + 1 - x1, p)
    return Unseen(success, futility, efficacy)


def conditional_error(rule: Rule, p: Fraction, patients: int, responses: int) -> Fraction:
    """P(success) given ``responses`` among the first ``patients``; after n1 the trial is taken to have gone on."""
    left = rule.n1 - patients
    if left <= 0:
        return at_least(rule.n - patients, rule.r + 1 - responses, p)
    total = Fraction(0)
    for more in range(left + 1):
        here = Fraction(binomial_weights(left, p)[more], p.denominator**left)
        x1 = responses + more
        if rule.e1 is not None and x1 >= rule.e1:
            total += here
        elif x1 > rule.r1:
            total += here * at_least(rule.n2, rule.r + 1 - x1, p)
    return total


def conditional_error_by_sequences(rule: Rule, p: Fraction, patients: int, responses: int) -> Fraction:
    """The same from all completions of one prefix (small n); in the prefix of stage one responses come first."""
    prefix = (1,) * responses + (0,) * (patients - responses)
    assert patients <= rule.n1 or play(rule, prefix + (0,) * (rule.n - patients)).stage == 2
    return sum(
        (chance(rest, p) for rest in all_sequences(rule.n - patients) if play(rule, prefix + rest).success),
        Fraction(0),
    )


def preserving_boundary(rule: Rule, p0: Fraction, patients: int, responses: int, new_n: int) -> int | None:
    """The smallest total c within reach with P0(total of ``new_n`` >= c) <= the conditional error; None: none."""
    allowed = conditional_error(rule, p0, patients, responses)
    for total in range(responses, responses + new_n - patients + 1):
        if at_least(new_n - patients, total - responses, p0) <= allowed:
            return total
    return None


def without_stop(rule: Rule, p: Fraction, *, futility: bool = True, efficacy: bool = True) -> Fraction:
    """P(success) when a stop is kept (True) or passed over (False); a trial that goes on is judged by its total."""
    total = Fraction(0)
    for x1 in range(rule.n1 + 1):
        here = Fraction(binomial_weights(rule.n1, p)[x1], p.denominator**rule.n1)
        if rule.e1 is not None and x1 >= rule.e1 and efficacy:
            total += here
        elif x1 > rule.r1 or not futility:
            total += here * at_least(rule.n2, rule.r + 1 - x1, p)
    return total


def changed_second_stage(rule: Rule, p: Fraction, x1: int, m2: int, x2: int, *, beyond: bool = False) -> Fraction:
    """Koyama and Chen's p-value at rate ``p`` when ``m2`` instead of n2 patients followed an ``x1`` that goes on.

    The attained stage two has conditional p-value P(X2' >= x2 | m2); the planned stage two has the same one at a rate
    pi; the p-value is then the planned one at pi over every count that goes on. Where the planned conditional p-value
    does not depend on the rate (success certain or out of reach): by listing the trials of that kind with a higher
    total, or the same total and a higher x1. ``beyond``: of the next outcome in that order; for x2 = m2 only what was
    certain, or stopped for efficacy, stands above.
    """
    needed = rule.r + 1 - x1
    if needed <= 0 or needed > rule.n2:
        return _listed(rule, p, x1, m2, x2, beyond)
    conditional = at_least(m2, x2 + beyond, p)
    pi = root(lambda rate: at_least(rule.n2, needed, rate), conditional, 60) if conditional else Fraction(0)
    first = binomial_weights(rule.n1, p)
    whole = p.denominator**rule.n1
    above = Fraction(0 if rule.e1 is None else sum(first[rule.e1 :]), whole)
    return above + sum(
        (Fraction(first[x], whole) * at_least(rule.n2, rule.r + 1 - x, pi) for x in rule.going_on), Fraction(0)
    )


def _listed(rule: Rule, p: Fraction, x1: int, m2: int, x2: int, beyond: bool) -> Fraction:
    certain = x1 > rule.r
    total = Fraction(0)
    for y1, first in enumerate(binomial_weights(rule.n1, p)):
        for y2, second in enumerate(binomial_weights(m2, p)):
            if rule.e1 is not None and y1 >= rule.e1:
                counts = True
            elif y1 <= rule.r1:
                counts = False
            elif certain != (y1 > rule.r) or (not certain and y1 + rule.n2 > rule.r):
                counts = not certain
            else:
                here, there = (y1 + y2, y1), (x1 + x2, x1)
                counts = here > there or (here == there and not beyond)
            if counts:
                total += Fraction(first * second, p.denominator ** (rule.n1 + m2))
    return total


def attained_sizes(rule: Rule, p: Fraction, n1: int, n: int) -> Fraction:
    """P(success) with the boundaries of the rule and other stage sizes."""
    return properties(Rule(n1, rule.r1, rule.e1, n, rule.r), p).success

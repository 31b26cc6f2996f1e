"""The interim of a two-stage trial by plain enumeration of every completion; nothing of the product imported.

A patient of stage one is settled (counts as a response, or never will) or open. Each open patient either becomes a
response that counts at the interim or does not; every combination is tried.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import comb, factorial
from typing import NamedTuple

from two_stage_oracle import Rule, at_least, binomial_weights

CONFIRMED, PENDING, MAY_RESPOND = "confirmed", "pending", "may_respond"
NOT_YET_ASSESSED, MISSING = "not_yet_assessed", "missing"
NOT_EVALUABLE, NON_RESPONDER = "not_evaluable", "non_responder"
OPEN = (PENDING, MAY_RESPOND, NOT_YET_ASSESSED, MISSING)
SETTLED = (CONFIRMED, NOT_EVALUABLE, NON_RESPONDER)
STATES = (*OPEN, *SETTLED)

STOP_FUTILITY, GO_ON, STOP_EFFICACY = "stop_futility", "go_on", "stop_efficacy"


class Interim(NamedTuple):
    """``chances``: probability of each action when open patients respond at the rate; ``success``: of the whole."""

    best: int
    worst: int
    possible: frozenset[str]
    chances: dict[str, Fraction]
    success: Fraction


def action(rule: Rule, x1: int) -> str:
    if x1 <= rule.r1:
        return STOP_FUTILITY
    if rule.e1 is not None and x1 >= rule.e1:
        return STOP_EFFICACY
    return GO_ON


def filled(rule: Rule, states: list[str]) -> list[str]:
    """Stage one in full: patients not yet registered are open; a list longer than n1 is an error of the caller."""
    assert len(states) <= rule.n1
    assert set(states) <= set(STATES)
    return states + [MISSING] * (rule.n1 - len(states))


def interim(rule: Rule, states: list[str], p: Fraction) -> Interim:
    """Every completion of stage one (2**open of them), then stage two at the same rate."""
    everyone = filled(rule, states)
    open_patients = [s for s in everyone if s in OPEN]
    confirmed = everyone.count(CONFIRMED)
    counts: list[int] = []
    chances = dict.fromkeys((STOP_FUTILITY, GO_ON, STOP_EFFICACY), Fraction(0))
    success = Fraction(0)
    for completion in product((0, 1), repeat=len(open_patients)):
        x1 = confirmed + sum(completion)
        counts.append(x1)
        weight = p ** sum(completion) * (1 - p) ** (len(completion) - sum(completion))
        chances[action(rule, x1)] += weight
        success += weight * success_from(rule, x1, p)
    possible = frozenset(action(rule, x) for x in counts)
    return Interim(max(counts), min(counts), possible, chances, success)


def interim_by_counts(rule: Rule, states: list[str], p: Fraction) -> Interim:
    """The same, completions with the same number of responses taken together (checked against ``interim``)."""
    everyone = filled(rule, states)
    waiting = sum(s in OPEN for s in everyone)
    confirmed = everyone.count(CONFIRMED)
    chances = dict.fromkeys((STOP_FUTILITY, GO_ON, STOP_EFFICACY), Fraction(0))
    success = Fraction(0)
    for more, weight in enumerate(binomial_weights(waiting, p)):
        share = Fraction(weight, p.denominator**waiting)
        chances[action(rule, confirmed + more)] += share
        success += share * success_from(rule, confirmed + more, p)
    possible = frozenset(action(rule, confirmed + more) for more in range(waiting + 1))
    return Interim(confirmed + waiting, confirmed, possible, chances, success)


def success_from(rule: Rule, x1: int, p: Fraction) -> Fraction:
    """P(success) once stage one ended with ``x1``."""
    what = action(rule, x1)
    if what == GO_ON:
        return at_least(rule.n2, rule.r + 1 - x1, p)
    return Fraction(int(what == STOP_EFFICACY))


def integral(yes: int, no: int, a: Fraction, b: Fraction) -> Fraction:
    """B(a + yes, b + no) / B(a, b): the prior chance of one given sequence with so many responses and failures."""
    value = Fraction(1)
    for i in range(yes):
        value *= a + i
    for i in range(no):
        value *= b + i
    for i in range(yes + no):
        value /= a + b + i
    return value


class Predictive(NamedTuple):
    chances: dict[str, Fraction]
    success: Fraction


@lru_cache(maxsize=100_000)
def predictive_by_counts(
    rule: Rule, confirmed: int, failures: int, waiting: int, a: Fraction, b: Fraction
) -> Predictive:
    """Open and later patients share one rate with prior Beta(a, b), updated with the settled patients."""
    chances = dict.fromkeys((STOP_FUTILITY, GO_ON, STOP_EFFICACY), Fraction(0))
    success = Fraction(0)
    a, b = a + confirmed, b + failures
    for more in range(waiting + 1):
        here = comb(waiting, more) * integral(more, waiting - more, a, b)
        what = action(rule, confirmed + more)
        chances[what] += here
        if what == STOP_EFFICACY:
            success += here
        elif what == GO_ON:
            for x2 in range(rule.n2 + 1):
                if confirmed + more + x2 > rule.r:
                    success += (
                        comb(waiting, more)
                        * comb(rule.n2, x2)
                        * integral(more + x2, waiting - more + rule.n2 - x2, a, b)
                    )
    return Predictive(chances, success)


def predictive(
    rule: Rule, states: list[str], a: Fraction, b: Fraction, *, not_evaluable_updates: bool = True
) -> Predictive:
    """Predictive power from patients' states.

    Reading: a patient who is not evaluable counts as a failure, in the rule and in what updates the prior;
    ``not_evaluable_updates`` False leaves such patients out of the update only.
    """
    everyone = filled(rule, states)
    failures = everyone.count(NON_RESPONDER) + (everyone.count(NOT_EVALUABLE) if not_evaluable_updates else 0)
    waiting = sum(s in OPEN for s in everyone)
    return predictive_by_counts(rule, everyone.count(CONFIRMED), failures, waiting, a, b)


def predictive_by_polynomial(rule: Rule, states: list[str], a: int, b: int) -> Fraction:
    """Predictive power for whole a and b >= 1, by integrating the polynomial in p term by term (a second way)."""
    everyone = filled(rule, states)
    confirmed, open_patients = everyone.count(CONFIRMED), sum(s in OPEN for s in everyone)
    failures = len(everyone) - confirmed - open_patients
    later = open_patients + rule.n2
    top = bottom = Fraction(0)
    for completion in product((0, 1), repeat=later):
        yes, no = sum(completion), later - sum(completion)
        value = Fraction(
            factorial(a - 1 + confirmed + yes) * factorial(b - 1 + failures + no),
            factorial(a + b - 1 + confirmed + failures + later),
        )
        x1 = confirmed + sum(completion[:open_patients])
        what = action(rule, x1)
        won = what == STOP_EFFICACY or (what == GO_ON and confirmed + yes > rule.r)
        bottom += value
        top += value if won else 0
    return top / bottom

"""Stopping for toxicity after any patient, exactly: chances as fractions over every course, the bounds derived anew.

A bound b at n stops the trial when b or more of the first n patients had the event (Ivanova, Qaqish & Schell,
Biometrics 2005;61:540, for the rule of one level at every look).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

Bounds = Mapping[int, int]


def spread(text: str, patients: int) -> dict[int, int]:
    """``3:3 4:4 6:5`` as the bound of every n: each holds from its n on, before the first there is none."""
    changes = {int(n): int(bound) for n, bound in (part.split(":") for part in text.split())}
    bounds: dict[int, int] = {}
    for n in range(1, patients + 1):
        now = changes.get(n, bounds.get(n - 1))
        if now is not None:
            bounds[n] = now
    return bounds


def written(bounds: Bounds) -> str:
    """Bounds as the changes alone."""
    return " ".join(f"{n}:{b}" for n, b in sorted(bounds.items()) if bounds.get(n - 1) != b)


def chance_of_stopping(bounds: Bounds, patients: int, theta: Fraction) -> Fraction:
    """The chance that some look stops the trial when each patient has the event with chance ``theta``."""
    going = {0: Fraction(1)}
    stopped = Fraction(0)
    for n in range(1, patients + 1):
        after: dict[int, Fraction] = {}
        for count, chance in going.items():
            after[count] = after.get(count, Fraction(0)) + chance * (1 - theta)
            after[count + 1] = after.get(count + 1, Fraction(0)) + chance * theta
        bound = bounds.get(n, n + 1)
        stopped += sum((chance for count, chance in after.items() if count >= bound), Fraction(0))
        going = {count: chance for count, chance in after.items() if count < bound}
    assert stopped + sum(going.values()) == 1
    return stopped


def chance_by_courses(bounds: Bounds, patients: int, theta: Fraction) -> Fraction:
    """The same by writing down every course of events (2 to the power of ``patients``)."""
    total = Fraction(0)
    for course in range(2**patients):
        count = 0
        for n in range(1, patients + 1):
            count += course >> (n - 1) & 1
            if count >= bounds.get(n, n + 1):
                events = course.bit_count()
                total += theta**events * (1 - theta) ** (patients - events)
                break
    return total


def tail(n: int, least: int, theta: Fraction) -> Fraction:
    """The chance of ``least`` or more events in ``n`` patients."""
    return sum((comb(n, k) * theta**k * (1 - theta) ** (n - k) for k in range(least, n + 1)), Fraction(0))


def pocock_bounds(patients: int, theta: Fraction, level: Fraction) -> dict[int, int]:
    """The least bound of every n whose tail does not exceed the level; none where even n of n is too likely."""
    bounds = {}
    for n in range(1, patients + 1):
        for bound in range(n + 1):
            if tail(n, bound, theta) <= level:
                bounds[n] = bound
                break
    return bounds


def widest_pocock(patients: int, theta: Fraction, phi: Fraction) -> dict[int, int]:
    """The bounds of the largest level that stops with a chance of at most ``phi``.

    Only a level that is some tail changes a bound; the chance rises with the level, so halving finds the last.
    """
    levels = sorted({tail(n, b, theta) for n in range(1, patients + 1) for b in range(1, n + 1)})
    low, high = 0, len(levels)
    while high - low > 1:
        middle = (low + high) // 2
        fits = chance_of_stopping(pocock_bounds(patients, theta, levels[middle]), patients, theta) <= phi
        low, high = (middle, high) if fits else (low, middle)
    return pocock_bounds(patients, theta, levels[low])


def _pi_over_sine_of_72_degrees() -> Decimal:
    """Γ(0.4)·Γ(0.6) = π / sin(0.4π), by Machin's π and sin 72° = √(10 + 2√5) / 4."""

    def arctangent_of_inverse(whole: int) -> Decimal:
        term, total, sign, power = Decimal(1) / whole, Decimal(0), 1, 1
        while abs(term) > Decimal(10) ** -70:
            total += sign * term / power
            term, sign, power = term / (whole * whole), -sign, power + 2
        return total

    pi = 4 * (4 * arctangent_of_inverse(5) - arctangent_of_inverse(239))
    return pi / ((10 + 2 * Decimal(5).sqrt()).sqrt() / 4)


def posterior_above(a: Decimal, b: Decimal, events: int, n: int, theta: Decimal) -> Decimal:
    """Pr(p > theta) after ``events`` of ``n`` under a Beta(a, b) prior with a + b = 2, by the series of the integral.

    The complete integral starts from B(a, b): 1 for (1, 1); else c·Γ(c)·Γ(1 - c), c being 0.4 or 0.6 and 1 + c the
    larger of a and b. Each event and each patient without one multiplies it by a known ratio.
    """
    with localcontext() as context:
        context.prec = 80
        complete = Decimal(1) if a == 1 else (max(a, b) - 1) * _pi_over_sine_of_72_degrees()
        for done in range(n):
            grown = a + min(done, events)
            rest = b + max(0, done - events)
            complete *= (grown if done < events else rest) / (grown + rest)
        first, second = a + events, b + n - events
        term, total, k = Decimal(1) / first, Decimal(0), 0
        while term > Decimal(10) ** -60:
            total += term
            term *= theta * (first + second + k) / (first + 1 + k)
            k += 1
        below = theta**first * (1 - theta) ** second * total / complete
        return 1 - below


def bayes_bounds(patients: int, a: str, b: str, theta: str, cut: str) -> dict[int, int]:
    """The least count of every n with Pr(p > theta) above the cut; none where n of n is not enough."""
    bounds = {}
    for n in range(1, patients + 1):
        for count in range(n + 1):
            if posterior_above(Decimal(a), Decimal(b), count, n, Decimal(theta)) > Decimal(cut):
                bounds[n] = count
                break
    return bounds

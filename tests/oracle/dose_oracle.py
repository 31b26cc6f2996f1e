"""Body surface and doses with sixty digits: roots and powers by ``decimal``'s own logarithm, and one rounding each.

Mosteller, NEJM 1987;317:1098: √(cm · kg / 3600). DuBois & DuBois, Arch Intern Med 1916;17:863:
0.007184 · kg^0.425 · cm^0.725. Units: weights 0.1 kg, heights 0.1 cm, surfaces 0.0001 m², doses 0.01 mg.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

DIGITS = 60


def _context() -> Context:
    return Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def exact_mosteller(weight: int, height: int) -> Decimal:
    """Surface in 0.0001 m², not rounded to whole ones."""
    with localcontext(_context()):
        return (Decimal(weight) / 10 * (Decimal(height) / 10) / 3600).sqrt() * 10_000


def exact_dubois(weight: int, height: int) -> Decimal:
    """Surface in 0.0001 m², not rounded to whole ones."""
    with localcontext(_context()):
        kilograms, centimetres = Decimal(weight) / 10, Decimal(height) / 10
        power = Decimal("0.425") * kilograms.ln() + Decimal("0.725") * centimetres.ln()
        return Decimal("0.007184") * power.exp() * 10_000


def half_up(value: Decimal | Fraction) -> int:
    """The nearest whole number, of two the larger (values are positive: the one away from zero)."""
    if isinstance(value, Fraction):
        return (2 * value.numerator + value.denominator) // (2 * value.denominator)
    with localcontext(_context()):
        return int(value.to_integral_value(rounding=ROUND_HALF_UP))


def surface_mosteller(weight: int, height: int) -> int:
    """Surface of a weight and a height. A tie is found exactly: 2·surface is a whole odd number's square root."""
    square = Fraction(weight * height * 10_000 * 10_000, 100 * 3600)
    rounded = half_up(exact_mosteller(weight, height))
    for candidate in (rounded - 1, rounded, rounded + 1):
        if Fraction(2 * candidate - 1, 2) ** 2 <= square < Fraction(2 * candidate + 1, 2) ** 2:
            return candidate
    raise AssertionError((weight, height))


def surface_dubois(weight: int, height: int) -> int:
    """Surface of a weight and a height, rounded half up."""
    return half_up(exact_dubois(weight, height))


def dose_by_surface(amount: int, surface: int) -> int:
    """0.01 mg from 0.01 mg/m² and the rounded surface."""
    return half_up(Fraction(amount) * Fraction(surface, 10_000))


def dose_by_weight(amount: int, weight: int) -> int:
    """0.01 mg from 0.01 mg/kg."""
    return half_up(Fraction(amount) * Fraction(weight, 10))


def round_to_step(dose: int, step: int) -> int:
    """The nearest multiple of a step, of two the one away from zero."""
    return half_up(Fraction(dose, step)) * step


def distance_from_tie(value: Decimal) -> Decimal:
    """How far a value lies from the nearest half."""
    with localcontext(_context()):
        return abs(value - value.to_integral_value(rounding="ROUND_FLOOR") - Decimal("0.5"))


def nearest_to_ties(
    exact: Callable[[int, int], Decimal], weights: Iterable[int], heights: Iterable[int], how_many: int, within: float
) -> list[tuple[int, int]]:
    """The pairs (weight, height) whose surface lies nearest to a tie, nearest first.

    A float settles which pairs deserve sixty digits: it errs by less than 1e-9 of these units, so that every pair
    ``within`` of a tie (by the float) is looked at exactly; ValueError where these are fewer than are asked for.
    """
    weights, heights = list(weights), list(heights)
    rough = 10_000 * 0.1**0.5 * 0.1**0.5 / 60 if exact is exact_mosteller else 71.84 * 0.1**0.425 * 0.1**0.725
    powers = (0.5, 0.5) if exact is exact_mosteller else (0.425, 0.725)
    by_height = [(h, h ** powers[1]) for h in heights]
    near = []
    for weight in weights:
        scale = rough * weight ** powers[0]
        near += [(weight, h) for h, p in by_height if abs((scale * p) % 1 - 0.5) < within]
    if len(near) < how_many:
        raise ValueError(f"only {len(near)} within {within}")
    return heapq.nsmallest(how_many, near, key=lambda pair: (distance_from_tie(exact(*pair)), pair))

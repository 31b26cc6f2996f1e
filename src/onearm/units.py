"""Exact units: text to scaled integers and back, and the one rounding rule (half away from zero)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DAYS_A_MONTH = 30.4375
"""Wherever days are shown as months, or months are counted in days: 365.25 / 12."""

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def round_half_away(value: Fraction | Decimal | int | float, digits: int = 0) -> Decimal:
    """Round half away from zero: 6.25 → 6.3 and -6.25 → -6.3 at one digit.

    A float is taken at its shortest decimal form (``repr``), so 2.675 rounds as people read it, to 2.68.

    >>> round_half_away(Fraction(1, 16) * 100, 1)
    Decimal('6.3')
    """
    quantum = Decimal(1).scaleb(-digits)
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**digits
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return Decimal(whole if value >= 0 else -whole).scaleb(-digits).quantize(quantum)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return exact.quantize(quantum, rounding=ROUND_HALF_UP)


def percent(x: int, n: int, digits: int = 1) -> Decimal:
    """``100·x/n`` rounded half away from zero, from the exact fraction. ``n`` must be positive."""
    return round_half_away(Fraction(100 * x, n), digits)


def parse_decimal(text: str) -> Decimal | None:
    """A plain decimal number (``12``, ``-3.5``), or None: no comma, exponent, ``<``, blank or unit is guessed at."""
    stripped = text.strip()
    return Decimal(stripped) if _PLAIN_NUMBER.fullmatch(stripped) else None


def tenth_mm(millimetres: Decimal) -> int:
    """Millimetres to whole tenths of a millimetre, half away from zero at the second decimal."""
    return int(round_half_away(millimetres * 10))


def tenth_text(length: int) -> str:
    """Tenths of a millimetre as millimetres in words: ``105`` gives ``10.5``."""
    whole, tenth = divmod(int(length), 10)
    return f"{whole}.{tenth}" if tenth else str(whole)

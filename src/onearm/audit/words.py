"""Numbers as the evidence of a fault writes them."""

from __future__ import annotations

from fractions import Fraction

from onearm.derive.window import iso
from onearm.units import round_half_away


def mm(tenths: int) -> str:
    """A length in tenths of a millimetre as millimetres: ``50`` for 500, ``50.4`` for 504."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest} mm" if rest else f"{whole} mm"


def change(total: int, reference: int) -> str:
    """The change against a reference in percent, to two decimals: ``-29.63 %``. ``from 0`` without a reference."""
    if not reference:
        return "from 0"
    value = round_half_away(Fraction(100 * (total - reference), reference), 2)
    return f"{value:+.2f} %"


def date(day: int) -> str:
    """A day as ISO date."""
    return iso(day)

"""Numbers as texts write them: exact decimals, whole numbers, lengths in tenths of a millimetre."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import polars as pl

from onearm.units import tenth_mm

DECIMAL_PLACES = 18
DECIMAL = pl.Decimal(38, DECIMAL_PLACES)
"""The type of every decimal column: exact, so that a threshold never falls to a binary fraction."""

_PLAIN = rf"^[+-]?[0-9]{{1,18}}(?:\.[0-9]{{1,{DECIMAL_PLACES}}})?$"
_WHOLE = r"^[+-]?[0-9]{1,18}(?:\.0+)?$"

_MOST_TENTHS = 2**63 - 1

_FAULTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("R032", re.compile(r"\s*([<>≤≥~]|[<>]=).*")),
    (
        "R034",
        re.compile(r"\s*[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,}|([ '’  ][0-9]{3})+(\.[0-9]+)?)\s*"),
    ),
    ("R034", re.compile(r"\s*[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]+)?\s*")),
    ("R031", re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")),
    ("R033", re.compile(r"\s*[+-]?[0-9]+([.,][0-9]+)?\s*[A-Za-zµμ%/°][A-Za-z0-9µμ%/°^*.]*\s*")),
    ("R035", re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")),
)
_EXPONENT = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")


def parse_numbers(texts: pl.Series) -> pl.DataFrame:
    """Parse texts: a frame with ``TEXT``, ``decimal`` (exact) and ``integer``, null where a text is none."""
    return texts.alias("TEXT").to_frame().select("TEXT", decimal=_decimal(), integer=_integer())


def parse_decimals(texts: pl.Series) -> pl.Series:
    """Parse plain decimal numbers exactly; null where a text is none (``<5``, ``3,5``, ``12 mm``)."""
    return texts.alias("TEXT").to_frame().select(_decimal()).to_series()


def parse_integers(texts: pl.Series) -> pl.Series:
    """Parse whole numbers, ``3.0`` among them; null where a text is none."""
    return texts.alias("TEXT").to_frame().select(_integer()).to_series()


@cache
def _decimal() -> pl.Expr:
    text = pl.col("TEXT")
    return pl.when(text.str.contains(_PLAIN)).then(text.str.strip_prefix("+").cast(DECIMAL, strict=False))


@cache
def _integer() -> pl.Expr:
    digits = pl.col("TEXT").str.strip_prefix("+").str.replace(r"\.0+$", "")
    return pl.when(pl.col("TEXT").str.contains(_WHOLE)).then(digits.cast(pl.Int64, strict=False))


def lengths_tenth_mm(millimetres: pl.Series) -> pl.Series:
    """Exact millimetres to whole tenths of a millimetre, half away from zero at the second decimal.

    A number that no integer column holds stands as the largest one: a length that long is a finding anyway (R082).
    """
    distinct = millimetres.drop_nulls().unique()
    held = (max(-_MOST_TENTHS, min(_MOST_TENTHS, tenth_mm(value))) for value in distinct.to_list())
    tenths = pl.Series(list(held), dtype=pl.Int64)
    return millimetres.replace_strict(distinct, tenths, default=None, return_dtype=pl.Int64)


def number_fault(text: str) -> str:
    """The finding code that tells why ``text`` is not a plain decimal number."""
    if _EXPONENT.fullmatch(text):
        return "R030"
    return next((code for code, pattern in _FAULTS if pattern.fullmatch(text)), "R030")


def plain_text(number: Decimal) -> str:
    """A decimal without exponent and without closing zeros: ``20.370`` gives ``20.37``."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def float_texts(numbers: pl.Series) -> pl.Series:
    """Binary numbers as plain decimals of 15 significant digits, all that a double is sure to hold.

    So 0.1 + 0.2 is 0.3, whichever program added. ``nan`` and ``inf`` stay words, to be refused.
    """
    distinct = numbers.drop_nulls().unique()
    texts = [_float_text(value) for value in distinct.to_list()]
    return numbers.replace_strict(distinct, pl.Series(texts, dtype=pl.String), default=None, return_dtype=pl.String)


def _float_text(value: float) -> str:
    exact = Decimal(format(value, ".15g"))
    return plain_text(exact) if exact.is_finite() else repr(value)

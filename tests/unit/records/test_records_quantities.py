"""Numbers in cells: exact decimals, whole numbers, tenths of a millimetre, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onearm.records.quantities import (
    float_texts,
    lengths_tenth_mm,
    number_fault,
    parse_decimals,
    parse_integers,
    plain_text,
)

DECIMALS = st.decimals(-1_000_000, 1_000_000, places=4)


def decimal_of(text: str) -> Decimal | None:
    return parse_decimals(pl.Series([text], dtype=pl.String)).item(0)


@given(DECIMALS)
def test_decimals_are_exact(number: Decimal):
    assert decimal_of(format(number, "f")) == number
    assert Decimal(plain_text(number)) == number


@given(DECIMALS)
def test_tenths_agree_with_fractions(number: Decimal):
    tenths = lengths_tenth_mm(parse_decimals(pl.Series([format(number, "f")]))).item(0)
    exact = Fraction(number) * 10
    assert abs(exact - tenths) <= Fraction(1, 2)
    if abs(exact - tenths) == Fraction(1, 2):
        assert abs(tenths) > abs(exact)


@given(st.integers(0, 9_999))
def test_binary_noise_does_not_reach_the_tenths(tenths: int):
    noisy = pl.Series([tenths * 0.1, tenths / 10, float(tenths) * 1.1 - tenths])
    lengths = lengths_tenth_mm(parse_decimals(float_texts(noisy[:2])))
    assert lengths.to_list() == [tenths, tenths]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<5", "R032"),
        ("≥ 20", "R032"),
        ("3,5", "R031"),
        ("1,200", "R031"),
        ("1,200.5", "R034"),
        ("1.200.300", "R034"),
        ("1 200", "R034"),
        ("1'200", "R034"),
        ("12mm", "R033"),
        ("12 mm", "R033"),
        ("35 %", "R033"),
        ("1e3", "R030"),
        ("10^9", "R030"),
        ("ND", "R030"),
        (".5", "R030"),
        ("5.", "R030"),
        ("12 ", "R030"),
        ("nan", "R030"),
        ("--5", "R030"),
        ("٣", "R030"),
        ("1234567890123456789", "R035"),
        ("0.1234567890123456789", "R035"),
    ],
)
def test_other_texts_are_no_numbers_and_say_why(text: str, code: str):
    assert decimal_of(text) is None
    assert number_fault(text) == code


def test_whole_numbers():
    texts = pl.Series(["3", "3.0", "+4", "-2", "3.5", "x", None])
    assert parse_integers(texts).to_list() == [3, 3, 4, -2, None, None, None]

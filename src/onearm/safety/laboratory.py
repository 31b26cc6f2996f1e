"""Grades of laboratory values by a pinned version of CTCAE, one at a time or a whole column."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from onearm.kernels import lab_ladder as kernel
from onearm.kernels.arrays import Ints64
from onearm.kernels.lab_grades import grade_value, grade_values
from onearm.measure import MILLION
from onearm.reference.ctcae import GradeRow
from onearm.safety.grade_table import ALL_FACTS, FACT_BITS, GradeTable, grade_table

Reason = Literal[
    "",
    "could_be_higher",
    "either_ladder",
    "from_bound",
    "no_ladder",
    "no_value",
    "no_limit",
    "no_baseline",
    "no_baseline_limit",
    "bound_only",
    "gap",
    "fact_open",
    "version_open",
]
REASONS: tuple[Reason, ...] = (
    "",
    "could_be_higher",
    "either_ladder",
    "from_bound",
    "no_ladder",
    "no_value",
    "no_limit",
    "no_baseline",
    "no_baseline_limit",
    "bound_only",
    "gap",
    "fact_open",
)
"""Words of the kernel's reasons, in its order."""
LADDERS = ("first", "second")
WITH_GRADE: tuple[Reason, ...] = REASONS[:4]
QUALIFIERS = {"": kernel.EXACT, "<": kernel.LESS_THAN, ">": kernel.MORE_THAN}


class Grade(NamedTuple):
    """A grade from 0 to 4, or None with the reason; some grades carry a reason too (``WITH_GRADE``)."""

    grade: int | None
    reason: Reason
    row: GradeRow | None = None
    """The row of the table that gave the grade; None for grade 0 and where there is no grade."""
    ladder: Literal["first", "second"] = "first"
    """``second``: the limits of an abnormal baseline, or of a patient on an anticoagulant."""


class UnknownFactError(KeyError):
    """A clinical fact that no row of the table knows."""


def grade(
    version: str | None,
    term_or_analyte: str,
    value: Decimal | None,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    base: Decimal | None = None,
    base_low: Decimal | None = None,
    base_high: Decimal | None = None,
    direction: str | None = None,
    flags: Mapping[str, bool | None] | None = None,
    second: Decimal | None = None,
    qualifier: Literal["", "<", ">"] = "",
) -> Grade:
    """The CTCAE grade of one value, in the canonical unit of its test, or why there is none.

    ``low`` and ``high``: the limits of normal of that laboratory on that day; ``base``, ``base_low`` and ``base_high``:
    the baseline and its limits. ``flags``: clinical facts by name (``reference.ctcae_grammar.FACTS``), True, False or
    None for unknown; one that is not named is unknown. ``second``: the diastolic pressure, or the pluses of a
    dipstick. ``qualifier``: the value is only an upper (``<``) or a lower bound (``>``). For WT the value is the per
    cent of baseline lost, for STOOLS the increase a day.

    Without a version nothing is graded (``version_open``); a version without the term gives ``no_ladder``.
    UnknownFactError for a fact that is not of the list.
    """
    if version is None:
        return Grade(None, "version_open")
    table = grade_table(version)
    place = table.numbers.get(term_or_analyte.casefold())
    if place is None or (direction and table.names[place].direction != direction):
        return Grade(None, "no_ladder")
    yes, unknown = _facts(flags or {})
    found = grade_value(
        place,
        _scaled(value),
        QUALIFIERS[qualifier],
        _scaled(second),
        _scaled(low),
        _scaled(high),
        _scaled(base),
        _scaled(base_low),
        _scaled(base_high),
        yes,
        unknown,
        table.terms,
        table.clauses,
        table.bounds,
    )
    return _told(table, *found)


def _told(table: GradeTable, code: int, reason: int, ladder: int, row: int) -> Grade:
    number = None if code == kernel.UNGRADABLE else int(code)
    return Grade(number, REASONS[reason], table.rows[row - 1] if row else None, "second" if ladder else "first")


def _scaled(number: Decimal | None) -> int:
    """Millionths, for thresholds that compare in whole numbers. ValueError for a number that is finer."""
    if number is None:
        return kernel.NO_NUMBER
    scaled = number * MILLION
    if scaled != int(scaled):
        raise ValueError(f"finer than a millionth of the unit: {number}")
    return max(min(int(scaled), kernel.LARGEST + 1), -1)


def _facts(flags: Mapping[str, bool | None]) -> tuple[int, int]:
    """Bits of the facts that hold, and of those that are unknown."""
    yes, unknown = 0, ALL_FACTS
    for name, known in flags.items():
        if name not in FACT_BITS:
            raise UnknownFactError(name)
        if known is not None:
            unknown &= ~FACT_BITS[name]
        if known:
            yes |= FACT_BITS[name]
    return yes, unknown


class Numbers(NamedTuple):
    """Columns of laboratory values for the kernel: millionths, ``NO_NUMBER`` where there is none."""

    term: Ints64
    value: Ints64
    qualifier: Ints64
    low: Ints64
    high: Ints64
    base: Ints64
    base_low: Ints64
    base_high: Ints64


def grade_columns(table: GradeTable, numbers: Numbers) -> Ints64:
    """Grade, reason, ladder and row (``kernels.lab_ladder.OUT_…``) of every value, no clinical fact being known."""
    out = np.empty((len(numbers.value), kernel.N_OUT), dtype=np.int64)
    unknown: npt.NDArray[np.int64] = np.full(len(numbers.value), ALL_FACTS, dtype=np.int64)
    grade_values(*numbers, unknown, table.terms, table.clauses, table.bounds, out)
    return out

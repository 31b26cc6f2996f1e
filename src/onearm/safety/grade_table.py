"""The rows of CTCAE as the arrays that the kernel walks: one table a version, made once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import numpy as np

from onearm.kernels import lab_ladder as kernel
from onearm.kernels.arrays import Ints64
from onearm.measure import MILLION
from onearm.reference.ctcae import GradeRow, Term, terms
from onearm.reference.ctcae_grammar import FACTS, Bound, Clause

_OPERATORS = {">": kernel.ABOVE, ">=": kernel.AT_LEAST, "<": kernel.BELOW, "<=": kernel.AT_MOST}
_BASES = {"absolute": kernel.ABSOLUTE, "LLN": kernel.OF_LOW, "ULN": kernel.OF_HIGH, "BASE": kernel.OF_BASE}
_SWITCHES = {
    "none": kernel.NO_SWITCH,
    "baseline": kernel.BY_BASELINE,
    "anticoagulant": kernel.BY_ANTICOAGULANT,
}
FACT_BITS: Mapping[str, int] = {name: 1 << place for place, name in enumerate(FACTS)}
ALL_FACTS = (1 << len(FACTS)) - 1
if (FACT_BITS["anticoagulant"], FACT_BITS["previously_normal"]) != (
    kernel.FACT_ANTICOAGULANT,
    kernel.FACT_PREVIOUSLY_NORMAL,
):
    raise AssertionError("the bits of the kernel are not the places of the facts")


class GradeTable(NamedTuple):
    """One version of CTCAE for the kernel; a row's number counts from 1 in ``rows``."""

    version: str
    numbers: Mapping[str, int]
    """Place of a term by its name in small letters, and by the code of its test."""
    names: tuple[Term, ...]
    rows: tuple[GradeRow, ...]
    terms: Ints64
    clauses: Ints64
    bounds: Ints64


@cache
def grade_table(version: str) -> GradeTable:
    """The table of a version; empty for one that is not held."""
    graded = tuple(term for term in terms(version).values() if term.analyte)
    rows = tuple(row for term in graded for row in term.rows)
    places = {row.id: place for place, row in enumerate(rows, start=1)}
    bounds: list[list[int]] = []
    clauses: list[list[int]] = []
    heads: list[list[int]] = []
    for term in graded:
        spans: list[int] = []
        for ladder in (0, 1):
            begin = len(clauses)
            for row in reversed(term.rows):
                chosen = row.second if ladder else row.first
                clauses += [_clause(row, places[row.id], clause, bounds) for clause in chosen]
            spans += [begin, len(clauses)]
        heads.append([*_head(term), *spans])
    numbers = {term.name.casefold(): place for place, term in enumerate(graded)}
    numbers |= {term.analyte.casefold(): place for place, term in enumerate(graded)}
    return GradeTable(
        version,
        numbers,
        graded,
        rows,
        np.array(heads, dtype=np.int64).reshape(-1, kernel.N_TERM),
        np.array(clauses, dtype=np.int64).reshape(-1, kernel.N_CLAUSE),
        np.array(bounds, dtype=np.int64).reshape(-1, kernel.N_BOUND),
    )


def _head(term: Term) -> list[int]:
    facts = 0
    for row in term.rows:
        for clause in (*row.first, *row.second):
            facts |= sum(FACT_BITS[name] for name in {*clause.yes, *clause.no})
    # The facts that choose the ladder are not among those that raise a grade on it.
    both = any(bound.variable == "second" for row in term.rows for c in row.first for bound in c.bounds)
    needs_both = both and term.analyte == "BP"
    return [int(term.worse == "high"), _SWITCHES[term.switch], facts, int(needs_both)]


def _clause(row: GradeRow, place: int, clause: Clause, bounds: list[list[int]]) -> list[int]:
    begin = len(bounds)
    bounds += [_bound(bound) for bound in clause.bounds]
    yes, no = sum(FACT_BITS[name] for name in clause.yes), sum(FACT_BITS[name] for name in clause.no)
    return [row.grade, begin, len(bounds), yes, no, place]


def _bound(bound: Bound) -> list[int]:
    scale = MILLION if bound.basis == "absolute" else 1000
    number = bound.number * Decimal(scale)
    if number != int(number):
        raise ValueError(f"a limit finer than the table holds: {bound}")
    return [int(bound.variable == "second"), _OPERATORS[bound.operator], _BASES[bound.basis], int(number)]

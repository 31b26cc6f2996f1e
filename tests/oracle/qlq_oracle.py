"""Scores of QLQ-C30 and QLQ-HCC18 by the texts of the scoring table, in fractions: mean first, then its formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "data" / "questionnaires" / "qlq_scoring.csv"
_RISING = re.compile(r"\(\(RS-1\)/(\d+)\)\*100")
_FALLING = re.compile(r"\(1-\(RS-1\)/(\d+)\)\*100")
Answers = Mapping[int, int | None]
Scores = dict[str, Fraction | None]


@dataclass(frozen=True)
class ScaleRow:
    """One row of the table; ``items`` are empty for the score that is a mean of scales."""

    instrument: str
    code: str
    items: tuple[int, ...]
    range: int
    needed: int
    formula: str
    of_scales: tuple[tuple[str, bool], ...] = ()


def _scales_of(text: str) -> tuple[tuple[str, bool], ...]:
    """``PF2 RF2 + (100-each of FA NV)`` as codes, each with whether it is turned to 100 minus itself."""
    as_is, turned = re.fullmatch(r"(.*) \+ \(100-each of (.*)\)", text).groups()  # type: ignore[union-attr]
    return (*((code, False) for code in as_is.split()), *((code, True) for code in turned.split()))


@cache
def read_scales() -> tuple[ScaleRow, ...]:
    """Every row of the table."""
    rows = []
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()):
        summary = row["type"] == "summary"
        rows.append(
            ScaleRow(
                row["instrument"].split()[0],
                row["code"],
                () if summary else tuple(int(item) for item in row["items"].split()),
                int(row["item_range"] or 0),
                int(row["min_items_answered"]),
                row["score_formula_RS_is_mean_of_answered_items"],
                _scales_of(row["items"]) if summary else (),
            )
        )
    return tuple(rows)


def items_of(instrument: str) -> dict[int, int]:
    """The highest answer of each item (the lowest is 1)."""
    return {i: 1 + scale.range for scale in read_scales() if scale.instrument == instrument for i in scale.items}


def by_formula(formula: str, mean: Fraction) -> Fraction:
    """The points of a mean."""
    if match := _RISING.fullmatch(formula):
        return (mean - 1) / int(match[1]) * 100
    match = _FALLING.fullmatch(formula)
    if match is None:
        raise ValueError(formula)
    return (1 - (mean - 1) / int(match[1])) * 100


def score_sheet(instrument: str, answers: Answers) -> Scores:
    """Every score of a form; None where fewer items are answered than the table asks for, or a scale is missing."""
    scores: Scores = {}
    for scale in (s for s in read_scales() if s.instrument == instrument and s.items):
        given = [answers[item] for item in scale.items if answers.get(item) is not None]
        enough = len(given) >= scale.needed
        scores[scale.code] = by_formula(scale.formula, Fraction(sum(given), len(given))) if enough else None  # type: ignore[arg-type]
    for scale in (s for s in read_scales() if s.instrument == instrument and s.of_scales):
        parts = [None if scores[c] is None else 100 - scores[c] if turn else scores[c] for c, turn in scale.of_scales]  # type: ignore[operator]
        known = [part for part in parts if part is not None]
        scores[scale.code] = sum(known, Fraction(0)) / len(parts) if len(known) == len(parts) else None
    return scores

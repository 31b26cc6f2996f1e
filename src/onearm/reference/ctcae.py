"""The grades of CTCAE as data: each row of ``ctcae.csv`` with its limits parsed once, by a strict grammar.

Facts of the Common Terminology Criteria for Adverse Events (US National Cancer Institute), versions 5.0 and 6.0, as
two public encodings hold them; each row names its own. A limit that the grammar does not know is an error when the
table is read: no row is left out in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from onearm.reference.analytes import Confirmation
from onearm.reference.ctcae_grammar import Clause, Parsed, parse_row

VERSIONS = ("5.0", "6.0")
Direction = Literal["high", "low", ""]
Switch = Literal["none", "baseline", "anticoagulant"]
"""What chooses the second ladder of a term: nothing, an abnormal baseline, or the patient's anticoagulant."""


class GradeRow(NamedTuple):
    """One grade of one term in one version: the texts of its limits, and the clauses that they say."""

    id: str
    """``5.0/ALT/high/1``; the term's name stands in the place of a test that there is none of."""
    version: str
    term: str
    analyte: str
    """A code of ``ANALYTES``, or BP, TEMP, WT, STOOLS; empty for a term that has no number."""
    unit: str
    direction: Direction
    kind: Literal["lab", "clinical"]
    grade: int
    limit: str
    limit_if_baseline_abnormal: str
    note: str
    source: str
    mark: Confirmation
    first: tuple[Clause, ...]
    """Any of them makes the grade; empty for a clinical row, which only a person can judge."""
    second: tuple[Clause, ...]
    """The same for the second ladder; equal to ``first`` where there is one ladder."""


class Term(NamedTuple):
    """The grades of a term in one version, rising."""

    version: str
    name: str
    analyte: str
    direction: Direction
    rows: tuple[GradeRow, ...]
    switch: Switch

    @property
    def worse(self) -> Literal["high", "low"]:
        """Where the value gets worse: a loss of weight is a direction ``low``, but its number grows."""
        return "low" if self.direction == "low" and self.analyte != "WT" else "high"

    @property
    def grades(self) -> tuple[int, ...]:
        """Which grades there are; grade 5 (death) is not among the rows."""
        return tuple(row.grade for row in self.rows)


@cache
def grade_rows() -> tuple[GradeRow, ...]:
    """Every row of the table, in its order. ValueError for a limit that the grammar does not know."""
    text = files("onearm.reference").joinpath("ctcae.csv").read_text(encoding="utf-8")
    return tuple(_row(cells) for cells in csv.DictReader(text.splitlines()))


def _row(cells: dict[str, str]) -> GradeRow:
    kind = cast(Literal["lab", "clinical"], cells["kind"])
    subject = f"{cells['analyte']}/{cells['direction']}" if cells["analyte"] else cells["term"]
    name = f"{cells['version']}/{subject}/{cells['grade']}"
    parsed = Parsed((), ())
    if kind == "lab":
        parsed = parse_row(cells["limit"], cells["limit_if_baseline_abnormal"], cells["direction"])
    return GradeRow(
        name,
        cells["version"],
        cells["term"],
        cells["analyte"],
        cells["unit"],
        cast(Direction, cells["direction"]),
        kind,
        int(cells["grade"]),
        cells["limit"],
        cells["limit_if_baseline_abnormal"],
        cells["note"],
        cells["source"],
        "confirmed" if cells["mark"] == "confirmed" else "unconfirmed",
        parsed.first,
        parsed.second,
    )


@cache
def terms(version: str) -> Mapping[str, Term]:
    """Every term of a version by its name; empty for a version that is not held."""
    by_name: dict[str, list[GradeRow]] = {}
    for row in grade_rows():
        if row.version == version:
            by_name.setdefault(row.term, []).append(row)
    return {name: _term(sorted(rows, key=lambda row: row.grade)) for name, rows in by_name.items()}


def _term(rows: list[GradeRow]) -> Term:
    switch: Switch = "none"
    if any(_meaning(row.first) != _meaning(row.second) for row in rows):
        by_fact = any(row.limit_if_baseline_abnormal.startswith("on anticoagulant") for row in rows)
        switch = "anticoagulant" if by_fact else "baseline"
    first = rows[0]
    return Term(first.version, first.term, first.analyte, first.direction, tuple(rows), switch)


def _meaning(clauses: tuple[Clause, ...]) -> set[object]:
    """What clauses say, without regard to order."""
    return {(frozenset(clause.bounds), clause.yes, clause.no) for clause in clauses}


def term_of(version: str, term_or_analyte: str, direction: str | None = None) -> Term | None:
    """A term by its name or by the code of its test (letter case does not matter); None where the version has none."""
    wanted = term_or_analyte.casefold()
    for term in terms(version).values():
        named = term.name.casefold() == wanted or (term.analyte and term.analyte.casefold() == wanted)
        if named and direction in (None, "", term.direction):
            return term
    return None

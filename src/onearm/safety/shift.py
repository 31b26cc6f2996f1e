"""Worst grade of each test after the first dose, and from which grade at baseline it came: patients, not rows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.reference import ANALYTES
from onearm.reference.ctcae import term_of
from onearm.safety.vital_signs import VITAL_SIGNS

GRADES = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class WorstGrades:
    """One graded test. Who has at least one gradable value after the first dose is the denominator."""

    analyte: str
    name: str
    direction: str
    by_grade: tuple[tuple[str, ...], ...]
    """Patients whose worst grade is 0, 1, 2, 3, 4."""
    not_gradable: tuple[str, ...]
    """Patients with results after the first dose of which none can be graded: in no denominator. A result without a
    number, without a known unit or with a partial date is such a one."""
    partly: tuple[str, ...]
    """Patients of the denominator with some value that cannot be graded, or whose grade could be higher."""
    emergent: tuple[str, ...]
    """Patients of the denominator with a value worse than at baseline."""
    reasons: tuple[tuple[str, int], ...]
    """Why values after the first dose could not be graded, with the number of values."""
    shift: tuple[tuple[int | None, tuple[tuple[str, ...], ...]], ...]
    """For each grade at baseline (None: unknown) the patients whose worst grade is 0, 1, 2, 3, 4; only rows with
    patients."""

    @property
    def denominator(self) -> tuple[str, ...]:
        """Patients with at least one gradable value after the first dose."""
        return tuple(subject for group in self.by_grade for subject in group)

    @property
    def severe(self) -> tuple[str, ...]:
        """Patients whose worst grade is 3 or 4."""
        return (*self.by_grade[3], *self.by_grade[4])


_UNREAD = ("unit_missing", "unit_unknown", "no_number")
_AFTER = ((pl.col("ADT") > pl.col("TRTSDT")) & (pl.col("AVAL").is_not_null() | pl.col("PROBLEM").is_in(_UNREAD))) | (
    pl.col("TRTSDT").is_not_null() & (pl.col("PROBLEM") == "partial_date").fill_null(value=False)
)
"""A result of after the first dose, read or not; one of a treated patient with a partial date may be such."""


def worst_grades(adlb: pl.DataFrame, adsl: pl.DataFrame, version: str) -> tuple[WorstGrades, ...]:
    """The worst grades of every test that has a ladder and a value after the first dose, in the order of the tests."""
    after = (
        adlb.join(adsl.select("USUBJID", "TRTSDT"), on="USUBJID", how="left", maintain_order="left")
        .filter(_AFTER & pl.col("ATOXINP").is_not_null())
        .with_columns(pl.when(pl.col("AVAL").is_null()).then("PROBLEM").otherwise("ATOXRSN").alias("ATOXRSN"))
    )
    grade = pl.col("ATOXGR").str.strip_prefix("-").cast(pl.Int64)
    before = pl.col("BTOXGR").str.strip_prefix("-").cast(pl.Int64)
    summary = (
        after.with_columns(grade.alias("_GRADE"), before.alias("_BEFORE"))
        .group_by("PARAMCD", "USUBJID")
        .agg(
            pl.col("_GRADE").max().alias("WORST"),
            pl.col("_BEFORE").first().alias("BEFORE"),
            (pl.col("_GRADE").is_null() | (pl.col("ATOXRSN") == "could_be_higher")).any().alias("PARTLY"),
            (pl.col("TRTEMFL") == "Y").any().alias("EMERGENT"),
        )
        .sort("PARAMCD", "USUBJID")
    )
    ungraded = after.filter(pl.col("ATOXGR").is_null()).group_by("PARAMCD", "ATOXRSN").len().sort("PARAMCD", "ATOXRSN")
    groups = {str(key[0]): table for key, table in summary.group_by("PARAMCD", maintain_order=True)}
    reasons = {str(key[0]): table for key, table in ungraded.group_by("PARAMCD", maintain_order=True)}
    found = []
    for code in (*ANALYTES, *VITAL_SIGNS):
        term = term_of(version, code)
        if code in groups and term is not None:
            found.append(_of_one(code, term.direction, groups[code], reasons.get(code)))
    return tuple(found)


def _of_one(code: str, direction: str, patients: pl.DataFrame, reasons: pl.DataFrame | None) -> WorstGrades:
    graded = patients.filter(pl.col("WORST").is_not_null())

    def who(table: pl.DataFrame, keep: pl.Expr) -> tuple[str, ...]:
        return tuple(table.filter(keep)["USUBJID"].to_list())

    shift = []
    for before in (*GRADES, None):
        came = pl.col("BEFORE").is_null() if before is None else pl.col("BEFORE") == before
        row = tuple(who(graded, came & (pl.col("WORST") == worst)) for worst in GRADES)
        if any(row):
            shift.append((before, row))
    return WorstGrades(
        code,
        VITAL_SIGNS[code] if code in VITAL_SIGNS else ANALYTES[code].name,
        direction,
        tuple(who(graded, pl.col("WORST") == worst) for worst in GRADES),
        who(patients, pl.col("WORST").is_null()),
        who(graded, pl.col("PARTLY")),
        who(graded, pl.col("EMERGENT").fill_null(value=False)),
        () if reasons is None else tuple(reasons.select("ATOXRSN", "len").iter_rows()),
        tuple(shift),
    )

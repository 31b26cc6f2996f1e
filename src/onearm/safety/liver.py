"""Hy's law: who had high transaminases with high bilirubin and no sign of cholestasis, and each patient's peaks."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.reference.liver_signal import LiverLimits, liver_limits

CANDIDATE_SCHEMA: dict[str, pl.DataType] = {
    "USUBJID": pl.String(),
    "RULE": pl.String(),
    "TEST": pl.String(),
    "TDATE": pl.Date(),
    "TVALUE": pl.Int64(),
    "TREF": pl.Int64(),
    "TREFIS": pl.String(),
    "BDATE": pl.Date(),
    "BVALUE": pl.Int64(),
    "BREF": pl.Int64(),
    "BREFIS": pl.String(),
    "CHOLESTASIS": pl.String(),
}
"""``RULE``: ``uln`` (multiples of the upper limit) or ``base`` (multiples of the baseline where that was above its
limit). ``TREF``, ``BREF``: what the value is a multiple of, ``TREFIS``, ``BREFIS``: ULN or BASE. Values in millionths
of the canonical unit. ``CHOLESTASIS``: ``yes``, ``no``, or ``unknown`` where no alkaline phosphatase was measured."""
PEAK_SCHEMA: dict[str, pl.DataType] = {"USUBJID": pl.String(), "TRANSAMINASE": pl.Float64(), "BILIRUBIN": pl.Float64()}
_TRANSAMINASES = ("ALT", "AST")


@dataclass(frozen=True, eq=False)
class LiverSignal:
    """Patients with such a pair of values, the peaks of all, and who could not be judged."""

    limits: LiverLimits
    candidates: pl.DataFrame
    """One row a patient and rule (``CANDIDATE_SCHEMA``); cholestatic pairs are listed as such, not as candidates."""
    peaks: pl.DataFrame
    """Highest ALT or AST and highest bilirubin after the first dose, as multiples of the upper limit."""
    judged: tuple[str, ...]
    """Patients with a transaminase and a bilirubin, each with its upper limit, after the first dose."""
    not_judged: tuple[str, ...]
    """Patients with some value of either after the first dose, but not both with a limit."""

    def of_rule(self, rule: str) -> pl.DataFrame:
        """The candidates by one rule: cholestasis not shown."""
        return self.candidates.filter((pl.col("RULE") == rule) & (pl.col("CHOLESTASIS") != "yes"))


def find_liver_signal(laboratory: pl.DataFrame) -> LiverSignal:
    """Hy's law on the rows of ``measure.with_baseline``, by multiples of ULN and by multiples of the baseline.

    A pair is a transaminase and a bilirubin on the same day or up to the window later, both after the first dose. A
    value known only as an upper bound (``<``) fulfils nothing; a lower bound (``>``) counts as its number.
    """
    limits = liver_limits()
    after = laboratory.filter(
        (pl.col("DATE") > pl.col("TRTSDT")) & pl.col("VALUE").is_not_null() & (pl.col("QUALIFIER") != "<")
    )
    cells = _CELLS
    rules = [_pairs(after.with_columns(*cells[rule]), rule, limits) for rule in ("uln", "base")]
    peaks = _peaks(after)
    measured = after.filter(pl.col("ANALYTE").is_in([*_TRANSAMINASES, "TBIL"]))["USUBJID"].unique().sort()
    judged = peaks.drop_nulls()["USUBJID"].to_list()
    return LiverSignal(
        limits,
        pl.concat(rules),
        peaks,
        tuple(judged),
        tuple(subject for subject in measured.to_list() if subject not in set(judged)),
    )


_ABNORMAL = (pl.col("BASE") > pl.col("BASE_HIGH")).fill_null(value=False)
_HIGH = pl.when(pl.col("HIGH") > 0).then(pl.col("HIGH"))
_CELLS: dict[str, list[pl.Expr]] = {
    "uln": [_HIGH.alias("REF"), pl.lit("ULN").alias("REFIS")],
    "base": [
        pl.when(_ABNORMAL).then(pl.col("BASE")).otherwise(_HIGH).alias("REF"),
        pl.when(_ABNORMAL).then(pl.lit("BASE")).otherwise(pl.lit("ULN")).alias("REFIS"),
    ],
}
"""What a value is measured by under each rule."""


def _reaches(multiple: int) -> pl.Expr:
    return pl.col("VALUE") >= multiple * pl.col("REF")


def _pairs(after: pl.DataFrame, rule: str, limits: LiverLimits) -> pl.DataFrame:
    """The first pair of each patient, one without cholestasis before one that nobody can tell before one with it."""
    high = after.filter(pl.col("ANALYTE").is_in(_TRANSAMINASES) & _reaches(limits.transaminase)).select(
        "USUBJID",
        pl.col("ANALYTE").alias("TEST"),
        *(pl.col(name).alias(f"T{name}") for name in ("DATE", "VALUE", "REF", "REFIS")),
    )
    yellow = after.filter((pl.col("ANALYTE") == "TBIL") & _reaches(limits.bilirubin)).select(
        "USUBJID", *(pl.col(name).alias(f"B{name}") for name in ("DATE", "VALUE", "REF", "REFIS"))
    )
    days = (pl.col("BDATE") - pl.col("TDATE")).dt.total_days()
    pairs = high.join(yellow, on="USUBJID", how="inner").filter((days >= 0) & (days <= limits.window_days))
    ranked = _with_cholestasis(pairs, after, limits).sort("USUBJID", "_RANK", "TDATE", "BDATE", "TEST")
    first = ranked.group_by("USUBJID", maintain_order=True).first().with_columns(pl.lit(rule).alias("RULE"))
    return first.select(pl.col(name).cast(kind) for name, kind in CANDIDATE_SCHEMA.items())


def _with_cholestasis(pairs: pl.DataFrame, after: pl.DataFrame, limits: LiverLimits) -> pl.DataFrame:
    """Whether any alkaline phosphatase from the one day to the other was high (by its upper limit, in both rules)."""
    phosphatase = after.filter((pl.col("ANALYTE") == "ALP") & (pl.col("HIGH") > 0)).select(
        "USUBJID",
        pl.col("DATE").alias("PDATE"),
        (pl.col("VALUE") >= limits.cholestasis * pl.col("HIGH")).alias("PHIGH"),
    )
    numbered = pairs.with_row_index("_PAIR")
    seen = (
        numbered.join(phosphatase, on="USUBJID", how="inner")
        .filter(pl.col("PDATE").is_between(pl.col("TDATE"), pl.col("BDATE")))
        .group_by("_PAIR")
        .agg(pl.col("PHIGH").any())
    )
    told = numbered.join(seen, on="_PAIR", how="left")
    state = (
        pl.when(pl.col("PHIGH").is_null()).then(pl.lit("unknown"))
        .when(pl.col("PHIGH")).then(pl.lit("yes")).otherwise(pl.lit("no"))
    )  # fmt: skip
    rank = pl.col("CHOLESTASIS").replace_strict({"no": 0, "unknown": 1, "yes": 2}, return_dtype=pl.Int64)
    return told.with_columns(state.alias("CHOLESTASIS")).with_columns(rank.alias("_RANK"))


def _peaks(after: pl.DataFrame) -> pl.DataFrame:
    times = after.filter((pl.col("HIGH") > 0) & pl.col("ANALYTE").is_in([*_TRANSAMINASES, "TBIL"])).with_columns(
        (pl.col("VALUE") / pl.col("HIGH")).alias("TIMES")
    )
    is_bilirubin = pl.col("ANALYTE") == "TBIL"
    peaks = times.group_by("USUBJID").agg(
        pl.col("TIMES").filter(~is_bilirubin).max().alias("TRANSAMINASE"),
        pl.col("TIMES").filter(is_bilirubin).max().alias("BILIRUBIN"),
    )
    return peaks.select(pl.col(name).cast(kind) for name, kind in PEAK_SCHEMA.items()).sort("USUBJID")

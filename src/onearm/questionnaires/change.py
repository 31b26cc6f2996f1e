"""How scores changed from baseline: mean with its interval by visit, and who improved, stayed or became worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import polars as pl
from scipy.special import stdtrit

from onearm.protocol.quality_parts import ChangeThreshold
from onearm.reference.questionnaires import Scale

TEN_THOUSAND = 10_000
"""Thresholds have at most four decimals: so many parts of a point make them whole."""

IMPROVED, STABLE, WORSE = "IMPROVED", "STABLE", "WORSE"


@dataclass(frozen=True)
class Change:
    """Changes of one scale at one visit, in points; positive is a rise of the score, whichever way is better."""

    scale: str
    visit: int
    label: str
    subjects: tuple[str, ...]
    """Patients with a score at baseline and at the visit."""
    mean: Fraction
    sd: float | None
    """Standard deviation of the sample; None for one patient, as are the limits."""
    lower: float | None
    upper: float | None
    level: float
    improved: tuple[str, ...] | None
    """None where the plan has no threshold for the scale."""
    stable: tuple[str, ...] | None
    worse: tuple[str, ...] | None

    @property
    def n(self) -> int:
        """Number of patients."""
        return len(self.subjects)


def whole_points(points: Decimal) -> int:
    """A threshold in ten-thousandths of a point."""
    return int(points * TEN_THOUSAND)


def add_change(
    table: pl.DataFrame, scales: Mapping[str, Scale], thresholds: Mapping[str, ChangeThreshold]
) -> pl.DataFrame:
    """The table of scores (USUBJID, SCALE, AVISITN, DATE, FORM, SCORE …) with ABLFL, BASE_SCORE, CHANGE and CHGCAT1.

    The baseline is the last score on or before the day of the first dose (AVISITN 0). CHANGE is in parts of the scale,
    of rows after the baseline only. IMPROVED or WORSE from exactly the threshold on; null without one.
    """
    base = (
        table.filter((pl.col("AVISITN") == 0) & pl.col("SCORE").is_not_null())
        .sort("DATE", "FORM")
        .group_by("USUBJID", "SCALE", maintain_order=True)
        .last()
        .select("USUBJID", "SCALE", pl.col("SCORE").alias("BASE_SCORE"), pl.col("FORM").alias("BASE_FORM"))
    )
    rules = [
        (code, scale.parts, 1 if scale.higher_is == "better" else -1, *_limits(thresholds.get(code)))
        for code, scale in scales.items()
    ]
    kinds = {"SCALE": pl.String, "PARTS": pl.Int64, "SIGN": pl.Int64, "UP": pl.Int64, "DOWN": pl.Int64}
    joined = table.join(base, on=["USUBJID", "SCALE"], how="left", maintain_order="left").join(
        pl.DataFrame(rules, schema=kinds, orient="row"), on="SCALE", how="left", maintain_order="left"
    )
    after = pl.col("AVISITN").is_null() | (pl.col("AVISITN") > 0)
    gain = pl.col("CHANGE") * pl.col("SIGN") * TEN_THOUSAND
    known = pl.col("CHANGE").is_not_null() & pl.col("UP").is_not_null()
    return (
        joined.with_columns(
            CHANGE=pl.when(after).then(pl.col("SCORE") - pl.col("BASE_SCORE")),
            ABLFL=pl.when(pl.col("FORM") == pl.col("BASE_FORM")).then(pl.lit("Y")),
        )
        .with_columns(
            CHGCAT1=pl.when(~known)
            .then(None)
            .when(gain >= pl.col("UP") * pl.col("PARTS"))
            .then(pl.lit(IMPROVED))
            .when(-gain >= pl.col("DOWN") * pl.col("PARTS"))
            .then(pl.lit(WORSE))
            .otherwise(pl.lit(STABLE))
        )
        .drop("SIGN", "UP", "DOWN")
    )


def _limits(threshold: ChangeThreshold | None) -> tuple[int | None, int | None]:
    if threshold is None:
        return None, None
    return whole_points(threshold.improvement), whole_points(threshold.worsening)


def describe_changes(table: pl.DataFrame, members: tuple[str, ...], level: float) -> tuple[Change, ...]:
    """Every scale at every planned visit with at least one change, of the forms that count for their visits.

    Limits by Student's t with n − 1 degrees of freedom (``level`` of both sides together).
    """
    rows = table.filter(
        (pl.col("ANL01FL") == "Y") & pl.col("CHANGE").is_not_null() & pl.col("USUBJID").is_in(list(members))
    ).select("SCALE", "AVISITN", "AVISIT", "USUBJID", "CHANGE", "PARTS", "CHGCAT1")
    made = []
    for (scale, visit), group in rows.group_by("SCALE", "AVISITN", maintain_order=True):
        changes = [int(value) for value in group["CHANGE"].to_list()]
        mean, sd, lower, upper = _moments(changes, int(group["PARTS"].item(0)), level)
        kinds = group["CHGCAT1"].null_count() == 0
        made.append(
            Change(
                str(scale), int(str(visit)), str(group["AVISIT"].item(0)), tuple(group["USUBJID"].to_list()), mean, sd,
                lower, upper, level, *(_of_kind(group, kind) if kinds else None for kind in (IMPROVED, STABLE, WORSE)),
            )
        )  # fmt: skip
    order = {code: place for place, code in enumerate(table["SCALE"].unique(maintain_order=True).to_list())}
    return tuple(sorted(made, key=lambda change: (order[change.scale], change.visit)))


def _of_kind(group: pl.DataFrame, kind: str) -> tuple[str, ...]:
    return tuple(group["USUBJID"].filter(group["CHGCAT1"] == kind).to_list())


def _moments(changes: list[int], parts: int, level: float) -> tuple[Fraction, float | None, float | None, float | None]:
    """Mean, standard deviation and limits; sums are exact, so that equal changes have a deviation of exactly 0."""
    n, total = len(changes), sum(changes)
    mean = Fraction(total, n * parts)
    if n < 2:
        return mean, None, None, None
    variance = Fraction(n * sum(value * value for value in changes) - total * total, n * (n - 1) * parts * parts)
    sd = sqrt(variance)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * sd / sqrt(n)
    return mean, sd, float(mean) - half, float(mean) + half

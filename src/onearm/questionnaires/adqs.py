"""ADQS: one row for each form and scale, with its baseline, its change and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from onearm.questionnaires.deterioration import TimeToDeterioration
from onearm.reference.questionnaires import Scale

ADQS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "STUDYID": pl.String, "USUBJID": pl.String, "PARCAT1": pl.String, "PARAMCD": pl.String, "PARAM": pl.String,
    "AVISIT": pl.String, "AVISITN": pl.Int64, "VISITNUM": pl.String, "ADT": pl.Date, "ADY": pl.Int64,
    "AVAL": pl.Float64, "BASE": pl.Float64, "CHG": pl.Float64, "CHGCAT1": pl.String, "ABLFL": pl.String,
    "ANL01FL": pl.String, "NANSWER": pl.Int64, "NITEM": pl.Int64, "REASON": pl.String, "HIGHER": pl.String,
    "MARK": pl.String, "SRCDOM": pl.String, "SRCVAR": pl.String, "SRCSEQ": pl.Int64,
}  # fmt: skip
"""NANSWER of NITEM items (or scales) were answered; REASON says why there is no AVAL. HIGHER is ``better`` or
``worse``; MARK ``unconfirmed`` where the map could not be confirmed. SRCSEQ is QSSEQ of the first answer."""

ADQSTTE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "STUDYID": pl.String, "USUBJID": pl.String, "PARAMCD": pl.String, "PARAM": pl.String, "STARTDT": pl.Date,
    "ADT": pl.Date, "AVAL": pl.Int64, "CNSR": pl.Int64, "EVNTDESC": pl.String, "REFVAL": pl.Float64,
    "SCORE": pl.Float64, "SRCDOM": pl.String, "SRCVAR": pl.String, "SRCSEQ": pl.Int64,
}  # fmt: skip
"""Days to deterioration by the plan's definition; CNSR 2 is a death that competes."""


def build_adqs(table: pl.DataFrame, scales: Mapping[str, Scale], study_id: str) -> pl.DataFrame:
    """ADQS of the table of `change.add_change`, in the order of scale, subject and date.

    AVAL, BASE and CHG are shown to four decimals, half away from zero; what is compared is exact and stands apart.
    """
    order = {code: place for place, code in enumerate(scales)}

    def said(field: str) -> pl.Expr:
        words = {code: str(getattr(scale, field)) for code, scale in scales.items()}
        return pl.col("SCALE").replace_strict(words, return_dtype=pl.String)

    return (
        table.with_columns(_PLACE=pl.col("SCALE").replace_strict(order, return_dtype=pl.Int64))
        # Forms are numbered in the order of subject, questionnaire and date.
        .sort("_PLACE", "FORM")
        .select(
            pl.lit(study_id).alias("STUDYID"),
            "USUBJID",
            pl.col("INSTRUMENT").alias("PARCAT1"),
            pl.col("SCALE").alias("PARAMCD"),
            said("name").alias("PARAM"),
            "AVISIT",
            "AVISITN",
            pl.col("VISITNUM").cast(pl.String).str.replace(r"\.?0+$", ""),
            pl.col("DATE").alias("ADT"),
            "ADY",
            _points("SCORE").alias("AVAL"),
            _points("BASE_SCORE").alias("BASE"),
            _points("CHANGE").alias("CHG"),
            "CHGCAT1",
            "ABLFL",
            "ANL01FL",
            "NANSWER",
            "NITEM",
            "REASON",
            said("higher_is").alias("HIGHER"),
            said("mark").alias("MARK"),
            pl.lit("QS").alias("SRCDOM"),
            pl.lit("QSSTRESN").alias("SRCVAR"),
            pl.col("QSSEQ").alias("SRCSEQ"),
        )
        .cast(ADQS_SCHEMA)  # type: ignore[arg-type]
    )


def _points(column: str) -> pl.Expr:
    """Parts as points to four decimals, half away from zero, by whole numbers."""
    size, parts = pl.col(column).abs(), pl.col("PARTS")
    rounded = (2 * 10_000 * size + parts) // (2 * parts)
    # The division leaves a last binary digit behind that no decimal has.
    return (pl.col(column).sign() * rounded / 10_000).round(4)


def build_times(
    times: Iterable[TimeToDeterioration], scales: Mapping[str, Scale], starts: Mapping[str, object], study_id: str
) -> pl.DataFrame:
    """One row for each patient and scale of the plan's deterioration; ``starts``: start day by subject."""
    rows = []
    for one in times:
        scale = scales[one.scale]
        for row in one.rows:
            decided = row.row is not None
            rows.append(
                (
                    study_id, row.subject, scale.code, scale.name, starts[row.subject], row.date, row.days,
                    row.censored, row.reason, *_shown(scale, row.reference, row.score),
                    "QS" if decided else None, "QSSTRESN" if decided else None, row.row,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=ADQSTTE_SCHEMA, orient="row")


def _shown(scale: Scale, *values: int | None) -> list[float | None]:
    size = [None if v is None else (20_000 * abs(v) + scale.parts) // (2 * scale.parts) for v in values]
    return [
        None if s is None else (s if v is None or v >= 0 else -s) / 10_000 for s, v in zip(size, values, strict=True)
    ]

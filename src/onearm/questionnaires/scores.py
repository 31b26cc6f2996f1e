"""Answers become scores: exact, by the map, each with how many items were answered and why there is no score.

A score is a whole number of 1/PARTS points (PARTS of the scale), so that no change is rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from onearm.questionnaires.answers import FORM
from onearm.reference.questionnaires import OF_SCALES, Questionnaire, Scale

TOO_FEW, SCALE_MISSING = "too_few_items_answered", "scale_without_score"
"""Why a scale has no score."""

SCORE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "FORM": pl.Int64, "SCALE": pl.String, "SCORE": pl.Int64, "NANSWER": pl.Int64, "NITEM": pl.Int64,
    "REASON": pl.String, "QSSEQ": pl.Int64, "_ROW": pl.Int64,
}  # fmt: skip


def list_forms(answers: pl.DataFrame) -> pl.DataFrame:
    """One row a form on which something was answered or asked item by item: FORM (its number), the columns of
    ``FORM``, VISIT, NANSWER (items answered), QSSEQ and _ROW (its first row)."""
    return (
        answers.filter(pl.col("ITEM").is_not_null())
        .group_by(FORM, maintain_order=True)
        .agg(
            pl.col("VISIT").first(),
            pl.col("ANSWER").count().cast(pl.Int64).alias("NANSWER"),
            pl.col("QSSEQ").min(),
            pl.col("_ROW").min(),
        )
        .with_row_index("FORM")
        .with_columns(pl.col("FORM").cast(pl.Int64))
    )


def score_forms(answers: pl.DataFrame, forms: pl.DataFrame, questionnaires: Sequence[Questionnaire]) -> pl.DataFrame:
    """One row for each form and scale of its questionnaire: ``SCORE_SCHEMA``.

    ``answers`` of `read_answers`, ``forms`` of `list_forms`. SCORE is null where fewer items were answered than the map
    asks for, or where a score made of scales lacks one of them; REASON says which. NITEM is the number of items, or
    of scales.
    """
    if forms.is_empty():
        return pl.DataFrame(schema=SCORE_SCHEMA)
    numbered = answers.filter(pl.col("ITEM").is_not_null()).join(
        forms.select(*FORM, "FORM"), on=list(FORM), how="inner", nulls_equal=True, maintain_order="left"
    )
    made = pl.concat([_of_items(numbered, forms, q) for q in questionnaires])
    sums = [_of_scales(made, forms, q, s) for q in questionnaires for s in q.scales if s.scoring in OF_SCALES]
    order = {scale.code: place for place, scale in enumerate(s for q in questionnaires for s in q.scales)}
    return (
        pl.concat([made, *sums])
        .with_columns(_PLACE=pl.col("SCALE").replace_strict(order, return_dtype=pl.Int64))
        .sort("FORM", "_PLACE")
        .drop("_PLACE")
    )


def _of_items(numbered: pl.DataFrame, forms: pl.DataFrame, questionnaire: Questionnaire) -> pl.DataFrame:
    """Every scale made of items, whether or not anything of it was answered."""
    scales = [scale for scale in questionnaire.scales if scale.scoring not in OF_SCALES]
    items = pl.DataFrame(
        [(int(m.name), m.turned, scale.code, scale.first_answer + scale.last_answer) for scale in scales
         for m in scale.members],
        schema={"ITEM": pl.Int64, "TURNED": pl.Boolean, "SCALE": pl.String, "BOTH": pl.Int64}, orient="row",
    )  # fmt: skip
    answered = (
        numbered.filter(pl.col("INSTRUMENT") == questionnaire.name)
        .join(items, on="ITEM", how="inner")
        .with_columns(VALUE=pl.when("TURNED").then(pl.col("BOTH") - pl.col("ANSWER")).otherwise("ANSWER"))
        .group_by("FORM", "SCALE")
        .agg(
            pl.col("VALUE").sum().alias("SUM"),
            pl.col("VALUE").count().cast(pl.Int64).alias("NANSWER"),
            pl.col("QSSEQ").min(),
            pl.col("_ROW").min(),
        )
    )
    own = forms.filter(pl.col("INSTRUMENT") == questionnaire.name).select("FORM")
    grid = own.join(_rules(scales), how="cross").join(answered, on=["FORM", "SCALE"], how="left")
    count = pl.col("NANSWER").fill_null(0)
    enough = count >= pl.col("MIN")
    return grid.select(
        "FORM",
        "SCALE",
        pl.when(enough).then(_transformed()).alias("SCORE"),
        count.alias("NANSWER"),
        "NITEM",
        pl.when(~enough).then(pl.lit(TOO_FEW)).alias("REASON"),
        "QSSEQ",
        "_ROW",
    )


def _rules(scales: Sequence[Scale]) -> pl.DataFrame:
    rows = [(s.code, len(s.members), s.min_answered, s.first_answer, s.last_answer, s.scoring, s.parts) for s in scales]
    kinds = {
        "SCALE": pl.String, "NITEM": pl.Int64, "MIN": pl.Int64, "FIRST": pl.Int64, "LAST": pl.Int64,
        "SCORING": pl.String, "PARTS": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _transformed() -> pl.Expr:
    """The score in whole parts: PARTS is a multiple of every divisor, so each division is exact."""
    count, parts = pl.max_horizontal(pl.col("NANSWER").fill_null(1), pl.lit(1)), pl.col("PARTS")
    width = pl.col("LAST") - pl.col("FIRST")
    rising = (pl.col("SUM") - count * pl.col("FIRST")) * (parts // (count * width)) * 100
    return (
        pl.when(pl.col("SCORING") == "rising")
        .then(rising)
        .when(pl.col("SCORING") == "falling")
        .then(parts * 100 - rising)
        .otherwise(pl.col("SUM") * pl.col("NITEM") * (parts // count))
    )


def _of_scales(made: pl.DataFrame, forms: pl.DataFrame, questionnaire: Questionnaire, scale: Scale) -> pl.DataFrame:
    """A score made of other scales of the questionnaire; all of them are needed."""
    by_code = {one.code: one for one in questionnaire.scales}
    divisor = len(scale.members) if scale.scoring == "mean_of_scales" else 1
    members = pl.DataFrame(
        [
            (
                m.name,
                scale.parts // (by_code[m.name].parts * divisor) * (-1 if m.turned else 1),
                (by_code[m.name].low + by_code[m.name].high) * (scale.parts // divisor) if m.turned else 0,
            )
            for m in scale.members
        ],
        schema={"SCALE": pl.String, "FACTOR": pl.Int64, "OFFSET": pl.Int64}, orient="row",
    )  # fmt: skip
    own = forms.filter(pl.col("INSTRUMENT") == questionnaire.name).select("FORM")
    added = (
        made.join(members, on="SCALE", how="inner")
        .group_by("FORM")
        .agg(
            (pl.col("SCORE") * pl.col("FACTOR") + pl.col("OFFSET")).sum().alias("SUM"),
            pl.col("SCORE").count().cast(pl.Int64).alias("NANSWER"),
            pl.col("QSSEQ").min(),
            pl.col("_ROW").min(),
        )
    )
    whole = pl.col("NANSWER") == len(scale.members)
    return own.join(added, on="FORM", how="inner").select(
        "FORM",
        pl.lit(scale.code).alias("SCALE"),
        pl.when(whole).then("SUM").alias("SCORE"),
        "NANSWER",
        pl.lit(len(scale.members), pl.Int64).alias("NITEM"),
        pl.when(~whole).then(pl.lit(SCALE_MISSING)).alias("REASON"),
        "QSSEQ",
        "_ROW",
    )

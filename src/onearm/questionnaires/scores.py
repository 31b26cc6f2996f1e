"""Answers become scores: exact, by the map, each with how many items were answered and why there is no score.

A score is a whole number of 1/PARTS points (PARTS of the scale), so that no change is rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
    ``answers.FORM``, VISIT, NANSWER (items answered), QSSEQ and _ROW (its first row)."""
    return (
        answers.filter(pl.col("ITEM").is_not_null())
        .group_by("FORM", maintain_order=True)
        .agg(
            pl.col(*FORM, "VISIT").first(),
            pl.col("ANSWER").count().cast(pl.Int64).alias("NANSWER"),
            pl.col("QSSEQ").min(),
            pl.col("_ROW").min(),
        )
        .sort("FORM")
    )


class _Scored(NamedTuple):
    """Scores of one questionnaire: forms × scales."""

    score: NDArray[np.int64]
    scored: NDArray[np.bool_]
    """False where there is no score; ``score`` is 0 there."""
    answered: NDArray[np.int64]
    first: NDArray[np.int64]
    """Place of the first row of the scale's items among the answers; −1 where there is none."""


def score_forms(answers: pl.DataFrame, forms: pl.DataFrame, questionnaires: Sequence[Questionnaire]) -> pl.DataFrame:
    """One row for each form and scale of its questionnaire: ``SCORE_SCHEMA``.

    ``answers`` of `read_answers`, ``forms`` of `list_forms`. SCORE is null where fewer items were answered than the map
    asks for, or where a score made of scales lacks one of them; REASON says which. NITEM is the number of items, or
    of scales.
    """
    if forms.is_empty():
        return pl.DataFrame(schema=SCORE_SCHEMA)
    items = answers.filter(pl.col("ITEM").is_not_null())
    numbers = items["FORM"].to_numpy()
    parts = []
    for questionnaire in questionnaires:
        own = forms.filter(pl.col("INSTRUMENT") == questionnaire.name)["FORM"].to_numpy()
        place_of_form = np.full(int(forms["FORM"].max() or 0) + 1, -1, np.int64)  # type: ignore[arg-type]
        place_of_form[own] = np.arange(len(own))
        scored = _score(items, place_of_form[numbers], len(own), questionnaire)
        parts.append(_as_table(own, scored, questionnaire, items))
    return pl.concat(parts).sort("FORM", maintain_order=True)


def _score(items: pl.DataFrame, place: NDArray[np.int64], n_forms: int, questionnaire: Questionnaire) -> _Scored:
    """``place``: number of each row's form among those of the questionnaire, −1 for another's."""
    n_scales = len(questionnaire.scales)
    item, answer = items["ITEM"].to_numpy(), items["ANSWER"].fill_null(0).to_numpy()
    given = items["ANSWER"].is_not_null().to_numpy()
    scale_of, turn = _item_rules(questionnaire)
    here = np.flatnonzero(place >= 0)
    slot = place[here] * n_scales + scale_of[item[here]]
    value = np.where(turn[item[here]] > 0, turn[item[here]] - answer[here], answer[here])
    counted = given[here]
    size = n_forms * n_scales
    answered = np.bincount(slot[counted], minlength=size).reshape(n_forms, n_scales)
    # Sums of answers are small whole numbers, which doubles hold exactly.
    total = np.bincount(slot[counted], value[counted], minlength=size).astype(np.int64).reshape(n_forms, n_scales)
    first = np.full(size, -1, np.int64)
    first[slot[::-1]] = here[::-1]
    made = _Scored(np.zeros_like(total), np.zeros(total.shape, np.bool_), answered, first.reshape(n_forms, n_scales))
    for column, scale in enumerate(questionnaire.scales):
        if scale.scoring not in OF_SCALES:
            enough = answered[:, column] >= scale.min_answered
            made.scored[:, column] = enough
            made.score[enough, column] = _transform(scale, total[enough, column], answered[enough, column])
    for column, scale in enumerate(questionnaire.scales):
        if scale.scoring in OF_SCALES:
            _add_scales(made, column, scale, questionnaire)
    return made


def _item_rules(questionnaire: Questionnaire) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By item number: the place of its scale, and for an item that is turned round the sum of its ends (else 0)."""
    size = max(questionnaire.items, default=0) + 1
    scale_of, turn = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for place, scale in enumerate(questionnaire.scales):
        if scale.scoring not in OF_SCALES:
            for member in scale.members:
                scale_of[int(member.name)] = place
                turn[int(member.name)] = scale.first_answer + scale.last_answer if member.turned else 0
    return scale_of, turn


def _transform(scale: Scale, total: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """The score in whole parts: the scale's parts are a multiple of every divisor, so each division is exact."""
    if scale.scoring == "sum":
        return total * len(scale.members) * (scale.parts // count)
    rising = (total - count * scale.first_answer) * (scale.parts // (count * (scale.last_answer - scale.first_answer)))
    return rising * 100 if scale.scoring == "rising" else scale.parts * 100 - rising * 100


def _add_scales(made: _Scored, column: int, scale: Scale, questionnaire: Questionnaire) -> None:
    """A score made of other scales of the questionnaire; all of them are needed."""
    places = {one.code: place for place, one in enumerate(questionnaire.scales)}
    members = [places[member.name] for member in scale.members]
    made.answered[:, column] = made.scored[:, members].sum(axis=1)
    whole = made.scored[:, members].all(axis=1)
    made.scored[:, column] = whole
    made.first[:, column] = made.first[:, members[0]]
    divisor = len(members) if scale.scoring == "mean_of_scales" else 1
    for place, member in zip(members, scale.members, strict=True):
        one = questionnaire.scales[place]
        own = made.score[whole, place]
        value = (one.low + one.high) * one.parts - own if member.turned else own
        made.score[whole, column] += value * (scale.parts // (one.parts * divisor))


def _as_table(own: NDArray[np.int64], made: _Scored, questionnaire: Questionnaire, items: pl.DataFrame) -> pl.DataFrame:
    n_forms, scales = len(own), questionnaire.scales
    of_scales = np.tile([scale.scoring in OF_SCALES for scale in scales], n_forms)
    missing = pl.Series(~made.scored.ravel())
    witness = pl.Series(made.first.ravel()).replace(-1, None)
    return pl.DataFrame(
        {
            "FORM": np.repeat(own, len(scales)),
            "SCALE": pl.Series([scale.code for scale in scales]).gather(np.tile(np.arange(len(scales)), n_forms)),
            "SCORE": pl.Series(made.score.ravel()).set(missing, None),
            "NANSWER": made.answered.ravel(),
            "NITEM": np.tile([len(scale.members) for scale in scales], n_forms),
            "REASON": pl.Series([TOO_FEW, SCALE_MISSING]).gather(of_scales.astype(np.int64)).set(~missing, None),
            "QSSEQ": items["QSSEQ"].gather(witness),
            "_ROW": items["_ROW"].gather(witness),
        },
        schema_overrides=SCORE_SCHEMA,
    )

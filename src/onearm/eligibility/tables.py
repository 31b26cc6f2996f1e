"""The rows of a screening: what each verdict rests on, in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onearm.eligibility.rules import rule_text
from onearm.eligibility.verdicts import REASONS, VERDICT_NAMES, Leaf, Node
from onearm.measure.observations import EVER_BEFORE, Ints

if TYPE_CHECKING:
    from onearm.eligibility.screening import Screened

SCHEMA = {
    "USUBJID": pl.String, "CRITERION": pl.String, "KIND": pl.String, "VERDICT": pl.String, "VALUE": pl.String,
    "UNIT": pl.String, "DATE": pl.Date, "REASON": pl.String, "NOTE": pl.String, "VARIABLE": pl.String, "RAW": pl.String,
    "WINSTDT": pl.Date, "WINENDT": pl.Date, "SRCDOM": pl.String, "SRCSEQ": pl.Int64, "COMPUTED": pl.String,
    "JUDGED": pl.String, "JUDGDT": pl.Date, "JUDGSEQ": pl.Int64, "JUDGEDBY": pl.String, "RULE": pl.String,
    "UNCONFIRMED": pl.String, "LEFTOUT": pl.String,
}  # fmt: skip
"""The columns of ``Screening.table``."""


def criterion_rows(one: Screened, subjects: tuple[str, ...]) -> pl.DataFrame:
    """One criterion, a row a subject in their order, with the columns of ``SCHEMA``."""
    n = len(subjects)
    same = {
        "CRITERION": one.criterion.id,
        "KIND": one.criterion.kind,
        "JUDGEDBY": one.criterion.judged_by,
        "RULE": rule_text(one.criterion),
        "LEFTOUT": "Y" if one.is_left_out else None,
    }
    named = pl.Series(VERDICT_NAMES)
    answers = one.answers
    judged = named.gather(pl.Series(answers.verdict.astype(np.uint32))).set(pl.Series(~answers.is_answered), None)
    frame = pl.DataFrame(
        {
            "USUBJID": list(subjects),
            "VERDICT": named.gather(pl.Series(one.verdict.astype(np.uint32))),
            "REASON": pl.Series(REASONS).gather(pl.Series(one.reason.astype(np.uint32))),
            "JUDGED": judged,
            "JUDGDT": to_dates(answers.day),
            "JUDGSEQ": answers.sequence,
            "COMPUTED": _computed(one.computed, named, n),
            "UNCONFIRMED": pl.Series(one.unconfirmed_of(n), dtype=pl.String),
        }
    )
    details = _of_answers(one) if one.computed is None else _of_leaves(one.computed)
    joined = frame.hstack(details).with_columns(**{name: pl.lit(value, pl.String) for name, value in same.items()})
    return joined.select([pl.col(name).cast(kind) for name, kind in SCHEMA.items()])


def _computed(node: Node | None, named: pl.Series, n: int) -> pl.Series:
    if node is None:
        return pl.Series([None] * n, dtype=pl.String)
    return named.gather(pl.Series(node.verdict.astype(np.uint32)))


def _of_answers(one: Screened) -> pl.DataFrame:
    answers = one.answers
    n = len(answers.verdict)
    nothing = pl.Series([None] * n, dtype=pl.String)
    return pl.DataFrame(
        {
            "VALUE": answers.raw, "UNIT": nothing, "DATE": to_dates(answers.day), "NOTE": nothing, "VARIABLE": nothing,
            "RAW": answers.raw, "WINSTDT": pl.Series([None] * n, dtype=pl.Date),
            "WINENDT": pl.Series([None] * n, dtype=pl.Date),
            "SRCDOM": pl.Series(["IE"] * n).set(pl.Series(~answers.is_answered), None), "SRCSEQ": answers.sequence,
        }
    )  # fmt: skip


def _of_leaves(node: Node) -> pl.DataFrame:
    """For each subject the details of the leaf that decided."""
    frames = [_of_leaf(leaf) for leaf in node.leaves]
    if len(frames) == 1:
        return frames[0]
    n = len(node.verdict)
    return pl.concat(frames)[(node.leaf.astype(np.int64) * n + np.arange(n))]


def _of_leaf(leaf: Leaf) -> pl.DataFrame:
    n = len(leaf.verdict)
    details = leaf.details()
    start = np.full(n, EVER_BEFORE, np.int64) if leaf.start is None else leaf.start
    end = np.full(n, EVER_BEFORE, np.int64) if leaf.end is None else leaf.end
    return pl.DataFrame(
        {
            "VALUE": details["VALUE"].cast(pl.String),
            "UNIT": pl.Series([leaf.unit or None] * n, dtype=pl.String),
            "DATE": to_dates(details["DAY"].to_numpy()),
            "NOTE": details["NOTE"],
            "VARIABLE": pl.Series([leaf.variable or None] * n, dtype=pl.String),
            "RAW": details["RAW"],
            "WINSTDT": to_dates(start),
            "WINENDT": to_dates(end),
            "SRCDOM": details["SRCDOM"],
            "SRCSEQ": details["SRCSEQ"],
        }
    )


def to_dates(days: Ints) -> pl.Series:
    """Days as dates; null where there is none."""
    missing = days <= EVER_BEFORE
    return pl.Series(np.where(missing, 0, days)).set(pl.Series(missing), None).cast(pl.Int32).cast(pl.Date)

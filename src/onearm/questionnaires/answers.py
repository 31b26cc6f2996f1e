"""The answers of the records, item by item: which form they stand on, and why an answer is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from onearm.errors import Finding, Place
from onearm.records import Records, first_of, precision_of
from onearm.reference.questionnaires import Questionnaire

FORM = ("USUBJID", "INSTRUMENT", "VISITNUM", "DATE")
"""What makes one form: the answers of a patient to a questionnaire on one day of one visit."""

WHOLE_FORM = "QSALL"
"""QSTESTCD of a row that says of a whole form that it was not done."""

_PATIENT = "STUDY SUBJECT"
_BEYOND_ITEMS = 1_000_000
"""More than any number of an item."""


def read_answers(
    records: Records, questionnaires: Sequence[Questionnaire], cutoff: dt.date
) -> tuple[pl.DataFrame, list[Finding]]:
    """One row for each item that a form says something of, up to the cut-off (included), and what was found.

    Columns: FORM (number of the form), USUBJID, INSTRUMENT, VISITNUM, VISIT, DATE, ITEM (null: a row about the whole
    form), ANSWER (Int64; null: missing), REASON (why it is missing, as recorded; ``out_of_range``, ``answered_twice``
    or null), QSSEQ, _ROW; in the order of subject, questionnaire, date, visit, item.
    """
    findings: list[Finding] = []
    table = records.tables["QS"].join(_categories(questionnaires), on="QSCAT", how="inner", maintain_order="left")
    if table.is_empty():
        known = ", ".join(category for q in questionnaires for category in q.categories)
        return _empty(table), [Finding("Q011", Place("QS", path="QSCAT"), {"categories": known}, "warning")]
    by_patient = (pl.col("QSEVAL").str.strip_chars().str.to_uppercase() == _PATIENT) | pl.col("QSEVAL").is_null()
    findings += _proxies(table.filter(~by_patient))
    rows = table.filter(by_patient).join(
        _codes(questionnaires), on=["INSTRUMENT", "QSTESTCD"], how="left", maintain_order="left"
    )
    is_known = pl.col("ITEM").is_not_null() | (pl.col("QSTESTCD") == WHOLE_FORM)
    findings += _unknown_codes(rows.filter(~is_known), questionnaires)
    rows = rows.filter(is_known)
    exact = pl.col(precision_of("QSDTC")) == "day"
    findings += _undated(rows.filter(~exact))
    rows = rows.filter(exact & (pl.col(first_of("QSDTC")) <= cutoff)).with_columns(
        pl.col(first_of("QSDTC")).alias("DATE"), _number().alias("NUMBER")
    )
    done = pl.col("QSSTAT").is_null()
    number = pl.col("NUMBER")
    fits = (number == number.round(0)) & number.is_between(pl.col("FIRST"), pl.col("LAST"))
    written = done & pl.any_horizontal(pl.col(name).is_not_null() for name in ("QSSTRESC", "QSORRES", "NUMBER"))
    is_bad = pl.col("ITEM").is_not_null() & written & ~fits.fill_null(value=False)
    rows = rows.with_columns(BAD=is_bad, ANSWER=pl.when(done & fits).then(number.cast(pl.Int64)))
    findings += _out_of_range(rows.filter(pl.col("BAD")))
    rows = rows.with_columns(REASON=pl.when(pl.col("BAD")).then(pl.lit("out_of_range")).otherwise(pl.col("QSREASND")))
    rows, twice = _once(_numbered(rows.select(*FORM, "VISIT", "ITEM", "ANSWER", "REASON", "QSSEQ", "_ROW")))
    return (_tidy(rows) if rows.height else _empty(rows)), findings + twice


def _categories(questionnaires: Sequence[Questionnaire]) -> pl.DataFrame:
    pairs = [(category, q.name) for q in questionnaires for category in q.categories]
    return pl.DataFrame(pairs, schema={"QSCAT": pl.String, "INSTRUMENT": pl.String}, orient="row")


def _codes(questionnaires: Sequence[Questionnaire]) -> pl.DataFrame:
    rows = [
        (q.name, code, item, *q.items[item]) for q in questionnaires for code, item in sorted(q.item_of_code().items())
    ]
    kinds = {"INSTRUMENT": pl.String, "QSTESTCD": pl.String, "ITEM": pl.Int64, "FIRST": pl.Int64, "LAST": pl.Int64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _number() -> pl.Expr:
    """The answer as a number: QSSTRESN, else a text that is a plain number."""
    empty = pl.col("QSSTRESN").is_null()
    text = pl.when(empty).then(pl.coalesce("QSSTRESC", "QSORRES")).str.strip_chars()
    plain = pl.when(text.str.contains(r"^\d{1,9}(\.\d{1,9})?$")).then(text)
    return pl.coalesce(pl.col("QSSTRESN").cast(pl.Float64), plain.cast(pl.Float64, strict=False))


def _numbered(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with FORM, the number of their form in the order of subject, questionnaire, date and visit; sorted by
    it, then by item. Rows of one form mostly stand together: runs of them are compared, not rows."""
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in FORM)
    rows = rows.with_columns(RUN=differs.fill_null(value=True).cum_sum())
    runs = rows.unique("RUN", keep="first", maintain_order=True).select(*FORM, "RUN")
    forms = (
        runs.select(FORM).unique().sort("USUBJID", "INSTRUMENT", "DATE", "VISITNUM", nulls_last=True)
        .with_row_index("FORM").with_columns(pl.col("FORM").cast(pl.Int64))
    )  # fmt: skip
    of_run = runs.join(forms, on=list(FORM), how="left", nulls_equal=True, maintain_order="left")["FORM"]
    if rows.is_empty():
        return rows.with_columns(FORM=pl.lit(None, pl.Int64))
    rows = rows.with_columns(FORM=of_run.gather(rows["RUN"] - 1))
    # One whole number as the key, sorted stably: rows mostly stand in this order already.
    key = rows["FORM"].to_numpy() * _BEYOND_ITEMS + rows["ITEM"].fill_null(_BEYOND_ITEMS - 1).to_numpy()
    return rows if bool((key[1:] >= key[:-1]).all()) else rows[np.argsort(key, kind="stable")]


def _once(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """An item that stands twice on a form is missing unless both rows say the same."""
    keys = ["FORM", "ITEM"]
    # Sorted by form and item: what stands twice stands side by side.
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in keys)
    is_double = (same | same.shift(-1)).fill_null(value=False)
    doubled = rows.filter(is_double & pl.col("ITEM").is_not_null())
    if doubled.is_empty():
        return rows, []
    findings = []
    for key, group in doubled.group_by(keys, maintain_order=True):
        answers = group["ANSWER"].unique().sort().to_list()
        if len(answers) > 1:
            shown = ", ".join("missing" if answer is None else str(answer) for answer in answers)
            row = group.row(0, named=True)
            values = {"instrument": row["INSTRUMENT"], "date": str(row["DATE"]), "item": str(key[1]), "values": shown}
            findings.append(Finding("Q005", _place(row, "QSSTRESN"), values, "warning"))
    differs = pl.col("ITEM").is_not_null() & (pl.col("ANSWER").n_unique().over(keys) > 1)
    rows = rows.with_columns(
        ANSWER=pl.when(~differs).then("ANSWER"),
        REASON=pl.when(differs).then(pl.lit("answered_twice")).otherwise("REASON"),
    )
    return rows.unique(keys, keep="first", maintain_order=True), findings


def _tidy(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("FORM", *FORM[:3], "VISIT", "DATE", "ITEM", "ANSWER", "REASON", "QSSEQ", "_ROW")


def _empty(table: pl.DataFrame) -> pl.DataFrame:
    kinds = {"FORM": pl.Int64, "DATE": pl.Date, "ITEM": pl.Int64, "ANSWER": pl.Int64, "REASON": pl.String}
    return _tidy(table.clear().with_columns(pl.lit(None, kind).alias(name) for name, kind in kinds.items()))


def _place(row: dict[str, object], column: str) -> Place:
    number = row["_ROW"]
    return Place("QS", path=column, row=int(str(number)) if number is not None else None, subject=str(row["USUBJID"]))


def _out_of_range(rows: pl.DataFrame) -> Iterator[Finding]:
    for row in rows.iter_rows(named=True):
        shown = row["QSSTRESC"] or row["QSORRES"] or f"{row['NUMBER']:g}"
        values = {
            "item": str(row["ITEM"]), "instrument": row["INSTRUMENT"], "value": shown, "first": str(row["FIRST"]),
            "last": str(row["LAST"]),
        }  # fmt: skip
        yield Finding("Q001", _place(row, "QSSTRESN"), values, "warning")


def _unknown_codes(rows: pl.DataFrame, questionnaires: Sequence[Questionnaire]) -> Iterator[Finding]:
    for questionnaire in questionnaires:
        own = rows.filter(pl.col("INSTRUMENT") == questionnaire.name)
        if own.height:
            codes = ", ".join(own["QSTESTCD"].unique().sort().to_list()[:5])
            example = next(iter(questionnaire.item_of_code()))
            values = {"codes": codes, "instrument": questionnaire.name, "count": str(own.height), "example": example}
            yield Finding("Q002", _place(own.row(0, named=True), "QSTESTCD"), values, "warning")


def _proxies(rows: pl.DataFrame) -> Iterator[Finding]:
    for (instrument,), group in rows.group_by("INSTRUMENT", maintain_order=True):
        who = ", ".join(group["QSEVAL"].unique().sort().to_list()[:5])
        values = {"count": str(group.height), "instrument": str(instrument), "evaluators": who}
        yield Finding("Q003", _place(group.row(0, named=True), "QSEVAL"), values, "warning")


def _undated(rows: pl.DataFrame) -> Iterator[Finding]:
    for row in rows.unique(["USUBJID", "INSTRUMENT", "QSDTC"], keep="first", maintain_order=True).iter_rows(named=True):
        values = {"instrument": row["INSTRUMENT"], "date": row["QSDTC"]}
        yield Finding("Q006", _place(row, "QSDTC"), values, "warning")

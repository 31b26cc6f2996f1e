"""Scores of the package against the table's formulas in fractions, on 50,000 forms and more.

A form is all ones, all at the top, or drawn with any share of its items missing; a few go the whole way from QS rows.
"""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import polars as pl
import pytest
from qlq_oracle import Answers, Scores, items_of, score_sheet

from onearm.questionnaires.answers import read_answers
from onearm.questionnaires.scores import list_forms, score_forms
from onearm.records import Records
from onearm.reference import shipped_questionnaires

CUTOFF = dt.date(2024, 12, 31)
DAY = dt.date(2024, 3, 4)
INSTRUMENTS = ("QLQ-C30", "QLQ-HCC18")
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "FORM": pl.Int64,
    "USUBJID": pl.String, "INSTRUMENT": pl.String, "VISITNUM": pl.String, "VISIT": pl.String, "DATE": pl.Date,
    "ITEM": pl.Int64, "ANSWER": pl.Int64, "REASON": pl.String, "QSSEQ": pl.Int64, "_ROW": pl.Int64,
}  # fmt: skip


def draw_sheets(instrument: str, how_many: int, seed: int) -> dict[str, Answers]:
    """Forms by subject; the first are all ones, all at the top and all but one item missing."""
    rng = random.Random(seed)
    tops = items_of(instrument)
    sheets: dict[str, Answers] = {"P-ones": dict.fromkeys(tops, 1), "P-tops": dict(tops)}
    for item in tops:
        sheets[f"P-only-{item}"] = {i: 2 if i == item else None for i in tops}
    for number in range(how_many - len(sheets)):
        missing = rng.choice([0, 0.1, 0.3, 0.5, 0.8])
        sheets[f"P-{number}"] = {i: None if rng.random() < missing else rng.randint(1, top) for i, top in tops.items()}
    return sheets


def scored(instrument: str, answers: pl.DataFrame) -> dict[str, Scores]:
    """The package's scores by subject, in points."""
    questionnaire = shipped_questionnaires()[instrument]
    parts = {scale.code: scale.parts for scale in questionnaire.scales}
    forms = list_forms(answers)
    subjects = dict(forms.select("FORM", "USUBJID").iter_rows())
    found: dict[str, Scores] = {}
    for form, code, score in score_forms(answers, forms, [questionnaire]).select("FORM", "SCALE", "SCORE").iter_rows():
        found.setdefault(subjects[form], {})[code] = None if score is None else Fraction(score, parts[code])
    return found


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_scores_of_many_forms(instrument: str) -> None:
    sheets = draw_sheets(instrument, 25_000, seed=18)
    rows = [
        (form, subject, instrument, "1", "VISIT 1", DAY, item, answer, None, item, item)
        for form, (subject, sheet) in enumerate(sheets.items(), 1)
        for item, answer in sorted(sheet.items())
    ]
    found = scored(instrument, pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    wrong = [s for s, sheet in sheets.items() if found[s] != score_sheet(instrument, sheet)]
    assert wrong == []


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_scores_of_forms_from_their_rows(instrument: str) -> None:
    questionnaire = shipped_questionnaires()[instrument]
    sheets = draw_sheets(instrument, 300, seed=30)
    rows = [
        {
            "STUDYID": "HAND", "USUBJID": subject, "QSCAT": questionnaire.name,
            "QSTESTCD": questionnaire.item_codes[0].format(item=item), "QSORRES": value, "QSSTRESC": value,
            "QSSTRESN": value, "QSSTAT": None if value else "NOT DONE", "QSEVAL": "STUDY SUBJECT", "VISITNUM": "1",
            "VISIT": "VISIT 1", "QSDTC": DAY.isoformat(), "QSSEQ": str(item),
        }
        for subject, sheet in sheets.items()
        for item, answer in sheet.items()
        for value in [None if answer is None else str(answer)]
    ]  # fmt: skip
    people = pl.DataFrame({"STUDYID": "HAND", "USUBJID": list(sheets), "RFICDTC": DAY.isoformat(), "RFSTDTC": ""})
    records = Records.from_tables({"DM": people, "QS": pl.DataFrame(rows, infer_schema_length=None)})
    answers, findings = read_answers(records, [questionnaire], CUTOFF)
    assert findings == []
    found = scored(instrument, answers)
    assert {s: found[s] for s in sheets} == {s: score_sheet(instrument, sheet) for s, sheet in sheets.items()}

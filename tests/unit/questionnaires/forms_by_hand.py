"""Hand-made forms: a few words give the QS rows of a patient, with dates counted from the first dose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import polars as pl

from onearm.derive import derive
from onearm.protocol import Protocol, load_protocol
from onearm.questionnaires import QualityOfLife, derive_quality
from onearm.questionnaires.answers import read_answers
from onearm.questionnaires.scores import list_forms, score_forms
from onearm.records import Records
from onearm.reference import Questionnaire, shipped_questionnaires

PROTOCOL = Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml"
FIRST_DOSE = dt.date(2024, 3, 4)
CUTOFF = dt.date(2026, 6, 30)
C30, HCC18 = shipped_questionnaires()["QLQ-C30"], shipped_questionnaires()["QLQ-HCC18"]

Rows = dict[str, list[dict[str, str | None]]]


def on(day: int) -> str:
    """The date ``day`` days after the first dose."""
    return (FIRST_DOSE + dt.timedelta(days=day)).isoformat()


class Patient:
    """Collects the rows of one subject, registered the day before the first dose on day 0."""

    def __init__(self, subject: str = "P-1", *, dosed: bool = True) -> None:
        self.subject = subject
        self.rows: Rows = {}
        self.add("DM", RFICDTC=on(-14), RFSTDTC=on(0) if dosed else None)
        self.add("DS", DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=on(-1))
        if dosed:
            self.add("EX", EXTRT="pdl1", EXDOSE="1200", EXDOSU="mg", EXSTDTC=on(0), EXENDTC=on(0))

    def add(self, domain: str, **cells: str | None) -> Patient:
        self.rows.setdefault(domain, []).append({"STUDYID": "HAND", "USUBJID": self.subject, **cells})
        return self

    def form(
        self,
        day: int,
        answers: Mapping[int, str | int | None] | int,
        questionnaire: Questionnaire = C30,
        visit: float | None = None,
        code: str = "",
        **cells: str | None,
    ) -> Patient:
        """A form; a single number is the answer to every item, None an item left empty."""
        if isinstance(answers, int):
            answers = dict.fromkeys(questionnaire.items, answers)
        pattern = code or questionnaire.item_codes[0]
        number = f"{day / 7 if visit is None else visit:g}"
        for item, answer in answers.items():
            value = None if answer is None else str(answer)
            self.add(
                "QS",
                **{
                    "QSCAT": questionnaire.name, "QSTESTCD": pattern.format(item=item), "QSORRES": value,
                    "QSSTRESC": value, "QSSTRESN": value if value and value.replace(".", "").isdigit() else None,
                    "QSSTAT": "NOT DONE" if value is None else None, "QSEVAL": "STUDY SUBJECT", "VISITNUM": number,
                    "VISIT": f"VISIT {number}", "QSDTC": on(day), "QSSEQ": str(len(self.rows.get("QS", [])) + 1),
                    **cells,
                },
            )  # fmt: skip
        return self

    def died(self, day: int) -> Patient:
        return self.add("DS", DSDECOD="DEATH", DSCAT="DISPOSITION EVENT", DSSTDTC=on(day))


def records_of(*patients: Patient) -> Records:
    """The records of some patients."""
    by_domain: Rows = {}
    for patient in patients:
        for domain, rows in patient.rows.items():
            by_domain.setdefault(domain, []).extend(rows)
    tables = {}
    for domain, rows in by_domain.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        tables[domain] = pl.DataFrame({n: pl.Series([row.get(n) for row in rows], dtype=pl.String) for n in names})
    return Records.from_tables(tables)


def scores_of(patient: Patient, *questionnaires: Questionnaire) -> dict[str, Fraction | None]:
    """Each scale's score on the patient's only form, in points."""
    asked = questionnaires or (C30,)
    answers, _ = read_answers(records_of(patient), asked, CUTOFF)
    table = score_forms(answers, list_forms(answers), asked)
    parts = {scale.code: scale.parts for q in asked for scale in q.scales}
    return {
        scale: None if score is None else Fraction(score, parts[scale])
        for scale, score in table.select("SCALE", "SCORE").iter_rows()
    }


def protocol_with(plan: Mapping[str, object] | None, **deterioration: object) -> Protocol:
    """The made-up protocol with a plan for quality of life."""
    from onearm.protocol.quality_parts import QualityOfLifePlan

    protocol = load_protocol(PROTOCOL)
    base: dict[str, object] = {
        "instruments": ["QLQ-C30"],
        "population": "treated",
        "schedule": "scans",
        "window_days": 14,
        "expected_while": "on_study",
        "thresholds": {
            "all_scales": {"improvement": 10, "worsening": 10, "source": "a convention", "mark": "unconfirmed"}
        },
    }
    if deterioration:
        base["deterioration"] = {**SWITCHES, **deterioration}
    made = QualityOfLifePlan.model_validate({**base, **(plan or {})})
    return protocol.model_copy(update={"quality_of_life": made})


SWITCHES: dict[str, object] = {
    "scales": ["QL2"],
    "start": "first_dose",
    "reference": "baseline",
    "pattern": "first",
    "confirmation": "none",
    "death": "censored",
    "no_baseline": "exclude",
}


def quality_of(protocol: Protocol, *patients: Patient, cutoff: dt.date = CUTOFF) -> QualityOfLife:
    """The quality of life of some patients."""
    records = records_of(*patients)
    return derive_quality(protocol, records, derive(protocol, records, cutoff))

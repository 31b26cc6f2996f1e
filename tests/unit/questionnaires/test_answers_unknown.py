"""A questionnaire whose item codes are all unknown is a finding, and nothing is scored."""

from __future__ import annotations

from small_patients import CUTOFF, Patient, on, records_of

from onearm.questionnaires.answers import read_answers
from onearm.reference import shipped_questionnaires


def test_only_unknown_codes_are_told_and_leave_no_form() -> None:
    patient = Patient()
    patient.add("QS", QSTESTCD="EORTC01", QSCAT="QLQ-C30", QSORRES="3", QSSTRESN="3", QSDTC=on(0))
    answers, findings = read_answers(records_of(patient), list(shipped_questionnaires().values()), CUTOFF)
    assert answers.height == 0
    assert findings

"""Clinical constants as data: each with its source, its version and whether it was confirmed. Imports nothing above."""

from __future__ import annotations

from onearm.reference.analytes import ANALYTES, Analyte, UnitFactor, analyte_of_test
from onearm.reference.questionnaires import Questionnaire, Scale, read_questionnaire, shipped_questionnaires

__all__ = [
    "ANALYTES",
    "Analyte",
    "Questionnaire",
    "Scale",
    "UnitFactor",
    "analyte_of_test",
    "read_questionnaire",
    "shipped_questionnaires",
]

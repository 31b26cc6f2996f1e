"""Protocol and records at a data cut become an Analysis: the one place that wires the rooms below."""

from __future__ import annotations

from onearm.pipeline.analysis import AlternativeDecision, Analysis, analyse, choose_cut, refuse_other_study
from onearm.pipeline.patient_path import PatientPath, follow_path

__all__ = [
    "AlternativeDecision",
    "Analysis",
    "PatientPath",
    "analyse",
    "choose_cut",
    "follow_path",
    "refuse_other_study",
]

"""Doses planned and given: cycles by component, exposure, dose intensity, and the dose of a day."""

from __future__ import annotations

from onearm.dosing.adex import derive_adex
from onearm.dosing.exposure import Administration, Exposure, derive_exposure
from onearm.dosing.on_a_day import ComponentDay, DayDose, PatientDay, dose_on
from onearm.dosing.summary import DrugCycle, DrugSummary

__all__ = [
    "Administration",
    "ComponentDay",
    "DayDose",
    "DrugCycle",
    "DrugSummary",
    "Exposure",
    "PatientDay",
    "derive_adex",
    "derive_exposure",
    "dose_on",
]

"""A patient who failed screening is judged as of that day, not as of the data cut."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hand_made import CUTOFF, Patient, on, one, screen_of, verdicts

ANC = "{variable: anc, at_least: 1.5, unit: 10^9/L, window: 14 days}"


def failed(*days: str, registered: bool = False) -> Patient:
    patient = Patient(registered=registered).lab("NEUT", "2", "10^9/L", -3)
    for day, category in zip(days, ("DISPOSITION EVENT", "OTHER EVENT"), strict=False):
        patient.add("DS", DSDECOD="SCREEN FAILURE", DSCAT=category, DSSTDTC=day)
    return patient


@pytest.mark.parametrize("before", ["registration", "first_dose"])
@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        (failed(on(-3)), ("met", "")),
        (failed(on(11)), ("met", "")),
        (failed(on(12)), ("unknown", "outside_window")),
        (failed(on(-4)), ("unknown", "outside_window")),
        (failed(), ("unknown", "outside_window")),
        (failed(on(-100), on(0)), ("met", "")),
        (failed("2025-04"), ("unknown", "no_reference_day")),
    ],
)
def test_the_reference_day_is_that_of_the_failure(patient: Patient, expected: tuple[str, str], before: str) -> None:
    assert one(ANC.replace("window", f"before: {before}, window"), patient) == expected


def test_who_was_registered_after_all_has_the_registration() -> None:
    assert one(ANC, failed(on(-40), registered=True)) == ("met", "")
    first_dose = ANC.replace("window", "before: first_dose, window")
    assert one(first_dose, failed(on(0), registered=True)) == ("unknown", "outside_window")


def test_a_failure_that_the_day_does_not_know_of_yet_is_none() -> None:
    early = dt.date.fromisoformat(on(-1))
    assert verdicts(screen_of(ANC, failed(on(20)), on=early)) == ["met"]
    assert early < CUTOFF and verdicts(screen_of(ANC, failed(on(20)))) == ["unknown"]

"""Departures that other rooms find: doses, criteria, visits; each on both sides of its limit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.deviations.criteria import find_criterion_deviations
from onearm.deviations.doses import find_dose_deviations
from onearm.deviations.visits import find_visit_deviations
from onearm.dosing import derive_exposure
from onearm.eligibility import screen
from onearm.plan.due import DueList
from onearm.plan.visits import SCANS
from onearm.protocol import load_protocol
from onearm.protocol.eligibility_parts import Population

TRIALS = Path(__file__).parents[3] / "trials"


@pytest.mark.parametrize(
    ("given", "found"),
    [("1080", []), ("1320", []), ("1079.9", ["dose_outside_limit"]), ("1320.1", ["dose_outside_limit"])],
)
def test_a_dose_departs_beyond_a_tenth_of_the_planned_one(given: str, found: list[str]) -> None:
    protocol = load_protocol(TRIALS / "haic-bev-pdl1.yaml", [TRIALS / "assumptions" / "haic-bev-pdl1-dosing.yaml"])
    patient = Patient(dosed=False)
    patient.add("EX", EXTRT="PD-L1 antibody", EXDOSE=given, EXDOSU="mg", EXSTDTC=on(0), EXENDTC=on(0))
    records = records_of(patient)
    exposure = derive_exposure(protocol, records, derive(protocol, records, CUTOFF))
    assert [one.kind for one in find_dose_deviations(exposure)] == found


@pytest.mark.parametrize(("age", "kinds"), [("75", []), ("76", ["criterion_not_met"]), (None, ["criterion_unknown"])])
def test_a_registered_patient_departs_from_each_criterion_not_met(age: str | None, kinds: list[str]) -> None:
    criteria = [
        {"id": "age", "kind": "inclusion", "text": "At most 75", "variable": "age", "at_most": 75, "unit": "years"}
    ]
    population = Population.model_validate({"disease": "HCC", "criteria": criteria})
    protocol = protocol_with().model_copy(update={"population": population})
    inside, outside = Patient("P-1"), Patient("P-2", dosed=False, registered=None)
    for patient in (inside, outside):
        patient.rows[0][1].update(AGE=age, AGEU="YEARS")
    records = records_of(inside, outside)
    derived = derive(protocol, records, CUTOFF)
    found = list(find_criterion_deviations(screen(protocol, records, CUTOFF), derived))
    assert [(one.subject, one.kind) for one in found] == [("P-1", kind) for kind in kinds]


def test_visits_are_told_apart_from_scans() -> None:
    day = dt.date(2025, 3, 10)
    made = day + dt.timedelta(days=9)
    rows = [
        ("P-1", "cycle", "Cycle 2", "missed", None),
        ("P-1", "cycle", "Cycle 3", "outside", made),
        ("P-1", "cycle", "Cycle 4", "done", day),
        ("P-1", "cycle", "Cycle 5", "overdue", None),
        ("P-1", SCANS, "Scan 1", "missed", None),
    ]
    table = pl.DataFrame(
        rows,
        schema={"USUBJID": pl.String, "SERIES": pl.String, "NAME": pl.String, "STATUS": pl.String, "DONE": pl.Date},
        orient="row",
    ).with_columns(
        PLANNED=pl.lit(day),
        FIRST=pl.lit(day - dt.timedelta(days=3)),
        LAST=pl.lit(day + dt.timedelta(days=3)),
        SRCDOM=pl.lit(None, pl.String),
    )
    found = list(find_visit_deviations(DueList(made, table, ())))
    assert [(one.kind, one.value, one.date) for one in found] == [
        ("visit_missed", "Cycle 2", day),
        ("visit_outside_window", "Cycle 3: +9 days", made),
    ]

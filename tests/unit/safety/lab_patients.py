"""Laboratory rows of hand-made patients: one line a value, days counted from the first dose."""

from __future__ import annotations

from small_patients import CUTOFF, Patient, on, protocol_with, records_of

from onearm.derive import derive
from onearm.protocol import Protocol
from onearm.protocol.safety_parts import SafetyPlan
from onearm.records import Records
from onearm.safety.laboratory_results import LaboratoryResults, assess_laboratory


def protocol_graded(version: str | None = "5.0") -> Protocol:
    """The made-up protocol with a version of CTCAE pinned (None: left open)."""
    return protocol_with().model_copy(update={"safety": SafetyPlan(ctcae=version)})  # type: ignore[arg-type]


def lab(
    patient: Patient, test: str, day: int, value: str, unit: str, low: str | None = None, high: str | None = None,
    **more: str | None,
) -> Patient:  # fmt: skip
    """One row of LB; ``value`` may be a bound such as ``<5``."""
    is_number = value.replace(".", "", 1).isdigit()
    cells = {
        "LBTESTCD": test,
        "LBSTRESN": value if is_number else None,
        "LBSTRESC": value,
        "LBSTRESU": unit,
        "LBSTNRLO": low,
        "LBSTNRHI": high,
        "LBDTC": on(day),
        "VISITNUM": str(day + 20),
        "VISIT": f"DAY {day}",
    }
    return patient.add("LB", **{**cells, **more})


def enzymes(patient: Patient, day: int, alt: str, bilirubin: str, alp: str | None = "80") -> Patient:
    """ALT (limit 40), bilirubin (limit 20) and, unless None, ALP (limit 120) of one day."""
    lab(patient, "ALT", day, alt, "U/L", "5", "40")
    lab(patient, "BILI", day, bilirubin, "umol/L", "3", "20")
    if alp is not None:
        lab(patient, "ALP", day, alp, "U/L", "30", "120")
    return patient


def assess(*patients: Patient, protocol: Protocol | None = None) -> LaboratoryResults:
    """The laboratory of some patients."""
    records: Records = records_of(*patients)
    trial = protocol or protocol_graded()
    return assess_laboratory(trial, records, derive(trial, records, CUTOFF))

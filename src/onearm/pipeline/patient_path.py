"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.deviations import Deviations, Disposition, derive_deviations, derive_disposition
from onearm.deviations.criteria import find_criterion_deviations
from onearm.deviations.doses import find_dose_deviations
from onearm.deviations.visits import find_visit_deviations
from onearm.dosing import Exposure, derive_adex, derive_exposure
from onearm.dosing.adex import SCHEMA as ADEX_SCHEMA
from onearm.dosing.advice import advise
from onearm.dosing.rules_results import Advice
from onearm.eligibility import Screening, screen
from onearm.errors import Finding
from onearm.pipeline.patient_calendar import asks_for_calendar, follow_calendar
from onearm.plan.due import DueList
from onearm.protocol import Protocol
from onearm.questionnaires import QualityOfLife, derive_quality
from onearm.questionnaires.adqs import ADQS_SCHEMA
from onearm.records import Records
from onearm.safety import SafetyResult, derive_safety
from onearm.safety.adae import empty_adae
from onearm.safety.adlb import ADLB_SCHEMA
from onearm.safety.laboratory_results import LaboratoryResults, assess_laboratory

GIVEN_AGAINST_ADVICE = "G031"


@dataclass(frozen=True, eq=False)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    disposition: Disposition | None = None
    screening: Screening | None = None
    """The verdict on every criterion; None where none has a verdict for anybody."""
    exposure: Exposure | None = None
    """Doses given beside doses planned; None where the protocol has no ``treatment.dosing``."""
    adex: pl.DataFrame | None = None
    laboratory: LaboratoryResults | None = None
    """Laboratory values, grades, Hy's law; None only where no path was followed."""
    safety: SafetyResult | None = None
    """Adverse events, deaths and stopping rules; None where the protocol has no ``safety.events``."""
    quality: QualityOfLife | None = None
    """Scores of the questionnaires, their completion, changes and times to deterioration."""
    deviations: Deviations | None = None
    calendar: DueList | None = None
    """Visits and scans with what became of them; None where the protocol has no ``schedule``."""
    dose_advice: Advice | None = None
    """What the dose rules advise at the cut; None where the protocol has no such rules."""

    def tables(self, protocol: Protocol) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex`` …

        ``adex``, ``adlb``, ``adae`` and ``adqs`` are always there, without rows where the protocol does not ask for
        them (`places_left_out`); the others where there is something to tell.
        """
        found = {
            "adie": self.screening.table if self.screening is not None else None,
            "adex": self.adex if self.adex is not None else pl.DataFrame(schema=ADEX_SCHEMA),
            "adlb": self.laboratory.adlb if self.laboratory is not None else pl.DataFrame(schema=ADLB_SCHEMA),
            "adae": self.safety.adae if self.safety is not None else empty_adae(protocol),
            **(self.quality.tables() if self.quality is not None else {"adqs": pl.DataFrame(schema=ADQS_SCHEMA)}),
            "addr": self.dose_advice.course if self.dose_advice is not None else None,
            "addv": self.deviations.table if self.deviations is not None else None,
        }
        return {name: table for name, table in found.items() if table is not None}

    def places_left_out(self) -> dict[str, str]:
        """For each table that has no rows because the protocol does not ask for it, the place that it leaves out."""
        asked = {
            "adex": ("treatment.dosing", self.exposure),
            "adae": ("safety.events", self.safety),
            "adqs": ("quality_of_life", self.quality),
        }
        return {name: place for name, (place, part) in asked.items() if part is None}


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    screening = screen(protocol, records, derived.cutoff) if has_criteria(protocol) else None
    if screening is not None and not screening.says_something:
        screening = None
    exposure = derive_exposure(protocol, records, derived) if protocol.treatment.dosing is not None else None
    laboratory = assess_laboratory(protocol, records, derived)
    safety = derive_safety(protocol, records, derived)
    quality = derive_quality(protocol, records, derived) if protocol.quality_of_life is not None else None
    calendar = follow_calendar(protocol, records, derived) if asks_for_calendar(protocol) else None
    advice = advise(protocol, records, derived.adsl, derived.cutoff) if protocol.treatment.rules else None
    departures = [
        *(find_criterion_deviations(screening, derived) if screening is not None else ()),
        *(find_dose_deviations(exposure) if exposure is not None else ()),
        *(find_visit_deviations(calendar) if calendar is not None else ()),
    ]
    parts = (screening, exposure, laboratory, safety, quality, calendar)
    found = [finding for part in parts if part is not None for finding in part.findings]
    if advice is not None:
        # Doses given against the advice are told of at the head; what is not judged stands in its own table.
        found += [finding for finding in advice.findings if finding.code == GIVEN_AGAINST_ADVICE]
    return PatientPath(
        findings=tuple(found),
        disposition=derive_disposition(records, derived),
        screening=screening,
        exposure=exposure,
        adex=derive_adex(protocol, exposure) if exposure is not None else None,
        laboratory=laboratory,
        safety=safety,
        quality=quality,
        deviations=derive_deviations(protocol, records, derived, departures),
        calendar=calendar,
        dose_advice=advice,
    )


def has_criteria(protocol: Protocol) -> bool:
    """Whether the protocol states any criterion of eligibility."""
    return bool(protocol.population.criteria or protocol.population.further_criteria)

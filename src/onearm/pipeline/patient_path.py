"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.deviations import Deviations, Disposition, derive_deviations, derive_disposition
from onearm.dosing import Exposure, derive_adex, derive_exposure
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.questionnaires import QualityOfLife, derive_quality
from onearm.records import Records
from onearm.safety.laboratory_results import LaboratoryResults, assess_laboratory
from onearm.safety import SafetyResult, derive_safety


@dataclass(frozen=True, eq=False)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    disposition: Disposition | None = None
    deviations: Deviations | None = None

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        tables = {"addv": self.deviations.table if self.deviations is not None else None}
        return {name: table for name, table in tables.items() if table is not None}
    laboratory: LaboratoryResults | None = None
    """Laboratory values, grades, Hy's law; None only where no path was followed."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        tables: dict[str, pl.DataFrame] = {}
        if self.laboratory is not None:
            tables["adlb"] = self.laboratory.adlb
        return tables
    safety: SafetyResult | None = None
    """Adverse events, deaths and stopping rules."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        found: dict[str, pl.DataFrame] = {}
        if self.safety is not None:
            found["adae"] = self.safety.adae
        return found
    quality: QualityOfLife | None = None
    """Scores of the questionnaires, their completion, changes and times to deterioration."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        tables: dict[str, pl.DataFrame] = {}
        if self.quality is not None:
            tables |= self.quality.tables()
    exposure: Exposure | None = None
    """Doses given beside doses planned; None where the protocol has no ``treatment.dosing``."""
    adex: pl.DataFrame | None = None

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        tables: dict[str, pl.DataFrame] = {}
        if self.adex is not None:
            tables["adex"] = self.adex
        return tables


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    return PatientPath(
        disposition=derive_disposition(records, derived),
        deviations=derive_deviations(protocol, records, derived),
    laboratory = assess_laboratory(protocol, records, derived)
    return PatientPath(
        findings=(*laboratory.findings,),
        laboratory=laboratory,
    )
    safety = derive_safety(protocol, records, derived)
    return PatientPath(findings=() if safety is None else safety.findings, safety=safety)
    quality = derive_quality(protocol, records, derived) if protocol.quality_of_life is not None else None
    findings = quality.findings if quality is not None else ()
    return PatientPath(findings=findings, quality=quality)
    exposure = derive_exposure(protocol, records, derived) if protocol.treatment.dosing is not None else None
    return PatientPath(
        findings=exposure.findings if exposure is not None else (),
        exposure=exposure,
        adex=derive_adex(protocol, exposure) if exposure is not None else None,
    )

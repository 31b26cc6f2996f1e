"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.dosing import Exposure, derive_adex, derive_exposure
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.records import Records


@dataclass(frozen=True)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
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
    exposure = derive_exposure(protocol, records, derived) if protocol.treatment.dosing is not None else None
    return PatientPath(
        findings=exposure.findings if exposure is not None else (),
        exposure=exposure,
        adex=derive_adex(protocol, exposure) if exposure is not None else None,
    )

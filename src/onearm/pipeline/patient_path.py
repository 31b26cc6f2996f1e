"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.records import Records
from onearm.safety import SafetyResult, derive_safety


@dataclass(frozen=True, eq=False)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    safety: SafetyResult | None = None
    """Adverse events, deaths and stopping rules."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        found: dict[str, pl.DataFrame] = {}
        if self.safety is not None:
            found["adae"] = self.safety.adae
        return found


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    safety = derive_safety(protocol, records, derived)
    return PatientPath(findings=() if safety is None else safety.findings, safety=safety)

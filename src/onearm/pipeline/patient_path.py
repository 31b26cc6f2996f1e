"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.questionnaires import QualityOfLife, derive_quality
from onearm.records import Records


@dataclass(frozen=True)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    quality: QualityOfLife | None = None
    """Scores of the questionnaires, their completion, changes and times to deterioration."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        tables: dict[str, pl.DataFrame] = {}
        if self.quality is not None:
            tables |= self.quality.tables()
        return tables


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    quality = derive_quality(protocol, records, derived) if protocol.quality_of_life is not None else None
    findings = quality.findings if quality is not None else ()
    return PatientPath(findings=findings, quality=quality)

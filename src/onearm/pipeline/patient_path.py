"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.eligibility import Screening, screen
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.records import Records


@dataclass(frozen=True)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    screening: Screening | None = None
    """Eligibility; None where no criterion has a verdict for anybody."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        return {}


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    screening = screen(protocol, records, derived.cutoff)
    return PatientPath(
        findings=screening.findings if screening.says_something else (),
        screening=screening if screening.says_something else None,
    )

"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding
from onearm.pipeline.patient_calendar import asks_for_calendar, follow_calendar
from onearm.plan.due import DueList
from onearm.protocol import Protocol
from onearm.records import Records


@dataclass(frozen=True)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    calendar: DueList | None = None
    """Visits and scans with what became of them; None where the protocol has no ``schedule``."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        return {}


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    calendar = follow_calendar(protocol, records, derived) if asks_for_calendar(protocol) else None
    return PatientPath(findings=calendar.findings if calendar is not None else (), calendar=calendar)

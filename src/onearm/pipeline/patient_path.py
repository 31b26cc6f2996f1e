"""The patients' path at a cut: eligibility, exposure, laboratory, adverse events, questionnaires, deviations.

Each part comes from its own room and knows nothing of the others; what the protocol does not ask for is None.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from onearm.derive import Derived
from onearm.dosing.advice import advise
from onearm.dosing.rules_results import Advice
from onearm.errors import Finding
from onearm.protocol import Protocol
from onearm.records import Records


@dataclass(frozen=True, eq=False)
class PatientPath:
    """Everything about the patients beside response and times to event."""

    findings: tuple[Finding, ...] = ()
    dose_advice: Advice | None = None
    """What the dose rules advise at the cut; None where the protocol has no such rules."""

    def tables(self) -> dict[str, pl.DataFrame]:
        """The derived tables by file name, as ``onearm derive`` writes them: ``adlb``, ``adae``, ``adex``, ``adqs``."""
        return {}


def follow_path(protocol: Protocol, records: Records, derived: Derived) -> PatientPath:
    """The patients' path at the cut-off of a derivation."""
    dose_advice = _advise(protocol, records, derived)
    # Doses given against the advice are told of at the head; what is not judged stands in its own table.
    against = tuple(f for f in dose_advice.findings if f.code == "G031") if dose_advice is not None else ()
    return PatientPath(findings=against, dose_advice=dose_advice)


def _advise(protocol: Protocol, records: Records, derived: Derived) -> Advice | None:
    return advise(protocol, records, derived.adsl, derived.cutoff) if protocol.treatment.rules else None

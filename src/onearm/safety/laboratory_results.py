"""Everything about the laboratory values of a trial at a cut: ADLB, worst grades, shifts, the liver."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from onearm.derive import Derived
from onearm.errors import Finding
from onearm.measure import read_laboratory, with_baseline
from onearm.protocol import Protocol
from onearm.records import Records
from onearm.safety.adlb import derive_adlb
from onearm.safety.check_grades import check_grades
from onearm.safety.liver import LiverSignal, find_liver_signal
from onearm.safety.shift import WorstGrades, worst_grades
from onearm.safety.vital_signs import derive_vital_signs


@dataclass(frozen=True, eq=False)
class LaboratoryResults:
    """The laboratory at a cut. ``version``: the CTCAE that the protocol pins; None leaves every value ungraded."""

    version: str | None
    values: pl.DataFrame
    """The rows of ``measure.with_baseline``."""
    adsl: pl.DataFrame
    findings: tuple[Finding, ...]
    vital_signs: pl.DataFrame
    """The rows of VS."""
    cutoff: dt.date

    @cached_property
    def adlb(self) -> pl.DataFrame:
        """One row a value; made when first asked for."""
        vital_signs = derive_vital_signs(self.vital_signs, self.adsl, self.version, self.cutoff)
        return pl.concat([derive_adlb(self.values, self.adsl, self.version), vital_signs])

    @cached_property
    def worst(self) -> tuple[WorstGrades, ...]:
        """Worst grades and shifts; empty while the version is open."""
        return worst_grades(self.adlb, self.adsl, self.version) if self.version is not None else ()

    @cached_property
    def liver(self) -> LiverSignal:
        """Hy's law, which needs no version."""
        return find_liver_signal(self.values)


def assess_laboratory(protocol: Protocol, records: Records, derived: Derived) -> LaboratoryResults:
    """The laboratory values up to the cut-off of a derivation, graded by the version that the protocol pins."""
    version = protocol.safety.ctcae if protocol.safety is not None else None
    values = with_baseline(read_laboratory(records, derived.cutoff), derived.adsl)
    findings = check_grades(protocol, records, derived.cutoff)
    return LaboratoryResults(version, values, derived.adsl, findings, records.tables["VS"], derived.cutoff)

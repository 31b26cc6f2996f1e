"""Records → Derived: responses, times to event and analysis sets, each value with the row that decided it."""

from __future__ import annotations

from onearm.derive.assemble import derive, derive_variants
from onearm.derive.derived import Derived, Refusal
from onearm.derive.one_patient import PatientResult, patient
from onearm.derive.rules import response_rules
from onearm.derive.save import save_derived, save_tables
from onearm.derive.trace import SourceRow, Trace, trace

__all__ = [
    "Derived",
    "PatientResult",
    "Refusal",
    "SourceRow",
    "Trace",
    "derive",
    "derive_variants",
    "patient",
    "response_rules",
    "save_derived",
    "save_tables",
    "trace",
]

"""Clinical constants as data: each with its source, its version and whether it was confirmed. Imports nothing above."""

from __future__ import annotations

from onearm.reference.analytes import ANALYTES, Analyte, UnitFactor, analyte_of_test

__all__ = ["ANALYTES", "Analyte", "UnitFactor", "analyte_of_test"]

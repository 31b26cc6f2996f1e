"""Eligibility: the criteria of a protocol over the records, three-valued, each verdict with what it rests on."""

from __future__ import annotations

from onearm.eligibility.screening import Attrition, Screened, Screening, screen

__all__ = ["Attrition", "Screened", "Screening", "screen"]

"""Questionnaire items become scores, completion, changes and times to deterioration."""

from __future__ import annotations

from onearm.questionnaires.quality import QualityOfLife, derive_quality

__all__ = ["QualityOfLife", "derive_quality"]

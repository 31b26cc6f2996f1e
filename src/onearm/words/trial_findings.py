"""Words of the trial findings."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

TRIAL_FINDINGS: dict[str, FindingText] = {}

"""Words of the records findings."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

RECORDS_FINDINGS: dict[str, FindingText] = {}

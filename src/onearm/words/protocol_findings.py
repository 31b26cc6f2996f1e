"""Words of the protocol findings."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

PROTOCOL_FINDINGS: dict[str, FindingText] = {}

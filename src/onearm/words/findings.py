"""Every finding code with its words: what was found, what was expected, how to mend it, and why it matters.

Codes never change their meaning. First letter: ``P`` protocol, ``A1`` overlay (assumptions), ``A2`` audit,
``R`` records, ``D`` derivation, ``S`` stage decision, ``E`` eligibility, ``G`` doses and their rules, ``K`` calendar,
``L`` laboratory, ``F`` adverse events, ``Q`` questionnaires, ``X`` running the program. One module a room, joined here.
"""

from __future__ import annotations

from onearm.words.audit_findings import AUDIT_FINDINGS
from onearm.words.calendar_findings import CALENDAR_FINDINGS
from onearm.words.decision_findings import DECISION_FINDINGS
from onearm.words.dose_findings import DOSE_FINDINGS
from onearm.words.dose_rule_findings import DOSE_RULE_FINDINGS
from onearm.words.eligibility_findings import ELIGIBILITY_FINDINGS
from onearm.words.event_findings import EVENT_FINDINGS
from onearm.words.finding_text import FindingText
from onearm.words.laboratory_findings import LABORATORY_FINDINGS
from onearm.words.lesion_findings import LESION_FINDINGS
from onearm.words.protocol_findings import PROTOCOL_FINDINGS
from onearm.words.quality_findings import QUALITY_FINDINGS
from onearm.words.records_findings import RECORDS_FINDINGS
from onearm.words.trial_findings import TRIAL_FINDINGS

FINDINGS: dict[str, FindingText] = {
    **PROTOCOL_FINDINGS,
    **RECORDS_FINDINGS,
    **TRIAL_FINDINGS,
    **LESION_FINDINGS,
    **DECISION_FINDINGS,
    **AUDIT_FINDINGS,
    **EVENT_FINDINGS,
    **QUALITY_FINDINGS,
    **DOSE_FINDINGS,
    **LABORATORY_FINDINGS,
    **ELIGIBILITY_FINDINGS,
    **CALENDAR_FINDINGS,
    **DOSE_RULE_FINDINGS,
}

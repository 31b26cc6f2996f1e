"""RECIST 1.1 as published, as the protocol of records that came without one."""

from __future__ import annotations

from onearm.protocol import Protocol
from onearm.protocol.load import load_protocol_text

PROFILE = "recist-1.1-confirmed-2026"

_TEXT = f"""\
onearm: 1
identity: {{id: RECIST-AS-PUBLISHED, title: "RECIST 1.1 with confirmation, as published"}}
population:
  disease: "not said"
  criteria:
    - {{id: measurable, kind: inclusion, text: "Disease assessable by RECIST 1.1"}}
treatment:
  components:
    - {{id: any, name: "not said", kind: drug}}
tumour:
  criterion: recist-1.1
  profile: {PROFILE}
  override: {{partial_dates: first_day}}
endpoints:
  orr: {{kind: response_rate, name: "Objective response rate", role: primary, denominator: treated}}
sets: {{primary: treated}}
procedures:
  resection: {{response: count_unconfirmed, time_to_event: treatment_policy}}
  ablation: {{response: count_unconfirmed, time_to_event: treatment_policy}}
  tace: {{response: count_unconfirmed, time_to_event: treatment_policy}}
  radiotherapy: {{response: count_unconfirmed, time_to_event: treatment_policy}}
  transplant: {{response: count_unconfirmed, time_to_event: treatment_policy}}
design: {{kind: exploratory, n: 1}}
"""

ASSUMED = (
    "partial dates of scans mean their first possible day",
    "confirmation is needed, at least 28 days later",
    "stable disease needs 56 days from the first dose",
    "an intercurrent procedure neither makes nor takes a response",
)
"""What the published profile settles and the trial's own protocol might have settled otherwise."""


def published_protocol() -> Protocol:
    """RECIST 1.1 with confirmation, without window, calendar or rules for procedures."""
    return load_protocol_text(_TEXT, PROFILE)

"""What a departure from the protocol looks like, whoever found it."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

Kind = Literal[
    "scan_missed",
    "scan_outside_window",
    "visit_missed",
    "visit_outside_window",
    "dose_outside_limit",
    "criterion_not_met",
    "criterion_unknown",
    "consent_after_procedure",
    "recorded",
]


class Found(NamedTuple):
    """One departure, found by a rule for a person to confirm, or recorded by one (``recorded``)."""

    subject: str
    kind: Kind
    date: dt.date | None
    value: str
    """What was found."""
    limit: str
    """What the protocol asks for."""
    path: str
    """The place of the rule in the protocol."""
    domain: str
    variable: str
    sequence: int | None = None
    """The row of the records, where there is one."""

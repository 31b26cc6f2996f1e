"""The shape of a finding's words."""

from __future__ import annotations

from typing import NamedTuple


class FindingText(NamedTuple):
    """Templates with ``{name}`` fields, filled from ``Finding.values``; ``why`` is what ``explain`` adds."""

    title: str
    found: str
    expected: str
    mend: str
    why: str

"""Under which test code the recorded judgement of a criterion stands (IE.IETESTCD)."""

from __future__ import annotations

LONGEST_TEST_CODE = 8
"""SDTM's limit for a test code."""


def answer_code(criterion: str) -> str:
    """The id in upper case; one longer than eight characters without its underscores, cut to eight."""
    code = criterion.upper()
    return code if len(code) <= LONGEST_TEST_CODE else code.replace("_", "")[:LONGEST_TEST_CODE]


def answer_codes(criterion: str) -> tuple[str, ...]:
    """Every code under which an answer is read: the whole id in upper case, and ``answer_code``."""
    return tuple(dict.fromkeys((criterion.upper(), answer_code(criterion))))

"""Every finding code stands in one catalogue, once: a second entry would silently take the place of the first."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from onearm.words.findings import FINDINGS

WORDS = Path(__file__).parents[3] / "src" / "onearm" / "words"


def test_no_code_is_given_words_twice() -> None:
    codes = Counter(
        code
        for file in WORDS.glob("*_findings.py")
        for code in re.findall(r'^    "([A-Z]\d{3})": FindingText\(', file.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert [code for code, n in codes.items() if n > 1] == []
    assert set(codes) == set(FINDINGS)

"""Which organ a lesion lies in: paired organs are one organ, and so are all lymph nodes (RECIST Working Group)."""

from __future__ import annotations

import re

ORGANS: tuple[tuple[str, str], ...] = (
    ("lymph nodes", r"\bLYMPH NODES?\b"),
    ("lungs", r"\bLUNGS?\b|\bPULMONARY\b"),
    ("liver", r"\bLIVER\b|\bINTRAHEPATIC\b|(?<!EXTRA-)(?<!EXTRA )(?<!PERI-)(?<!SUB-)\bHEPATIC\b(?! FLEXURE)"),
    ("kidneys", r"\bKIDNEYS?\b|\bRENAL\b"),
    ("adrenal glands", r"\bADRENALS?\b"),
    ("ovaries", r"\bOVAR(Y|IES)\b"),
    ("breasts", r"\bBREASTS?\b"),
    ("testes", r"\bTEST(IS|ES)\b"),
    ("pleura", r"\bPLEURAE?\b"),
    ("brain", r"\bBRAIN\b|\bCEREBR(AL|UM)\b"),
    ("peritoneum", r"\bPERITONE(UM|AL)\b|\bOMENTUM\b"),
    ("bone", r"\bBONES?\b|\bVERTEBRAE?\b|\bRIBS?\b"),
)
"""Words of TULOC, the first that fits. What fits none is an organ of its own under the name in TULOC."""


def organ_of(location: str) -> str:
    """The organ of a location in words; the words themselves where no organ is known by them."""
    text = location.upper().strip()
    return next((organ for organ, words in ORGANS if re.search(words, text)), text.lower())

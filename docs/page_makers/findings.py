"""The page of the finding codes."""

from __future__ import annotations

from page_makers.markdown import escape, page

LETTERS = {
    "P": "Protocol",
    "A1": "Overlays (assumptions)",
    "A2": "Audit of records",
    "R": "Records",
    "D": "Derivation",
    "S": "Stage decision",
    "E": "Eligibility",
    "G": "Doses and dose rules",
    "K": "Calendar",
    "L": "Laboratory grades",
    "F": "Adverse events and stopping rules",
    "Q": "Questionnaires",
    "X": "Running the program",
}


def findings_page() -> str:
    """Every finding code with its words."""
    from onearm.words.findings import FINDINGS

    lines = [
        "# Findings",
        "",
        "A finding says where something stands, what was found, what was expected and how to mend it. Its code never "
        "changes its meaning. `onearm explain CODE` prints the same words. Words in braces are filled in.",
    ]
    for letter, heading in LETTERS.items():
        codes = [code for code in sorted(FINDINGS) if code.startswith(letter)]
        if not codes:
            continue
        lines += ["", f"## {heading}"]
        for code in codes:
            text = FINDINGS[code]
            lines += [
                "",
                f"### {code}",
                "",
                f"**{escape(text.title)}.** {escape(text.why)}",
                "",
                f"- Found: {escape(text.found)}",
                f"- Expected: {escape(text.expected)}",
                f"- Mend: {escape(text.mend)}",
            ]
    return page(lines)

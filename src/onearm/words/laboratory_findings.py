"""Words of the findings about laboratory values and grades."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

LABORATORY_FINDINGS: dict[str, FindingText] = {
    "L001": FindingText(
        title="Version of CTCAE open",
        found="the protocol does not say which version of CTCAE grades laboratory values and adverse events",
        expected="one version for the whole trial: 5.0 or 6.0",
        mend="set safety.ctcae, by the protocol or by an overlay that says who assumes it",
        why=(
            "The limits differ between versions: 0.8 × 10⁹/L neutrophils are grade 3 in version 5.0 and grade 2 in "
            "version 6.0. Nothing is graded until one is pinned."
        ),
    ),
    "L010": FindingText(
        title="Grade that the term does not have",
        found="{term} is recorded as grade {grade}",
        expected="in CTCAE {version} this term has the grades {grades}",
        mend="correct the grade or the term in the source, or record why both stand",
        why=(
            "Some terms end below grade 4 (hand-foot syndrome, nausea, proteinuria). A grade that does not exist "
            "points to another term, another version or a slip, and moves every table of severe events."
        ),
    ),
}

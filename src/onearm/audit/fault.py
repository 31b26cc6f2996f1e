"""One error found: the finding with its words, and of whom, where and on what evidence it speaks."""

from __future__ import annotations

from typing import NamedTuple

from onearm.errors import Finding, Place, Severity


class Fault(NamedTuple):
    """An error of which the records give evidence."""

    finding: Finding
    check: str
    """Name of the check that found it."""
    subject: str
    visit: str
    """VISITNUM; empty where the error is one of the whole patient."""
    reading: str
    """Whose reading it is."""

    def as_dict(self) -> dict[str, object]:
        """The fault as the ``--json`` output gives it; ``evidence`` holds the numbers by name."""
        return {
            **self.finding.as_dict(),
            "check": self.check,
            "visit": self.visit,
            "reading": self.reading,
            "evidence": dict(self.finding.values),
        }


def fault(
    check: str,
    code: str,
    *,
    subject: str,
    reading: str,
    domain: str,
    row: int | None,
    values: dict[str, str],
    visit: str = "",
    column: str = "",
    severity: Severity = "error",
) -> Fault:
    """A fault at a row of the records."""
    place = Place(domain, path=column, row=row, subject=subject)
    return Fault(Finding(code, place, {"visit": visit, **values}, severity), check, subject, visit, reading)

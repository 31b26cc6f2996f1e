"""One error tree and the finding: what was found where, what was expected, how to mend it.

OnearmError
├── UsageError            the command line or the call is wrong            (exit code 2)
├── FindingsError         input has faults; carries every finding at once  (exit code 1)
│   ├── ProtocolError
│   └── RecordsError
└── RefusedError          the protocol does not say what is needed         (exit code 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from onearm.words.findings import FINDINGS

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands. Lines, columns and rows count from 1; a CSV's row 1 is its header."""

    file: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""
    """Dotted path in a protocol (``design.n1``) or column name in a table (``TRSTRESN``)."""
    row: int | None = None
    subject: str = ""

    def __str__(self) -> str:
        if self.row is not None:
            at = f"{self.file}:{self.row}"
        elif self.line is not None:
            at = f"{self.file}:{self.line}" + (f":{self.column}" if self.column is not None else "")
        else:
            at = self.file
        return " ".join(part for part in (at, self.path, self.subject) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark with a stable code; its words live in ``onearm.words.findings``.

    ``values`` fills the catalogue's templates (``{found}``, ``{expected}``, …).
    """

    code: str
    place: Place = field(default_factory=Place)
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = "error"

    def __post_init__(self) -> None:
        if self.code not in FINDINGS:
            raise KeyError(f"finding code {self.code} has no entry in onearm.words.findings")

    @property
    def found(self) -> str:
        """What was found, in words."""
        return FINDINGS[self.code].found.format_map(_Blank(self.values))

    @property
    def expected(self) -> str:
        """What was expected, in words."""
        return FINDINGS[self.code].expected.format_map(_Blank(self.values))

    @property
    def mend(self) -> str:
        """How to mend it, in words."""
        return FINDINGS[self.code].mend.format_map(_Blank(self.values))

    def __str__(self) -> str:
        place = f"{self.place}: " if str(self.place) else ""
        return f"{place}{self.code} {self.found}; expected {self.expected}. Mend: {self.mend}"

    def as_dict(self) -> dict[str, object]:
        """The finding as the ``--json`` output gives it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line if self.place.line is not None else self.place.row,
            "column": self.place.column if self.place.column is not None else (self.place.path or None),
            "path": self.place.path,
            "row": self.place.row,
            "subject": self.place.subject,
            "found": self.found,
            "expected": self.expected,
            "mend": self.mend,
        }


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


class OnearmError(Exception):
    """Everything that onearm raises on purpose."""


class UsageError(OnearmError):
    """The call itself is wrong: an option, a path, an unknown code."""


class FindingsError(OnearmError):
    """The input has faults. ``findings`` holds every one of them, not only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class ProtocolError(FindingsError):
    """A protocol or overlay file cannot be used as it is."""


class RecordsError(FindingsError):
    """A folder of records cannot be used as it is."""


class RefusedError(FindingsError):
    """The protocol leaves open what this step needs: a clear refusal instead of a plausible guess."""

"""One patient as figures and listings need it: plain values that load nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Scan:
    """One assessment after the baseline."""

    visit: str
    day: dt.date
    overall: str
    change: Fraction | None
    """Change of the sum from baseline, as a share of it; None for an incomplete sum."""
    new_lesion: bool


@dataclass(frozen=True, slots=True)
class Doses:
    """A span of uninterrupted treatment with one component."""

    component: str
    first: dt.date
    last: dt.date
    runs_until: dt.date
    """Last day on which a further dose would still not be late enough to count as an interruption."""


@dataclass(frozen=True, slots=True)
class Patient:
    """One registered patient, as figures and listings need it."""

    subject: str
    site: str
    age: int | None
    sex: str
    registered: dt.date | None
    treated: dt.date | None
    death: dt.date | None
    last_alive: dt.date | None
    treatment_end: dt.date | None
    """Day on which a disposition record ends the treatment; None while it goes on."""
    new_therapy: dt.date | None
    procedures: tuple[tuple[dt.date, str], ...]
    doses: tuple[Doses, ...]
    scans: tuple[Scan, ...]
    best: str
    """Best overall response as the primary endpoint reads it."""
    confirmed: str
    unconfirmed: str

    @property
    def progression(self) -> dt.date | None:
        """Day of the first overall progression."""
        return next((scan.day for scan in self.scans if scan.overall == "PD"), None)

    @property
    def best_change(self) -> Fraction | None:
        """Smallest change up to the first progression and before a new therapy; None without a complete sum."""
        changes = []
        for scan in self.scans:
            if self.new_therapy is not None and scan.day > self.new_therapy:
                break
            if scan.change is not None:
                changes.append(scan.change)
            if scan.overall == "PD":
                break
        return min(changes, default=None)

    @property
    def has_new_lesion(self) -> bool:
        """Whether a new lesion gave progression at some scan up to the first progression."""
        until = self.progression
        return any(scan.new_lesion and (until is None or scan.day <= until) for scan in self.scans)

"""Hand-made patients: a few lines give records of one or more subjects, with dates counted from the first dose."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from onearm.derive import Derived, derive
from onearm.protocol import Protocol
from onearm.protocol.load import load_protocol
from onearm.records import Records

PROTOCOL = Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml"
FIRST_DOSE = dt.date(2024, 3, 4)
CUTOFF = dt.date(2026, 6, 30)


def on(day: int) -> str:
    """The date ``day`` days after the first dose."""
    return (FIRST_DOSE + dt.timedelta(days=day)).isoformat()


def protocol_with(**options: object) -> Protocol:
    """The complete made-up protocol, some of its response options changed."""
    protocol = load_protocol(PROTOCOL)
    assert protocol.response_options is not None
    changed = protocol.response_options.model_copy(update={"missed_visit_as_ne": "no", **options})
    return protocol.model_copy(update={"response_options": changed})


class Patient:
    """Collects the rows of one subject; registered the day before the first dose."""

    def __init__(self, subject: str = "P-1", *, dosed: bool = True, registered: int | None = -1) -> None:
        self.subject = subject
        self.rows: list[tuple[str, dict[str, str | None]]] = []
        self.add("DM", RFICDTC=on(-14), RFSTDTC=on(0) if dosed else None)
        if registered is not None:
            self.add("DS", DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=on(registered))
        if dosed:
            self.add("EX", EXTRT="pdl1", EXDOSE="1200", EXDOSU="mg", EXSTDTC=on(0), EXENDTC=on(0))

    def add(self, domain: str, **cells: str | None) -> Patient:
        self.rows.append((domain, {"STUDYID": "HAND", "USUBJID": self.subject, **cells}))
        return self

    def lesion(self, name: str, kind: str = "TARGET", place: str = "LIVER", **cells: str | None) -> Patient:
        return self.add("TU", TULNKID=name, TUORRES=kind, TULOC=place, **cells)

    def length(
        self, name: str, visit: float, day: int, mm: str, test: str = "LDIAM", kind: str = "TARGET", **cells: str | None
    ) -> Patient:
        return self._read(name, visit, day, kind, test, TRSTRESN=mm, TRSTRESC=mm, TRSTRESU="mm", **cells)

    def state(self, name: str, visit: float, day: int, word: str, kind: str = "TARGET", **cells: str | None) -> Patient:
        return self._read(name, visit, day, kind, "TUMSTATE", TRSTRESC=word, **cells)

    def not_done(self, name: str, visit: float, day: int, kind: str = "TARGET", test: str = "LDIAM") -> Patient:
        return self._read(name, visit, day, kind, test, TRSTAT="NOT DONE", TRREASND="NOT IMAGED")

    def sums(self, *readings: tuple[int, str]) -> Patient:
        """One target T01 read on the given days; the first reading is the baseline."""
        self.lesion("T01")
        for visit, (day, mm) in enumerate(readings, start=1):
            self.length("T01", visit, day, mm)
        return self

    def _read(self, name: str, visit: float, day: int, kind: str, test: str, **cells: str | None) -> Patient:
        base: dict[str, str | None] = {"TRSTRESN": None, "TRSTRESC": None, "TRSTRESU": None, "TREVAL": "INVESTIGATOR"}
        where = {"VISITNUM": f"{visit:g}", "VISIT": f"SCAN {visit:g}", "TRDTC": on(day)}
        return self.add("TR", TRGRPID=kind, TRLNKID=name, TRTESTCD=test, **{**base, **where, **cells})


def records_of(*patients: Patient) -> Records:
    """The records of some patients."""
    by_domain: dict[str, list[dict[str, str | None]]] = {}
    for patient in patients:
        for domain, cells in patient.rows:
            by_domain.setdefault(domain, []).append(cells)
    tables = {}
    for domain, rows in by_domain.items():
        names = list(dict.fromkeys([name for row in rows for name in row]))
        tables[domain] = pl.DataFrame(
            {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
        )
    return Records.from_tables(tables)


def derive_of(*patients: Patient, protocol: Protocol | None = None, cutoff: dt.date = CUTOFF) -> Derived:
    """Everything derived of some patients."""
    return derive(protocol or protocol_with(), records_of(*patients), cutoff)


def responses(derived: Derived, parameter: str = "OVRLRESP") -> list[str]:
    """The values of a parameter, in order."""
    return derived.adrs.filter(pl.col("PARAMCD") == parameter)["AVALC"].to_list()


def time_of(derived: Derived, parameter: str) -> dict[str, Any]:
    """The one row of a time to event."""
    return derived.adtte.filter(pl.col("PARAMCD") == parameter).row(0, named=True)


def subject_of(derived: Derived, subject: str = "P-1") -> dict[str, Any]:
    """A subject's row of ADSL."""
    return derived.adsl.filter(pl.col("USUBJID") == subject).row(0, named=True)

"""Hand-made patients of the dose rules: days count from the first dose; each adds what a rule reads."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl

from onearm.dosing.advice import advise
from onearm.dosing.rules_results import Advice, SubjectAdvice
from onearm.protocol import Protocol, load_protocol
from onearm.records import Records

TRIALS = Path(__file__).parents[3] / "trials"
FIRST_DOSE = dt.date(2025, 3, 3)
BEV, REGO = "haic-bev-pdl1", "haic-adebrelimab-regorafenib"
UNITS = {
    "ALT": "U/L",
    "AST": "U/L",
    "TBIL": "umol/L",
    "ALB": "g/L",
    "ANC": "10^9/L",
    "PLT": "10^9/L",
    "UPROT24": "g/24h",
}
HIGHS = {"ALT": "40", "AST": "40", "TBIL": "20"}


@cache
def protocol_of(trial: str) -> Protocol:
    """A founding trial with its dose rules."""
    return load_protocol(TRIALS / f"{trial}.yaml", [TRIALS / "assumptions" / f"{trial}-dose-rules.yaml"])


def on(day: int) -> dt.date:
    """The date ``day`` days after the first dose."""
    return FIRST_DOSE + dt.timedelta(days=day)


class Patient:
    """Collects the rows of one treated subject."""

    def __init__(self, subject: str = "P-1") -> None:
        self.subject = subject
        self.rows: list[tuple[str, dict[str, str | None]]] = []
        self.add("DM", RFICDTC=on(-14).isoformat(), RFSTDTC=on(0).isoformat())

    def add(self, domain: str, **cells: str | None) -> Patient:
        self.rows.append((domain, {"STUDYID": "HAND", "USUBJID": self.subject, **cells}))
        return self

    def dose(self, drug: str, day: int, amount: str = "1200", until: int | None = None, unit: str = "mg") -> Patient:
        end = on(day if until is None else until).isoformat()
        return self.add("EX", EXTRT=drug, EXDOSE=amount, EXDOSU=unit, EXSTDTC=on(day).isoformat(), EXENDTC=end)

    def lab(self, test: str, day: int, value: str, high: str | None = "", unit: str | None = None) -> Patient:
        text = None if value.startswith(("<", ">")) else value
        return self.add(
            "LB", LBTESTCD=test, LBORRES=value, LBSTRESC=value, LBSTRESN=text,
            LBSTRESU=UNITS[test] if unit is None else unit,
            LBSTNRHI=HIGHS.get(test) if high == "" else high, LBDTC=on(day).isoformat(),
        )  # fmt: skip

    def times(self, test: str, day: int, multiple: str) -> Patient:
        """A value in multiples of the upper limit of normal."""
        from decimal import Decimal

        return self.lab(test, day, f"{Decimal(multiple) * Decimal(HIGHS[test]):f}")

    def coded(self, test: str, day: int, result: str) -> Patient:
        return self.add(
            "LB",
            LBTESTCD=test,
            LBORRES=result,
            LBSTRESC=result,
            LBSTRESN=None,
            LBSTRESU=None,
            LBDTC=on(day).isoformat(),
        )

    def event(self, term: str, day: int, grade: int | None, until: int | None = None, **cells: str | None) -> Patient:
        end = None if until is None else on(until).isoformat()
        shown = None if grade is None else str(grade)
        return self.add(
            "AE", AETERM=term, AEDECOD=term, AETOXGR=shown, AESTDTC=on(day).isoformat(), AEENDTC=end, **cells
        )

    def steroid(
        self, day: int, mg: str, until: int | None = None, drug: str = "Prednisone", often: str = "QD"
    ) -> Patient:
        end = None if until is None else on(until).isoformat()
        return self.add(
            "CM", CMTRT=drug, CMDECOD=drug, CMDOSE=mg, CMDOSU="mg", CMDOSFRQ=often, CMENDTC=end,
            CMSTDTC=on(day).isoformat(),
        )  # fmt: skip

    def pressure(self, test: str, day: int, value: str, unit: str = "mmHg") -> Patient:
        return self.add("VS", VSTESTCD=test, VSSTRESN=value, VSSTRESU=unit, VSDTC=on(day).isoformat())

    def procedure(self, code: str, day: int, mood: str | None = None) -> Patient:
        return self.add("PR", PRTRT=code, PRDECOD=code, PRSTDTC=on(day).isoformat(), PRMOOD=mood)


def records_of(*patients: Patient) -> Records:
    """The records of some patients."""
    by_domain: dict[str, list[dict[str, str | None]]] = {}
    for patient in patients:
        for domain, cells in patient.rows:
            by_domain.setdefault(domain, []).append(cells)
    tables = {}
    for domain, rows in by_domain.items():
        names = list(dict.fromkeys(name for row in rows for name in row))
        tables[domain] = pl.DataFrame(
            {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
        )
    return Records.from_tables(tables)


def starts_of(*patients: Patient) -> pl.DataFrame:
    """USUBJID and TRTSDT as a derivation gives them."""
    return pl.DataFrame({"USUBJID": [p.subject for p in patients], "TRTSDT": [FIRST_DOSE] * len(patients)})


def advice_of(protocol: Protocol | str, *patients: Patient, day: int) -> Advice:
    """The advice on a day after the first dose."""
    made = protocol_of(protocol) if isinstance(protocol, str) else protocol
    return advise(made, records_of(*patients), starts_of(*patients), on(day))


def one(protocol: Protocol | str, patient: Patient, day: int) -> SubjectAdvice:
    """The advice for one patient."""
    found = advice_of(protocol, patient, day=day).of(patient.subject)
    assert found is not None
    return found


def fired(subject: SubjectAdvice) -> set[str]:
    """Ids of the rules that fire or stand, those that ask for a test, and the unconfirmed ones."""
    return {entry.rule for part in (subject.fired, subject.examine, subject.information) for entry in part}

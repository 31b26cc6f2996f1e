"""Hand-made patients for eligibility: rows by domain, dates counted from registration, protocols of any criteria."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from onearm.eligibility import Screening, screen
from onearm.protocol import Protocol
from onearm.protocol.eligibility_parts import Population
from onearm.protocol.load import load_protocol
from onearm.records import Records
from onearm.units import parse_decimal

MADE_UP = Path(__file__).parents[2] / "data" / "protocols" / "made-up.yaml"
REGISTERED = dt.date(2025, 3, 31)
CUTOFF = dt.date(2025, 12, 31)
DATE_OF = {"LB": "LBDTC", "VS": "VSDTC", "QS": "QSDTC", "RS": "RSDTC", "IE": "IEDTC", "CM": "CMSTDTC", "MH": "MHSTDTC",
           "PR": "PRSTDTC", "TU": "TUDTC", "EX": "EXSTDTC"}  # fmt: skip
NEEDED: dict[str, dict[str, str | None]] = {
    "DM": {"RFICDTC": None, "RFSTDTC": None},
    "LB": {"LBSTRESN": None, "LBSTRESU": None},
    "VS": {"VSSTRESN": None},
    "QS": {"QSCAT": None},
    "RS": {"RSSTRESC": None, "RSDTC": None},
    "PR": {"PRDECOD": None, "PRSTDTC": None},
    "CM": {"CMSTDTC": None},
    "TU": {"TULOC": None},
    "AE": {"AESTDTC": None},
    "EX": {"EXDOSE": None},
}


def on(day: int) -> str:
    """The date so many days after registration."""
    return (REGISTERED + dt.timedelta(days=day)).isoformat()


class Patient:
    """The rows of one subject; registered on day 0 with consent a week before unless said otherwise."""

    def __init__(self, subject: str = "P-1", *, registered: bool = True, **dm: str | None) -> None:
        self.subject = subject
        self.rows: list[tuple[str, dict[str, str | None]]] = []
        self.add("DM", **{"RFICDTC": on(-7), "RFSTDTC": None, **dm})
        if registered:
            self.add("DS", DSDECOD="REGISTERED", DSCAT="PROTOCOL MILESTONE", DSSTDTC=on(0))

    def add(self, domain: str, **cells: str | None) -> Patient:
        base = {"STUDYID": "HAND", "USUBJID": self.subject, **NEEDED.get(domain, {})}
        self.rows.append((domain, {**base, **cells}))
        return self

    def lab(self, test: str, value: str, unit: str | None, day: int | str = -3, **cells: str | None) -> Patient:
        """A laboratory row; a value with a sign is a text (``<20``)."""
        number = value if parse_decimal(value) is not None else None
        date = on(day) if isinstance(day, int) else day
        return self.add(
            "LB", LBTESTCD=test, LBORRES=value, LBSTRESC=value, LBSTRESN=number, LBSTRESU=unit, LBDTC=date, **cells
        )

    def vital(self, test: str, value: str, unit: str | None, day: int = -3) -> Patient:
        return self.add("VS", VSTESTCD=test, VSSTRESC=value, VSSTRESN=value, VSSTRESU=unit, VSDTC=on(day))

    def ask(self, test: str, value: str, day: int = -3, category: str = "ECOG") -> Patient:
        return self.add("QS", QSTESTCD=test, QSCAT=category, QSORRES=value, QSSTRESC=value, QSDTC=on(day))

    def answer(self, code: str, says: str, category: str | None = "INCLUSION", day: int = -1) -> Patient:
        return self.add("IE", IETESTCD=code, IECAT=category, IEORRES=says, IESTRESC=says, IEDTC=on(day))


def records_of(*patients: Patient) -> Records:
    """The records of some patients; every row of a domain is numbered within its subject."""
    by_domain: dict[str, list[dict[str, str | None]]] = {}
    for patient in patients:
        for domain, cells in patient.rows:
            rows = by_domain.setdefault(domain, [])
            number = 1 + sum(row["USUBJID"] == patient.subject for row in rows)
            rows.append(cells if domain == "DM" else {**cells, f"{domain}SEQ": str(number)})
    tables = {}
    for domain, rows in by_domain.items():
        names = list(dict.fromkeys([name for row in rows for name in row]))
        tables[domain] = pl.DataFrame(
            {name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names}
        )
    return Records.from_tables(tables)


@cache
def _made_up() -> Protocol:
    return load_protocol(MADE_UP)


def population_of(text: str, variables: str = "", **more: Any) -> Population:
    """A population of criteria written in YAML, one flow mapping a line; ``id`` and ``text`` may be left out."""
    yaml = YAML(typ="safe")
    entries = [yaml.load(line) for line in text.strip().splitlines()]
    criteria = [{"id": f"c{i}", "kind": "inclusion", "text": "made up", **entry} for i, entry in enumerate(entries)]
    declared = yaml.load(variables) if variables else {}
    return Population.model_validate({"disease": "HCC", "criteria": criteria, "variables": declared, **more})


def protocol_of(text: str, variables: str = "", **more: Any) -> Protocol:
    """The complete made-up protocol with other criteria."""
    return _made_up().model_copy(update={"population": population_of(text, variables, **more)})


def screen_of(text: str, *patients: Patient, variables: str = "", **more: Any) -> Screening:
    """The screening of some patients under criteria written in YAML."""
    options = {name: more.pop(name) for name in ("on", "without") if name in more}
    return screen(protocol_of(text, variables, **more), records_of(*patients), CUTOFF, **options)


def verdicts(screening: Screening, criterion: int = 0) -> list[str]:
    """The verdict of one criterion for each subject."""
    names = ("not_met", "unknown", "met")
    return [names[int(v)] for v in screening.criteria[criterion].verdict]


def one(text: str, patient: Patient, variables: str = "", **more: Any) -> tuple[str, str]:
    """Verdict and reason of one criterion for one patient."""
    row = screen_of(text, patient, variables=variables, **more).table.row(0, named=True)
    return row["VERDICT"], row["REASON"]

"""How long the screening of 10,000 patients by 20 criteria takes in process: median of several runs, in processor
time.

Run as a script. The aim is half a second; the table with every detail is made on demand and timed apart.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from onearm.design.tables import text_table
from onearm.eligibility import screen
from onearm.protocol import Protocol, load_protocol
from onearm.protocol.eligibility_parts import Population
from onearm.records import Records

PATIENTS = 10_000
PROTOCOL = Path(__file__).parents[1] / "trials" / "haic-bev-pdl1.yaml"
CUTOFF = dt.date(2025, 12, 31)
TESTS = (
    ("NEUT", "10^9/L", 3.0), ("PLAT", "10^9/L", 150.0), ("HGB", "g/L", 130.0), ("LYM", "10^9/L", 1.2),
    ("ALT", "U/L", 45.0), ("AST", "U/L", 50.0), ("ALP", "U/L", 110.0), ("BILI", "umol/L", 16.0), ("ALB", "g/L", 38.0),
    ("INR", "ratio", 1.1), ("CREAT", "umol/L", 80.0),
)  # fmt: skip
LIMITS = (
    ("ANC", "at_least", "1.5", "10^9/L"), ("PLT", "at_least", "75", "10^9/L"), ("HGB", "at_least", "90", "g/L"),
    ("LYM", "at_least", "0.5", "10^9/L"), ("ALT", "at_most", "5", "xULN"), ("AST", "at_most", "5", "xULN"),
    ("ALP", "at_most", "5", "xULN"), ("TBIL", "at_most", "3", "xULN"), ("ALB", "at_least", "28", "g/L"),
    ("INR", "at_most", "1.5", ""), ("CREAT", "at_most", "1.5", "xULN"),
)  # fmt: skip


@cache
def make_records(patients: int = PATIENTS) -> Records:
    """Screening records: eleven tests twice, vital signs, performance, Child-Pugh forms, drugs, answers."""
    draws = np.random.default_rng(1)
    names = [f"B-{i:05}" for i in range(patients)]
    registered = [dt.date(2025, 1, 1) + dt.timedelta(days=int(d)) for d in draws.integers(0, 180, patients)]

    def days(before: int) -> list[dt.date]:
        return [day - dt.timedelta(days=before) for day in registered]

    def block(**columns: object) -> pl.DataFrame:
        return pl.DataFrame({"STUDYID": ["BENCH"] * patients, "USUBJID": names, **columns})

    def value(middle: float) -> list[str]:
        return [f"{middle * factor:.1f}" for factor in draws.lognormal(0, 0.25, patients)]

    def said(column: str, text: str) -> dict[str, list[str]]:
        return {column: [text] * patients}

    laboratory = [
        block(
            LBTESTCD=[test] * patients, LBSTRESN=value(middle), LBSTRESU=[unit] * patients,
            LBSTNRHI=[f"{middle:.1f}"] * patients, LBDTC=days(before),
        )
        for before in (3, 10)
        for test, unit, middle in TESTS
    ]  # fmt: skip
    vital = [
        block(VSTESTCD=[t] * patients, VSSTRESN=value(m), VSSTRESU=[u] * patients, VSDTC=days(2))
        for t, m, u in (("WEIGHT", 64.0, "kg"), ("HEIGHT", 168.0, "cm"), ("SYSBP", 125.0, "mmHg"))
    ]
    asked = [
        block(QSTESTCD=[t] * patients, QSCAT=[c] * patients, QSORRES=draws.choice(v, patients).tolist(), QSDTC=days(2))
        for t, c, v in (
            ("ECOG101", "ECOG", ["0", "1", "2"]),
            ("CPS0101", "CHILD-PUGH", ["1"]),
            ("CPS0102", "CHILD-PUGH", ["1", "2"]),
        )
    ]  # fmt: skip
    person = {"AGE": [str(a) for a in draws.integers(20, 85, patients)], "SEX": draws.choice(["F", "M"], patients)}
    tables = {
        "DM": block(RFICDTC=days(7), RFSTDTC=registered, **person, **said("AGEU", "YEARS")),
        "DS": block(DSDECOD=["REGISTERED"] * patients, DSSTDTC=registered),
        "LB": pl.concat(laboratory),
        "VS": pl.concat(vital),
        "QS": pl.concat(asked),
        "CM": block(**said("CMTRT", "X"), CMDECOD=draws.choice(["FILGRASTIM", "ASPIRIN"], patients), CMSTDTC=days(20),
                    CMENDTC=days(12)),
        "IE": block(**said("IETESTCD", "JUDGED"), **said("IECAT", "INCLUSION"), **said("IEORRES", "Y"), IEDTC=days(1)),
    }  # fmt: skip
    return Records.from_tables(tables)


@cache
def make_protocol() -> Protocol:
    """A protocol of twenty criteria."""

    def criterion(name: str, **more: object) -> dict[str, object]:
        return {"id": name, "kind": "inclusion", "text": name, **more}

    criteria = [
        criterion(f"lab_{name.lower()}", variable=name, unit=unit, window="14 days", **{how: float(limit)})
        for name, how, limit, unit in LIMITS
    ]
    criteria += [
        criterion("age", variable="age", at_least=18, at_most=75, unit="years"),
        criterion("ecog", variable="ecog", one_of=("0", "1"), window="7 days"),
        criterion("child_pugh", variable="child_pugh", one_of=("A5", "A6", "B7"), window="7 days"),
        criterion("albi", variable="albi_grade", one_of=("1", "2"), window="14 days"),
        criterion("clearance", variable="crcl", at_least=40, window="14 days"),
        criterion("pressure", variable="sysbp", at_most=150, unit="mmHg"),
        criterion("no_gcsf", variable="gcsf", not_within="14 days"),
        criterion("judged", judged_by="investigator"),
        criterion("body", any=({"variable": "bmi", "at_least": 16}, {"variable": "weight", "at_least": 45})),
    ]
    variables = {"gcsf": {"from": "CM", "where": {"CMDECOD": ("FILGRASTIM",)}, "take": "date", "absence": "negative"}}
    population = Population.model_validate({"disease": "HCC", "criteria": criteria, "variables": variables})
    return load_protocol(PROTOCOL).model_copy(update={"population": population})


def time_screening(repeats: int = 7) -> tuple[float, float]:
    """Median processor seconds of the verdicts, and of the table with every detail."""
    protocol, records = make_protocol(), make_records()
    screen(protocol, records, CUTOFF)
    verdicts, tables = [], []
    for _ in range(repeats):
        begun = time.process_time()
        screening = screen(protocol, records, CUTOFF)
        decided = time.process_time()
        assert screening.table.height == PATIENTS * len(screening.criteria)
        verdicts.append(decided - begun)
        tables.append(time.process_time() - decided)
    return statistics.median(verdicts), statistics.median(tables)


def main() -> None:
    """Print the table."""
    verdicts, tables = time_screening()
    rows = [
        (
            f"verdicts, {len(make_protocol().population.criteria)} criteria × {PATIENTS:,} patients",
            f"{1000 * verdicts:.0f}",
            "500",
        ),
        ("the table with value, day, window and row of each", f"{1000 * tables:.0f}", ""),
    ]
    print(text_table(("task", "processor ms", "aim ms"), rows))


if __name__ == "__main__":
    main()

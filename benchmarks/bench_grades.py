"""``python -m benchmarks.bench_grades``: 10,000 patients × 12 visits × 15 analytes graded, and read and graded.

Prints wall-clock and CPU seconds of one core after compilation; reading is measured apart.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from onearm.kernels import lab_ladder as kernel
from onearm.kernels.arrays import Ints64
from onearm.measure import read_laboratory, with_baseline
from onearm.records import Records
from onearm.reference import ANALYTES as HELD
from onearm.safety.adlb import derive_adlb, take_numbers
from onearm.safety.grade_table import grade_table
from onearm.safety.laboratory import Numbers, grade_columns

PATIENTS, VISITS = 10_000, 12
ANALYTES = (
    ("ALT", 40), ("AST", 40), ("ALP", 120), ("GGT", 60), ("TBIL", 20), ("PLT", 150), ("ANC", 2), ("WBC", 4),
    ("LYM", 1), ("HGB", 130), ("CREAT", 100), ("INR", 1), ("ALB", 35), ("NA", 135), ("K", 4),
)  # fmt: skip
"""Test, and the limit of normal about which its values are drawn."""
TESTS = {code: analyte.tests[0] for code, analyte in HELD.items()}
ANALYTE_UNITS = {code: analyte.unit for code, analyte in HELD.items()}
MILLION = 1_000_000
AIM = 0.8


def draw_numbers() -> Numbers:
    """Values from a fifth to eight times a limit of normal, a baseline of up to four times it."""
    draw = np.random.default_rng(20260101)
    table = grade_table("5.0")
    n = PATIENTS * VISITS * len(ANALYTES)
    which = np.tile(np.arange(len(ANALYTES)), PATIENTS * VISITS)
    limit = np.array([limit for _, limit in ANALYTES], dtype=np.int64)[which] * MILLION
    term = np.array([table.numbers[name.casefold()] for name, _ in ANALYTES], dtype=np.int64)[which]
    value: Ints64 = (limit * draw.integers(200, 8000, n)) // 1000
    base: Ints64 = (limit * draw.integers(500, 4000, n)) // 1000
    low = limit // 2
    return Numbers(term, value, np.zeros(n, dtype=np.int64), low, limit, base, low, limit)


def timed(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """The least wall-clock and CPU seconds of some runs."""
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def make_records(patients: int) -> Records:
    """LB of some patients, 12 visits and 15 tests each, as a CSV would bring it."""
    n = patients * VISITS * len(ANALYTES)
    place = np.arange(n)
    which, visit = place % len(ANALYTES), place // len(ANALYTES) % VISITS
    subject = [f"B-{number:05}" for number in range(patients)]
    days = [f"2025-{1 + number:02}-15" for number in range(VISITS)]
    units = [ANALYTE_UNITS[name] for name, _ in ANALYTES]

    def column(words: list[str], places: Ints64) -> pl.Series:
        return pl.Series(words).gather(pl.Series(places))

    tests = [TESTS[name] for name, _ in ANALYTES]
    limits = [str(limit) for _, limit in ANALYTES]
    lb = pl.DataFrame(
        {
            "STUDYID": pl.repeat("B", n, eager=True),
            "USUBJID": column(subject, place // (len(ANALYTES) * VISITS)),
            "LBTESTCD": column(tests, which),
            "LBSTRESN": column([str(5 * number) for number in range(100)], place * 7919 % 100),
            "LBSTRESU": column(units, which),
            "LBSTNRLO": pl.repeat("1", n, eager=True),
            "LBSTNRHI": column(limits, which),
            "VISITNUM": column([str(number + 1) for number in range(VISITS)], visit),
            "LBDTC": column(days, visit),
        }
    )
    days_of_subject = {name: ["2025-01-20"] * patients for name in ("RFICDTC", "RFSTDTC")}
    dm = pl.DataFrame({"STUDYID": ["B"] * patients, "USUBJID": subject, **days_of_subject})
    return Records.from_tables({"DM": dm, "LB": lb})


def measure_reading(patients: int) -> None:
    """Print what reading the values and making ADLB of them takes."""
    records = make_records(patients)
    cutoff = dt.date(2026, 1, 1)
    start = pl.lit(dt.date(2025, 1, 20)).alias("TRTSDT")
    adsl = records.tables["DM"].select("USUBJID", "STUDYID", start)
    values = with_baseline(read_laboratory(records, cutoff), adsl)
    for name, work in (
        ("read and find baselines", lambda: with_baseline(read_laboratory(records, cutoff), adsl)),
        ("columns for the kernel", lambda: take_numbers(values, grade_table("5.0"))),
        ("ADLB whole, with its words", lambda: derive_adlb(values, adsl, "5.0")),
    ):
        wall, cpu = timed(work, 2)
        print(f"{name:<32}{wall:.3f}  {cpu:.3f}   ({values.height:,} rows)")


def main() -> None:
    """Print one line a step."""
    numbers = draw_numbers()
    table = grade_table("5.0")
    out = grade_columns(table, Numbers(*(column[:100] for column in numbers)))
    wall, cpu = timed(lambda: grade_columns(table, numbers))
    out = grade_columns(table, numbers)
    ungraded = int((out[:, kernel.OUT_GRADE] == kernel.UNGRADABLE).sum())
    print(f"{len(numbers.value):,} values, {ungraded:,} ungradable; aim {AIM} s")
    print(f"{'grade 12 visits × 15 analytes':<32}{wall:.3f}  {cpu:.3f}")
    measure_reading(1_000)


if __name__ == "__main__":
    main()

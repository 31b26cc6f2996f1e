"""``python -m benchmarks.bench_grades``: 10,000 patients × 12 visits × 15 analytes graded, and read and graded.

Prints wall-clock and CPU seconds of one core after compilation; reading is measured apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from onearm.kernels import lab_ladder as kernel
from onearm.kernels.arrays import Ints64
from onearm.safety.grade_table import grade_table
from onearm.safety.laboratory import Numbers, grade_columns

PATIENTS, VISITS = 10_000, 12
ANALYTES = (
    ("ALT", 40), ("AST", 40), ("ALP", 120), ("GGT", 60), ("TBIL", 20), ("PLT", 150), ("ANC", 2), ("WBC", 4),
    ("LYM", 1), ("HGB", 130), ("CREAT", 100), ("INR", 1), ("ALB", 35), ("NA", 135), ("K", 4),
)  # fmt: skip
"""Test, and the limit of normal about which its values are drawn."""
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


def main() -> None:
    """Print one line a step."""
    numbers = draw_numbers()
    table = grade_table("5.0")
    out = grade_columns(table, Numbers(*(column[:100] for column in numbers)))
    wall, cpu = timed(lambda: grade_columns(table, numbers))
    out = grade_columns(table, numbers)
    ungraded = int((out[:, kernel.OUT_GRADE] == kernel.UNGRADABLE).sum())
    print(f"{len(numbers.value):,} values, {ungraded:,} ungradable; aim {AIM} s")
    print(f"grade 12 visits × 15 analytes   {wall:.3f}  {cpu:.3f}")


if __name__ == "__main__":
    main()

"""``python -m benchmarks.bench_patient_path``: the patients' path of 10,000 patients on one core, after compilation.

Screening by 20 criteria, 12 visits × 15 analytes graded, doses of 3 components × 10 cycles, and both calendars. The
parts run one after the other on made-up tables that are already in memory; the aim is 2 s for all of them.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

os.environ["POLARS_MAX_THREADS"] = "1"

from benchmarks import bench_calendar, bench_doses, bench_grades, bench_screen
from onearm.eligibility import screen
from onearm.kernels import doses as dose_kernel
from onearm.plan.visits import plan_scans, plan_visits
from onearm.protocol import load_protocol
from onearm.safety.grade_table import grade_table
from onearm.safety.laboratory import grade_columns

AIM_SECONDS = 2.0
REPEATS = 7


def parts() -> dict[str, Callable[[], object]]:
    """Each part by its name, everything that it reads made beforehand."""
    from benchmarks.__main__ import ROOT

    criteria, records = bench_screen.make_protocol(), bench_screen.make_records()
    table, numbers = grade_table("5.0"), bench_grades.draw_numbers()
    bodies = bench_doses.made_up_bodies()
    overlay = ROOT / "trials" / "assumptions" / "haic-bev-pdl1-schedule.yaml"
    trial = load_protocol(ROOT / "trials" / "haic-bev-pdl1.yaml", [overlay])
    anchors, given = bench_calendar.make_patients()
    until = bench_calendar.UNTIL
    return {
        "screening, 20 criteria": lambda: screen(criteria, records, bench_screen.CUTOFF).verdicts,
        "grades, 12 visits × 15 analytes": lambda: grade_columns(table, numbers),
        "doses, 3 components × 10 cycles": lambda: bench_doses.plan_all(dose_kernel.MOSTELLER, bodies),
        "calendar of scans": lambda: plan_scans(trial, anchors, until=until),
        "calendar of visits": lambda: plan_visits(trial, anchors, given, until=until),
    }


def main() -> None:
    """Print seconds of the clock and of the processor for each part and for all, medians of several runs."""
    print(f"{'10,000 patients, one core':<36}{'wall s':>8}{'cpu s':>8}{'aim s':>8}")
    totals = [0.0, 0.0]
    for name, work in parts().items():
        work()
        runs = []
        for _ in range(REPEATS):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            runs.append((time.perf_counter() - wall, time.process_time() - cpu))
        medians = [statistics.median(column) for column in zip(*runs, strict=True)]
        totals = [total + median for total, median in zip(totals, medians, strict=True)]
        print(f"{name:<36}{medians[0]:>8.3f}{medians[1]:>8.3f}")
    print(f"{'all of them':<36}{totals[0]:>8.3f}{totals[1]:>8.3f}{AIM_SECONDS:>8.1f}")


if __name__ == "__main__":
    main()

"""``python -m benchmarks.bench_calendar``: scans and visits of 10,000 patients, on one core."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from onearm.plan.anchors import ANCHOR_COLUMNS
from onearm.plan.visits import plan_scans, plan_visits
from onearm.protocol import load_protocol

N_PATIENTS = 10_000
UNTIL = dt.date(2027, 7, 31)


def make_patients() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Anchors spread over nine months, and ten doses of each component, each up to ten days late."""
    random = np.random.default_rng(1)
    first = random.integers(0, 270, N_PATIENTS) + (dt.date(2024, 10, 1) - dt.date(1970, 1, 1)).days
    names = pl.Series([f"P-{number:05d}" for number in range(N_PATIENTS)])
    dates = pl.Series(first.astype(np.int32)).cast(pl.Date)
    nothing = pl.lit(None, pl.Date)
    anchors = pl.DataFrame({"USUBJID": names, "FIRST_DOSE": dates}).with_columns(
        nothing.alias(name) for name in ANCHOR_COLUMNS if name != "FIRST_DOSE"
    )
    anchors = anchors.with_columns(pl.col("FIRST_DOSE").alias("INCLUSION"))
    steps = 21 + random.integers(0, 11, (N_PATIENTS, 10))
    days = first[:, None] + np.cumsum(steps, axis=1) - steps[:, :1]
    doses = [
        pl.DataFrame(
            {
                "USUBJID": names.gather(np.repeat(np.arange(N_PATIENTS), 10)),
                "COMPONENT": [component] * days.size,
                "DAY": pl.Series(days.ravel().astype(np.int32)).cast(pl.Date),
            }
        )
        for component in ("pdl1", "haic")
    ]
    return anchors, pl.concat(doses)


def main() -> None:
    """Print the median of seven runs of each step."""
    from benchmarks.__main__ import ROOT

    overlay = ROOT / "trials" / "assumptions" / "haic-bev-pdl1-schedule.yaml"
    protocol = load_protocol(ROOT / "trials" / "haic-bev-pdl1.yaml", [overlay])
    anchors, doses = make_patients()
    steps: dict[str, Callable[[], pl.DataFrame]] = {
        "scans of 10,000 patients": lambda: plan_scans(protocol, anchors, until=UNTIL),
        "visits of 10,000 patients": lambda: plan_visits(protocol, anchors, doses, until=UNTIL),
    }
    for name, step in steps.items():
        seconds = []
        for _ in range(7):
            wall, cpu = time.perf_counter(), time.process_time()
            rows = step().height
            seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
        wall_median, cpu_median = (statistics.median(column) for column in zip(*seconds, strict=True))
        print(f"{name:<28}  {wall_median:.3f}  {cpu_median:.3f}  ({rows:,} rows)")


if __name__ == "__main__":
    main()

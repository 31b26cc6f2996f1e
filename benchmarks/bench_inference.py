"""How long the inference for every outcome of a design takes: p-values, five estimates and four intervals.

In process, nothing compiled; the tables of the design are built anew in each run. Run as a script.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from onearm.design.characteristics import operating_characteristics
from onearm.design.inference import infer, infer_all
from onearm.stats.binomial import binomial_pmf, binomial_tails
from onearm.stats.conditional_error import conditional_errors
from onearm.stats.curtailment import open_states
from onearm.stats.two_stage_order import outcome_table

RUNS = 31


def timed(work: Callable[[], object]) -> list[float]:
    """Milliseconds of each run, with every table forgotten before it; the first run is not counted."""
    seconds = []
    for _ in range(RUNS + 1):
        for forgotten in (outcome_table, open_states, conditional_errors, binomial_pmf, binomial_tails):
            forgotten.cache_clear()
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return [1000 * each for each in seconds[1:]]


CASES: dict[str, Callable[[], object]] = {
    "all outcomes, 3/13, 12/43": lambda: infer_all(13, 3, 43, 12, p0=0.2),
    "all outcomes, 8/27, 14/27, 15/36": lambda: infer_all(27, 8, 36, 15, 14, p0=0.3),
    "all outcomes, 5/15, 18/46": lambda: infer_all(15, 5, 46, 18, p0=0.3),
    "one outcome, 3/13, 12/43": lambda: infer(13, 3, 43, 12, p0=0.2, responses=14),
    "changed second stage, 8/27, 13/36": lambda: infer(
        27, 8, 36, 13, p0=0.25, responses=15, stage1_responses=10, n_actual=38
    ),
    "properties at 9 rates with curtailment": lambda: operating_characteristics(
        27, 8, 36, 15, 14, p=[k / 10 for k in range(1, 10)]
    ),
}


def main() -> None:
    """Print the table: case, median, least and most milliseconds."""
    for name, work in CASES.items():
        taken = timed(work)
        print(f"{name:<42}  {statistics.median(taken):8.3f}  {min(taken):8.3f}  {max(taken):8.3f} ms")


if __name__ == "__main__":
    main()

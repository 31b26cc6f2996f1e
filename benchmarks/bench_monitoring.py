"""How long the monitoring rules take in process, after compilation: median of many runs, on one core.

Run as a script. The aim of a predictive-probability search up to 50 patients, both thresholds on a 0.01 grid, is one
second.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from onearm.design.bop2 import find_bop2
from onearm.design.bryant_day import find_bryant_day
from onearm.design.predictive_search import find_predictive_probability
from onearm.design.response_boundaries import posterior_boundaries, predictive_probability
from onearm.design.tables import text_table
from onearm.design.toxicity_boundaries import monitor_toxicity, monitor_toxicity_bayes
from onearm.stats.one_sample_log_rank import exponential_reference, one_sample_log_rank


class Task(NamedTuple):
    """What is timed, how often, and its aim in seconds."""

    what: str
    run: Callable[[], object]
    repeats: int
    aim: float | None = None


PRIOR = (0.2, 0.8)
TIMES, EVENTS = np.arange(1.0, 41.0), np.arange(40) % 3 > 0
REFERENCE = exponential_reference(12)
TASKS = (
    Task(
        "predictive search, n 10 to 50, every threshold",
        lambda: find_predictive_probability(0.2, 0.4, 0.1, 0.9, PRIOR),
        31,
        1.0,
    ),
    Task(
        "predictive search, n 10 to 50, grid of 0.01",
        lambda: find_predictive_probability(0.2, 0.4, 0.1, 0.9, PRIOR, step=0.01),
        31,
        1.0,
    ),
    Task(
        "predictive search, n 10 to 100, every threshold",
        lambda: find_predictive_probability(0.2, 0.35, 0.1, 0.9, PRIOR, n_to=100),
        11,
    ),
    Task(
        "predictive boundary, n 36, with its error rates",
        lambda: predictive_probability(0.2, 0.4, 36, PRIOR, theta_l=0.001, theta_t=0.9),
        101,
    ),
    Task(
        "posterior boundary, n 40, Beta control",
        lambda: posterior_boundaries(0.3, 0.5, 40, (0.6, 1.4), control=(15, 35), first=1),
        31,
    ),
    Task("toxicity, Pocock type, n 30, every patient", lambda: monitor_toxicity(0.2, 30, 0.1), 31),
    Task("toxicity, Pocock type, n 100, every patient", lambda: monitor_toxicity(0.2, 100, 0.1), 11),
    Task(
        "toxicity, Bayesian, n 30, certainty searched",
        lambda: monitor_toxicity_bayes(0.2, 30, (0.6, 2.4), false_stop=0.1),
        31,
    ),
    Task(
        "response and toxicity (Bryant and Day), optimum proved, with its properties",
        lambda: find_bryant_day(0.3, 0.5, 0.2, 0.4, 0.15, 0.15, 0.85),
        31,
    ),
    Task("BOP2, seven looks to 40, 100 by 101 pairs", lambda: find_bop2(0.2, 0.4, 0.1, range(10, 41, 5)), 11),
    Task("one-sample log-rank test, 40 patients", lambda: one_sample_log_rank(TIMES, EVENTS, REFERENCE), 101),
)


def time_task(task: Task) -> float:
    """Median seconds of one run, after a run that compiles what there is to compile."""
    task.run()
    seconds = []
    for _ in range(task.repeats):
        begun = time.perf_counter()
        task.run()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def main() -> None:
    """Print the table."""
    rows = [
        (task.what, f"{1000 * time_task(task):.2f}", "" if task.aim is None else f"{1000 * task.aim:.0f}")
        for task in TASKS
    ]
    print(text_table(("task", "ms", "aim ms"), rows))


if __name__ == "__main__":
    main()

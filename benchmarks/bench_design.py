"""How long the exact searches for designs take, in process, after compilation. Run as a script."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

from onearm.design.best_designs import find
from onearm.design.curtailed_rule import stochastic_curtailment
from onearm.design.gehan_plan import gehan
from onearm.design.recovery import recover
from onearm.design.search import Setting, list_undominated, search_every_size
from onearm.design.three_stages import find_three_stage


class Timed(NamedTuple):
    """One row: milliseconds of each run, and the aim in milliseconds."""

    what: str
    milliseconds: list[float]
    aim: float | None


def time_runs(what: str, work: Callable[[], object], runs: int, aim: float | None = None) -> Timed:
    """Wall-clock milliseconds of every run after a first one that compiles and is not counted; no cache is used."""
    taken = []
    for run in range(runs + 1):
        list_undominated.cache_clear()
        begun = time.perf_counter()
        work()
        if run:
            taken.append((time.perf_counter() - begun) * 1000)
    return Timed(what, taken, aim)


def measure_searches() -> list[Timed]:
    """The tables up to a given n, the proved searches, and what the commands compute."""
    usual, rare = Setting(0.2, 0.4, 0.05, 0.8), Setting(0.05, 0.15, 0.05, 0.9)
    close, closer = Setting(0.5, 0.6, 0.05, 0.9), Setting(0.5, 0.55, 0.05, 0.9)
    customary = Setting(0.3, 0.5, 0.05, 0.8)
    return [
        time_runs("best of each n to 100, .2/.4/.05/.2", lambda: search_every_size(usual, 100), 1000, 0.05),
        time_runs("best of each n to 200, .05/.15/.05/.1", lambda: search_every_size(rare, 200), 500, 0.2),
        time_runs("proved optimum, .2/.4/.05/.2", lambda: list_undominated(usual), 1000),
        time_runs("proved optimum, .05/.15/.05/.1", lambda: list_undominated(rare), 500),
        time_runs("proved optimum, .5/.6/.05/.1", lambda: list_undominated(close), 50, 10.0),
        time_runs("proved optimum, .5/.55/.05/.1", lambda: list_undominated(closer), 5),
        time_runs(
            "the same, efficacy stop, .3/.5/.05/.2", lambda: list_undominated(customary, efficacy_stop=True), 100
        ),
        time_runs("the same, efficacy stop, .5/.6/.05/.1", lambda: list_undominated(close, efficacy_stop=True), 5),
        time_runs("find(.2, .4, .05, .8), every type", lambda: find(*usual), 50),
        time_runs("find(.3, .5, .05, .8), efficacy stop", lambda: find(*customary, efficacy_stop=True), 50, 1000.0),
        time_runs("recover(n1=27, n=36)", lambda: recover(n1=27, n=36), 5, 3000.0),
        time_runs("three stages, proved, .2/.4/.05/.2", lambda: find_three_stage(*usual), 50, 1000.0),
        time_runs("three stages, proved, .5/.65/.05/.1", lambda: find_three_stage(0.5, 0.65, 0.05, 0.9), 5, 3000.0),
        time_runs(
            "stochastic curtailment of 13 and 43, every patient",
            lambda: stochastic_curtailment(13, 3, 43, 12, p=(0.2, 0.4), below=0.1, above=0.95, p1=0.4),
            50,
        ),
        time_runs("Gehan's plan, .2/.05, precision .1", lambda: gehan(0.2, 0.05, 0.1), 50),
    ]


def format_rows(rows: list[Timed]) -> str:
    """The rows as text: median, least and most milliseconds, runs, aim, and the median as a share of the aim."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':<{width}}  median ms      least       most  runs    aim ms  of aim"]
    for row in rows:
        median = statistics.median(row.milliseconds)
        aim = "        –       –" if row.aim is None else f"{row.aim:9.2f}  {100 * median / row.aim:4.0f} %"
        spread = f"{min(row.milliseconds):9.3f}  {max(row.milliseconds):9.3f}"
        lines.append(f"{row.what:<{width}}  {median:9.3f}  {spread}  {len(row.milliseconds):4d} {aim}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    print(format_rows(measure_searches()))


if __name__ == "__main__":
    main()

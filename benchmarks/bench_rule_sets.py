"""How long all rule sets take together: 10,000 subjects × 12 visits × 5 lesions, both criteria, on one core.

Eight derivations of the same scans (RECIST 1.1 and mRECIST, each under the rule sets ``protocol``, ``recist``,
``arithmetic`` and ``admiral``) with every endpoint of the protocol. Run as a script. Compilation comes first and is not
counted; reading, kernels, derivation and writing are timed apart.
"""

from __future__ import annotations

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar
from unittest.mock import patch

from benchmarks.bench_derive import CUTOFF, N_LESIONS, N_SUBJECTS, PROTOCOL, best_time, made_up_tables
from onearm.derive import Derived, derive_variants, progression_times, respond, save_derived, time_rows
from onearm.protocol import Protocol
from onearm.protocol.load import load_protocol_text
from onearm.protocol.variant import RuleSet, Variant
from onearm.records import Records, load_records

N_VISITS = 12
RULE_SETS: tuple[RuleSet, ...] = ("protocol", "recist", "arithmetic", "admiral")
CRITERIA: tuple[Literal["mrecist"] | None, ...] = (None, "mrecist")
"""The protocol's own criterion (RECIST 1.1), and the other one from the same scans."""
VARIANTS = [Variant(rules=rules, criterion=criterion) for criterion in CRITERIA for rules in RULE_SETS]
REPEATS = 3
Made = TypeVar("Made")
KERNELS = (
    (respond, "derive_patients"),
    (respond, "respond_as_peer"),
    (progression_times, "derive_times"),
    (progression_times, "find_response_starts"),
    (time_rows, "derive_survival"),
)
"""Where the derivation enters compiled code: responses, best responses and times to event."""


class Step(NamedTuple):
    """One row of the table: wall-clock and CPU seconds, and the aim in seconds."""

    what: str
    wall: float
    processor: float
    aim: float | None = None


def write_tables(derived: Sequence[Derived], folder: Path) -> None:
    """The tables of each criterion under the protocol's rules in full; of every rule set and criterion the best
    responses with their deciding visits, and the times to event."""
    for variant, found in zip(VARIANTS, derived, strict=True):
        own = folder / (variant.criterion or "recist-1.1") / variant.rules
        if variant.rules == "protocol":
            save_derived(found, own, simulated=False)
            continue
        own.mkdir(parents=True, exist_ok=True)
        found.best.write_csv(own / "best.csv")
        found.adtte.write_csv(own / "adtte.csv")


@contextmanager
def timed_kernels() -> Iterator[list[float]]:
    """While it lasts, the CPU seconds of every call of ``KERNELS`` are added to the list that it gives."""
    spent: list[float] = []

    def timed(kernel: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return kernel(*arguments, **named)
            finally:
                spent.append(time.process_time() - begun)

        return run

    patches = [patch.object(module, name, timed(getattr(module, name))) for module, name in KERNELS]
    for one in patches:
        one.start()
    try:
        yield spent
    finally:
        for one in patches:
            one.stop()


def measure(protocol: Protocol, folder: Path) -> list[Step]:
    """Every step from the CSV files of ``folder / "records"`` to those of ``folder / "derived"``, least of several."""
    source, target = folder / "records", folder / "derived"
    records = load_records(source)
    kernels = []
    for _ in range(REPEATS):
        with timed_kernels() as spent:
            derive_variants(protocol, records, CUTOFF, VARIANTS)
        kernels.append(sum(spent))

    def derive_fresh() -> list[Derived]:
        return derive_variants(protocol, records, CUTOFF, VARIANTS)

    def derive_with_rows() -> None:
        for found in derive_fresh():
            _ = found.adrs, found.adtr

    def derive_for_new_folder() -> list[Derived]:
        _remove(target)
        return derive_fresh()

    def from_csv_to_csv() -> None:
        write_tables(derive_variants(protocol, load_records(source), CUTOFF, VARIANTS), target)

    return [
        Step("CSV → checked records", *best_time(lambda: load_records(source), REPEATS)),
        Step("kernels of the eight derivations", min(kernels), min(kernels)),
        Step("records → eight derivations", *best_time(derive_fresh, REPEATS), 3.0),
        Step("the same with the rows of every visit and lesion", *best_time(derive_with_rows, REPEATS), 3.0),
        Step(
            "rows and CSV, as below", *_best_of_fresh(derive_for_new_folder, lambda found: write_tables(found, target))
        ),
        Step(
            "CSV → eight derivations → CSV",
            *_best_of_fresh(lambda: _remove(target), lambda _: from_csv_to_csv()),
            5.0,
        ),
    ]


def _remove(folder: Path) -> None:
    """Remove what an earlier run wrote: to replace files costs the system more time than to write new ones."""
    shutil.rmtree(folder, ignore_errors=True)


def _best_of_fresh(prepare: Callable[[], Made], work: Callable[[Made], object]) -> tuple[float, float]:
    """As ``best_time``, each time on what ``prepare`` made anew; its time is not counted."""
    runs = []
    for _ in range(REPEATS):
        made = prepare()
        runs.append(best_time(lambda: work(made), 1))  # noqa: B023 - called at once
    return min(wall for wall, _ in runs), min(processor for _, processor in runs)


def main() -> None:
    """Print a table of the steps."""
    protocol = load_protocol_text(PROTOCOL.read_text(encoding="utf-8"), "made-up.yaml")
    derive_variants(protocol, Records.from_tables(made_up_tables(20, viable=True)), CUTOFF, VARIANTS)
    tables = made_up_tables(n_visits=N_VISITS, viable=True)
    with tempfile.TemporaryDirectory(prefix="onearm-bench-") as name:
        folder = Path(name)
        (folder / "records").mkdir()
        for domain, table in tables.items():
            table.write_csv(folder / "records" / f"{domain.lower()}.csv")
        steps = measure(protocol, folder)
        written = sum(file.stat().st_size for file in (folder / "derived").glob("*/*/*.csv"))
    size = f"{N_SUBJECTS:,} subjects × {N_VISITS} visits × {N_LESIONS} lesions, {tables['TR'].height:,} rows of TR"
    print(f"{size}; RECIST 1.1 and mRECIST, each under {', '.join(RULE_SETS)}")
    print(f"{'step':<52}{'wall s':>8}{'CPU s':>8}{'aim s':>8}")
    for step in steps:
        aim = "" if step.aim is None else f"{step.aim:.1f}"
        print(f"{step.what:<52}{step.wall:>8.2f}{step.processor:>8.2f}{aim:>8}".rstrip())
    print(
        f"written ({written / 1e6:.0f} MB): ADSL, ADTR, ADRS and ADTTE of each criterion under the protocol's rules; "
        "best responses and ADTTE under every other rule set"
    )


if __name__ == "__main__":
    main()

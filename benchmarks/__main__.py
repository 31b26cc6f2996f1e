"""``python -m benchmarks``: one table of what the command line and the derivation take on this machine.

Each command runs in a new process. The aims stand beside the medians; nothing fails when one is missed.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks import bench_design, bench_doses, bench_grades, bench_inference, bench_monitoring, bench_screen

ROOT = Path(__file__).parents[1]
TRIAL = ROOT / "trials" / "haic-bev-pdl1.yaml"
OVERLAY = ROOT / "trials" / "assumptions" / "boundaries-futility-25-45.yaml"
SEED = 1

RUN = """
import sys, json, gc
from onearm.cli.main import run
code = run(sys.argv[1:])
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
except ImportError:
    peak = None
print(json.dumps({"code": code, "peak_mb": peak}), file=sys.stderr)
gc.freeze()
"""
"""Runs a command, tells its exit code and peak memory on the last line of stderr, and ends as ``main`` does."""

STEP = re.compile(r"^(\S.*?)\s{2,}([\d.]+)\s+([\d.]+)$")
"""A line of ``benchmarks.bench_derive``: step, wall-clock seconds, CPU seconds."""


class Measured(NamedTuple):
    """One row: seconds of each run, peak memory in MB where the system tells it, and the aim in seconds."""

    what: str
    seconds: Sequence[float]
    peak_mb: float | None
    aim: float | None


class BenchmarkError(RuntimeError):
    """A command that is measured did not do its work."""


def time_command(words: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, float | None]:
    """Wall-clock seconds and peak memory (MB) of one command in a new process. BenchmarkError if it fails."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    seconds = time.perf_counter() - begun
    told = json.loads(done.stderr.splitlines()[-1]) if done.returncode == 0 and done.stderr else {"code": 3}
    if told["code"] != 0:
        raise BenchmarkError(f"onearm {' '.join(words)}\n{done.stderr}")
    return seconds, told["peak_mb"]


def measure_help() -> Measured:
    """``onearm --help``."""
    runs = [time_command(["--help"]) for _ in range(9)]
    return Measured("onearm --help", [seconds for seconds, _ in runs], _peak(runs), 0.3)


def measure_analyse(folder: Path) -> list[Measured]:
    """``onearm analyse`` of 36 simulated patients: with compiled kernels on disk, and with none."""
    records = folder / "records"
    assume = ["--assume", str(OVERLAY)]
    time_command(["simulate", str(TRIAL), *assume, "--seed", str(SEED), "--out", str(records)])
    words = ["analyse", str(TRIAL), str(records), *assume, "--out", str(folder / "results")]
    time_command(words)
    cached = [time_command(words) for _ in range(5)]
    empty = []
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="onearm-bench-") as cache:
            empty.append(time_command(words, {"ONEARM_CACHE_DIR": cache}))
    return [
        Measured("analyse 36 patients, kernels on disk", [seconds for seconds, _ in cached], _peak(cached), 3.0),
        Measured("analyse 36 patients, no kernels on disk", [seconds for seconds, _ in empty], _peak(empty), 20.0),
    ]


def measure_derive() -> list[Measured]:
    """The derivation of 10,000 subjects on one core, in a process of its own (compilation not counted)."""
    code = "from benchmarks.bench_derive import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(done.stderr)
    steps = [found for found in map(STEP.match, done.stdout.splitlines()) if found]
    aims = {"records → ADSL, ADRS, ADTTE": 1.0}
    return [Measured(f"10,000 subjects: {step[1]}", [float(step[2])], None, aims.get(step[1])) for step in steps]


def show_alone(module: str) -> None:
    """The table of a module of ``benchmarks`` that runs on one core, in a process of its own."""
    code = f"from benchmarks.{module} import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(done.stderr)
    print(done.stdout.rstrip())


def _peak(runs: Sequence[tuple[float, float | None]]) -> float | None:
    known = [peak for _, peak in runs if peak is not None]
    return statistics.median(known) if known else None


def describe_machine() -> str:
    """Processor, cores, system and versions, in one line."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "polars"))
    return (
        f"onearm {version('onearm')}; Python {platform.python_version()}, {libraries}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_processor()}"
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", told.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or "processor unknown"


def format_table(rows: Sequence[Measured]) -> str:
    """The rows as text: median, least and most seconds, runs, memory, aim, and the median as a share of the aim."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':<{width}}  median s  least  most  runs    MB  aim s  of aim"]
    for row in rows:
        median = statistics.median(row.seconds)
        memory = "     –" if row.peak_mb is None else f"{row.peak_mb:6.0f}"
        aim = "    –       –" if row.aim is None else f"{row.aim:5.1f}  {100 * median / row.aim:4.0f} %"
        spread = f"{min(row.seconds):5.2f} {max(row.seconds):5.2f}"
        lines.append(f"{row.what:<{width}}  {median:8.2f}  {spread}  {len(row.seconds):4d}{memory}  {aim}")
    return "\n".join(lines)


def main() -> int:
    """Measure everything and print the table."""
    print(describe_machine())
    rows = [measure_help()]
    with tempfile.TemporaryDirectory(prefix="onearm-bench-") as folder:
        rows += measure_analyse(Path(folder))
    rows += measure_derive()
    print(format_table(rows))
    print("\nEvery rule set by both criteria, after compilation")
    show_alone("bench_rule_sets")
    print("\nThe patients' path, after compilation")
    show_alone("bench_patient_path")
    for title, show in (
        ("Search of designs", bench_design.main),
        ("Inference", bench_inference.main),
        ("Monitoring", bench_monitoring.main),
        ("Doses", bench_doses.main),
        ("Eligibility", bench_screen.main),
        ("Laboratory grades", bench_grades.main),
    ):
        print(f"\n{title}, in process, after compilation")
        show()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``onearm demo``: both founding trials, from protocol to report, on simulated patients."""

from __future__ import annotations

import shutil
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from onearm.cli.options import json_option
from onearm.cli.output import emit_json, has_errors, say
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.pipeline import Analysis


class DemoTrial(NamedTuple):
    """A founding trial, what the demonstration assumes for it, and the seed of its simulated patients."""

    name: str
    overlays: tuple[str, ...]
    seed: int


DEMO_TRIALS = (
    DemoTrial(
        "haic-bev-pdl1",
        (
            "boundaries-futility-25-45",
            "boundaries-futility-20-40",
            "boundaries-efficacy-30-50",
            "haic-bev-pdl1-patients",
        ),
        5,
    ),
    DemoTrial(
        "haic-adebrelimab-regorafenib",
        ("haic-adebrelimab-regorafenib-demo", "haic-adebrelimab-regorafenib-patients"),
        1,
    ),
)


def find_trials() -> Path | None:
    """The folder of the founding trials: in the checkout, or where an ordinary installation put it."""
    import onearm

    places = (
        Path(onearm.__file__).parents[2] / "trials",
        Path(sysconfig.get_path("data")) / "share" / "onearm" / "trials",
        Path(sysconfig.get_path("data", sysconfig.get_preferred_scheme("user"))) / "share" / "onearm" / "trials",
    )
    return next((place for place in places if (place / f"{DEMO_TRIALS[0].name}.yaml").is_file()), None)


@click.command(
    epilog="""\b
Examples:
  onearm demo
  onearm demo --out somewhere --open"""
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder to write.",
)
@click.option("--open", "open_report", is_flag=True, help="Open both reports in the browser.")
@json_option
def demo_command(out: Path, open_report: bool, as_json: bool) -> int:
    """Run both founding trials on simulated patients and say where the reports are.

    Writes OUT/<trial>/records (simulated) and OUT/<trial>/report.html with its figures and tables.
    """
    from onearm.cli.analyses import describe_analysis
    from onearm.cli.output import open_in_browser

    folder = find_trials()
    if folder is None:
        raise UsageError("the founding trials are not installed; reinstall onearm")
    results = []
    failed = False
    for trial in DEMO_TRIALS:
        begun = time.perf_counter()
        analysis = _run(trial, folder, out / trial.name)
        failed = failed or has_errors(analysis.findings)
        report = out / trial.name / "report.html"
        said = "no test declared" if trial_is_exploratory(analysis) else analysis.decision.action
        say(f"{trial.name}: {said} ({time.perf_counter() - begun:.1f} s)")
        results.append({"trial": trial.name, "report": str(report), **describe_analysis(analysis)})
        if not as_json:
            click.echo(f"Report: {report.resolve()}")
        if open_report:
            open_in_browser(report)
    if as_json:
        emit_json("demo", {"simulated": True, "trials": results})
    return 1 if failed else 0


def trial_is_exploratory(analysis: Analysis) -> bool:
    """Whether the protocol declares no test, so that there is nothing to decide."""
    return analysis.protocol.design.kind == "exploratory"


def _run(trial: DemoTrial, folder: Path, out: Path) -> Analysis:
    from onearm.cli.analyses import run_analysis
    from onearm.protocol import load_protocol
    from onearm.rehearse.simulate import write_simulated

    protocol = folder / f"{trial.name}.yaml"
    overlays = tuple(folder / "assumptions" / f"{name}.yaml" for name in trial.overlays)
    records = out / "records"
    if records.exists():
        shutil.rmtree(records)
    say(f"{trial.name}: simulating patients (seed {trial.seed})")
    write_simulated(load_protocol(protocol, overlays), trial.seed, records)
    analysis, _ = run_analysis(protocol, records, out, "team", overlays, None)
    return analysis

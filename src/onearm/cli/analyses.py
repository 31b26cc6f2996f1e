"""``onearm analyse``."""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.described import describe_comparison, describe_declared, describe_estimate
from onearm.cli.described_path import describe_path
from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import (
    announce_compilation,
    emit_json,
    has_errors,
    is_terminal,
    marked,
    open_in_browser,
    print_findings,
)

if TYPE_CHECKING:
    from onearm.decide.results import Decision
    from onearm.pipeline import Analysis

_OUT = click.Path(file_okay=False, path_type=Path)
RESULTS_SCHEMA = "onearm.results/1"
"""Schema of results.json: the analysis, and under ``inputs`` what it was made from."""


@click.command(
    epilog="""\b
Examples:
  onearm analyse PROTOCOL.yaml RECORDS_DIR --out results --open
  onearm analyse PROTOCOL.yaml RECORDS_DIR --out results --cutoff 2026-03-01 --json
  onearm analyse PROTOCOL.yaml RECORDS_DIR --out board --audience board"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@click.option("--out", type=_OUT, required=True, help="Folder to write the report, figures and tables to.")
@click.option(
    "--audience",
    type=click.Choice(["team", "board", "public"]),
    default="team",
    show_default=True,
    help="board: no source rows; public: no patient rows, exact dates or identifiers, small cells suppressed.",
)
@click.option("--open", "open_report", is_flag=True, help="Open the report in the browser.")
@assume_option
@cutoff_option
@json_option
def analyse_command(
    protocol: Path,
    records: Path,
    out: Path,
    audience: str,
    open_report: bool,
    assume: tuple[Path, ...],
    cutoff: dt.date | None,
    as_json: bool,
) -> int:
    """Analyse RECORDS as PROTOCOL says, at a data cut: estimates, the decision by its rule, and the report."""
    analysis, files = run_analysis(protocol, records, out, audience, assume, cutoff)
    print_findings(analysis.findings)
    if as_json:
        emit_json("analyse", {**describe_analysis(analysis), "files": [str(path) for path in files]})
    else:
        _print_summary(analysis, out)
    if open_report:
        open_in_browser(out / "report.html")
    return 1 if has_errors(analysis.findings) or analysis.refused else 0


@contextmanager
def _without_collection() -> Iterator[None]:
    """One analysis makes many objects and nearly all of them live: searching them for cycles is a sixth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _without_linear_algebra() -> Iterator[None]:
    """Numba loads SciPy's linear algebra to see whether it is there; no kernel multiplies matrices, so it is not.

    Only where this process has not loaded it for something else, and only for this command: a tenth of its time.
    """
    name = "scipy.linalg"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@_without_collection()
def run_analysis(
    protocol: Path, records: Path, out: Path, audience: str, assume: tuple[Path, ...], cutoff: dt.date | None
) -> tuple[Analysis, list[Path]]:
    """Load, analyse and write everything to ``out``; returns the analysis and every file written."""
    announce_compilation()
    from onearm.report.figure_worker import FigureWorker

    # The second process loads the drawing library while this one reads and analyses.
    with FigureWorker() as worker, _progress() as say_step:
        with _without_linear_algebra():
            from onearm.pipeline import analyse
        from onearm.protocol import load_alternatives
        from onearm.records import load_records
        from onearm.report import write_report

        named, data = load_alternatives(protocol, assume), load_records(records)
        analysis = analyse(named[0][1], data, cutoff, alternatives=named, progress=say_step)
        say_step("writing the report")
        files = write_report(analysis, out, audience=audience, worker=worker)  # type: ignore[arg-type]
    results = out / "results.json"
    if audience == "team":
        inputs = {
            "protocol": _relative(protocol, out),
            "records": _relative(records, out),
            "assume": [_relative(overlay, out) for overlay in assume],
            "cutoff": analysis.cut.day.isoformat(),
        }
        content = marked({"schema": RESULTS_SCHEMA, **describe_analysis(analysis), "inputs": inputs})
        results.write_text(_as_text(content), encoding="utf-8", newline="\n")
        files = [*files, results]
    return analysis, files


def _relative(path: Path, folder: Path) -> str:
    """A path as seen from the results folder; absolute where the two share no root (another drive)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _as_text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


class _progress:  # noqa: N801 - reads as a phrase in a with statement
    """A spinner with the current step, on a terminal only."""

    def __enter__(self) -> Callable[[str], None]:
        self._status: Any = None
        if not is_terminal():
            return lambda _: None
        from rich.console import Console

        status = Console(stderr=True).status("reading")
        status.start()
        self._status = status
        return status.update

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()


def describe_analysis(analysis: Analysis) -> dict[str, Any]:
    """The analysis as the ``--json`` object gives it (without the files)."""
    return {
        "simulated": analysis.records.simulated,
        "software": analysis.software,
        "protocol": {
            "id": analysis.protocol.identity.id,
            "digest": analysis.protocol.digest,
            "overlays": list(analysis.protocol.overlays),
            "headings": [str(heading) for heading in analysis.protocol.headings],
        },
        "records": {"study": analysis.records.study_id, "digest": analysis.records.digest},
        "cutoff": analysis.cut.day.isoformat(),
        "cutoff_given": analysis.cut.given,
        "estimates": [describe_estimate(estimate) for estimate in analysis.estimates],
        "interval_curves": [asdict(curve) for curve in analysis.interval_curves.values()],
        "procedure_rules": [
            {
                "rule": reading.name,
                "response": reading.rule.response,
                "time_to_event": reading.rule.time_to_event,
                "is_of_protocol": dict(zip(("response", "time_to_event"), reading.is_of_protocol, strict=True)),
                "estimates": [describe_estimate(estimate) for estimate in reading.estimates],
            }
            for reading in analysis.procedure_readings
        ],
        "beside": [one.as_dict() for one in analysis.beside],
        "decision": describe_decision(analysis.decision),
        "alternatives": [
            {"overlay": other.overlay, "decision": describe_decision(other.decision)} for other in analysis.alternatives
        ],
        "sets": {
            name: {"n": len(found.members), "excluded": [{"subject": s, "reason": r} for s, r in found.excluded]}
            for name, found in analysis.sets.items()
        },
        "refused": [{"id": entry.id, "missing": list(entry.missing)} for entry in analysis.refused],
        "findings": [finding.as_dict() for finding in analysis.findings],
        "agreement": describe_comparison(analysis),
        **describe_declared(analysis),
        **describe_path(analysis),
    }


def describe_decision(decision: Decision) -> dict[str, Any]:
    """A decision as the ``--json`` object gives it."""
    counts = decision.counts
    return {
        "action": decision.action,
        "stage": decision.stage,
        "rule": decision.rule,
        "counts": None
        if counts is None
        else {
            "planned": counts.planned,
            "members": counts.members,
            "missing": counts.missing,
            "responders": counts.responders,
            "pending_confirmation": counts.pending_confirmation,
            "may_respond": counts.may_respond,
            "not_yet_assessed": counts.not_yet_assessed,
            "not_evaluable": counts.not_evaluable,
            "non_responders": counts.non_responders,
        },
        "pending": [
            {
                "subject": member.subject,
                "state": member.state.name.lower(),
                "waits_from": member.waits_from,
                "waits_until": member.waits_until,
            }
            for member in decision.pending
        ],
        "determined_early": decision.determined_early,
        "responders_needed": decision.responders_needed,
        "earliest_day": decision.earliest_day,
        "p_value": decision.p_value,
        "missing": list(decision.missing),
        "candidates": _describe_candidates(decision),
        "recorded": None
        if decision.recorded is None
        else {
            "date": decision.recorded.date,
            "action": decision.recorded.action,
            "n1": decision.recorded.n1,
            "x1": decision.recorded.x1,
            "x1_now": decision.recorded.x1_now,
            "crosses_boundary": decision.recorded.crosses_boundary,
            "against_boundary": decision.recorded.against_boundary,
        },
    }


def _describe_candidates(decision: Decision) -> list[dict[str, Any]]:
    """Designs that fit the sizes of a two-stage trial whose boundaries are open: hypotheses to ask about, never an
    answer.
    """
    n1, n = decision.rule["n1"], decision.rule["n"]
    if not decision.missing or not isinstance(n1, int) or not isinstance(n, int):
        return []
    from onearm.design import recover

    return [
        {
            "classes": [candidate.design_class],
            "p0": candidate.p0,
            "p1": candidate.p1,
            "alpha": candidate.alpha,
            "power": candidate.power,
            "futility_stop": candidate.r1,
            "efficacy_stop": candidate.e1,
            "success": candidate.r + 1,
            "attained_type_one_error": candidate.attained_alpha,
            "attained_power": candidate.attained_power,
        }
        for candidate in recover(n1=n1, n=n).candidates
    ]


def _print_summary(analysis: Analysis, out: Path) -> None:
    from onearm.report import describe_headline

    mark = "  SIMULATED" if analysis.records.simulated else ""
    last = "" if analysis.cut.given else " (the last date in the records)"
    click.echo(f"{analysis.protocol.identity.id}{mark}, data cut {analysis.cut.day}{last}")
    click.echo(describe_headline(analysis))
    for entry in analysis.refused:
        click.echo(f"Not computed: {entry.id} (the protocol leaves open: {', '.join(entry.missing)})")
    click.echo(f"Report: {out / 'report.html'}")

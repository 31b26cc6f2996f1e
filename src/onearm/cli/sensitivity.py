"""``onearm sensitivity``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import emit_json, print_findings

if TYPE_CHECKING:
    from onearm.sensitivity import Outcome, Row, Sensitivity

_GROUPS = {
    "rules": "Rule sets",
    "option": "Single options",
    "reading": "Readings",
    "procedure": "Procedures",
    "censoring": "Censoring",
    "denominator": "Denominators",
}


@click.command(
    epilog="""\b
Examples:
  onearm sensitivity PROTOCOL.yaml RECORDS_DIR
  onearm sensitivity PROTOCOL.yaml RECORDS_DIR --cutoff 2026-03-01 --json"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@assume_option
@cutoff_option
@json_option
def sensitivity_command(
    protocol: Path, records: Path, assume: tuple[Path, ...], cutoff: dt.date | None, as_json: bool
) -> int:
    """Say what would move the result: every choice of PROTOCOL made otherwise, one at a time, on RECORDS."""
    from onearm.pipeline import refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records
    from onearm.sensitivity import vary

    trial, data = load_protocol(protocol, assume), load_records(records)
    refuse_other_study(trial, data)
    found = vary(trial, data, cutoff)
    if as_json:
        emit_json("sensitivity", {"simulated": data.simulated, **describe_sensitivity(found)})
    else:
        print_sensitivity(found, simulated=data.simulated)
    return 0


def describe_sensitivity(found: Sensitivity) -> dict[str, Any]:
    """The reruns as the ``--json`` object gives them."""
    return {
        "protocol": found.protocol.identity.id,
        "cutoff": found.cut.day.isoformat(),
        "denominator": found.denominator,
        "as_protocol": _describe_outcome(found.base),
        "policies": [
            {
                "policy": row.name,
                "group": row.group,
                "moved": row.moved,
                "gained": list(row.gained),
                "lost": list(row.lost),
                "changed": [{"subject": s, "from": before, "to": after} for s, before, after in row.changed],
                "refused": [finding.as_dict() for finding in row.refused],
                **({} if row.outcome is None else _describe_outcome(row.outcome)),
            }
            for row in found.rows
        ],
    }


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "responders": len(outcome.responders),
        "n": outcome.n,
        "orr": outcome.rate,
        "decision": outcome.action,
        "stage": outcome.stage,
        "median_pfs_months": outcome.median_pfs,
    }


def print_sensitivity(found: Sensitivity, *, simulated: bool) -> None:
    """The table of what moved, and one line of what did not."""
    mark = "  SIMULATED" if simulated else ""
    click.echo(f"{found.protocol.identity.id}{mark}, data cut {found.cut.day}, denominator: {found.denominator}")
    tests = found.protocol.design.kind != "exploratory"
    click.echo(_line("as the protocol says", found.base, tests=tests))
    for group, title in _GROUPS.items():
        rows = [row for row in found.moved if row.group == group]
        if rows:
            click.echo(f"\n{title}")
        for row in rows:
            assert row.outcome is not None
            click.echo(_line(row.name, row.outcome, tests=tests))
            for words in _who(row):
                click.echo(f"      {words}")
    click.echo(f"\nNothing moves under {len(found.unmoved)} others: {', '.join(found.unmoved)}")
    for row in found.rows:
        if row.refused:
            click.echo(f"\nThe records cannot be read with {row.name}:")
            print_findings(row.refused)


def _line(name: str, outcome: Outcome, *, tests: bool) -> str:
    from onearm.units import percent, round_half_away

    x, n = len(outcome.responders), outcome.n
    rate = f"{x}/{n} = {percent(x, n)} %" if n else "not estimable"
    median = "–" if outcome.median_pfs is None else str(round_half_away(outcome.median_pfs, 1))
    action = outcome.action if tests else "no test"
    return f"  {name:<44} ORR {rate:<16} {action:<13} median PFS {median}"


def _who(row: Row) -> list[str]:
    lines = []
    if row.gained:
        lines.append(f"gained: {', '.join(row.gained)}")
    if row.lost:
        lines.append(f"lost: {', '.join(row.lost)}")
    moved = {*row.gained, *row.lost}
    others = [f"{subject} {before} → {after}" for subject, before, after in row.changed if subject not in moved]
    if others:
        lines.append(f"best response: {', '.join(others)}")
    return lines

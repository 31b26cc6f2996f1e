"""``onearm audit``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import emit_json, print_findings
from onearm.errors import Place, UsageError
from onearm.words.audit_findings import AUDIT_CHECKS, AUDIT_LACKS

if TYPE_CHECKING:
    from onearm.audit import Audit


@click.command(
    epilog="""\b
Examples:
  onearm audit RECORDS_DIR
  onearm audit RECORDS_DIR --protocol PROTOCOL.yaml --cutoff 2026-03-01
  onearm audit RECORDS_DIR --json"""
)
@click.argument("records", type=existing_folder)
@click.option(
    "--protocol",
    type=existing_file,
    metavar="FILE",
    help="The trial's protocol; without it RECIST 1.1 as published decides.",
)
@assume_option
@cutoff_option
@json_option
def audit_command(
    records: Path, protocol: Path | None, assume: tuple[Path, ...], cutoff: dt.date | None, as_json: bool
) -> int:
    """Look in RECORDS for the errors most often made in response trials; each with patient, visit and evidence."""
    from onearm.audit import audit_records
    from onearm.pipeline import choose_cut, refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    if assume and protocol is None:
        raise UsageError("--assume fills what a protocol leaves open: give --protocol too")
    trial, data = None if protocol is None else load_protocol(protocol, assume), load_records(records)
    if trial is not None:
        refuse_other_study(trial, data)
    found = audit_records(data, trial, choose_cut(data, cutoff).day)
    if as_json:
        emit_json("audit", {"simulated": data.simulated, **describe_audit(found)})
    else:
        print_audit(found)
    return 0 if found.is_clean else 1


def describe_audit(audit: Audit) -> dict[str, Any]:
    """The audit as the ``--json`` object gives it."""
    rates = audit.rates
    return {
        "protocol": audit.protocol.identity.id,
        "as_published": audit.as_published,
        "profile": audit.protocol.tumour.profile,
        "assumed": _assumed(audit),
        "cutoff": audit.cutoff.isoformat(),
        "readings": [reading.label for reading in audit.readings],
        "checks": [
            {
                "check": state.check.name,
                "title": AUDIT_CHECKS[state.check.name],
                "codes": list(state.check.codes),
                "checked": state.done,
                "found": state.found,
                "lacks": [AUDIT_LACKS[code] for code in state.lacks],
            }
            for state in audit.states
        ],
        "response_rate": None
        if rates is None
        else {"responders": list(rates.responders), "treated": len(rates.treated), "assessed": len(rates.assessed)},
        "faults": [fault.as_dict() for fault in audit.faults],
        "unread": [
            {"reading": reading.label, "findings": [finding.as_dict() for finding in findings]}
            for reading, findings in audit.unread
        ],
    }


def _assumed(audit: Audit) -> list[str]:
    from onearm.audit.published import ASSUMED

    return list(ASSUMED) if audit.as_published else []


def print_audit(audit: Audit) -> None:
    """The audit for people: what was looked for, what was found, and each error with its evidence."""
    whose = "RECIST 1.1 as published" if audit.as_published else audit.protocol.identity.id
    click.echo(f"Audit by {whose}, data cut {audit.cutoff}, read by {'; '.join(r.label for r in audit.readings)}")
    for words in _assumed(audit):
        click.echo(f"  assumed: {words}")
    click.echo("")
    for state in audit.states:
        count = str(state.found) if state.done else "–"
        colour = "red" if state.found else None
        click.echo(f"{click.style(f'{count:>4}', fg=colour, bold=bool(state.found))}  {AUDIT_CHECKS[state.check.name]}")
        for code in state.lacks:
            click.echo(f"      {'not in full' if state.done else 'not checked'}: {AUDIT_LACKS[code]}")
    for fault in audit.faults:
        finding = fault.finding
        of_visit = f", visit {fault.visit}" if fault.visit else ""
        by = f" ({fault.reading})" if len(audit.readings) > 1 else ""
        click.echo(f"\n{fault.subject}{of_visit}{by}: {finding.code} {finding.severity}{_at(finding.place)}")
        click.echo(f"    found:    {finding.found}")
        click.echo(f"    expected: {finding.expected}")
        click.echo(f"    mend:     {finding.mend}")
    for reading, findings in audit.unread:
        click.echo(f"\nNot read: {reading.label}")
        print_findings(findings)
    patients = len({fault.subject for fault in audit.faults})
    click.echo(f"\n{len(audit.faults)} found in {patients} patients." if audit.faults else "\nNothing found.")


def _at(place: Place) -> str:
    return f" at {place.file}:{place.row}" if place.row is not None else ""

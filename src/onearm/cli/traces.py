"""``onearm trace``: from a number to the patients, derived rows and source rows behind it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import emit_json
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.derive import SourceRow, Trace
    from onearm.pipeline import Analysis


@click.command(
    epilog="""\b
Examples:
  onearm trace orr.confirmed.treated PROTOCOL.yaml RECORDS_DIR
  onearm trace PFS:SIM-HAIC-BEV-PDL1-004 PROTOCOL.yaml RECORDS_DIR
  onearm trace OVRLRESP:SIM-HAIC-BEV-PDL1-004 --visit 27 --results demo/haic-bev-pdl1"""
)
@click.argument("what", metavar="ID[:SUBJECT]")
@click.argument("protocol", type=existing_file, required=False)
@click.argument("records", type=existing_folder, required=False)
@click.option(
    "--results",
    type=existing_folder,
    help="Folder that 'onearm analyse' wrote: takes protocol, records, overlays and data cut from there.",
)
@click.option("--visit", help="VISITNUM of a value of one visit (OVRLRESP, TRGRESP, SUMDIAM, LDIAM …).")
@click.option("--lesion", help="TRLNKID of the lesion, for LDIAM and SAXIS.")
@assume_option
@cutoff_option
@json_option
def trace_command(
    what: str,
    protocol: Path | None,
    records: Path | None,
    results: Path | None,
    visit: str | None,
    lesion: str | None,
    assume: tuple[Path, ...],
    cutoff: dt.date | None,
    as_json: bool,
) -> None:
    """Walk from an estimate (orr.confirmed.treated) or a derived value (PFS, CBOR, OVRLRESP, TRTFL) to its sources.

    Without a subject: the patients behind an estimate. With one: the source rows that decided the value, and every
    row that was read for it.
    """
    from onearm.pipeline import analyse
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    name, _, subject = what.partition(":")
    inputs = _find_inputs(protocol, records, results, assume, cutoff)
    trial, data = load_protocol(inputs.protocol, inputs.assume), load_records(inputs.records)
    analysis = analyse(trial, data, inputs.cutoff)
    if not subject:
        content = _describe_estimate(analysis, name)
        if as_json:
            emit_json("trace", content)
        else:
            _print_estimate(content)
        return
    subject = _find_subject(analysis, subject)
    traces = [_trace(analysis, parameter, subject, visit, lesion) for parameter in _parameters(analysis, name)]
    if as_json:
        emit_json(
            "trace", {"id": name, "simulated": analysis.records.simulated, "traces": [_as_json(t) for t in traces]}
        )
        return
    if analysis.records.simulated:
        click.echo("SIMULATED")
    for found in traces:
        _print_trace(analysis, found)


class _Inputs(NamedTuple):
    protocol: Path
    records: Path
    assume: tuple[Path, ...]
    cutoff: dt.date | None


def _find_inputs(
    protocol: Path | None, records: Path | None, results: Path | None, assume: tuple[Path, ...], cutoff: dt.date | None
) -> _Inputs:
    """What to analyse again: as named on the command line, or as a results folder remembers it."""
    if protocol is not None and records is not None:
        return _Inputs(protocol, records, assume, cutoff)
    remembered = (results or Path()) / "results.json"
    if not remembered.is_file():
        raise UsageError("name PROTOCOL and RECORDS, or with --results the folder that 'onearm analyse' wrote")
    inputs = json.loads(remembered.read_text(encoding="utf-8"))["inputs"]
    # Paths stand relative to the folder itself, so that it works from anywhere and moves with its neighbours.
    base = remembered.parent
    found = _Inputs(
        base / inputs["protocol"],
        base / inputs["records"],
        tuple(base / path for path in inputs["assume"]),
        dt.date.fromisoformat(inputs["cutoff"]),
    )
    for path in (found.protocol, found.records, *found.assume):
        if not path.exists():
            raise UsageError(f"{remembered} was made from {path}, which is not there; name PROTOCOL and RECORDS")
    return found


def _find_subject(analysis: Analysis, written: str) -> str:
    """The subject as written, or the only one whose id ends so: reports show the short ending."""
    known = analysis.derived.subjects
    if written in known:
        return written
    ending = [subject for subject in known if subject.endswith(f"-{written}")]
    if len(ending) == 1:
        return ending[0]
    shown = ", ".join((ending or known)[:5])
    raise UsageError(
        f"no one subject is called {written!r}; there are {shown}{' …' if len(ending or known) > 5 else ''}"
    )


def _parameters(analysis: Analysis, name: str) -> list[str]:
    """The derived values that put a subject into an estimate; a derived value's own name stands for itself."""
    from onearm.estimates.response import BEST_RESPONSE_PARAMETERS, primary_reading
    from onearm.estimates.sets import FLAG_COLUMNS
    from onearm.estimates.survival import CURVE_PARAMETERS

    known = {estimate.id: estimate for estimate in analysis.estimates}
    if name not in known:
        return [name]
    estimate = known[name]
    flag = [FLAG_COLUMNS[estimate.population][0]] if estimate.population in FLAG_COLUMNS else []
    parts = name.split(".")
    if name in ("orr.tested", "orr.design"):
        return [BEST_RESPONSE_PARAMETERS[primary_reading(analysis.protocol)], *flag]
    if parts[0] in ("orr", "dcr"):
        return [BEST_RESPONSE_PARAMETERS[parts[1]], *flag]
    if parts[0] == "followup":
        return [CURVE_PARAMETERS["os"], *flag]
    longest_first = sorted(CURVE_PARAMETERS, key=len, reverse=True)
    curve = next(key for key in longest_first if name.startswith(f"{key}."))
    return [CURVE_PARAMETERS[curve], *flag]


def _trace(analysis: Analysis, parameter: str, subject: str, visit: str | None, lesion: str | None) -> Trace:
    from onearm.derive import trace

    return trace(analysis.derived, analysis.records, parameter, subject, visit, lesion)


def _describe_estimate(analysis: Analysis, name: str) -> dict[str, Any]:
    import difflib

    known = {estimate.id: estimate for estimate in analysis.estimates}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f" Near it: {', '.join(near)}." if near else ""
        raise UsageError(f"no estimate is called {name!r}.{hint} A derived value needs its subject: {name}:SUBJECT")
    estimate = known[name]
    return {
        "id": name,
        "simulated": analysis.records.simulated,
        "value": estimate.value,
        "x": estimate.x,
        "n": estimate.n,
        "counted": list(estimate.subjects),
        "denominator": list(estimate.denominator),
        "derived_from": _parameters(analysis, name),
    }


def _print_estimate(content: dict[str, Any]) -> None:
    if content["simulated"]:
        click.echo("SIMULATED")
    click.echo(f"{content['id']}: {content['x']} of {content['n']}")
    click.echo(f"counted:     {' '.join(content['counted']) or 'nobody'}")
    others = [subject for subject in content["denominator"] if subject not in set(content["counted"])]
    click.echo(f"not counted: {' '.join(others) or 'nobody'}")
    click.echo(f"derived from {', '.join(content['derived_from'])}; add :SUBJECT to see the source rows")


def _derived_rows(analysis: Analysis, found: Trace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for table in (analysis.derived.adrs, analysis.derived.adtte):
        kept = table.filter((table["PARAMCD"] == found.parameter) & (table["USUBJID"] == found.subject))
        if found.visitnum is not None and "VISITNUM" in kept.columns:
            kept = kept.filter(kept["VISITNUM"] == found.visitnum)
        rows += [{key: value for key, value in row.items() if value is not None} for row in kept.iter_rows(named=True)]
    if found.parameter in analysis.derived.adsl.columns:
        own = analysis.derived.adsl.filter(analysis.derived.adsl["USUBJID"] == found.subject)
        rows.append({found.parameter: own[found.parameter].item(0)})
    return rows


def _print_trace(analysis: Analysis, found: Trace) -> None:
    click.echo(click.style(f"\n{found.parameter} of {found.subject}", bold=True))
    for row in _derived_rows(analysis, found):
        click.echo(
            "  = " + "  ".join(f"{key} {value}" for key, value in row.items() if key not in ("STUDYID", "USUBJID"))
        )
    for title, rows in (("decided by", found.decided_by), ("read", found.read)):
        click.echo(f"{title} ({len(rows)} row{'' if len(rows) == 1 else 's'})")
        for source in rows:
            click.echo(f"  {source.domain} row {source.row}: {_row_words(source)}")


_HIDDEN = frozenset({"STUDYID", "DOMAIN", "USUBJID"})


def _row_words(row: SourceRow) -> str:
    return ", ".join(f"{key}={value}" for key, value in row.columns.items() if key not in _HIDDEN)


def _as_json(found: Trace) -> dict[str, Any]:
    def rows(listed: tuple[SourceRow, ...]) -> list[dict[str, Any]]:
        return [{"domain": r.domain, "row": r.row, "seq": r.seq, "columns": dict(r.columns)} for r in listed]

    return {
        "parameter": found.parameter,
        "subject": found.subject,
        "visit": found.visitnum,
        "decided_by": rows(found.decided_by),
        "read": rows(found.read),
    }

"""``onearm compare-rules``: the patients whose response depends on the rule set, and the visits that decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onearm.cli.options import assume_option, cutoff_option, existing_file, existing_folder, json_option
from onearm.cli.output import announce_compilation, emit_json, print_findings, say
from onearm.cli.variants import evaluator_option, read_variant, set_option, source_option, variant_line

if TYPE_CHECKING:
    from onearm.derive import Derived
    from onearm.errors import Finding
    from onearm.estimates.rule_sets import Comparison, Judged, RuleSetResult, VisitOf
    from onearm.protocol.variant import Source


@click.command(
    epilog="""\b
Examples:
  onearm compare-rules PROTOCOL.yaml RECORDS_DIR
  onearm compare-rules PROTOCOL.yaml RECORDS_DIR --response-source reported --evaluator independent
  onearm compare-rules PROTOCOL.yaml RECORDS_DIR --set max_nr_ne=0 --json"""
)
@click.argument("protocol", type=existing_file)
@click.argument("records", type=existing_folder)
@evaluator_option
@source_option
@set_option
@assume_option
@cutoff_option
@json_option
def compare_rules_command(
    protocol: Path,
    records: Path,
    evaluator: str | None,
    source: Source | None,
    settings: tuple[str, ...],
    assume: tuple[Path, ...],
    cutoff: dt.date | None,
    as_json: bool,
) -> int:
    """Derive RECORDS under all four rule sets: who changes category or responder status, and which visits decided.

    protocol: the options of PROTOCOL; recist: the papers and the working group; arithmetic: the tables alone;
    admiral: as the R package does. Options given with --set hold under every set that reads them.
    """
    announce_compilation()
    from onearm.estimates.rule_sets import compare_rules
    from onearm.pipeline import choose_cut, refuse_other_study
    from onearm.protocol import load_protocol
    from onearm.records import load_records

    trial, data = load_protocol(protocol, assume), load_records(records)
    refuse_other_study(trial, data)
    base = read_variant(data, "every", source, evaluator, settings)
    cut = choose_cut(data, cutoff)
    found = compare_rules(trial, data, cut.day, base)
    if found is None:
        say("Not compared: the protocol leaves open tumour.criterion")
        if as_json:
            emit_json("compare-rules", {"refused": [{"id": "CBOR", "missing": ["tumour.criterion"]}], "patients": {}})
        return 1
    findings = [*data.findings, *_findings(found.derived)]
    print_findings(findings)
    refusals = {(entry.id, entry.missing) for derived in found.derived for entry in derived.refusals}
    open_best = sorted(entry for entry in refusals if entry[0] in ("BOR", "CBOR"))
    if as_json:
        emit_json(
            "compare-rules",
            {
                "simulated": data.simulated,
                "cutoff": cut.day.isoformat(),
                "set": base.describe(),
                "admiral": base.admiral.model_dump(),
                "reading": found.reading,
                "rule_sets": {result.rules: _describe_rate(result) for result in found.results},
                "changed": list(found.changed),
                "changed_responder_status": list(found.changed_status),
                "patients": _describe_patients(found),
                "refused": [{"id": name, "missing": list(missing)} for name, missing in open_best],
                "findings": [finding.as_dict() for finding in findings],
            },
        )
    else:
        if data.simulated:
            click.echo("SIMULATED")
        if variant_line(base):
            click.echo(variant_line(base))
        for name, missing in open_best:
            say(f"Not derived: {name} (the protocol leaves open: {', '.join(missing)})")
        _print(found)
    return 1 if open_best else 0


def _findings(derived: tuple[Derived, ...]) -> list[Finding]:
    """What every derivation found, once."""
    every = [finding for each in derived for finding in each.findings]
    return list({(finding.code, str(finding.place), finding.found): finding for finding in every}.values())


def _describe_rate(result: RuleSetResult) -> dict[str, Any]:
    return {
        "responders": result.x,
        "n": result.n,
        "population": result.population,
        "orr": result.x / result.n if result.n else None,
        "lower": result.interval.lower,
        "upper": result.interval.upper,
        "method": "clopper-pearson",
    }


def _describe_patients(found: Comparison) -> dict[str, Any]:
    subjects = found.derived[0].subjects
    return {
        subject: {result.rules: _describe_judged(result.patients[subject]) for result in found.results}
        for subject in subjects
    }


def _describe_judged(judged: Judged) -> dict[str, Any]:
    return {
        "category": judged.category,
        "confirmed": judged.confirmed,
        "unconfirmed": judged.unconfirmed,
        "responder": judged.responder,
        "reason": judged.reason,
        "decided_at": _describe_visit(judged.decided_at),
        "confirmed_at": _describe_visit(judged.confirmed_at),
        "not_confirmed": judged.not_confirmed,
        "not_confirmed_at": _describe_visit(judged.not_confirmed_at),
        "responses": [_describe_visit(visit) for visit in judged.responses],
    }


def _describe_visit(visit: VisitOf | None) -> dict[str, Any] | None:
    if visit is None:
        return None
    return {
        "visitnum": visit.visitnum,
        "visit": visit.name,
        "date": visit.day.isoformat(),
        "response": visit.response,
    }


def _print(found: Comparison) -> None:
    from onearm.units import percent

    name = "Confirmed" if found.reading == "confirmed" else "Unconfirmed"
    for result in found.results:
        rate = f" ({percent(result.x, result.n)} %)" if result.n else ""
        click.echo(f"{result.rules:<11} {result.x} of {result.n} {result.population} respond{rate}")
    n = len(found.derived[0].subjects)
    click.echo(
        f"{name} best response differs between rule sets in {len(found.changed)} of {n} patients, "
        f"the status as responder in {len(found.changed_status)}."
    )
    for subject in found.changed:
        click.echo(click.style(f"\n{subject}", bold=True))
        for result in found.results:
            judged = result.patients[subject]
            status = "responder" if judged.responder else "no responder"
            click.echo(f"  {result.rules:<11} {judged.category:<14} {status:<13} {_why(judged)}")
            click.echo(f"  {'':<11} {_course(judged)}")


def _course(judged: Judged) -> str:
    return "  ".join(f"{visit.name} {visit.response}" for visit in judged.responses) or "no assessment"


_WHY_NOT = {"window_ended": "the response window, a procedure or a new therapy came first"}


def _why(judged: Judged) -> str:
    """Where the response was seen and confirmed, or why not."""
    words = judged.reason.replace("_", " ")
    if judged.decided_at is not None:
        words = f"{_place(judged.decided_at)}: {words}"
    if judged.confirmed_at is not None and judged.reason == "confirmed":
        return f"{words} by {_place(judged.confirmed_at)}"
    if judged.not_confirmed is not None:
        ended = "" if judged.not_confirmed_at is None else f" at {_place(judged.not_confirmed_at)}"
        words += f"; not confirmed: {_WHY_NOT.get(judged.not_confirmed, judged.not_confirmed.replace('_', ' '))}{ended}"
    return words


def _place(visit: VisitOf) -> str:
    return f"{visit.name} ({visit.day})"

"""``onearm check``, ``show``, ``diff`` and ``schema``: everything about a protocol that needs no records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onearm.cli.options import assume_option, existing_file, json_option
from onearm.cli.output import emit_json, has_errors, print_findings, say

if TYPE_CHECKING:
    from onearm.design import DesignProperties
    from onearm.protocol import Protocol

_STATUS_MARKS = {
    "stated": "=",
    "inferred": "≈",
    "assumed": "?",
    "unstated": "!",
    "given": " ",
    "profile": "·",
    "default": "·",
}


@click.command(
    epilog="""\b
Examples:
  onearm check trials/haic-bev-pdl1.yaml
  onearm check PROTOCOL.yaml --assume OVERLAY.yaml --json"""
)
@click.argument("protocol", type=existing_file)
@assume_option
@json_option
def check_command(protocol: Path, assume: tuple[Path, ...], as_json: bool) -> int:
    """Check PROTOCOL: every fault at once, the exact properties of its design, and every question it leaves open."""
    from onearm.protocol import check_protocol, exact_properties, list_open_questions, load_protocol
    from onearm.protocol.base import text_in

    trial = load_protocol(protocol, assume)
    findings = check_protocol(trial)
    questions = list_open_questions(trial)
    exact = exact_properties(trial)
    print_findings(findings)
    if as_json:
        emit_json(
            "check",
            {
                "id": trial.identity.id,
                "digest": trial.digest,
                "overlays": list(trial.overlays),
                "findings": [finding.as_dict() for finding in findings],
                "questions": [{"path": q.path, "ask": text_in(q.ask), "blocks": list(q.blocks)} for q in questions],
                "properties": _describe_properties(exact),
            },
        )
    else:
        click.echo(f"{trial.identity.id}: {text_in(trial.identity.title)}")
        click.echo(f"digest {trial.digest[:16]}" + (f", with {', '.join(trial.overlays)}" if trial.overlays else ""))
        _print_design(trial, exact)
        if questions:
            click.echo(f"\n{len(questions)} open question{'' if len(questions) == 1 else 's'}:")
        for question in questions:
            blocks = f"  (holds up: {', '.join(question.blocks)})" if question.blocks else ""
            click.echo(f"  {question.path}: {text_in(question.ask)}{blocks}")
    return 1 if has_errors(findings) else 0


def _describe_properties(exact: DesignProperties | None) -> dict[str, object] | None:
    if exact is None:
        return None
    return {
        "type_one_error": exact.type_one_error,
        "power": exact.power,
        "meets_alpha": exact.meets_alpha,
        "meets_power": exact.meets_power,
        "stop_early_p0": exact.stop_early_p0,
        "stop_early_p1": exact.stop_early_p1,
        "expected_size_p0": exact.expected_size_p0,
        "expected_size_p1": exact.expected_size_p1,
        "power_not_evaluable": {str(entry.percent): entry.power for entry in exact.power_not_evaluable},
        "without_efficacy_stop": _describe_properties(exact.without_efficacy_stop),
    }


def _print_design(trial: Protocol, exact: DesignProperties | None) -> None:
    from onearm.protocol import design_of

    design = design_of(trial)
    if design is None or exact is None:
        kind = trial.design.kind
        why = (
            "no boundary is tested"
            if kind == "exploratory"
            else "boundaries or rates are open, so there is no go/no-go"
        )
        click.echo(f"\nDesign: {kind}; {why}")
        return
    from onearm.design.words import describe_inputs, describe_limits
    from onearm.units import round_half_away

    click.echo(f"\nDesign: {describe_inputs(design)}")
    for phrase in describe_limits(design):
        click.echo(f"  {phrase}")
    for name, value in (("", exact), ("  without the efficacy stop: ", exact.without_efficacy_stop)):
        if value is not None:
            error, power = round_half_away(value.type_one_error, 4), round_half_away(value.power, 4)
            click.echo(f"{name or '  '}type I error {error}, power {power}")
    by_share = "; ".join(f"{entry.percent} %: {round_half_away(entry.power, 4)}" for entry in exact.power_not_evaluable)
    click.echo(f"  power when this share is not evaluable (counted as failures): {by_share}")


@click.command(
    epilog="""\b
Examples:
  onearm show trials/haic-bev-pdl1.yaml
  onearm show PROTOCOL.yaml --expanded"""
)
@click.argument("protocol", type=existing_file)
@click.option("--expanded", is_flag=True, help="Also every default and every response option with its question.")
@assume_option
@json_option
def show_command(protocol: Path, expanded: bool, assume: tuple[Path, ...], as_json: bool) -> None:
    """Print PROTOCOL value by value, and how each is known: stated (=), inferred (≈), assumed (?), unstated (!)."""
    from onearm.protocol import describe_protocol, load_protocol

    trial = load_protocol(protocol, assume)
    rows = describe_protocol(trial, expanded=expanded)
    if as_json:
        emit_json("show", {"id": trial.identity.id, "digest": trial.digest, "rows": [row.as_dict() for row in rows]})
        return
    width = max((len(row.path) for row in rows), default=0)
    for row in rows:
        number = f"[{row.question}] " if row.question else ""
        source = f"  — {number}{row.source}" if row.source or number else ""
        meaning = f"  ({row.meaning})" if row.meaning else ""
        click.echo(f"{_STATUS_MARKS[row.status]} {row.path:<{width}}  {row.value}{source}{meaning}")


@click.command(
    epilog="""\b
Examples:
  onearm diff OLD.yaml NEW.yaml
  onearm diff OLD.yaml NEW.yaml --json"""
)
@click.argument("old", type=existing_file)
@click.argument("new", type=existing_file)
@json_option
def diff_command(old: Path, new: Path, as_json: bool) -> int:
    """Say in plain words what changed from OLD to NEW, each change classed.

    A change of criterion, confirmation, endpoint or boundary after the first look at outcome data is flagged (exit code
    1).
    """
    from onearm.protocol import diff_protocols, load_protocol

    changes = diff_protocols(load_protocol(old), load_protocol(new))
    flagged = [change for change in changes if change.after_first_look]
    if as_json:
        emit_json("diff", {"changes": [change.as_dict() for change in changes], "after_first_look": len(flagged)})
    elif not changes:
        click.echo("No change of any rule.")
    for change in () if as_json else changes:
        flag = click.style("AFTER FIRST LOOK ", fg="red", bold=True) if change.after_first_look else ""
        click.echo(f"{flag}{change.kind}: {change.sentence}")
    if flagged:
        say(
            f"{len(flagged)} change{'' if len(flagged) == 1 else 's'} of a rule after outcome data were first "
            f"looked at."
        )
    return 1 if flagged else 0


@click.command(
    epilog="""\b
Examples:
  onearm schema > protocol.schema.json
  onearm schema --overlay > overlay.schema.json"""
)
@click.option("--overlay", is_flag=True, help="The schema of overlay files instead.")
@json_option
def schema_command(overlay: bool, as_json: bool) -> None:
    """Print the JSON Schema of protocol files, so that an editor completes and checks them while one types."""
    from onearm.protocol.schema import overlay_schema, protocol_schema

    schema = overlay_schema() if overlay else protocol_schema()
    if as_json:
        emit_json("schema", {"json_schema": schema})
    else:
        click.echo(json.dumps(schema, ensure_ascii=False, indent=2))

"""``onearm explain CODE``."""

from __future__ import annotations

import difflib

import click

from onearm.cli.options import json_option
from onearm.cli.output import emit_json
from onearm.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  onearm explain R001
  onearm explain --json S102
  onearm explain --all"""
)
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="List every code with its title.")
@json_option
def explain_command(code: str | None, everything: bool, as_json: bool) -> None:
    """Explain a finding's CODE: what it means, why it matters, how to mend it."""
    from onearm.words.findings import FINDINGS

    if everything or code is None:
        if as_json:
            emit_json("explain", {"codes": {key: text._asdict() for key, text in sorted(FINDINGS.items())}})
            return
        for key, text in sorted(FINDINGS.items()):
            click.echo(f"{key}  {text.title}")
        return
    key = code.strip().upper()
    if key not in FINDINGS:
        near = difflib.get_close_matches(key, FINDINGS, n=3)
        hint = f" Near it: {', '.join(near)}." if near else ""
        raise UsageError(f"there is no finding code {code!r}.{hint} 'onearm explain --all' lists every code.")
    text = FINDINGS[key]
    if as_json:
        emit_json("explain", {"code": key, **text._asdict()})
        return
    click.echo(f"{click.style(key, bold=True)}  {text.title}\n")
    click.echo(f"Found:     {text.found}")
    click.echo(f"Expected:  {text.expected}")
    click.echo(f"Mend:      {text.mend}\n")
    click.echo(text.why)

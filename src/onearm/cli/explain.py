"""``onearm explain``: a finding by its code, or a response option by its name."""

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
  onearm explain confirmation_max_ne
  onearm explain --json S102
  onearm explain --all"""
)
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="List every code with its title.")
@json_option
def explain_command(code: str | None, everything: bool, as_json: bool) -> None:
    """Explain a finding's CODE (what it means, why it matters, how to mend it) or a response option by its name."""
    from onearm.words.findings import FINDINGS
    from onearm.words.option_words import OPTION_TEXTS

    if everything or code is None:
        if as_json:
            emit_json("explain", {"codes": {key: text._asdict() for key, text in sorted(FINDINGS.items())}})
            return
        for key, text in sorted(FINDINGS.items()):
            click.echo(f"{key}  {text.title}")
        return
    if code.strip().lower() in OPTION_TEXTS:
        _explain_option(code.strip().lower(), as_json=as_json)
        return
    key = code.strip().upper()
    if key not in FINDINGS:
        near = difflib.get_close_matches(key, FINDINGS, n=3) or difflib.get_close_matches(code, OPTION_TEXTS, n=3)
        hint = f" Near it: {', '.join(near)}." if near else ""
        raise UsageError(
            f"there is no finding code or response option {code!r}.{hint} 'onearm explain --all' lists every code."
        )
    text = FINDINGS[key]
    if as_json:
        emit_json("explain", {"code": key, **text._asdict()})
        return
    click.echo(f"{click.style(key, bold=True)}  {text.title}\n")
    click.echo(f"Found:     {text.found}")
    click.echo(f"Expected:  {text.expected}")
    click.echo(f"Mend:      {text.mend}\n")
    click.echo(text.why)


def _explain_option(name: str, *, as_json: bool) -> None:
    from onearm.protocol.profile import supported_values
    from onearm.protocol.show import option_question
    from onearm.words.option_words import OPTION_TEXTS

    text, (number, question) = OPTION_TEXTS[name], option_question(name)
    values = supported_values(name)
    if as_json:
        content = {"option": name, "number": number, "question": question, "values": values, **text._asdict()}
        emit_json("explain", content)
        return
    click.echo(f"{click.style(name, bold=True)}  {question}\n")
    if values:
        click.echo(f"Values:   {', '.join(values)}")
    click.echo(f"Changes:  {text.changes}")
    click.echo(f"Who:      {text.done_by}")

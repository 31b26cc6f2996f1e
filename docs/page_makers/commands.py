"""The page of the commands."""

from __future__ import annotations

from page_makers.markdown import cell, page


def commands_page() -> str:
    """Each command's help, the exit codes and the shape of ``--json``."""
    from onearm.cli.main import COMMANDS

    lines = [
        "# Commands",
        "",
        "| Command | What it does |",
        "| --- | --- |",
        *(f"| [`onearm {name}`](#onearm-{name}) | {cell(line)} |" for name, (_, line) in COMMANDS.items()),
        "",
        "## Exit codes",
        "",
        "| Code | Meaning |",
        "| --- | --- |",
        "| 0 | Fine. Every file that was promised was written. |",
        "| 1 | Findings: the input has faults, or the protocol does not say what is needed. |",
        "| 2 | Usage: the command line or a path is wrong. |",
        "| 3 | Internal error: a fault of onearm. |",
        "",
        "Warnings and notes alone leave the code at 0.",
        "",
        "## JSON",
        "",
        'With `--json` a command prints one object on standard output. Its first field, `"schema"`, names the '
        "command and a "
        'version, such as `"onearm.check/1"`; within a version fields are added, never renamed or removed. '
        "Messages and "
        'findings in words go to standard error. A failure prints `"error"` with its kind and message.',
    ]
    for name in COMMANDS:
        lines += ["", f"## onearm {name}", "", "```text", _help(name), "```"]
    return page(lines)


def _help(name: str) -> str:
    import click

    from onearm.cli.main import cli

    with click.Context(cli, info_name="onearm") as above:
        command = cli.get_command(above, name)
        if command is None:
            raise LookupError(f"there is no command {name}")
        with click.Context(command, info_name=name, parent=above, terminal_width=100) as context:
            text = command.get_help(context)
    return "\n".join(line.rstrip() for line in text.splitlines())

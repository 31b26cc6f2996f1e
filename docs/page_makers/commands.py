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
        lines += _described([name], 2)
    return page(lines)


def _described(words: list[str], depth: int) -> list[str]:
    """The help of a command, then that of each of its subcommands one heading lower."""
    import click

    from onearm.cli.main import cli

    context, command = click.Context(cli, info_name="onearm"), cli
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(context, word)
        if found is None:
            raise LookupError(f"there is no command {' '.join(words)}")
        command = found
        context = click.Context(command, info_name=word, parent=context, terminal_width=100)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    lines = ["", f"{'#' * depth} onearm {' '.join(words)}", "", "```text", text, "```"]
    for name in command.list_commands(context) if isinstance(command, click.Group) else []:
        lines += _described([*words, name], depth + 1)
    return lines

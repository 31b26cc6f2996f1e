"""What commands print: one JSON object on stdout, or words; findings, progress and errors on stderr."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from onearm.errors import Finding
from onearm.words.mark import SIMULATED_MARK

SCHEMA_VERSION = 1
"""Version of every JSON object that a command prints: a field is added under it, never renamed or removed."""

_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


def emit_json(command: str, content: Mapping[str, Any]) -> None:
    """Print one JSON object with its schema name, the same for the same content."""
    document = marked({"schema": f"onearm.{command}/{SCHEMA_VERSION}", **content})
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def marked(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content, with the mark of simulated records where it is made of such."""
    return {**content, **({"mark": SIMULATED_MARK} if content.get("simulated") else {})}


SHOWN_OF_EACH = 20
"""Findings of one code that are printed; the rest are counted, and all of them are in ``--json``."""


def print_findings(findings: Iterable[Finding]) -> None:
    """Findings on stderr: place, code, what was found, what was expected, how to mend; then a count.

    A fault that thousands of rows share is shown ``SHOWN_OF_EACH`` times, so that the others are not lost among it.
    """
    listed = list(findings)
    of_code: Counter[str] = Counter()
    for finding in listed:
        of_code[finding.code] += 1
        if of_code[finding.code] > SHOWN_OF_EACH:
            continue
        place = f"{finding.place}: " if str(finding.place) else ""
        code = click.style(f"{finding.code} {finding.severity}", fg=_COLOURS[finding.severity], bold=True)
        click.echo(f"{place}{code}: {finding.found}", err=True)
        click.echo(f"    expected: {finding.expected}", err=True)
        click.echo(f"    mend:     {finding.mend}", err=True)
    for name, n in of_code.items():
        if n > SHOWN_OF_EACH:
            click.echo(f"… and {n - SHOWN_OF_EACH:,} more {name}: --json has them all.", err=True)
    if listed:
        counts = Counter(finding.severity for finding in listed)
        words = ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for name, n in sorted(counts.items()))
        click.echo(f"{words}. 'onearm explain {listed[0].code}' says more.", err=True)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error (warnings and notes leave the exit code at 0)."""
    return any(finding.severity == "error" for finding in findings)


def say(message: str) -> None:
    """A line about progress, on stderr."""
    click.echo(message, err=True)


def announce_compilation() -> None:
    """Say that the kernels are about to be compiled, where they are not yet."""
    from onearm._numba_cache import CACHE_DIRECTORY

    if not any(CACHE_DIRECTORY.rglob("*.nbc")):
        say("Compiling the kernels once (about ten seconds); they are kept for the next time.")


def report_internal_error(problem: Exception) -> None:
    """Say that this is a fault of the program, and where its details were written."""
    details = "".join(traceback.format_exception(problem))
    try:
        handle, name = tempfile.mkstemp(prefix="onearm-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(details)
        where = f"Details: {name}"
    except OSError:
        where = details
    click.echo(
        f"Internal error, a fault of onearm and not of your files: {type(problem).__name__}: {problem}\n{where}",
        err=True,
    )


def open_in_browser(path: Path) -> None:
    """Open a file in the user's browser; on a machine without one, say where it is."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        say(f"No browser here. Open {path}")


def is_terminal() -> bool:
    """Whether stderr is a person's terminal (progress is shown only there)."""
    return sys.stderr.isatty()

"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
existing_folder = click.Path(exists=True, file_okay=False, path_type=Path)


class IsoDate(click.ParamType[dt.date]):
    """A date as ISO 8601 writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Raise a usage error unless the text is YYYY-MM-DD."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a date; write it as YYYY-MM-DD, such as 2026-03-14", param, ctx)


def json_option(command: Command) -> Command:
    """``--json``: one object on stdout, messages on stderr."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")(command)


def assume_option(command: Command) -> Command:
    """``--assume FILE``: overlays that fill what the protocol leaves open."""
    return click.option(
        "--assume",
        "assume",
        multiple=True,
        type=existing_file,
        metavar="FILE",
        help="Overlay that fills what the protocol leaves open; may be given several times.",
    )(command)


def cutoff_option(command: Command) -> Command:
    """``--cutoff DATE``: the data cut."""
    return click.option(
        "--cutoff",
        type=IsoDate(),
        metavar="DATE",
        help="Data cut (YYYY-MM-DD); without it, the last date in the records, which is printed.",
    )(command)

"""What the commands of ``onearm design`` share: lists of numbers, and impossible input in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from onearm.errors import UsageError

Result = TypeVar("Result")


class NumberList(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them, whole or not, as many as are asked for."""

    def __init__(self, name: str, kind: str, *, whole: bool = False) -> None:
        self.name = name
        self.kind = kind
        self.whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Raise a usage error unless each part is a number (a whole one where counts are asked for)."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple((int if self.whole else float)(part) for part in value.split(","))
        except ValueError:
            example = "10,20,30" if self.whole else "0.2,0.3"
            self.fail(f"'{value}' is no list of {self.kind}; write it as in {example}", param, ctx)


RATES = NumberList("rates", "rates")
PRIOR = NumberList("a,b", "numbers")
LOOKS = NumberList("looks", "whole numbers", whole=True)


def or_usage_error(call: Callable[[], Result]) -> Result:
    """The result, or every fault of impossible input as words (exit code 2)."""
    from onearm.design.model import DesignError

    try:
        return call()
    except DesignError as problem:
        lines = [f"{_name_option(f.field)} is {f.found}, expected {f.expected}" for f in problem.faults]
        raise UsageError("\n       ".join(lines)) from None


def _name_option(field: str) -> str:
    """The option, or the options, that hold a field of the Python function."""
    if field == "sizes":
        return "--fleming-look"
    return " or ".join(f"--{part.replace('_', '-')}" for part in field.split(" or "))

"""Options of ``onearm design oc`` that stop a rule on its chance of success, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.design import CurtailedRule

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTION = {
    "below": "--curtail-below",
    "above": "--curtail-above",
    "p1": "--curtail-at",
    "prior": "--curtail-prior",
    "looks": "--curtail-looks",
}
"""Field of ``stochastic_curtailment`` → the option that holds it."""


class _Numbers(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them, whole or not."""

    def __init__(self, name: str, example: str, *, whole: bool = False) -> None:
        self.name = name
        self.example = example
        self.whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Raise a usage error unless each part is a number (a whole one where counts are asked for)."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple((int if self.whole else float)(part) for part in value.split(","))
        except ValueError:
            self.fail(f"'{value}' does not read; write it as in {self.example}", param, ctx)


def curtail_options(command: Command) -> Command:
    """``--curtail-below`` and what belongs to it."""
    options = (
        click.option("--curtail-below", type=float, help="Also stop if the chance of success is below this, or nil."),
        click.option("--curtail-above", type=float, help="And with success if it is above this, or certain."),
        click.option("--curtail-at", type=float, metavar="RATE", help="The chance is the power at this rate, …"),
        click.option(
            "--curtail-prior", type=_Numbers("a,b", "0.2,0.8"), help="… or the predictive one under this Beta prior."
        ),
        click.option(
            "--curtail-looks",
            type=_Numbers("looks", "10,20,30", whole=True),
            help="Patients at which one looks (default: each); n1 and n always.",
        ),
        click.option("--counting-stops", is_flag=True, help="The chance counts later stops too."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def curtailed_rule(rule: dict[str, Any], curtailment: dict[str, Any], inputs: dict[str, Any]) -> CurtailedRule | None:
    """The curtailed rule, if one is asked for; every fault of impossible input as words (exit code 2)."""
    from onearm.design import DesignError, stochastic_curtailment

    if curtailment["below"] is None:
        if any(value not in (None, False) for value in curtailment.values()):
            raise UsageError("stopping on the chance of success needs --curtail-below (0: only where it is nil)")
        return None
    if inputs["not_evaluable"] or inputs["unseen"] or not inputs["binding"]:
        raise UsageError("--curtail-below does not go with --not-evaluable, --unseen or --not-binding")
    try:
        return stochastic_curtailment(**rule, **curtailment)
    except DesignError as problem:
        lines = [f"{_OPTION.get(f.field, f'--{f.field}')} is {f.found}, expected {f.expected}" for f in problem.faults]
        raise UsageError("\n       ".join(lines)) from None

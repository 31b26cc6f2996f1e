"""Options of ``onearm design oc`` that stop a rule on its chance of success, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onearm.cli.design_inputs import LOOKS, PRIOR
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


def curtail_options(command: Command) -> Command:
    """``--curtail-below`` and what belongs to it."""
    options = (
        click.option("--curtail-below", type=float, help="Also stop if the chance of success is below this, or nil."),
        click.option("--curtail-above", type=float, help="And with success if it is above this, or certain."),
        click.option("--curtail-at", type=float, metavar="RATE", help="The chance is the power at this rate, …"),
        click.option("--curtail-prior", type=PRIOR, help="… or the predictive one under this Beta prior."),
        click.option(
            "--curtail-looks",
            type=LOOKS,
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

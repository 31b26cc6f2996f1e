"""``onearm design gehan``: see any response first, then measure the rate."""

from __future__ import annotations

from typing import Any

import click

from onearm.cli.design_inputs import RATES, or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json


@click.command(
    "gehan",
    epilog="""\b
Examples:
  onearm design gehan --p1 .2 --beta .05 --precision .1
  onearm design gehan --p1 .2 --beta .05 --precision .1 --rate observed --p .05,.4 --json""",
)
@click.option("--p1", type=float, required=True, help="Response rate that must not be missed.")
@click.option("--beta", type=float, required=True, help="Largest chance of no response in stage one at p1.")
@click.option("--precision", type=float, required=True, help="Largest standard error of the rate after stage two.")
@click.option(
    "--rate",
    type=click.Choice(["upper", "observed"]),
    default="upper",
    show_default=True,
    help="Rate that stage two is sized for: the upper confidence limit after stage one, or the share seen.",
)
@click.option("--confidence", type=float, default=0.75, show_default=True, help="Of the upper limit, one-sided.")
@click.option("--p", "p", type=RATES, default=(), metavar="RATES", help="Further rates at which to tell the size.")
@json_option
def gehan_command(as_json: bool, **inputs: Any) -> None:
    """Gehan's plan of 1961: stop if none of the first patients responds, else add as many as the precision needs."""
    from onearm.design import gehan

    plan = or_usage_error(lambda: gehan(**inputs))
    if as_json:
        emit_json("design.gehan", plan.as_dict())
    else:
        click.echo(str(plan))

"""``onearm design bop2``: the Bayesian optimal phase II design for one binary endpoint."""

from __future__ import annotations

from typing import Any

import click

from onearm.cli.design_inputs import LOOKS, PRIOR, RATES, or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json


@click.command(
    "bop2",
    epilog="""\b
Examples:
  onearm design bop2 --p0 .2 --p1 .4 --alpha .1 --looks 10,15,20,25,30,35,40
  onearm design bop2 --p0 .2 --p1 .4 --alpha .05 --looks 15,30 --prior 1,1 --rates .3 --json""",
)
@click.option("--p0", type=float, required=True, help="Response rate not worth pursuing.")
@click.option("--p1", type=float, required=True, help="Response rate worth pursuing.")
@click.option("--alpha", type=float, required=True, help="Type I error, at most.")
@click.option("--looks", type=LOOKS, required=True, help="Numbers of patients at each look; the last is the end.")
@click.option("--prior", type=PRIOR, help="Beta prior of the rate, as in 1,1; without, Beta(p0, 1 - p0).")
@click.option("--lambda-step", type=float, default=0.01, show_default=True, help="Grid of lambda.")
@click.option("--gamma-step", type=float, default=0.01, show_default=True, help="Grid of gamma.")
@click.option("--gamma-most", type=float, default=1.0, show_default=True, help="Largest gamma.")
@click.option("--rates", type=RATES, default=(), help="Further rates at which to tell what the design does.")
@json_option
def bop2_command(as_json: bool, **inputs: Any) -> None:
    """The BOP2 design with the most power (Zhou, Lee and Yuan 2017), by exact sums instead of simulation.

    Stop at a look if P(rate > p0 | data) < lambda·(n/N)^gamma; a trial that is not stopped is a success.
    """
    from onearm.design import find_bop2

    design = or_usage_error(lambda: find_bop2(**inputs))
    if as_json:
        emit_json("design.bop2", design.as_dict())
    else:
        click.echo(str(design))

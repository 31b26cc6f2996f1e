"""``onearm design bryant-day``: two-stage designs with response and toxicity as co-primary endpoints."""

from __future__ import annotations

from typing import Any

import click

from onearm.cli.design_inputs import NumberList, or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json

ODDS_RATIOS = NumberList("odds ratios", "odds ratios")


@click.command(
    "bryant-day",
    epilog="""\b
Examples:
  onearm design bryant-day --p0 .3 --p1 .5 --acceptable-toxicity .2 --unacceptable-toxicity .4 \\
    --alpha-response .15 --alpha-toxicity .15 --power .85
  onearm design bryant-day --p0 .1 --p1 .3 --acceptable-toxicity .1 --unacceptable-toxicity .3 \\
    --alpha-response .1 --alpha-toxicity .1 --power .8 --criterion average --odds-ratios .5,2 --json""",
)
@click.option("--p0", type=float, required=True, help="Response rate that is not acceptable.")
@click.option("--p1", type=float, required=True, help="Response rate that is hoped for.")
@click.option("--acceptable-toxicity", type=float, required=True, help="Toxicity rate that is acceptable.")
@click.option("--unacceptable-toxicity", type=float, required=True, help="Toxicity rate that is not acceptable.")
@click.option("--alpha-response", type=float, required=True, help="At most so often success if only response is bad.")
@click.option("--alpha-toxicity", type=float, required=True, help="At most so often success if only toxicity is bad.")
@click.option("--power", type=float, required=True, help="At least so often success if both are acceptable.")
@click.option(
    "--criterion",
    type=click.Choice(["worst", "average"]),
    default="worst",
    show_default=True,
    help="Minimise the larger, or the mean, of the two expected sizes with one endpoint unacceptable.",
)
@click.option(
    "--odds-ratios",
    type=ODDS_RATIOS,
    default=(0.1, 10.0),
    help="Odds ratios of response and toxicity at which to show each design too (default: 0.1,10).",
)
@json_option
def bryant_day_command(as_json: bool, **inputs: Any) -> None:
    """Two-stage designs that judge response and toxicity together (Bryant and Day 1995), exact and proved.

    Stop if responses ≤ r1 or toxicities ≥ t1; success if responses > r and toxicities < t.
    """
    from onearm.design import find_bryant_day

    table = or_usage_error(lambda: find_bryant_day(**inputs))
    if as_json:
        emit_json("design.bryant-day", table.as_dict())
    else:
        click.echo(str(table))

"""``onearm design``: exact designs of single-arm trials, with or without a protocol file."""

from __future__ import annotations

import click

from onearm.cli.lazy_group import CommandTable, LazyGroup

DESIGN_COMMANDS: CommandTable = {
    "find": ("onearm.cli.design_find", "Optimal, minimax and admissible designs, with the proof of optimality."),
    "oc": ("onearm.cli.design_oc", "What a given design does at each response rate, exactly."),
    "gehan": ("onearm.cli.design_gehan", "Gehan's plan: see any response first, then measure the rate."),
    "infer": ("onearm.cli.design_oc", "Estimates, p-value and intervals after a trial of a given design."),
    "recover": ("onearm.cli.design_find", "Which designs fit the numbers that a paper or registry states."),
    "monitor": ("onearm.cli.design_monitor", "Boundaries for toxicity and for response while the trial runs."),
    "bryant-day": ("onearm.cli.design_bryant_day", "Response and toxicity together, in two stages."),
    "bop2": ("onearm.cli.design_bop2", "Bayesian optimal phase II design for one binary endpoint."),
    "plot": ("onearm.cli.design_plot", "Draw the stopping region, the trade-off of sizes, power and expected size."),
}

EPILOG = """\b
Examples:
  onearm design find --p0 .2 --p1 .4 --alpha .05 --power .8
  onearm design oc --n1 13 --r1 3 --n 43 --r 12 --p 0.2,0.3,0.4
  onearm design infer --n1 13 --r1 3 --n 43 --r 12 --p0 .2 --responses 14
  onearm design recover --n1 27 --n 36
"""


@click.command(cls=LazyGroup, table=DESIGN_COMMANDS, epilog=EPILOG)
def design_command() -> None:
    """Exact designs of single-arm trials; none of these commands needs a protocol file.

    r1: stop if responses ≤ r1. e1: stop for efficacy if responses ≥ e1. r: success if responses > r. n: both stages.
    """

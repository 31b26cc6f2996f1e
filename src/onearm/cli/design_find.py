"""``onearm design find`` and ``recover``: which designs fit rates and limits, or the numbers of a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from onearm.cli.design_inputs import or_usage_error
from onearm.cli.options import json_option
from onearm.cli.output import emit_json
from onearm.errors import UsageError

if TYPE_CHECKING:
    from onearm.design import DesignTable, FlemingDesign


@click.command(
    "find",
    epilog="""\b
Examples:
  onearm design find --p0 .2 --p1 .4 --alpha .05 --power .8
  onearm design find --p0 .3 --p1 .5 --alpha .05 --power .8 --efficacy-stop
  onearm design find --p0 .3 --p1 .5 --alpha .05 --power .8 --efficacy-stop --not-binding
  onearm design find --p0 .2 --p1 .4 --alpha .05 --power .8 --stages 3
  onearm design find --p0 .2 --p1 .4 --alpha .05 --power .8 --words
  onearm design find --p0 .2 --p1 .4 --alpha .05 --power .8 --drop-out .1 --json""",
)
@click.option("--p0", type=float, required=True, help="Response rate that is not worth pursuing.")
@click.option("--p1", type=float, required=True, help="Response rate that is hoped for.")
@click.option("--alpha", type=float, required=True, help="Largest type I error, one-sided (met at equality).")
@click.option("--power", type=float, required=True, help="Least power (met at equality).")
@click.option("--stages", type=click.IntRange(2, 3), default=2, show_default=True, help="3: futility stops only.")
@click.option("--efficacy-stop", is_flag=True, help="Designs that may also stop after stage one with success.")
@click.option(
    "--binding/--not-binding",
    default=True,
    help="Whether the efficacy stop must be followed; if not, the limits hold with it used and never used.",
)
@click.option("--drop-out", type=float, default=0.0, help="Share of patients without a usable outcome, to be replaced.")
@click.option(
    "--fleming-look",
    "looks",
    type=int,
    multiple=True,
    metavar="N",
    help="Patients in all at a look of Fleming's procedure, for comparison; once per look (default: his single stage).",
)
@click.option("--words", is_flag=True, help="Also each design as a paragraph for the statistical analysis plan.")
@json_option
def find_command(
    p0: float,
    p1: float,
    alpha: float,
    power: float,
    stages: int,
    efficacy_stop: bool,
    binding: bool,
    drop_out: float,
    looks: tuple[int, ...],
    words: bool,
    as_json: bool,
) -> None:
    """List the best designs for two rates and two error limits, exact, with proof that no larger one is better.

    Stop after stage one if responses ≤ r1 (or, with --efficacy-stop, ≥ e1); success if responses > r. With --stages 3
    also stop if ≤ r2 of the n2 patients of the first two stages.
    """
    from onearm.design import find, find_three_stage, fleming_design, plan_paragraph

    if stages == 3:
        if efficacy_stop or not binding or drop_out or looks or words:
            raise UsageError("--stages 3 takes --p0, --p1, --alpha and --power only")
        three = or_usage_error(lambda: find_three_stage(p0, p1, alpha, power))
        if as_json:
            emit_json("design.find", three.as_dict())
        else:
            click.echo(str(three))
        return

    def search() -> tuple[DesignTable, FlemingDesign]:
        table = find(p0, p1, alpha, power, efficacy_stop=efficacy_stop, drop_out=drop_out, binding=binding)
        return table, fleming_design(looks or None, p0, p1, alpha, power)

    table, approximate = or_usage_error(search)
    if not (binding or efficacy_stop):
        raise UsageError("--not-binding speaks of the efficacy stop: give --efficacy-stop as well")
    paragraphs = [
        plan_paragraph(row.rule, p0, p1, alpha, power, kind=row.type, drop_out=drop_out, binding=binding)
        for row in table.designs
    ]
    if as_json:
        emit_json(
            "design.find",
            {**table.as_dict(), "fleming": approximate.as_dict(), **({"words": paragraphs} if words else {})},
        )
        return
    click.echo(str(table))
    click.echo(f"\nFor comparison, by approximation:\n{approximate}")
    for paragraph in paragraphs if words else ():
        click.echo(f"\n{paragraph}")


@click.command(
    "recover",
    epilog="""\b
Examples:
  onearm design recover --n1 27 --n 36
  onearm design recover --n1 13 --n 43 --p0 .2 --p1 .4
  onearm design recover --r1 3 --r 12 --alpha .05 --json""",
)
@click.option("--n1", type=int, help="Patients of stage one.")
@click.option("--n", type=int, help="Patients in all.")
@click.option("--r1", type=int, help="Stage one stops if responses ≤ this.")
@click.option("--r", type=int, help="Success if responses > this.")
@click.option("--p0", type=float, help="Response rate that is not worth pursuing.")
@click.option("--p1", type=float, help="Response rate that is hoped for.")
@click.option("--alpha", type=float, help="Type I error planned for, one-sided.")
@click.option("--power", type=float, help="Power planned for.")
@click.option("--grid-step", type=float, default=0.05, show_default=True, help="Step of the rates that are tried.")
@json_option
def recover_command(
    n1: int | None,
    n: int | None,
    r1: int | None,
    r: int | None,
    p0: float | None,
    p1: float | None,
    alpha: float | None,
    power: float | None,
    grid_step: float,
    as_json: bool,
) -> None:
    """List the designs that agree with what a paper states, and the questions that would settle which one it was.

    State any of the numbers. No candidate is proof: ask the authors.
    """
    from onearm.design import recover

    found = or_usage_error(
        lambda: recover(n1=n1, n=n, r1=r1, r=r, p0=p0, p1=p1, alpha=alpha, power=power, grid_step=grid_step)
    )
    if as_json:
        emit_json("design.recover", found.as_dict())
    else:
        click.echo(str(found))
